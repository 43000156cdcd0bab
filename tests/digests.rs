//! Digests: the same for the same articles, however an index came to hold them; others where one differs.

use std::fs;
use std::path::Path;

use newshound::{Corpus, Digests, ErrorKind, Index, IngestOptions, ingest};
use tempfile::TempDir;

use crate::support::random_corpus::RandomCorpus;

fn set<'a>(set: impl FnOnce(&mut IngestOptions<'a>)) -> IngestOptions<'a> {
    let mut options = IngestOptions::default();
    set(&mut options);
    options
}

fn digests_with(name: &str, root: &Path, options: &IngestOptions<'_>) -> Digests {
    let index = Index::in_memory().expect("memory suffices");
    ingest(&index, vec![Corpus::named(name, root).expect("the name is sound")], options).expect("a corpus");
    index.digests().expect("the index is sound")
}

fn digests(root: &Path) -> Digests {
    digests_with("news", root, &IngestOptions::default())
}

/// Writes files one after the other; the order is what some file systems list them in.
fn written<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    }
    folder
}

#[test]
fn threads_memory_order_of_files_and_root_make_no_difference() {
    for seed in 100..106 {
        let folder = TempDir::new().expect("a folder");
        let corpus = RandomCorpus::create(folder.path(), seed).expect("the corpus can be written");
        let expected = digests(folder.path());
        for (threads, memory) in [(1, 15 << 20), (2, 64 << 20), (5, 1 << 30)] {
            let options = set(|options| (options.threads, options.memory) = (threads, memory));
            assert_eq!(digests_with("news", folder.path(), &options), expected, "seed {seed}, {threads} threads");
        }
        let read = |path: &String| fs::read(folder.path().join(path)).expect("the file can be read");
        let mut files: Vec<_> = corpus.files().iter().map(|path| (path.as_str(), read(path))).collect();
        files.sort();
        for _ in 0..2 {
            files.reverse();
            let elsewhere = written(files.clone());
            assert_eq!(digests(elsewhere.path()), expected, "seed {seed}");
        }
        let on_disk = Index::create(folder.path().join("index")).expect("the folder is absent");
        let named = || Corpus::named("news", folder.path()).expect("the name is sound");
        for _ in 0..2 {
            ingest(&on_disk, vec![named()], &IngestOptions::default()).expect("a corpus");
            assert_eq!(on_disk.digests().expect("the index is sound"), expected, "seed {seed}");
            ingest(&on_disk, vec![named()], &set(|options| options.full = true)).expect("a corpus");
        }
        assert_eq!(Index::open(folder.path().join("index")).and_then(|index| index.digests()).ok(), Some(expected));
    }
}

const SOURCES: [(&str, &str); 7] = [
    (
        "city/tram.txt",
        "CITY\n\nTram line extended\n\nPublished: 2021-03-04\n\nBy Mara Veltin\n\nThe tram now runs\nto the harbour.\n\n\
         It is late.\n",
    ),
    (
        "city/market.md",
        "---\ntitle: Market hall reopens\nsection: City\nsummary: |\n  It was closed.\n  It is open.\ntags:\n  - market\n\
         ---\n\nThe market hall\nopened again.\n\n> It is fine, they said.\n\n- one\n- two\n\n```\na\nb\n```\n",
    ),
    (
        "toml.md",
        "+++\ntitle = \"Bridge closed\"\ndescription = \"\"\"\nFor\nweeks.\"\"\"\n+++\n\nThe bridge is closed.\n",
    ),
    (
        "wire.jsonl",
        "{\"id\":\"a\",\"headline\":\"Ferry late\",\"body\":\"The ferry was late.\\n\\nAgain.\"}\n\
         {\"id\":\"b\",\"headline\":\"Ferry early\",\"body\":\"The ferry was early.\"}\n",
    ),
    ("one.json", "{\n  \"headline\": \"Ferry sold\",\n  \"body\": [\"It was sold.\",\n \"For little.\"]\n}\n"),
    (
        "page.html",
        "<!doctype html>\n<html><head><title>Rowing\nclub wins</title>\n<meta property=\"og:title\" content=\"Rowing\nclub \
         wins\">\n</head>\n<body><article><h1>Rowing\nclub wins</h1>\n<p>The rowing club of Talmere won again\nafter nine \
         weeks.</p>\n<p>It was\na <b>long</b>\nrace, said the council, and a fair one.</p>\n<pre>a\nb</pre>\n\
         </article></body></html>\n",
    ),
    ("plain", "Lighthouse painted\n\nThe lighthouse was painted\nwhite.\n"),
];

