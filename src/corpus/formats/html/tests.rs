use proptest::prelude::*;

mod depth;
mod mapped;
mod names;
mod others;
mod shown;

use super::*;
use crate::corpus::format::Confidence;
use crate::{Article, Status};

const PROSE: &str = "<p>The ferry sailed again on Monday after nine weeks in dock, the harbour master of Ostrel said, \
    and the first crossing was full by seven in the morning.</p>\
    <p>Repairs had taken longer than planned, because a part had to be made by hand in a yard on the other shore, \
    where only two people still know how to cast it.</p>\
    <p>“We would not have waited another week,” said the owner of the bakery on the quay, who had brought bread for \
    everyone on board, as her father used to do.</p>\
    <p>The town council will vote in June on whether to buy a second boat, which would cost four million crowns.</p>";

fn parsed(markup: &str) -> Parsed {
    match understood(markup, &ParseOptions::default()) {
        Ok(parsed) => parsed,
        Err(notice) => panic!("rejected: {}", notice.message),
    }
}

fn article(markup: &str) -> Article {
    parsed(markup).article
}

/// Returns a page with `head` in its head and `before` ahead of an article of four paragraphs.
fn page(head: &str, before: &str) -> String {
    format!("<!doctype html><html><head>{head}</head><body>{before}<article>{PROSE}</article></body></html>")
}

fn place_of(parsed: &Parsed, field: &str) -> String {
    parsed.found.iter().find(|found| found.field == field).map(|found| found.place.clone()).unwrap_or_default()
}

fn shown_date(date: Option<crate::Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

#[test]
fn page_is_told_by_name_and_by_content() {
    let confidence = |path: &str, head: &str| Html.detect(path, head).map(|detected| detected.confidence);
    assert_eq!(confidence("a/b.HTM", "text"), Some(Confidence::Name));
    assert_eq!(confidence("a", " <!-- saved -->\n<!DOCTYPE HTML PUBLIC>"), Some(Confidence::Content));
    assert_eq!(confidence("a", "<?xml version='1.0'?><!doctype html>"), Some(Confidence::Content));
    assert_eq!(confidence("a", "<html lang=en>"), Some(Confidence::Content));
    assert_eq!(confidence("a.txt", "How to write <html>"), None);
    assert_eq!(confidence("a.xml", "<!DOCTYPE nitf>"), None);
    assert_eq!(confidence("a.md", "<htmlish>"), None);
    assert_eq!(confidence("a", "<!-- never closed"), None);
}

#[test]
fn json_ld_gives_the_fields() {
    let json = r#"{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ferry returns to Ostrel",
        "description": "Nine weeks late, the only boat across the sound is back.",
        "datePublished": "2023-04-17T11:35:00+02:00", "dateModified": "2023-04-18",
        "author": [{"@type": "Person", "name": "Ann Lee"}, "Raj Singh"], "articleSection": ["Regions", "Coast"],
        "keywords": "ferry, Ostrel , ferry", "publisher": {"@type": "Organization", "name": "The Sound Courier"},
        "mainEntityOfPage": {"@id": "https://courier.example/ferry"}, "inLanguage": "en_GB", "dateline": "OSTREL",
        "printPage": "A4", "identifier": {"@type": "PropertyValue", "value": "sc-4711"}, "@id": "https://courier.example/#a",
        "contentLocation": {"name": "Ostrel"},
        "image": {"@type": "ImageObject", "caption": "The ferry at the quay", "creditText": "Mia Holm"}}"#;
    let parsed = parsed(&page(&format!("<script type='application/ld+json'>{json}</script>"), ""));
    let article = &parsed.article;
    assert_eq!(article.headline.as_deref(), Some("Ferry returns to Ostrel"));
    assert_eq!(article.standfirst.as_deref(), Some("Nine weeks late, the only boat across the sound is back."));
    assert_eq!(shown_date(article.published), "2023-04-17T11:35:00+02:00");
    assert_eq!(shown_date(article.updated), "2023-04-18");
    assert_eq!(article.bylines, ["Ann Lee", "Raj Singh"]);
    assert_eq!(article.section.as_ref().map(|section| section.path.as_str()), Some("regions"));
    let keywords = article.keywords.iter().map(|k| (k.text.as_str(), k.scheme.as_deref())).collect::<Vec<_>>();
    assert_eq!(keywords, [("ferry", None), ("Ostrel", None), ("Ostrel", Some("contentLocation"))]);
    assert_eq!(article.publisher.as_deref(), Some("The Sound Courier"));
    assert_eq!(article.url.as_deref(), Some("https://courier.example/ferry"));
    assert_eq!(article.language.as_ref().map(|language| language.code.as_str()), Some("en-gb"));
    assert_eq!((article.dateline.as_deref(), article.page.as_deref()), (Some("OSTREL"), Some("A4")));
    assert_eq!(article.native_id.as_deref(), Some("sc-4711"));
    assert_eq!(article.captions.len(), 1);
    assert_eq!(article.captions[0].credit.as_deref(), Some("Mia Holm"));
    assert_eq!(article.body.len(), 4);
    assert_eq!(place_of(&parsed, "headline"), "JSON-LD headline");
    assert_eq!(place_of(&parsed, "published"), "JSON-LD datePublished");
    assert_eq!(parsed.notices, []);
}

