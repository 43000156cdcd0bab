//! What was typed: clap structs, nothing decided. `settings.rs` turns them into the library's option structs.

mod check;
mod delete;
mod eval;
mod index;
pub(crate) mod query;
mod repair;
mod search;
mod similar;
pub(crate) mod values;
mod verify;
pub(crate) mod words;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use newshound::{Collapse, Date, DateOrder, Expand, ExtraKind};

pub(crate) use check::{CheckArgs, CheckFormat};
pub(crate) use delete::DeleteArgs;
pub(crate) use eval::{EvalArgs, EvalFormat};
pub(crate) use index::{FailOn, IndexArgs};
pub(crate) use query::QueryArgs;
pub(crate) use repair::RepairArgs;
pub(crate) use search::{Format, Refresh, SearchArgs, USUAL_LIMIT};
pub(crate) use similar::SimilarArgs;
pub(crate) use verify::VerifyArgs;

use crate::failure;

/// Full-text search for news archives
///
/// Newshound indexes folders of news articles and answers queries with the best articles and the passages in which
/// they match.
#[derive(Debug, Parser)]
#[command(
    name = "newshound",
    disable_version_flag = true,
    arg_required_else_help = true,
    subcommand_required = false,
    args_conflicts_with_subcommands = true,
    after_help = failure::help()
)]
pub(crate) struct Cli {
    /// Print the version
    #[arg(short = 'V', long)]
    pub(crate) version: bool,

    /// With --version: print name, version, index format and features as JSON
    #[arg(long, requires = "version")]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Cli {
    /// Returns what was typed. Of the commands only the one that was named is told its options: telling them all takes longer
    /// than many a search. What is refused is parsed again with all of them, so that help and errors know every command.
    pub(crate) fn parse(typed: Vec<OsString>) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(&typed).or_else(|_| {
            let mut definition = Cli::definition();
            definition.build();
            Cli::from_arg_matches(&definition.try_get_matches_from(typed)?)
        })
    }

    /// Returns the command line as it is to be documented and completed, once it is built.
    pub(crate) fn definition() -> clap::Command {
        Cli::command()
    }
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    Index(Box<IndexArgs>),
    Check(Box<CheckArgs>),
    Verify(VerifyArgs),
    Repair(RepairArgs),
    Delete(DeleteArgs),
    Search(Box<SearchArgs>),
    Query(QueryArgs),
    Eval(Box<EvalArgs>),
    Show(ShowArgs),
    Similar(SimilarArgs),
    Fields(FieldsArgs),
    Status(StatusArgs),
    Snapshot(SnapshotArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

impl Command {
    /// Tells whether the answer was asked for as JSON, so that a failure is given as JSON too.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Command::Index(args) => args.json,
            Command::Check(args) => args.format() == CheckFormat::Json,
            Command::Verify(args) => args.json,
            Command::Repair(args) => args.json,
            Command::Delete(args) => args.json,
            Command::Search(args) => matches!(args.format(), Format::Json | Format::Jsonl),
            Command::Eval(args) => args.format() == EvalFormat::Json,
            Command::Show(args) => args.json,
            Command::Similar(args) => args.json,
            Command::Fields(args) => args.json,
            Command::Status(args) => args.json,
            Command::Snapshot(args) => args.json,
            Command::Query(_) | Command::Completions(_) | Command::Man(_) => false,
        }
    }

    /// Returns when this command is to use colours.
    pub(crate) fn color(&self) -> When {
        match self {
            Command::Search(args) => args.color,
            Command::Show(args) => args.color,
            Command::Similar(args) => args.color,
            Command::Fields(args) => args.color,
            Command::Index(_)
            | Command::Check(_)
            | Command::Verify(_)
            | Command::Repair(_)
            | Command::Delete(_)
            | Command::Status(_)
            | Command::Snapshot(_)
            | Command::Query(_)
            | Command::Eval(_)
            | Command::Completions(_)
            | Command::Man(_) => When::Auto,
        }
    }
}

/// Where the index is, for commands that read it.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The index folder [default: $NEWSHOUND_INDEX, else `index` here or in a folder above]
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,

    /// Compare every file of the index with its checksum first; without, only lengths and ends are looked at
    #[arg(long)]
    pub(crate) verify: bool,
}

