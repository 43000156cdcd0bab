//! Query words that begin with a dash. `newshound search -sport rate --limit 5` is a query and an option, which clap
//! cannot tell apart by itself: a positional that takes hyphens takes every option after it too. So query words with
//! a dash get a mark in front before clap sees them, and [`Word`](super::values::Word) takes the mark off again.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};

use clap::Args as _;

use super::SearchArgs;
use super::values::DASHED;

/// Marks the words with a dash that belong to the query of `newshound search`. Other commands stay as they are.
pub(crate) fn mark_query_words(args: Vec<OsString>) -> Vec<OsString> {
    let is_search = args.get(1).is_some_and(|command| command == "search");
    if !is_search || !args.iter().skip(2).any(|arg| may_need_mark(arg)) {
        return args;
    }
    let known = Known::of(&SearchArgs::augment_args(clap::Command::new("search")));
    let mut marked: Vec<OsString> = args.iter().take(2).cloned().collect();
    let (mut value_of_option, mut only_words) = (false, false);
    for arg in args.into_iter().skip(2) {
        let text = arg.to_str().unwrap_or_default();
        let is_word = !value_of_option && (only_words || is_query_word(text, &known.short));
        // A word that happens to begin with the mark is marked too, so that one mark can always be taken off.
        let needs_mark =
            is_word && !only_words && text.starts_with('-') || !value_of_option && text.starts_with(DASHED);
        only_words |= text == "--" && !value_of_option;
        value_of_option = !value_of_option && !only_words && known.with_value.contains(text);
        marked.push(if needs_mark { format!("{DASHED}{text}").into() } else { arg });
    }
    marked
}

/// The options of a command.
struct Known {
    /// Those that take the next argument as their value: `--limit`, `-n`.
    with_value: HashSet<String>,
    /// `-h`, `-0`.
    short: HashSet<String>,
}

impl Known {
    fn of(command: &clap::Command) -> Known {
        let mut known = Known { with_value: HashSet::new(), short: HashSet::from(["-h".to_owned()]) };
        for option in command.get_arguments() {
            known.short.extend(option.get_short().map(|short| format!("-{short}")));
            if option.get_action().takes_values() && !option.is_require_equals_set() {
                let names = option.get_long_and_visible_aliases().unwrap_or_default();
                known.with_value.extend(names.into_iter().map(|name| format!("--{name}")));
                known.with_value.extend(option.get_short().map(|short| format!("-{short}")));
            }
        }
        known
    }
}

/// Tells whether an argument is more than a plain word or a long option. Where none is, the options need not be known.
fn may_need_mark(arg: &OsStr) -> bool {
    let text = arg.to_str().unwrap_or_default();
    text.starts_with('-') && !text.starts_with("--") || text.starts_with(DASHED)
}

fn is_query_word(text: &str, short_options: &HashSet<String>) -> bool {
    // `-n5` is `-n 5`.
    let number = text.strip_prefix("-n").unwrap_or_default();
    let is_limit = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    !text.starts_with("--") && !short_options.contains(text) && !is_limit
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Cli, Command, Format, Refresh};
    use super::*;

    /// Parses a command line and returns the query and the limit.
    fn check(args: &[&str]) -> (String, usize) {
        let Some(Command::Search(search)) = parse(args).command else { panic!("not a search") };
        (search.query(), search.limit)
    }

    fn parse(args: &[&str]) -> Cli {
        let args = ["newshound", "search"].iter().chain(args).map(OsString::from).collect();
        let marked = mark_query_words(args);
        Cli::try_parse_from(marked).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn word_with_a_dash_is_a_query_word_and_options_stay_options() {
        assert_eq!(check(&["-sport", "rate"]), ("-sport rate".into(), 10));
        assert_eq!(check(&["-sport", "rate", "--limit", "5"]), ("-sport rate".into(), 5));
        assert_eq!(check(&["--limit", "5", "-sport", "rate"]), ("-sport rate".into(), 5));
        assert_eq!(check(&["rate", "--limit=5", "-sport"]), ("rate -sport".into(), 5));
        assert_eq!(check(&["-n", "5", "-sport", "rate", "-nx5"]), ("-sport rate -nx5".into(), 5));
        assert_eq!(check(&["rate", "-n5"]), ("rate".into(), 5));
        assert_eq!(check(&["rate", "-headline:sport", "-\"own goal\""]).0, "rate -headline:sport -\"own goal\"");
    }

    #[test]
    fn double_dash_ends_options() {
        assert_eq!(check(&["--", "--limit", "5", "-0"]), ("--limit 5 -0".into(), 10));
        assert_eq!(check(&["rate", "--", "-sport"]).0, "rate -sport");
    }

    #[test]
    fn value_of_an_option_is_no_query_word() {
        let Some(Command::Search(search)) = parse(&["rate", "--assume-zone", "-05:00", "-sport"]).command else {
            panic!("not a search")
        };
        assert_eq!((search.assume_zone, search.query()), (-300, "rate -sport".into()));
    }

    #[test]
    fn dash_alone_and_the_mark_itself_survive() {
        assert_eq!(check(&["rate", "-"]).0, "rate -");
        assert_eq!(check(&["\u{1}-x", "-\u{1}"]).0, "\u{1}-x -\u{1}");
        assert_eq!(check(&["--", "\u{1}x"]).0, "\u{1}x");
    }

    #[test]
    fn refresh_takes_a_corpus_only_with_an_equals_sign() {
        let refresh = |args: &[&str]| match parse(args).command {
            Some(Command::Search(search)) => (search.refresh(), search.query()),
            _ => panic!("not a search"),
        };
        assert_eq!(refresh(&["--refresh", "bridge"]), (Refresh::Remembered, "bridge".into()));
        assert_eq!(refresh(&["bridge"]).0, Refresh::No);
        assert_eq!(
            refresh(&["--refresh=corpus", "--refresh=b=dir", "bridge"]).0,
            Refresh::Named(vec!["corpus".into(), "b=dir".into()])
        );
    }

    #[test]
    fn null_and_formats_are_options() {
        let Some(Command::Search(search)) = parse(&["--paths", "-0", "rate"]).command else { panic!("not a search") };
        assert!(search.null && search.paths);
        let Some(Command::Search(search)) = parse(&["rate", "--format", "csv"]).command else { panic!("no search") };
        assert_eq!(search.format(), Format::Csv);
    }
}
