use std::collections::BTreeSet;
use std::process::Command;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Makes a corpus of empty files, and the folders that they need. A name that ends in `/` is a folder.
fn corpus(paths: &[&str]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for path in paths {
        write(&root, path, "");
    }
    root
}

fn write(root: &TempDir, path: &str, text: &str) {
    let absolute = root.path().join(path);
    if path.ends_with('/') {
        return fs::create_dir_all(absolute).unwrap();
    }
    fs::create_dir_all(absolute.parent().unwrap()).unwrap();
    fs::write(absolute, text).unwrap();
}

fn found(root: &TempDir) -> Discovery {
    found_with(root, &[], &[])
}

fn found_with(root: &TempDir, include: &[&str], exclude: &[&str]) -> Discovery {
    let own = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>();
    let (include, exclude) = (own(include), own(exclude));
    let options = DiscoverOptions { include: &include, exclude: &exclude };
    discover(root.path(), options, &mut |_| Flow::Continue).unwrap()
}

fn paths(found: &Discovery) -> Vec<&str> {
    found.sources.iter().map(|source| source.path.as_str()).collect()
}

fn skips(found: &Discovery) -> Vec<(&str, &str)> {
    found.skipped.iter().map(|skip| (skip.path.as_str(), skip.code.as_str())).collect()
}

#[test]
fn sources_stand_in_the_order_of_the_bytes_of_their_paths() {
    let root = corpus(&["a/b.txt", "a.txt", "a-b.txt", "B.txt", "é.txt", "a/c/d.txt", "ab/x.txt", "a0.txt", "z/"]);
    let expected = ["B.txt", "a-b.txt", "a.txt", "a/b.txt", "a/c/d.txt", "a0.txt", "ab/x.txt", "é.txt"];
    assert_eq!(paths(&found(&root)), expected);
}

#[test]
fn a_source_has_size_and_time_of_change() {
    let root = corpus(&[]);
    write(&root, "news.txt", "Rain.");
    let time = UNIX_EPOCH + std::time::Duration::new(1_600_000_000, 123_000_000);
    fs::File::options().write(true).open(root.path().join("news.txt")).unwrap().set_modified(time).unwrap();
    let found = found(&root);
    assert_eq!((found.sources[0].size, found.sources[0].mtime_ns), (5, 1_600_000_000_123_000_000));
    assert_eq!(fs::read(found.root.join(&found.sources[0].path)).unwrap(), b"Rain.");
}

#[test]
fn hidden_files_and_folders_are_one_skip_each() {
    let root = corpus(&["a.txt", ".b.txt", ".git/x", ".git/y", "c/.d"]);
    let found = found(&root);
    assert_eq!(paths(&found), ["a.txt"]);
    assert_eq!(skips(&found), [(".b.txt", "hidden"), (".git", "hidden"), ("c/.d", "hidden")]);
}

#[test]
fn a_hidden_root_is_walked() {
    let root = corpus(&[".archive/a.txt"]);
    let found = discover(&root.path().join(".archive"), DiscoverOptions::default(), &mut |_| Flow::Continue).unwrap();
    assert_eq!(paths(&found), ["a.txt"]);
}

#[test]
fn an_index_is_left_out_and_a_root_that_is_one_too() {
    let root = corpus(&["a.txt", "index/newshound.json", "index/segment.bin"]);
    let inside = found(&root);
    assert_eq!((paths(&inside), skips(&inside)), (vec!["a.txt"], vec![("index", "index-folder")]));
    write(&root, "newshound.json", "{}");
    let whole = found(&root);
    assert_eq!((paths(&whole), skips(&whole)), (vec![], vec![("", "index-folder")]));
}

#[test]
fn include_names_files_or_folders_and_exclude_wins() {
    let root = corpus(&["2023/a.md", "2023/b.html", "2024/a.md", "2024/sport/c.md", "readme.txt"]);
    assert_eq!(paths(&found_with(&root, &["*.md"], &["sport/"])), ["2023/a.md", "2024/a.md"]);
    let year = found_with(&root, &["2024/"], &[]);
    assert_eq!(paths(&year), ["2024/a.md", "2024/sport/c.md"]);
    let not_included = [("2023/a.md", "not-included"), ("2023/b.html", "not-included"), ("readme.txt", "not-included")];
    assert_eq!(skips(&year), not_included);
    assert_eq!(skips(&found_with(&root, &[], &["/2024"])), [("2024", "excluded")]);
}

#[test]
fn a_wrong_glob_is_a_wrong_option() {
    let root = corpus(&[]);
    let wrong = ["a{b".to_owned()];
    let options = DiscoverOptions { include: &[], exclude: &wrong };
    let error = discover(root.path(), options, &mut |_| Flow::Continue).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Options);
    assert!(error.to_string().starts_with("exclude: `a{b` is not a glob: "), "{error}");
}

