//! What was typed after `newshound verify`.

use std::path::PathBuf;

use clap::Args;

/// Tell whether the index is what was written
///
/// First every file is compared with its checksum. Then the parts are compared with one another: the manifest with the
/// stored articles, each segment with itself. Then postings and columns are derived anew from the stored articles. Changes
/// nothing, and may run while the index is searched and written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound verify
  newshound verify --quick --index /srv/news/index
  newshound verify --json

`newshound check` compares an index with its corpora; this looks at the index alone.

Exit codes: 0 sound, 1 sound but something is missing since a repair, 4 damaged, 3 no index, 130 interrupted before it was
known; `newshound --help` has them all.")]
pub(crate) struct VerifyArgs {
    /// The index folder [default: $NEWSHOUND_INDEX, else `index` here or in a folder above]
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,

    /// Leave out what takes longest: to derive postings and columns anew
    #[arg(long)]
    pub(crate) quick: bool,

    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
