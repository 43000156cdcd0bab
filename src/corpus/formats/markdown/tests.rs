use proptest::prelude::*;

use super::*;
use crate::corpus::format::{Confidence, Parsed};

fn parse(text: &str) -> Result<Parsed, Notice> {
    let source = Source::decode("news/a.md", text.as_bytes());
    let mut records = Vec::new();
    let mut emit = |record| {
        records.push(record);
        Flow::Continue
    };
    Markdown.parse(&source, &ParseOptions::default(), &mut emit);
    assert_eq!(records.len(), 1, "a Markdown file is one record");
    match records.remove(0) {
        Record::Article(parsed) => Ok(*parsed),
        Record::Reject { notice } => Err(notice),
    }
}

fn article(text: &str) -> Parsed {
    parse(text).unwrap()
}

fn check_body(markdown: &str, paragraphs: &[&str]) {
    assert_eq!(article(&format!("---\ntitle: T\n---\n{markdown}")).article.body, paragraphs, "{markdown}");
}

fn captions(parsed: &Parsed) -> Vec<&str> {
    parsed.article.captions.iter().map(|caption| caption.text.as_str()).collect()
}

fn left_over(parsed: &Parsed) -> Vec<(Option<u32>, &str, &str)> {
    parsed.left_over.iter().map(|left| (left.line, left.text.as_str(), left.reason.as_str())).collect()
}

fn doubts(parsed: &Parsed) -> Vec<(Code, Option<u32>)> {
    parsed.notices.iter().map(|notice| (notice.code, notice.line)).collect()
}

#[test]
fn yaml_front_matter_feeds_the_fields() {
    let parsed = article(
        "---\n# kept by hand\ntitle: 'Ferry: back at Ostrel'\ndeck: >\n  Nine weeks\n  in dock\nauthors:\n  - ann-lee\n  - raj-singh\ntopics: [ports, ferries]\ndate: 2019-03-26 12:38:00 -0500\nsource:\n  name: Ostrel Courier\nslug: ferry\nweight: 1\ncaptions: https://example.org/c\n---\n\nIt sailed again.\n",
    );
    let article = &parsed.article;
    assert_eq!(article.headline.as_deref(), Some("Ferry: back at Ostrel"));
    assert_eq!(article.standfirst.as_deref(), Some("Nine weeks in dock"));
    assert_eq!(article.bylines, ["ann-lee", "raj-singh"]);
    assert_eq!(article.keywords.iter().map(|keyword| keyword.text.as_str()).collect::<Vec<_>>(), ["ports", "ferries"]);
    assert_eq!(article.published.unwrap().to_string(), "2019-03-26T12:38:00-05:00");
    assert_eq!(article.publisher.as_deref(), Some("Ostrel Courier"));
    assert_eq!(article.body, ["It sailed again."]);
    let rest = [
        (None, "captions: https://example.org/c", "no caption"),
        (None, "slug: ferry", "unknown key"),
        (None, "weight: 1", "unknown key"),
    ];
    assert_eq!(left_over(&parsed), rest);
    assert!(parsed.found.iter().any(|found| found.field == "published" && found.place == "front matter date"));
    assert!(parsed.found.iter().any(|found| found.field == "body" && found.place == "line 19"));
}

#[test]
fn marks_in_the_lines_of_a_front_matter_are_not_text() {
    for (marked, plain) in [
        ("The **Ostrel** ferry", "The Ostrel ferry"),
        ("**Back** at *Ostrel*: [the ferry](https://example.org/a_b \"x\")", "Back at Ostrel: the ferry"),
        ("_“Nine weeks”_ in `dock`", "“Nine weeks” in dock"),
        ("1. **Ostrel** \\* Valmere", "1. Ostrel * Valmere"),
        ("# **Ostrel**", "# Ostrel"),
        ("![A pier](1.jpg) **Ostrel**", "Ostrel"),
    ] {
        let parsed = article(&format!("+++\ntitle = '{marked}'\nsubtitle = '{marked}'\n+++\nText."));
        assert_eq!(parsed.article.headline.as_deref(), Some(plain), "{marked}");
        assert_eq!(parsed.article.standfirst.as_deref(), Some(plain), "{marked}");
    }
}

