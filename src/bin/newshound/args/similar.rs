//! What was typed after `newshound similar`.

use clap::Args;

use super::{Copies, Place, When};

/// Find articles that are like one
///
/// Searches for the words of the article that tell it from others most; the article itself is left out. Near copies of one text
/// are listed under the first of them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound similar 2024-117            more like the article of this id
  newshound similar ferry.txt           any part of an id or path that only one article has
  newshound similar 2024-117 --limit 5 --json

Exit codes: 0 found, 1 no such article or nothing like it, 2 several fit; `newshound --help` has them all.")]
pub(crate) struct SimilarArgs {
    /// The article's id, or any part of its id or path that no other article has
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Print at most N hits
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,

    /// Leave out the first N hits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,

    /// Print at most N passages of each article
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) passages: usize,

    /// Which articles are copies of one text, to be listed under the first hit that has it
    #[arg(long, value_name = "COPIES", default_value = "near")]
    pub(crate) collapse: Copies,

    /// Explain each score as a tree that adds up to it, in text and JSON
    #[arg(long)]
    pub(crate) explain: bool,

    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: When,
}