#[test]
fn ignore_files_speak_for_their_folder_and_the_innermost_decides() {
    let root = corpus(&["a.tmp", "a.txt", "x/a.tmp", "x/b.txt", "x/y/a.tmp", "xy/b.txt", "z/a.tmp"]);
    write(&root, ".newshoundignore", "# scratch files\n*.tmp\n");
    write(&root, "x/.newshoundignore", "!a.tmp\r\nb.txt\r\n/y/\r\n");
    let found = found(&root);
    assert_eq!(paths(&found), ["a.txt", "x/a.tmp", "xy/b.txt"]);
    let expected = [
        (".newshoundignore", "hidden"),
        ("a.tmp", "ignored"),
        ("x/.newshoundignore", "hidden"),
        ("x/b.txt", "ignored"),
        ("x/y", "ignored"),
        ("z/a.tmp", "ignored"),
    ];
    assert_eq!(skips(&found), expected);
    assert_eq!(found.skipped[3].message, "`b.txt` in x/.newshoundignore leaves it out");
    assert!(found.warnings.is_empty());
}

#[test]
fn a_wrong_pattern_is_a_warning_with_its_line_and_the_others_hold() {
    let root = corpus(&["a.tmp", "b.txt"]);
    write(&root, ".newshoundignore", "\na{b\n*.tmp\n");
    let found = found(&root);
    assert_eq!(paths(&found), ["b.txt"]);
    let warning = &found.warnings[0];
    assert_eq!((warning.path.as_str(), warning.code, warning.line), (".newshoundignore", Code::BadPattern, Some(2)));
}

#[test]
fn a_missing_root_is_an_error_and_so_is_a_file() {
    let root = corpus(&["a.txt"]);
    for path in ["gone", "a.txt"] {
        let error = discover(&root.path().join(path), DiscoverOptions::default(), &mut |_| Flow::Continue).unwrap_err();
        assert!(matches!(&error, Error::Io { path: at, .. } if at.ends_with(path)), "{error}");
    }
}

