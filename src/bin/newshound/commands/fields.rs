//! `newshound fields`: how files are understood, without an index.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use newshound::{ParseOptions, Understood, understand, understand_member};

use crate::args::FieldsArgs;
use crate::failure::{Exit, say};
use crate::present::{Screen, article, json, print, print_plain};
use crate::settings;

/// How many bytes tell what a file is.
const BEGINNING: usize = 4096;

/// Of METS no more bytes are read.
const LONGEST: u64 = 48 << 20;

pub(crate) fn run(args: &FieldsArgs) -> anyhow::Result<Exit> {
    let mut options = settings::parse_options(&args.reading)?;
    options.extra = args.extra.iter().cloned().collect();
    let typed = options.mapping.clone();
    let (mut exit, mut known) = (Exit::Done, MetsOfFolders::new());
    for (i, file) in args.files.iter().enumerate() {
        options.mapping.clone_from(&typed);
        let understood = match understood(file, args, &mut options, &mut known)? {
            Ok(understood) => understood,
            // One bad file does not hide how the others are understood.
            Err(error) => {
                say("error", &format!("{}: {error}", file.display()));
                exit = Exit::Io;
                continue;
            }
        };
        if understood.articles.is_empty() && exit == Exit::Done {
            exit = Exit::Nothing;
        }
        present(args, &understood, i > 0)?;
        if understood.articles.len() == args.limit {
            say("note", &format!("{}: read as far as {} articles; --limit N reads on", understood.path, args.limit));
        }
    }
    Ok(exit)
}

/// Tells how a file is understood, or why it cannot be read.
fn understood(
    file: &Path,
    args: &FieldsArgs,
    options: &mut ParseOptions,
    known: &mut MetsOfFolders,
) -> anyhow::Result<io::Result<Understood>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        return Ok(read.map(|_| understand(&args.name, &bytes, options, args.limit)));
    }
    if let Some((archive, member)) = in_archive(file) {
        // Of the archive it is known which folders are above it, whatever its path goes by.
        let mut place = settings::absolute(archive)?.into_os_string();
        place.push(format!("!/{member}"));
        options.mapping.rules.extend(settings::mapping_around(Path::new(&place))?.rules);
        options.take_mets("", b"", "");
        let understood = understand_member(archive, member, options, args.limit);
        return Ok(understood.and_then(|understood| understood.ok_or_else(|| no_member(archive))));
    }
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    options.mapping.rules.extend(settings::mapping_around(file)?.rules);
    take_mets_around(file, &bytes, options, known)?;
    Ok(Ok(understand(&file.display().to_string(), &bytes, options, args.limit)))
}

/// Returns the archive of a path into one, as hits have it, and the path in it. What is there by this path itself is no such path.
fn in_archive(file: &Path) -> Option<(&Path, &str)> {
    let path = file.to_str().filter(|_| !file.exists())?;
    let parts = path.match_indices("!/").map(|(at, inside)| (Path::new(&path[..at]), &path[at + inside.len()..]));
    parts.into_iter().find(|(archive, _)| archive.is_file())
}

fn no_member(archive: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{} has no such file, as far as it can be read", archive.display()))
}

/// The files of folders that are METS, as far as they were looked for.
type MetsOfFolders = HashMap<PathBuf, Vec<PathBuf>>;

/// Takes up what METS says of a page, which lies beside it or in one of the folders above, no further than that of the corpus. What
/// cannot be read says nothing.
fn take_mets_around(
    file: &Path,
    bytes: &[u8],
    options: &mut ParseOptions,
    known: &mut MetsOfFolders,
) -> anyhow::Result<()> {
    const FOLDERS: usize = 3;
    const FILES: usize = 1_000;
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
        for other in known.entry(folder.to_owned()).or_insert_with(|| mets_in(folder, FILES)) {
            let mets = read_start(other, LONGEST).unwrap_or_default();
            if options.take_mets(&below(other), &mets, &below(&file)) {
                return Ok(());
            }
        }
        if folder.join("newshound.toml").is_file() {
            break;
        }
    }
    Ok(())
}

/// Returns which of the first so many files of a folder, by their names, that are called `*.xml` are METS.
fn mets_in(folder: &Path, most: usize) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_xml = |path: &PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xml"));
    let mut files: Vec<PathBuf> = files.filter(is_xml).collect();
    files.sort_unstable();
    files.truncate(most);
    files.retain(|path| read_start(path, BEGINNING as u64).is_ok_and(|start| begins_with(&start, b"mets")));
    files
}

/// Tells whether a word stands at the beginning of a file.
fn begins_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes[..bytes.len().min(BEGINNING)].windows(word.len()).any(|part| part == word)
}

/// Reads so many bytes of a file. A pipe is not opened, which would wait for somebody to write.
fn read_start(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if fs::metadata(path)?.is_file() {
        fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mets_is_looked_for_in_the_first_files_of_a_folder_by_their_names() {
        let dir = tempfile::tempdir().expect("a folder can be made");
        let path = |n: usize| dir.path().join(format!("{n:02}.XML"));
        for n in 0..60 {
            fs::write(path(n), if n == 1 { "<alto/>" } else { "<mets/>" }).expect("a file can be written");
        }
        fs::write(dir.path().join("00.txt"), "<mets/>").expect("a file can be written");
        fs::create_dir(dir.path().join("0.xml")).expect("a folder can be made");
        assert_eq!(mets_in(dir.path(), 5), [0, 2, 3].map(path));
        assert_eq!(mets_in(dir.path(), 100).len(), 59);
        assert!(mets_in(&dir.path().join("none"), 5).is_empty());
    }
}
