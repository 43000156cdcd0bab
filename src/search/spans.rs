//! Finds where the words and phrases of a query stand in the re-read text of an article. One pass over the tokens,
//! whatever the number of patterns.

use std::collections::HashMap;
use std::ops::Range;

use crate::analysis::Token;
use crate::index::TextField;

/// One positive leaf of a query: a word or phrase.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// The fields in which it is asked; `None` for any.
    pub(crate) fields: Option<Vec<TextField>>,
    /// The terms of each of its consecutive positions, any of which will do. A slot without terms is passed by
    /// whatever stands there.
    pub(crate) slots: Vec<Vec<String>>,
    /// How much it tells of an article: its rarity.
    pub(crate) weight: f64,
}

/// A place where a pattern matches. One that goes on over several paragraphs is a match in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    /// The number of the pattern.
    pub(crate) pattern: usize,
    /// The entry of the field.
    pub(crate) entry: usize,
    /// The bytes of the entry.
    pub(crate) range: Range<usize>,
}

/// Patterns made ready for matching.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matcher {
    patterns: Vec<Pattern>,
    places: HashMap<String, Vec<Place>>,
    n_chains: usize,
}

/// Where a term stands in a pattern.
#[derive(Debug, Clone, Copy)]
struct Place {
    pattern: usize,
    /// The chains that it continues; `None` in the first slot.
    before: Option<Ring>,
    /// The chains that it leaves to be continued; `None` in the last slot.
    after: Option<Ring>,
}

/// The chains that end in one slot, by position: as many as the next slot looks back.
#[derive(Debug, Clone, Copy)]
struct Ring {
    start: usize,
    distance: u32,
}

impl Ring {
    fn at(self, position: u32) -> usize {
        self.start + (position % (self.distance + 1)) as usize
    }
}

/// The beginning of a phrase, as far as it has been found.
#[derive(Debug, Clone, Copy)]
struct Chain {
    /// The position of its last token.
    position: u32,
    /// Its first token.
    first: usize,
}

impl Matcher {
    /// Returns a matcher of these patterns.
    pub(crate) fn new(patterns: Vec<Pattern>) -> Matcher {
        let mut matcher = Matcher::default();
        for (number, pattern) in patterns.iter().enumerate() {
            matcher.add(number, pattern);
        }
        matcher.patterns = patterns;
        matcher
    }

    /// Returns the patterns.
    pub(crate) fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    fn add(&mut self, number: usize, pattern: &Pattern) {
        let filled: Vec<usize> = (0..pattern.slots.len()).filter(|&slot| !pattern.slots[slot].is_empty()).collect();
        let mut before = None;
        for (n, &slot) in filled.iter().enumerate() {
            let after = filled.get(n + 1).map(|next| {
                let distance = u32::try_from(next - slot).unwrap_or(u32::MAX - 1);
                let ring = Ring { start: self.n_chains, distance };
                self.n_chains += next - slot + 1;
                ring
            });
            for term in &pattern.slots[slot] {
                let place = Place { pattern: number, before, after };
                self.places.entry(term.clone()).or_default().push(place);
            }
            before = after;
        }
    }

    /// Returns the matches in a field, given its tokens in order of position, each with its entry; sorted by entry
    /// and start, none twice.
    pub(crate) fn matches(&self, field: TextField, tokens: &[(usize, Token)]) -> Vec<Match> {
        let mut chains: Vec<Option<Chain>> = vec![None; self.n_chains];
        let mut found = Vec::new();
        for (n, (_, token)) in tokens.iter().enumerate() {
            for place in self.places.get(token.term.as_str()).into_iter().flatten() {
                if !self.is_asked(place.pattern, field) {
                    continue;
                }
                let Some(first) = first_token(&chains, place, token.position, n) else { continue };
                match place.after {
                    None => push_matches(place.pattern, tokens, first, n, &mut found),
                    Some(ring) => {
                        let chain = &mut chains[ring.at(token.position)];
                        if chain.is_none_or(|chain| chain.position != token.position) {
                            *chain = Some(Chain { position: token.position, first });
                        }
                    }
                }
            }
        }
        found.sort_by_key(|found| (found.entry, found.range.start, found.range.end, found.pattern));
        found.dedup();
        found
    }

    fn is_asked(&self, pattern: usize, field: TextField) -> bool {
        self.patterns[pattern].fields.as_ref().is_none_or(|fields| fields.contains(&field))
    }
}

fn first_token(chains: &[Option<Chain>], place: &Place, position: u32, token: usize) -> Option<usize> {
    let Some(ring) = place.before else { return Some(token) };
    let before = position.checked_sub(ring.distance)?;
    chains[ring.at(before)].filter(|chain| chain.position == before).map(|chain| chain.first)
}

/// Adds a match from one token to another: in each entry that it goes over, since a highlight is a range of one.
fn push_matches(pattern: usize, tokens: &[(usize, Token)], first: usize, last: usize, found: &mut Vec<Match>) {
    let parts = tokens[first..=last].chunk_by(|(a, _), (b, _)| a == b);
    let n_parts = parts.clone().count();
    let mut start = first;
    for (n, part) in parts.enumerate() {
        let entry = part[0].0;
        // The tokens of a part are those up to the last of the match; where the match goes on in the next entry, the
        // part reaches to the end of its own.
        let end = part.iter().map(|(_, token)| token.range.end).max().unwrap_or_default();
        let end = if n + 1 == n_parts { tokens[last].1.range.end } else { end };
        let range = tokens[start].1.range.start..end;
        found.push(Match { pattern, entry, range });
        start += part.len();
    }
}

