//! Which charset bytes are in. A declaration counts only where the bytes do not contradict it, since pages and feeds
//! are often stored in another charset than they were sent in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};
use memchr::memchr;

use crate::text::{head, places};

/// How far into a page a declaration may stand, as the HTML standard has it.
const DECLARATION_REACH: usize = 1024;
/// How many bytes tell whether a source is UTF-16 or binary.
const SAMPLE: usize = 8192;
/// How many bytes from the first one beyond ASCII on are enough to tell a charset by.
const GUESS_REACH: usize = 1 << 18;

/// A charset, and how it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset {
    pub(super) encoding: &'static Encoding,
    /// `byte-order mark`, `declared`, `valid UTF-8`, `mostly UTF-8`, `guessed`.
    pub(super) origin: &'static str,
    /// The length of the byte-order mark.
    pub(super) mark: usize,
}

impl Charset {
    /// Tells whether a line end is one byte that is nothing else.
    pub(super) fn has_line_ends(self) -> bool {
        self.encoding != UTF_16LE && self.encoding != UTF_16BE && self.encoding != ISO_2022_JP
    }
}

/// Returns the charset of a source's bytes.
pub(super) fn charset_of(bytes: &[u8]) -> Charset {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Charset { encoding, origin: "byte-order mark", mark };
    }
    let without_mark = |encoding, origin| Charset { encoding, origin, mark: 0 };
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return without_mark(encoding, "guessed");
    }
    if let Some(encoding) = declared(bytes).filter(|encoding| !contradicts(bytes, encoding)) {
        return without_mark(encoding, "declared");
    }
    if is_iso_2022_jp(bytes) {
        return without_mark(ISO_2022_JP, "guessed");
    }
    if is_utf_8(bytes) {
        return without_mark(UTF_8, "valid UTF-8");
    }
    match Utf8Shape::of(bytes) {
        shape if shape.is_mostly_utf_8() => without_mark(UTF_8, "mostly UTF-8"),
        _ => without_mark(guess(bytes), "guessed"),
    }
}

fn is_utf_8(bytes: &[u8]) -> bool {
    Encoding::utf8_valid_up_to(bytes) == bytes.len()
}

/// Returns the charset of bytes of which something beside them says what it is.
pub(super) fn charset_said(bytes: &[u8], label: &str) -> Charset {
    let said = Encoding::for_label_no_replacement(label.as_bytes());
    match said.filter(|encoding| !contradicts(bytes, encoding)) {
        Some(encoding) => Charset { encoding, origin: "declared", mark: 0 },
        None => charset_of(bytes),
    }
}

/// What bytes look like when they are read as UTF-8.
struct Utf8Shape {
    /// Well-formed characters beyond ASCII.
    wide: usize,
    /// Places that are not UTF-8.
    broken: usize,
}

impl Utf8Shape {
    fn of(bytes: &[u8]) -> Utf8Shape {
        let mut shape = Utf8Shape { wide: 0, broken: 0 };
        for chunk in bytes.utf8_chunks() {
            shape.wide += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
            shape.broken += usize::from(!chunk.invalid().is_empty());
        }
        shape
    }

    /// Tells whether a few bad bytes stand in what is else UTF-8. A third of the Chinese characters of GBK happen to be
    /// well-formed UTF-8 too, so that good must outnumber bad by far.
    fn is_mostly_utf_8(&self) -> bool {
        self.wide >= 4 * self.broken
    }
}

/// Returns UTF-16 where every other byte of much of the text is NUL, as it is with the letters of Latin script.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    memchr(0, sample)?;
    let pairs = sample.len() / 2;
    let nuls = |at: usize| sample.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let encoding = match () {
        () if pairs < 2 => return None,
        () if odd * 3 >= pairs && even * 20 <= pairs => UTF_16LE,
        () if even * 3 >= pairs && odd * 20 <= pairs => UTF_16BE,
        () => return None,
    };
    // A table of small numbers has this shape too, but its numbers are control characters.
    let (text, _) = encoding.decode_without_bom_handling(sample);
    (!is_binary_text(&text)).then_some(encoding)
}