#[test]
fn article_is_found_in_a_graph_and_names_by_reference() {
    let json = r##"{"@graph": [{"@type": "WebSite", "name": "Courier"},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        {"@type": "NewsArticle", "headline": "Another story of the day", "author": "Someone Else"},
        {"@type": ["Article", "ReportageNewsArticle"], "headline": "Ferry returns", "author": {"@id": "#ann"}}]}"##;
    let markup = page(&format!("<script type=application/ld+json>{json}</script>"), "<h1>Ferry returns</h1>");
    let article = article(&markup);
    assert_eq!(article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(article.bylines, ["Ann Lee"]);
}

#[test]
fn broken_json_ld_is_mended_or_warned_of() {
    let mended = "<script type='application/ld+json'>\n//<![CDATA[\n[{\"@type\":\"NewsArticle\",\"headline\":\"Ferry\nreturns, \
        all\\\" aboard\",\"author\":[\"Ann Lee\",],},]\n//]]></script>";
    let found = parsed(&page(mended, ""));
    assert_eq!(found.article.headline.as_deref(), Some("Ferry returns, all\" aboard"));
    assert_eq!(found.article.bylines, ["Ann Lee"]);
    assert_eq!(found.notices, []);

    let hopeless =
        "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":</script><title>Ferry</title>";
    let found = parsed(&page(hopeless, ""));
    assert_eq!(found.article.headline.as_deref(), Some("Ferry"));
    assert_eq!(found.notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [Code::DoubtfulField]);
    let nested = format!("<script type='application/ld+json'>{}</script>", "[".repeat(100_000));
    assert_eq!(parsed(&page(&nested, "")).notices.len(), 1);
}

#[test]
fn correction_makes_the_status() {
    let json = r#"{"@type":"NewsArticle","headline":"x","correction":"An earlier version named another yard."}"#;
    let markup = page(&format!("<script type='application/ld+json'>{json}</script>"), "");
    assert_eq!(article(&markup).status, Status::Corrected);
}

#[test]
fn meta_tags_give_the_fields() {
    let head = "<title>Ferry returns - The Sound Courier</title><link rel=canonical href='https://courier.example/f'>\
        <meta property=og:title content='Ferry &amp;amp; crew return | The Sound Courier'>\
        <meta property=og:site_name content='The Sound Courier'><meta property=og:type content=article>\
        <meta property='og:description' content='Nine weeks late, the boat is back.'>\
        <meta property=article:published_time content=2023-04-17T11:35:00Z>\
        <meta property=article:modified_time content=2023-04-17T11:35:00Z>\
        <meta property=article:author content='https://social.example/ann'><meta name=author content='By Ann Lee and Raj Singh'>\
        <meta property=article:section content='Regions / Coast'>\
        <meta property=article:tag content=Ferry><meta property=article:tag content=Harbour>\
        <meta name=articleid content=4711>";
    let parsed = parsed(&page(head, "").replace("<html>", "<html lang=en>"));
    let article = &parsed.article;
    assert_eq!(article.headline.as_deref(), Some("Ferry & crew return"));
    assert_eq!(article.publisher.as_deref(), Some("The Sound Courier"));
    assert_eq!(article.standfirst.as_deref(), Some("Nine weeks late, the boat is back."));
    assert_eq!(shown_date(article.published), "2023-04-17T11:35:00Z");
    assert_eq!(article.updated, None);
    assert_eq!(article.bylines, ["Ann Lee", "Raj Singh"]);
    assert_eq!(article.section.as_ref().map(|section| section.path.as_str()), Some("regions/coast"));
    assert_eq!(article.keywords.iter().map(|keyword| keyword.text.as_str()).collect::<Vec<_>>(), ["Ferry", "Harbour"]);
    assert_eq!(article.native_id.as_deref(), Some("4711"));
    assert_eq!(article.url.as_deref(), Some("https://courier.example/f"));
    assert_eq!(article.language.as_ref().map(|language| language.primary()), Some("en"));
    assert_eq!(place_of(&parsed, "headline"), "meta og:title");
}

