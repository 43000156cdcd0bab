//! The front desk: parse, dispatch, exit code. Sees the library only through its facade.

mod args;
mod commands;
mod failure;
mod interrupt;
mod present;
mod settings;

use std::panic::catch_unwind;
use std::process::ExitCode;

use args::Cli;
use failure::Exit;

fn main() -> ExitCode {
    match Cli::parse(args::words::mark_query_words(std::env::args_os().collect())) {
        Ok(cli) => run(&cli).into(),
        Err(refused) => {
            // Help that nobody reads to its end is no failure.
            let _ = refused.print();
            u8::try_from(refused.exit_code()).map_or(Exit::Usage.into(), ExitCode::from)
        }
    }
}

fn run(cli: &Cli) -> Exit {
    let Some(command) = &cli.command else {
        return commands::version::run(cli.json).unwrap_or_else(|error| failed(&error, cli.json));
    };
    present::set_color(command.color());
    failure::keep_panics();
    let ended = catch_unwind(|| commands::run(command)).unwrap_or_else(|_| Err(failure::of_panic()));
    ended.unwrap_or_else(|error| failed(&error, command.wants_json()))
}

fn failed(error: &anyhow::Error, as_json: bool) -> Exit {
    failure::report(error);
    let exit = Exit::of(error);
    if as_json && exit != Exit::Done {
        // The failure is told already; that standard output fails too changes nothing.
        let _ = present::json::failure(error);
    }
    exit
}
