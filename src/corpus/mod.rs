//! The mail room: a directory becomes articles. Knows nothing of terms, indexes or queries.

mod charset;
pub(crate) mod discover;
pub(crate) mod format;
mod formats;
pub(crate) mod large;
pub(crate) mod read;
pub(crate) mod source;
pub(crate) mod text;
pub(crate) mod xml;
