//! Sections, headlines, standfirsts, and what is none of them.

use super::*;

#[test]
fn a_section_in_capitals_stands_above_a_headline_in_capitals() {
    let article = article(&format!("ARTS & LIFE\nFERRY RETURNS TO OSTREL CROSSING\nBy Ann Lee\n\n{BODY}"));
    let section = article.section.expect("a section");
    assert_eq!((section.path.as_str(), section.label.as_str()), ("arts & life", "ARTS & LIFE"));
    assert_eq!(article.headline.as_deref(), Some("FERRY RETURNS TO OSTREL CROSSING"));
}

#[test]
fn a_headline_in_capitals_is_no_section() {
    let article = article(&format!("FERRY RETURNS\nBy Ann Lee\n\n{BODY}"));
    assert_eq!((article.section, article.headline.as_deref()), (None, Some("FERRY RETURNS")));
}

#[test]
fn a_label_above_a_stamped_headline_is_the_section() {
    for (label, headline, stamp) in [
        ("ENVIRONMENT", "Ostrel counts its last eels", "By Ann Lee"),
        ("HARBOUR LIFE", "Ferry returns to Ostrel crossing", "23 September 2022"),
        ("ENVIRONNEMENT", "Les anguilles d'Ostrel se font rares", "Par Anne Lacroix"),
        ("ГОРОД", "Паром вернулся в Острель после ремонта", "12 марта 2021 года"),
        ("港口", "渡轮周一重返奥斯特港", "记者 张三"),
    ] {
        let article = article(&format!("{label}\n{headline}\n{stamp}\n\n{BODY}"));
        assert_eq!(article.section.map(|section| section.label).as_deref(), Some(label));
        assert_eq!((article.headline.as_deref(), article.standfirst), (Some(headline), None), "{label}");
    }
}

#[test]
fn a_short_line_above_anything_but_a_stamped_headline_is_no_section() {
    for (first, rest) in [
        ("AFTERMATH", "The ferry is gone and the quay is empty.\nBy Ann Lee"),
        ("FERRY BACK IN OSTREL", "Crossing opens again after nine weeks\nBy Ann Lee"),
        ("OSTREL", "Ann Lee\n23 September 2022"),
        ("Ferry", "Crossing opens again after nine weeks\nBy Ann Lee"),
        ("EXCLUSIVE", "Crossing opens again after nine weeks\nBy Ann Lee"),
        ("HARBOUR TIMES", "Crossing opens again after nine weeks\nBy Ann Lee"),
    ] {
        let article = article(&format!("{first}\n{rest}\n\n{BODY}"));
        assert_eq!(article.section, None, "{first}");
    }
}

#[test]
fn a_slash_in_a_headline_makes_no_section() {
    let article = article(&format!("Ferry and/or bridge for Ostrel\n\n{BODY}"));
    assert_eq!((article.section, article.headline.as_deref()), (None, Some("Ferry and/or bridge for Ostrel")));
}

#[test]
fn a_kicker_stands_above_the_headline() {
    let article = article(&format!("INTERVIEW\nThe captain who waited nine weeks\nBy Ann Lee\n{BODY}"));
    assert_eq!(article.kicker.as_deref(), Some("INTERVIEW"));
    assert_eq!(article.headline.as_deref(), Some("The captain who waited nine weeks"));
}

#[test]
fn a_first_line_that_is_a_paragraph_is_no_headline() {
    let article = article(BODY);
    assert_eq!((article.headline, article.body.len()), (None, 2));
}

#[test]
fn a_level_label_is_no_headline() {
    let parsed = parsed(&format!("Intermediate \n{BODY}"));
    assert_eq!((&parsed.article.headline, parsed.article.body.len()), (&None, 2));
    assert_eq!(left(&parsed), [(Some(1), "level label")]);
}

#[test]
fn a_standfirst_stands_between_headline_and_stamp() {
    let text =
        format!("Ferry returns to Ostrel\nAfter nine weeks in dock the crossing opens again.\nBy Ann Lee\n\n{BODY}");
    let article = article(&text);
    assert_eq!(article.standfirst.as_deref(), Some("After nine weeks in dock the crossing opens again."));
    assert_eq!(article.body.len(), 2);
}

#[test]
fn without_a_stamp_the_line_below_the_headline_is_body() {
    let article = article(&format!("Ferry returns to Ostrel\n\nA crossing opens again.\n\n{BODY}"));
    assert_eq!((article.standfirst, article.body.len()), (None, 3));
}

#[test]
fn a_repeated_headline_is_left_over() {
    let above = parsed(&format!("Ferry returns to Ostrel\n\nFERRY RETURNS TO OSTREL\nBy Ann Lee\n\n{BODY}"));
    assert_eq!(left(&above), [(Some(3), "repeated headline")]);
    let below = parsed(&format!("Ferry returns to Ostrel\nBy Ann Lee\n\nFerry returns to Ostrel\n\n{BODY}"));
    assert_eq!(left(&below), [(Some(4), "repeated headline")]);
    assert_eq!(below.article.body.len(), 2);
}

