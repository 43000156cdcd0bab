use super::*;
use crate::index::Marks;
use crate::index::writer::{Building, Prepared, Writer};
use crate::index::{ContentHash, IndexOptions};
use crate::{Article, Date, ExtraKind, SourceKey, Value};

fn article(n: u32) -> Article {
    let mut article = Article::new(format!("story-{n}"));
    article.headline = Some(format!("Ferry {n} returns"));
    article.published =
        (!n.is_multiple_of(3)).then(|| Date::parse("2024-03-05", crate::DateOrder::Unknown).expect("a date"));
    article.body =
        vec![format!("The ferry sailed again, and story {n} tells of it."), "Fares stay as they were.".to_owned()];
    article.extra.insert("note".to_owned(), Value::Text(format!("held up {n} times")));
    article.extra.insert("page".to_owned(), Value::Number(f64::from(n)));
    article
}

fn index() -> Index {
    let mut options = IndexOptions::default();
    options.extra.insert("note".to_owned(), ExtraKind::Text);
    options.extra.insert("page".to_owned(), ExtraKind::Number);
    Index::in_memory_with(&options).expect("sound options")
}

fn damages(index: &Index, quick: bool) -> Vec<String> {
    let report = index.verify(&VerifyOptions { quick }).expect("it can be read");
    report.damages.iter().map(|Damage { file, detail }| format!("{}: {detail}", ending(file))).collect()
}

/// Names of segments are random.
fn ending(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(_, ending)| ending)
}

/// Writes an article whose postings and columns are those of another.
fn write_changed(index: &Index, change: impl Fn(&mut Writer, &mut Article)) {
    let mut writer = index.writer().expect("there is no other");
    let mut article = article(1);
    article.source = SourceKey::new("", "story-1", None);
    let mut prepared = Prepared::new(article, None).expect("it can be written");
    let source = writer.manifest.corpora.entry(String::new()).or_default().sources.entry("story-1".into()).or_default();
    source.articles = vec![(0, prepared.hash, Marks::default())];
    writer.begin(1, 64 << 20).expect("memory");
    change(&mut writer, &mut prepared.article);
    let mut building = Building::default();
    writer.put(&prepared, false, &mut building).expect("memory");
    writer.finish_segment(&mut building).expect("memory");
    writer.commit().expect("memory");
}

#[test]
fn an_index_with_deletions_and_several_segments_is_sound_however_little_is_built_at_a_time() {
    let index = index();
    for round in 0..3 {
        let mut writer = index.writer().expect("there is no other");
        for n in round * 10..round * 10 + 15 {
            writer.add(article(n)).expect("it has an id");
        }
        if round > 0 {
            writer.delete(&format!("story-{round}").as_str().into()).expect("it is there");
        }
        writer.commit().expect("memory");
    }
    let report = index.verify(&VerifyOptions::default()).expect("it can be read");
    assert!(report.sound, "{:?}", report.damages);
    assert_eq!((report.articles, report.segments), (33, 3));
    let snapshot = index.snapshot().expect("it is sound");
    let mut piecemeal = VerifyReport::default();
    derive::check(&snapshot, 1, &mut piecemeal).expect("it can be read");
    assert_eq!((piecemeal.damages, piecemeal.postings), (Vec::new(), report.postings));
    assert!(report.postings > 1000, "{}", report.postings);
}

#[test]
fn postings_and_columns_of_another_article_are_found_where_checksums_are_right() {
    type Change = fn(&mut Writer, &mut Article);
    let changes: [(Change, &str); 6] = [
        (
            |_, article| drop(article.extra.insert("note".to_owned(), Value::Text("held up 1 times again".to_owned()))),
            "there are postings of no article",
        ),
        (|_, article| drop(article.body.pop()), "are not those of its articles"),
        (|_, article| article.body.reverse(), "field text: the postings of"),
        (|_, article| article.published = None, "column first_second: the value of article 0 is another"),
        (|_, article| article.headline = None, "field headline_words: the postings of"),
        (|_, article| drop(article.extra.remove("page")), "column x-number-page: the value of article 0 is another"),
    ];
    for (change, found) in changes {
        let index = index();
        write_changed(&index, change);
        assert_eq!(damages(&index, true), [""; 0], "checksums and manifest are right");
        let damages = damages(&index, false);
        assert!(damages.iter().any(|damage| damage.contains(found)), "{found}: {damages:?}");
    }
}

#[test]
fn a_manifest_of_other_articles_is_found() {
    type Change = fn(&mut Writer, &mut Article);
    fn sources(writer: &mut Writer) -> &mut crate::index::manifest::Sources {
        &mut writer.manifest.corpora.get_mut("").expect("it is there").sources
    }
    fn enter_another(writer: &mut Writer) {
        let other = sources(writer)["story-1"].clone();
        sources(writer).insert("story-2".into(), other);
    }
    let changes: [(Change, &[&str]); 2] = [
        (
            |writer, _| {
                enter_another(writer);
                sources(writer).remove("story-1");
            },
            &["store: /story-1 is not in the manifest", "bin: /story-2 is in no segment"],
        ),
        (
            |writer, _| sources(writer).get_mut("story-1").expect("it is there").articles[0].1 = ContentHash::default(),
            &["store: /story-1 is another article than the manifest has", "bin: /story-1 is in no segment"],
        ),
    ];
    for (change, found) in changes {
        let index = index();
        write_changed(&index, change);
        assert_eq!(damages(&index, true), found);
    }
    let index = index();
    write_changed(&index, |_, _| {});
    assert_eq!(damages(&index, false), [""; 0]);
    write_changed(&index, |writer, _| enter_another(writer));
    assert_eq!(damages(&index, true), ["bin: /story-1 is in the index 2 times", "bin: /story-2 is in no segment"]);
}

#[test]
fn no_commit_has_another_number_of_articles_than_its_manifest() {
    let index = index();
    write_changed(&index, |_, _| {});
    let mut writer = index.writer().expect("there is no other");
    writer.add(article(2)).expect("it has an id");
    writer.manifest.corpora.clear();
    let told = writer.commit().expect_err("two articles are none that is known").to_string();
    assert!(told.contains("a commit would have 2 articles where its manifest has 0"), "{told}");
    drop(writer);
    assert_eq!(index.status().expect("it is as it was").articles, 1);
    assert_eq!(damages(&index, false), [""; 0]);
}
