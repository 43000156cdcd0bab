//! How alike two texts are by the shingles of four words that they share: the measure of the article extraction
//! benchmark of Scrapinghub (`evaluate.py` there), written anew. A word is a run of letters, digits and `_`.

use std::collections::HashMap;

use newshound::Article;

/// How many words a shingle has.
const WORDS: usize = 4;

/// Returns what a page's article says in its main text: the standfirst that is printed with it is part of it.
pub(crate) fn main_text(article: &Article) -> String {
    article.body.join("\n")
}

/// Shingles that both texts have, that only ours has, and that only the true one has, as parts of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counts {
    both: f64,
    ours: f64,
    theirs: f64,
}

impl Counts {
    pub(crate) fn of(truth: &str, ours: &str) -> Counts {
        let (truth, found) = (shingles(truth), shingles(ours));
        let both: u32 = truth.iter().map(|(shingle, n)| (*n).min(found.get(shingle).copied().unwrap_or(0))).sum();
        let (ours, theirs) = (found.values().sum::<u32>() - both, truth.values().sum::<u32>() - both);
        // Longer texts have no more weight.
        let all = f64::from((both + ours + theirs).max(1));
        Counts { both: f64::from(both) / all, ours: f64::from(ours) / all, theirs: f64::from(theirs) / all }
    }

    pub(crate) fn precision(&self) -> f64 {
        self.share(self.ours)
    }

    pub(crate) fn recall(&self) -> f64 {
        self.share(self.theirs)
    }

    pub(crate) fn f1(&self) -> f64 {
        f1(self.precision(), self.recall())
    }

    fn share(&self, wrong: f64) -> f64 {
        match (self.ours == 0.0 && self.theirs == 0.0, self.both + wrong > 0.0) {
            (true, _) => 1.0,
            (false, true) => self.both / (self.both + wrong),
            (false, false) => 0.0,
        }
    }
}

/// The means of many pages.
pub(crate) struct Means {
    pub(crate) f1: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    /// The part of pages that are the same to the word.
    pub(crate) exact: f64,
}

impl Means {
    pub(crate) fn of(pages: impl Iterator<Item = Counts> + Clone) -> Means {
        // Precision says nothing where nothing was found, and recall where there is nothing to find.
        let precision = mean(pages.clone().filter(|page| page.both + page.ours > 0.0).map(|page| page.precision()));
        let recall = mean(pages.clone().filter(|page| page.both + page.theirs > 0.0).map(|page| page.recall()));
        let exact = mean(pages.map(|page| if page.ours == 0.0 && page.theirs == 0.0 { 1.0 } else { 0.0 }));
        Means { f1: f1(precision, recall), precision, recall, exact }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

fn shingles(text: &str) -> HashMap<Vec<&str>, u32> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let mut counts = HashMap::new();
    // A text of fewer words is one shingle.
    for shingle in words.windows(WORDS.min(words.len().max(1))) {
        *counts.entry(shingle.to_vec()).or_default() += 1;
    }
    counts
}
