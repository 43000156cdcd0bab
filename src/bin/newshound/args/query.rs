//! What is typed after `newshound query`, and what it says: the query language, with an example for each operator.

use clap::Args;
use newshound::QUERY_GRAMMAR;

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
    (
        "headline:ferry",
        "in one field: headline, kicker, standfirst, lead, hlead, body, caption, credit, byline, \
                        dateline, keywords, section, publisher, language, corpus, id, path",
    ),
    ("headline:(ferry OR bridge)", "a group in a field"),
    ("section:city/transport", "in a section and its subsections"),
    ("date:2022-09", "dated so, as the article prints it"),
    ("date:2022-09..2022-10", "from one date to another; also ..2022-10, >2022-09, [2022-09 TO 2022-10]"),
    ("since:7d until:\"last monday\"", "days told from today, or from --now"),
    ("words:>500", "longer than so many words"),
    ("has:caption missing:byline", "with one field and without another; also caption:*"),
    ("site:example.org status:corrected", "by its address and whether it stands; also url:"),
    ("path:2022/09", "from a folder or file"),
    ("ferry^2 toll", "more important for the order"),
];

/// Returns the language, as it is told.
pub(crate) fn help() -> String {
    let mut help = "Examples:\n".to_owned();
    for (query, meaning) in EXAMPLES {
        help += &format!("  {query:<32}{meaning}\n");
    }
    help += "  x.desk:city x.page:2..4         fields that the index was made with (`newshound index --extra`)\n\n";
    help += "Proximity binds tightest, then NOT, then AND, then words side by side, then OR. Operators are in capitals. The\n\
             forms of Nexis, Westlaw, Factiva and Lucene for the same are read too: w/5, /s, near5, pre/5, hlead(...),\n\
             [a TO b], &&, ||, !. Quotation marks and dashes of word processors work as plain ones. With --any, one operand\n\
             side by side is enough, a date too: write +since:7d where it must be.\n\nGrammar:\n";
    for line in QUERY_GRAMMAR.lines() {
        help += &format!("  {line}\n");
    }
    help
}

#[cfg(test)]
mod tests {
    use newshound::{Date, DateOrder, Index, SearchRequest};

    use super::*;

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
