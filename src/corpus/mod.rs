//! The mail room: a directory becomes articles. Knows nothing of terms, indexes or queries.

mod archive;
mod charset;
pub(crate) mod discover;
pub(crate) mod file;
pub(crate) mod format;
mod formats;
pub(crate) mod held;
mod http;
mod in_order;
pub(crate) mod issues;
pub(crate) mod large;
pub(crate) mod mapping;
pub(crate) mod packed;
pub(crate) mod read;
pub(crate) mod source;
pub(crate) mod text;
mod warc;
pub(crate) mod xml;
