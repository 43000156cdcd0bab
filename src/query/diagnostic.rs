//! What is wrong with a query, where, and what would be right.

use std::ops::Range;

/// A remark on a query that points at a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether the query can be answered in spite of it.
    pub severity: Severity,
    /// What sort of remark it is.
    pub kind: DiagnosticKind,
    /// The bytes of the query text that it is about.
    pub span: Range<usize>,
    /// What is wrong, in lower case without full stop.
    pub message: String,
    /// What would be right.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hint: Option<String>,
    /// What may have been meant: texts of which each could stand in the place of the span, the likeliest first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub instead: Vec<String>,
}

impl Diagnostic {
    pub(crate) fn error(kind: DiagnosticKind, span: Range<usize>, message: &str, hint: &str) -> Diagnostic {
        let (message, hint) = (message.to_owned(), Some(hint.to_owned()));
        Diagnostic { severity: Severity::Error, kind, span, message, hint, instead: Vec::new() }
    }

    pub(crate) fn warning(kind: DiagnosticKind, span: Range<usize>, message: &str, hint: &str) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(kind, span, message, hint) }
    }
}

/// Whether a query can be answered in spite of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Severity {
    /// The query was answered; this is what the reader should know.
    Warning,
    /// The query was not answered.
    Error,
}

/// The sorts of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DiagnosticKind {
    /// A quotation mark or bracket that is not closed, or closes nothing.
    Unbalanced,
    /// An operator that lacks an operand.
    MissingOperand,
    /// A field that does not exist.
    UnknownField,
    /// A value that its field does not take, such as a date that is none.
    BadValue,
    /// A form that this version does not answer, such as a wildcard.
    Unsupported,
    /// The query, or a part of it, holds nothing to search for.
    Empty,
    /// A query that is too long or too deep.
    TooLarge,
}