#[test]
fn stars_that_mark_nothing_stay() {
    let many = "*".repeat(100_000);
    for line in
        ["M*A*S*H is back", "2 * 3 * 4", "What the s**t and f***", "snake_case_name", "Well ****", &many, "- 5 _ 6"]
    {
        let parsed = article(&format!("+++\ntitle = '{line}'\n+++\nText."));
        assert_eq!(parsed.article.headline.as_deref(), Some(line));
    }
}

#[test]
fn toml_and_json_front_matter_feed_them_too() {
    let toml = article("+++\ntitle = \"A\"\ndate = 2024-03-04T08:30:00Z\n[extra]\ndesk = \"north\"\n+++\nText.");
    assert_eq!(toml.article.published.unwrap().to_string(), "2024-03-04T08:30:00Z");
    assert_eq!(toml.article.extra["desk"], crate::Value::Text("north".into()));
    let json = article("{\n  \"title\": \"A\"\n}\n\nText.");
    assert_eq!((json.article.headline.as_deref(), &json.article.body), (Some("A"), &vec!["Text.".to_owned()]));
}

#[test]
fn odd_yaml_is_read_as_far_as_it_says_something() {
    let parsed = article(
        "---\r\ntitle: 1984\r\nversion: !!str 2\r\ndate: 2019-02-31\r\n7: x\r\ntags: null\r\ntitle: again\r\n---\r\nText.",
    );
    assert_eq!((parsed.article.headline.as_deref(), parsed.article.version.as_deref()), (Some("1984"), Some("2")));
    assert_eq!(doubts(&parsed), [(Code::DoubtfulField, None), (Code::ImpossibleDate, None)]);
    assert!(left_over(&parsed).contains(&(None, "7: x", "unknown key")));
}

#[test]
fn a_broken_front_matter_is_kept_as_text_with_a_warning() {
    let parsed = article("---\ntitle: a: b\nslug: \"x\n---\nText.");
    assert_eq!(parsed.article.body, ["title: a: b", "slug: \"x", "Text."]);
    assert_eq!(doubts(&parsed), [(Code::BadHeader, Some(2))]);
    let unclosed = article("---\ntitle: A\n\nText.");
    assert_eq!(unclosed.article.body, ["title: A", "Text."]);
    assert_eq!(doubts(&unclosed), [(Code::BadHeader, None)]);
    let list = article("---\n- a\n- b\n---\nText.");
    assert_eq!(doubts(&list), [(Code::BadHeader, Some(2))]);
    let toml = article("+++\ntitle = \"A\"\ndate = \n+++\nText.");
    assert_eq!(doubts(&toml), [(Code::BadHeader, Some(3))]);
}

#[test]
fn a_line_drawn_at_the_top_is_no_front_matter() {
    let parsed = article("---\n\nThe ferry sailed.\n\n---\n");
    assert_eq!(parsed.article.body, ["The ferry sailed."]);
    assert!(parsed.notices.is_empty());
}

#[test]
fn markdown_becomes_plain_paragraphs() {
    check_body(
        "One *fine* [day](http://example.org 'x'),\nrain `fell`.\n\nTwo\\*.",
        &["One fine day, rain fell.", "Two*."],
    );
    check_body("## Subhead {#id}\n\nText.", &["Subhead", "Text."]);
    check_body("* One\n* Two\n  * Three\n\n1. Four\n\n   More", &["One", "Two", "Three", "Four", "More"]);
    check_body("> Quoted\n> words\n\n- [x] done", &["Quoted words", "done"]);
    check_body("| Place | Votes |\n|---|---|\n| Ostrel | 3 |", &["Place | Votes", "Ostrel | 3"]);
    check_body("```rust\nlet a = 1;\nlet b;\n```", &["let a = 1; let b;"]);
    check_body("Said so.[^1]\n\n[^1]: In a letter.", &["Said so.", "In a letter."]);
    check_body(
        "Fish & chips &amp; peas&nbsp;-- <https://example.org>",
        &["Fish & chips & peas -- https://example.org"],
    );
    check_body("渡し船は\n月曜日に出た。", &["渡し船は月曜日に出た。"]);
    check_body("A line<br>break and ~~no~~ <b>bold</b> <!-- note -->end.", &["A line break and no bold end."]);
}

