//! A response of HTTP as a crawler kept it: status, headers, and the body without what it was sent in (RFC 9112, 9110).
//! Knows no network.

use std::borrow::Cow;
use std::io::Read as _;

use super::packed::without_brotli;

/// A response.
pub(super) struct Response<'a> {
    pub(super) status: u16,
    /// The media type in lower case, without parameters; empty where none is given.
    pub(super) media_type: String,
    /// The charset that the header names.
    pub(super) charset: Option<String>,
    /// The body as it was meant; of one that cannot be unpacked as much as can.
    pub(super) body: Cow<'a, [u8]>,
    /// In what the body is packed, where that is not known here.
    pub(super) unknown_coding: Option<String>,
}

impl<'a> Response<'a> {
    /// Reads a response, of which the body may unpack to no more than `most` bytes. `None` for what is none.
    pub(super) fn parse(bytes: &'a [u8], most: u64) -> Option<Response<'a>> {
        let (head, body) = parted(bytes);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let status = lines.next()?.strip_prefix("HTTP/")?.split_ascii_whitespace().nth(1)?.parse().ok()?;
        let headers: Vec<(String, &str)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
            .collect();
        let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let kind = header("content-type").unwrap_or_default();
        let mut parameters = kind.split(';').map(str::trim);
        let media_type = parameters.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parameters.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim_matches(['"', '\'', ' ']).to_owned())
        });
        let is_chunked =
            header("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
        // Some crawlers keep the header and take the chunks out.
        let mut body = match is_chunked.then(|| without_chunks(body)).flatten() {
            Some(whole) => Cow::Owned(whole),
            None => Cow::Borrowed(body),
        };
        let codings = header("content-encoding").unwrap_or_default().to_ascii_lowercase();
        let mut unknown_coding = None;
        for coding in codings.split(',').map(str::trim).rev().filter(|coding| !matches!(*coding, "" | "identity")) {
            match unpacked(&body, coding, most) {
                Some(plain) => body = Cow::Owned(plain),
                None => unknown_coding = Some(coding.to_owned()),
            }
        }
        Some(Response { status, media_type, charset, body, unknown_coding })
    }
}

/// Parts headers from the body at the first empty line.
pub(super) fn parted(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return (&bytes[..at - line.len()], &bytes[at..]);
        }
    }
    (bytes, &[])
}

/// Takes the sizes of chunks out of a body; of one that breaks off, what is there. `None` for one that has none.
fn without_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(end) = rest.iter().take(1024).position(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(&rest[..end]);
        let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16);
        let Ok(size) = size else { break };
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(whole);
        }
        let chunk = &rest[..size.min(rest.len())];
        whole.extend_from_slice(chunk);
        rest = &rest[chunk.len()..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
    (!whole.is_empty()).then_some(whole)
}

