//! What a page shows to readers, and what only leads away from it.

use super::*;

#[test]
fn a_paragraph_that_is_all_link_is_no_text() {
    let inside = "</p><p><a href=/x>BRIDGE TO BE CLOSED FOR A YEAR, SAYS COUNCIL</a></p><p>";
    let body = article(&page("", "").replacen("</p><p>", inside, 1)).body;
    assert_eq!(body.len(), 4, "{body:?}");
}

#[test]
fn the_site_is_the_author_only_where_there_is_no_other() {
    let head = "<meta property=og:site_name content='The Sound Courier'><meta name=author content='The Sound Courier'>";
    assert_eq!(article(&page(head, "")).bylines, ["The Sound Courier"]);
    assert_eq!(article(&page(head, "<main><p class=byline>By Ann Lee</p></main>")).bylines, ["Ann Lee"]);
}

#[test]
fn the_name_of_the_site_is_told_by_its_address_too() {
    let head = "<link rel=canonical href='https://www.soundcourier.example/f'>\
        <meta property=og:title content='Ferry returns to Ostrel | SoundCourier'>";
    assert_eq!(article(&page(head, "")).headline.as_deref(), Some("Ferry returns to Ostrel"));
}

#[test]
fn a_heading_of_other_words_than_the_title_is_no_headline() {
    let markup =
        page("<title>Ferry returns to Ostrel</title>", "").replace("<article>", "<article><h1>Sport desk</h1>");
    assert_eq!(article(&markup).headline.as_deref(), Some("Ferry returns to Ostrel"));
    let markup = page("<title>Ferry is back</title>", "").replace("<article>", "<article><h1>The ferry returns¶</h1>");
    assert_eq!(article(&markup).headline.as_deref(), Some("The ferry returns"));
}

#[test]
fn the_day_is_found_where_nothing_is_said_to_machines() {
    let with = |markup: &str| {
        let article = page("<title>Ferry returns to Ostrel</title>", "").replace("<article>", markup);
        let parsed = parsed(&article);
        (shown_date(parsed.article.published), shown_date(parsed.article.updated), parsed.article.bylines.join(";"))
    };
    let day = "2021-05-03".to_owned();
    let line = "<article><h1>Ferry returns to Ostrel</h1><p>3 May 2021, Ostrel</p><p>By Ann Lee</p>";
    assert_eq!(with(line), (day.clone(), String::new(), "Ann Lee".to_owned()));
    let named = "<article><h1>Ferry returns to Ostrel</h1><span class=pub-date>May 3, 2021</span>";
    assert_eq!(with(named), (day.clone(), String::new(), String::new()));
    let both = "<article><h1>Ferry returns to Ostrel</h1><p>Updated: 4 May 2021</p><p>3 May 2021</p>";
    assert_eq!(with(both), (day.clone(), "2021-05-04".to_owned(), String::new()));
    let close = "<article><h1>Ferry returns to Ostrel</h1><b class=byline>By Ann Lee<i>3 May 2021</i></b>";
    assert_eq!(with(close), (day.clone(), String::new(), "Ann Lee".to_owned()));
    let clock =
        "<header><p class=date>Tuesday, 9 May 2023</p></header><article><h1>Ferry returns to Ostrel</h1>3 May 2021";
    assert_eq!(with(clock).0, day);
    let again = "<article><h1>Ferry returns to Ostrel</h1><p>3 May 2021</p><p>By Ann Lee</p><ul><li>Ferry returns to Ostrel</ul>";
    assert_eq!(with(again), (day.clone(), String::new(), "Ann Lee".to_owned()));
    let list = "<article><h1>Ferry returns to Ostrel</h1><p>It came back in the morning, and will stay for the summer, its owner said.</p>\
        <p>All is well.</p><p>The crew is new.</p><p>So is the paint.</p><p class=date>3 May 2021</p><h2>More</h2><p>3 May 2021</p>\
        <p>Ferry returns to Ostrel</p><p>2 May 2021</p><p>Harbour closes</p>";
    assert_eq!(with(list).0, day);
}

#[test]
fn the_day_in_the_address_counts_for_want_of_others() {
    let head = "<title>Ferry</title><link rel=canonical href='https://courier.example/2021/05/03/ferry-2020'>";
    let parsed = parsed(&page(head, ""));
    assert_eq!(shown_date(parsed.article.published), "2021-05-03");
    assert_eq!(place_of(&parsed, "published"), "address");
}

#[test]
fn a_time_in_utc_is_told_by_the_clock_that_readers_saw() {
    let published = |shown: &str| {
        let page = format!(
            r#"<html><head><meta property="article:published_time" content="2023-11-09T01:49:09+00:00">
            <meta property="og:title" content="Ferry returns to the crossing"></head><body><article>
            <h1>Ferry returns to the crossing</h1>{shown}
            <p>The ferry returned to the crossing on Wednesday after eleven weeks in the yard, its owner said.</p>
            </article></body></html>"#
        );
        shown_date(article(&page).published)
    };
    let local = "2023-11-08T17:49:09-08:00";
    for (shown, expected) in [
        (r#"<time datetime="2023-11-08 17:49:09">November 8</time>"#, local),
        (r#"<time datetime="2023-11-08T17:49:09-08:00">Wednesday</time>"#, local),
        (r#"<p class="article-date">November 8, 2023 at 5:49 p.m.</p>"#, local),
        (r#"<p class="article-date">Updated: November 8, 2023 at 6:17 p.m.</p>"#, "2023-11-09T01:49:09Z"),
        (r#"<p class="article-date">November 8, 2023</p>"#, "2023-11-09T01:49:09Z"),
        (r#"<p class=date>9 November 2023, 01:49</p><p class=date>9 November 2023, 11:49</p>"#, "2023-11-09T01:49:09Z"),
        (
            r#"<p class=date>8 November 2023</p><p class=date>Updated 9 November 2023, 11:49</p>"#,
            "2023-11-09T01:49:09Z",
        ),
        (r#"<aside><time datetime="2023-11-08 17:49:09">November 8</time></aside>"#, "2023-11-09T01:49:09Z"),
    ] {
        assert_eq!(published(shown), expected, "{shown}");
    }
    let same_day = page(
        r#"<meta property="article:published_time" content="2023-11-09T21:49:09Z"><title>Ferry returns</title>"#,
        r#"<time datetime="2023-11-09T13:49:09-08:00">Thursday</time>"#,
    );
    assert_eq!(shown_date(article(&same_day).published), "2023-11-09T21:49:09Z");
}
