//! Bylines, dates, header blocks and datelines.

use super::*;

#[test]
fn byline_and_both_dates_stand_on_one_line() {
    for line in [
        "By Ann Lee Published: Sep 23, 2022 11:35 AM Updated: Sep 24, 2022 08:10 AM",
        "By Ann Lee | Published: Sep 23, 2022 11:35 AM | Updated: Sep 24, 2022 08:10 AM",
        "Updated: Sep 24, 2022 08:10 AM Published: Sep 23, 2022 11:35 AM By Ann Lee",
        "Published Sep 23, 2022 11:35 AM, last updated Sep 24, 2022 08:10 AM - By Ann Lee",
    ] {
        let article = article(&format!("Ferry returns to Ostrel\n{line}\n\n{BODY}"));
        assert_eq!(article.bylines, ["Ann Lee"], "{line}");
        assert_eq!(iso(article.published).as_deref(), Some("2022-09-23T11:35"), "{line}");
        assert_eq!(iso(article.updated).as_deref(), Some("2022-09-24T08:10"), "{line}");
        assert_eq!(article.body.len(), 2, "{line}");
    }
}

#[test]
fn dates_stand_on_lines_of_their_own_in_any_order() {
    let text = format!(
        "Ferry returns to Ostrel\nUpdated: 24 September 2022\nPublished: 23 September 2022\nBy Ann Lee and Raj Venn\n{BODY}"
    );
    let article = article(&text);
    assert_eq!(iso(article.published).as_deref(), Some("2022-09-23"));
    assert_eq!(iso(article.updated).as_deref(), Some("2022-09-24"));
    assert_eq!(article.bylines, ["Ann Lee", "Raj Venn"]);
}

#[test]
fn a_date_line_of_its_own_is_the_publication() {
    for (line, date) in [("23 September 2022", "2022-09-23"), ("2022-09-23 11:35", "2022-09-23T11:35")] {
        for text in
            [format!("Ferry returns to Ostrel\n{line}\n\n{BODY}"), format!("{line}\nFerry returns to Ostrel\n\n{BODY}")]
        {
            let article = article(&text);
            assert_eq!(iso(article.published).as_deref(), Some(date), "{text}");
            assert_eq!(article.headline.as_deref(), Some("Ferry returns to Ostrel"), "{text}");
        }
    }
}

#[test]
fn an_impossible_or_ambiguous_date_is_absent_with_a_warning() {
    let impossible = parsed(&format!("Ferry returns to Ostrel\nPublished: 31 February 2022\n\n{BODY}"));
    assert_eq!(impossible.article.published, None);
    assert_eq!(codes(&impossible), [Code::ImpossibleDate]);
    let ambiguous = parsed(&format!("Ferry returns to Ostrel\nPublished: 02/05/2016\n\n{BODY}"));
    assert_eq!(ambiguous.article.published, None);
    assert_eq!(codes(&ambiguous), [Code::AmbiguousDate]);
    assert_eq!(left(&ambiguous), [(Some(2), "unread date")]);
}

#[test]
fn a_header_block_feeds_its_fields() {
    let text = format!(
        "Title: Ferry returns to Ostrel\nDate: 2022-09-23\nAuthor: Ann Lee; Raj Venn\nSection: News > Harbour\n\
         Source: Ostrel Courier\nURL: https://ostrel.example/ferry\nLanguage: EN\nKeywords: ferry, harbour; Ostrel\n\
         Location: Ostrel\nZone: north\n\n{BODY}"
    );
    let parsed = parsed(&text);
    let article = &parsed.article;
    assert_eq!(article.headline.as_deref(), Some("Ferry returns to Ostrel"));
    assert_eq!(iso(article.published).as_deref(), Some("2022-09-23"));
    assert_eq!(article.bylines, ["Ann Lee", "Raj Venn"]);
    assert_eq!(article.section.as_ref().map(|section| section.path.as_str()), Some("news/harbour"));
    assert_eq!(article.publisher.as_deref(), Some("Ostrel Courier"));
    assert_eq!(article.url.as_deref(), Some("https://ostrel.example/ferry"));
    assert_eq!(article.language.as_ref().map(|language| language.code.as_str()), Some("en"));
    assert_eq!(article.keywords.len(), 3);
    assert_eq!(article.dateline.as_deref(), Some("Ostrel"));
    assert_eq!(article.body.len(), 2);
    assert_eq!(left(&parsed), [(Some(10), "unknown key")]);
}