#[test]
fn a_repeated_lead_is_left_over() {
    let lead = BODY.lines().next().expect("a line");
    let parsed = parsed(&format!("Ferry returns to Ostrel\n\n{lead}\n\n{BODY}"));
    assert_eq!(left(&parsed), [(Some(5), "repeated lead")]);
    assert_eq!(parsed.article.body.len(), 2);
}

#[test]
fn a_headline_goes_on_in_the_next_line() {
    let article = article(&format!("Ferry returns to Ostrel after nine\nlong weeks in dock\n\n{BODY}"));
    assert_eq!(article.headline.as_deref(), Some("Ferry returns to Ostrel after nine long weeks in dock"));
}

#[test]
fn the_first_line_of_a_wrapped_paragraph_is_no_headline() {
    let text = "The ferry sailed again on Monday after nine weeks in the dry dock at\n\
                Ostrel, the harbour office said, and the first passengers waited on the\n\
                quay from five in the morning to be sure of a place on the upper deck,\n\
                where the view is best.\n";
    let article = article(text);
    assert_eq!((article.headline, article.body.len()), (None, 1));
}

#[test]
fn headlines_of_other_scripts_are_headlines() {
    for (headline, body) in [
        ("Паром вернулся в Острель", "Паром снова вышел в море в понедельник, сообщили в порту."),
        ("العبارة تعود إلى أوستريل", "عادت العبارة يوم الاثنين بعد تسعة أسابيع في الحوض."),
        ("渡轮重返奥斯特港", "渡轮周一恢复通航，港务局表示乘客已在码头等候。"),
        ("フェリーが運航を再開", "フェリーは月曜日に運航を再開したと港湾局が発表した。"),
    ] {
        let article = article(&format!("{headline}\n\n{body}\n"));
        assert_eq!(article.headline.as_deref(), Some(headline));
        assert_eq!(article.body, [body]);
    }
}

#[test]
fn labels_for_editors_are_left_over() {
    let wire = parsed(
        "BC-OSTREL-FERRY\nFerry returns to Ostrel\n(Adds quote)\nBy Ann Lee\nOstrel Press Agency\n\nThe ferry sailed.\n",
    );
    assert_eq!(wire.article.headline.as_deref(), Some("Ferry returns to Ostrel"));
    assert_eq!(wire.article.publisher.as_deref(), Some("Ostrel Press Agency"));
    assert_eq!(left(&wire), [(Some(1), "slug"), (Some(3), "advisory")]);
    let release =
        parsed(&format!("PRESS RELEASE\nFOR IMMEDIATE RELEASE\n23 September 2022\n\nA new pier opens\n\n{BODY}"));
    assert_eq!(release.article.kicker.as_deref(), Some("PRESS RELEASE"));
    assert_eq!(release.article.headline.as_deref(), Some("A new pier opens"));
    assert_eq!(iso(release.article.published).as_deref(), Some("2022-09-23"));
    assert_eq!(left(&release), [(Some(2), "release label")]);
}

#[test]
fn several_short_lines_stand_between_headline_and_stamp() {
    let text = format!(
        "Ferry returns to Ostrel\nThis article is more than 3 years old\nCrossing opens again after nine weeks\nAnn Lee\n\
         Fri 23 Sep 2022 11:35 BST\nLast modified on Sat 24 Sep 2022 08:10 BST\n\n{BODY}"
    );
    let parsed = parsed(&text);
    assert_eq!(parsed.article.standfirst.as_deref(), Some("Crossing opens again after nine weeks"));
    assert_eq!(parsed.article.bylines, ["Ann Lee"]);
    assert!(parsed.article.published.is_some() && parsed.article.updated.is_some());
    assert_eq!((parsed.article.body.len(), left(&parsed)), (2, vec![(Some(2), "age line")]));
}

#[test]
fn consent_walls_and_missing_pages_are_warned_of() {
    let wall = parsed("We value your privacy\n\nWe and our partners use cookies.\n\nAccept all\nReject all\n");
    assert!(codes(&wall).contains(&Code::ConsentWall));
    let missing = parsed("Page not found\n\nSorry, the page that you asked for has moved or is gone.\n");
    assert!(codes(&missing).contains(&Code::NotFoundPage));
    assert!(codes(&parsed(BODY)).is_empty());
}

#[test]
fn mojibake_is_warned_of_and_kept() {
    let parsed = parsed("CafÃ© at the ferry opens\n\nThe cafÃ© opened on Monday, the ownerâ€™s son said.\n");
    assert_eq!(codes(&parsed), [Code::Mojibake]);
    assert_eq!(parsed.article.headline.as_deref(), Some("CafÃ© at the ferry opens"));
}
