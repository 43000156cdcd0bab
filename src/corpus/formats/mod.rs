//! One file a format.

pub(crate) mod html;
pub(crate) mod json;
mod keys;
pub(crate) mod markdown;
pub(crate) mod plain;

pub(crate) use keys::is_mappable;