#[test]
fn values_go_on_in_indented_lines_and_the_body_has_a_key() {
    let text = "From: desk@opa.example\nSubject: Ferry returns\nDate: Fri, 23 Sep 2022 11:35:00 +0200\nSummary: The ferry is back\n  after nine weeks.\n\nBody: The ferry sailed again on Monday.\n";
    let article = article(text);
    assert_eq!(article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(iso(article.published).as_deref(), Some("2022-09-23T11:35:00+02:00"));
    assert_eq!(article.standfirst.as_deref(), Some("The ferry is back after nine weeks."));
    assert_eq!(article.body, ["The ferry sailed again on Monday."]);
}

#[test]
fn source_and_date_stand_on_one_line() {
    let parsed =
        parsed(&format!("Ferry returns to Ostrel\nSource: Ostrel Wire | 2022-09-23 11:35:00 | Editor: venn\n\n{BODY}"));
    assert_eq!(parsed.article.publisher.as_deref(), Some("Ostrel Wire"));
    assert_eq!(iso(parsed.article.published).as_deref(), Some("2022-09-23T11:35:00"));
    assert_eq!(left(&parsed), [(Some(2), "beside the date")]);
}

#[test]
fn header_keys_are_known_in_other_languages_and_with_wide_colons() {
    let german = article(
        "Titel: Fähre kehrt zurück\nDatum: 23. September 2022\nAutorin: Anna Lehm\n\nDie Fähre fährt wieder.\n",
    );
    assert_eq!(german.headline.as_deref(), Some("Fähre kehrt zurück"));
    assert_eq!(german.bylines, ["Anna Lehm"]);
    assert_eq!(iso(german.published).as_deref(), Some("2022-09-23"));
    let chinese =
        article("渡轮重返奥斯特港\n2022年9月23日 来源：港口日报 作者：林安\n\n渡轮周一恢复通航，港务局表示。\n");
    assert_eq!(chinese.headline.as_deref(), Some("渡轮重返奥斯特港"));
    assert_eq!(chinese.publisher.as_deref(), Some("港口日报"));
    assert_eq!(chinese.bylines, ["林安"]);
    assert_eq!(iso(chinese.published).as_deref(), Some("2022-09-23"));
}

#[test]
fn bylines_are_known_in_other_languages() {
    for (line, name) in [
        ("Von Anna Lehm", "Anna Lehm"),
        ("Par Anne Lacroix", "Anne Lacroix"),
        ("Por Ana Soto", "Ana Soto"),
        ("Автор: Анна Лебедева", "Анна Лебедева"),
        ("文/林安", "林安"),
        ("بقلم: ليلى حداد", "ليلى حداد"),
    ] {
        let text = format!("Ferry returns to Ostrel\n{line}\n\n{BODY}");
        assert_eq!(article(&text).bylines, [name], "{line}");
    }
}

#[test]
fn prose_openings_are_no_headers() {
    for line in [
        "UPDATE: The ferry is back in Ostrel, the harbour office said on Monday.",
        "Analysis: the ferry will not pay for itself before the end of the decade.",
        "RAMPUR: The police stopped a lorry on Monday that carried nine engines.",
        "By Monday, the ferry had made nine crossings to the islands.",
        "By all accounts the ferry is late again, and nobody knows why.",
        "Author: I began to write on the ferry, because there was nothing else to do.",
        "Published last week, the report says that the ferry is too small.",
        "Source: what the harbour office calls a source is a telephone, Venn said.",
    ] {
        let parsed = parsed(&format!("{line}\n\n{BODY}"));
        assert_eq!(parsed.article.body.len(), 3, "{line}");
        assert_eq!(parsed.article.body[0], line);
        assert_eq!(parsed.article.headline, None, "{line}");
        assert!(parsed.left_over.is_empty(), "{line}");
    }
}

#[test]
fn interview_turns_are_body() {
    let text = "Courier: Ms Venn, when will the ferry sail?\nVenn: It sails on Monday, as we have promised to everybody.\n\
                Courier: And if it does not?\nVenn: Then we will all take the bus, as we did through the whole of winter.\n";
    let article = article(text);
    assert_eq!((article.body.len(), article.headline), (4, None));
}

#[test]
fn a_dateline_gives_the_place_and_stays_in_the_body() {
    for (opening, place) in [
        ("BEIJING, Sept 23 (Agency) - ", "BEIJING"),
        ("WASHINGTON (AP) _ ", "WASHINGTON"),
        ("OSTREL, Valmere, Sept. 23 (OPA) -- ", "OSTREL, Valmere"),
        ("NEW QUAY — ", "NEW QUAY"),
        ("OSTREL, Valmere (OPA) — ", "OSTREL, Valmere"),
        ("МОСКВА, 23 сентября. /АГЕНТСТВО/. — ", "МОСКВА"),
        ("Ostrel, Sept 23 (OPA) – ", "Ostrel"),
        ("PARIS (OPA) - ", "PARIS"),
        ("QUAY CITY, Mo. (OPA) — ", "QUAY CITY, Mo."),
        ("ELON, N.V. — ", "ELON, N.V."),
        ("NEW QUAY, Monday night - ", "NEW QUAY"),
        ("RAMPUR: ", "RAMPUR"),
        ("PORT-ELON: ", "PORT-ELON"),
    ] {
        let text = format!("Ferry returns to the crossing\n\n{opening}{BODY}");
        let article = article(&text);
        assert_eq!(article.dateline.as_deref(), Some(place), "{opening}");
        assert!(article.body[0].starts_with(opening.trim_end()), "{opening}");
        assert_eq!(article.published, None, "{opening}");
        assert_eq!(article.headline.as_deref(), Some("Ferry returns to the crossing"));
    }
}

#[test]
fn a_dateline_with_a_whole_date_gives_the_publication() {
    let placed = article(&format!("Ferry returns\n\nOSTREL, September 23, 2022 (OPA) - {BODY}"));
    assert_eq!(iso(placed.published).as_deref(), Some("2022-09-23"));
    let dated = parsed(&format!("Ferry returns\n\nFriday, January 4, 2019\n{BODY}"));
    assert_eq!(iso(dated.article.published).as_deref(), Some("2019-01-04"));
    assert_eq!(dated.article.body.len(), 2);
    let opening = article(&format!("Ferry returns\n\nFriday, January 4, 2019 - {BODY}"));
    assert_eq!(iso(opening.published).as_deref(), Some("2019-01-04"));
    assert!(opening.body[0].starts_with("Friday"));
}

#[test]
fn a_chinese_dateline_names_the_place_after_the_agency() {
    let text = "渡轮重返奥斯特港\n\n（新华社奥斯特9月23日电）渡轮周一恢复通航，港务局表示。\n";
    assert_eq!(article(text).dateline.as_deref(), Some("奥斯特"));
    assert_eq!(article("渡轮重返奥斯特港\n\n报社的电话周一不通，港务局表示。\n").dateline, None);
}

#[test]
fn prose_with_dashes_has_no_dateline() {
    for line in [
        "The ferry - the old one - sailed again on Monday.",
        "UPDATE - The ferry sailed again on Monday.",
        "Ann Lee - the captain - smiled at all of them.",
        "UPDATE: The ferry sailed again on Monday, after nine weeks in which nobody crossed the water.",
        "BREAKING NEWS: The ferry sailed again on Monday, after nine weeks in which nobody crossed the water.",
        "FERRY SAILS AFTER WEEKS - The ferry sailed again on Monday.",
        "By Ann Lee OSTREL (OPA) - The ferry sailed again on Monday.",
        "VENN: No.",
        "OPA: The ferry sailed again on Monday, after nine weeks in which nobody crossed the water.",
        "RAMPUR: FERRY SAILS AGAIN AFTER NINE WEEKS IN WHICH NOBODY CROSSED THE WATER.",
        "IT - the short word for computers - has three meanings.",
    ] {
        assert_eq!(article(&format!("Ferry returns\n\n{line}\n\n{BODY}")).dateline, None, "{line}");
    }
}

#[test]
fn the_first_speaker_of_an_interview_is_no_dateline() {
    let turns = "VENN: The ferry sails again on Monday, as we have promised to everybody on the islands.\n\n\
                 COURIER: And what will the passengers do if it does not, as in every year before this one?\n";
    assert_eq!(article(&format!("Ferry returns\n\n{turns}")).dateline, None);
}

#[test]
fn a_name_between_headline_and_date_is_a_doubtful_byline() {
    let parsed = parsed(&format!("Ferry returns to Ostrel\nAnn Lee\n23 September 2022\n\n{BODY}"));
    assert_eq!(parsed.article.bylines, ["Ann Lee"]);
    assert_eq!(codes(&parsed), [Code::DoubtfulField]);
}
