//! Pictures in JPEG (ISO/IEC 10918): what agencies and photographers write into them, as IPTC-IIM 4.2 (in Photoshop's
//! resources, APP13) and as XMP (ISO 16684, APP1) with the IPTC Photo Metadata Standard. A picture with a caption, headline
//! or title is an article without a body; any other is skipped. The picture itself is not looked at.

mod iim;

use super::keys::{Field, Reading, as_line};
use super::xmp;
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::source::Source;
use crate::corpus::text::credit_name;
use crate::{Caption, Code, Notice};

/// What a picture begins with.
const MAGIC: &[u8] = b"\xff\xd8\xff";

/// Pictures with words in them.
pub(crate) struct Jpeg;

impl Format for Jpeg {
    fn name(&self) -> &'static str {
        "jpeg"
    }

    fn detect_bytes(&self, _path: &str, beginning: &[u8]) -> Option<Detected> {
        let reason = "it begins as a picture in JPEG";
        beginning.starts_with(MAGIC).then_some(Detected::by_content(reason))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let message = "a picture that has no caption, headline or title written in it (IPTC-IIM, XMP); not indexed";
        let outcome = read(source.bytes, options).ok_or_else(|| Notice::new(Code::NoArticle, None, message));
        let _ = emit(outcome.into());
    }
}

/// What a piece of metadata says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Field(Field),
    Author,
    Caption,
    /// Who is to be named with the picture.
    Credit,
    /// A short name, which may be no more than that of a file.
    Title,
    Keyword(Option<&'static str>),
    /// What no field takes.
    Other,
}

/// Pieces of metadata: the name in XMP, the number among the datasets of IIM's second record, and what they say.
const PIECES: &[(&str, u8, Says)] = &[
    ("photoshop:Headline", 105, Says::Field(Field::Headline)),
    ("dc:title", 5, Says::Title),
    ("dc:description", 120, Says::Caption),
    ("dc:creator", 80, Says::Author),
    ("photoshop:Credit", 110, Says::Credit),
    ("photoshop:Source", 115, Says::Field(Field::Publisher)),
    ("photoshop:City", 90, Says::Field(Field::Dateline)),
    ("photoshop:DateCreated", 55, Says::Field(Field::Published)),
    ("", 30, Says::Field(Field::Embargo)),
    ("dc:language", 135, Says::Field(Field::Language)),
    ("Iptc4xmpExt:DigImageGUID", 0, Says::Field(Field::NativeId)),
    ("dc:subject", 25, Says::Keyword(None)),
    ("photoshop:Category", 15, Says::Keyword(Some("category"))),
    ("photoshop:SupplementalCategories", 20, Says::Keyword(Some("category"))),
    ("Iptc4xmpCore:SubjectCode", 12, Says::Keyword(Some("subject"))),
    ("Iptc4xmpCore:IntellectualGenre", 0, Says::Keyword(Some("genre"))),
    ("Iptc4xmpCore:Location", 92, Says::Keyword(Some("place"))),
    ("photoshop:State", 95, Says::Keyword(Some("state"))),
    ("photoshop:Country", 101, Says::Keyword(Some("country"))),
    ("Iptc4xmpExt:PersonInImage", 0, Says::Keyword(Some("person"))),
    ("Iptc4xmpExt:OrganisationInImageName", 0, Says::Keyword(Some("organisation"))),
    ("Iptc4xmpExt:Event", 0, Says::Keyword(Some("event"))),
    ("Iptc4xmpCore:AltTextAccessibility", 0, Says::Other),
    ("Iptc4xmpCore:ExtDescrAccessibility", 0, Says::Other),
    ("photoshop:AuthorsPosition", 85, Says::Other),
    ("photoshop:CaptionWriter", 122, Says::Other),
    ("photoshop:Instructions", 40, Says::Other),
    ("photoshop:TransmissionReference", 103, Says::Other),
    ("photoshop:Urgency", 10, Says::Other),
    ("dc:rights", 116, Says::Other),
];

/// A piece of metadata: its name, what it says, and in what words.
struct Piece {
    name: &'static str,
    says: Says,
    text: String,
}

