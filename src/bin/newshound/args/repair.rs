//! What was typed after `newshound repair`.

use std::path::PathBuf;

use clap::Args;

/// Mend a damaged index: keep what is whole, and read the rest again
///
/// Segments whose files are whole stay as they are. Of others, articles that are stored whole are written anew. What is left
/// is read again from the folders that the index remembers, or from those that are named. What is not found there is
/// remembered as missing: `newshound verify` tells of it, and the next repair looks for it again, until it is there, under any
/// path, or `newshound delete` takes it down. An index that is sound
/// and misses nothing stays as it is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound repair
  newshound repair --index /srv/news/index wire=/srv/wire      where the folder is another one now
  newshound repair --give-up        what is not found now is not coming back
  newshound repair --json

Where the manifest is lost, folders and settings are not known any more: name the corpora. Where meta.json is lost too, index the corpora into another folder.

Exit codes: 0 all is there again or nothing was damaged, 1 something could not be recovered, 4 still damaged, 5 locked;
`newshound --help` has them all.")]
pub(crate) struct RepairArgs {
    /// Folders to read what is lost from; NAME=DIR gives a corpus a name other than the folder's
    #[arg(value_name = "CORPUS")]
    pub(crate) corpora: Vec<PathBuf>,

    /// The index folder [default: $NEWSHOUND_INDEX, else ./index]
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,

    /// Look for what is missing once more, tell what is not found, and forget that it is missing
    #[arg(long)]
    pub(crate) give_up: bool,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
