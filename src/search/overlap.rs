//! Whether two articles have the same text, or nearly: what two texts share is their longest common subsequence of words.
//!
//! Words that reading by machine may have made of one another count as equal: they differ in what looks alike (`tbe` and
//! `the`, `modem` and `modern`), or, from five letters on, in one letter. Stories of one form (prices, weather, results) share
//! most of their words and are no copies: they are told by their figures, which differ wherever a figure stands. Of 455 pairs
//! of Reuters-21578 that share four fifths of their words and were sent days apart, 450 have figures that differ more often than
//! once in eighty words (benches/copies.rs).

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::is_unspaced;
use crate::index::normal_words;

/// The share of the longer text that copies have in common.
const SHARE: f64 = 0.8;
/// A shorter text is a copy of none but the same: in a notice of two lines, all that matters may be one word.
const LEAST_WORDS: usize = 40;
/// One figure that differs is let pass for so many words,
const WORDS_A_FIGURE: usize = 80;
/// and of figures four times the share that is misread of other words: a letter more or less is told, two are not, and short words
/// that were misread are words like any other.
const MISREAD: f64 = 4.0;
/// So many words of a text are compared, of a longer one the first.
const MOST_WORDS: usize = 10_000;
/// From so many letters on one of them may differ.
const LONG: usize = 5;

/// The number of a word.
type WordId = u32;

/// The words of the texts that are compared.
#[derive(Default)]
pub(super) struct Words {
    ids: FxHashMap<Box<str>, WordId>,
    known: Vec<Word>,
}

struct Word {
    letters: Box<[char]>,
    is_figure: bool,
    /// The number of the first word that looks like this one.
    looks: WordId,
}

/// The text of an article.
pub(super) struct Text {
    /// The hash of its letters and digits, whatever the capitals, accents and punctuation; `None` where there are none.
    hash: Option<blake3::Hash>,
    /// Its words, as far as they are compared.
    words: Vec<WordId>,
    n_words: usize,
    /// How many of them are in the headline.
    n_headline: usize,
}

/// How much comparing is left, in steps of 64 words with one; nothing once there was not enough.
pub(super) struct Budget(pub(super) usize);

impl Budget {
    /// Tells whether something was not compared.
    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }

    /// Takes what comparing two texts costs; `false` where that leaves nothing.
    fn spend(&mut self, a: &[WordId], b: &[WordId]) -> bool {
        let left = self.0.checked_sub((a.len() + 1) * (b.len() / 64 + 1)).filter(|left| *left > 0);
        self.0 = left.unwrap_or_default();
        left.is_some()
    }
}

impl Text {
    /// Tells whether two texts are the same, whatever their capitals, accents and punctuation. Texts without a word are not.
    pub(super) fn is_same(&self, other: &Text) -> bool {
        self.hash.is_some() && self.hash == other.hash
    }
}