/// Returns ranges sorted, with those that overlap or touch made one: neighbouring terms of a script without spaces
/// are read as one word.
pub(crate) fn merged(ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Article;
    use crate::analysis::Analyzer;

    fn pattern(slots: &[&[&str]]) -> Pattern {
        let slots = slots.iter().map(|terms| terms.iter().map(|term| (*term).to_owned()).collect()).collect();
        Pattern { fields: None, slots, weight: 1.0 }
    }

    /// Returns the body with every highlight between brackets.
    fn marked(patterns: Vec<Pattern>, body: &[&str]) -> Vec<String> {
        let mut article = Article::new("a");
        article.body = body.iter().map(|text| (*text).to_owned()).collect();
        let tokens = TextField::Body.tokens(&article, &Analyzer::for_marking(None));
        let matches = Matcher::new(patterns).matches(TextField::Body, &tokens);
        let in_entry = |entry| matches.iter().filter(move |found| found.entry == entry);
        let mark = |(entry, text): (usize, &&str)| {
            let mut marked = (*text).to_owned();
            for range in merged(in_entry(entry).map(|found| found.range.clone())).into_iter().rev() {
                marked.insert(range.end, ']');
                marked.insert(range.start, '[');
            }
            marked
        };
        body.iter().enumerate().map(mark).collect()
    }

    #[test]
    fn words_are_marked_wherever_they_stand() {
        let words = vec![pattern(&[&["ferry", "ferries"]]), pattern(&[&["storm"]])];
        assert_eq!(marked(words, &["Ferry and storm, FERRIES"]), ["[Ferry] and [storm], [FERRIES]"]);
    }

    #[test]
    fn phrase_is_marked_as_one_and_its_words_alone_are_not() {
        let phrase = vec![pattern(&[&["rate"], &["hike"]])];
        assert_eq!(
            marked(phrase, &["A rate hike. Rate, no hike; hike rate hike"]),
            ["A [rate hike]. Rate, no hike; hike [rate hike]"]
        );
    }

    #[test]
    fn phrase_of_repeated_words_is_found_in_every_place() {
        let phrase = vec![pattern(&[&["a"], &["a"], &["b"]])];
        assert_eq!(marked(phrase, &["a a a b a b"]), ["a [a a b] a b"]);
        assert_eq!(marked(vec![pattern(&[&["a"], &["a"]])], &["a a a b a"]), ["[a a a] b a"]);
    }

    #[test]
    fn slot_without_terms_is_passed_by_any_word() {
        let phrase = vec![pattern(&[&["bank"], &[], &[], &["ostrel"]])];
        assert_eq!(marked(phrase, &["bank of the Ostrel, bank of Ostrel"]), ["[bank of the Ostrel], bank of Ostrel"]);
    }

    #[test]
    fn phrase_over_paragraphs_is_marked_in_each() {
        let phrase = vec![pattern(&[&["b"], &["c"], &["d"], &["e"]])];
        assert_eq!(marked(phrase, &["a b", "c d.", "e f"]), ["a [b]", "[c d].", "[e] f"]);
    }

    #[test]
    fn compounds_match_by_their_parts_and_joined() {
        assert_eq!(marked(vec![pattern(&[&["wellknown"]])], &["a well-known man"]), ["a [well-known] man"]);
        assert_eq!(marked(vec![pattern(&[&["known"], &["man"]])], &["a well-known man"]), ["a well-[known man]"]);
    }

    #[test]
    fn neighbouring_bigrams_are_marked_as_one() {
        assert_eq!(marked(vec![pattern(&[&["東京"], &["京都"]])], &["東京都と東京"]), ["[東京都]と東京"]);
        let words = vec![pattern(&[&["北京"]]), pattern(&[&["大学"]])];
        assert_eq!(marked(words, &["北京大学在北京"]), ["[北京大学]在[北京]"]);
    }

    #[test]
    fn character_alone_is_marked_alone() {
        assert_eq!(marked(vec![pattern(&[&["京"]])], &["東京都と東京"]), ["東[京]都と東[京]"]);
    }

    #[test]
    fn pattern_of_another_field_is_not_marked() {
        let words = vec![Pattern { fields: Some(vec![TextField::Headline]), ..pattern(&[&["ferry"]]) }];
        assert_eq!(marked(words, &["ferry"]), ["ferry"]);
    }

    #[test]
    fn phrase_crosses_no_captions() {
        let mut article = Article::new("a");
        for text in ["rate", "hike"] {
            article.captions.push(crate::Caption { text: text.to_owned(), credit: None });
        }
        let tokens = TextField::Captions.tokens(&article, &Analyzer::for_marking(None));
        let matcher = Matcher::new(vec![pattern(&[&["rate"], &["hike"]])]);
        assert_eq!(matcher.matches(TextField::Captions, &tokens), []);
    }

    #[test]
    fn pattern_without_terms_matches_nothing() {
        assert_eq!(marked(vec![pattern(&[]), pattern(&[&[], &[]])], &["a b"]), ["a b"]);
    }
}
