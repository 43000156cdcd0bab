//! Archives, whole and broken.

use super::tests::{codes, gzip, read, read_within};
use super::*;
use crate::corpus::held::Part;
use std::io::Write as _;

fn story(name: &str) -> String {
    format!(
        "Ferry {name} returns\n\nThe ferry {name} sailed again on Monday after nine weeks in dock, the office said.\n"
    )
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        // Also names that no builder would put in.
        let field = &mut header.as_old_mut().name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        archive.append(&header, *bytes).expect("memory suffices");
    }
    archive.into_inner().expect("memory suffices")
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory suffices");
        archive.write_all(bytes).expect("memory suffices");
    }
    archive.finish().expect("memory suffices").into_inner()
}

fn paths(reading: &SourceReading) -> Vec<(&str, bool)> {
    reading.members.iter().map(|member| (member.path.as_str(), member.format.is_some())).collect()
}

#[test]
fn files_of_an_archive_are_sources_of_their_own() {
    let (ann, bob) = (story("Ann"), story("Bob"));
    let lines = b"{\"title\": \"One\"}\n{\"title\": \"Two\"}\n";
    let files: &[(&str, &[u8])] =
        &[("b/ann.txt", ann.as_bytes()), ("lines.jsonl", lines), ("bob.txt.gz", &gzip(bob.as_bytes()))];
    for (path, bytes) in [("a.tar", tar_of(files)), ("a.zip", zip_of(files)), ("a.tar.gz", gzip(&tar_of(files)))] {
        let (records, reading) = read(path, &bytes);
        assert_eq!(
            records,
            ["None Ferry Ann returns", "Some(1) One", "Some(2) Two", "None Ferry Bob returns"],
            "{path}"
        );
        let of = |name: &str| format!("{path}!/{name}");
        let expected = [of("b/ann.txt"), of("lines.jsonl"), of("bob.txt.gz")];
        assert_eq!(paths(&reading), expected.iter().map(|path| (path.as_str(), true)).collect::<Vec<_>>());
        assert_eq!((reading.format, codes(&reading)), (None, vec![Code::Archive]), "{path}");
        assert_eq!(reading.members[0].size, ann.len() as u64);
        let hash = blake3::hash(ann.as_bytes());
        assert_eq!(reading.members[0].hash, hash.as_bytes()[..16]);
    }
}

/// Takes every second file that it is offered, and keeps it.
#[derive(Default)]
struct EverySecond {
    offered: usize,
    taken: Vec<HeldFile>,
}

impl Helpers for EverySecond {
    fn are_free(&self) -> bool {
        true
    }

    fn offer(&mut self, file: HeldFile) -> Option<HeldFile> {
        self.offered += 1;
        if self.offered.is_multiple_of(2) {
            return Some(file);
        }
        self.taken.push(file);
        None
    }

    fn room_for(&self, _bytes: u64) -> Option<Box<dyn std::any::Any>> {
        None
    }

    fn offer_part(&mut self, part: Part) -> Option<Part> {
        Some(part)
    }
}

#[test]
fn files_that_others_read_give_what_they_give_in_their_place() {
    let stories: Vec<(String, String)> = (0..9).map(|n| (format!("{n}.txt"), story(&n.to_string()))).collect();
    let lines = b"{\"title\": \"One\"}\n{\"title\": \"Two\"}\n";
    let (packed, large) = (gzip(stories[0].1.as_bytes()), format!("{}{}", story("Ann"), "It sailed. ".repeat(1_000)));
    let inner = tar_of(&[("x.txt", stories[1].1.as_bytes())]);
    let mut files: Vec<(&str, &[u8])> =
        vec![("lines.jsonl", lines), ("p.txt.gz", &packed), ("inner.tar", &inner), ("large.txt", large.as_bytes())];
    files.extend(stories.iter().map(|(name, story)| (name.as_str(), story.as_bytes())));
    let limits = Limits { piece: 4096, longest: 1 << 20, from: None, most: u64::MAX, bounds: Bounds::default() };
    let options = ParseOptions::default();
    for (path, bytes) in [("a.tar", tar_of(&files)), ("a.zip", zip_of(&files)), ("a.tar.gz", gzip(&tar_of(&files)))] {
        let read = |helpers: Option<&mut EverySecond>, records: &mut Vec<String>| {
            let mut emit = |record| {
                records.push(shown(record));
                Flow::Continue
            };
            let helpers = helpers.map(|helpers| helpers as &mut dyn Helpers);
            let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers };
            let read = read_file(path, Cursor::new(&bytes), bytes.len() as u64, &limits, &options, hands);
            read.expect("bytes can be read").0
        };
        let (mut alone, mut together, mut helpers) = (Vec::new(), Vec::new(), EverySecond::default());
        let of_one = read(None, &mut alone);
        let of_both = read(Some(&mut helpers), &mut together);
        // The file of lines and nine stories, and that of the inner archive: what is packed, an archive or large is not offered.
        assert_eq!((helpers.offered, helpers.taken.len()), (11, 6), "{path}");
        let mut members = of_both.members;
        for file in &helpers.taken {
            let mut emit = |record| {
                together.push(shown(record));
                Flow::Continue
            };
            let reading = file.read(&options, &mut emit);
            let member =
                members.iter_mut().find(|member| member.path == file.path).expect("it is a file of the archive");
            assert_eq!((member.format, member.notices.len()), (None, 0), "nothing is known of it yet");
            (member.format, member.notices) = (reading.format, reading.notices);
        }
        alone.sort();
        together.sort();
        assert_eq!(together, alone, "{path}");
        assert_eq!(of_both.notices, of_one.notices, "{path}");
        let told =
            |member: &Member| (member.path.clone(), member.size, member.hash, member.format, member.notices.clone());
        assert_eq!(
            members.iter().map(told).collect::<Vec<_>>(),
            of_one.members.iter().map(told).collect::<Vec<_>>(),
            "{path}"
        );
    }
}

