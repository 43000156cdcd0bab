//! The jury: topics, judgments and runs in the forms of TREC, and the measures of how well a run ranks. Pure: it knows
//! neither the index nor how a run came about, so that runs of any engine are judged alike.

mod compare;
mod evaluation;
mod measure;
mod qrels;
mod run;
mod significance;
mod topics;

pub use compare::{CompareOptions, Comparison, MeasureComparison, TopicDifference};
pub use evaluation::{EvalOptions, Evaluation, TopicEvaluation};
pub use measure::Measure;
pub use qrels::Qrels;
pub use run::{Ranked, Run};
pub use topics::{Topic, Topics};

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use crate::{Error, Result};

/// Reads a file and has it parsed; what is wrong with its text is told with the file's name.
fn read<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    let text = fs::read(path).map_err(Error::io(path))?;
    let text = String::from_utf8_lossy(&text);
    parse(text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(|error| match error {
        Error::Options { option, problem } => {
            Error::Options { option, problem: format!("{}: {problem}", path.display()) }
        }
        other => other,
    })
}

fn wrong_line(option: &'static str, line: usize, problem: &str) -> Error {
    Error::Options { option, problem: format!("line {line}: {problem}") }
}

/// Returns the lines that hold something, with their numbers from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}

/// Returns an id as it stands in a file whose columns are parted by spaces: with `%20` and the like for white space.
fn in_a_column(id: &str) -> Cow<'_, str> {
    if !id.contains(char::is_whitespace) {
        return Cow::Borrowed(id);
    }
    let mut written = String::with_capacity(id.len() + 8);
    for c in id.chars() {
        if c.is_whitespace() {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| written.push_str(&format!("%{byte:02X}")));
        } else {
            written.push(c);
        }
    }
    Cow::Owned(written)
}
