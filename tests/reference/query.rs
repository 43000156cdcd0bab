//! Random queries, as trees that are written down as query text.

use std::fmt;

use super::story::{CHARACTERS, LEXEMES};
use super::told::Told;
use crate::support::random::Random;

#[derive(Debug, Clone)]
pub(super) enum Word {
    /// A word in one of its forms.
    Of { lexeme: usize, form: &'static str },
    /// Characters that stand together.
    Characters(Vec<&'static str>),
    /// A word with a hyphen, and whether it is written without.
    Compound { joined: bool },
    /// Any one word, between others.
    Any,
    /// A word with letters left open.
    Open(String),
}

/// Words as they are written.
#[derive(Debug, Clone)]
pub(super) enum Written {
    Exact(String),
    /// With `*` and `?`.
    Wildcard(String),
    /// With so many changes.
    Fuzzy(String, usize),
    /// As one of these.
    Regex(Vec<String>),
}

#[derive(Debug, Clone)]
pub(super) enum Query {
    Word(Word),
    Written(Written),
    Phrase(Vec<Word>),
    Sloppy(Vec<Word>, usize),
    Near {
        left: Box<Query>,
        relation: Relation,
        reach: Reach,
        right: Box<Query>,
    },
    Any(Vec<Query>),
    All(Vec<Query>),
    Not(Box<Query>),
    /// What is asked besides its words.
    Told(Told),
    /// Is so many thousandths as important.
    Weighed(Box<Query>),
    Field(&'static str, Box<Query>),
    First(usize, Box<Query>),
    /// So many of these.
    Quorum(usize, Vec<Query>),
    /// In so many places.
    AtLeast(usize, Box<Query>),
    Case(Case, Box<Query>),
}

/// Words with a capital, with nothing else, with none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Some,
    All,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Either,
    Before,
    Without,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Words(usize),
    Sentence,
    Paragraph,
}

/// What a part of a query stands in.
#[derive(Clone, Copy, Default)]
struct Within {
    is_first: bool,
    is_case: bool,
    field: Option<&'static str>,
}

const FIELDS: &[&str] =
    &["headline", "body", "lead", "hlead", "standfirst", "caption", "credit", "byline", "keywords", "kicker", "source"];

/// Dates as they are written in queries and in articles.
pub(super) const DAYS: &[&str] = &["2021", "2021-12-30", "2022-03", "2022-03-04", "2022-03-31", "2022", "2023-01-01"];

impl Word {
    fn random(random: &mut Random) -> Word {
        match random.below(12) {
            0..=2 => {
                let length = random.pick(&[1, 1, 2, 3]);
                Word::Characters((0..length).map(|_| random.pick(CHARACTERS)).collect())
            }
            3 => Word::Compound { joined: random.chance(0.4) },
            _ => {
                let lexeme = random.below(LEXEMES.len());
                Word::Of { lexeme, form: random.pick(LEXEMES[lexeme].forms) }
            }
        }
    }

    /// Returns words of which it is likely that they stand together: of one language.
    pub(super) fn several(random: &mut Random, count: usize) -> Vec<Word> {
        let first = Word::random(random);
        let language = first.language();
        let mut words = vec![first];
        while words.len() < count {
            let next = Word::random(random);
            if next.language() == language {
                words.push(next);
            }
        }
        words
    }

    /// Leaves letters of one of several words open, now and then.
    fn open_one(words: &mut [Word], random: &mut Random) {
        let at = random.below(words.len());
        if random.chance(0.3)
            && let Word::Of { form, .. } = words[at]
        {
            let kept = random.between(1, form.chars().count());
            words[at] = Word::Open(form.chars().take(kept).chain(['*']).collect());
        }
    }

    fn language(&self) -> &'static str {
        match self {
            Word::Of { lexeme, .. } => LEXEMES[*lexeme].language,
            Word::Characters(_) => "ja",
            Word::Compound { .. } => "en",
            Word::Any | Word::Open(_) => "any",
        }
    }
}

impl Case {
    fn random(random: &mut Random) -> Case {
        random.pick(&[Case::Some, Case::All, Case::None])
    }
}

impl Written {
    fn random(random: &mut Random) -> Written {
        let form = |random: &mut Random| {
            let lexeme = random.below(LEXEMES.len());
            let form = random.pick(LEXEMES[lexeme].forms);
            let form = if random.chance(0.1) { "stormferry" } else { form };
            if random.chance(0.5) { form.replace('ü', "u") } else { form.to_owned() }
        };
        let word = form(random);
        match random.below(6) {
            0 => Written::Exact(word),
            1 => {
                let mut letters: Vec<char> = word.chars().collect();
                for _ in 0..random.between(1, 2) {
                    let at = random.below(letters.len());
                    match random.below(4) {
                        0 => letters[at] = 'x',
                        1 => letters.insert(at, 'x'),
                        2 if at > 0 => letters.swap(at, at - 1),
                        _ => drop(letters.remove(at)),
                    }
                }
                Written::Fuzzy(letters.into_iter().collect(), random.between(1, 2))
            }
            2 => Written::Regex((0..random.between(1, 2)).map(|_| form(random)).collect()),
            _ => {
                let mut letters: Vec<char> = word.chars().collect();
                let (at, length) = (random.below(letters.len()), random.between(1, 3));
                let end = (at + length).min(letters.len());
                letters.splice(at..end, random.chance(0.7).then_some('*'));
                if random.chance(0.3) && !letters.is_empty() {
                    let at = random.below(letters.len());
                    letters[at] = '?';
                }
                // Neither a word without letters nor one that ends a question.
                let is_sound = letters.iter().any(|c| c.is_alphabetic()) && letters.last() != Some(&'?');
                let wildcard: String = letters.into_iter().collect();
                let is_open = wildcard.contains(['*', '?']);
                Written::Wildcard(if is_sound && is_open { wildcard } else { "ferr*".to_owned() })
            }
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Written::Exact(form) => write!(f, "={form}"),
            Written::Wildcard(pattern) => write!(f, "{pattern}"),
            Written::Fuzzy(word, changes) => write!(f, "{word}~{changes}"),
            Written::Regex(forms) => write!(f, "/{}/", forms.join("|")),
        }
    }
}

impl Query {
    /// Returns a query of any kind.
    pub(super) fn random(random: &mut Random) -> Query {
        Query::of_depth(random, 3).allowed(Within::default())
    }

