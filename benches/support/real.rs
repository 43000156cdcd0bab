//! Folders of real news, where they lie beside the checkout. They are not part of the project, and every benchmark
//! runs without them.

use std::path::{Path, PathBuf};

/// Returns a folder of real news; `None` where it is not there.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = checkout.parent()?.join("shared/data").join(name);
    folder.is_dir().then_some(folder)
}
