//! What a manifest's file holds, and what becomes of a damaged one.

use proptest::prelude::*;

use super::*;

fn source(text: &str) -> SourceEntry {
    SourceEntry {
        size: 9,
        modified: -4,
        hash: ContentHash::of(text.as_bytes()),
        articles: vec![(0, ContentHash::of(b"y"), Marks::default())],
        ..SourceEntry::default()
    }
}

fn manifest() -> Manifest {
    let mut manifest = Manifest { generation: 3, written_by: "0.1.0".to_owned(), ..Manifest::default() };
    let settings = Settings { default_language: Some("de".to_owned()), ..Settings::default() };
    let sources = [
        ("b/c.txt", source("x")),
        ("b/d.txt", SourceEntry { skipped: Some(Code::EmptyFile), articles: Vec::new(), ..source("") }),
    ];
    let sources = BTreeMap::from(sources.map(|(path, source)| (path.to_owned(), source))).into();
    let entry = CorpusEntry { root: Some("/news".to_owned()), settings, sources, ..CorpusEntry::default() };
    manifest.corpora.insert("a".to_owned(), entry);
    manifest
}

/// Returns a file that is whole, with this in the place of the manifest.
fn file_of(body: &[u8]) -> Vec<u8> {
    let mut bytes = Manifest::default().to_bytes().expect("it can be written");
    bytes.splice(BODY_AT.., body.iter().copied());
    let hash = blake3::hash(&bytes[DIGEST_AT..]);
    bytes[HASH_AT..DIGEST_AT].copy_from_slice(hash.as_bytes());
    bytes
}

#[test]
fn a_manifest_is_read_as_it_was_written() {
    let manifest = manifest();
    let bytes = manifest.to_bytes().expect("it can be written");
    assert_eq!(Manifest::from_bytes(&bytes), Ok(manifest.clone()));
    assert_eq!(bytes, manifest.clone().to_bytes().expect("it can be written"));
    assert_eq!(Manifest::content_of(&bytes), Ok(Digests::of(manifest.articles(), &manifest.extra).content));
    assert_eq!(manifest.counts("a"), (2, 1));
    assert_eq!(Manifest::generation_of(&Manifest::file_name(3)), Some(3));
}

#[test]
fn what_is_missing_stands_behind_a_manifest_that_is_as_before() {
    let mut manifest = manifest();
    let before = manifest.to_bytes().expect("it can be written");
    let keys = [SourceKey::new("a", "b/c.txt", None), SourceKey::new("a", "b/e.jsonl", Some(7))];
    let trace = Trace { source: ContentHash::of(b"e"), native_id: Some("e-7".to_owned()), is_taken_down: false };
    let articles = [(keys[0].clone(), Trace::default()), (keys[1].clone(), trace.clone())];
    manifest.missing = Missing { articles: articles.into(), unnamed: 2, is_manifest_lost: true };
    let bytes = manifest.to_bytes().expect("it can be written");
    assert!(bytes[BODY_AT..].starts_with(&before[BODY_AT..]) && bytes.len() > before.len());
    assert_eq!(Manifest::from_bytes(&bytes), Ok(manifest.clone()));
    let longer = [&bytes[BODY_AT..], b"?"].concat();
    assert!(Manifest::from_bytes(&file_of(&longer)).is_err_and(|told| told.ends_with("stand behind its end")));
    // The first of them is there.
    manifest.strike_found(|_, _| false);
    let [_, gone] = keys;
    assert_eq!(manifest.missing, Missing { articles: [(gone, trace)].into(), unnamed: 2, is_manifest_lost: true });
    let mut by_id = manifest.clone();
    by_id.strike_found(|corpus, id| (corpus, id) == ("a", "e-7"));
    assert_eq!(by_id.missing.n_articles(), 2, "its id is there");
    let mut by_source = manifest.clone();
    by_source.corpora.get_mut("a").expect("it is there").sources.insert("moved.jsonl".to_owned(), source("e"));
    by_source.strike_found(|_, _| false);
    assert_eq!(by_source.missing.n_articles(), 2, "its source is there by another name");
    manifest.missing = Missing::default();
    assert_eq!(manifest.to_bytes().expect("it can be written"), before);
}

#[test]
fn what_mets_says_stands_behind_that_and_goes_with_its_corpus() {
    let mut manifest = manifest();
    let before = manifest.to_bytes().expect("it can be written");
    let pages = vec![("b/1.xml".to_owned(), "1".to_owned())];
    let issues = vec![Issue { path: "b/mets.xml".to_owned(), hash: [7; 16], pages, ..Issue::default() }];
    let update = CorpusUpdate { name: "a".to_owned(), issues: Some(issues.clone()), ..CorpusUpdate::default() };
    manifest.enter(CorpusUpdate { entry: manifest.corpora["a"].clone(), ..update.clone() });
    let bytes = manifest.to_bytes().expect("it can be written");
    assert!(bytes[BODY_AT..].starts_with(&before[BODY_AT..]) && bytes.len() > before.len());
    assert_eq!(Manifest::from_bytes(&bytes), Ok(manifest.clone()));
    assert_eq!(manifest.issues, [("a".to_owned(), issues)].into());
    let canonical = |mut manifest: Manifest| {
        manifest.make_canonical().expect("it can be written");
        manifest
    };
    let canonical = canonical(manifest.clone());
    assert!(canonical.issues.is_empty() && manifest.is_changed_by(&update));
    let same = CorpusUpdate { entry: canonical.corpora["a"].clone(), ..update };
    assert!(!canonical.is_changed_by(&same), "a canonical index tells none of it");
    let mut supplied = manifest.clone();
    supplied.enter(CorpusUpdate { name: "a".to_owned(), ..CorpusUpdate::default() });
    assert!(supplied.issues.is_empty(), "what an application supplies has no METS");
    manifest.enter(CorpusUpdate { name: "a".to_owned(), is_gone: true, ..CorpusUpdate::default() });
    assert!(manifest.issues.is_empty());
}