#[test]
fn that_mets_is_late_is_told_whoever_could_read_it() {
    let mets = "<mets><fileSec><file ID='F'><FLocat href='1.xml'/></file></fileSec></mets>";
    let page = "<alto><Page><TextLine><String CONTENT='Ferry'/></TextLine></Page></alto>";
    let bytes = tar_of(&[("x.txt", b"Ferry"), ("1.xml", page.as_bytes()), ("mets.xml", mets.as_bytes())]);
    let limits = Limits { piece: 4096, longest: 1 << 20, from: None, most: u64::MAX, bounds: Bounds::default() };
    let options = ParseOptions::default();
    let mut helpers = EverySecond::default();
    let hands = Hands {
        make_room: &mut |_| {},
        emit: &mut |_| Flow::Continue,
        must_stop: &|| false,
        helpers: Some(&mut helpers),
    };
    let read = read_file("a.tar", Cursor::new(&bytes), bytes.len() as u64, &limits, &options, hands);
    let (reading, _) = read.expect("bytes can be read");
    let told: Vec<_> = reading.members[2].notices.iter().map(|notice| notice.message.as_str()).collect();
    let why = "it stands behind 1 of its pages in the archive, which are read without it";
    assert!(told.contains(&why), "{told:?}");
}

#[test]
fn of_a_zip_archive_with_a_name_twice_it_is_told_how_many_are_lost() {
    let stories = ["Ann", "Bob", "Cem", "Dov"].map(story);
    let files = [("a.txt", &stories[0]), ("b.txt", &stories[1]), ("c.txt", &stories[2]), ("d.txt", &stories[3])];
    let mut bytes = zip_of(&files.map(|(name, story)| (name, story.as_bytes())));
    for at in 0..bytes.len() {
        if [&b"c.txt"[..], b"d.txt"].iter().any(|name| bytes[at..].starts_with(name)) {
            bytes[at] = b'a';
        }
    }
    let (records, reading) = read("a.zip", &bytes);
    assert_eq!(records, ["None Ferry Dov returns", "None Ferry Bob returns"]);
    let why = "2 files of the archive have the names of others in it; of each name the last is read";
    assert_eq!((reading.notices[1].code, reading.notices[1].message.as_str()), (Code::BadName, why));
    assert_eq!(codes(&reading), [Code::Archive, Code::BadName]);
    // Before a remark too.
    let remark = b"It is about ferries.";
    let length = bytes.len() - 2;
    bytes[length] = u8::try_from(remark.len()).expect("short");
    bytes.extend(remark);
    assert_eq!(read("a.zip", &bytes).1.notices[1].message, why);
}

