//! `newshound completions`: a script for a shell, made from the command line's own definition.

use crate::args::{Cli, CompletionsArgs};
use crate::failure::Exit;
use crate::present::print_plain;

pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    // Made in memory: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::definition(), "newshound", &mut script);
    print_plain(|out| out.write_all(&script))?;
    Ok(Exit::Done)
}
