//! What was typed after `newshound search`. Which words with a dash are query words is decided in `words.rs`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::ArgPredicate;
use clap::{Args, ValueEnum};
use newshound::{Collapse, Date, Sort};

use super::values::{self, Word};
use super::{Copies, FilterArgs, Place, RankingArgs, When};

/// How many hits are printed where nothing is said of it.
pub(crate) const USUAL_LIMIT: usize = 10;

/// Search the index
///
/// Prints the best articles, and of each the passages that matched. Every word is required, unless --any is given.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound search harbour bridge
  newshound search '\"harbour bridge\" -toll' --since 2023 --until 2024-06
  newshound search headline:ferry --sort newest --limit 20
  newshound search x.desk:city x.breaking:true --sort x.page:desc
  newshound search --refresh=corpus harbour bridge       index the folder first, then search
  newshound search --json ferry | jq '.hits[].headline.text'
  newshound search --collapse near ferry                 the story once, whoever printed it
  newshound search --expand --any ferry subsidies        with words that the best articles have in common
  newshound search --paths -0 ferry | xargs -0 wc -w
  newshound search --topics topics.tsv --format trec > run.txt     see `newshound eval`

Query:
  harbour bridge        articles with both words; with --any, with one of them
  \"harbour bridge\"      the phrase
  ferry OR bridge       one of them; AND, NOT and ( ) as usual
  ferry -toll           not with this word; +word requires it
  \"ferry strike\"~3      the words in this order, with up to 3 others between
  ferry W/5 strike      near one another, within 5 words; PRE/5 in this order; W/S in one
                        sentence, W/P in one paragraph; NOT W/5 with none near
  ferr* w?rk *ology     * stands for any letters, ? for one, in words as they are written
  Xinjang~ Xinjang~2    with up to one or two letters changed; /colou?r/ a regular expression
  =harvests             in this form and no other
  first/25(ferry)       among the first 25 words of the body; atleast3(ferry) three times or more
  2 of (ferry, bridge, toll)  at least two of them
  allcaps(IT)           in capitals; caps( ) with a capital, nocaps( ) without
  headline:ferry        in this field: headline, lead, hlead (headline and lead), body, caption,
                        byline, dateline, section, publisher, keyword, language and others
  section:city/transport  in a section and its subsections
  date:2022-09 since:7d until:\"last monday\" date:2022-09..2022-10
                        dated so; words:>500 longer than so many words
  has:caption missing:byline path:2022/09 ferry^2
                        by what the article has, where it stood; ^2 counts twice
  x.desk:city x.page:2..4
                        in a field that the index was made with (`newshound index --extra`)
A word that begins with one dash is a part of the query (-toll), except -h, -0 and -n 20; it may
stand anywhere. A word after `--` is always a part of the query.

--refresh takes its folder with `=`, so that it can be told from the query: --refresh=DIR or
--refresh=NAME=DIR; repeat it for several. Alone it takes the corpora of earlier runs.

Output: text; --json is one object, --jsonl one hit a line, with highlights as offsets in bytes of
UTF-8. CSV has a row for each hit; a cell that
a spreadsheet would take for a formula has a ' before it. A failure with --json or --jsonl is an
object with `error` on standard output.

`newshound query` tells all of the query language, with its grammar.

Exit codes: 0 found, 1 nothing found, 2 wrong query or usage, 3 no index; `newshound --help` has them all.")]
pub(crate) struct SearchArgs {
    /// The query; several arguments are joined with spaces
    #[arg(value_name = "QUERY", required_unless_present_any = ["suggest", "topics"])]
    pub(crate) query: Vec<Word>,

