//! A vocabulary of made-up words that can be pronounced: short where they are common, as in real languages, and
//! every rank a word of its own.

const ONSETS: &[&str] =
    &["t", "n", "s", "r", "l", "d", "m", "k", "p", "v", "b", "h", "f", "g", "st", "tr", "w", "br", "pl", "sh"];
const NUCLEI: &[&str] = &["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const CODAS: &[&str] = &["", "n", "", "r", "s", "", "l", "t", "", "nd", "", "st", "m", "", "rk", "ng"];

/// The words by rank.
pub(crate) struct Words {
    words: Vec<String>,
}

impl Words {
    pub(crate) fn new(count: usize) -> Words {
        Words { words: (0..count).map(word).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn of(&self, rank: usize) -> &str {
        &self.words[rank % self.words.len()]
    }

    /// Returns a word as a name.
    pub(crate) fn name(&self, rank: usize) -> String {
        capitalised(self.of(rank))
    }
}

pub(crate) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Returns the word of a rank: as many syllables as it takes to count so far, mixed so that neighbours in rank are no
/// neighbours in the alphabet.
fn word(rank: usize) -> String {
    let syllables = ONSETS.len() * NUCLEI.len();
    let (mut length, mut size, mut within) = (1, syllables, rank);
    while within >= size {
        within -= size;
        size *= syllables;
        length += 1;
    }
    // The factor shares no divisor with the number of syllables, so that no two ranks mix to one.
    let mut mixed = (within as u128 * 1_000_003 + 7) as usize % size;
    let coda = CODAS[(within * 31 + within / 7) % CODAS.len()];
    let mut word = String::new();
    for _ in 0..length {
        let syllable = mixed % syllables;
        mixed /= syllables;
        word.push_str(ONSETS[syllable % ONSETS.len()]);
        word.push_str(NUCLEI[syllable / ONSETS.len()]);
    }
    word + coda
}
