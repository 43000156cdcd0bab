//! Edits that agencies and papers make of a story, with the share of the text that is left: what was read badly by machine
//! still stands for the word that was printed. Shared with the tests in tests/support.
#![allow(dead_code, reason = "no benchmark or test uses all of it")]

use newshound::{Article, Language};

use super::random::Random;

/// A word as it stands there, and the one that it stands for.
#[derive(Debug, Clone)]
struct Word {
    shown: String,
    meant: String,
}

/// A headline and paragraphs.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    headline: Vec<Word>,
    body: Vec<Vec<Word>>,
}

/// What is done to a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Up to two fifths are cut from the end.
    Cut,
    /// It gets the headline of another.
    Headline,
    /// It gets the first paragraph of another.
    Lead,
    /// Up to three names are other ones, wherever they stand.
    Names,
    /// It was read by machine, and so was the other one: up to a tenth of the words of each are garbled.
    Read,
    /// All of these, each a little.
    Everything,
}

impl Edit {
    pub(crate) const ALL: [Edit; 6] =
        [Edit::Cut, Edit::Headline, Edit::Lead, Edit::Names, Edit::Read, Edit::Everything];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Edit::Cut => "cut from the end",
            Edit::Headline => "new headline",
            Edit::Lead => "new first paragraph",
            Edit::Names => "other names",
            Edit::Read => "read by machine",
            Edit::Everything => "all of these",
        }
    }

    /// Returns two versions of a story, of which one is edited, or both.
    pub(crate) fn versions(self, story: &Story, other: &Story, random: &mut Random) -> [Story; 2] {
        let (mut first, mut second) = (story.clone(), story.clone());
        match self {
            Edit::Cut => second.cut(0.6 + 0.4 * random.fraction()),
            Edit::Headline => second.headline = other.headline.clone(),
            Edit::Lead => second.begin_with(other),
            Edit::Names => second.rename(other, 3, random),
            Edit::Read => {
                let rate = random.pick(&[0.01, 0.03, 0.06, 0.1]);
                first.garble(rate, random);
                second.garble(rate, random);
            }
            Edit::Everything => {
                second.cut(0.9 + 0.1 * random.fraction());
                second.headline = other.headline.clone();
                second.rename(other, 1, random);
                second.garble(0.04, random);
            }
        }
        [first, second]
    }
}

impl Story {
    pub(crate) fn of(headline: &str, body: &[String]) -> Story {
        Story { headline: words(headline), body: body.iter().map(|paragraph| words(paragraph)).collect() }
    }

    /// Returns the number of words of headline and body.
    pub(crate) fn len(&self) -> usize {
        self.meant().len()
    }

    /// Returns the story as an article in English.
    pub(crate) fn article(&self, id: &str) -> Article {
        let mut article = Article::new(id);
        article.headline = Some(shown(&self.headline)).filter(|headline| !headline.is_empty());
        article.body = self.body.iter().map(|paragraph| shown(paragraph)).collect();
        article.language = Some(Language::given("en"));
        article
    }

    /// Returns the longest common subsequence of words over the longer text, by the table of the textbook.
    pub(crate) fn share(&self, other: &Story) -> f64 {
        let (a, b) = (self.meant(), other.meant());
        let mut row = vec![0u32; b.len() + 1];
        for left in &a {
            let mut before = 0;
            for (j, right) in b.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if left == right { before + 1 } else { above.max(row[j]) };
                before = above;
            }
        }
        f64::from(row[b.len()]) / a.len().max(b.len()).max(1) as f64
    }

    fn meant(&self) -> Vec<&str> {
        self.headline.iter().chain(self.body.iter().flatten()).map(|word| word.meant.as_str()).collect()
    }

    fn cut(&mut self, share: f64) {
        let mut left = (share * self.len() as f64) as usize;
        for paragraph in &mut self.body {
            paragraph.truncate(left);
            left -= paragraph.len();
        }
        self.body.retain(|paragraph| !paragraph.is_empty());
    }

    fn begin_with(&mut self, other: &Story) {
        if let (Some(first), Some(new)) = (self.body.first_mut(), other.body.first()) {
            first.clone_from(new);
        }
    }

    fn rename(&mut self, other: &Story, most: usize, random: &mut Random) {
        let (names, others) = (self.names(), other.names());
        if names.is_empty() || others.is_empty() {
            return;
        }
        for _ in 0..random.between(1, most) {
            let (old, new) = (&names[random.below(names.len())], &others[random.below(others.len())]);
            let all = self.headline.iter_mut().chain(self.body.iter_mut().flatten());
            for word in all.filter(|word| word.meant == old.meant) {
                word.clone_from(new);
            }
        }
    }

    /// Returns words with a capital that stand inside of paragraphs; long words where there are none.
    fn names(&self) -> Vec<Word> {
        let inside =
            || self.body.iter().flat_map(|paragraph| paragraph.iter().skip(1)).filter(|word| word.shown.len() > 3);
        let names: Vec<Word> = inside().filter(|word| word.shown.starts_with(char::is_uppercase)).cloned().collect();
        if names.is_empty() { inside().cloned().collect() } else { names }
    }

    fn garble(&mut self, rate: f64, random: &mut Random) {
        for word in self.headline.iter_mut().chain(self.body.iter_mut().flatten()) {
            if random.chance(rate) {
                word.shown = garbled(&word.shown, random);
            }
        }
    }
}

/// Returns the words of a text as the story has them: letters and digits, parted by anything else but an apostrophe.
fn words(text: &str) -> Vec<Word> {
    let text = text.replace(['\'', '’'], "");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| Word { shown: word.to_owned(), meant: word.to_lowercase() }).collect()
}

fn shown(words: &[Word]) -> String {
    words.iter().map(|word| word.shown.as_str()).collect::<Vec<_>>().join(" ")
}

/// What reading by machine takes for one another.
const CONFUSED: [(&str, &str); 26] = [
    ("rn", "m"),
    ("m", "rn"),
    ("h", "b"),
    ("b", "h"),
    ("h", "li"),
    ("e", "c"),
    ("c", "e"),
    ("e", "o"),
    ("o", "c"),
    ("i", "l"),
    ("l", "i"),
    ("l", "1"),
    ("t", "l"),
    ("t", "f"),
    ("f", "t"),
    ("u", "n"),
    ("n", "u"),
    ("a", "s"),
    ("s", "a"),
    ("g", "q"),
    ("y", "v"),
    ("w", "vv"),
    ("d", "cl"),
    ("0", "o"),
    ("1", "l"),
    ("5", "s"),
];

/// Returns a word as it may be read: mostly with a letter that looks alike, else with one that is wrong, lost or doubled.
fn garbled(word: &str, random: &mut Random) -> String {
    let fitting: Vec<(&str, &str)> = CONFUSED.into_iter().filter(|(right, _)| word.contains(right)).collect();
    if !fitting.is_empty() && random.chance(0.7) {
        let (right, wrong) = random.pick(&fitting);
        return word.replacen(right, wrong, 1);
    }
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    match random.below(3) {
        0 => letters[at] = random.pick(&['a', 'e', 'k', 'x', 'r']),
        1 if letters.len() > 1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}
