//! Two manifests held against each other, article by article. Knows no index, and asks of files only whether one that is
//! gone from a corpus is merely left out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::report::{Cause, Change, ChangeCounts, CheckedCorpus, Difference, SettingsChange};
use crate::index::{ContentHash, CorpusEntry, Manifest, Settings, SourceEntry};
use crate::issue::Issues;
use crate::mapping::MAPPING_FILE;
use crate::{Code, DateOrder, SourceKey};

/// What differs between two manifests in the corpora that were looked at.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) counts: ChangeCounts,
    pub(super) differences: Vec<Difference>,
    pub(super) settings: Vec<SettingsChange>,
    pub(super) corpora: Vec<CheckedCorpus>,
    /// Versions of the program that read a corpus then, and the formats that their builds read.
    pub(super) read_by: BTreeSet<String>,
    pub(super) formats: BTreeSet<Vec<String>>,
}

/// Sources and folders that cannot be read now, by corpus and path.
pub(super) type Unreadable = BTreeSet<(String, String)>;

/// Tells whether a source cannot be read, or a folder that it is in.
fn is_unreadable(unreadable: &Unreadable, corpus: &str, path: &str) -> bool {
    // In most runs there is none, and nothing to ask for.
    let mut rest = Some(path).filter(|_| !unreadable.is_empty());
    while let Some(path) = rest {
        if unreadable.contains(&(corpus.to_owned(), path.to_owned())) {
            return true;
        }
        rest = path.rsplit_once('/').map(|(folder, _)| folder).or((!path.is_empty()).then_some(""));
    }
    false
}

/// Compares the corpora of these names.
pub(super) fn compare(
    all_then: &Manifest,
    all_now: &Manifest,
    names: &BTreeSet<String>,
    unreadable: &Unreadable,
) -> Comparison {
    let mut comparison = Comparison::default();
    let none = CorpusEntry::default();
    for name in names {
        let (known, now) = (all_then.corpora.get(name), all_now.corpora.get(name).unwrap_or(&none));
        let then = known.unwrap_or(&none);
        let pair = Pair { told_anew: told_anew(name, all_then, all_now), ..Pair::new(name, then, now) };
        if known.is_some() {
            comparison.settings.extend(settings_changes(name, &then.settings, &now.settings));
            comparison.formats.extend(Some(then.formats.clone()).filter(|formats| !formats.is_empty()));
            comparison.read_by.extend(Some(then.read_by.clone()).filter(|version| !version.is_empty()));
        }
        comparison.take(&pair, unreadable);
    }
    comparison
}

/// Returns the paths of pages of which METS says something else now. A canonical index does not tell what it said.
fn told_anew(corpus: &str, then: &Manifest, now: &Manifest) -> BTreeSet<String> {
    let is_untold = then.is_canonical;
    let issues = |manifest: &Manifest| manifest.issues.get(corpus).cloned().unwrap_or_default();
    let (then, now) = (issues(then), issues(now));
    if is_untold || then == now { BTreeSet::new() } else { Issues::new(then).differing(&Issues::new(now)) }
}

/// A corpus then and now.
struct Pair<'a> {
    name: &'a str,
    then: &'a CorpusEntry,
    now: &'a CorpusEntry,
    /// The paths of sources that are gone, by what they held.
    gone: BTreeMap<ContentHash, &'a str>,
    /// The paths of pages of which METS says something else.
    told_anew: BTreeSet<String>,
}

