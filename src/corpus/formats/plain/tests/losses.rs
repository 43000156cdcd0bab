//! Nothing is lost, nothing panics, nothing takes long.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Words that tell what follows them and are in no field: keys, openings of bylines, words between names.
const EXEMPT: &[&str] = &[
    "published",
    "updated",
    "by",
    "and",
    "photo",
    "photos",
    "title",
    "author",
    "source",
    "section",
    "keywords",
    "date",
    "language",
    "text",
    "von",
    "last",
    "on",
    "作者",
    "来源",
    "фото",
    "автор",
    "caption",
    "subject",
    "summary",
    "status",
    "corrected",
    "location",
    "id",
    "page",
    "写真",
    "摄",
    "fot",
];

/// Counts words that are neither exempt nor part of a date that was read.
fn words(text: &str) -> BTreeMap<String, i64> {
    let mut words = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if !EXEMPT.contains(&word.as_str()) && !DATE_WORDS.contains(&word.as_str()) {
            *words.entry(word).or_default() += 1;
        }
    }
    words
}

/// The words of the dates among the fragments: where they are read they become a number, and are not compared.
const DATE_WORDS: &[&str] = &[
    "sep",
    "september",
    "23",
    "24",
    "2022",
    "11",
    "35",
    "am",
    "09",
    "2022年9月23日",
    "friday",
    "january",
    "4",
    "2019",
    "en",
];

fn letters(words: &BTreeMap<String, i64>) -> BTreeMap<char, i64> {
    let mut letters = BTreeMap::new();
    for (word, count) in words {
        for letter in word.chars() {
            *letters.entry(letter).or_default() += count;
        }
    }
    letters
}

fn words_of(parsed: &Parsed) -> BTreeMap<String, i64> {
    let article = &parsed.article;
    let mut text: Vec<&str> = Vec::new();
    let fields = [
        &article.kicker,
        &article.headline,
        &article.standfirst,
        &article.publisher,
        &article.url,
        &article.native_id,
        &article.page,
    ];
    text.extend(fields.into_iter().flatten().map(String::as_str));
    text.extend(article.section.iter().map(|section| section.label.as_str()));
    text.extend(article.bylines.iter().chain(&article.body).map(String::as_str));
    text.extend(article.keywords.iter().map(|keyword| keyword.text.as_str()));
    for caption in &article.captions {
        text.push(&caption.text);
        text.extend(caption.credit.as_deref());
    }
    text.extend(parsed.left_over.iter().map(|left| left.text.as_str()));
    // A dateline that was read from the body stands there too; one of a header line stands nowhere else.
    let mut words = words(&text.join("\n"));
    if let Some(dateline) = &article.dateline {
        for (word, count) in self::words(dateline) {
            *words.entry(word).or_default() += count;
        }
    }
    words
}

fn fragment() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "VALMERE / HARBOUR",
        "ARTS & LIFE",
        "INTERVIEW",
        "ENVIRONMENT",
        "Le Phare d'Ostrel",
        "Острельский вестник",
        "The ferry. File photo",
        "The ferry. Illustration: Ann Lee",
        "Prom w Ostrelu. Fot. Anna Lis",
        "RAMPUR: The ferry sailed again on Monday after nine weeks in dock, it said.",
        "Lee, Ann",
        "FERRY RETURNS",
        "Ferry returns to Ostrel",
        "Intermediate",
        "Published: Sep 23, 2022 11:35 AM",
        "Updated: 24 September 2022",
        "By Ann Lee",
        "By Ann Lee and Raj Venn, staff writers",
        "By Ann Lee | Sep 23, 2022",
        "Von Anna Lehm",
        "The ferry. Photo: VCG",
        "The ferry. [Photo: AFP]",
        "The ferry. (File photo)",
        "Photo: Ann Lee",
        "Illustration: Ann Lee/OPA",
        "Title: Ferry returns",
        "Author: Ann Lee",
        "Source: Ostrel Courier",
        "Section: News > Local",
        "Keywords: ferry, dock",
        "Desk: foreign",
        "Zone: north",
        "BC-OSTREL-FERRY",
        "(Adds quote)",
        "PRESS RELEASE",
        "FOR IMMEDIATE RELEASE",
        "Subject: Ferry returns",
        "Summary: The ferry is back",
        "Status: corrected",
        "Status: sunk",
        "Location: Ostrel",
        "ID: 7",
        "Page: 12",
        "Language: the usual",
        "（责任编辑：王五）",
        "Keywords: FERRY OSTREL/",
        "Ostrel Press Agency",
        "This article is more than 3 years old",
        "the quay from five in the morning to be sure of a place on deck, and",
        "    Passengers had to take the bus by way of Lower Quay, which took",
        "1 The dock",
        "2 The quay",
        "Published: 02/05/2016",
        "Published: 31 February 2022",
        "【写真：共同】",
        "Caption: The ferry",
        "Q: Why now?",
        "Language: EN",
        "Text: It begins here.",
        "OSTREL, Sept 23 (OPA) - The ferry sailed.",
        "WASHINGTON (AP) _ The ferry sailed.",
        "Friday, January 4, 2019",
        "The ferry sailed again on Monday after nine weeks in dock, the office said.",
        "and went on in small letters",
        "UPDATE: The ferry is back.",
        "Q: Why?",
        "Venn: Because it was broken, and nobody had thought of the spare parts in time.",
        "ENDS",
        "-30-",
        "(more)",
        "Read more: The dock",
        "Related articles",
        "Bridge plan dropped",
        "Share",
        "© 2022 Ostrel Courier",
        "Harbour Times",
        "Ann Lee",
        "渡轮重返奥斯特港",
        "作者：林安 来源：港口日报",
        "Паром вернулся. Фото: ТАСС",
        "https://ostrel.example/ferry",
        "the well-",
        "loved ferry",
        "fer\u{ad}",
        "\u{feff}\u{200b}",
        "\u{3000}渡轮离港。林安 摄",
        "404",
        "Ostrel Post • Sep 23, 2022 • 5 min read",
        "(Source: Ostrel Courier)",
        ":",
        "：",
        "[Photo:",
        "()",
        "[]",
        "By",
        "—",
        "- item of a list",
    ])
}

