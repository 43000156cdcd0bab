//! Any bytes as a source in containers: the same articles as without them, and where the containers are damaged, articles or a
//! notice; never a panic.
#![no_main]

mod told;

use std::io::{Cursor, Write as _};

use flate2::Compression;
use libfuzzer_sys::fuzz_target;
use newshound::{Article, Limits, ParseOptions, SourceKey, Understood, understand};
use zip::write::SimpleFileOptions;

fuzz_target!(init: told::let_others_panic(), |bytes: &[u8]| {
    // What is done with them stands behind the bytes, so that samples are inputs as they are.
    let [content @ .., layers, at, damage] = bytes else { return };
    let mut packed = content.to_vec();
    let layers = usize::from(*layers);
    for layer in [layers % 6, layers / 6 % 6, layers / 36 % 6] {
        packed = in_container(packed, layer);
    }
    let understood = read(&packed, content);
    // Containers that are larger than what is in them are read in pieces that it fits into, as it is read alone.
    if packed.len() > content.len() {
        assert_eq!(articles(understood), articles(read(content, content)));
    }
    if *damage >= 128 && !packed.is_empty() {
        let at = packed.len() * usize::from(*at) / 256;
        packed[at] ^= damage << 1 | 1;
        read(&packed, content);
    }
});

fn in_container(bytes: Vec<u8>, layer: usize) -> Vec<u8> {
    const ENOUGH: &str = "memory suffices";
    match layer {
        1 => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&bytes).expect(ENOUGH);
            encoder.finish().expect(ENOUGH)
        }
        2 => zstd::encode_all(&bytes[..], 1).expect(ENOUGH),
        3 => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(&bytes).expect(ENOUGH);
            encoder.finish().expect(ENOUGH)
        }
        4 => {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            let mut archive = tar::Builder::new(Vec::new());
            archive.append_data(&mut header, "a", &bytes[..]).expect(ENOUGH);
            archive.into_inner().expect(ENOUGH)
        }
        5 => {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            archive.start_file("a", SimpleFileOptions::default()).expect(ENOUGH);
            archive.write_all(&bytes).expect(ENOUGH);
            archive.finish().expect(ENOUGH).into_inner()
        }
        _ => bytes,
    }
}

fn read(bytes: &[u8], content: &[u8]) -> Understood {
    let mut limits = Limits::default();
    // What is packed already is packed more often here, and what unpacks to more takes long in a debug build.
    (limits.nesting, limits.free, limits.unpacked) = (limits.nesting + 3, 1 << 20, 4 << 20);
    let mut options = ParseOptions::default();
    options.limits = limits;
    let understood = understand("a", bytes, &options, usize::MAX);
    told::check("a", content, &understood);
    understood
}

/// Returns articles without what tells the place that they come from.
fn articles(understood: Understood) -> Vec<Article> {
    let without_place = |mut article: Article| {
        article.source = SourceKey::new("", "a", article.source.record);
        if article.native_id.is_none() {
            article.id = "a".into();
        }
        article
    };
    understood.articles.into_iter().map(|one| without_place(one.article)).collect()
}