    /// Returns the query without what is refused: fields within the first words of the body and the other way round, and
    /// what has no capitals where they are asked for.
    fn allowed(self, within: Within) -> Query {
        let each = |parts: Vec<Query>| parts.into_iter().map(|part| part.allowed(within)).collect();
        match self {
            Query::First(_, inner) if within.field.is_some_and(|name| name != "body") => inner.allowed(within),
            Query::First(words, inner) => {
                Query::First(words, Box::new(inner.allowed(Within { is_first: true, field: None, ..within })))
            }
            Query::Field(name, inner) if within.is_first && name != "body" => inner.allowed(within),
            Query::Field(name, inner) => {
                Query::Field(name, Box::new(inner.allowed(Within { field: Some(name), ..within })))
            }
            Query::Case(case, inner) => Query::Case(case, Box::new(inner.allowed(Within { is_case: true, ..within }))),
            Query::Told(Told::Note(_)) if within.is_first => Query::Told(Told::Has("caption", true)),
            Query::Told(told) if within.is_case && !told.has_no_case() => Query::Told(Told::Has("caption", true)),
            Query::Any(parts) => Query::Any(each(parts)),
            Query::All(parts) => Query::All(each(parts)),
            Query::Quorum(least, parts) => Query::Quorum(least, each(parts)),
            Query::Not(inner) => Query::Not(Box::new(inner.allowed(within))),
            Query::Weighed(inner) => Query::Weighed(Box::new(inner.allowed(within))),
            Query::AtLeast(least, inner) => Query::AtLeast(least, Box::new(inner.allowed(within))),
            Query::Near { left, relation, reach, right } => {
                let (left, right) = (Box::new(left.allowed(within)), Box::new(right.allowed(within)));
                Query::Near { left, relation, reach, right }
            }
            Query::Word(_) | Query::Written(_) | Query::Phrase(_) | Query::Sloppy(..) | Query::Told(_) => self,
        }
    }

    fn of_depth(random: &mut Random, depth: usize) -> Query {
        if depth == 0 {
            return Query::place(random, 0);
        }
        let several = |random: &mut Random| {
            let count = random.between(2, 3);
            (0..count).map(|_| Query::of_depth(random, depth - 1)).collect()
        };
        match random.below(11) {
            10 => match random.below(4) {
                0..=2 => Query::Told(Told::random(random)),
                _ if random.chance(0.5) => {
                    let parts: Vec<Query> = several(random);
                    Query::Quorum(random.between(1, parts.len()), parts)
                }
                _ => Query::Weighed(Box::new(Query::of_depth(random, depth - 1))),
            },
            0 => Query::All(several(random)),
            1 | 2 => Query::Any(several(random)),
            3 => match Query::of_depth(random, depth - 1) {
                Query::Not(inner) => *inner,
                inner => Query::Not(Box::new(inner)),
            },
            4 => Query::Field(random.pick(FIELDS), Box::new(Query::of_depth(random, depth - 1))),
            5 if random.chance(0.5) => {
                Query::First(random.between(1, 12), Box::new(Query::of_depth(random, depth - 1)))
            }
            6 if random.chance(0.4) => Query::AtLeast(random.between(2, 4), Box::new(Query::place(random, depth - 1))),
            7 if random.chance(0.3) => Query::Case(Case::random(random), Box::new(Query::of_depth(random, depth - 1))),
            _ => Query::place(random, depth),
        }
    }

