//! One file a format.

pub(crate) mod alto;
pub(crate) mod feed;
pub(crate) mod html;
pub(crate) mod jpeg;
pub(crate) mod json;
mod keys;
pub(crate) mod mail;
pub(crate) mod markdown;
pub(crate) mod office;
pub(crate) mod parquet;
pub(crate) mod pdf;
pub(crate) mod plain;
mod scanned;
pub(crate) mod separated;
pub(crate) mod sgml;
pub(crate) mod story_lines;
#[cfg(test)]
mod tests;
pub(crate) mod wire;
pub(crate) mod xml;
mod xmp;

pub(crate) use keys::{field_names, field_of_key, is_mappable};
pub(crate) use office::is_package;