impl<'a> Pair<'a> {
    fn new(name: &'a str, then: &'a CorpusEntry, now: &'a CorpusEntry) -> Pair<'a> {
        let gone = then.sources.iter().filter(|(path, _)| !now.sources.contains_key(*path));
        let gone = gone.filter(|(_, entry)| entry.hash != ContentHash::default());
        let gone = gone.map(|(path, entry)| (entry.hash, path.as_str())).collect();
        Pair { name, then, now, gone, told_anew: BTreeSet::new() }
    }

    fn cause(&self, path: &str, then: Option<&SourceEntry>, now: Option<&SourceEntry>) -> Cause {
        match (then, now) {
            (Some(then), Some(now)) if then.hash == now.hash && then.hash != ContentHash::default() => {
                let (then, now) = (&self.then.settings, &self.now.settings);
                let is_told_anew = self.told_anew.contains(path);
                if !then.reads_like(now) || !then.maps_alike_at(now, path) {
                    Cause::Settings
                } else if is_told_anew {
                    // What METS says, or by other globs which METS there is.
                    if then.chooses_like(now) { Cause::Source } else { Cause::Settings }
                } else if (&self.then.read_by, &self.then.formats) != (&self.now.read_by, &self.now.formats) {
                    Cause::Upgrade
                } else {
                    Cause::Index
                }
            }
            (Some(_), now) if now.is_none_or(is_left_out) && self.is_left_out_now(path) => Cause::Settings,
            _ => Cause::Source,
        }
    }

    /// Tells whether a source that is gone is only left out, by other globs than then.
    fn is_left_out_now(&self, path: &str) -> bool {
        // Of a file in an archive, the archive is there.
        let file = path.split("!/").next().unwrap_or(path);
        let is_there = |root: &String| Path::new(root).join(file).is_file();
        !self.then.settings.chooses_like(&self.now.settings) && self.now.root.as_ref().is_some_and(is_there)
    }
}

/// Tells whether a file of an archive was left out by globs.
fn is_left_out(source: &SourceEntry) -> bool {
    matches!(source.skipped, Some(Code::Excluded | Code::NotIncluded))
}

impl Comparison {
    fn take(&mut self, pair: &Pair<'_>, unreadable: &Unreadable) {
        let articles = |entry: &CorpusEntry| entry.sources.values().map(|s| s.articles.len() as u64).sum();
        self.corpora.push(CheckedCorpus {
            name: pair.name.to_owned(),
            root: pair.now.root.clone().or_else(|| pair.then.root.clone()),
            articles_then: articles(pair.then),
            articles_now: articles(pair.now),
            sources_then: pair.then.sources.len() as u64,
            sources_now: pair.now.sources.len() as u64,
        });
        let paths: BTreeSet<&String> = pair.then.sources.keys().chain(pair.now.sources.keys()).collect();
        for path in paths {
            let (then, now) = (pair.then.sources.get(path), pair.now.sources.get(path));
            if is_unreadable(unreadable, pair.name, path) {
                if then.is_some_and(|source| !source.articles.is_empty()) {
                    self.counts.unreadable += 1;
                    let source = SourceKey::new(pair.name, path, None);
                    self.push(Change::Unreadable, Cause::Source, source, None);
                }
            } else {
                self.take_source(pair, path, then, now);
            }
        }
    }

    fn take_source(&mut self, pair: &Pair<'_>, path: &str, then: Option<&SourceEntry>, now: Option<&SourceEntry>) {
        let articles = |entry: Option<&SourceEntry>| -> BTreeMap<u32, ContentHash> {
            let articles = entry.into_iter().flat_map(|entry| &entry.articles);
            articles.map(|(record, hash, _)| (*record, *hash)).collect()
        };
        let (articles_then, articles_now) = (articles(then), articles(now));
        let records: BTreeSet<&u32> = articles_then.keys().chain(articles_now.keys()).collect();
        for record in records {
            let change = match (articles_then.get(record), articles_now.get(record)) {
                (Some(then), Some(now)) if then == now => {
                    self.counts.same += 1;
                    continue;
                }
                (Some(_), Some(_)) => Change::Changed,
                (None, _) => Change::Added,
                (Some(_), None) => Change::Removed,
            };
            *(match change {
                Change::Added => &mut self.counts.added,
                Change::Changed => &mut self.counts.changed,
                Change::Removed | Change::Unreadable => &mut self.counts.removed,
            }) += 1;
            let renamed_from = now.filter(|_| then.is_none()).and_then(|now| pair.gone.get(&now.hash));
            let source = SourceKey::new(pair.name, path, (*record > 0).then_some(*record));
            self.push(change, pair.cause(path, then, now), source, renamed_from.map(|path| (*path).to_owned()));
        }
    }

    fn push(&mut self, change: Change, cause: Cause, source: SourceKey, renamed_from: Option<String>) {
        let id = source.path_id();
        self.differences.push(Difference { change, cause, source, id, renamed_from });
    }
}

fn settings_changes(corpus: &str, then: &Settings, now: &Settings) -> Vec<SettingsChange> {
    let of = |settings: &'_ Settings| {
        [
            ("include", settings.include.join(", ")),
            ("exclude", settings.exclude.join(", ")),
            ("date-order", date_order(settings.date_order).to_owned()),
            ("map", settings.mapping.to_string()),
            (MAPPING_FILE, settings.own_mapping.to_string()),
            ("default-language", settings.default_language.clone().unwrap_or_default()),
            ("max-article", settings.max_article.to_string()),
            ("limit", settings.limits.to_string()),
        ]
    };
    let pairs = of(then).into_iter().zip(of(now)).filter(|(then, now)| then != now);
    let changes =
        pairs.map(|((setting, then), (_, now))| SettingsChange { corpus: corpus.to_owned(), setting, then, now });
    changes.collect()
}

fn date_order(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Unknown => "",
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
    }
}
