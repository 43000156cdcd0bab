//! What an index holds, in one number: the same wherever, however and in however many steps it was built, and another
//! where one article differs. Computed from the keys and hashes of articles; nothing that depends on the machine, on
//! threads or on segments goes in.
//!
//! Every part is preceded by its length, so that no two lists of articles are written as the same bytes.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::manifest::ContentHash;
use super::schema::FORMAT;
use crate::analysis::{ANALYZER, fold_key, is_unspaced};
use crate::similarity::RANKING;
use crate::{Article, Error, ExtraKind, Result, SourceKey};

/// What the digest of the articles begins with; another form of it gets another number.
const CONTENT: &[u8] = b"newshound content 1";
/// What the digest of the index begins with.
const INDEX: &[u8] = b"newshound index 1";
/// What the hash of a text begins with.
const TEXT: &[u8] = b"newshound text 2";
/// What stands before the digits.
const PREFIX: &str = "blake3:";

/// A BLAKE3 hash of 256 bits, written as `blake3:` and 64 hexadecimal digits.
///
/// ```
/// use newshound::Digest;
///
/// let text = format!("blake3:{}", "0f".repeat(32));
/// let digest: Digest = text.parse()?;
/// assert_eq!(digest.to_string(), text);
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest([u8; 32]);

/// The digests of what an index holds.
///
/// ```
/// use newshound::Index;
///
/// let digests = Index::in_memory()?.digests()?;
/// assert!(digests.content.to_string().starts_with("blake3:"));
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Digests {
    /// The articles: what each says, and the corpus, path and record that it came from. Two indexes with the same
    /// content hold the same articles.
    pub content: Digest,
    /// The articles, and the format, analyzer, ranking and declared fields that they are searched with. Two indexes with the same
    /// answer alike.
    pub index: Digest,
}

/// The key of an article, borrowed; 0 is the record of the only one in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub(super) corpus: &'a str,
    pub(super) path: &'a str,
    pub(super) record: u32,
}

impl Key<'_> {
    /// Returns the key of its own.
    pub(super) fn to_owned(self) -> SourceKey {
        SourceKey::new(self.corpus, self.path, (self.record > 0).then_some(self.record))
    }
}

impl Digest {
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the 64 digits without what stands before them.
    pub(super) fn digits(&self) -> String {
        self.to_string().split_off(PREFIX.len())
    }
}

impl Digests {
    /// Returns the digests of articles, which come in the order of their keys.
    pub(super) fn of<'a>(
        articles: impl Iterator<Item = (Key<'a>, ContentHash)>,
        extra: &BTreeMap<String, ExtraKind>,
    ) -> Digests {
        Digests::with_content(content(articles), extra)
    }

    /// Returns the digests of an index whose articles have this one.
    pub(super) fn with_content(content: Digest, extra: &BTreeMap<String, ExtraKind>) -> Digests {
        Digests { content, index: index(content, FORMAT, ANALYZER, &RANKING, extra) }
    }
}

/// Returns the hash of what an article says, by which it is known where it has no id of its own: the words of headline and
/// body, and the id that it shares with others. Capitals, accents, punctuation, how much space there is and where paragraphs
/// end do not count, so that no edit of a mark brings an article back. `None` where there are no words.
pub(super) fn text(article: &Article) -> Option<Digest> {
    let mut parts = Parts::new(TEXT);
    parts.add(article.native_id.as_deref().unwrap_or_default().as_bytes());
    let mut has_words = false;
    for field in [article.headline.as_slice(), &article.body] {
        let words = words(&field.join("\n"));
        has_words |= !words.is_empty();
        parts.add(words.as_bytes());
    }
    has_words.then(|| parts.digest())
}

/// Returns letters and digits, with one space for whatever else stands between two of them: `1.5` is not `15`, nor `the rapist`
/// the `therapist`. An apostrophe parts nothing, nor does anything part letters of a script without spaces.
pub(crate) fn words(text: &str) -> String {
    let folded = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        // In capitals first: `ß` is `SS` there, and a final sigma one like others.
        let upper: String = text.chars().flat_map(char::to_uppercase).collect();
        fold_key(&upper)
    };
    let (mut words, mut is_parted) = (String::with_capacity(folded.len()), false);
    for c in folded.chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '＇' | '‘')) {
        if !c.is_alphanumeric() {
            is_parted = true;
            continue;
        }
        let has_space = |previous| !(is_unspaced(previous) && is_unspaced(c));
        if is_parted && words.chars().next_back().is_some_and(has_space) {
            words.push(' ');
        }
        is_parted = false;
        words.push(c);
    }
    words
}

fn content<'a>(articles: impl Iterator<Item = (Key<'a>, ContentHash)>) -> Digest {
    let mut parts = Parts::new(CONTENT);
    let mut number: u64 = 0;
    let mut previous = None;
    for (key, hash) in articles {
        debug_assert!(previous < Some(key), "articles come in the order of their keys, each once");
        previous = Some(key);
        parts.add(key.corpus.as_bytes());
        parts.add(key.path.as_bytes());
        parts.add(&key.record.to_le_bytes());
        parts.add(hash.as_bytes());
        number += 1;
    }
    parts.add(&number.to_le_bytes());
    parts.digest()
}

