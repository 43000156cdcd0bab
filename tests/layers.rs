//! The house plan's arrows: which room may name which, where the index engine and the terminal's crates may be
//! named, and what no file may do. A light scan of `src/`, whose messages name the file, the line and the rule.

mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use scan::{Named, Scan, scan};

/// Know no room; name each other at most.
const LEAVES: &[&str] =
    &["article", "date", "source_key", "similarity", "error", "extra", "issue", "limits", "mapping", "notice", "text"];

/// The rooms, and which of the others each may name besides the leaves.
const ROOMS: &[(&str, &[&str])] = &[
    ("query", &[]),
    ("eval", &[]),
    ("analysis", &[]),
    ("corpus", &[]),
    ("index", &["analysis"]),
    ("search", &["analysis", "index", "query"]),
    ("ingest", &["analysis", "corpus", "index"]),
    ("lock", &["analysis", "index"]),
    ("check", &["analysis", "corpus", "index", "ingest", "lock"]),
    ("understand", &["corpus"]),
    ("batch", &["eval", "query", "search"]),
];

/// Names that cross an arrow, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    // An error carries what is wrong with a query, and `Error` is one type for the whole library.
    ("error", "Diagnostic"),
];

/// The engine's crate, and the rooms that may name it.
const ENGINE: (&str, &[&str]) = ("tantivy", &["analysis", "index", "search"]);

/// Crates that only the binary may name.
const TERMINAL: &[&str] = &[
    "anstream",
    "anstyle",
    "anyhow",
    "clap",
    "clap_complete",
    "clap_mangen",
    "ctrlc",
    "indicatif",
    "terminal_size",
    "unicode_width",
];

const PRINTERS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Paths that ask the surroundings, end the process or read the clock.
const SURROUNDINGS: &[&[&str]] = &[
    &["std", "env"],
    &["env", "var"],
    &["env", "var_os"],
    &["env", "vars"],
    &["env", "args"],
    &["env", "current_dir"],
    &["env", "temp_dir"],
    &["process", "exit"],
    &["process", "abort"],
    &["SystemTime", "now"],
    &["Instant", "now"],
    &["Zoned", "now"],
    &["Timestamp", "now"],
    &["io", "stdout"],
    &["io", "stderr"],
    &["io", "stdin"],
];

const LONGEST: usize = 500;
const LONGER: &str = "Longer than 500 lines because";

#[test]
fn the_house_plan_holds() {
    let files = files_under("src");
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "the sources are where this test looks");
    let found = check(&files);
    let list: Vec<String> = found.iter().map(Violation::to_string).collect();
    assert!(list.is_empty(), "{} against the house plan:\n{}\n", list.len(), list.join("\n"));
}

#[test]
fn no_file_is_long_without_a_reason() {
    let files = ["src", "tests", "benches", "examples"].map(files_under).concat();
    let long: Vec<String> = files.iter().filter_map(too_long).map(|v| v.to_string()).collect();
    assert!(long.is_empty(), "{}\n", long.join("\n"));
}

/// A Rust file, with its path from the package's folder, parted by `/`.
#[derive(Clone)]
struct File {
    path: String,
    text: String,
}

struct Violation {
    path: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

fn files_under(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name().into_iter();
    let paths = entries.filter_map(|entry| entry.ok().map(walkdir::DirEntry::into_path));
    let sources = paths.filter(|path| path.extension().is_some_and(|e| e == "rs"));
    let files = sources.map(|path| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let relative = path.strip_prefix(root).expect("it stands in the package");
        File { path: relative.to_string_lossy().replace('\\', "/"), text }
    });
    files.collect()
}

fn too_long(file: &File) -> Option<Violation> {
    let lines = file.text.lines().count();
    let explained = file.text.lines().take_while(|l| l.starts_with("//!")).any(|l| l.contains(LONGER));
    let rule = format!("{lines} lines; past {LONGEST} the header says `{LONGER} ...`");
    (lines > LONGEST && !explained).then(|| Violation { path: file.path.clone(), line: LONGEST + 1, rule })
}

