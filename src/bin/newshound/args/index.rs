//! What was typed after `newshound index`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use newshound::ExtraKind;

use super::values::{self, MaxRejected};
use super::{LimitArgs, ReadingArgs};

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
  newshound index --extra desk:keyword --extra page:number corpus
                                                  fields of your own: `search x.desk:city --sort x.page`
  newshound index --map HL=headline --map TEXT=body corpus
                                                  columns and keys of an archive's own
  newshound index --canonical corpus              the same bytes for the same articles, on any machine
  newshound index --lock newshound.lock corpus    write down what the index holds, for a repository
  newshound index --locked newshound.lock corpus  fail, and commit nothing, unless it holds just that

The report of --report has one JSON object a line: level, code, corpus, path, line, message.
A file named `.newshoundignore` in a corpus leaves out files by the patterns of .gitignore. One named
`newshound.toml` in its root, or a file of --map, tells which keys, columns and elements feed which fields:
  [[map]]
  files = \"wire/**/*.csv\"                 as in .gitignore; without it, all files
  headline = \"HL\"                         a key of JSON or front matter, or a column
  body = [\"TEXT1\", \"TEXT2\"]             several
  x.desk = \"RESSORT\"                      a field of your own
  html.headline = \"h1.story-title\"        a CSS selector; \"time::attr(datetime)\" for an attribute
  articles = \"data.stories\"               where a document of JSON has its list of articles
Interrupt once to stop at the last commit, twice to stop at once. What a first indexing or --full had done by
then is kept, unseen, and the same command goes on from there.

A lock file has digests, versions and counts; it is only written by --lock, after the commit. With --locked an
index that would not be what the file says stays as its last commit left it.

Exit codes: 0 done, 1 not what --locked says, 5 locked, 6 a corpus or the index cannot be read or written,
7 a gate failed (the index is up to date all the same) or the index has no article, 130 interrupted.")]
pub(crate) struct IndexArgs {
    /// Folders of articles; NAME=DIR gives a corpus a name other than the folder's
    #[arg(value_name = "CORPUS")]
    pub(crate) corpora: Vec<PathBuf>,

    /// The index folder [default: $NEWSHOUND_INDEX, else ./index]
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,

    /// A new index: have the field NAME of articles searched as x.NAME; KIND is text, keyword, number, date or boolean
    /// (repeatable)
    ///
    /// The value is read from the key NAME of front matter, header lines, meta tags and JSON, and from an object `extra`. An index
    /// keeps the fields that it was made with.
    #[arg(long, value_name = "NAME:KIND", value_parser = values::extra)]
    pub(crate) extra: Vec<(String, ExtraKind)>,

    /// A new index: keep articles compressed more strongly, which takes less room and more time
    #[arg(long)]
    pub(crate) compact: bool,

    /// Read only paths that match GLOB (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,

    /// Leave out paths that match GLOB (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Read every file again and rewrite every article
    #[arg(long)]
    pub(crate) full: bool,

    /// Have the index's files depend on the articles alone: the same bytes on any machine, after any history
    ///
    /// For an index that is cached, compared or signed. Every article is written anew, and the next run reads every file,
    /// since no times are kept.
    #[arg(long)]
    pub(crate) canonical: bool,

    /// Leave no text and no word of deleted articles in any file of the index
    ///
    /// An article that is gone is not found any more, but stays in the files until these are written anew, which this does now.
    #[arg(long)]
    pub(crate) purge: bool,

    /// Tell what would be done, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Take an empty folder for what it is, and delete the articles that came from it
    #[arg(long)]
    pub(crate) allow_empty: bool,

    /// Write one JSON line for each skip, rejection and warning
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// Write a lock file of what the index holds, after a run that went well; what one that is there keeps out stays out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "locked"])]
    pub(crate) lock: Option<PathBuf>,

    /// With --lock: a line for each article, so that a later check can name what differs
    #[arg(long, requires = "lock")]
    pub(crate) lock_detail: bool,

    /// Commit only what the lock file says; else end with exit code 1, with the index as it was
    #[arg(long, value_name = "FILE")]
    pub(crate) locked: Option<PathBuf>,

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

    /// In a first indexing and with --full, keep what was done each time so many bytes were read, for the same command to
    /// go on from if this one is cut off [default: half of --memory]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    pub(crate) keep_every: Option<u64>,

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