fn story() -> impl Strategy<Value = String> {
    let line = (
        fragment(),
        prop_oneof![4 => Just("\n"), 4 => Just("\n\n"), 1 => Just("\r\n"), 1 => Just("\u{2028}"), 1 => Just(" ")],
    );
    proptest::collection::vec(line, 0..24)
        .prop_map(|lines| lines.iter().flat_map(|(line, end)| [*line, *end]).collect())
}

proptest! {
    #[test]
    fn every_word_is_in_a_field_or_left_over(text in story()) {
        for record in records(&text) {
            let Record::Article(parsed) = record else { continue };
            let kept = words_of(&parsed);
            // Line ends with a hyphen join words; of such texts the letters are compared.
            if text.contains(['\u{ad}', '\u{200b}']) || text.contains("-\n") || text.contains("-\r") {
                let kept = letters(&kept);
                for (letter, count) in letters(&words(&text)) {
                    let kept = kept.get(&letter).copied().unwrap_or_default();
                    prop_assert!(kept >= count, "{letter:?}: {kept} of {count} in {text:?}");
                }
                continue;
            }
            for (word, count) in words(&text) {
                let kept = kept.get(&word).copied().unwrap_or_default();
                prop_assert!(kept >= count, "{word:?}: {kept} of {count} in {text:?}");
            }
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,300}", lines in proptest::collection::vec("[\\PC\u{0}-\u{20}]{0,40}", 0..20)) {
        let _ = records(&text);
        let _ = records(&lines.join("\n"));
    }

    #[test]
    fn places_name_lines_that_exist(text in story()) {
        let count = text.split('\n').count();
        for record in records(&text) {
            let Record::Article(parsed) = record else { continue };
            for found in &parsed.found {
                let number = found.place.split([' ', '-']).nth(1).and_then(|number| number.parse::<usize>().ok());
                prop_assert!(number.is_some_and(|number| (1..=count).contains(&number)), "{found:?}");
            }
        }
    }
}

#[test]
fn hostile_sizes_are_read_to_the_end() {
    let texts = [
        "a".repeat(1 << 20),
        "Photo: ".repeat(150_000),
        "By ".repeat(350_000),
        "(".repeat(1 << 20),
        "\n".repeat(1_000_000),
        "\r".repeat(1_000_000),
        "Published: Sep 23, 2022 ".repeat(40_000),
        "Title: Ferry\n".repeat(50_000),
        "The ferry. Photo: VCG\n".repeat(30_000),
        "well-\n".repeat(100_000),
        "the ferry sailed on and on to the far is-\n".repeat(20_000),
        "Related articles\n".repeat(40_000),
    ];
    // A rule that is quadratic in any of these would not end for minutes.
    for text in texts {
        assert_eq!(records(&text).len(), 1, "{:?}…", &text[..20]);
    }
}