#[test]
fn the_caller_can_stop_the_walk() {
    let root = corpus(&["a.txt", "b.txt"]);
    let error = discover(root.path(), DiscoverOptions::default(), &mut |_| Flow::Stop).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Cancelled);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn link(root: &TempDir, target: impl AsRef<Path>, path: &str) {
        symlink(target, root.path().join(path)).unwrap();
    }

    #[test]
    fn links_within_the_corpus_are_read_under_both_paths() {
        let root = corpus(&["a.txt", ".store/2024/b.txt", "c/d.txt"]);
        link(&root, "../a.txt", "c/a.txt");
        link(&root, ".store/2024", "current");
        let found = found(&root);
        assert_eq!(paths(&found), ["a.txt", "c/a.txt", "c/d.txt", "current/b.txt"]);
        assert_eq!(skips(&found), [(".store", "hidden")]);
    }

    #[test]
    fn loops_and_ways_out_are_skipped_and_end() {
        let outside = corpus(&["secret.txt"]);
        let root = corpus(&["a/b/c.txt"]);
        link(&root, "..", "a/b/up");
        link(&root, ".", "here");
        link(&root, "self", "self");
        link(&root, "nowhere", "broken");
        link(&root, "a/b/c.txt/d", "through-a-file");
        link(&root, outside.path(), "out");
        link(&root, outside.path().join("secret.txt"), "out.txt");
        let found = found(&root);
        assert_eq!(paths(&found), ["a/b/c.txt"]);
        let expected = [
            ("a/b/up", "symlink-loop"),
            ("broken", "broken-link"),
            ("here", "symlink-loop"),
            ("out", "outside-link"),
            ("out.txt", "outside-link"),
            ("self", "symlink-loop"),
            ("through-a-file", "broken-link"),
        ];
        assert_eq!(skips(&found), expected);
    }

    #[test]
    fn folders_that_link_to_each_other_are_walked_twice_at_most() {
        let names: Vec<String> = (10..30).map(|number| format!("d{number}")).collect();
        let root = corpus(&[]);
        for name in &names {
            write(&root, &format!("{name}/news.txt"), "");
        }
        for from in &names {
            for to in names.iter().filter(|to| *to != from) {
                link(&root, format!("../{to}"), &format!("{from}/{to}"));
            }
        }
        let found = found(&root);
        // Every folder's file at its own place, and once under each of the 19 folders that link to it.
        assert_eq!(found.sources.len(), 20 + 20 * 19);
        assert!(found.skipped.iter().all(|skip| skip.code == Code::NestedLink));
    }

    #[test]
    fn pipes_and_sockets_are_never_opened() {
        let root = corpus(&["a.txt"]);
        let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
        let made =
            Command::new("mkfifo").arg(root.path().join("pipe")).arg(root.path().join(".newshoundignore")).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("not tested: mkfifo is not to be had here");
            return;
        }
        link(&root, "pipe", "pipe-link");
        let found = found(&root);
        assert_eq!(paths(&found), ["a.txt"]);
        let expected = [
            (".newshoundignore", "hidden"),
            ("pipe", "special-file"),
            ("pipe-link", "special-file"),
            ("socket", "special-file"),
        ];
        assert_eq!(skips(&found), expected);
        assert_eq!(found.skipped[1].message, "it is a pipe, not a file; never opened");
    }

    #[test]
    fn names_that_are_not_unicode_are_skipped() {
        let root = corpus(&["a.txt"]);
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
        if fs::create_dir(root.path().join(name)).is_err() {
            eprintln!("not tested: this file system takes only Unicode names");
            return;
        }
        fs::write(root.path().join(name).join("b.txt"), "").unwrap();
        let found = found(&root);
        assert_eq!(paths(&found), ["a.txt"]);
        assert_eq!(skips(&found), [("caf\u{fffd}", "bad-name")]);
    }

    #[test]
    fn a_folder_that_cannot_be_listed_is_named() {
        let root = corpus(&["a.txt", "closed/b.txt"]);
        let closed = root.path().join("closed");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read_dir(&closed).is_ok() {
            eprintln!("not tested: permissions do not bind this user");
            return;
        }
        let found = found(&root);
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(paths(&found), ["a.txt"]);
        assert_eq!(skips(&found), [("closed", "unreadable")]);
        assert_eq!(found.unreadable_folders, ["closed"]);
        assert!(found.unreadable_entries.is_empty());
    }

    #[test]
    fn entries_that_cannot_be_looked_at_are_named() {
        let root = corpus(&["a.txt", "listed/b.txt", "listed/more/c.txt"]);
        link(&root, "listed/b.txt", "link.txt");
        link(&root, "listed/more", "linked");
        link(&root, "listed/gone.jpg", "picture.jpg");
        let listed = root.path().join("listed");
        fs::set_permissions(&listed, fs::Permissions::from_mode(0o444)).unwrap();
        if fs::metadata(listed.join("b.txt")).is_ok() {
            eprintln!("not tested: permissions do not bind this user");
            return;
        }
        let (all, chosen) = (found(&root), found_with(&root, &["linked/c.txt"], &["*.jpg"]));
        fs::set_permissions(&listed, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(paths(&all), ["a.txt"]);
        assert_eq!(all.unreadable_entries[..3], ["link.txt", "linked", "listed/b.txt"]);
        assert!(all.unreadable_folders.contains(&"listed/more".to_owned()));
        for path in &all.unreadable_entries {
            assert!(skips(&all).contains(&(path, "unreadable")), "{path}");
        }
        // Nobody can tell what an include would choose behind a link; an exclude of the link itself holds.
        assert!(chosen.unreadable_entries.contains(&"linked".to_owned()));
        assert!(skips(&chosen).contains(&("picture.jpg", "excluded")));
    }

    #[test]
    fn a_folder_deeper_than_a_path_can_say_is_counted_and_the_rest_is_read() {
        let root = corpus(&["z.txt"]);
        let name = "d".repeat(200);
        // Built from the inside out, since no path reaches the innermost folder from here.
        let spare = root.path().join("spare");
        fs::create_dir(&spare).unwrap();
        fs::write(spare.join("deep.txt"), "").unwrap();
        for _ in 0..30 {
            let outer = root.path().join("outer");
            fs::create_dir(&outer).unwrap();
            fs::rename(&spare, outer.join(&name)).unwrap();
            fs::rename(&outer, &spare).unwrap();
        }
        let found = found(&root);
        assert_eq!(paths(&found), ["z.txt"]);
        assert_eq!(found.skipped.len(), 1);
        assert_eq!(found.skipped[0].code, Code::Unreadable);
        assert_eq!(found.unreadable_folders, [found.skipped[0].path.clone()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The order is compared with one told by a sort of its own, and no file is lost.
    #[test]
    fn any_names_come_in_byte_order_and_none_is_lost(
        names in prop::collection::btree_set("[a-c]{1,2}(/[a-c.é-]{1,3}){0,3}", 1..20)
    ) {
        let root = tempfile::tempdir().unwrap();
        let mut made = BTreeSet::new();
        for name in names {
            let absolute = root.path().join(&name);
            let is_plain = name.split('/').all(|part| !part.starts_with('.'));
            if is_plain && fs::create_dir_all(absolute.parent().unwrap()).is_ok() && !absolute.is_dir() {
                fs::write(&absolute, "").unwrap();
                made.insert(name.into_bytes());
            }
        }
        let found = found(&root);
        let expected: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
        let got: Vec<&[u8]> = found.sources.iter().map(|source| source.path.as_bytes()).collect();
        prop_assert_eq!(got, expected);
        prop_assert!(found.skipped.is_empty());
    }
}
