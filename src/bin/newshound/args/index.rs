//! What was typed after `newshound index`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReadingArgs;
use super::values::{self, MaxRejected};

/// Build an index, or bring it up to date
///
/// Reads what is new or changed in the folders, and deletes the articles of what is gone. Without CORPUS, the folders
/// of earlier runs are taken. Only the corpora of this run are touched.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound index corpus                          index the folder `corpus` under its own name
  newshound index wire=/srv/wire local=~/local    two corpora with names of your choice
  newshound index                                 the same corpora again: only changed files are read
  newshound index --dry-run --report notices.jsonl corpus
  newshound index --fail-on reject --max-rejected 1% corpus

The report of --report has one JSON object a line: level, code, corpus, path, line, message.
A file named `.newshoundignore` in a corpus leaves out files by the patterns of .gitignore.
Interrupt once to stop at the last commit, twice to stop at once.

Exit codes: 0 done, 5 locked, 6 a corpus or the index cannot be read or written,
7 a gate failed (the index is up to date all the same) or the index has no article, 130 interrupted.")]
pub(crate) struct IndexArgs {
    /// Folders of articles; NAME=DIR gives a corpus a name other than the folder's
    #[arg(value_name = "CORPUS")]
    pub(crate) corpora: Vec<PathBuf>,

    /// The index folder [default: $NEWSHOUND_INDEX, else ./index]
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,

    /// Read only paths that match GLOB (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,

    /// Leave out paths that match GLOB (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Read every file again and rewrite every article
    #[arg(long)]
    pub(crate) full: bool,

    /// Tell what would be done, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Take an empty folder for what it is, and delete the articles that came from it
    #[arg(long)]
    pub(crate) allow_empty: bool,

    /// Write one JSON line for each skip, rejection and warning
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// End with exit code 7 where there was one of these
    #[arg(long, value_name = "LEVEL", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,

    /// End with exit code 7 where more articles than this were rejected: a number or a share such as 1%
    #[arg(long, value_name = "N|N%")]
    pub(crate) max_rejected: Option<MaxRejected>,

    /// The number of threads [default: one a core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,

    /// The memory for building, such as 512MiB or 2GiB
    #[arg(long, value_name = "SIZE", default_value = "512MiB", value_parser = values::bytes)]
    pub(crate) memory: u64,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    /// The language of articles that neither give theirs nor let it be told from the text, such as `en`
    #[arg(long, value_name = "CODE")]
    pub(crate) default_language: Option<String>,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Print no progress and no counts
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// An article was rejected
    Reject,
    /// Something in an article is doubtful
    Warning,
    /// A source of an earlier run cannot be read now
    Stale,
}