    /// Complete the last word of TEXT by words of the index, those in most articles first (the number is that of articles
    /// with this word), and by headlines that have its words, of most articles and the newest first; at most --limit of each
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["query", "count", "paths"])]
    pub(crate) suggest: Option<String>,

    #[command(flatten)]
    pub(crate) place: Place,

    /// One of the words is enough; articles with more of them rank higher
    #[arg(long)]
    pub(crate) any: bool,

    #[command(flatten)]
    pub(crate) filters: FilterArgs,

    /// The day from which `since:7d` and the like in the query are told [default: today]
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) now: Option<Date>,

    /// The order of the hits: relevance, newest, oldest, or by a field of your own: x.NAME, x.NAME:desc
    #[arg(long, value_name = "ORDER", default_value = "relevance", value_parser = values::sort)]
    pub(crate) sort: Sort,

    /// The offset of times that are printed without one, when sorting: UTC, +02:00, -0530
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = values::offset, allow_hyphen_values = true)]
    pub(crate) assume_zone: i16,

    #[command(flatten)]
    pub(crate) ranking: RankingArgs,

    /// List copies of one text under the first hit that has it; of the first thousand articles that match. --limit and
    /// --offset count hits, totals count articles [default: strict for text and Markdown by relevance, else off]
    #[arg(long, value_name = "COPIES", conflicts_with_all = ["topics", "suggest"])]
    pub(crate) collapse: Option<Copies>,

    /// Explain each score as a tree that adds up to it, in text and JSON
    #[arg(long)]
    pub(crate) explain: bool,

    /// Print at most N hits [with --topics: 1000]
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        default_value_t = USUAL_LIMIT,
        default_value_if("topics", ArgPredicate::IsPresent, "1000")
    )]
    pub(crate) limit: usize,

    /// Leave out the first N hits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,

    /// Do not count every article that matches: the best ones are found sooner, and the total is a bound where there are many
    #[arg(long, conflicts_with = "count")]
    pub(crate) quick_total: bool,

    /// Answer what of a wrong query can be understood, and tell what was left out
    #[arg(long)]
    pub(crate) lenient: bool,

    /// Refuse a query whose wildcards, fuzzy words and regular expressions stand for more than N words
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) max_forms: usize,

    /// Print at most N passages of each article
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) passages: usize,

    /// Print only the exact number of articles that match
    #[arg(long, conflicts_with_all = ["jsonl", "paths"])]
    pub(crate) count: bool,

    /// Print the answer as JSON (short for --format json)
    #[arg(long, group = "output")]
    json: bool,

    /// Print the hits as JSON, one a line (short for --format jsonl)
    #[arg(long, group = "output")]
    jsonl: bool,

    /// How to print the answer
    #[arg(long, group = "output", value_name = "FORMAT")]
    format: Option<Format>,

    /// Search for each topic of FILE and print a TREC run: lines of id, tab and words, or TREC topics, whose titles are
    /// taken. One word is enough
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "suggest", "count", "paths", "json", "jsonl", "refresh"])]
    pub(crate) topics: Option<PathBuf>,

    /// With --topics: take each topic for a query in the query language, not for words alone
    #[arg(long, requires = "topics", conflicts_with_all = ["query", "suggest"])]
    pub(crate) as_queries: bool,

    /// With --topics: the name of the run
    #[arg(long, value_name = "NAME", default_value = "newshound", conflicts_with_all = ["query", "suggest"])]
    pub(crate) run_name: String,

    /// Print only the paths of the files that the hits are from
    #[arg(long, group = "output")]
    pub(crate) paths: bool,

    /// With --paths: end each path with NUL instead of a line end
    #[arg(short = '0', long = "null", requires = "paths")]
    pub(crate) null: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: When,

    /// Bring the index up to date first: with its corpora, or with =DIR or =NAME=DIR (repeatable)
    #[arg(long, value_name = "CORPUS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    refresh: Vec<OsString>,
}

impl SearchArgs {
    /// Returns the query: the words, joined with spaces.
    pub(crate) fn query(&self) -> String {
        self.query.iter().map(|word| word.0.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Returns how the answer is to be printed.
    pub(crate) fn format(&self) -> Format {
        match self.format {
            Some(format) => format,
            None if self.topics.is_some() => Format::Trec,
            None if self.json => Format::Json,
            None if self.jsonl => Format::Jsonl,
            None => Format::Text,
        }
    }

    /// Tells whether the answer is printed with the number of articles that match.
    pub(crate) fn shows_total(&self) -> bool {
        !self.paths && matches!(self.format(), Format::Text | Format::Json | Format::Markdown)
    }

    /// Returns which articles are shown as copies of others: as typed, else those with the same words, where a person reads
    /// the best hits.
    pub(crate) fn collapse(&self) -> Collapse {
        let is_read = matches!(self.format(), Format::Text | Format::Markdown) && !self.paths;
        match self.collapse {
            Some(copies) => copies.into(),
            None if is_read && self.sort == Sort::Relevance => Collapse::Strict,
            None => Collapse::Off,
        }
    }

    /// Returns what is to be brought up to date before the search.
    pub(crate) fn refresh(&self) -> Refresh {
        let named: Vec<_> = self.refresh.iter().filter(|corpus| !corpus.is_empty()).map(PathBuf::from).collect();
        match (self.refresh.len(), named.len()) {
            (0, _) => Refresh::No,
            (_, 0) => Refresh::Remembered,
            _ => Refresh::Named(named),
        }
    }
}

/// What is to be brought up to date before a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refresh {
    No,
    /// The corpora of earlier runs.
    Remembered,
    Named(Vec<PathBuf>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Jsonl,
    Csv,
    Markdown,
    /// A TREC run, with --topics
    Trec,
}
