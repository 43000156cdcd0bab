//! The tree of a query. Every node has the span of bytes of the query text that it came from.

use std::ops::Range;

/// A node and where it stands in the query text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The bytes of the query text.
    pub(crate) span: Range<usize>,
    /// What it asks.
    pub(crate) expr: Expr,
}

/// What a node asks of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expr {
    /// Nothing: an empty query, or what recovery put in the place of an error.
    Empty,
    /// A word, as written.
    Word(String),
    /// Words in sequence, as written between quotation marks.
    Phrase(String),
    /// All of these.
    All(Vec<Node>),
    /// At least one of these.
    Any(Vec<Node>),
    /// Operands written side by side: joined as the request says, all or any.
    Adjacent(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// This must be: `+word`, even where the request asks for any.
    Required(Box<Node>),
    /// Only in the named field.
    Field {
        /// The name, as written.
        name: String,
        /// Where the name stands.
        name_span: Range<usize>,
        /// What is asked of the field.
        inner: Box<Node>,
    },
}
