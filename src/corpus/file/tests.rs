use std::io::Write as _;

use super::*;

const STORY: &str = "Ferry returns\n\nThe ferry sailed again on Monday after nine weeks in dock, the office said.\n";
/// The same, packed by another program.
const XZ: &[u8] = &[
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x0, 0x0, 0x1, 0x69, 0x22, 0xde, 0x36, 0x2, 0x0, 0x21, 0x1, 0x16, 0x0, 0x0, 0x0,
    0x74, 0x2f, 0xe5, 0xa3, 0xe0, 0x0, 0x5a, 0x0, 0x54, 0x5d, 0x0, 0x23, 0x19, 0x4a, 0x58, 0x79, 0x10, 0x18, 0x85,
    0xc0, 0x8c, 0xee, 0xd2, 0xcc, 0x70, 0xa7, 0xb1, 0x8a, 0xca, 0x88, 0x97, 0xe9, 0xa1, 0x7d, 0x69, 0x38, 0x79, 0x87,
    0x1a, 0xf0, 0xa5, 0x7f, 0x6c, 0x2b, 0xf8, 0x78, 0x64, 0x6a, 0x73, 0xa3, 0x5d, 0x71, 0xe0, 0x33, 0x43, 0x99, 0x18,
    0x77, 0x24, 0x79, 0x75, 0x1f, 0xee, 0xa, 0x18, 0x71, 0x3, 0x47, 0x1, 0x73, 0x8f, 0xde, 0xc0, 0xa9, 0x3, 0xcb, 0xdd,
    0xad, 0x2a, 0x49, 0x4f, 0xa9, 0x41, 0xa8, 0x34, 0xc3, 0xcf, 0xb6, 0x1b, 0x3d, 0x34, 0xde, 0xc, 0x6c, 0x0, 0x0,
    0xe6, 0xe3, 0x3c, 0xb0, 0x0, 0x1, 0x6c, 0x5b, 0xfc, 0x19, 0x77, 0x15, 0x90, 0x42, 0x99, 0xd, 0x1, 0x0, 0x0, 0x0,
    0x0, 0x1, 0x59, 0x5a,
];

/// Reads a file in small pieces, as an ingest does, and returns what came of it.
pub(super) fn read(path: &str, bytes: &[u8]) -> (Vec<String>, SourceReading) {
    read_within(path, bytes, Bounds::default())
}

pub(super) fn read_within(path: &str, bytes: &[u8], bounds: Bounds) -> (Vec<String>, SourceReading) {
    let limits = Limits { piece: 4096, longest: 1 << 20, from: None, most: u64::MAX, bounds };
    let mut records = Vec::new();
    let mut emit = |record| {
        records.push(match record {
            Record::Article(parsed) => {
                assert!(parsed.notices.iter().all(|notice| notice.path.starts_with(path)));
                format!("{:?} {}", parsed.record, parsed.article.headline.unwrap_or_default())
            }
            Record::Reject { notice } => {
                assert!(notice.path.starts_with(path));
                notice.message
            }
        });
        Flow::Continue
    };
    let options = ParseOptions::default();
    let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers: None };
    let read = read_file(path, Cursor::new(bytes), bytes.len() as u64, &limits, &options, hands);
    let (reading, left_off) = read.expect("bytes can be read");
    assert!(left_off.is_none());
    assert!(reading.notices.iter().all(|notice| notice.path == path), "{:?}", reading.notices);
    (records, reading)
}

pub(super) fn codes(reading: &SourceReading) -> Vec<Code> {
    reading.notices.iter().map(|notice| notice.code).collect()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("memory suffices");
    packer.finish().expect("memory suffices")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    packer.write_all(bytes).expect("memory suffices");
    packer.finish().expect("memory suffices")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 3).expect("memory suffices")
}

#[test]
fn a_file_is_read_in_whatever_it_is_packed() {
    let plain = read("a.txt", STORY.as_bytes()).0;
    assert_eq!(plain, ["None Ferry returns"]);
    let bytes = STORY.as_bytes();
    for (path, packed) in [
        ("a.txt.gz", gzip(bytes)),
        ("a.txt.bz2", bzip2(bytes)),
        ("a.txt.zst", zstd(bytes)),
        ("a.txt.xz", XZ.to_vec()),
        ("a.txt.gz.zst", zstd(&gzip(bytes))),
        // Two members, as some programs write them.
        ("a.txt.gz", [gzip(&bytes[..30]), gzip(&bytes[30..])].concat()),
    ] {
        let (records, reading) = read(path, &packed);
        assert_eq!((records, reading.format), (plain.clone(), Some("text")), "{path}");
        assert_eq!(codes(&reading), [], "{path}");
    }
}

