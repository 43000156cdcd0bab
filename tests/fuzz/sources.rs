//! Any bytes as a source under any name: articles, or a notice that says why not; never a panic.
#![no_main]

mod told;

use libfuzzer_sys::fuzz_target;
use newshound::{ParseOptions, understand};

const NAMES: [&str; 9] = ["a.xml", "a.json", "a.jsonl", "a.sgm", "a.csv", "a.tsv", "a.txt", "a.eml", "a"];

fuzz_target!(init: told::let_others_panic(), |bytes: &[u8]| {
    // The length tells the name, so that samples are inputs as they are.
    let name = NAMES[bytes.len() % NAMES.len()];
    told::check(name, bytes, &understand(name, bytes, &ParseOptions::default(), usize::MAX));
});