#[test]
fn dublin_core_and_service_tags_count_too() {
    let head = "<meta name='DC:Title' content='Ferry returns'><meta name=DC.creator content='Ann Lee'>\
        <meta name=parsely-pub-date content=2023-04-17><meta name=sailthru.tags content='ferry,coast'>";
    let article = article(&page(head, ""));
    assert_eq!((article.headline.as_deref(), article.bylines.join(";")), (Some("Ferry returns"), "Ann Lee".to_owned()));
    assert_eq!((shown_date(article.published).as_str(), article.keywords.len()), ("2023-04-17", 2));
}

#[test]
fn shown_headline_byline_and_date_are_taken_last() {
    let before = "<header><h1>The Sound Courier</h1></header><main><h1>Ferry returns to Ostrel</h1>\
        <p class=byline>By <a rel=author href=/ann>Ann Lee</a></p><time datetime=2023-04-17T11:35>Monday</time></main>";
    let parsed = parsed(&page("<title>Ferry returns to Ostrel | The Sound Courier</title>", before));
    assert_eq!(parsed.article.headline.as_deref(), Some("Ferry returns to Ostrel"));
    assert_eq!(parsed.article.bylines, ["Ann Lee"]);
    assert_eq!(shown_date(parsed.article.published), "2023-04-17T11:35");
    assert_eq!(parsed.article.body.len(), 4, "{:?}", parsed.article.body);
    assert_eq!(place_of(&parsed, "headline"), "<h1>");
}

#[test]
fn title_is_the_last_resort_without_the_site() {
    let headline = |title: &str| article(&page(&format!("<title>{title}</title>"), "")).headline.unwrap_or_default();
    assert_eq!(headline("Ferry returns to Ostrel | The Sound Courier"), "Ferry returns to Ostrel");
    assert_eq!(headline("Ferry returns - at last"), "Ferry returns - at last");
    assert_eq!(headline("Ferry"), "Ferry");
}

#[test]
fn dates_that_are_none_are_absent_with_a_notice() {
    let head = "<title>Ferry</title><meta name=date content='some day'><meta property=article:modified_time content=0001-01-01>";
    let found = parsed(&page(head, ""));
    assert_eq!((found.article.published, found.article.updated), (None, None));
    let codes = found.notices.iter().map(|notice| notice.code).collect::<Vec<_>>();
    assert_eq!(codes, [Code::UnreadDate, Code::ImpossibleDate]);

    let head = "<meta property=article:published_time content='some day'><meta name=date content=2023-04-17>";
    let found = parsed(&page(head, ""));
    assert_eq!((shown_date(found.article.published).as_str(), found.notices.len()), ("2023-04-17", 0));
    assert_eq!(place_of(&found, "published"), "meta date");
}

#[test]
fn standfirst_never_repeats_the_text() {
    let first = "The ferry sailed again on Monday after nine weeks in dock";
    let head = format!("<meta property=og:type content=article><meta name=description content='{first}'>");
    assert_eq!(article(&page(&head, "")).standfirst, None);
    let near = "On Monday the ferry sailed again after its nine weeks in dock, the harbour master said";
    let head = format!("<meta property=og:type content=article><meta name=description content='{near}'>");
    assert_eq!(article(&page(&head, "")).standfirst, None);
    let cut = "<meta property=og:type content=article><meta name=description content='The boat that everyone had…'>";
    assert_eq!(article(&page(cut, "")).standfirst, None);
    let slogan = "<meta name=description content='News from the coast, every day.'>";
    assert_eq!(article(&page(slogan, "")).standfirst, None);
}