fn check(files: &[File]) -> Vec<Violation> {
    let scans: Vec<(&File, Scan)> = files.iter().map(|file| (file, scan(&file.text))).collect();
    let house = House::of(&scans);
    let mut found = Vec::new();
    for (file, scan) in scans.iter().filter(|(file, _)| !house.is_test(file)) {
        let mut tell = |line, rule| found.push(Violation { path: file.path.clone(), line, rule });
        for token in scan.tokens.iter().filter(|t| t.text == "unsafe") {
            tell(token.line, "no unsafe code".to_owned());
        }
        if file.path == "src/lib.rs" {
            check_facade(scan, &mut tell);
        }
        let room = if file.path.starts_with("src/bin/") { None } else { Some(room_of(file)) };
        for named in &scan.named {
            match &room {
                None => check_binary(named, &mut tell),
                Some(room) => {
                    check_library(room, named, &mut tell);
                    check_arrow(&house, file, room, named, &mut tell);
                }
            }
        }
    }
    found
}

/// The rooms that stand, and which of them defines each name of the facade.
struct House {
    rooms: BTreeSet<String>,
    facade: BTreeMap<String, String>,
    /// The module paths of files that exist for tests only.
    tests: BTreeSet<Vec<String>>,
}

impl House {
    fn of(scans: &[(&File, Scan)]) -> House {
        let mut house = House { rooms: BTreeSet::new(), facade: BTreeMap::new(), tests: BTreeSet::new() };
        for (file, scan) in scans {
            let module = module_of(file);
            let tests = scan.test_modules.iter().map(|name| [module.clone(), vec![name.clone()]].concat());
            house.tests.extend(tests);
            if file.path == "src/lib.rs" {
                house.read_facade(scan);
            }
        }
        house
    }

    fn read_facade(&mut self, scan: &Scan) {
        for pair in scan.tokens.windows(2).filter(|pair| pair[0].text == "mod") {
            self.rooms.insert(pair[1].text.clone());
        }
        for used in scan.named.iter().filter(|n| n.is_use) {
            let path: Vec<&String> = used.segments.iter().filter(|s| !matches!(s.as_str(), "crate" | "self")).collect();
            if let [room, .., name] = path[..] {
                self.facade.insert(name.clone(), room.clone());
            }
        }
    }

    fn is_test(&self, file: &File) -> bool {
        let module = module_of(file);
        (1..=module.len()).any(|n| self.tests.contains(&module[..n]))
    }

    /// Returns the room that a path from the crate's root leads into.
    fn room_at(&self, path: &[String]) -> Option<&str> {
        let first = path.first()?;
        self.rooms.get(first).or_else(|| self.facade.get(first)).map(String::as_str)
    }
}

fn module_of(file: &File) -> Vec<String> {
    let path = file.path.trim_start_matches("src/").trim_end_matches(".rs");
    let parts = path.split('/').filter(|part| !matches!(*part, "mod" | "lib"));
    parts.map(str::to_owned).collect()
}

fn room_of(file: &File) -> String {
    module_of(file).first().map_or_else(|| "lib".to_owned(), Clone::clone)
}

fn check_facade(scan: &Scan, tell: &mut dyn FnMut(usize, String)) {
    let mut rest = &scan.tokens[..];
    while let Some(first) = rest.first() {
        let end = if first.text == "#" {
            rest.iter().position(|t| t.text == "]")
        } else {
            rest.iter().position(|t| t.text == ";")
        };
        let item: Vec<&str> = rest.iter().take(2).map(|t| t.text.as_str()).collect();
        if !matches!(item[..], ["mod" | "#", ..] | ["pub", "use"]) {
            tell(first.line, "lib.rs holds documentation, `mod` and `pub use`, and no code".to_owned());
            return;
        }
        rest = end.map_or(&[], |end| &rest[end + 1..]);
    }
}

fn check_binary(named: &Named, tell: &mut dyn FnMut(usize, String)) {
    if names_crate(named, ENGINE.0) {
        tell(named.line, format!("the binary names `{}`; it sees the library only through the facade", ENGINE.0));
    }
}

