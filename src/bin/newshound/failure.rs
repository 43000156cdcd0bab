//! The one table of exit codes, and how a failure is told: its code, its sentence, and a hint where the sentence has
//! none. A reader that closes the pipe early is no failure.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use newshound::{Error, ErrorKind};

use crate::present::text::safe;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Nothing,
    Usage,
    NoIndex,
    Damaged,
    Locked,
    Io,
    Gate,
    Interrupted,
}

/// The exit codes of all commands.
const TABLE: [(Exit, &str); 9] = [
    (Exit::Done, "done, found or same"),
    (Exit::Nothing, "nothing found or different"),
    (Exit::Usage, "usage or query"),
    (Exit::NoIndex, "no index or incompatible"),
    (Exit::Damaged, "damaged"),
    (Exit::Locked, "locked by another process that writes"),
    (Exit::Io, "input/output or disk full"),
    (Exit::Gate, "a gate failed (`--fail-on` and the like; an index of zero articles)"),
    (Exit::Interrupted, "interrupted"),
];

impl Exit {
    /// Returns the number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Nothing => 1,
            Exit::Usage => 2,
            Exit::NoIndex => 3,
            Exit::Damaged => 4,
            Exit::Locked => 5,
            Exit::Io => 6,
            Exit::Gate => 7,
            Exit::Interrupted => 130,
        }
    }

    /// Returns how a run ends that failed in this way.
    pub(crate) fn of(error: &anyhow::Error) -> Exit {
        if is_broken_pipe(error) {
            return Exit::Done;
        }
        if let Some(refusal) = error.downcast_ref::<Refusal>() {
            return refusal.exit;
        }
        error
            .chain()
            .find_map(|cause| cause.downcast_ref::<Error>())
            .map_or(Exit::Io, |error| Exit::of_kind(error.kind()))
    }

    fn of_kind(kind: ErrorKind) -> Exit {
        match kind {
            ErrorKind::NoIndex | ErrorKind::Incompatible => Exit::NoIndex,
            ErrorKind::Damaged => Exit::Damaged,
            ErrorKind::Locked => Exit::Locked,
            ErrorKind::DiskFull | ErrorKind::Io => Exit::Io,
            ErrorKind::Options | ErrorKind::Query => Exit::Usage,
            ErrorKind::Cancelled => Exit::Interrupted,
            // A failure of Newshound itself has no code of its own; its sentence asks for a report.
            _ => Exit::Io,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// A request that the front desk itself turns down.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Refusal {
    /// Returns the refusal of a request that is typed wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Refusal {
        Refusal { exit: Exit::Usage, message: message.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// Returns the rows of the table: code and meaning.
pub(crate) fn rows() -> impl Iterator<Item = (u8, &'static str)> {
    TABLE.into_iter().map(|(exit, meaning)| (exit.code(), meaning))
}

/// Returns the table and the environment as they stand at the end of `newshound --help`.
pub(crate) fn help() -> String {
    let table: String = rows().map(|(code, meaning)| format!("  {code:>3}  {meaning}\n")).collect();
    format!(
        "Start with:\n  newshound search --refresh=DIR WORDS   index the folder DIR and search it\n\n\
         Exit codes:\n{table}\n\
         Environment:\n  NEWSHOUND_INDEX   the index folder, where --index is not given\n  \
         NO_COLOR          no colours; CLICOLOR_FORCE asks for them where there is no terminal"
    )
}

/// Returns the sentence of a failure: what failed, and each cause that it does not already name.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

/// Returns the stable word for a failure in JSON.
pub(crate) fn kind_word(error: &anyhow::Error) -> &'static str {
    match error.chain().find_map(|cause| cause.downcast_ref::<Error>()).map(Error::kind) {
        Some(ErrorKind::NoIndex) => "no-index",
        Some(ErrorKind::Incompatible) => "incompatible",
        Some(ErrorKind::Damaged) => "damaged",
        Some(ErrorKind::Locked) => "locked",
        Some(ErrorKind::DiskFull) => "disk-full",
        Some(ErrorKind::Options) => "options",
        Some(ErrorKind::Query) => "query",
        Some(ErrorKind::Cancelled) => "interrupted",
        Some(ErrorKind::Internal) => "internal",
        None if Exit::of(error) == Exit::Usage => "usage",
        None if Exit::of(error) == Exit::Nothing => "not-found",
        None if Exit::of(error) == Exit::NoIndex => "no-index",
        _ => "io",
    }
}

/// What was last panicked at.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps panics from being printed where they happen: the library catches those that a damaged index causes, and says
/// which file it is.
pub(crate) fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string()));
}

