//! Taking articles down: out of the index, with a tombstone that keeps them out; and purging, after which no file has
//! anything of an article that was deleted.

use std::collections::BTreeMap;

use super::digest::text;
use super::tombstones::{Tombstone, by_text, has_digits, name_by_text};
use super::verify::first_damage;
use super::writer::{Form, Writer};
use crate::{Article, ArticleId, Code, Error, Result, SourceKey};

impl Writer {
    /// Takes the article of this id out and keeps it out: when its source is read again, it is left out, and the report
    /// tells so. Returns whether there was such an article; one that was added since the last commit is found by the id
    /// that it was added under.
    ///
    /// What the index had of it is deleted with the commit, and is in no file any more after a [`purge`](Writer::purge) but
    /// for what the [`Tombstone`] says. An article without an id of its own is known by its words, so that copies
    /// of it in its corpus go with it, whatever their punctuation and capitals; every article is read to find them. One that
    /// is missing since a repair is kept out too, by its own id where that is known, else by its place, and told no more.
    ///
    /// # Errors
    ///
    /// Where several corpora have an article of this id, none is taken down; `corpus:id` names one of them. Where an
    /// article was taken down by this id before and another one has it now, that is not taken down either: the same call,
    /// made again after the lines of a file have moved, would mean another article. The error tells what names it.
    pub fn take_down(&mut self, id: &ArticleId, reason: &str) -> Result<bool> {
        let is_told = |key: &SourceKey| !self.manifest.missing.articles[key].is_taken_down;
        let missing: Vec<_> = self.manifest.missing.named(id.as_str()).into_iter().filter(is_told).collect();
        let named = self.named_or_by_text(id)?;
        let found = missing.iter().chain(named.as_ref().map(|(article, _)| &article.source));
        check_is_one(id, found.map(|key| key.corpus.as_str()))?;
        let Some((article, native_id)) = named else {
            if let Some(key) = missing.into_iter().next() {
                return self.take_down_missing(id, key, reason).map(|()| true);
            }
            // What is damaged may be hidden, and this must not be told of it.
            return first_damage(&self.index.place).map_or(Ok(false), Err);
        };
        self.check_is_meant(id, &article, native_id.as_deref())?;
        let stone = Tombstone::new(&article, native_id, reason);
        self.begin_default()?;
        let copies = match stone.text_hash {
            Some(_) => self.index.guarded(|| self.index.snapshot()?.copies(&article))?,
            None => Vec::new(),
        };
        for source in copies.iter().chain([&stone.source]) {
            self.keep_out(source)?;
        }
        self.manifest.tombstones.insert(stone);
        Ok(true)
    }

    /// Keeps out an article that is missing since a repair, which is told no more then. Nothing is known of it but its place, and
    /// its own id where the rest of the damaged segment told it.
    fn take_down_missing(&mut self, id: &ArticleId, key: SourceKey, reason: &str) -> Result<()> {
        let native_id = self.manifest.missing.articles.get(&key).and_then(|trace| trace.native_id.clone());
        if let Some(gone) = self.manifest.tombstones.named(id.as_str()) {
            let what = "another article, which is missing since a repair";
            return Err(taken_for_another(id, gone, what, self.plain_name(&key, native_id.as_deref())));
        }
        self.begin_default()?;
        if let Some(trace) = self.manifest.missing.articles.get_mut(&key) {
            trace.is_taken_down = true;
        }
        self.manifest.tombstones.insert(Tombstone::unread(key, native_id, reason));
        Ok(())
    }

    /// Returns what names an article with its corpus, by its own id or else by path and record, and no tombstone.
    fn plain_name(&self, key: &SourceKey, native_id: Option<&str>) -> Option<String> {
        let names = native_id.map(str::to_owned).into_iter().chain([key.path_id()]);
        let mut names = names.map(|name| format!("{}:{name}", key.corpus));
        names.find(|name| self.manifest.tombstones.named(name).is_none())
    }

    /// Returns the article of this id, or of this path and record where the first digits of the hash of its words follow.
    fn named_or_by_text(&self, id: &ArticleId) -> Result<Option<(Article, Option<String>)>> {
        let named = self.named(id)?;
        let Some((place, digits)) = by_text(id.as_str()).filter(|_| named.is_none()) else { return Ok(named) };
        let at_place = self.named(&place.into())?;
        Ok(at_place.filter(|(article, _)| has_digits(text(article), digits)))
    }

    /// Checks that an id does not name another article too, which was taken down before.
    fn check_is_meant(&self, id: &ArticleId, article: &Article, native_id: Option<&str>) -> Result<()> {
        let stones = &self.manifest.tombstones;
        let Some(gone) = stones.named(id.as_str()) else { return Ok(()) };
        // The last commit has it still, and it goes with the next.
        if stones.reason(article).is_some() {
            return Ok(());
        }
        let by_text = || format!("{}:{}", article.source.corpus, name_by_text(&article.source, text(article)));
        let name = self.plain_name(&article.source, native_id).unwrap_or_else(by_text);
        let headline = article.headline.as_deref().map(|headline| format!(", \u{201c}{headline}\u{201d}"));
        let what = format!("another article{}", headline.unwrap_or_default());
        Err(taken_for_another(id, gone, &what, Some(name)))
    }