fn check_library(room: &str, named: &Named, tell: &mut dyn FnMut(usize, String)) {
    let written = named.segments.join("::");
    if names_crate(named, ENGINE.0) && !ENGINE.1.contains(&room) {
        tell(named.line, format!("{room} names `{}`, which only {} may", ENGINE.0, ENGINE.1.join(", ")));
    }
    if let Some(name) = TERMINAL.iter().find(|name| names_crate(named, name)) {
        tell(named.line, format!("{room} names `{name}`, which only the binary may"));
    }
    if named.is_macro && named.segments.last().is_some_and(|last| PRINTERS.contains(&last.as_str())) {
        tell(named.line, format!("{room} prints with `{written}!`; the library never prints"));
    }
    let asks = |path: &&[&str]| named.segments.windows(path.len()).any(|part| part.iter().eq(path.iter()));
    if !named.is_macro && SURROUNDINGS.iter().any(asks) {
        tell(named.line, format!("{room} names `{written}`; the library asks no environment, clock or terminal"));
    }
}

/// A crate is named at the beginning of a path, or alone in a `use`.
fn names_crate(named: &Named, name: &str) -> bool {
    named.segments.first().is_some_and(|first| first == name) && (named.segments.len() > 1 || named.is_use)
}

fn check_arrow(house: &House, file: &File, room: &str, named: &Named, tell: &mut dyn FnMut(usize, String)) {
    let Some(path) = from_root(file, named) else { return };
    let written = named.segments.join("::");
    if room == "lib" {
        return;
    }
    let Some(target) = house.room_at(&path) else {
        tell(named.line, format!("`{written}` leads to nothing that lib.rs declares; name the room or its type"));
        return;
    };
    let Some(allowed) = allowed(room) else {
        tell(named.line, format!("{room} is not in the house plan; give it a line in tests/layers.rs"));
        return;
    };
    let excepted = EXCEPTIONS.iter().any(|(from, name)| *from == room && path.iter().any(|part| part == name));
    if target != room && !LEAVES.contains(&target) && !allowed.contains(&target) && !excepted {
        let may = if allowed.is_empty() { String::new() } else { format!(" and {}", allowed.join(", ")) };
        tell(named.line, format!("{room} names {target} (`{written}`); it may name the leaves{may}"));
    }
}

/// Returns which rooms a room may name besides the leaves; `None` for one that is not in the plan.
fn allowed(room: &str) -> Option<&'static [&'static str]> {
    if LEAVES.contains(&room) {
        return Some(&[]);
    }
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed)
}