#[test]
fn a_file_that_is_not_whole_is_told() {
    let whole = manifest().to_bytes().expect("it can be written");
    let longer = [&whole[BODY_AT..], b"?"].concat();
    let newer = [&whole[..MAGIC.len()], &(VERSION + 1).to_le_bytes()[..], &whole[HASH_AT..]].concat();
    for (bytes, told) in [
        (&b""[..], "it ends after 0 bytes"),
        (&whole[..BODY_AT - 1], "it ends after 75 bytes"),
        (&whole[..whole.len() - 1], "its bytes are not those that were written"),
        (&[b"{", &whole[1..]].concat(), "it does not begin as a manifest does"),
        (&newer, "its form is not 4, which this program reads"),
        (&file_of(&longer), "1 bytes stand behind its end"),
    ] {
        assert_eq!(Manifest::from_bytes(bytes), Err(told.to_owned()));
    }
}

proptest! {
    #[test]
    fn any_damage_is_told(at in any::<prop::sample::Index>(), flip in 1u8.., cut in any::<prop::sample::Index>()) {
        let whole = manifest().to_bytes().expect("it can be written");
        let mut flipped = whole.clone();
        flipped[at.index(whole.len())] ^= flip;
        prop_assert!(Manifest::from_bytes(&flipped).is_err());
        prop_assert!(Manifest::content_of(&flipped).is_err());
        prop_assert!(Manifest::from_bytes(&whole[..cut.index(whole.len())]).is_err());
    }

    /// The hash keeps out accidents. What is made to have the right one must do no harm either.
    #[test]
    fn any_bytes_with_the_right_hash_are_read_or_refused(
        body in prop::collection::vec(any::<u8>(), 0..400),
        at in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let _ = Manifest::from_bytes(&file_of(&body));
        let mut bytes = manifest().to_bytes().expect("it can be written").split_off(BODY_AT);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let _ = Manifest::from_bytes(&file_of(&bytes));
    }
}

#[test]
fn an_update_of_times_alone_changes_nothing_worth_writing() {
    let manifest = manifest();
    let known = &manifest.corpora["a"];
    let with = |change: &dyn Fn(&mut CorpusUpdate)| {
        let entry = CorpusEntry { sources: Sources::default(), started: 7, ..known.clone() };
        let mut update = CorpusUpdate { name: "a".to_owned(), entry, ..CorpusUpdate::default() };
        change(&mut update);
        update
    };
    let put = |path: &str, source: SourceEntry| {
        let path = path.to_owned();
        with(&move |update| drop(update.entry.sources.insert(path.clone(), source.clone())))
    };
    for (update, changes) in [
        (with(&|_| {}), false),
        (put("b/c.txt", SourceEntry { modified: 5, ..source("x") }), false),
        (put("b/c.txt", source("z")), true),
        (put("b/e.txt", source("x")), true),
        (with(&|update| update.gone.push("b/c.txt".to_owned())), true),
        (with(&|update| update.gone.push("b/x.txt".to_owned())), false),
        (with(&|update| update.entry.root = None), true),
        (with(&|update| update.is_gone = true), true),
        (with(&|update| update.name = "new".to_owned()), true),
        (with(&|update| (update.name, update.is_gone) = ("new".to_owned(), true)), false),
    ] {
        assert_eq!(manifest.is_changed_by(&update), changes, "{update:?}");
    }
}

#[test]
fn an_update_is_entered_beside_what_is_known() {
    let mut manifest = manifest();
    let entry = CorpusEntry {
        root: Some("/moved".to_owned()),
        sources: BTreeMap::from([("b/e.txt".to_owned(), source("new"))]).into(),
        ..CorpusEntry::default()
    };
    let update =
        CorpusUpdate { name: "a".to_owned(), entry, gone: vec!["b/c.txt".to_owned()], ..CorpusUpdate::default() };
    manifest.enter(update);
    let entry = &manifest.corpora["a"];
    assert_eq!(entry.root.as_deref(), Some("/moved"));
    assert_eq!(entry.sources.keys().collect::<Vec<_>>(), ["b/d.txt", "b/e.txt"]);
    manifest.enter(CorpusUpdate { name: "a".to_owned(), is_gone: true, ..CorpusUpdate::default() });
    assert!(manifest.corpora.is_empty());
}
