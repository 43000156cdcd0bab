//! How deep elements may stand in one another, by the user's limit.

use super::*;

/// Reads a page of elements in one another, in a thread that has as much stack as those of a run.
fn nested(depth: usize, most: u64) -> Parsed {
    let markup = format!(
        "<html><head><title>Ferry returns</title></head><body><article><h1>Ferry returns</h1>{PROSE}{}<p>Deep inside it rained.\
         </p>{}</article></body></html>",
        "<div>".repeat(depth),
        "</div>".repeat(depth)
    );
    let mut options = ParseOptions::default();
    options.limits.html_depth = most;
    let read = move || understood(&markup, &options).unwrap_or_else(|notice| panic!("rejected: {}", notice.message));
    std::thread::spawn(read).join().expect("it ends")
}

#[test]
fn tags_below_the_limit_are_left_out_and_it_is_named() {
    let told = |depth, most| {
        let parsed = nested(depth, most);
        assert!(parsed.article.body.len() >= 4, "{:?}", parsed.article.body);
        parsed.notices.into_iter().map(|notice| notice.message).collect::<Vec<_>>()
    };
    let why = |most: u64| {
        format!(
            "elements nest deeper than {most}; the tags of deeper ones were left out, their text was kept; raise `html-depth` \
             (--limit html-depth=N) to have more"
        )
    };
    assert_eq!(told(20, 10), [why(10)]);
    assert_eq!(told(20, 256), [""; 0]);
    assert_eq!(told(300, 256), [why(256)]);
    assert_eq!(told(300, 512), [""; 0]);
    assert_eq!(told(5000, 512), [why(512)], "no stack overflows at the greatest depth that can be set");
}
