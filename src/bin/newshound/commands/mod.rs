//! One file for each command: settings in, library called, answer presented, exit code out.

mod check;
mod completions;
mod delete;
mod eval;
mod fields;
mod index;
mod man;
mod query;
mod refresh;
mod repair;
mod search;
mod show;
mod similar;
mod snapshot;
mod status;
mod verify;
pub(crate) mod version;

use crate::args::Command;
use crate::failure::Exit;

/// Runs a command.
pub(crate) fn run(command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Index(args) => index::run(args),
        Command::Check(args) => check::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Repair(args) => repair::run(args),
        Command::Delete(args) => delete::run(args),
        Command::Search(args) => search::run(args),
        Command::Query(_) => query::run(),
        Command::Eval(args) => eval::run(args),
        Command::Show(args) => show::run(args),
        Command::Similar(args) => similar::run(args),
        Command::Fields(args) => fields::run(args),
        Command::Status(args) => status::run(args),
        Command::Snapshot(args) => snapshot::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
