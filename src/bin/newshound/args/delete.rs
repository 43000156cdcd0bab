//! What was typed after `newshound delete`.

use std::path::PathBuf;

use clap::Args;

/// Take articles down: out of the index, and kept out when their sources are read again
///
/// All of the articles are taken down, or none where one cannot be found. The sources are left as they are. What the index
/// had of an article is deleted, but stays in its files until these are written anew: --purge does so now. The id, the place
/// and the reason are kept, and shown by `newshound status`. What was taken down before may be named again, so that --purge
/// can come later or be repeated after it was cut off; its reason stays. Where another article has that name by now, because
/// lines of a file have moved or another corpus has come, nothing is changed, and the message tells what names it; `newshound
/// index --purge` purges all the same.
///
/// An article with an id of its own stays out by that, also when it is edited. One without is known by the words of its
/// headline and body: it stays out wherever it moves, copies in the same words go with it, and it comes back when its words
/// are edited at their source, but not for other punctuation, capitals, accents or spaces; and the only article of a file stays out by the path of the file, whatever it says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound delete ferry-1 --reason 'withdrawn by the agency'
  newshound delete --purge 'wire:2024-117' local/notes.txt --reason 'court order 12/24'
  newshound delete 'wire:12.jsonl#3@1f6a0c92be47' --reason 'on wish'    by its words too, since the number of a line moves
  newshound delete --undo ferry-1          let it in again; the next `newshound index` reads it

Exit codes: 0 done, 1 no such article, 2 several fit or another was taken down by this name, 5 locked, 130 interrupted with nothing changed; `newshound --help` has them all.")]
pub(crate) struct DeleteArgs {
    /// The articles' ids, or paths in their corpora; after the corpus and a colon where two corpora have the same
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,

    /// Why; kept with the id
    #[arg(long, value_name = "TEXT", required_unless_present = "undo", conflicts_with = "undo")]
    pub(crate) reason: Option<String>,

    /// Let articles in again that were taken down
    #[arg(long)]
    pub(crate) undo: bool,

    /// Leave no text and no word of any deleted article in a file of the index
    #[arg(long)]
    pub(crate) purge: bool,

    /// The index folder [default: $NEWSHOUND_INDEX, else ./index]
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,

    /// Print the articles that are kept out now as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
