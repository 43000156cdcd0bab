//! What tests share.

#[path = "../../benches/support/edits.rs"]
pub(crate) mod edits;
#[path = "../../benches/support/random.rs"]
pub(crate) mod random;
pub(crate) mod random_corpus;
mod story;

/// Says that a test cannot run here, which is a failure where `NEWSHOUND_TEST_ALL` is set, as `.ci/run` does.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var_os("NEWSHOUND_TEST_ALL").is_none(), "every test is to run, but {why}");
    eprintln!("skipped: {why}");
}