fn read(picture: &[u8], options: &ParseOptions) -> Option<Parsed> {
    let segments = segments(picture);
    let (mut pieces, is_whole) = of_xmp(&segments);
    // Where both are there, programs keep them the same, but for what is too long for IIM.
    pieces.extend(iim::pieces(&segments));
    if pieces.is_empty() {
        return None;
    }
    let mut reading = Reading::of_article("picture", None, options);
    let first = |says: Says| pieces.iter().find(|piece| piece.says == says).map(|piece| as_line(&piece.text));
    let credit = first(Says::Credit).or_else(|| first(Says::Author));
    let credit = credit.map(|credit| credit_name(&credit).to_owned()).filter(|credit| !credit.is_empty());
    let mut captions: Vec<Caption> = Vec::new();
    for piece in &pieces {
        match piece.says {
            Says::Field(field) => reading.give(field, piece.name, &piece.text),
            Says::Author => reading.give_author(piece.name, &piece.text),
            Says::Keyword(scheme) => reading.give_keyword(piece.name, &piece.text, scheme),
            Says::Caption => {
                let text = as_line(&piece.text);
                let is_said = captions.iter().any(|known| known.text.starts_with(&text));
                if !text.is_empty() && !is_said {
                    captions.push(Caption { text, credit: credit.clone() });
                }
            }
            Says::Other => reading.spare(piece.name, &piece.text),
            Says::Credit | Says::Title => {}
        }
    }
    give_titles(&pieces, !captions.is_empty(), &mut reading);
    reading.give_captions("description", captions);
    if !is_whole {
        let message = "its XMP goes on in further segments, which are not all there; what is in those is not read";
        reading.parsed.notices.push(Notice::new(Code::LeftOut, None, message));
    }
    let mut parsed = reading.finish().ok()?;
    // No picture has one.
    parsed.notices.retain(|notice| notice.code != Code::NoBody);
    Some(parsed)
}

/// Gives what is called a title: where there is no headline it may be one, else it is a slugline.
fn give_titles(pieces: &[Piece], has_caption: bool, reading: &mut Reading<'_>) {
    for piece in pieces.iter().filter(|piece| piece.says == Says::Title) {
        let title = as_line(&piece.text);
        let is_headline = reading.parsed.article.headline.is_none() && title.contains(' ');
        if is_headline {
            reading.give(Field::Headline, piece.name, &title);
        } else if has_caption && reading.parsed.article.headline.as_ref() != Some(&title) {
            reading.give_keyword(piece.name, &title, Some("slugline"));
        }
    }
}

/// A segment of a picture: its marker, and what is in it.
type Segment<'p> = (u8, &'p [u8]);

/// Returns what the XMP of a picture says, and whether all of it is there. What is too long for one segment stands in others,
/// which it names (XMP, part 3, 1.1.3.1).
fn of_xmp(segments: &[Segment<'_>]) -> (Vec<Piece>, bool) {
    const APP1: u8 = 0xe1;
    const BEGINNING: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    const FURTHER: &str = "xmpNote:HasExtendedXMP";
    let parts = segments.iter().filter(|(marker, _)| *marker == APP1).map(|(_, bytes)| *bytes);
    let packet = parts.clone().find_map(|bytes| bytes.strip_prefix(BEGINNING)).unwrap_or_default();
    let names = PIECES.iter().map(|(name, ..)| *name).filter(|name| !name.is_empty());
    let mut properties = xmp::properties(packet, names.clone().chain([FURTHER]));
    let further = properties.iter().position(|(name, _)| *name == FURTHER).map(|at| properties.remove(at).1);
    let further = further.map(|guid| further_xmp(parts, guid.trim()));
    if let Some(Some(packet)) = &further {
        properties.extend(xmp::properties(packet, names));
    }
    let says = |wanted: &str| PIECES.iter().find(|(name, ..)| *name == wanted).map_or(Says::Other, |(.., says)| *says);
    let pieces = properties.into_iter().filter(|(name, _)| *name != FURTHER);
    let pieces = pieces.map(|(name, text)| Piece { name, says: says(name), text }).collect();
    (pieces, further.is_none_or(|packet| packet.is_some()))
}

/// Returns the packet whose pieces stand in segments with this name, each with how long all is and its place in it.
fn further_xmp<'p>(segments: impl Iterator<Item = &'p [u8]>, guid: &str) -> Option<Vec<u8>> {
    const BEGINNING: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
    let mut pieces: Vec<_> = segments
        .filter_map(|bytes| bytes.strip_prefix(BEGINNING)?.strip_prefix(guid.as_bytes())?.split_first_chunk::<8>())
        .map(|(numbers, piece)| (u64::from_be_bytes(*numbers), piece))
        .collect();
    pieces.sort_by_key(|(numbers, _)| *numbers);
    pieces.dedup_by_key(|(numbers, _)| *numbers);
    let (mut packet, mut length) = (Vec::new(), None);
    for (numbers, piece) in pieces {
        let (of_all, place) = (numbers >> 32, numbers & u64::from(u32::MAX));
        if place != packet.len() as u64 || *length.get_or_insert(of_all) != of_all {
            return None;
        }
        packet.extend(piece);
    }
    (length == Some(packet.len() as u64)).then_some(packet)
}

