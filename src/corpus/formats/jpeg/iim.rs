//! IPTC-IIM: datasets of a number and a text each, in a resource of Photoshop's.

use super::{PIECES, Piece, Says, Segment};
use crate::corpus::charset::charset_of;
use crate::corpus::formats::keys::Field;

/// The marker of the segments that resources are in, and what these begin with.
const APP13: u8 = 0xed;
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
/// The number of the resource that is IIM.
const IIM: u16 = 0x0404;

/// Returns what the datasets of a picture say.
pub(super) fn pieces(segments: &[Segment<'_>]) -> Vec<Piece> {
    let parts = segments.iter().filter(|(marker, _)| *marker == APP13);
    let resources: Vec<u8> = parts.filter_map(|(_, bytes)| bytes.strip_prefix(PHOTOSHOP)).flatten().copied().collect();
    let Some(iim) = resource(&resources) else { return Vec::new() };
    let datasets = datasets(iim);
    let texts: Vec<u8> =
        datasets.iter().filter(|(record, ..)| *record == 2).flat_map(|(.., text)| *text).copied().collect();
    // The escape sequence for UTF-8 is the only one that programs write, and UTF-8 is known without it.
    let charset = charset_of(&texts).encoding;
    let text_of = |bytes: &[u8]| charset.decode_without_bom_handling(bytes).0.trim_end_matches('\0').trim().to_owned();
    let find = |wanted: u8| datasets.iter().find(|(record, number, _)| (*record, *number) == (2, wanted));
    let mut pieces = Vec::new();
    for (_, number, bytes) in datasets.iter().filter(|(record, ..)| *record == 2) {
        let Some((name, _, says)) = PIECES.iter().find(|(_, known, _)| *known != 0 && known == number) else {
            continue;
        };
        let mut text = text_of(bytes);
        if let Says::Field(Field::Published | Field::Embargo) = says {
            let time = find(number + 5).map(|(.., time)| text_of(time));
            let Some(date) = date(&text, time.as_deref().unwrap_or_default()) else { continue };
            text = date;
        }
        if *says == Says::Keyword(Some("subject")) {
            // `IPTC:04000000:economy:...`
            text = text.split(':').skip(1).filter(|part| !part.is_empty()).last().unwrap_or_default().to_owned();
        }
        let name = if name.is_empty() { "IPTC-IIM 2:30" } else { name };
        pieces.push(Piece { name, says: *says, text });
    }
    pieces
}

/// Returns the resource that is IIM. Each has a mark, a number, a name and a length, and is filled up to an even one.
fn resource(mut rest: &[u8]) -> Option<&[u8]> {
    const MARKS: [&[u8]; 4] = [b"8BIM", b"AgHg", b"MeSa", b"PHUT"];
    loop {
        let (mark, after) = rest.split_at_checked(4)?;
        if !MARKS.contains(&mark) {
            return None;
        }
        let (number, after) = after.split_first_chunk::<2>()?;
        let name = 1 + usize::from(*after.first()?);
        let (length, after) = after.get(name + name % 2..)?.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        if u16::from_be_bytes(*number) == IIM {
            return Some(after.get(..length).unwrap_or(after));
        }
        rest = after.get(length.checked_add(length % 2)?..)?;
    }
}

/// Returns datasets: the record, the number, and the text, as far as they are whole.
fn datasets(mut rest: &[u8]) -> Vec<(u8, u8, &[u8])> {
    let mut datasets = Vec::new();
    while let [0x1c, record, number, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // A length of more than 32 KiB has bytes of its own.
        let (length, after) = match length.checked_sub(0x8000) {
            Some(digits) if digits <= 4 && digits <= after.len() => {
                let (digits, after) = after.split_at(digits);
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), after)
            }
            Some(_) => break,
            None => (length, after),
        };
        let Some((text, after)) = after.split_at_checked(length) else { break };
        datasets.push((*record, *number, text));
        rest = after;
    }
    datasets
}

/// Returns a date in the form that is read: of `20220923` and `113500+0200`. Unknown parts are zeros.
fn date(day: &str, time: &str) -> Option<String> {
    let part = |text: &str, from: usize, to: usize| -> Option<String> {
        text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).map(str::to_owned)
    };
    let (year, month, day) = (part(day, 0, 4)?, part(day, 4, 6)?, part(day, 6, 8)?);
    if year == "0000" {
        return None;
    }
    if month == "00" || day == "00" {
        return Some(if month == "00" { year } else { format!("{year}-{month}") });
    }
    let clock = part(time, 0, 2).zip(part(time, 2, 4)).zip(part(time, 4, 6));
    let zone = time.get(6..11).filter(|zone| zone.starts_with(['+', '-']));
    let zone = zone.and_then(|zone| Some(format!("{}{}:{}", &zone[..1], part(zone, 1, 3)?, part(zone, 3, 5)?)));
    let clock = clock.map(|((hour, minute), second)| format!("T{hour}:{minute}:{second}{}", zone.unwrap_or_default()));
    Some(format!("{year}-{month}-{day}{}", clock.unwrap_or_default()))
}
