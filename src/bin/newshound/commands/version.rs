//! `newshound --version`.

use newshound::{Index, SCHEMA_VERSION, formats};
use serde_json::json;

use crate::failure::Exit;
use crate::present::{json, print_plain};

/// The features that the program is built with.
const FEATURES: &[&str] = &[
    #[cfg(feature = "cli")]
    "cli",
    #[cfg(feature = "parquet")]
    "parquet",
    #[cfg(feature = "pdf")]
    "pdf",
    #[cfg(feature = "serde")]
    "serde",
];

pub(crate) fn run(as_json: bool) -> anyhow::Result<Exit> {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    // A new index has the format that this program writes.
    let format = Index::in_memory()?.status()?.format;
    print_plain(|out| match as_json {
        true => json::object(
            out,
            &json!({
                "schema_version": SCHEMA_VERSION, "name": name, "version": version, "format": format,
                "features": FEATURES, "formats": formats(),
            }),
        ),
        false => writeln!(
            out,
            "{name} {version}\nindex format {format}, features: {}\nreads {}",
            FEATURES.join(", "),
            formats().join(", ")
        ),
    })?;
    Ok(Exit::Done)
}