#[test]
fn what_of_a_zip_archive_cannot_be_read_is_told_by_name_or_as_a_whole() {
    let (ann, bob) = (story("Ann"), story("Bob"));
    let bytes = zip_of(&[("a.txt", ann.as_bytes()), ("b.txt", bob.as_bytes())]);
    let (records, reading) = read("a.zip", &bytes[..bytes.len() - 22]);
    let [_, why] = &reading.notices[..] else { panic!("{:?}", reading.notices) };
    assert_eq!((records.len(), why.code), (0, Code::BrokenOff));
    let is_said = why.message.starts_with("the archive cannot be read (");
    assert!(is_said && why.message.ends_with("); nothing of it is read"), "{}", why.message);
    // The header before the second file.
    let mut broken = bytes.clone();
    let second = (4..bytes.len()).find(|at| bytes[*at..].starts_with(b"PK\x03\x04")).expect("a second file");
    broken[second] = 0;
    let (records, reading) = read("a.zip", &broken);
    let [_, why] = &reading.notices[..] else { panic!("{:?}", reading.notices) };
    assert_eq!((records.len(), why.code), (1, Code::BrokenOff));
    assert!(why.message.starts_with("`b.txt` in the archive cannot be read ("), "{}", why.message);
}

fn shown(record: Record) -> String {
    match record {
        Record::Article(parsed) => format!("{:?} {:?} {:?}", parsed.member, parsed.record, parsed.article),
        Record::Reject { notice } => format!("{notice:?}"),
    }
}

#[test]
fn archives_stand_in_archives_to_a_set_depth() {
    const DEEPEST: u32 = 4;
    let story = story("Ann");
    let mut bytes = story.clone().into_bytes();
    for depth in 1..=DEEPEST + 1 {
        bytes = if depth % 2 == 1 { zip_of(&[("x", &bytes)]) } else { tar_of(&[("x", &bytes)]) };
        let (records, reading) = read("a", &bytes);
        let is_read = depth <= DEEPEST;
        assert_eq!(records.len(), usize::from(is_read), "{depth}");
        let deepest = reading.members.last().expect("a file");
        assert_eq!(deepest.path, format!("a{}", "!/x".repeat(depth.min(DEEPEST) as usize)), "{depth}");
        if !is_read {
            assert_eq!(
                deepest.notices[0].message,
                "packed more than 4 times over; not read; raise `nesting` (--limit nesting=N) to have more"
            );
        }
    }
}

#[test]
fn names_that_lead_out_are_no_names() {
    let story = story("Ann");
    let bytes = story.as_bytes();
    let bad = [
        ("../x.txt", "%2E%2E/x.txt"),
        ("/etc/x.txt", "%2F/etc/x.txt"),
        ("a/../../x.txt", "a/%2E%2E/%2E%2E/x.txt"),
        ("..\\y.txt", "%2E%2E/y.txt"),
        ("C:/x.txt", "C:/x.txt"),
        (".", "%2E"),
    ];
    let hidden = ["b/.hidden/x.txt", "b/.hidden/y.txt", "__MACOSX/a.txt", "a.txt"];
    let names = bad.iter().map(|(name, _)| *name).chain(hidden);
    let files: Vec<(&str, &[u8])> = [("a.txt", bytes)].into_iter().chain(names.map(|name| (name, bytes))).collect();
    let (records, reading) = read("a.tar", &tar_of(&files));
    let mut told: Vec<(&str, Option<Code>)> = reading
        .members
        .iter()
        .map(|member| (&member.path["a.tar!/".len()..], member.notices.first().map(|notice| notice.code)))
        .collect();
    let mut expected = vec![("a.txt", None)];
    expected.extend(bad.map(|(_, path)| (path, Some(Code::BadName))));
    expected.extend(["b/.hidden", "__MACOSX"].map(|path| (path, Some(Code::Hidden))));
    told.sort_unstable_by_key(|(path, _)| *path);
    expected.sort_unstable_by_key(|(path, _)| *path);
    assert_eq!((records.len(), told), (1, expected));
    let leads_out = reading.members.iter().find(|member| member.path == "a.tar!/%2E%2E/x.txt").expect("it is told");
    assert_eq!(leads_out.notices[0].message, "`../x.txt` leads out of the archive; not read");
    assert_eq!(leads_out.notices[0].path, leads_out.path);
    assert_eq!(codes(&reading), [Code::Archive, Code::BadName]);
    assert_eq!(reading.notices[1].message, "a second file called `a.txt` in the archive; not read");
}

#[test]
fn links_and_what_is_no_text_are_told() {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    archive.append_link(&mut header, "link.txt", "/etc/passwd").expect("memory suffices");
    let mut header = tar::Header::new_gnu();
    header.set_size(6);
    header.set_cksum();
    archive.append_data(&mut header, "x.png", &b"\x89PNG\r\n"[..]).expect("memory suffices");
    let (records, reading) = read("a.tar", &archive.into_inner().expect("memory suffices"));
    assert_eq!((records.len(), paths(&reading)), (0, vec![("a.tar!/link.txt", false), ("a.tar!/x.png", false)]));
    assert_eq!(codes(&reading), [Code::Archive]);
    assert_eq!(reading.members[0].notices[0].code, Code::SpecialFile);
    assert_eq!(reading.members[1].notices[0].code, Code::UnknownFormat);
    assert_eq!(reading.members[1].notices[0].path, "a.tar!/x.png");
}