#[test]
fn printed_standfirst_is_moved_out_of_the_body() {
    let markup =
        page("", "").replace("<article>", "<article><p class=standfirst>Nine weeks late, the boat is back.</p>");
    let article = article(&markup);
    assert_eq!(article.standfirst.as_deref(), Some("Nine weeks late, the boat is back."));
    assert_eq!(article.body.len(), 4);
    assert!(article.body[0].starts_with("The ferry sailed"));
}

#[test]
fn body_has_no_navigation_adverts_comments_or_share_bars() {
    let around = "<nav><a href=/>Home</a> <a href=/s>Sport</a></nav>";
    let inside = "</p><div class='share-bar'>Share on Chirper</div><div class=advert><p>Buy a bicycle today.</p></div>\
        <aside class=related><h3>Related</h3><a href=/x>Bridge closed</a></aside><p>";
    let after = "</article><div id=comments><p>First! I never liked that boat.</p></div><footer>About us</footer>";
    let markup = page("<title>Ferry</title>", around).replacen("</p><p>", inside, 1).replace("</article>", after);
    let parsed = parsed(&markup);
    let body = parsed.article.body.join("\n");
    assert_eq!(parsed.article.body.len(), 4, "{body}");
    for foreign in ["Home", "Chirper", "bicycle", "Bridge", "never liked", "About us"] {
        assert!(!body.contains(foreign), "{foreign}");
    }
    let reasons = parsed.left_over.iter().map(|left| left.reason.as_str()).collect::<Vec<_>>();
    assert_eq!(reasons, ["navigation", "aside", "comments", "footer"]);
}

#[test]
fn captions_are_no_part_of_the_body() {
    let figure = "</p><figure><img src=f.jpg><figcaption>The ferry at the quay <span class=credit>Photo: Mia Holm</span>\
        </figcaption></figure><p>";
    let teaser = "<ul><li><a href=/x><figure><figcaption>Another story</figcaption></figure></a></li></ul>";
    let article = article(&page("", teaser).replacen("</p><p>", figure, 1));
    assert_eq!(article.captions.len(), 1);
    assert_eq!(article.captions[0].text, "The ferry at the quay");
    assert_eq!(article.captions[0].credit.as_deref(), Some("Mia Holm"));
    assert!(!article.body.join(" ").contains("quay Photo"));
}

#[test]
fn credits_lose_their_labels() {
    for (credit, name) in [
        ("CreditCreditMia Holm for the Courier", "Mia Holm for the Courier"),
        ("Credit...Mia Holm", "Mia Holm"),
        ("(Photo by Mia Holm)", "Mia Holm"),
        ("Picture Alliance", "Picture Alliance"),
        ("Imagery House", "Imagery House"),
        ("Photo:", "Photo"),
    ] {
        let figure = format!("</p><figure><figcaption>The quay <i class=credit>{credit}</i></figcaption></figure><p>");
        let article = article(&page("", "").replacen("</p><p>", &figure, 1));
        assert_eq!(article.captions[0].credit.as_deref(), Some(name));
    }
}

#[test]
fn links_and_headings_at_the_end_lead_elsewhere() {
    let tail = "<h3>Read on</h3><p><a href=/x>Bridge closed for a year</a></p><p>Read <a href=/y>this</a>.</p>        <h3>More news</h3><p><a href=/z>Harbour dredged</a></p></article>";
    let body = article(&page("", "").replace("</article>", tail)).body;
    assert_eq!(body.last().map(String::as_str), Some("Read this."));
}

#[test]
fn headline_is_not_repeated_as_a_paragraph() {
    let markup = page("<title>Ferry returns</title>", "").replace("<article>", "<article><h2>FERRY RETURNS</h2>");
    let article = article(&markup);
    assert!(article.body[0].starts_with("The ferry sailed"), "{:?}", article.body[0]);
}

