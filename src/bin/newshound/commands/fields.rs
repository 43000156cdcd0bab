//! `newshound fields`: how files are understood, without an index.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use newshound::{Understood, understand};

use crate::args::FieldsArgs;
use crate::failure::{Exit, say};
use crate::present::{Screen, article, json, print, print_plain};
use crate::settings;

pub(crate) fn run(args: &FieldsArgs) -> anyhow::Result<Exit> {
    let mut options = settings::parse_options(&args.reading)?;
    options.extra = args.extra.iter().cloned().collect();
    let typed = options.mapping.clone();
    let mut exit = Exit::Done;
    for (i, file) in args.files.iter().enumerate() {
        let (name, bytes) = match read(file, &args.name) {
            Ok(source) => source,
            // One bad file does not hide how the others are understood.
            Err(error) => {
                say("error", &format!("{}: {error}", file.display()));
                exit = Exit::Io;
                continue;
            }
        };
        options.mapping.clone_from(&typed);
        if file != Path::new("-") {
            options.mapping.rules.extend(settings::mapping_around(file)?.rules);
        }
        let understood = understand(&name, &bytes, &options, args.limit);
        if understood.articles.is_empty() && exit == Exit::Done {
            exit = Exit::Nothing;
        }
        present(args, &understood, i > 0)?;
    }
    Ok(exit)
}

fn read(file: &Path, name_of_stdin: &str) -> io::Result<(String, Vec<u8>)> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok((name_of_stdin.to_owned(), bytes));
    }
    Ok((file.display().to_string(), fs::read(file)?))
}

fn present(args: &FieldsArgs, understood: &Understood, after_another: bool) -> io::Result<()> {
    if args.json {
        return print_plain(|out| json::line(out, understood));
    }
    let screen = Screen::stdout();
    print(screen, |out| {
        if after_another {
            writeln!(out)?;
        }
        article::understood(out, understood, screen)
    })
}