#[test]
fn office_documents_are_no_archives_of_news() {
    for first in ["[Content_Types].xml", "mimetype"] {
        let bytes = zip_of(&[(first, b"application/vnd.oasis.opendocument.spreadsheet"), ("x.xml", b"<x>Text</x>")]);
        let stored = if first == "mimetype" {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            archive.start_file(first, options).expect("memory suffices");
            archive.write_all(b"application/vnd.oasis.opendocument.spreadsheet").expect("memory suffices");
            archive.finish().expect("memory suffices").into_inner()
        } else {
            bytes
        };
        let (records, reading) = read("a.zip", &stored);
        assert_eq!(
            (records.len(), reading.members.len(), codes(&reading)),
            (0, 0, vec![Code::UnknownFormat]),
            "{first}"
        );
    }
}

#[test]
fn broken_archives_give_what_is_whole() {
    let stories: Vec<(String, String)> = (0..20).map(|n| (format!("{n}.txt"), story(&n.to_string()))).collect();
    let files: Vec<(&str, &[u8])> = stories.iter().map(|(name, story)| (name.as_str(), story.as_bytes())).collect();
    let mut state = 7u32;
    for (path, bytes) in [("a.tar", tar_of(&files)), ("a.zip", zip_of(&files)), ("a.tar.gz", gzip(&tar_of(&files)))] {
        let mut most = 0;
        for part in 0..64 {
            let (records, reading) = read(path, &bytes[..bytes.len() * part / 64]);
            assert!(!records.is_empty() || !reading.notices.is_empty(), "{path} {part}");
            most = most.max(records.len());
        }
        assert!(path == "a.zip" || most > 10, "{path}: {most}");
        for _ in 0..200 {
            let mut flipped = bytes.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % flipped.len();
                flipped[at] ^= 1 << (state >> 13 & 7);
            }
            let (records, reading) = read(path, &flipped);
            assert!(!records.is_empty() || !reading.notices.is_empty(), "{path}");
        }
    }
}

#[test]
fn broken_archives_with_mets_in_them_are_read_or_told() {
    let mets = "<mets><fileSec><file ID='F'><FLocat href='alto/1.xml'/></file><file ID='G'><FLocat href='alto/2.xml'/></file></fileSec></mets>";
    let page =
        "<alto><Page><TextLine><String CONTENT='Ferry'/><SP/><String CONTENT='sailed.'/></TextLine></Page></alto>";
    let files: &[(&str, &[u8])] =
        &[("mets.xml", mets.as_bytes()), ("alto/1.xml", page.as_bytes()), ("alto/2.xml", page.as_bytes())];
    let mut state = 7u32;
    for (path, bytes) in
        [("a.tar", tar_of(files)), ("a.zip", zip_of(files)), ("b.tar", tar_of(&[("a.zip", &zip_of(files))]))]
    {
        assert_eq!(read(path, &bytes).0.len(), 2, "{path}");
        for round in 0..264 {
            let mut broken = bytes.clone();
            if round < 64 {
                broken.truncate(bytes.len() * round / 64);
            } else {
                for _ in 0..3 {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let at = state as usize % broken.len();
                    broken[at] ^= 1 << (state >> 13 & 7);
                }
            }
            let (records, reading) = read(path, &broken);
            assert!(!records.is_empty() || !reading.notices.is_empty(), "{path} {round}");
        }
    }
}

#[test]
fn a_file_that_is_cut_with_its_archive_is_told_as_cut() {
    let long = format!("{}{}", story("Bob"), "It sailed. ".repeat(400));
    let bytes = tar_of(&[("a.txt", story("Ann").as_bytes()), ("b.txt", long.as_bytes())]);
    let begin = 3 * 512;
    for (cut, is_kept) in [(begin + 2000, true), (begin + long.len() - 1, true), (begin, false)] {
        for (path, bytes) in [("a.tar", bytes[..cut].to_vec()), ("a.tar.gz", gzip(&bytes[..cut]))] {
            let (records, reading) = read(path, &bytes);
            assert_eq!(records.len(), 1 + usize::from(is_kept), "{path} {cut}");
            assert_eq!(codes(&reading), [Code::Archive, Code::BrokenOff], "{path} {cut}");
            let [ann, bob] = &reading.members[..] else { panic!("{path} {cut}: {:?}", reading.members) };
            assert_eq!((ann.notices.len(), bob.notices.len()), (0, 1), "{path} {cut}: {:?}", bob.notices);
            let told = (bob.notices[0].code, bob.notices[0].message.as_str(), bob.format.is_some());
            let n = cut - begin;
            let why = format!("it breaks off in its archive (after {n} of {} bytes)", long.len());
            let (code, end) = if is_kept {
                (Code::BrokenOff, "what is there of it is kept")
            } else {
                (Code::UnknownFormat, "not read")
            };
            assert_eq!(told, (code, &*format!("{why}; {end}"), is_kept), "{path} {cut}");
            assert_eq!(bob.notices[0].path, format!("{path}!/b.txt"));
        }
    }
    // Behind its last byte only padding is missing.
    let (_, reading) = read("a.tar", &bytes[..begin + long.len()]);
    assert!(reading.members.iter().all(|member| member.notices.is_empty()), "{:?}", reading.members);
}