#[test]
fn text_has_no_entities_and_folded_spaces() {
    let markup = page("", "").replace("crowns.", "crowns&nbsp;&amp;\n  a <b>bit</b>&shy;ter <i>end</i>.<br>Next");
    let last = article(&markup).body.pop().unwrap_or_default();
    assert!(last.ends_with("four million crowns & a bitter end. Next"), "{last}");
}

#[test]
fn old_page_of_nested_tables_is_read() {
    let markup = format!(
        "<html><head><title>Ferry returns</title></head><body bgcolor=white><table><tr><td><table><tr><td><font size=2>\
         <b>Home</b></font></td></tr></table></td><td><table width=600><tr><td>{PROSE}</td></tr></table></td></tr></table>"
    );
    let article = article(&markup);
    assert_eq!(article.body.len(), 4, "{:?}", article.body);
}

#[test]
fn truncated_page_keeps_what_is_there() {
    let markup = page("<title>Ferry returns</title>", "");
    let cut = &markup[..markup.find("The town council").expect("in the prose") + 30];
    let article = article(cut);
    assert_eq!((article.headline.as_deref(), article.body.len()), (Some("Ferry returns"), 4));
}

#[test]
fn declared_cyrillic_charset_is_read() {
    let text = "Паром вернулся на переправу в понедельник, сообщил капитан порта Острель. ".repeat(5);
    let markup = format!("<html><head><meta charset=windows-1251><title>Паром вернулся</title></head><p>{text}</p>");
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&markup);
    let source = Source::decode("a.html", &bytes);
    let mut headlines = Vec::new();
    Html.parse(&source, &ParseOptions::default(), &mut |record| {
        if let Record::Article(parsed) = record {
            headlines.push(parsed.article.headline.clone().unwrap_or_default());
        }
        Flow::Continue
    });
    assert_eq!(headlines, ["Паром вернулся"]);
}

#[test]
fn text_given_to_machines_is_taken_where_none_is_shown() {
    let json = r#"{"@type":"NewsArticle","headline":"Ferry","articleBody":"It sailed &amp; sailed.\n\nIt came back."}"#;
    let markup = format!("<html><script type='application/ld+json'>{json}</script><body><div id=app></div>");
    assert_eq!(article(&markup).body, ["It sailed & sailed.", "It came back."]);
}

#[test]
fn page_without_anything_is_rejected() {
    for markup in
        ["", "<html><body></body></html>", "<!doctype html><script>var x = '<p>';</script>", "<p> &nbsp; </p>"]
    {
        let notice = understood(markup, &ParseOptions::default()).expect_err(markup);
        assert_eq!(notice.code, Code::NoText);
    }
}

#[test]
fn pages_without_article_are_warned_of() {
    let lost = "<html><title>404 Not Found</title><h1>Page not found</h1><p>The page you requested does not exist.</p>";
    let consent = "<html><title>Before you continue</title><p>We and our partners use cookies to personalise content.</p>\
        <p>Accept all</p><p>Reject all</p><p>Manage your privacy settings</p>";
    let codes = |markup: &str| parsed(markup).notices.iter().map(|notice| notice.code).collect::<Vec<_>>();
    assert_eq!(codes(lost), [Code::NotFoundPage]);
    assert_eq!(codes(consent), [Code::ConsentWall]);
}

