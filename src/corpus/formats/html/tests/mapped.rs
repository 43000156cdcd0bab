//! Fields that a user maps to elements of a page.

use super::*;

/// Reads a page by rules of a mapping.
fn mapped(markup: &str, rules: &str) -> Parsed {
    let mapping = crate::Mapping::parse(rules).expect("it is sound");
    let options = ParseOptions { mapping, ..ParseOptions::default() };
    understood(markup, &options).expect("an article")
}

#[test]
fn what_is_mapped_to_elements_comes_before_what_the_page_says() {
    let markup = "<html><head><title>Site</title><meta property=og:title content='Title for machines'>\
        <meta name=desk content=North><meta property=article:published_time content=2024-05-01>\
        <meta name=description content='A summary that the page gives to machines and to nobody else on it.'></head><body>\
        <h1 class=story>Ferry returns</h1><h1 class=story>Again</h1><p class=when>2 May 2024</p>\
        <span class=who>Mara Veltin</span><span class=who>Ned Arlow</span><div class=deck>After nine weeks.</div>\
        <div class=text><p>The ferry sailed again.</p><div class=text><p>Inside &lt;b&gt; it rained.</p></div></div>\
        <div class=text><p>And on.</p></div><article><p>The text that the page seems to have, which is not its own, but is \
        longer than all others on it by far, as main texts are.</p></article><a class=self href=https://n.example/1>x</a>\
        <time class=new datetime=2024-05-03>yesterday</time><i data-n=7>n</i><i data-n=8>n</i></body></html>";
    let rules = "[[map]]\nhtml.headline = ['h2.story', 'h1.story']\nhtml.published = '.when'\nhtml.updated = 'time.new'\n\
        html.bylines = '.who'\nhtml.standfirst = '.deck'\nhtml.body = 'div.text'\nhtml.url = 'a.self'\n\
        html.x.desk = \"meta[name=desk]\"\nhtml.x.n = 'i::attr(data-n)'\nhtml.kicker = '.none'\n";
    let Parsed { article, found, .. } = mapped(markup, rules);
    assert_eq!(article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(article.bylines, ["Mara Veltin", "Ned Arlow"]);
    assert_eq!(article.standfirst.as_deref(), Some("After nine weeks."));
    assert_eq!(article.body, ["The ferry sailed again.", "Inside <b> it rained.", "And on."]);
    let dates = [article.published, article.updated].map(|date| date.map(|date| date.to_string()).unwrap_or_default());
    assert_eq!(dates, ["2024-05-02", "2024-05-03"]);
    assert_eq!(article.url.as_deref(), Some("https://n.example/1"));
    assert_eq!(article.extra["desk"], crate::Value::Text("North".into()));
    assert!(
        matches!(&article.extra["n"], crate::Value::Keywords(values) if *values == ["7", "8"]),
        "{:?}",
        article.extra
    );
    let place = |field: &str| found.iter().find(|found| found.field == field).map(|found| found.place.clone());
    assert_eq!(place("headline").as_deref(), Some("selector h1.story"));
    assert_eq!(place("body").as_deref(), Some("selector div.text"));
}

#[test]
fn where_what_is_mapped_says_nothing_the_page_is_read_as_ever() {
    let markup = "<html><head><meta property=og:type content=article><meta property=article:published_time content=2024-05-01>\
        </head><body><article><h1>Ferry returns</h1><p class=when>some day</p><p>The ferry sailed again on Monday after nine \
        weeks in dock, the office said.</p></article></body></html>";
    let rules = "[[map]]\nhtml.headline = 'h3'\nhtml.body = '.text'\nhtml.published = '.when'\n";
    let (mapped, plain) = (mapped(markup, rules), understood(markup, &ParseOptions::default()).expect("an article"));
    assert_eq!(mapped.article, plain.article);
    assert_eq!(mapped.notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [Code::UnreadDate]);
}