#[test]
fn what_gives_no_record_is_given_up_where_it_is_to_be() {
    use std::cell::Cell;
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[7; 4000]].concat();
    let names: Vec<String> = (0..200).map(|n| format!("{n}.png")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &picture[..])).collect();
    let large = picture.repeat(200);
    let crawl =
        "WARC/1.0\r\nWARC-Type: request\r\nContent-Length: 4000\r\n\r\n".to_owned() + &"x".repeat(4000) + "\r\n\r\n";
    let (many, one) = (tar_of(&files), tar_of(&[("large.png", &large)]));
    files.truncate(100);
    let limits = Limits { piece: 4096, longest: 1 << 16, from: None, most: u64::MAX, bounds: Bounds::default() };
    for (path, bytes) in
        [("a.tar", many), ("a.tar", one), ("a.zip", zip_of(&files)), ("a.warc", crawl.repeat(200).into())]
    {
        let asked = Cell::new(0);
        let must_stop = || asked.replace(asked.get() + 1) >= 5;
        let hands =
            Hands { make_room: &mut |_| {}, emit: &mut |_| Flow::Continue, must_stop: &must_stop, helpers: None };
        let read = read_file(path, Cursor::new(&bytes), bytes.len() as u64, &limits, &ParseOptions::default(), hands);
        assert_eq!(read.err().map(|error| error.to_string()).as_deref(), Some("given up"), "{path}");
        assert!(asked.get() < 120, "{path}: asked {} times", asked.get());
    }
}

#[test]
fn so_many_files_of_an_archive_are_read() {
    let stories: Vec<(String, String)> = (0..5).map(|n| (format!("{n}.txt"), story(&n.to_string()))).collect();
    let files: Vec<(&str, &[u8])> = stories.iter().map(|(name, story)| (name.as_str(), story.as_bytes())).collect();
    for (path, bytes) in [("a.tar", tar_of(&files)), ("a.zip", zip_of(&files))] {
        let (records, reading) = read_within(path, &bytes, Bounds { members: 3, ..Bounds::default() });
        let why = "an archive of more than 3 files; the others are not read; raise `members` (--limit members=N) to have more";
        assert!(reading.notices.iter().any(|notice| notice.message == why), "{:?}", reading.notices);
        assert_eq!((records.len(), reading.members.len()), (3, 3), "{path}");
        assert_eq!(read_within(path, &bytes, Bounds { members: 5, ..Bounds::default() }).0.len(), 5, "{path}");
    }
}

#[test]
fn a_zip_bomb_is_stopped() {
    let big = vec![b' '; 1 << 20];
    let names: Vec<String> = (0..20).map(|n| format!("{n}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &big[..])).collect();
    let bytes = zip_of(&files);
    let (_, reading) = read_within("a.zip", &bytes, Bounds { ratio: 10, free: 1 << 20, ..Bounds::default() });
    assert!(reading.members.len() < 3, "{}", reading.members.len());
    let why = "the archive unpacks to more than 10 times its size, and more than 1048576 bytes; raise `ratio` (--limit ratio=N) \
               to have more; what came before is kept";
    assert!(reading.notices.iter().any(|notice| notice.message == why), "{:?}", reading.notices);
    let (_, reading) = read_within("a.zip", &bytes, Bounds { unpacked: 1 << 20, ..Bounds::default() });
    assert!(reading.members.len() < 3, "{}", reading.members.len());
    let why = "the archive unpacks to more than 1048576 bytes; raise `unpacked` (--limit unpacked=N) to have more; what came \
               before is kept";
    assert!(reading.notices.iter().any(|notice| notice.message == why), "{:?}", reading.notices);
}
