//! Files of archives that are not read for their names or kinds: counted and told as files on a disk are.

use std::collections::BTreeMap;

use newshound::{Code, IngestOptions, IngestReport};

use super::{Place, gzip, story};

fn entry(archive: &mut tar::Builder<Vec<u8>>, name: &[u8], kind: tar::EntryType, text: &str) {
    let mut header = tar::Header::new_ustar();
    // Also names that no builder would put in.
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(text.len() as u64);
    header.set_cksum();
    archive.append(&header, text.as_bytes()).expect("memory suffices");
}

#[test]
fn what_is_refused_in_an_archive_is_counted_and_told_by_each_run() {
    let mut archive = tar::Builder::new(Vec::new());
    let text = story("ann");
    let names: [&[u8]; 7] =
        [b"ann.txt", b"../up.txt", b"/rooted.txt", b"caf\xe9.txt", b".git/config", b".git/HEAD", b"b/.draft.txt"];
    names.iter().for_each(|name| entry(&mut archive, name, tar::EntryType::Regular, &text));
    entry(&mut archive, b"link.txt", tar::EntryType::Symlink, "");
    let bytes = archive.into_inner().expect("memory suffices");
    let place = Place::new();
    place.write("a.tar.gz", &gzip(&bytes));
    let told = |report: &IngestReport| -> Vec<(String, Code)> {
        report.notices.iter().map(|notice| (notice.path.clone(), notice.code)).collect()
    };
    let expected = [
        ("a.tar.gz", Code::Archive),
        ("a.tar.gz!/%2E%2E/up.txt", Code::BadName),
        ("a.tar.gz!/%2F/rooted.txt", Code::BadName),
        ("a.tar.gz!/.git", Code::Hidden),
        ("a.tar.gz!/b/.draft.txt", Code::Hidden),
        ("a.tar.gz!/caf%E9.txt", Code::BadName),
        ("a.tar.gz!/link.txt", Code::SpecialFile),
    ];
    let expected = expected.map(|(path, code)| (path.to_owned(), code));
    let counts = BTreeMap::from([(Code::Archive, 1), (Code::BadName, 3), (Code::Hidden, 2), (Code::SpecialFile, 1)]);
    for run in 0..2 {
        let report = place.ingest(&IngestOptions::default());
        assert_eq!(told(&report), expected, "run {run}");
        assert_eq!(report.sources.skipped, counts, "run {run}");
        assert_eq!(report.changed, run == 0);
    }
    assert_eq!(place.found("ferry"), ["a.tar.gz!/ann.txt"]);
    // What was read and is refused now goes, and the other way round.
    let mut archive = tar::Builder::new(Vec::new());
    entry(&mut archive, b"ann.txt", tar::EntryType::Symlink, "");
    entry(&mut archive, b"link.txt", tar::EntryType::Regular, &story("bob"));
    place.write("a.tar.gz", &gzip(&archive.into_inner().expect("memory suffices")));
    let report = place.ingest(&IngestOptions::default());
    assert_eq!((report.articles.added, report.articles.deleted, report.sources.stale), (1, 1, 0), "{report:?}");
    assert_eq!(place.found("ferry"), ["a.tar.gz!/link.txt"]);
}

#[test]
fn what_is_refused_takes_no_path_from_a_file_that_is_read() {
    let names: [(&[u8], tar::EntryType); 6] = [
        (b"../ann.txt", tar::EntryType::Regular),
        (b"%2E%2E/ann.txt", tar::EntryType::Regular),
        (b"bob.txt", tar::EntryType::Symlink),
        (b"bob.txt", tar::EntryType::Regular),
        (b"dora.txt", tar::EntryType::Regular),
        (b"dora.txt", tar::EntryType::Symlink),
    ];
    let mut archive = tar::Builder::new(Vec::new());
    for (name, kind) in names {
        let is_file = kind == tar::EntryType::Regular;
        entry(&mut archive, name, kind, if is_file { "Ferry\n\nThe ferry sailed again." } else { "" });
    }
    let place = Place::new();
    place.write("a.tar", &archive.into_inner().expect("memory suffices"));
    let report = place.ingest(&IngestOptions::default());
    assert_eq!(place.found("ferry"), ["a.tar!/%2E%2E/ann.txt", "a.tar!/bob.txt", "a.tar!/dora.txt"]);
    assert_eq!(report.sources.skipped, BTreeMap::from([(Code::Archive, 1)]));
    let doubled = report.notices.iter().filter(|notice| notice.code == Code::BadName && notice.path == "a.tar");
    assert_eq!(doubled.count(), 3, "{:?}", report.notices);
}
