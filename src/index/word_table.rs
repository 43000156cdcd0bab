//! From a word as it was cut out of the text to its number, in one look at one cache line. Few words of a text are new:
//! what a word's terms are is found out once, and the table remembers the number only.

use std::collections::HashMap;

use super::occurrences::WordId;

/// Words of up to this many bytes are kept in the table itself; the others, few, in a map.
const SHORT: usize = 24;

/// Which kind of word it is: the same letters in another language or role are another word.
pub(super) type Tag = u16;

/// The numbers of words. Open addressing with linear probing; never more than half full.
pub(super) struct WordTable {
    slots: Vec<Slot>,
    used: usize,
    long: HashMap<(Tag, Box<str>), WordId>,
    long_bytes: usize,
}

#[derive(Clone, Copy)]
#[repr(align(32))]
struct Slot {
    word: [u64; SHORT / 8],
    id: WordId,
    /// The tag, and the length in the low byte; 0 where the slot is empty.
    kind: u32,
}

const EMPTY: Slot = Slot { word: [0; SHORT / 8], id: 0, kind: 0 };
const FIRST_SLOTS: usize = 1 << 12;

impl Default for WordTable {
    fn default() -> WordTable {
        WordTable { slots: vec![EMPTY; FIRST_SLOTS], used: 0, long: HashMap::new(), long_bytes: 0 }
    }
}

impl WordTable {
    /// Returns the number of a word, which is not empty, and its hash; `number` gives one to a word that was not seen
    /// before. The hash is the same everywhere, and for every tag.
    #[inline]
    pub(super) fn id(&mut self, tag: Tag, word: &str, number: impl FnOnce() -> WordId) -> (WordId, u64) {
        match packed(word.as_bytes()) {
            Some(key) => self.short_id(tag, key, word.len(), number),
            None => self.long_id(tag, word, number),
        }
    }

    /// Returns the number of a word of ASCII letters and digits in lower case, without making it so: `None` where the word is long.
    #[inline]
    pub(super) fn id_in_lower_case(&mut self, word: &str, number: impl FnOnce() -> WordId) -> Option<WordId> {
        // One bit tells the cases of a letter apart, and digits have it set.
        const LOWER: u64 = 0x2020_2020_2020_2020;
        let [first, middle, last] = packed(word.as_bytes())?;
        let mask = |len: usize| if len >= 8 { LOWER } else { LOWER & ((1 << (8 * len)) - 1) };
        let key = match word.len() {
            len @ 0..=8 => [first | mask(if len > 3 { 8 } else { len }), 0, 0],
            9..=16 => [first | LOWER, middle | LOWER, 0],
            _ => [first | LOWER, middle | LOWER, last | LOWER],
        };
        Some(self.short_id(0, key, word.len(), number).0)
    }

    #[inline]
    fn short_id(
        &mut self,
        tag: Tag,
        key: [u64; SHORT / 8],
        length: usize,
        number: impl FnOnce() -> WordId,
    ) -> (WordId, u64) {
        let kind = u32::from(tag) << 8 | length as u32;
        let hash = hash(key, length);
        let mut place = self.place(hash, tag);
        loop {
            let slot = &self.slots[place];
            if slot.kind == kind && slot.word == key {
                return (slot.id, hash);
            }
            if slot.kind == 0 {
                break;
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
        let id = number();
        self.slots[place] = Slot { word: key, id, kind };
        self.used += 1;
        if self.used * 2 > self.slots.len() {
            self.grow();
        }
        (id, hash)
    }

    /// Forgets all words, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.slots.fill(EMPTY);
        self.used = 0;
        self.long.clear();
        self.long_bytes = 0;
    }

    /// Returns the memory that the table takes, in bytes; where it is about to grow, what it will take then.
    pub(super) fn memory(&self) -> usize {
        // While it grows, the table and one twice as large are there.
        let growing = if self.used * 16 > self.slots.len() * 7 { 3 } else { 1 };
        self.slots.len() * growing * size_of::<Slot>() + self.long_bytes
    }

    #[inline]
    fn place(&self, hash: u64, tag: Tag) -> usize {
        ((hash >> 20) as usize).wrapping_add(usize::from(tag) << 4) & (self.slots.len() - 1)
    }

    #[cold]
    fn long_id(&mut self, tag: Tag, word: &str, number: impl FnOnce() -> WordId) -> (WordId, u64) {
        let hash = blake3::hash(word.as_bytes());
        let hash = u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"));
        let long_bytes = &mut self.long_bytes;
        let id = *self.long.entry((tag, Box::from(word))).or_insert_with(|| {
            *long_bytes += word.len() + 2 * size_of::<(Tag, Box<str>, WordId)>();
            number()
        });
        (id, hash)
    }

    #[cold]
    fn grow(&mut self) {
        let doubled = vec![EMPTY; self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, doubled).into_iter().filter(|slot| slot.kind != 0) {
            let mut place = self.place(hash(slot.word, (slot.kind & 0xff) as usize), (slot.kind >> 8) as Tag);
            while self.slots[place].kind != 0 {
                place = (place + 1) & (self.slots.len() - 1);
            }
            self.slots[place] = slot;
        }
    }
}

/// Multiplicative hashing (Knuth, volume 3, 6.4); the high bits are the best mixed.
#[inline]
fn hash(key: [u64; SHORT / 8], length: usize) -> u64 {
    let mixed = key[0] ^ key[1].rotate_left(23) ^ key[2].rotate_left(41) ^ (length as u64).rotate_left(56);
    let hash = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}

/// Returns the bytes of a short word in three numbers, which with its length tell it from every other; `None` for a long
/// one. They overlap where the length is no multiple of their size, so that none is put together byte by byte.
#[inline]
fn packed(word: &[u8]) -> Option<[u64; SHORT / 8]> {
    let last = |word: &[u8]| word.last_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let half = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let first = |word: &[u8]| word.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    match word.len() {
        0..=3 => Some([word.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), 0, 0]),
        4..=8 => Some([half(word.first_chunk()) | half(word.last_chunk()) << 32, 0, 0]),
        9..=16 => Some([first(word), last(word), 0]),
        17..=SHORT => Some([first(word), first(&word[8..]), last(word)]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn each_word_has_one_number(words in proptest::collection::vec(("[a-f]{1,30}", 0u16..3), 0..300)) {
            let mut table = WordTable::default();
            let mut naive: HashMap<(String, u16), u32> = HashMap::new();
            for (word, tag) in words {
                let next = naive.len() as u32;
                let (id, _) = table.id(tag, &word, || next);
                proptest::prop_assert_eq!(id, *naive.entry((word, tag)).or_insert(next));
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_word_in_any_case_is_that_in_lower_case(word in "[a-zA-Z0-9]{1,24}") {
            let mut table = WordTable::default();
            let lower = word.to_ascii_lowercase();
            table.id(0, &lower, || 7);
            proptest::prop_assert_eq!(table.id_in_lower_case(&word, || 8), Some(7));
            proptest::prop_assert_eq!(table.id_in_lower_case(&word.repeat(25), || 9), None);
        }
    }

    #[test]
    fn words_are_found_again_after_the_table_has_grown() {
        let mut table = WordTable::default();
        for n in 0..10_000 {
            assert_eq!(table.id(1, &n.to_string(), || n).0, n);
        }
        for n in 0..10_000 {
            assert_eq!(table.id(1, &n.to_string(), || u32::MAX).0, n);
        }
    }
}
