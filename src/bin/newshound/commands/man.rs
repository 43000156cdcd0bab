//! `newshound man`: manual pages, made from the command line's own definition and the table of exit codes.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::args::{Cli, ManArgs};
use crate::failure::{Exit, rows};
use crate::present::print_plain;

pub(crate) fn run(args: &ManArgs) -> anyhow::Result<Exit> {
    match &args.dir {
        Some(dir) => write_all(dir)?,
        None => {
            let page = one_page()?;
            print_plain(|out| out.write_all(&page))?;
        }
    }
    Ok(Exit::Done)
}

/// Returns one page with every command.
fn one_page() -> io::Result<Vec<u8>> {
    let definition = built();
    let mut page = Vec::new();
    write_top(&definition, &mut page)?;
    for command in documented(&definition) {
        let mut section = Vec::new();
        Roff::new().control("SH", [shell_name(command).to_uppercase().as_str()]).to_writer(&mut section)?;
        let man = Man::new(command.clone());
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        man.render_extra_section(&mut section)?;
        page.extend(as_subsections(&String::from_utf8_lossy(&section)).into_bytes());
    }
    write_exit_codes(&mut page)?;
    Ok(page)
}

/// Writes the page of the program and one for each command, as `man` finds them.
fn write_all(dir: &Path) -> anyhow::Result<()> {
    let definition = built();
    fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
    let mut top = Vec::new();
    write_top(&definition, &mut top)?;
    Man::new(definition.clone()).render_subcommands_section(&mut top)?;
    write_exit_codes(&mut top)?;
    write(dir, "newshound", &top)?;
    for command in documented(&definition) {
        let name = shell_name(command).replace(' ', "-");
        let mut page = Vec::new();
        Man::new(command.clone().display_name(name.clone())).title(name.clone()).render(&mut page)?;
        write_exit_codes(&mut page)?;
        write(dir, &name, &page)?;
    }
    Ok(())
}

fn write(dir: &Path, name: &str, page: &[u8]) -> anyhow::Result<()> {
    let path = dir.join(format!("{name}.1"));
    fs::write(&path, page).with_context(|| path.display().to_string())
}

fn built() -> clap::Command {
    let mut definition = Cli::definition().disable_help_subcommand(true).version(env!("CARGO_PKG_VERSION"));
    definition.build();
    definition
}

fn documented(definition: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    definition.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

/// Returns a command as it is typed: `newshound search`.
fn shell_name(command: &clap::Command) -> String {
    format!("newshound {}", command.get_name())
}

fn write_top(definition: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    let man = Man::new(definition.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)
}

fn write_exit_codes(page: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in rows() {
        roff.control("TP", ["5"]);
        roff.text([roman(code.to_string())]);
        roff.text([roman(meaning)]);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    roff.control("TP", []);
    roff.text([roman("NEWSHOUND_INDEX")]);
    roff.text([roman("The index folder, where --index is not given.")]);
    roff.control("TP", []);
    roff.text([roman("NO_COLOR, CLICOLOR_FORCE")]);
    roff.text([roman("No colours, or colours where there is no terminal.")]);
    roff.to_writer(page)
}

/// Makes the sections after the first parts of it.
fn as_subsections(section: &str) -> String {
    let mut first = true;
    let lines = section.lines().map(|line| match line.strip_prefix(".SH ") {
        Some(title) if !std::mem::take(&mut first) => format!(".SS {title}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}
