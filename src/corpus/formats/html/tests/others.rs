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
    // Colons, brackets and later headings of a word or two stand in headlines of their own right.
    for (title, site, before) in [
        ("Nice : fire in a block", "Nice-Matin", "<h1>Nice : fire in a block</h1>"),
        ("Ferry returns to Ostrel - News", "Tidewater", "<h1>Ferry back in service</h1><h1>News</h1>"),
        ("Storm sinks a ferry (Video)", "Tidewater", "<h1>Storm sinks ferry</h1><aside><h1>Video</h1></aside>"),
    ] {
        let head =
            format!("<meta property='og:title' content='{title}'><meta property='og:site_name' content='{site}'>");
        assert_eq!(headline(&head, before), title);
    }
    let home = "<title>Tidewater</title><meta property='og:site_name' content='Tidewater'>";
    let publisher = article(&page(home, "<h1>Ferry returns to Ostrel</h1>")).publisher;
    assert_eq!(publisher.as_deref(), Some("Tidewater"));
    // A title that shares words with what is printed is what the page wants to be called.
    let head = "<meta property='og:title' content='Ferry is back'><title>Ferry returns to Ostrel</title>";
    assert_eq!(headline(head, "<h1>Ferry returns to Ostrel</h1>"), "Ferry is back");
}

#[test]
fn headline_is_whole_and_without_the_site() {
    let long = "Ferry between Ostrel and Avel returns after a winter of repairs";
    let card = |title: &str| format!("<meta property='og:title' content=\"{title}\">");
    for (head, before, expected) in [
        // Cut short, by the site and by a mark within.
        (card("Ferry between Ostrel and Avel returns..."), &*format!("<h1>{long}</h1>"), long),
        (
            card("Minister calls the ferry \"unsafe\""),
            "<title>Minister calls the ferry \"unsafe\" | Tidewater</title><h1>Minister calls the ferry \"unsafe\"</h1>",
            "Minister calls the ferry \"unsafe\"",
        ),
        // The name of the site before a colon.
        (
            card("Releases"),
            "<meta property='og:site_name' content='Tidewater'><title>Tidewater: Fähre ist zurück</title><h1>Fähre ist zurück</h1>",
            "Fähre ist zurück",
        ),
        (
            card("渡し船が冬の修理を終えて運航を再開｜潮だより"),
            "<meta property='og:site_name' content='潮だより'>",
            "渡し船が冬の修理を終えて運航を再開",
        ),
        // A heading that leads to the first page is the site's name.
        (
            String::new(),
            "<title>Tide Waiting &raquo; Ferry returns to Ostrel</title><h1><a href='https://tide.test/'>Tide Waiting</a></h1>\
             <h2>Ferry returns to Ostrel</h2>",
            "Ferry returns to Ostrel",
        ),
        (String::new(), "<title>渡轮冬季维修后恢复通航-潮水新闻_潮水网</title>", "渡轮冬季维修后恢复通航"),
        // What is believed before the print: a kicker, marks, another ending.
        (card("Harbour: Ferry is back"), "<h1>Ferry is back</h1>", "Harbour: Ferry is back"),
        (card("The &quot;Ferry&quot; is back"), "<h1>The “Ferry” is back</h1>", "The \"Ferry\" is back"),
        (
            card("Ferry between Ostrel and Avel returns"),
            &*format!("<h1>{long}</h1>"),
            "Ferry between Ostrel and Avel returns",
        ),
        (card("渡轮冬季维修后恢复通航-大网"), "", "渡轮冬季维修后恢复通航-大网"),
        (String::new(), "<title>比赛结果潮水队主场3-2胜在线</title>", "比赛结果潮水队主场3-2胜在线"),
        (String::new(), "<title>渡轮冬季维修后恢复通航-专家解读新闻</title>", "渡轮冬季维修后恢复通航-专家解读新闻"),
        (
            card("So this is how the ferry ends..."),
            "<title>So this is how the ferry ends... | The Ostrel Evening Courier and Gazette</title>",
            "So this is how the ferry ends...",
        ),
    ] {
        assert_eq!(headline(&head, before), expected, "{head} {before}");
    }
}

#[test]
fn what_stands_beside_the_headline_in_its_heading_is_no_part_of_it() {
    let heading = "Ferry returns to Ostrel";
    for inner in [
        "<span class=kicker>Harbour</span> <span>@</span>",
        "@ <span class=article-subtitle>Nine weeks late, the boat is back</span>",
        "@<small>Nine weeks late, the boat is back</small>",
        "<span class=visually-hidden>Analysis:</span> @",
        "<span class=label-box>@</span>",
    ] {
        let markup = page("", "").replace("<article>", &format!("<article><h1>{}</h1>", inner.replace('@', heading)));
        assert_eq!(article(&markup).headline.as_deref(), Some(heading), "{inner}");
    }
}

#[test]
fn the_site_is_set_off_by_many_signs() {
    for sign in [" ⋆ ", " ∣ ", " / ", " &lt; ", " // ", "- ", "| ", " |", ", ", "："] {
        let head = format!(
            "<title>Ferry returns to Ostrel{sign}Tidewater</title><meta property='og:site_name' content='Tidewater'>"
        );
        assert_eq!(headline(&head, ""), "Ferry returns to Ostrel", "{sign}");
    }
}

