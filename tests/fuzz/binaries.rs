//! Bytes of forms that are no text: PDF, tables of Parquet, packages, pictures, archives, crawls, mailboxes and what is packed.
//! Articles, or notices that say where and why not, the same each time; never a panic that gets out.
#![no_main]

mod told;

use libfuzzer_sys::{Corpus, fuzz_target};
use newshound::{ParseOptions, understand};

const BEGINNINGS: [&[u8]; 11] = [
    b"%PDF-",
    b"PAR1",
    b"PK\x03\x04",
    b"\xff\xd8\xff",
    b"WARC/",
    b"filedesc:",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ\0",
    b"From ",
];

fuzz_target!(init: told::let_others_panic(), |bytes: &[u8]| -> Corpus {
    if !BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Corpus::Reject;
    }
    let mut options = ParseOptions::default();
    // What unpacks to more takes long in a debug build, and shows no more.
    (options.limits.free, options.limits.unpacked) = (1 << 20, 4 << 20);
    let read = || understand("a", bytes, &options, usize::MAX);
    let understood = read();
    told::check("a", bytes, &understood);
    assert_eq!(read(), understood);
    Corpus::Keep
});