#[test]
fn hostile_page_is_read_in_bounds() {
    let deep = "<div>".repeat(100_000);
    let parsed = parsed(&format!("<title>Ferry returns</title>{PROSE}{deep}<p>at the bottom</p>"));
    assert!(parsed.article.body.len() >= 4);
    assert_eq!(parsed.notices.len(), 1);
    assert!(parsed.notices[0].message.starts_with("elements nest deeper"));
    let attributes = (0..100_000).map(|n| format!(" a{n}")).collect::<String>();
    let notice = understood(&format!("<p{attributes}>x"), &ParseOptions::default()).expect_err("refused");
    assert_eq!(notice.code, Code::BadRecord);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_markup_never_panics(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let markup = pieces.iter().map(|piece| PIECES[*piece]).collect::<String>();
        let _ = understood(&markup, &ParseOptions::default());
    }

    #[test]
    fn random_text_never_panics(markup in "[<>/=\"'a-d!&; é渡\\-\n]{0,120}") {
        let _ = understood(&markup, &ParseOptions::default());
    }
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=byline>",
    "</div>",
    "<table>",
    "<tr><td>",
    "</table>",
    "<figure><figcaption>",
    "</figure>",
    "<script type='application/ld+json'>",
    "</script>",
    "{\"@type\":\"NewsArticle\",",
    "\"headline\":\"",
    "<b>",
    "</b>",
    "<a href=x>",
    "<h1>",
    "</h1>",
    "<title>",
    "</title>",
    "<svg>",
    "<template>",
    "<select>",
    "<noscript><img src=x>",
    "</noscript>",
    "<font>",
    "<br><br>",
    "<form>",
    "<article>",
    "<meta name=date content=31.02.2020>",
    "By Ann Lee",
    "The ferry sailed, again.",
    "&#0;",
    "&nbsp;",
    "\u{0}",
    "<!--",
    "-->",
    "<img src='data:image/png;base64,'>",
    "<time datetime=>",
    "<html lang>",
    "<frameset>",
    "<li>",
    "<pre>\n",
    "<iframe>",
    "é渡",
    "<plaintext>",
];

#[test]
fn byline_and_caption_of_another_article_are_left_over() {
    let line = "<article><p class=byline>By Ann Reed, 3 May 2021</p>";
    let related = "</article><section class=related><span class=author-name>Bob Other</span><figure><figcaption>A cat \
        by Bob Other</figcaption></figure></section>";
    let parsed = parsed(&page("<title>Ferry</title>", "").replace("<article>", line).replace("</article>", related));
    assert_eq!(parsed.article.bylines, ["Ann Reed"]);
    assert_eq!(shown_date(parsed.article.published), "2021-05-03");
    assert_eq!(place_of(&parsed, "published"), "<… class=byline>");
    assert_eq!(parsed.article.captions.len(), 0);
    let left = parsed.left_over.iter().map(|left| (left.text.as_str(), left.reason.as_str())).collect::<Vec<_>>();
    assert_eq!(left, [("Bob Other A cat by Bob Other", "aside")]);
}

#[test]
fn byline_comes_before_the_name_of_an_author() {
    let before = "<main><b class=author-name>Bob Other</b><p class=byline>By Ann Reed</p></main>";
    let parsed = parsed(&page("<title>Ferry</title>", before));
    assert_eq!(parsed.article.bylines, ["Ann Reed"]);
    assert!(parsed.left_over.iter().any(|left| (&*left.text, &*left.reason) == ("Bob Other", "byline")));
}

#[test]
fn byline_line_that_no_field_has_is_left_over() {
    let head = "<meta name=author content='Ann Reed'><meta property=article:published_time content=2021-05-04>";
    let line = "<main><p class=byline>By Ann Reed, 3 May 2021</p></main>";
    let parsed = parsed(&page(head, line));
    assert_eq!(shown_date(parsed.article.published), "2021-05-04");
    assert!(parsed.left_over.iter().any(|left| (&*left.text, &*left.reason) == ("By Ann Reed, 3 May 2021", "byline")));
}

#[test]
fn day_of_making_counts_where_none_of_publishing_is_given() {
    let json = "<script type=application/ld+json>{\"@type\": \"NewsArticle\", \"headline\": \"Ferry returns\", \
        \"dateCreated\": \"2021-05-01\"}</script>";
    let meta = "<meta property=article:published_time content=2021-05-03>";
    assert_eq!(shown_date(article(&page(json, "")).published), "2021-05-01");
    assert_eq!(shown_date(article(&page(&format!("{json}{meta}"), "")).published), "2021-05-03");
}

#[test]
fn placeholders_are_no_section_and_no_keywords() {
    let head = "<meta property=article:section content=nil><meta name=keywords content='null, Ferry, undefined, None'>";
    let article = article(&page(head, ""));
    assert_eq!(article.section, None);
    assert_eq!(article.keywords.iter().map(|keyword| keyword.text.as_str()).collect::<Vec<_>>(), ["Ferry"]);
}
