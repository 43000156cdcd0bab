//! What was typed after `newshound check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{LimitArgs, Place, ReadingArgs, values};

/// Tell whether the index is what indexing now would give
///
/// Reads the folders again and compares every article. Nothing is written and no lock is taken; the index may be
/// read-only. Without CORPUS, the folders that the index remembers are read as they were. A CORPUS that is named is read
/// by the options given here, and other settings than those of the index are a difference.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound check                                 the folders that the index remembers
  newshound check --trust-mtime corpus            only files of another size or time are read
  newshound check --json | jq .differences
  newshound check --lock newshound.lock corpus    against a lock file; needs no index
  newshound check --lock newshound.lock --format markdown corpus >> \"$GITHUB_STEP_SUMMARY\"
  newshound check --format sarif --relative-to . > newshound.sarif

What differs is told with its cause: the source, other settings, an upgrade of the program, or the index itself.
Where a field fell by more than --coverage-drop, it is told besides: a form of the archive may have changed. The default is
more than chance does in a corpus that grows, and less than a tag or key that is called otherwise from one day on.
An index or lock file of another version of the program is an upgrade, and different, though every article be the same.

Exit codes: 0 same, 1 different, 2 wrong usage, 3 no index or one of another format, 6 a corpus cannot be read, 130 interrupted;
`newshound --help` has them all.")]
pub(crate) struct CheckArgs {
    /// Folders of articles; NAME=DIR gives a corpus a name other than the folder's
    #[arg(value_name = "CORPUS")]
    pub(crate) corpora: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Compare with a lock file of `newshound index --lock` instead of an index
    #[arg(long, value_name = "FILE", requires = "corpora", conflicts_with_all = ["index", "trust_mtime"])]
    pub(crate) lock: Option<PathBuf>,

    /// Take files of the same size and time of change for the same, without reading them
    #[arg(long)]
    pub(crate) trust_mtime: bool,

    /// Read only paths that match GLOB (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,

    /// Leave out paths that match GLOB (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    /// The language of articles that neither give theirs nor let it be told from the text, such as `en`
    #[arg(long, value_name = "CODE")]
    pub(crate) default_language: Option<String>,

    /// How much text an article may have, such as 16MiB; one that has more is kept without its end, with a warning
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = values::bytes)]
    pub(crate) max_article: u64,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,

    /// How much less of the articles of a format may have a headline, date, byline, section or language, or be without a warning,
    /// in points of per cent
    #[arg(long, value_name = "POINTS", default_value = "2", value_parser = values::points)]
    pub(crate) coverage_drop: f64,

    /// The number of threads [default: one a core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,

    /// Print the report as JSON (short for --format json)
    #[arg(long, group = "output")]
    json: bool,

    /// How to print what differs; `markdown` is short enough for a pull request, `sarif` is for code scanning
    #[arg(long, value_name = "FORMAT", group = "output")]
    format: Option<CheckFormat>,

    /// With --format sarif: give paths relative to DIR, such as the root of a repository, and not to their corpus
    #[arg(long, value_name = "DIR")]
    pub(crate) relative_to: Option<PathBuf>,

    /// Print no progress, and in the form `text` nothing at all
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl CheckArgs {
    /// Returns the form of the answer.
    pub(crate) fn format(&self) -> CheckFormat {
        if self.json { CheckFormat::Json } else { self.format.unwrap_or_default() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum CheckFormat {
    #[default]
    Text,
    Json,
    Markdown,
    Sarif,
}