#[test]
fn html_blocks_are_stripped_of_their_tags() {
    check_body("<div class=\"x\">\n<p>One <a href='#'>two</a>.</p>\n</div>\n\nThree.", &["One two.", "Three."]);
    check_body("<script>\nalert(1)\n</script>\n\nText.\n\n<!-- a\n\nb -->", &["Text."]);
    check_body("<ul>\n\n    <li>One &#8217;</li>\n</ul>", &["One ’"]);
    check_body("Code:\n\n    a < b", &["Code:", "a < b"]);
}

#[test]
fn pictures_give_captions_title_before_alternative_text() {
    let parsed = article(
        "![A *pier*](1.jpg)\n\n![alt](2.jpg \"The ferry\")\n\n![](3.jpg)\n\n<img src='4.jpg' alt='A gull'>\n\nText.",
    );
    assert_eq!(captions(&parsed), ["A pier", "The ferry", "A gull"]);
    assert_eq!(parsed.article.body, ["Text."]);
}

#[test]
fn shortcodes_are_left_over_and_those_of_pictures_give_captions() {
    let parsed = article(
        "---\ntitle: T\n---\nSee [the timetable]({{< ref \"times.md\" >}} \"Times\") {% if x %}now{% endif %}.\n\n{{< figure\n  src=\"1.jpg\" alt=\"A pier\" caption=\"The &quot;Ostrel&quot; pier\" attr='Mira Vale' >}}\n\n{{< box >}}In the box{{< /box >}} and {{ page.x }}{not one}\n",
    );
    assert_eq!(parsed.article.body, ["See the timetable now.", "In the box and {not one}"]);
    assert_eq!(captions(&parsed), ["The \"Ostrel\" pier"]);
    assert_eq!(parsed.article.captions[0].credit.as_deref(), Some("Mira Vale"));
    let rest = [
        (Some(4), "{{< ref \"times.md\" >}}", "shortcode"),
        (Some(4), "{% if x %}", "shortcode"),
        (Some(4), "{% endif %}", "shortcode"),
        (Some(9), "{{< box >}}", "shortcode"),
        (Some(9), "{{< /box >}}", "shortcode"),
        (Some(9), "{{ page.x }}", "shortcode"),
    ];
    assert_eq!(left_over(&parsed), rest);
}

