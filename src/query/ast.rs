//! The tree of a query. Every node has the span of bytes of the query text that it came from.

use std::ops::Range;

use super::range::Bounds;

/// A node and where it stands in the query text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The bytes of the query text.
    pub(crate) span: Range<usize>,
    /// What it asks.
    pub(crate) expr: Expr,
}

/// Moves a span to where its ends stand in another text.
pub(super) fn move_span(span: &mut Range<usize>, places: &[usize]) {
    *span = places[span.start]..places[span.end];
}

impl Node {
    /// Moves the spans to where each byte of the query text stands in another text.
    // Recursion is as deep as the tree, which the parser bounds.
    pub(super) fn move_spans(&mut self, places: &[usize]) {
        move_span(&mut self.span, places);
        match &mut self.expr {
            Expr::Empty | Expr::Word(_) | Expr::Phrase(_) | Expr::Sloppy(..) | Expr::Range(_) | Expr::Written(..) => {}
            Expr::All(nodes) | Expr::Any(nodes) | Expr::Adjacent(nodes) | Expr::Quorum(_, nodes) => {
                nodes.iter_mut().for_each(|node| node.move_spans(places));
            }
            Expr::Not(inner) | Expr::Required(inner) | Expr::Boost(_, inner) | Expr::Function(_, inner) => {
                inner.move_spans(places);
            }
            Expr::Near { first, others } => {
                first.move_spans(places);
                others.iter_mut().for_each(|(_, node)| node.move_spans(places));
            }
            Expr::Field { name_span, inner, .. } => {
                move_span(name_span, places);
                inner.move_spans(places);
            }
        }
    }
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
    /// Words in this order, with at most so many others between them in all.
    Sloppy(String, u32),
    /// Values from one to another, of a field of dates or numbers.
    Range(Bounds),
    /// Words as they are written in the index, not by their stems.
    Written(Written, String),
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
    /// Operands near one another: the first with the second, both with the third, and so on.
    Near {
        /// The operand before the first operator.
        first: Box<Node>,
        /// The others, and how each stands to all before it.
        others: Vec<(Proximity, Node)>,
    },
    /// This, so many thousandths as important as the rest.
    Boost(u32, Box<Node>),
    /// What a function asks of its operand.
    Function(Function, Box<Node>),
    /// So many of these.
    Quorum(u32, Vec<Node>),
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

/// What stands before a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// Among the first so many words of the body.
    First(u32),
    /// In at least so many places.
    AtLeast(u32),
    /// With capitals, or without.
    Case(Case),
}

/// The capitals of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// At least one.
    Some,
    /// All of its letters.
    All,
    /// None.
    None,
}

/// How words are meant that are not looked for by their stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// In this form and no other.
    Exact,
    /// With `*` for any letters and `?` for one.
    Wildcard,
    /// With so many changes; `None` for as many as suit its length.
    Fuzzy(Option<u8>),
    /// As a regular expression tells.
    Regex,
}

/// How two operands stand to one another in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Proximity {
    /// In which order.
    pub(crate) relation: Relation,
    /// How near.
    pub(crate) reach: Reach,
}

/// The order of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Either may come first.
    Either,
    /// The left one comes first.
    Before,
    /// The left one has no right one near.
    Without,
}

/// How near two operands stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Within so many words; 1 for neighbours.
    Words(u32),
    /// In the same sentence.
    Sentence,
    /// In the same paragraph.
    Paragraph,
}