    /// Returns a query for what stands at places.
    fn place(random: &mut Random, depth: usize) -> Query {
        let kind = if depth == 0 { random.below(5) } else { random.below(14) };
        match kind {
            0 if random.chance(0.7) => Query::Written(Written::random(random)),
            0..=2 => Query::Word(Word::random(random)),
            3 => {
                let count = random.between(2, 3);
                let mut words = Word::several(random, count);
                if random.chance(0.3) {
                    words.insert(random.between(1, count - 1), Word::Any);
                }
                Word::open_one(&mut words, random);
                Query::Phrase(words)
            }
            4 => {
                let count = random.between(2, 3);
                let mut words = Word::several(random, count);
                Word::open_one(&mut words, random);
                Query::Sloppy(words, random.between(1, 4))
            }
            5 | 6 => {
                let count = random.between(2, 4);
                Query::Any((0..count).map(|_| Query::place(random, depth - 1)).collect())
            }
            7 if random.chance(0.3) => Query::Case(Case::random(random), Box::new(Query::place(random, depth - 1))),
            7 => Query::Field(random.pick(FIELDS), Box::new(Query::place(random, depth - 1))),
            8 if random.chance(0.5) => Query::First(random.between(1, 12), Box::new(Query::place(random, depth - 1))),
            _ => {
                let relation = random.pick(&[Relation::Either, Relation::Either, Relation::Before, Relation::Without]);
                let reach = match random.below(6) {
                    0 => Reach::Sentence,
                    1 => Reach::Paragraph,
                    _ => Reach::Words(random.between(1, 8)),
                };
                let (left, right) = (Query::place(random, depth - 1), Query::place(random, depth - 1));
                Query::Near { left: Box::new(left), relation, reach, right: Box::new(right) }
            }
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word::Of { form, .. } => write!(f, "{form}"),
            Word::Characters(characters) => write!(f, "{}", characters.concat()),
            Word::Any => write!(f, "*"),
            Word::Open(pattern) => write!(f, "{pattern}"),
            Word::Compound { joined } => write!(f, "{}", if *joined { "stormferry" } else { "storm-ferry" }),
        }
    }
}

fn joined(words: &[impl fmt::Display], with: &str) -> String {
    words.iter().map(|word| word.to_string()).collect::<Vec<_>>().join(with)
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Word(word) => write!(f, "{word}"),
            Query::Written(written) => write!(f, "{written}"),
            Query::Phrase(words) => write!(f, "\"{}\"", joined(words, " ")),
            Query::Sloppy(words, slop) => write!(f, "\"{}\"~{slop}", joined(words, " ")),
            Query::Near { left, relation, reach, right } => {
                let name = match relation {
                    Relation::Either => "W",
                    Relation::Before => "PRE",
                    Relation::Without => "NOT W",
                };
                match reach {
                    Reach::Words(words) => write!(f, "({left}) {name}/{words} ({right})"),
                    Reach::Sentence => write!(f, "({left}) {name}/S ({right})"),
                    Reach::Paragraph => write!(f, "({left}) {name}/P ({right})"),
                }
            }
            Query::Any(parts) => write!(f, "({})", joined(parts, " OR ")),
            Query::All(parts) => write!(f, "({})", joined(parts, " AND ")),
            Query::Not(inner) => write!(f, "(NOT ({inner}))"),
            Query::Told(told) => write!(f, "{told}"),
            Query::Weighed(inner) => write!(f, "({inner})^0.5"),
            Query::Field(name, inner) => write!(f, "{name}:({inner})"),
            Query::First(words, inner) => write!(f, "first/{words}({inner})"),
            Query::Quorum(least, parts) => {
                let bracketed: Vec<String> = parts.iter().map(|part| format!("({part})")).collect();
                write!(f, "({least} of ({}))", bracketed.join(", "))
            }
            Query::AtLeast(least, inner) => write!(f, "atleast{least}({inner})"),
            Query::Case(Case::Some, inner) => write!(f, "caps({inner})"),
            Query::Case(Case::All, inner) => write!(f, "allcaps({inner})"),
            Query::Case(Case::None, inner) => write!(f, "nocaps({inner})"),
        }
    }
}