    /// Tells whether an article was [taken down](Writer::take_down) that had this id, or stood at this path and record.
    pub fn is_taken_down(&self, id: &ArticleId) -> bool {
        self.manifest.tombstones.named(id.as_str()).is_some()
    }

    /// Deletes an article that is not to come back when its source is read again.
    fn keep_out(&mut self, source: &SourceKey) -> Result<()> {
        self.delete_article(source)?;
        let Some(corpus) = self.manifest.corpora.get_mut(&source.corpus) else { return Ok(()) };
        // The last commit has it still, where it was taken down since.
        if let Some(entry) = corpus.sources.get_mut(&source.path)
            && entry.article(source.record.unwrap_or(0)).is_some()
        {
            entry.articles.retain(|(record, ..)| *record != source.record.unwrap_or(0));
            entry.kept_out += 1;
            if entry.skipped == Some(Code::Stale) && entry.articles.is_empty() {
                // Nothing of it is kept any more.
                entry.read_again();
            }
            if corpus.root.is_none() && entry.articles.is_empty() {
                corpus.sources.remove(&source.path);
            }
        }
        Ok(())
    }

    /// Lets an article in again that was [taken down](Writer::take_down), by the id that it had, or by path and record. It
    /// comes back when its source is next read, which the next run does for certain, and copies that were taken down with it
    /// do too. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// Where several articles were taken down that had this id, in several corpora or one after the other at one place, none
    /// is let in; the error tells what names each.
    pub fn restore(&mut self, id: &ArticleId) -> Result<bool> {
        let several = |names: Vec<String>| {
            let problem =
                format!("several articles that were taken down had the id `{id}`; name one: {}", names.join(", "));
            Error::Options { option: "id", problem }
        };
        let restored = self.manifest.tombstones.remove(id.as_str()).map_err(several)?;
        if !restored.is_empty() {
            self.begin_default()?;
        }
        for stone in &restored {
            if let Some(trace) = self.manifest.missing.articles.get_mut(&stone.source) {
                trace.is_taken_down = false;
            }
            let Some(corpus) = self.manifest.corpora.get_mut(&stone.source.corpus) else { continue };
            // With an id of its own it may have stayed out from any source.
            for entry in corpus.sources.values_mut().filter(|entry| entry.kept_out > 0) {
                entry.read_again();
            }
        }
        Ok(!restored.is_empty())
    }

    /// Makes everything since the last commit visible and durable, and has no file keep anything of a deleted article: its
    /// text, its words, its keywords. Segments with deleted articles are written anew without them. What was in a file that
    /// is removed may be on the disk until it is written over.
    ///
    /// # Errors
    ///
    /// Failures of the index; also where a file that is no longer part of it cannot be removed.
    pub fn purge(&mut self) -> Result<()> {
        self.begin_default()?;
        self.commit_as(Form::Purged)
    }

    /// Returns the article of this id, and its own id where it is called by that. Of one that was added since the last commit
    /// only the key is known. Where several corpora have one, it is none of them, and an error.
    pub(super) fn named(&self, id: &ArticleId) -> Result<Option<(Article, Option<String>)>> {
        let mut named = BTreeMap::new();
        for (name, corpus) in &self.manifest.corpora {
            if corpus.root.is_none() && corpus.sources.contains_key(id.as_str()) {
                let source = SourceKey::new(name, id.as_str(), None);
                named.insert(source.clone(), (Article { source, ..Article::default() }, None));
            }
        }
        for article in self.index.guarded(|| self.index.snapshot()?.articles_named(id.as_str()))? {
            let names = [article.id.to_string(), article.source.path_id()];
            let of_corpus = id.as_str().strip_prefix(article.source.corpus.as_str());
            let of_corpus = of_corpus.and_then(|rest| rest.strip_prefix([':', '/']));
            let is_named = |name: &String| name == id.as_str() || of_corpus == Some(name);
            if names.iter().any(is_named) {
                // A key that no source has may be made of a flipped byte.
                if self.manifest.hash_of(&article.source).is_none()
                    && let Some(damage) = first_damage(&self.index.place)
                {
                    return Err(damage);
                }
                let own = article.native_id.clone().filter(|own| *own == names[0]);
                named.insert(article.source.clone(), (article, own));
            }
        }
        check_is_one(id, named.keys().map(|key| key.corpus.as_str()))?;
        Ok(named.into_values().next())
    }
}

/// Checks that an id names one article; these are the corpora of those that it names.
fn check_is_one<'c>(id: &ArticleId, corpora: impl Iterator<Item = &'c str>) -> Result<()> {
    let names: Vec<_> = corpora.map(|corpus| format!("{corpus}:{id}")).collect();
    if names.len() > 1 {
        let problem = format!("several articles have the id `{id}`; name one: {}", names.join(", "));
        return Err(Error::Options { option: "id", problem });
    }
    Ok(())
}

/// Says that an id means an article that was taken down, and another one besides.
fn taken_for_another(id: &ArticleId, gone: &Tombstone, what: &str, name: Option<String>) -> Error {
    let how = match name {
        Some(name) => format!("to take it down too, name it `{name}`"),
        None => "it has no other name before it is there again".to_owned(),
    };
    let (gone, reason) = (gone.name(), &gone.reason);
    let problem = format!(
        "`{id}` was taken down already ({gone}: {reason}); what has that name now is {what}, and was left as it is; {how}"
    );
    Error::Options { option: "id", problem }
}