#[test]
fn lines_that_are_packed_are_read_in_pieces() {
    let lines = (0..2000).map(|n| format!("{{\"title\": \"Ferry {n}\"}}\n")).collect::<String>();
    let (records, reading) = read("a.jsonl.gz", &gzip(lines.as_bytes()));
    assert_eq!((records.len(), reading.format), (2000, Some("jsonl")));
    assert_eq!((records[0].as_str(), records[1999].as_str()), ("Some(1) Ferry 0", "Some(2000) Ferry 1999"));
}

#[test]
fn what_breaks_off_is_kept_up_to_there() {
    // Numbers, so that not everything is in the first block.
    let lines =
        (0..4000).map(|n: u32| format!("{{\"title\": \"{}\"}}\n", n.wrapping_mul(2_654_435_761))).collect::<String>();
    let packed = gzip(lines.as_bytes());
    let mut most = 0;
    for part in 1..64 {
        let (records, reading) = read("a.jsonl.gz", &packed[..packed.len() * part / 64]);
        let is_told = codes(&reading).iter().any(|code| matches!(code, Code::BrokenOff | Code::UnknownFormat));
        assert!(is_told, "{part}: {:?}", reading.notices);
        most = most.max(records.len());
    }
    assert!(most > 3500, "{most}");
}

#[test]
fn flipped_bits_are_never_more_than_a_notice() {
    let text = STORY.repeat(50);
    let mut state = 7u32;
    for packed in [gzip(text.as_bytes()), bzip2(text.as_bytes()), zstd(text.as_bytes()), XZ.to_vec()] {
        for _ in 0..200 {
            let mut flipped = packed.clone();
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % flipped.len();
            flipped[at] ^= 1 << (state >> 13 & 7);
            let (records, reading) = read("a.txt.gz", &flipped);
            assert!(!records.is_empty() || !reading.notices.is_empty(), "byte {at}");
        }
    }
}

#[test]
fn a_bomb_is_stopped() {
    let small = || Bounds { free: 64 << 10, ..Bounds::default() };
    let bomb = gzip(&vec![b' '; 4 << 20]);
    assert!(bomb.len() < 5000);
    for (path, bytes) in [("a.txt.gz", bomb.clone()), ("a.txt.gz.gz", gzip(&bomb))] {
        let (records, reading) = read_within(path, &bytes, small());
        assert!(records.is_empty() && codes(&reading) == [Code::OverLimit], "{records:?} {:?}", reading.notices);
    }
    let lines = gzip("{\"title\": \"Ferry\"}\n".repeat(10_000).as_bytes());
    let (records, reading) = read_within("a.jsonl.gz", &lines, Bounds { ratio: 50, ..small() });
    assert!((3000..6000).contains(&records.len()), "{}", records.len());
    assert_eq!(codes(&reading), [Code::CutShort]);
    let why = "its gzip data unpacks to more than 50 times its size, and more than 65536 bytes; raise `ratio` (--limit ratio=N) \
               to have more; what came before is kept";
    assert_eq!(reading.notices[0].message, why);
    let (records, reading) = read_within("a.jsonl.gz", &lines, Bounds { unpacked: 1 << 10, ..small() });
    assert!(records.len() < 100, "{}", records.len());
    let why = "its gzip data unpacks to more than 1024 bytes; raise `unpacked` (--limit unpacked=N) to have more; what came \
               before is kept";
    assert_eq!(reading.notices[0].message, why);
    assert_eq!(read("a.jsonl.gz", &lines).0.len(), 10_000);
}

#[test]
fn what_is_packed_too_often_is_told() {
    let mut bytes = STORY.as_bytes().to_vec();
    for _ in 0..6 {
        bytes = gzip(&bytes);
    }
    let (records, reading) = read("a.gz", &bytes);
    assert_eq!((records.len(), codes(&reading)), (0, vec![Code::OverLimit]));
    assert_eq!(read_within("a.gz", &bytes, Bounds { nesting: 6, ..Bounds::default() }).0.len(), 1);
    assert_eq!(read_within("a.gz", &bytes, Bounds { nesting: 5, ..Bounds::default() }).0.len(), 0);
    assert_eq!(
        reading.notices[0].message,
        "packed more than 4 times over; not read; raise `nesting` (--limit nesting=N) to have more"
    );
}