#[test]
fn headline_in_print_goes_before_the_one_for_search_engines() {
    let json = |headline: &str| {
        format!(r#"<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{headline}"}}</script>"#)
    };
    let card = "<meta property='og:title' content='Ferry returns to Ostrel | Tidewater'>\
        <meta property='og:site_name' content='Tidewater'>";
    let engines = json("Ostrel ferry: all that travellers must know");
    let print = "<h1>Ferry returns to Ostrel</h1>";
    assert_eq!(headline(&format!("{engines}{card}"), print), "Ferry returns to Ostrel");
    assert_eq!(headline(&engines, print), "Ostrel ferry: all that travellers must know");
    let whole = "<h1>Ferry returns to Ostrel after its winter in the yard</h1>";
    assert_eq!(
        headline(&json("Ferry returns to Ostrel after its win"), whole),
        "Ferry returns to Ostrel after its winter in the yard"
    );
    assert_eq!(headline(&json("Ferry returns to Ostrel"), whole), "Ferry returns to Ostrel");
}

#[test]
fn title_of_a_thousand_sites_takes_no_time_and_no_stack() {
    let title = format!("渡轮冬季维修后恢复通航{}", "-网".repeat(100_000));
    assert!(headline(&format!("<title>{title}</title>"), "").starts_with("渡轮冬季维修后恢复通航"));
}

#[test]
fn authors_are_told_in_many_places() {
    let title = "<title>Ferry returns</title>";
    let graph = r#"<script type='application/ld+json'>{"@graph": [{"@type": "WebPage", "name": "Ferry returns", "author": {"@id": "p"},
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
    assert_eq!(shown_date(article(&page(&format!("{title}{graph}"), "")).published), "2023-04-17");
    let life = "<p itemprop=author>About Ann Lee: she writes of ferries, harbours, and the sea, has done so for twenty years, and \
                lives in Ostrel with two boats</p>";
    let with_life = page(title, &format!("<aside>{life}</aside><a rel=author>Ann Lee</a>"));
    assert_eq!(article(&with_life).bylines, ["Ann Lee"]);
    let handles = "<meta name=author content='Ann Lee @annlee, Raj Singh @raj_s'>";
    assert_eq!(article(&page(handles, "")).bylines, ["Ann Lee", "Raj Singh"]);
    let site = "<meta property='og:site_name' content='Tidewater'><meta name='twitter:label1' content='Author'>\
                <meta name='twitter:data1' content='Tidewater'>";
    assert_eq!(article(&page(site, "<a rel=author>Ann Lee</a>")).bylines, ["Ann Lee"]);
    let clip = r#"<script type='application/ld+json'>[{"@type": "VideoObject", "name": "Ferry returns", "author": "Clip Maker",
        "datePublished": "2011-01-01"}, {"@type": "WebPage", "name": "Another page", "author": "Other Man",
        "datePublished": "2010-01-01"}]</script>"#;
    let of_page = article(&page(&format!("{title}{clip}"), "<a rel=author>Ann Lee</a>"));
    assert_eq!((of_page.bylines, of_page.published), (vec!["Ann Lee".to_owned()], None));
    for other in [
        "<li class='comment'><span class='comment-author-name'>troll</span></li>",
        "<b class='author-name-label'>Written by</b>",
    ] {
        assert!(article(&page("", other)).bylines.is_empty(), "{other}");
    }
    // Below the text two labels are those of other articles.
    let below =
        format!("<h1>Ferry returns</h1>{}<p>Autor: Ann Lee</p><p>Autor: Raj Singh</p>", "<p>Tide.</p>".repeat(9));
    assert!(article(&page("<title>Ferry returns</title>", &below)).bylines.is_empty());
}

#[test]
fn a_day_of_the_article_goes_before_one_that_says_nothing_of_itself() {
    let any = "<meta name='date' content='2023-05-09'>";
    assert_eq!(shown_date(article(&page(any, "")).published), "2023-05-09");
    let before = "<main><time datetime='2023-05-05'>5 May</time></main>";
    assert_eq!(shown_date(article(&page(any, before)).published), "2023-05-05");
    for (line, day) in
        [("31.10.23", "2023-10-31"), ("Stand: 01.02.98 | Lee", "1998-02-01"), ("1.2.345", ""), ("12.13.14.15", "")]
    {
        let parsed = parsed(&page("", &format!("<div class='date'>{line}</div>")));
        assert_eq!((shown_date(parsed.article.published).as_str(), &parsed.notices), (day, &vec![]), "{line}");
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
    let second = format!("<script type='application/ld+json'>{{\"@type\": \"BreadcrumbList\"}} {json}</script>");
    assert_eq!(article(&page(&second, "")).headline.as_deref(), Some("Master calls boat \"tired\""));
}

#[test]
fn a_page_of_many_tags_is_read_in_time() {
    let title = format!("<title>{}</title>", "Ferry returns ".repeat(20_000));
    let cards = "<meta name='twitter:label1' content='Autor'>".repeat(20_000);
    let sites = "<meta name='application-name' content='a'><meta property='og:title' content='zz'>".repeat(10_000);
    let publisher = format!(
        r#"<script type="application/ld+json">{{"@type": "NewsArticle", "publisher": {{"name": "{}"}}}}</script>"#,
        "Tide ".repeat(40_000)
    );
    let named = "<meta name=author content='Ann Lee'>".repeat(10_000);
    let teaser = format!("<h2><a href=/b>{}</a></h2>", "Bridge closed ".repeat(20_000));
    let authors = "<i class=author>Ann Lee</i>".repeat(20_000);
    let parts = format!("<h1>{}</h1>", "<i class=sub>Ferry <b>returns</b></i>".repeat(20_000));
    let markup =
        page(&format!("{title}{cards}{sites}{publisher}{named}"), &format!("<div>{teaser}{authors}</div>{parts}"));
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || _ = send.send(understood(&markup, &ParseOptions::default()).is_ok()));
    assert_eq!(receive.recv_timeout(std::time::Duration::from_secs(60)), Ok(true), "it hangs");
}
