//! Terms, each with a number: one after the other in one text, so that a hundred thousand of them are three pieces of
//! memory and not as many as there are terms.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Terms in the order in which they were first seen, which is that of their numbers.
#[derive(Default)]
pub(super) struct Terms {
    text: String,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
}

impl Terms {
    /// Returns the number of a term, a new one for a new term.
    pub(super) fn number(&mut self, term: &str) -> u32 {
        let Terms { text, ends, numbers } = self;
        let known = |number: &u32| term_at(text, ends, *number) == term;
        let rehash = |number: &u32| hash(term_at(text, ends, *number));
        let entry = numbers.entry(hash(term), known, rehash);
        let next = u32::try_from(ends.len()).expect("a segment has fewer words than numbers");
        let number = *entry.or_insert(next).get();
        if number == next {
            text.push_str(term);
            ends.push(text.len());
        }
        number
    }

    /// Returns the term of a number.
    pub(super) fn get(&self, number: u32) -> &str {
        term_at(&self.text, &self.ends, number)
    }

    /// Returns the terms by their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|number| self.get(number))
    }

    /// Returns how many terms there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Forgets all terms, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.numbers.clear();
    }

    /// Returns the memory that the terms take, in bytes; while a table grows, it is there three times.
    pub(super) fn memory(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>() + 3 * self.numbers.allocation_size()
    }
}

fn term_at<'a>(text: &'a str, ends: &[usize], number: u32) -> &'a str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &text[start..ends[number]]
}

fn hash(term: &str) -> u64 {
    FxBuildHasher.hash_one(term)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn numbers_are_those_of_first_occurrences(terms in proptest::collection::vec("[aé]{0,4}", 0..80)) {
            let (mut set, mut naive) = (Terms::default(), Vec::new());
            // Twice: the second time after it was cleared.
            for _ in 0..2 {
                set.clear();
                naive.clear();
                for term in &terms {
                    let expected = naive.iter().position(|known| known == term).unwrap_or_else(|| {
                        naive.push(term.clone());
                        naive.len() - 1
                    });
                    proptest::prop_assert_eq!(set.number(term) as usize, expected);
                }
                proptest::prop_assert!(set.iter().eq(&naive));
                proptest::prop_assert_eq!(set.len(), naive.len());
            }
        }
    }
}
