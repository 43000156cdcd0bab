//! How answers look: one file for each form of output. What stands in an article is data here: no form lets it
//! reach a terminal as a control sequence, a spreadsheet as a formula or a page as markup.

pub(crate) mod article;
pub(crate) mod caret;
pub(crate) mod check;
pub(crate) mod coverage;
pub(crate) mod csv;
pub(crate) mod eval;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod numbers;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod sarif;
pub(crate) mod text;

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::args::When;

/// What standard output is: whether it takes colours, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Highlights and headings are coloured.
    pub(crate) color: bool,
    /// The columns of the terminal; none where there is no terminal, and lines are not wrapped.
    pub(crate) width: Option<usize>,
}

impl Screen {
    /// Returns what standard output is.
    pub(crate) fn stdout() -> Screen {
        let stdout = io::stdout();
        Screen { color: AutoStream::choice(&stdout) != ColorChoice::Never, width: columns(&stdout) }
    }
}

fn columns(stdout: &io::Stdout) -> Option<usize> {
    let size = terminal_size::terminal_size().filter(|_| stdout.is_terminal());
    // Narrower than this, wrapping helps nobody.
    size.map(|(width, _)| usize::from(width.0).max(20))
}

/// Takes a wish for colours for the rest of the run; both standard streams follow it.
pub(crate) fn set_color(when: When) {
    match when {
        When::Auto => ColorChoice::Auto,
        When::Always => ColorChoice::Always,
        When::Never => ColorChoice::Never,
    }
    .write_global();
}

/// Hands standard output to `write`, buffered, and flushes it.
pub(crate) fn print(screen: Screen, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let stdout = io::stdout().lock();
    // The colour stream translates for old consoles; without colours the bytes go out as they are.
    let mut out: Box<dyn Write> = match screen.color {
        true => Box::new(BufWriter::new(AutoStream::always(stdout))),
        false => Box::new(BufWriter::new(stdout)),
    };
    write(&mut out)?;
    out.flush()
}

/// Hands standard output to `write` as it is, for forms without colours.
pub(crate) fn print_plain(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    print(Screen { color: false, width: None }, write)
}
