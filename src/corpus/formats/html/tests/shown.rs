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
    assert_eq!(with(again), (day, String::new(), "Ann Lee".to_owned()));
}

#[test]
fn the_day_in_the_address_counts_for_want_of_others() {
    let head = "<title>Ferry</title><link rel=canonical href='https://courier.example/2021/05/03/ferry-2020'>";
    let parsed = parsed(&page(head, ""));
    assert_eq!(shown_date(parsed.article.published), "2021-05-03");
    assert_eq!(place_of(&parsed, "published"), "address");
}