/// Returns a path as counted from the crate's root; `None` for one that starts elsewhere, or is no path.
fn from_root(file: &File, named: &Named) -> Option<Vec<String>> {
    let first = named.segments.first()?;
    if named.segments.len() == 1 || !matches!(first.as_str(), "crate" | "self" | "super") {
        return None;
    }
    let mut base = [module_of(file), named.inside.clone()].concat();
    for segment in &named.segments {
        match segment.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            name => base.push(name.to_owned()),
        }
    }
    Some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACADE: &str = "//! Docs.\nmod corpus;\nmod date;\nmod error;\nmod index;\nmod query;\nmod search;\n\
                          pub use date::Date;\npub use query::{Diagnostic, Severity as Gravity};\n\
                          pub use search::{Hit, Searcher};\npub use index::Index;\n";

    /// Returns what is wrong in a file among sound ones, one `line: rule` a violation.
    fn wrong_in(path: &str, text: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let mut files = vec![file(path, text)];
        if path != "src/lib.rs" {
            files.push(file("src/lib.rs", FACADE));
        }
        check(&files).iter().map(|v| format!("{}: {}", v.line, v.rule)).collect()
    }

    fn assert_sound(path: &str, text: &str) {
        assert_eq!(wrong_in(path, text), [""; 0], "{path}: {text}");
    }

    fn assert_wrong(path: &str, text: &str, rule: &str) {
        let found = wrong_in(path, text);
        assert!(found.len() == 1 && found[0].contains(rule), "{path}: {text}\n{found:?}");
    }

    #[test]
    fn an_arrow_is_followed_through_facade_names_groups_and_super() {
        assert_sound("src/search/mod.rs", "use crate::{Date, Index, query::parse};");
        assert_wrong("src/query/mod.rs", "\nuse crate::{Date,\n Index};", "3: query names index (`crate::Index`)");
        assert_wrong("src/index/writer.rs", "fn f() { crate::search::g() }", "index names search");
        assert_wrong("src/index/a/b.rs", "use super::super::super::corpus::C;", "index names corpus");
        assert_wrong("src/index/mod.rs", "mod inner { use super::super::Searcher; }", "index names search");
        assert_sound("src/index/mod.rs", "use self::status::Status; use super::Date; mod a { use super::Index; }");
    }

    #[test]
    fn leaves_name_leaves_and_exceptions_are_by_name() {
        assert_sound("src/error.rs", "use crate::Date; struct E(Vec<crate::Diagnostic>);");
        assert_wrong("src/error.rs", "use crate::Hit;", "error names search");
        assert_wrong("src/date.rs", "use crate::Diagnostic;", "date names query");
    }

    #[test]
    fn what_cannot_be_followed_is_told() {
        assert_wrong("src/query/mod.rs", "use crate::*;", "leads to nothing that lib.rs declares");
        assert_wrong("src/query/mod.rs", "use crate::Unknown;", "leads to nothing");
        assert_wrong("src/attic.rs", "use crate::Date;", "attic is not in the house plan");
    }

    #[test]
    fn engine_and_terminal_stay_in_their_places() {
        assert_sound("src/index/schema.rs", "use tantivy::schema::Schema;");
        assert_wrong("src/corpus/mod.rs", "use tantivy;", "corpus names `tantivy`");
        assert_wrong("src/bin/newshound/main.rs", "fn f(i: tantivy::Index) {}", "the binary names `tantivy`");
        assert_sound("src/bin/newshound/main.rs", "use clap::Parser; fn main() { println!(); std::process::exit(1) }");
        assert_wrong("src/index/mod.rs", "fn f() -> anyhow::Result<()> {}", "index names `anyhow`");
    }

    #[test]
    fn library_neither_prints_nor_asks_its_surroundings() {
        assert_wrong("src/query/mod.rs", "fn f() { println!(\"x\") }", "prints with `println!`");
        assert_wrong("src/query/mod.rs", "fn f() { std::process::exit(1) }", "asks no environment");
        assert_wrong("src/query/mod.rs", "use std::{env, fmt};", "asks no environment");
        assert_wrong("src/query/mod.rs", "fn f() { std::time::Instant::now(); }", "clock");
        assert_wrong("src/query/mod.rs", "use std::time::SystemTime; fn f() { SystemTime::now(); }", "clock");
        assert_sound("src/query/mod.rs", "const V: &str = env!(\"CARGO_PKG_VERSION\"); // println!(\"x\")");
        assert_sound("src/query/mod.rs", "#[cfg(test)] mod tests { fn f() { println!(\"x\") } }");
    }

    #[test]
    fn unsafe_and_code_in_the_facade_are_told() {
        assert_wrong("src/query/mod.rs", "fn f() {\n unsafe { g() } }", "2: no unsafe code");
        assert_wrong("src/lib.rs", "#![warn(x)]\nmod a;\npub use a::{B, C};\nfn f() {}", "4: lib.rs holds");
        assert_sound("src/lib.rs", FACADE);
    }

    #[test]
    fn files_for_tests_only_may_name_what_they_like() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let parent = file("src/query/parser.rs", "#[cfg(test)]\nmod cases;");
        let child = file("src/query/parser/cases.rs", "use crate::Searcher;");
        let lib = file("src/lib.rs", FACADE);
        assert!(check(&[lib.clone(), parent, child.clone()]).is_empty());
        assert_eq!(check(&[lib, child]).len(), 1);
    }

    #[test]
    fn a_long_file_needs_a_reason_in_its_header() {
        let file =
            |header: &str| File { path: "src/a.rs".into(), text: format!("{header}\n{}", "//\n".repeat(LONGEST)) };
        assert!(too_long(&file("//! A table.")).is_some());
        assert!(too_long(&file("//! A table. Longer than 500 lines because it lists every entity.")).is_none());
    }
}