/// Returns the failure of a run that panicked.
pub(crate) fn of_panic() -> anyhow::Error {
    Error::Internal { detail: "the program panicked".to_owned() }.into()
}

/// Tells the failure on standard error, unless the reader has closed the pipe.
pub(crate) fn report(error: &anyhow::Error) {
    let kind = error.chain().find_map(|cause| cause.downcast_ref::<Error>()).map(Error::kind);
    // What is wrong with a query is shown in the query itself.
    if is_broken_pipe(error) || kind == Some(ErrorKind::Query) {
        return;
    }
    say("error", &sentence(error));
    let panic = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
    if kind == Some(ErrorKind::Internal) && !panic.is_empty() {
        say("note", &panic);
    }
    if kind == Some(ErrorKind::DiskFull) {
        say("hint", "free some room and run the same command again; the last commit of the index stands");
    }
}

/// Writes a line to standard error: a label such as `warning`, and a sentence.
pub(crate) fn say(label: &str, sentence: &str) {
    let style = match label {
        "error" => anstyle::AnsiColor::Red.on_default().bold(),
        "warning" => anstyle::AnsiColor::Yellow.on_default().bold(),
        _ => anstyle::Style::new().bold(),
    };
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{style}{label}:{style:#} {}", safe(sentence));
}

/// Tells whether the reader of standard output has gone away: `newshound search ... | head -1`.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let of_library = error.chain().any(|cause| cause.is::<Error>());
    let pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    !of_library && error.chain().any(pipe)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    fn io_error(kind: io::ErrorKind) -> Error {
        Error::Io { path: "index".into(), source: kind.into() }
    }

    #[test]
    fn every_exit_has_one_row_and_its_own_code() {
        let codes: Vec<u8> = rows().map(|(code, _)| code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130]);
    }

    #[test]
    fn kinds_have_the_codes_of_the_table() {
        let exit = |error: Error| Exit::of(&anyhow::Error::new(error).context("while searching"));
        assert_eq!(exit(Error::NoIndex { path: "x".into() }), Exit::NoIndex);
        assert_eq!(
            exit(Error::Incompatible { path: "x".into(), found: "format 9".into(), supported: "format 1".into() }),
            Exit::NoIndex
        );
        assert_eq!(exit(Error::Damaged { path: "x".into(), detail: "d".into() }), Exit::Damaged);
        assert_eq!(exit(Error::Locked { path: "x".into(), holder: None }), Exit::Locked);
        assert_eq!(exit(io_error(io::ErrorKind::StorageFull)), Exit::Io);
        assert_eq!(exit(Error::Query(Vec::new())), Exit::Usage);
        assert_eq!(exit(Error::Cancelled), Exit::Interrupted);
    }

    #[test]
    fn closed_pipe_is_no_failure_but_a_broken_index_is() {
        let pipe = anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe)).context("standard output");
        assert_eq!(Exit::of(&pipe), Exit::Done);
        assert_eq!(Exit::of(&io_error(io::ErrorKind::BrokenPipe).into()), Exit::Io);
    }

    #[test]
    fn cause_is_told_once() {
        let told = sentence(&anyhow::Error::new(io_error(io::ErrorKind::NotFound)));
        assert_eq!(told, "index: entity not found");
        let error = Err::<(), _>(io::Error::from(io::ErrorKind::NotFound)).context("report.jsonl").unwrap_err();
        assert_eq!(sentence(&error), "report.jsonl: entity not found");
    }
}