#[test]
fn a_first_heading_is_the_headline_where_none_is_given() {
    let parsed = article("# Ferry returns\n\nText.\n\n# Another");
    assert_eq!(parsed.article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(parsed.article.body, ["Text.", "Another"]);
    let repeated = article("---\ntitle: Ferry returns\n---\n# Ferry Returns\n\nText.");
    assert_eq!(repeated.article.body, ["Text."]);
    assert_eq!(left_over(&repeated), [(Some(4), "Ferry Returns", "repeated headline")]);
    let other = article("---\ntitle: Ferry returns\n---\n# After nine weeks\n\nText.");
    assert_eq!(other.article.body, ["After nine weeks", "Text."]);
}

#[test]
fn a_file_without_words_is_rejected() {
    assert_eq!(parse("---\ndate: 2024-01-01\n---\n\n***\n").unwrap_err().code, Code::NoText);
    assert_eq!(parse("{: .lead}\n").unwrap_err().code, Code::NoText);
}

#[test]
fn markdown_is_told_by_name_or_front_matter() {
    let confidence = |path: &str, head: &str| Markdown.detect(path, head).map(|found| found.confidence);
    assert_eq!(confidence("a.MD", "Text"), Some(Confidence::Name));
    assert_eq!(confidence("a", "---\ntitle: A\n---\n"), Some(Confidence::Content));
    assert_eq!(confidence("a", "---\n\n# note\ntitle: A\n---\n"), Some(Confidence::Content));
    assert_eq!(confidence("a", "+++\ntitle = 1\n+++\n"), Some(Confidence::Content));
    assert_eq!(confidence("a", &format!("---\ntitle: A\nx: {}", "y".repeat(4080))), Some(Confidence::Content));
    for text in ["---\ntitle: A\n", "---\nThe ferry sailed.\n---\n", "--- title: A ---", "text", "---"] {
        assert_eq!(confidence("a.txt", text), None, "{text}");
    }
}

#[test]
fn a_front_matter_that_nests_too_deep_is_kept_as_text_at_once() {
    let deep = article(&format!("---\ntitle: A\na: {}\n---\nText.", "[".repeat(100_000)));
    assert_eq!(doubts(&deep), [(Code::BadHeader, Some(3))]);
    let body = &deep.article.body;
    assert_eq!((body.len(), body[0].as_str(), body[1].len(), body[2].as_str()), (3, "title: A", 100_003, "Text."));
    // Quoted brackets close nothing, so these nest although they seem to be closed.
    let hidden = article(&format!("---\na: {}\n---\nText.", "['x]',".repeat(20_000)));
    assert_eq!(doubts(&hidden), [(Code::BadHeader, None)]);
    for text in [
        format!("+++\na = {}\n+++\nText.", "[".repeat(100_000)),
        format!("+++\n{}a = 1\n+++\nText.", "a.".repeat(100_000)),
        format!("+++\n[{}a]\nb = 1\n+++\nText.", "a.".repeat(100_000)),
        format!("---\na: {}\n---\nText.", "- ".repeat(100_000)),
    ] {
        assert_eq!(doubts(&article(&text))[0].0, Code::BadHeader);
    }
    let json = article(&format!("{{\"title\": {}\n\nText.", "[".repeat(100_000)));
    assert_eq!(json.article.headline, None);
}

#[test]
fn a_front_matter_too_long_for_one_is_kept_as_text() {
    let lines = "weight: 1 tonne\n".repeat(20_000);
    let long = article(&format!("---\n{lines}---\nText."));
    assert_eq!(doubts(&long), [(Code::BadHeader, None)]);
    assert_eq!(long.article.body.len(), 20_001);
}

#[test]
fn many_lists_side_by_side_are_read() {
    let lists = (0..500).map(|n| format!("k{n}: [a, {{b: [c]}}]\n")).collect::<String>();
    let parsed = article(&format!("---\ntitle: A\n{lists}---\nText."));
    assert_eq!((parsed.article.headline.as_deref(), doubts(&parsed).len()), (Some("A"), 0));
}

#[test]
fn hostile_nesting_and_open_marks_end() {
    for text in [
        "> ".repeat(20_000),
        "{{<".repeat(20_000),
        "![".repeat(20_000),
        "<div>".repeat(20_000),
        format!("---\na: {}\n---\n", "[".repeat(20_000)),
        format!("---\na: &a [x,x]\n{}---\n", (1..40).map(|n| format!("b{n}: &b{n} [*a, *a]\n")).collect::<String>()),
    ] {
        let _ = parse(&text);
    }
}

proptest! {
    #[test]
    fn any_text_is_one_record(text in "[-+#>*_\\[\\](){}<>%|`~!&;:=\"'.\\\\a-c0-9é渡 \\n]{0,120}") {
        let _ = parse(&text);
        let _ = parse(&format!("---\n{text}\n---\n{text}"));
        let _ = parse(&format!("+++\n{text}\n+++\n{text}"));
    }

    #[test]
    fn no_word_of_plain_text_is_lost(words in prop::collection::vec("[a-zéü]{1,8}", 1..40)) {
        let text: String = words.chunks(7).map(|line| line.join(" ") + "\n").collect();
        prop_assert_eq!(article(&text).article.body.join(" "), words.join(" "));
    }
}

#[test]
fn a_line_below_the_headline_says_who_wrote_it_and_when() {
    let parsed = article("# Ferry returns\n\nBy Ann Lee | 23 September 2022\n\nThe ferry sailed again.\n");
    assert_eq!(parsed.article.bylines, ["Ann Lee"]);
    assert_eq!(parsed.article.published.map(|date| date.to_string()).as_deref(), Some("2022-09-23"));
    assert_eq!(parsed.article.body, ["The ferry sailed again."]);
    let given = article("---\nauthor: Raj Singh\n---\nBy Ann Lee\n\nThe ferry sailed again.\n");
    assert_eq!(given.article.bylines, ["Raj Singh"]);
    assert_eq!(given.article.body, ["By Ann Lee", "The ferry sailed again."]);
}