impl Words {
    /// Returns the text of a headline and paragraphs, its words numbered where they are to be compared.
    pub(super) fn text<'p>(
        &mut self,
        headline: &'p str,
        paragraphs: impl Iterator<Item = &'p str>,
        is_compared: bool,
    ) -> Text {
        let mut text = Text { hash: None, words: Vec::new(), n_words: 0, n_headline: 0 };
        let mut hasher = blake3::Hasher::new();
        for (n, paragraph) in std::iter::once(headline).chain(paragraphs).enumerate() {
            let normal = normal_words(paragraph);
            if !normal.is_empty() {
                hasher.update(normal.as_bytes()).update(b" ");
            }
            if is_compared {
                self.number(&normal, &mut text);
            }
            if n == 0 {
                text.n_headline = text.n_words;
            }
        }
        text.hash = Some(hasher).filter(|hasher| hasher.count() > 0).map(|hasher| hasher.finalize());
        text
    }

    /// Adds the words of a paragraph to a text.
    fn number(&mut self, paragraph: &str, text: &mut Text) {
        for part in paragraph.split(' ') {
            let mut rest = part;
            while let Some(first) = rest.chars().next() {
                // A letter of a script without spaces is a word.
                let end =
                    if is_unspaced(first) { first.len_utf8() } else { rest.find(is_unspaced).unwrap_or(rest.len()) };
                let (word, after) = rest.split_at(end);
                rest = after;
                text.n_words += 1;
                if text.words.len() < MOST_WORDS {
                    text.words.push(self.id(word));
                }
            }
        }
    }

    /// Returns the number of a word.
    fn id(&mut self, word: &str) -> WordId {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let looks = Some(looks_of(word)).filter(|looks| looks != word).map(|looks| self.id(&looks));
        let id = self.known.len() as WordId;
        let is_figure = word.chars().any(char::is_numeric);
        self.known.push(Word { letters: word.chars().collect(), is_figure, looks: looks.unwrap_or(id) });
        self.ids.insert(word.into(), id);
        id
    }

    /// Tells whether two texts, whose words are numbered, are near copies.
    pub(super) fn are_near(&self, a: &Text, b: &Text, budget: &mut Budget) -> bool {
        if a.is_same(b) {
            return true;
        }
        let is_share = |share: usize, of: usize| share as f64 >= SHARE * of as f64;
        let longer = a.n_words.max(b.n_words);
        if longer < LEAST_WORDS || !is_share(a.n_words.min(b.n_words), longer) {
            return false;
        }
        let longer = a.words.len().max(b.words.len());
        let before = a.words.iter().zip(&b.words).take_while(|(a, b)| a == b).count();
        let least = a.words.len().min(b.words.len()) - before;
        let after = a.words.iter().rev().zip(b.words.iter().rev()).take(least).take_while(|(a, b)| a == b).count();
        let ends = before + after;
        let middle = |text: &Text| Middle {
            words: text.words[before..text.words.len() - after].to_vec(),
            headline: text.n_headline.saturating_sub(before),
        };
        let (a, b) = (middle(a), middle(b));
        let (a_looks, b_looks) = (self.looks(&a.words), self.looks(&b.words));
        if !is_share(ends + a.words.len().min(b.words.len()), longer) || !budget.spend(&a.words, &b.words) {
            return false;
        }
        let mut common = common_words(&a_looks, &b_looks, &Variants::default());
        if !is_share(ends + common.len(), longer) {
            // What was read so badly that every fourth word is wrong is not told from what is not the same.
            if 2 * (ends + common.len()) < longer || !budget.spend(&a.words, &b.words) {
                return false;
            }
            common = common_words(&a_looks, &b_looks, &self.variants(&a_looks, &b_looks));
        }
        is_share(ends + common.len(), longer) && self.have_figures_in_common(&a, &b, &common, ends)
    }

    fn looks(&self, words: &[WordId]) -> Vec<WordId> {
        words.iter().map(|id| self.word(*id).looks).collect()
    }

    /// Returns the words of `b` that have one letter less, more or other than a word of `a`.
    fn variants(&self, a: &[WordId], b: &[WordId]) -> Variants {
        let is_long = |id: &WordId| !self.word(*id).is_figure && self.word(*id).letters.len() >= LONG;
        let long = |text: &[WordId]| text.iter().copied().filter(is_long).collect::<FxHashSet<_>>();
        // Words that differ in one letter are the same without one of theirs (Garbe's symmetric deletion).
        let mut without: FxHashMap<Vec<char>, Vec<WordId>> = FxHashMap::default();
        for id in long(b) {
            self.word(id).shortened().for_each(|short| without.entry(short).or_default().push(id));
        }
        let mut variants = Variants::default();
        for id in long(a) {
            let met: FxHashSet<WordId> =
                self.word(id).shortened().filter_map(|short| without.get(&short)).flatten().copied().collect();
            let is_variant =
                |other: &WordId| *other != id && is_near(&self.word(id).letters, &self.word(*other).letters);
            variants.insert(id, met.into_iter().filter(is_variant).collect());
        }
        variants
    }

    fn word(&self, id: WordId) -> &Word {
        &self.known[id as usize]
    }

    /// Tells whether few figures stand where the other text has something else. A new headline, and what was misread, is no
    /// sign of another story.
    fn have_figures_in_common(&self, a: &Middle, b: &Middle, common: &[(usize, usize)], ends: usize) -> bool {
        let is_figure = |id: &WordId| self.word(*id).is_figure;
        let longer = ends + a.words.len().max(b.words.len());
        let (mut from, mut changed, mut same, mut misread) = ((0, 0), 0, 0, 0);
        for (at, to) in common.iter().copied().chain([(a.words.len(), b.words.len())]) {
            let (left, right) = (a.of_body(from.0..at), b.of_body(from.1..to));
            let has_figure = left.iter().chain(right).any(is_figure);
            changed += usize::from(!left.is_empty() && !right.is_empty() && has_figure);
            if let (Some(left), Some(right)) = (a.words.get(at), b.words.get(to)) {
                same += usize::from(is_figure(left));
                misread += usize::from(left != right);
            }
            from = (at + 1, to + 1);
        }
        let share_misread = misread as f64 / (common.len() + ends).max(1) as f64;
        let let_pass = (longer / WORDS_A_FIGURE) as f64;
        changed as f64 <= let_pass + MISREAD * share_misread * (changed + same) as f64
    }
}

