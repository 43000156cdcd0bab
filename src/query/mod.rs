//! The phrase book: the query language. Text becomes a tree with spans and diagnostics; pure, it knows neither the
//! index nor its fields. The parser never fails: it recovers and says what was wrong.
//!
//! Of fields and functions in one another, the innermost field says where words are looked for.
//!
//! Proximity binds tightest, then `NOT`, then `AND`, then words side by side, then `OR`. Operators are in capitals; `&&`,
//! `||` and `!` mean the same. Proximity is read in the forms of other languages too, see `proximity.rs`; its operands are
//! what stands at a place: words, phrases, `OR` of such, and proximity again. A `-` or `+` is an operator where a word,
//! bracket or quotation mark follows at once and none comes right before; anywhere else it is punctuation. A colon makes a
//! field of the name before it where a value follows at once, so that `12:30`, `http://…` and a colon before a space belong
//! to words. Forms of other languages that mean the same as one of ours are read too (`borrowed.rs`); others (`foreign.rs`)
//! are errors that tell ours, never read as something else.

/// The grammar of the query language, as EBNF.
pub const QUERY_GRAMMAR: &str = r#"query     = [ or ] ;
or        = adjacent { "OR" adjacent } ;
adjacent  = and { and } ;          (* joined as the request says: all or any *)
and       = unary { "AND" unary } ;
unary     = { "NOT" | "-" | "+" } near ;
near      = weighed { proximity weighed } ;
weighed   = operand [ "^" number ] ;
operand   = "(" or ")" | function "(" or ")" | number "of" "(" list ")" | field ":" value
          | phrase | written | word | "*:*" ;
written   = "=" word | word with "*" or "?" | word "~" [ "1" | "2" ]
          | "/" regular expression "/" ;
function  = "first/" number | "atleast" number | "caps" | "allcaps" | "nocaps" ;
list      = and { [ "," ] and } ;  (* with commas, what stands between two of them is one *)
value     = range | operand | ( "NOT" | "-" | "+" ) unary ;
phrase    = '"' { character } '"' [ "~" number ] ;
                                   (* in a word of it "*" is any letters, "?" one; between
                                      two words "*" is any word *)
range     = bound ".." [ bound ] | ".." bound | ( ">" | ">=" | "<" | "<=" ) bound
          | ( "[" | "{" ) end "TO" end ( "]" | "}" ) ;
                                   (* braces leave out the end beside them *)
end       = bound | "*" ;
bound     = word | phrase ;
proximity = [ "NOT" ] "W/" ( number | "S" | "P" ) | "PRE/" ( number | "S" | "P" ) ;
field     = letter { letter | digit | "_" | "-" | "." } ;
"#;

pub(crate) mod ast;
mod borrowed;
mod canonical;
mod chars;
mod diagnostic;
mod foreign;
mod function;
mod lexer;
mod parser;
mod proximity;
pub(crate) mod range;
mod written;

pub(crate) use canonical::{Joined, resolve, to_text};
pub use diagnostic::{Diagnostic, DiagnosticKind, Severity};
pub(crate) use parser::parse;
