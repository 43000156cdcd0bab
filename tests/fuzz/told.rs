//! What programs that read sources expect of the library, and what they do at a panic.

use newshound::Understood;

/// Has a panic in a crate of others go on: some crates fail at broken bytes, where the library catches them. A panic in the
/// library itself ends the program as before.
pub fn let_others_panic() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_of_others = |file: &str| file.contains("/registry/") || file.contains("/rustc/");
        if panic.location().is_some_and(|place| is_of_others(place.file())) {
            eprintln!("to be caught: {panic}");
        } else {
            end(panic);
        }
    }));
}

/// Articles, or notices that say where and why not; and no format was at the end of its wits.
pub fn check(path: &str, bytes: &[u8], understood: &Understood) {
    assert!(!understood.articles.is_empty() || !understood.notices.is_empty(), "neither an article nor a reason");
    for notice in &understood.notices {
        let place = notice.path.strip_prefix(path).expect("the path of the source");
        assert!((place.is_empty() || place.starts_with("!/")) && !notice.message.is_empty(), "{notice:?}");
    }
    // A message may quote its source, into which libFuzzer puts what is looked for.
    let fault = "a fault of the program";
    let is_quoted = bytes.windows(fault.len()).any(|window| window == fault.as_bytes());
    let of_articles = understood.articles.iter().flat_map(|one| &one.notices);
    for notice in understood.notices.iter().chain(of_articles) {
        assert!(is_quoted || !notice.message.contains(fault), "{notice:?}");
    }
}