/// The words of a text between those that two have in common at their beginnings and ends.
struct Middle {
    words: Vec<WordId>,
    /// How many of them are in the headline.
    headline: usize,
}

impl Middle {
    fn of_body(&self, range: Range<usize>) -> &[WordId] {
        &self.words[range.start.max(self.headline).min(range.end)..range.end]
    }
}

impl Word {
    /// Returns the word, and what is left of it without each of its letters.
    fn shortened(&self) -> impl Iterator<Item = Vec<char>> {
        let all = &self.letters;
        (0..=all.len()).map(|left_out| {
            let (before, after) = all.split_at(left_out);
            before.iter().chain(after.iter().skip(1)).copied().collect()
        })
    }
}

/// For a word of one text, the words of the other that count as equal.
type Variants = FxHashMap<WordId, Vec<WordId>>;

/// Returns where the words of a longest common subsequence stand in the two texts. Bits say where the words of `b` are
/// reached, a row of them for each word of `a` (Crochemore and others, 2001; Hyyrö, 2004).
fn common_words(a: &[WordId], b: &[WordId], variants: &Variants) -> Vec<(usize, usize)> {
    let blocks = b.len().div_ceil(64);
    let mut places: FxHashMap<WordId, Vec<u64>> = FxHashMap::default();
    for (at, id) in b.iter().enumerate() {
        places.entry(*id).or_insert_with(|| vec![0; blocks])[at / 64] |= 1 << (at % 64);
    }
    let mut with_variants: FxHashMap<WordId, Vec<u64>> = FxHashMap::default();
    for (id, others) in variants.iter().filter(|(_, others)| !others.is_empty()) {
        let mut all = places.get(id).cloned().unwrap_or_else(|| vec![0; blocks]);
        for other in others.iter().filter_map(|other| places.get(other)) {
            all.iter_mut().zip(other).for_each(|(all, other)| *all |= other);
        }
        with_variants.insert(*id, all);
    }
    let mut rows = Vec::with_capacity(a.len() * blocks);
    let mut row = vec![u64::MAX; blocks];
    for id in a {
        if let Some(matches) = with_variants.get(id).or_else(|| places.get(id)) {
            let mut carried = false;
            for (block, matches) in row.iter_mut().zip(matches) {
                let (sum, first) = block.overflowing_add(*block & matches);
                let (sum, second) = sum.overflowing_add(u64::from(carried));
                (*block, carried) = (sum | (*block & !matches), first | second);
            }
        }
        rows.extend_from_slice(&row);
    }
    let is_reached = |at: usize, to: usize| rows[at * blocks + to / 64] >> (to % 64) & 1 == 0;
    let (mut at, mut to, mut common) = (a.len(), b.len(), Vec::new());
    while at > 0 && to > 0 {
        if !is_reached(at - 1, to - 1) {
            to -= 1;
        } else {
            at -= 1;
            if at == 0 || !is_reached(at - 1, to - 1) {
                to -= 1;
                common.push((at, to));
            }
        }
    }
    common.reverse();
    common
}

/// Returns a word with one letter for all that reading by machine takes for one another. Figures stay what they are, and
/// letters among them become the digits that they look like; words of one or two letters would all be the same.
fn looks_of(word: &str) -> String {
    let digits = |c: char| match c {
        'l' | 'i' => '1',
        'o' => '0',
        's' => '5',
        other => other,
    };
    let letters = |c: u8| match c {
        b'b' => b'h',
        b'c' | b'o' => b'e',
        b'i' | b'j' => b'l',
        b'f' => b't',
        b'u' => b'n',
        b'q' => b'g',
        other => other,
    };
    if word.chars().any(char::is_numeric) {
        return word.chars().map(digits).collect();
    }
    if word.len() < 3 || !word.is_ascii() {
        return word.to_owned();
    }
    let joined = word.replace("rn", "m").replace("vv", "w");
    joined.bytes().map(|c| char::from(letters(c))).collect()
}

/// Tells whether two words are one letter apart: another one, or one more.
fn is_near(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => short.get(same + 1..) == long.get(same + 1..),
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests;