/// Returns the segments before the picture itself, as far as they are whole.
fn segments(picture: &[u8]) -> Vec<Segment<'_>> {
    const START_OF_SCAN: u8 = 0xda;
    const END_OF_IMAGE: u8 = 0xd9;
    let (mut segments, mut rest) = (Vec::new(), picture.get(2..).unwrap_or_default());
    while let [0xff, marker, after @ ..] = rest {
        match *marker {
            // Any number of these may stand before a marker.
            0xff => rest = &rest[1..],
            START_OF_SCAN | END_OF_IMAGE => break,
            0x01 | 0xd0..=0xd8 => rest = after,
            marker => {
                let Some((length, _)) = after.split_first_chunk::<2>() else { break };
                let length = usize::from(u16::from_be_bytes(*length));
                let Some(segment) = after.get(2..length) else { break };
                segments.push((marker, segment));
                rest = &after[length..];
            }
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::read::read_source;

    fn picture(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut picture = b"\xff\xd8".to_vec();
        for (marker, segment) in segments {
            picture.extend([0xff, 0xff, *marker]);
            picture.extend(u16::try_from(segment.len() + 2).expect("short").to_be_bytes());
            picture.extend(*segment);
        }
        picture.extend(b"\xff\xda\0\x02\0\0\0\xff\xd9");
        picture
    }

    /// Returns Photoshop's resources with one of IIM.
    fn resources(datasets: &[(u8, u8, &[u8])]) -> Vec<u8> {
        let mut iim = Vec::new();
        for (record, dataset, text) in datasets {
            iim.extend([0x1c, *record, *dataset]);
            iim.extend(u16::try_from(text.len()).expect("short").to_be_bytes());
            iim.extend(*text);
        }
        let mut resources = b"Photoshop 3.0\x008BIM\x04\x25\0\0\0\0\0\x03abc\08BIM\x04\x04\x01a".to_vec();
        resources.extend(u32::try_from(iim.len()).expect("short").to_be_bytes());
        resources.extend(iim);
        resources
    }

    fn read(picture: &[u8]) -> Result<Parsed, String> {
        let mut articles = Vec::new();
        let reading = read_source("a.jpg", picture, &ParseOptions::default(), &mut |record| {
            if let Record::Article(parsed) = record {
                articles.push(*parsed);
            }
            Flow::Continue
        });
        let told =
            || reading.notices.iter().map(|notice| format!("{}: {}", notice.code.as_str(), notice.message)).collect();
        articles.pop().ok_or_else(told)
    }

    #[test]
    fn iim_is_read_in_its_charset_and_over_several_segments() {
        let latin = resources(&[
            (2, 120, b"The caf\xe9 at the quay."),
            (2, 80, b"Ida Sorn"),
            (2, 55, b"20220923"),
            (2, 60, b"113500+0200"),
        ]);
        let (first, second) = latin.split_at(40);
        let second = [&b"Photoshop 3.0\0"[..], second].concat();
        let parsed = read(&picture(&[(0xed, first), (0xed, &second)])).expect("an article");
        let article = &parsed.article;
        let caption = Caption { text: "The café at the quay.".to_owned(), credit: Some("Ida Sorn".to_owned()) };
        assert_eq!((&article.captions[..], &article.bylines[..]), (&[caption][..], &["Ida Sorn".to_owned()][..]));
        assert_eq!(article.published.map(|date| date.to_string()).as_deref(), Some("2022-09-23T11:35:00+02:00"));
        assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
        let unicode = resources(&[
            (1, 90, b"\x1b%G"),
            (2, 0, b"\0\x04"),
            (2, 105, "Café".as_bytes()),
            (2, 25, b"quay"),
            (2, 25, b"caf\xc3\xa9"),
        ]);
        let article = read(&picture(&[(0xed, &unicode)])).expect("an article").article;
        assert_eq!(article.native_id, None);
        assert_eq!((article.headline.as_deref(), article.keywords[1].text.as_str()), (Some("Café"), "café"));
    }

    #[test]
    fn a_picture_without_words_is_skipped_with_a_reason() {
        let why =
            "no-article: a picture that has no caption, headline or title written in it (IPTC-IIM, XMP); not indexed";
        let only_rights = resources(&[(2, 116, b"The Ansel Courier"), (2, 5, b"DSC_0001")]);
        for segments in [
            &[][..],
            &[(0xe0, &b"JFIF\0"[..])],
            &[(0xed, &only_rights)],
            &[(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x")],
        ] {
            assert_eq!(read(&picture(segments)), Err(why.to_owned()));
        }
    }

    #[test]
    fn names_in_xmp_that_goes_on_keep_their_order() {
        let authors = "<dc:creator><rdf:Seq><rdf:li>Ida Sorn</rdf:li><rdf:li>Cem Dorn</rdf:li><rdf:li>Ann Bell</rdf:li></rdf:Seq></dc:creator>";
        let main = format!(
            "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:RDF><rdf:Description photoshop:Headline='Ferry returns' \
             xmpNote:HasExtendedXMP='0'/><rdf:Description>{authors}</rdf:Description></rdf:RDF></x:xmpmeta>"
        );
        let parsed = read(&picture(&[(0xe1, main.as_bytes())])).expect("an article");
        assert_eq!(parsed.article.bylines, ["Ida Sorn", "Cem Dorn", "Ann Bell"]);
    }

    #[test]
    fn xmp_that_goes_on_in_further_segments_is_read_or_told() {
        let guid = "0123456789ABCDEF0123456789ABCDEF";
        let rdf = |inner: &str| {
            format!("<x:xmpmeta><rdf:RDF><rdf:Description {inner}</rdf:Description></rdf:RDF></x:xmpmeta>")
        };
        let main = rdf(&format!("photoshop:Headline='Ferry returns' xmpNote:HasExtendedXMP='{guid}'>"));
        let main = format!("http://ns.adobe.com/xap/1.0/\0{main}").into_bytes();
        let caption =
            format!("The ferry at her berth on Monday. {}It sailed at noon.", "She was repainted. ".repeat(5000));
        let further = rdf(&format!("dc:description='{caption}'>")).into_bytes();
        let piece = |guid: &str, at: usize, bytes: &[u8]| {
            let mut segment = format!("http://ns.adobe.com/xmp/extension/\0{guid}").into_bytes();
            segment.extend(u32::try_from(further.len()).expect("short").to_be_bytes());
            segment.extend(u32::try_from(at).expect("short").to_be_bytes());
            segment.extend(bytes);
            segment
        };
        let (first, second) = further.split_at(60_000);
        let (first, second) = (piece(guid, 0, first), piece(guid, 60_000, second));
        let other = piece("FFFF456789ABCDEF0123456789ABCDEF", 0, b"<x:xmpmeta>");
        let read = |segments: &[&[u8]]| {
            let segments: Vec<_> = segments.iter().map(|segment| (0xe1, *segment)).collect();
            let parsed = read(&picture(&segments)).expect("an article");
            assert_eq!(parsed.article.headline.as_deref(), Some("Ferry returns"));
            let captions: Vec<_> = parsed.article.captions.into_iter().map(|caption| caption.text).collect();
            (captions, parsed.notices.into_iter().map(|notice| notice.message).collect::<Vec<_>>())
        };
        // In any order, also where one stands twice.
        let whole = (vec![caption.clone()], vec![]);
        assert_eq!(read(&[&main, &second, &other, &first, &second]), whole);
        let why =
            "its XMP goes on in further segments, which are not all there; what is in those is not read".to_owned();
        for segments in [&[&main[..]][..], &[&main, &first], &[&main, &second], &[&main, &other]] {
            assert_eq!(read(segments), (vec![], vec![why.clone()]), "{}", segments.len());
        }
        // Whatever flips in it, it is read or told.
        let whole = picture(&[(0xe1, &main), (0xe1, &first), (0xe1, &second)]);
        let mut state = 7u32;
        for _ in 0..200 {
            let mut broken = whole.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // The beginnings of segments more often, where the numbers stand.
                let at = if state & 1 == 0 { state as usize % 400 } else { main.len() + state as usize % 100 };
                broken[4 + at] ^= 1 << (state >> 13 & 7);
            }
            let captions = super::read(&broken, &ParseOptions::default()).map(|parsed| parsed.article.captions);
            let length: usize = captions.unwrap_or_default().iter().map(|caption| caption.text.len()).sum();
            assert!(length < broken.len(), "{length}");
        }
    }

    #[test]
    fn what_is_said_twice_is_kept_once() {
        let xmp = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:RDF><rdf:Description photoshop:Credit='HPB' photoshop:Headline='Ferry returns'>\
            <dc:title>ferry-2</dc:title><dc:description><rdf:Alt><rdf:li xml:lang='de'>Die F\u{e4}hre.</rdf:li>\
            <rdf:li xml:lang='x-default'>The ferry at her berth on Monday.</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>";
        let iim = resources(&[(2, 120, b"The ferry at her berth"), (2, 105, b"FERRY RETURNS"), (2, 5, b"ferry-2")]);
        let article = read(&picture(&[(0xed, &iim), (0xe1, xmp.as_bytes())])).expect("an article").article;
        let caption = Caption { text: "The ferry at her berth on Monday.".to_owned(), credit: Some("HPB".to_owned()) };
        assert_eq!((article.captions, article.headline.as_deref()), (vec![caption], Some("Ferry returns")));
        assert_eq!((article.keywords.len(), article.keywords[0].scheme.as_deref()), (1, Some("slugline")));
    }
}
