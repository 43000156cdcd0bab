//! `newshound fields`: how files are understood, without an index.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use newshound::{ParseOptions, Understood, understand};

use crate::args::FieldsArgs;
use crate::failure::{Exit, say};
use crate::present::{Screen, article, json, print, print_plain};
use crate::settings;

/// How many bytes tell what a file is.
const BEGINNING: usize = 4096;

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
            take_mets_around(file, &bytes, &mut options)?;
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

/// Takes up what METS says of a page, which lies beside it or in one of the folders above, no further than that of the corpus. What
/// cannot be read says nothing.
fn take_mets_around(file: &Path, bytes: &[u8], options: &mut ParseOptions) -> anyhow::Result<()> {
    const FOLDERS: usize = 3;
    const FILES: usize = 10_000;
    options.take_mets("", b"", "");
    if !begins_with(bytes, b"alto") {
        return Ok(());
    }
    let file = settings::absolute(file)?;
    let Some(top) = file.ancestors().skip(1).take(FOLDERS).last() else { return Ok(()) };
    let below = |path: &Path| {
        let path = path.strip_prefix(top).unwrap_or(path).to_string_lossy();
        path.replace(std::path::MAIN_SEPARATOR, "/")
    };
    for folder in file.ancestors().skip(1).take(FOLDERS) {
        let others = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_xml = |path: &PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xml"));
        let mut others: Vec<PathBuf> = others.filter(|path| is_xml(path) && *path != file).take(FILES).collect();
        others.sort();
        for other in others {
            let mets = read_if(&other, |beginning| begins_with(beginning, b"mets")).unwrap_or_default();
            if options.take_mets(&below(&other), &mets, &below(&file)) {
                return Ok(());
            }
        }
        if folder.join("newshound.toml").is_file() {
            break;
        }
    }
    Ok(())
}

/// Tells whether a word stands at the beginning of a file.
fn begins_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes[..bytes.len().min(BEGINNING)].windows(word.len()).any(|part| part == word)
}

/// Reads a file if its beginning is wanted, else only that.
fn read_if(path: &Path, is_wanted: impl Fn(&[u8]) -> bool) -> io::Result<Vec<u8>> {
    const LONGEST: u64 = 48 << 20;
    let (mut file, mut bytes) = (fs::File::open(path)?, Vec::new());
    (&mut file).take(BEGINNING as u64).read_to_end(&mut bytes)?;
    if is_wanted(&bytes) {
        file.take(LONGEST).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
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
