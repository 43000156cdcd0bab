//! What an ingest is given to read: folders, and what an application supplies.

use std::path::PathBuf;

use crate::{ArticleSource, Error, Result};

/// What an ingest reads.
#[non_exhaustive]
pub enum Corpus<'a> {
    /// A folder of sources.
    Directory {
        /// The name that articles of it carry; has no `/`, `:` or control characters.
        name: String,
        /// The folder.
        root: PathBuf,
    },
    /// Articles that an application supplies.
    Supplied(&'a mut dyn ArticleSource),
}

impl<'a> Corpus<'a> {
    /// Returns the corpus of a folder under the folder's own name.
    ///
    /// # Errors
    ///
    /// A folder without a name of its own, such as `/` or `..`, needs [`Corpus::named`].
    pub fn directory(root: impl Into<PathBuf>) -> Result<Corpus<'a>> {
        let root = root.into();
        let name = root.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        let problem = || format!("`{}` has no name of its own; give it one: NAME={}", root.display(), root.display());
        Corpus::named(name.ok_or_else(|| Error::Options { option: "corpus", problem: problem() })?, root)
    }

    /// Returns the corpus of a folder under a name.
    ///
    /// # Errors
    ///
    /// A name is not empty and holds no `/`, `:` or control character.
    pub fn named(name: impl Into<String>, root: impl Into<PathBuf>) -> Result<Corpus<'a>> {
        let name = name.into();
        check_name(&name)?;
        Ok(Corpus::Directory { name, root: root.into() })
    }
}

/// Checks that a name can stand in ids and paths.
pub(super) fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.contains(|c: char| c.is_control() || c == '/' || c == ':') {
        let problem =
            format!("`{name}` is no name of a corpus; a name is not empty and holds no `/`, `:` or control character");
        return Err(Error::Options { option: "corpus", problem });
    }
    Ok(())
}