/// Which articles count.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Only articles of this section and its subsections, such as `city/transport` (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(crate) section: Vec<String>,

    /// Only articles of this publisher (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) publisher: Vec<String>,

    /// Only articles in this language, such as `en` (repeatable)
    #[arg(long, value_name = "CODE", visible_alias = "lang")]
    pub(crate) language: Vec<String>,

    /// Only articles of this corpus (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: Vec<String>,

    /// Only articles dated from DATE on: 2024, 2024-03 or 2024-03-05, as printed in the article
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) since: Option<Date>,

    /// Only articles dated up to DATE, which is included
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) until: Option<Date>,

    /// With --since or --until: keep articles without a date
    #[arg(long)]
    pub(crate) undated: bool,
}

/// How hits are ranked.
#[derive(Debug, Args)]
pub(crate) struct RankingArgs {
    /// Add words to rank by that the best articles have in common, and tell them; where one word is enough, articles with an
    /// added word are found too
    #[arg(long)]
    expand: bool,

    /// Like --expand, but add these words alone; those with a dash are left out: --expand-terms port,dock or
    /// --expand-terms=-weather
    #[arg(long, value_name = "WORDS", value_delimiter = ',', allow_hyphen_values = true)]
    expand_terms: Vec<String>,

    /// Raise newer articles a little: by a quarter today, half as much after HALF-LIFE (30d, 6w, 2y), and so on
    #[arg(long, value_name = "HALF-LIFE", value_parser = values::half_life)]
    pub(crate) recency: Option<u32>,

    /// Of plain words, look at the best N articles a second time, and raise those in which the words stand near one another
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) rescore: usize,
}

impl RankingArgs {
    /// Returns what is to be added to the query.
    pub(crate) fn expand(&self) -> Option<Expand> {
        let words = self.expand_terms.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
        let (without, only): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with('-'));
        let mut expand = Expand::default();
        expand.only = only.into_iter().map(str::to_owned).collect();
        expand.without = without.into_iter().map(|word| word.trim_start_matches('-').to_owned()).collect();
        (self.expand || !self.expand_terms.is_empty()).then_some(expand)
    }
}

/// How sources are read.
#[derive(Debug, Args)]
pub(crate) struct ReadingArgs {
    /// How to read dates such as 02/05/2016; without it they are left out, with a warning
    #[arg(long, value_name = "ORDER")]
    pub(crate) date_order: Option<NumberOrder>,

    /// Take the key or column KEY for FIELD, or read a FILE with rules in the form of newshound.toml (repeatable)
    ///
    /// KEY is one of JSON or front matter, with dots for nesting, or a column of a table; FIELD is one of an article, or x.NAME for a
    /// field of your own. What is typed comes before FILE, and both before the newshound.toml of the corpus.
    #[arg(long = "map", value_name = "KEY=FIELD|FILE")]
    pub(crate) map: Vec<String>,
}

/// What sources may ask for at most.
#[derive(Debug, Args)]
pub(crate) struct LimitArgs {
    /// Let a source ask for more, or less, than it may by default, such as ratio=500 or free=1GiB (repeatable)
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = values::limit, long_help = "\
Let a source ask for more, or less, than it may by default (repeatable). What a limit leaves out is told with its name:

  ratio=250          how many times its size packed data may unpack to, beyond `free`
  free=64MiB         what it may unpack to whatever its size, and entities of XML expand to
  unpacked=256GiB    what it may unpack to in any case
  nesting=4          how deep it may be packed, or stand in archives; 16 at most
  members=1000000    files of an archive
  articles=10000000  articles of a source
  json-depth=128     objects and lists of JSON in one another; 128 at most
  html-depth=256     elements of a page or of XML in one another; 512 at most")]
    pub(crate) limits: Vec<(String, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NumberOrder {
    DayFirst,
    MonthFirst,
}

impl From<NumberOrder> for DateOrder {
    fn from(order: NumberOrder) -> DateOrder {
        match order {
            NumberOrder::DayFirst => DateOrder::DayFirst,
            NumberOrder::MonthFirst => DateOrder::MonthFirst,
        }
    }
}

/// Which articles are copies of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Copies {
    /// None: every article is a hit
    Off,
    /// Those with the same words
    Strict,
    /// Those too that share four fifths of their words
    Near,
}

impl From<Copies> for Collapse {
    fn from(copies: Copies) -> Collapse {
        match copies {
            Copies::Off => Collapse::Off,
            Copies::Strict => Collapse::Strict,
            Copies::Near => Collapse::Near,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE asks for them everywhere
    #[default]
    Auto,
    Always,
    Never,
}

/// Show a whole article
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound show 2024-117            the article of this id
  newshound show ferry.txt           any part of an id or path that only one article has
  newshound show 'wire:2024-117'     where two corpora have the same id
  newshound show --json 2024-117

Exit codes: 0 shown, 1 no such article, 2 several fit; `newshound --help` has them all.")]
pub(crate) struct ShowArgs {
    /// The article's id, or any part of its id or path that no other article has
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Print the article as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: When,
}

/// Show how files are understood: format, charset, and each field with the place it came from
///
/// Works without an index. Prints what is doubtful, and the text that is in no field. The rules of a `newshound.toml` in a folder
/// above a file count for it, as they do for the corpus.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound fields corpus/ferry.txt
  newshound fields --limit 3 archive.jsonl
  newshound fields 'wire.tar.gz!/2024/117.xml'     one file of an archive, as hits name it
  newshound fields --map titel=headline --map ressort=section archive.jsonl
  curl -s https://news.example/ferry | newshound fields - --name ferry.html

With --json, one line a file.

Exit codes: 0 every file holds an article, 1 a file holds none, 6 a file cannot be read.")]
pub(crate) struct FieldsArgs {
    /// The files; `-` is standard input, `a.zip!/b/c.xml` a file of an archive
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// The name to take for standard input; its ending may tell the format
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(crate) name: String,

    /// Have the key NAME read as a field of your own of this KIND, as `newshound index` does (repeatable)
    #[arg(long, value_name = "NAME:KIND", value_parser = values::extra)]
    pub(crate) extra: Vec<(String, ExtraKind)>,

    /// Show at most N articles of each file
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    /// Print as JSON, one line a file
    #[arg(long)]
    pub(crate) json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: When,
}

/// Show what the index holds: articles, sources, dates, languages, sections, size, versions
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound status
  newshound status --index /srv/news/index --json
  newshound status --coverage       how many articles have a headline, a date, a byline, a section
  newshound status --coverage --json | jq '.coverage[] | select(.articles - .sound > 10)'

With --coverage each corpus and format has a row of per cents. `sound` is without any warning of an indexing run; what is
doubtful follows. With --json they are numbers of articles.")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) place: Place,

    /// Show what part of the articles of each corpus and format has a headline, date, byline, section and language, and what is
    /// doubtful of them
    #[arg(long)]
    pub(crate) coverage: bool,

    /// Print as JSON, with every section, publisher and language
    #[arg(long)]
    pub(crate) json: bool,
}

/// Copy the index as its last commit left it, also while it is being written
///
/// On the file system of the index, files get a second name (hard link) instead of a copy, which takes no time and no room;
/// it protects from what is done to the index, not from a disk that fails. Elsewhere they are copied. What is purged from
/// the index stays in its snapshots.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound snapshot backup/monday                     of ./index, into an absent or empty folder
  newshound snapshot --index /srv/news/index /mnt/backup/news
  newshound search --index backup/monday ferry         a snapshot is an index

Exit codes: 0 copied, 3 no index, or a folder that is not empty, 6 a file cannot be read or written.")]
pub(crate) struct SnapshotArgs {
    /// The folder to make, absent or empty
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Print what was copied as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound completions bash > ~/.local/share/bash-completion/completions/newshound
  newshound completions zsh > ~/.zfunc/_newshound
  newshound completions fish > ~/.config/fish/completions/newshound.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Print the manual page, or write one page for each command into a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound man | man -l -                      read it
  newshound man ~/.local/share/man/man1         install newshound.1, newshound-search.1 and the rest")]
pub(crate) struct ManArgs {
    /// The folder to write the pages to; without it, one page with every command is printed
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definition_is_consistent() {
        Cli::definition().debug_assert();
    }
}
