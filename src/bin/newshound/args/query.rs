//! What is typed after `newshound query`, and what it says: the query language, with an example for each operator.

use clap::Args;
use newshound::{QUERY_GRAMMAR, query_fields};

/// Tell how to write queries
///
/// Every word is required, unless --any is given; inflected forms are found too, without regard to case and diacritics.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub(crate) struct QueryArgs {}

/// Each operator with an example.
const EXAMPLES: &[(&str, &str)] = &[
    ("harbour bridge", "both words, anywhere in the article"),
    ("\"harbour bridge\"", "the phrase"),
    ("\"harbour toll\"~3", "in this order, with up to three words between"),
    ("ferry OR bridge", "one of them"),
    ("ferry AND (toll OR fare)", "AND binds tighter than OR"),
    ("ferry -toll", "not with this word; also NOT toll, !toll"),
    ("+ferry toll", "this word, even with --any"),
    ("harv*", "words as they are written: * for any letters"),
    ("w?rk*r", "? for one letter"),
    ("Xinjang~", "with a letter or two changed; ~1 and ~2 say how many"),
    ("/colou?rs?/", "words that a regular expression matches from end to end"),
    ("=harvests", "this form and no other"),
    ("ferry W/5 strike", "within five words, in either order; also NEAR/5"),
    ("ferry PRE/5 strike", "in this order"),
    ("ferry W/S strike", "in one sentence"),
    ("ferry W/P strike", "in one paragraph"),
    ("ferry NOT W/5 strike", "with no such word within five"),
    ("first/25(ferry)", "among the first 25 words of the body"),
    ("atleast3(ferry)", "three times or more"),
    ("2 of (ferry, bridge, toll)", "at least two of them"),
    ("allcaps(IT)", "in capitals; caps( ) with a capital, nocaps( ) without"),
    ("\"harbour * toll\"", "with any one word in between"),
    ("\"harbour toll*\"", "with any letters behind `toll`"),
    ("headline:ferry", "in one field; all of them are named below"),
    ("headline:(ferry OR bridge)", "a group in a field"),
    ("section:city/transport", "in a section and its subsections"),
    ("date:2022-09", "dated so, as the article prints it"),
    ("date:2022-09..2022-10", "from one date to another; also 2022-09.., ..2022-10, >2022-09"),
    ("date:\"1 May 2022\"..", "from a date on, as it is printed"),
    ("date:[2022-09 TO 2022-11}", "[ ] take the ends in, { } leave them out, * is open"),
    ("since:7d until:\"last monday\"", "days told from today, or from --now"),
    ("words:>500", "longer than so many words"),
    ("has:caption missing:byline", "with one field and without another; also caption:*"),
    ("*:*", "every article"),
    ("site:example.org status:corrected", "by its address and whether it stands; also url:"),
    ("path:2022/09", "from a folder or file at any depth"),
    ("path:/2022", "from one at the top of the corpus"),
    ("filetype:json", "from files of one ending"),
    ("ferry^2 toll", "more important for the order"),
];

/// Returns the language, as it is told.
pub(crate) fn help() -> String {
    let mut help = "Examples:\n".to_owned();
    for (query, meaning) in EXAMPLES {
        help += &format!("  {query:<35}{meaning}\n");
    }
    help += "  x.desk:city x.page:2..4            fields that the index was made with (`newshound index --extra`)\n\n";
    help += &fields();
    help += "Proximity binds tightest, then NOT, then AND, then words side by side, then OR. Operators are in\n\
             capitals. Quotation marks and dashes of word processors, and full-width letters and signs, work\n\
             as plain ones. With --any, one operand side by side is enough, a date too: write +since:7d where\n\
             it must be.\n\n\
             Forms of other languages that mean the same are read too:\n  \
             Nexis, Westlaw: w/5, pre/5, /s, hlead(...), date(>1/1/2022), date aft 1/1/2022, length(>500)\n  \
             Factiva: near5, /N5/, ferry/F50/, SAME, hd=, hlp=, by=, la=, sn=, wc>500\n  \
             Lucene: [a TO b], field:*, _exists_:field, &&, ||, !\n  \
             web searches: intitle:, inurl:, before:, after:, AROUND(5)\n\
             Where one means something else here, the answer tells how to write it.\n\nGrammar:\n";
    for line in QUERY_GRAMMAR.lines() {
        help += &format!("  {line}\n");
    }
    help
}

/// Returns the names of fields, in lines.
fn fields() -> String {
    let mut lines = "Fields:".to_owned();
    let mut width = lines.len();
    for name in query_fields() {
        if width + name.len() > 98 {
            lines.push_str("\n ");
            width = 2;
        }
        lines += &format!(" {name}");
        width += 1 + name.len();
    }
    lines + "\n\n"
}

#[cfg(test)]
mod tests {
    use newshound::{Date, DateOrder, Index, SearchRequest};

    use super::*;

    #[test]
    fn every_field_is_told_here_and_in_the_readme() {
        let (help, readme) = (help(), include_str!("../../../../README.md"));
        let words = |text: &str| -> std::collections::HashSet<String> {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
        };
        // The grammar and the examples name some of them too.
        let list = help.split("Fields:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of fields");
        let row = readme.lines().find(|line| line.starts_with("| `headline:flood`")).expect("the row of fields");
        let rows: String = readme.lines().filter(|line| line.starts_with("| `")).collect();
        for name in query_fields() {
            assert!(words(list).contains(name), "{name} is in the list of `newshound query`");
            assert!(words(row).contains(name) || rows.contains(&format!("{name}:")), "{name} is in the README");
        }
    }

    #[test]
    fn lines_are_short_enough_not_to_be_broken() {
        assert!(EXAMPLES.iter().all(|(query, _)| query.len() < 35));
        let long: Vec<String> = help().lines().filter(|line| line.len() > 100).map(str::to_owned).collect();
        assert_eq!(long, [""; 0]);
    }

    #[test]
    fn every_example_is_a_right_query() {
        let searcher = Index::in_memory().unwrap().searcher().unwrap();
        for (query, _) in EXAMPLES {
            let mut request = SearchRequest::new(*query);
            request.now = Date::parse("2024-03-05", DateOrder::Unknown).ok();
            let answer = searcher.search(&request).unwrap_or_else(|error| panic!("{query}: {error:?}"));
            assert_eq!(answer.diagnostics, [], "{query}");
        }
    }
}
