//! A corpus that an application supplies, article by article: each is a source of its own, named by its id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::enter::{remove_all, taken_down};
use super::report::IngestReport;
use super::work::{self, Job, Written};
use super::{IngestOptions, limit, plan};
use crate::index::{ContentHash, CorpusEntry, CorpusUpdate, Manifest, Marks, SourceEntry, Writer, check_article};
use crate::notice::doubtful_extra;
use crate::{Article, ArticleSource, Code, DateOrder, Error, Notice, Result, SourceKey};

/// What is remembered of an article until the commit besides its path, in bytes: its key, how often its id came, and its
/// place in the manifest as a source of its own.
const REMEMBERED: u64 = 480;

/// Takes every article of a source, deletes those of the last run that it no longer supplies, and returns what there is
/// to enter.
pub(super) fn take_all(
    source: &mut dyn ArticleSource,
    options: &IngestOptions<'_>,
    threads: usize,
    writer: Option<&Writer>,
    manifest: &Manifest,
    report: &mut IngestReport,
) -> Result<CorpusUpdate> {
    let corpus = source.corpus().to_owned();
    let known_corpus = manifest.corpora.get(&corpus);
    let none = BTreeMap::new();
    let known = known_corpus.map_or(&none, |known| &*known.sources);
    let mut keys: Vec<SourceKey> = Vec::new();
    let mut times: HashMap<String, u32> = HashMap::new();
    let mut withheld: BTreeSet<String> = BTreeSet::new();
    let (written, counts) = work::write(options, threads, writer, |tray| {
        while let Some(supplied) = source.next_article() {
            if options.cancel.is_some_and(|cancel| cancel()) {
                return Err(Error::Cancelled);
            }
            match supplied.and_then(|article| keyed(&corpus, article, &mut times)) {
                Ok(mut article) => {
                    let mut doubts = Marks::default();
                    if let Some(mut notice) = limit::cut(&mut article, options.max_article, None) {
                        doubts.warn(notice.code);
                        notice.path.clone_from(&article.source.path);
                        note(notice, &corpus, report);
                    }
                    if let Some(reason) = manifest.tombstones.reason(&article) {
                        report.articles.kept_out += 1;
                        let mut notice = taken_down(&article, reason);
                        notice.path.clone_from(&article.source.path);
                        note(notice, &corpus, report);
                        continue;
                    }
                    note_repeated(&article.source, report);
                    note_doubtful(&article, manifest, report);
                    let known = known_hash(known, &article.source);
                    let default_language = options.default_language.as_deref();
                    if let Some(writer) = writer {
                        writer.set_aside(REMEMBERED + 3 * article.source.path.len() as u64);
                    }
                    keys.push(article.source.clone());
                    let job = Job {
                        task: keys.len() - 1,
                        member: None,
                        article: Box::new(article),
                        known,
                        default_language,
                        doubts,
                    };
                    if !tray.put(job) {
                        return Ok(());
                    }
                }
                Err(notice) => {
                    report.articles.rejected += 1;
                    withheld.insert(notice.path.clone());
                    note(notice, &corpus, report);
                }
            }
        }
        Ok(())
    })?;
    if keys.is_empty() && !known.is_empty() && !options.allow_empty {
        plan::emptied(&corpus, known_corpus, report);
        return Ok(CorpusUpdate { name: corpus, ..CorpusUpdate::default() });
    }
    report.articles.add(&counts);
    let mut taken: BTreeMap<String, SourceEntry> = BTreeMap::new();
    for Written { task, entry, .. } in written {
        taken.entry(keys[task].path.clone()).or_default().articles.push(entry);
    }
    taken.values_mut().for_each(|entry| entry.articles.sort_unstable());
    for (path, entry) in known.iter().filter(|(path, _)| withheld.contains(*path)) {
        if !taken.contains_key(path) {
            plan::stale(&corpus, path, "it was not supplied", entry, report);
            taken.insert(path.clone(), entry.clone());
        }
    }
    let mut all_gone = Vec::new();
    for (path, entry) in known {
        let now = taken.get(path);
        let gone = |record| now.is_none_or(|now| now.articles.iter().all(|(taken, ..)| *taken != record));
        remove_all(writer, &corpus, path, entry, gone, report)?;
        if now.is_none() {
            report.sources.deleted += 1;
            all_gone.push(path.clone());
        }
    }
    for (path, entry) in taken.iter().filter(|(path, _)| times.contains_key(*path)) {
        let unchanged = known.get(path).is_some_and(|known| known.articles == entry.articles);
        *(if unchanged { &mut report.sources.unchanged } else { &mut report.sources.read }) += 1;
    }
    let is_emptied = options.allow_empty && keys.is_empty();
    let entry = CorpusEntry { sources: taken.into(), ..CorpusEntry::default() };
    Ok(CorpusUpdate { name: corpus, entry, gone: all_gone, is_emptied, ..CorpusUpdate::default() })
}

fn known_hash(known: &BTreeMap<String, SourceEntry>, key: &SourceKey) -> Option<ContentHash> {
    known.get(&key.path)?.article(key.record.unwrap_or(0))
}

fn note_repeated(key: &SourceKey, report: &mut IngestReport) {
    if key.record.is_some() {
        let message = format!("another article has the id `{}`; this one goes by {}", key.path, key.path_id());
        let mut notice = Notice::new(Code::RepeatedId, None, message);
        notice.path.clone_from(&key.path);
        note(notice, &key.corpus, report);
    }
}

/// Notes the values of declared fields that are not of their kinds.
fn note_doubtful(article: &Article, manifest: &Manifest, report: &mut IngestReport) {
    for (name, kind) in &manifest.extra {
        let is_wrong = |value| kind.value_of(value, DateOrder::Unknown).is_none();
        if article.extra.get(name).is_some_and(is_wrong) {
            let mut notice = doubtful_extra(name, *kind);
            notice.path.clone_from(&article.source.path);
            note(notice, &article.source.corpus, report);
        }
    }
}

/// Gives an article its key: its id, and a number where the id was supplied before.
fn keyed(corpus: &str, mut article: Article, times: &mut HashMap<String, u32>) -> std::result::Result<Article, Notice> {
    let own = Some(article.id.as_str()).filter(|id| !id.is_empty()).or(article.native_id.as_deref());
    let Some(id) = own.map(str::to_owned) else {
        return Err(Notice::new(Code::BadRecord, None, "an article without id was supplied; set Article::id"));
    };
    if !article.id.as_str().is_empty() {
        article.native_id = Some(id.clone());
    }
    let time = times.entry(id.clone()).or_default();
    *time += 1;
    let record = (*time > 1).then_some(*time);
    article.source = SourceKey::new(corpus, id, record);
    check_article(&article).map_err(|error| Notice::new(Code::BadRecord, None, error.to_string()))?;
    Ok(article)
}

fn note(mut notice: Notice, corpus: &str, report: &mut IngestReport) {
    notice.corpus = corpus.to_owned();
    report.notices.push(notice);
}