/// Unpacks a body; where it breaks off, or is not packed at all, what is there. `None` where the coding is not known.
fn unpacked(body: &[u8], coding: &str, most: u64) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let read = |reader: &mut dyn std::io::Read, plain: &mut Vec<u8>| {
        // What could be unpacked before an error stays.
        let _ = reader.take(most).read_to_end(plain);
    };
    match coding {
        "gzip" | "x-gzip" => read(&mut flate2::read::MultiGzDecoder::new(body), &mut plain),
        "deflate" => {
            read(&mut flate2::read::ZlibDecoder::new(body), &mut plain);
            if plain.is_empty() {
                read(&mut flate2::read::DeflateDecoder::new(body), &mut plain);
            }
        }
        // Brotli has no mark, so that a page behind a header that outlived it could be taken for it.
        "br" if body.trim_ascii_start().starts_with(b"<") => {}
        "br" => plain = without_brotli(body, most)?,
        "zstd" => read(&mut zstd::stream::read::Decoder::new(body).ok()?, &mut plain),
        _ => return None,
    }
    // A header that outlived what it tells of.
    Some(if plain.is_empty() { body.to_vec() } else { plain })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn body(bytes: &[u8]) -> String {
        let response = Response::parse(bytes, 1 << 20).expect("a response");
        String::from_utf8_lossy(&response.body).into_owned()
    }

    #[test]
    fn status_type_and_charset_are_told() {
        let response =
            Response::parse(b"HTTP/1.1 404 Not Found\r\nContent-Type: Text/HTML; Charset=\"utf-8\"\r\n\r\nx", 9);
        let response = response.expect("a response");
        assert_eq!((response.status, response.media_type.as_str()), (404, "text/html"));
        assert_eq!((response.charset.as_deref(), &*response.body), (Some("utf-8"), &b"x"[..]));
        assert!(Response::parse(b"GET / HTTP/1.1\r\n\r\n", 9).is_none());
        assert!(Response::parse(b"", 9).is_none());
    }

    #[test]
    fn chunks_are_joined_as_far_as_they_go() {
        let head = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
        let of = |chunks: &str| body(format!("{head}{chunks}").as_bytes());
        assert_eq!(of("3\r\nfer\r\n3;x=y\r\nry \r\n0\r\n\r\n"), "ferry ");
        assert_eq!(of("3\r\nfer\r\nA\r\nry"), "ferry");
        assert_eq!(of("<html>no chunks"), "<html>no chunks");
        assert_eq!(of("FFFFFFFFFFFFFFFF\r\nferry"), "ferry");
    }

    #[test]
    fn bodies_are_unpacked_within_the_limit() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![b'x'; 5000]).expect("memory suffices");
        let packed = packer.finish().expect("memory suffices");
        let response = [b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n", &packed[..]].concat();
        assert_eq!(body(&response).len(), 5000);
        assert_eq!(Response::parse(&response, 100).expect("a response").body.len(), 100);
        assert_eq!(body(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain"), "plain");
        let unknown =
            Response::parse(b"HTTP/1.0 200 OK\r\nContent-Encoding: x-own\r\n\r\nplain", 9).expect("a response");
        assert_eq!(unknown.unknown_coding.as_deref(), Some("x-own"));
    }

    #[test]
    fn brotli_is_unpacked_within_the_limit_and_the_window_of_the_standard() {
        let of = |packed: &[u8]| [b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", packed].concat();
        // Made by another program.
        let page = b"\x1b\xc2\x00\xe8\x45\xdd\x96\xea\x52\x10\x43\xb3\x19\xca\xf1\x13\x8f\x72\xe5\xa6\xc3\x06\x9c\x26\xe0\xd9\x3a\x18\
                     \x0e\x48\xb7\x8d\x93\xd6\x97\xa9\xbc\xda\x17\x31\x19\x91\xf8\x62\x87\x8a\x35\x34\x4d\x95\x54\x45\xdd\x9c\x88\x14\
                     \xa2\x77\xec\x83\xc2\x39\x05";
        let wanted = "<p>The ferry sailed again on Monday after nine weeks in dock.</p>".repeat(3);
        assert_eq!(body(&of(page)), wanted);
        let cut = body(&of(&page[..page.len() - 9]));
        assert!(!cut.is_empty() && wanted.starts_with(&cut), "{cut}");
        let many = of(b"\x1b\x87\x13\xf8\x25\xf0\xe2\xb1\x40\x20\x68\x01\x00");
        assert_eq!(body(&many), "x".repeat(5000));
        assert_eq!(Response::parse(&many, 100).expect("a response").body.len(), 100);
        // A header that outlived what it tells of, and a window of a gigabyte.
        assert_eq!(body(&of(b"\n \n<p>plain")), "\n \n<p>plain");
        let large = of(b"\x11\x5e\x08\x03\xa0\x17");
        assert_eq!(Response::parse(&large, 100).expect("a response").unknown_coding.as_deref(), Some("br"));
        for at in 0..page.len() {
            for bit in 0..8 {
                let mut flipped = page.to_vec();
                flipped[at] ^= 1 << bit;
                assert!(Response::parse(&of(&flipped), 1000).expect("a response").body.len() <= 1000);
            }
        }
    }
}