fn index(content: Digest, format: u32, analyzer: &str, ranking: &[u64], extra: &BTreeMap<String, ExtraKind>) -> Digest {
    let mut parts = Parts::new(INDEX);
    parts.add(&content.0);
    parts.add(&format.to_le_bytes());
    parts.add(analyzer.as_bytes());
    for number in ranking {
        parts.add(&number.to_le_bytes());
    }
    // Nothing for none, as it was before there were any.
    for (name, kind) in extra {
        parts.add(format!("extra {name}:{kind}").as_bytes());
    }
    parts.digest()
}

/// What is hashed, part by part.
struct Parts {
    hasher: blake3::Hasher,
    /// Hashing many bytes at once is several times as fast as a few at a time.
    waiting: Vec<u8>,
}

impl Parts {
    const ENOUGH: usize = 1 << 16;

    fn new(domain: &[u8]) -> Parts {
        let mut parts = Parts { hasher: blake3::Hasher::new(), waiting: Vec::with_capacity(2 * Parts::ENOUGH) };
        parts.add(domain);
        parts
    }

    fn add(&mut self, part: &[u8]) {
        self.waiting.extend_from_slice(&(part.len() as u64).to_le_bytes());
        self.waiting.extend_from_slice(part);
        if self.waiting.len() >= Parts::ENOUGH {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
    }

    fn digest(mut self) -> Digest {
        self.hasher.update(&self.waiting);
        Digest(*self.hasher.finalize().as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = Error;

    /// Reads the form that is written; lower-case digits only, so that equal digests are equal texts.
    fn from_str(text: &str) -> Result<Digest> {
        read(text).ok_or_else(|| Error::Options {
            option: "digest",
            problem: format!("`{text}` is no digest; one is `{PREFIX}` and 64 of the digits 0-9 a-f"),
        })
    }
}

fn read(text: &str) -> Option<Digest> {
    let digits = text.strip_prefix(PREFIX)?.as_bytes();
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(Digest(bytes))
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = Error;

    fn try_from(text: String) -> Result<Digest> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Listed<'a> = (&'a str, &'a str, u32, &'a [u8]);

    fn of(articles: &[Listed<'_>]) -> Digest {
        let keyed =
            articles.iter().map(|&(corpus, path, record, text)| (Key { corpus, path, record }, ContentHash::of(text)));
        content(keyed)
    }

    #[test]
    fn content_is_the_same_for_the_same_articles_and_changes_with_each_part() {
        let articles: [Listed<'_>; 2] = [("news", "a.txt", 0, b"ferry"), ("news", "b.txt", 1, b"bridge")];
        let digest = of(&articles);
        assert_eq!(digest, of(&articles));
        let others: [&[Listed<'_>]; 7] = [
            &[],
            &articles[..1],
            &[articles[0], ("news", "b.txt", 1, b"bridges")],
            &[articles[0], ("news", "b.txt", 2, b"bridge")],
            &[articles[0], ("news", "c.txt", 1, b"bridge")],
            &[("newsa", ".txt", 0, b"ferry"), ("newsa", "b.txt", 1, b"bridge")],
            &[articles[0], articles[1], ("news", "b.txt", 2, b"bridge")],
        ];
        let all: std::collections::BTreeSet<_> = others.iter().map(|other| of(other)).chain([digest]).collect();
        assert_eq!(all.len(), 8, "each is another");
    }

    #[test]
    fn content_of_nothing_stays_what_it_is() {
        let digest = "blake3:fd244a4b4764349410f1cded6549824fcdacd7721c43bcce5beab5cbbc3c4010";
        assert_eq!(of(&[]).to_string(), digest);
    }

    #[test]
    fn index_changes_with_format_analyzer_ranking_and_declared_fields() {
        let content = of(&[("news", "a.txt", 0, b"ferry")]);
        let none = BTreeMap::new();
        let digests = Digests::with_content(content, &none);
        assert_eq!(digests.index, index(content, FORMAT, ANALYZER, &RANKING, &none));
        let with = |kind| BTreeMap::from([("desk".to_owned(), kind)]);
        let mut ranking = RANKING;
        ranking[3] += 1;
        let others = [
            index(content, FORMAT + 1, ANALYZER, &RANKING, &none),
            index(content, FORMAT, "another 1", &RANKING, &none),
            index(content, FORMAT, ANALYZER, &ranking, &none),
            index(content, FORMAT, ANALYZER, &RANKING, &with(ExtraKind::Keyword)),
            index(of(&[]), FORMAT, ANALYZER, &RANKING, &none),
            content,
        ];
        assert!(!others.contains(&digests.index));
        let text = index(content, FORMAT, ANALYZER, &RANKING, &with(ExtraKind::Text));
        assert!(!others.contains(&text) && digests.index != text);
    }

    #[test]
    fn a_digest_is_read_as_it_is_written_and_nothing_else_is() {
        let digest = of(&[]);
        let text = digest.to_string();
        assert_eq!(text.parse::<Digest>().expect("it reads"), digest);
        let json = serde_json::to_string(&digest).expect("it serialises");
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Digest>(&json).expect("it reads"), digest);
        let upper = text.to_uppercase();
        for wrong in ["", "blake3:", &text[..70], &text[7..], &format!("{text}0"), &upper, &text.replace('a', "é")] {
            let error = wrong.parse::<Digest>().expect_err("it is no digest").to_string();
            assert!(error.contains("is no digest; one is `blake3:` and 64 of the digits"), "{wrong}: {error}");
        }
    }
}
