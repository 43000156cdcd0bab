//! Queries for made-up articles, by how common their words are; phrases are taken from the articles, so that they
//! are found.

use super::random::Random;
use super::synthetic::Synthetic;

/// Queries, some of each kind.
pub(crate) struct Queries {
    pub(crate) common: Vec<String>,
    pub(crate) usual: Vec<String>,
    pub(crate) rare: Vec<String>,
    pub(crate) two: Vec<String>,
    pub(crate) three: Vec<String>,
    /// Two words that about a tenth to a half of the articles have each.
    pub(crate) frequent: Vec<String>,
    pub(crate) titles: Vec<String>,
    pub(crate) phrases: Vec<String>,
}

impl Queries {
    pub(crate) fn new(synthetic: &Synthetic, each: usize) -> Queries {
        let mut random = Random::new(7);
        let words = synthetic.words();
        let mut word = |low, high| words.of(random.between(low, high)).to_owned();
        Queries {
            common: (0..each).map(|_| word(5, 60)).collect(),
            usual: (0..each).map(|_| word(300, 3_000)).collect(),
            rare: (0..each).map(|_| word(20_000, 60_000)).collect(),
            two: (0..each).map(|_| format!("{} {}", word(60, 300), word(300, 2_000))).collect(),
            three: (0..each).map(|_| format!("{} {} {}", word(20, 100), word(100, 400), word(400, 2_000))).collect(),
            phrases: phrases(synthetic, each),
            frequent: (0..each).map(|_| format!("{} {}", word(30, 150), word(100, 300))).collect(),
            titles: (0..each).map(|n| title(&mut |low, high| word(low, high), n)).collect(),
        }
    }
}

/// Returns three to five words, as rare and as common as those of the title of a topic.
fn title(word: &mut impl FnMut(usize, usize) -> String, n: usize) -> String {
    let ranks = [(300, 3_000), (1_000, 10_000), (100, 1_000), (3_000, 20_000), (30, 300)];
    ranks[..3 + n % 3].iter().map(|(low, high)| word(*low, *high)).collect::<Vec<_>>().join(" ")
}

/// Returns two neighbouring words from the middle of each of the first articles.
fn phrases(synthetic: &Synthetic, each: usize) -> Vec<String> {
    let bodies = (0..).map(|number| synthetic.article(number).body.join(" "));
    let phrase = |body: String| {
        let words: Vec<&str> = body.split_whitespace().collect();
        let pair = words.windows(2).skip(words.len() / 2).find(|pair| pair.iter().all(|w| is_plain(w)))?;
        Some(format!("\"{}\"", pair.join(" ")))
    };
    bodies.filter_map(phrase).take(each).collect()
}

fn is_plain(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_lowercase())
}

/// The same words with an operator between them, such as for an engine that is told of alternatives in the query.
pub(crate) fn joined_by(operator: &str, queries: &[String]) -> Vec<String> {
    queries.iter().map(|query| query.replace(' ', operator)).collect()
}