/// Returns the charset that a page or an XML document declares.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_REACH)];
    let label = declared_in_xml(head).or_else(|| declared_in_meta(head))?;
    let encoding = Encoding::for_label_no_replacement(label).filter(|encoding| *encoding != X_USER_DEFINED)?;
    // Bytes in which a declaration can be read as ASCII are not UTF-16, whatever it says.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn declared_in_xml(head: &[u8]) -> Option<&[u8]> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    value_of(&declaration[..end], b"encoding")
}

fn declared_in_meta(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head;
    while let Some(at) = memchr(b'<', rest) {
        rest = &rest[at + 1..];
        let Some(tag) = rest.get(4..).filter(|_| rest[..4].eq_ignore_ascii_case(b"meta")) else { continue };
        let end = tag.iter().position(|byte| *byte == b'>').unwrap_or(tag.len());
        if let Some(label) = value_of(&tag[..end], b"charset") {
            return Some(label);
        }
        rest = &tag[end..];
    }
    None
}

/// Returns the value that follows `name` and `=`, in quotes or not.
fn value_of<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let after_name = &text[find(text, name)? + name.len()..];
    let value = after_name.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|byte| b"\"'; \t\r\n/>?".contains(byte)).unwrap_or(value.len());
    (end > 0).then_some(&value[..end])
}

/// Returns the place of a lower-case ASCII word in any case.
fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word))
}

/// Tells whether bytes cannot be, or hardly are, in the charset that they declare.
fn contradicts(bytes: &[u8], declared: &'static Encoding) -> bool {
    if declared == UTF_8 && is_utf_8(bytes) {
        return false;
    }
    let shape = Utf8Shape::of(bytes);
    if declared == UTF_8 {
        return shape.broken > 0 && !shape.is_mostly_utf_8();
    }
    // Text beyond ASCII that is valid UTF-8 by chance is next to impossible, but for a few characters of a
    // multi-byte charset.
    if shape.broken == 0 && shape.wide > 0 {
        return declared.is_single_byte() || shape.wide > 3;
    }
    let (text, has_errors) = declared.decode_without_bom_handling(bytes);
    let errors = || text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let wide = || text.chars().filter(|c| !c.is_ascii()).count();
    has_errors && errors() * 10 > wide()
}

fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let switch = |window: &[u8]| matches!(window, [0x1b, b'$', b'@' | b'B']);
    memchr(0x1b, bytes).is_some()
        && bytes.is_ascii()
        && bytes.windows(3).any(switch)
        && !ISO_2022_JP.decode_without_bom_handling(bytes).1
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let window = &bytes[first.saturating_sub(SAMPLE)..];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&window[..window.len().min(GUESS_REACH)], window.len() <= GUESS_REACH);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    // The two are decoded alike; the name is that of the standard in force, which has all the characters.
    if encoding == GBK { GB18030 } else { encoding }
}

/// Tells whether bytes begin as a file of a known kind does that is not text.
pub(super) fn has_binary_magic(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"%PDF-",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF87a",
        b"GIF89a",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1f\x8b",
        b"BZh91AY",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a",
        b"\x7fELF",
        b"\xd0\xcf\x11\xe0",
        b"SQLite format 3\0",
        b"II*\0",
        b"MM\0*",
        b"OggS",
        b"ID3\x03",
        b"ID3\x04",
        b"\0asm",
    ];
    let riff = bytes.starts_with(b"RIFF") && matches!(bytes.get(8..12), Some(b"WAVE" | b"WEBP" | b"AVI "));
    riff || bytes.get(4..8) == Some(b"ftyp") || MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// Tells whether decoded text is no text: one in twenty characters of its beginning is a control character. Bytes at
/// random have one in nine; old news wires have a few in every message.
pub(super) fn is_binary_text(text: &str) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\u{85}');
    let may_be = |[byte, next, _]: [u8; 3]| {
        ((byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') & (byte != 0xc))
            | (byte == 0x7f)
            | ((byte == 0xc2) & (next < 0xa0))
    };
    // A character has four bytes at most.
    let beginning = head(text, 4 * SAMPLE);
    if places(beginning, may_be).next().is_none() {
        return false;
    }
    let (mut all, mut controls) = (0_usize, 0_usize);
    for c in beginning.chars().take(SAMPLE) {
        all += 1;
        controls += usize::from(is_control(c));
    }
    controls * 20 > all
}
