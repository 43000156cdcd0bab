//! What pages say in ways of their own: of which heading, byline and day the article's are.

use super::*;

fn headline(head: &str, before: &str) -> String {
    article(&page(head, before)).headline.unwrap_or_default()
}

#[test]
fn heading_that_the_title_has_too_goes_before_the_name_of_the_site() {
    for (head, before) in [
        ("<title>Ferry returns to Ostrel | Tidewater</title>", "<h1>Tidewater</h1><h2>Ferry returns to Ostrel</h2>"),
        (
            "<title>Sound online - News - Ferry returns to Ostrel</title>",
            "<h1>Sound</h1><h1>Ferry returns to Ostrel</h1>",
        ),
        (
            "<title>Ferry returns to Ostrel - Sound Sailing</title><meta property='og:title' content='Releases'>\
             <meta property='og:site_name' content='Ferry returns to Ostrel - Sound Sailing'>",
            "<h1>Ferry returns to Ostrel</h1>",
        ),
        (
            "<meta property='og:title' content='Ferry returns to Ostrel : 31.10.2023, 10.19'>",
            "<h1>More of us</h1><h1>Ferry returns to Ostrel</h1>",
        ),
        (
            "<title>Ferry returns to Ostrel - Sound</title>",
            "<h1 itemprop='headline'>Tidewater</h1><h1>Ferry returns to Ostrel</h1>",
        ),
    ] {
        assert_eq!(headline(head, before), "Ferry returns to Ostrel", "{head}");
    }
    // A title that shares words with what is printed is what the page wants to be called.
    let head = "<meta property='og:title' content='Ferry is back'><title>Ferry returns to Ostrel</title>";
    assert_eq!(headline(head, "<h1>Ferry returns to Ostrel</h1>"), "Ferry is back");
}

#[test]
fn authors_are_told_in_many_places() {
    let graph = r#"<script type='application/ld+json'>{"@graph": [{"@type": "WebPage", "author": {"@id": "p"},
        "datePublished": "2023-04-17"}, {"@type": "Person", "@id": "p", "name": "Ann Lee"}]}</script>"#;
    let card =
        "<meta name='twitter:label1' content='Verfasst von'><meta name='twitter:data1' content='Ann Lee @annlee'>";
    for (head, before) in [
        (graph, ""),
        (card, ""),
        ("", "<a class='tide-author-name' href='/a'>Ann Lee</a>"),
        ("", "<h1>Ferry returns</h1><p>Autor: Ann Lee</p>"),
        ("", "<p class='byline'>Ann Lee am 5. Mai 2023</p>"),
    ] {
        let found = article(&page(head, &format!("<title>Ferry returns</title>{before}")));
        assert_eq!(found.bylines, ["Ann Lee"], "{head} {before}");
    }
    assert_eq!(shown_date(article(&page(graph, "")).published), "2023-04-17");
    // Below the text two labels are those of other articles.
    let below =
        format!("<h1>Ferry returns</h1>{}<p>Autor: Ann Lee</p><p>Autor: Raj Singh</p>", "<p>Tide.</p>".repeat(9));
    assert!(article(&page("<title>Ferry returns</title>", &below)).bylines.is_empty());
}

#[test]
fn a_day_that_is_shown_goes_before_one_that_says_nothing_of_itself() {
    let any = "<meta name='date' content='2023-05-09'>";
    assert_eq!(shown_date(article(&page(any, "")).published), "2023-05-09");
    let before = "<main><time datetime='2023-05-05'>5 May</time></main>";
    assert_eq!(shown_date(article(&page(any, before)).published), "2023-05-05");
    for (line, day) in
        [("31.10.23", "2023-10-31"), ("Stand: 01.02.98 | Lee", "1998-02-01"), ("1.2.345", ""), ("12.13.14.15", "")]
    {
        let before = format!("<div class='date'>{line}</div>");
        assert_eq!(shown_date(article(&page("", &before)).published), day, "{line}");
    }
}

#[test]
fn json_with_quotation_marks_in_its_text_is_read() {
    let json = r#"{"@type": "NewsArticle", "headline": "Master calls boat "tired"", "name": "A &quot;b&quot;",
        "datePublished": "2023-05-05"}"#;
    let parsed = parsed(&page(&format!("<script type='application/ld+json'>{json}</script>"), ""));
    assert_eq!(shown_date(parsed.article.published), "2023-05-05");
    assert_eq!(parsed.article.headline.as_deref(), Some("Master calls boat \"tired\""));
    assert_eq!(parsed.notices, []);
}