#[test]
fn line_ends_make_no_difference() {
    let with = |end: &str| written(SOURCES.map(|(path, text)| (path, text.replace('\n', end).into_bytes())));
    let (lf, crlf) = (with("\n"), with("\r\n"));
    let index = Index::in_memory().expect("memory suffices");
    let corpus = |root: &TempDir| vec![Corpus::named("news", root.path()).expect("the name is sound")];
    let first = ingest(&index, corpus(&lf), &IngestOptions::default()).expect("a corpus");
    assert_eq!((first.sources.read, first.articles.added), (7, 8));
    let expected = index.digests().expect("the index is sound");
    for path in SOURCES.map(|(path, _)| path) {
        let only = set(|options| options.include = vec![path.to_owned()]);
        let [one, other] = [&lf, &crlf].map(|root| digests_with("news", root.path(), &only));
        assert_eq!(one, other, "{path}");
    }
    assert_eq!(digests(crlf.path()), expected);
    for (path, text) in SOURCES {
        fs::write(lf.path().join(path), text.replace('\n', "\r\n")).expect("a file can be written");
    }
    let second = ingest(&index, corpus(&lf), &IngestOptions::default()).expect("a corpus");
    assert_eq!((second.sources.read, second.articles.unchanged), (7, 8), "other bytes and the same articles");
    assert_eq!(index.digests().expect("the index is sound"), expected);
}

#[test]
fn a_word_a_path_a_name_or_the_language_makes_a_difference() {
    let of = |path: &str, text: &str| digests(written([(path, text.as_bytes().to_vec())]).path());
    let text = "Tram line 7\n\n7 7 7\n";
    let folder = written([("tram.txt", text.as_bytes().to_vec())]);
    let in_language = |code: &str| {
        let options = set(|options| options.default_language = Some(code.to_owned()));
        digests_with("news", folder.path(), &options)
    };
    let mut all = vec![
        digests(folder.path()),
        of("tram.txt", "Tram line 7\n\n7 7 8\n"),
        of("trams.txt", text),
        of("city/tram.txt", text),
        digests_with("paper", folder.path(), &IngestOptions::default()),
        in_language("en"),
        in_language("de"),
    ];
    assert_eq!(of("tram.txt", text), all[0]);
    let number = all.len();
    for digest in [|digests: &Digests| digests.content, |digests: &Digests| digests.index] {
        all.sort_by_key(digest);
        all.dedup_by_key(|digests| digest(digests));
        assert_eq!(all.len(), number);
    }
}

#[test]
fn a_damaged_manifest_is_a_damaged_index_and_no_other_failure() {
    let folder = written([("news/tram.txt", b"Tram line extended\n\nIt runs to the harbour.\n".to_vec())]);
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let run = || {
        let corpus = Corpus::directory(folder.path().join("news")).expect("it has a name");
        ingest(&index, vec![corpus], &IngestOptions::default())
    };
    run().expect("a corpus");
    let manifest = dir.join("manifest-1.bin");
    let whole = fs::read(&manifest).expect("the commit has a manifest");
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&manifest, if at % 2 == 0 { &bytes[..] } else { &whole[..at] }).expect("it can be written");
        let kinds = [run().err(), index.digests().err(), index.status().err()].map(|error| error.map(|e| e.kind()));
        assert_eq!(kinds, [Some(ErrorKind::Damaged); 3], "byte {at}");
    }
    fs::write(&manifest, whole).expect("it can be written");
    assert!(!run().expect("it is whole again").changed);
}
