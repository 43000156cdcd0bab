//! What queries mean, in plain loops over the words of an article.

use std::collections::BTreeSet;

use super::query::{Case, Query, Reach, Relation, Word, Written};
use super::story::{FIELDS, NOTE, Story, Token};
use super::told::Told;

/// A highlight: the bytes of an entry of a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) field: &'static str,
    pub(super) entry: usize,
    pub(super) range: (usize, usize),
}

/// How many words of the body are in the lead.
const LEAD: usize = 50;

/// Returns what a query marks in an article; `None` where the article does not match.
pub(super) fn marks(query: &Query, story: &Story) -> Option<BTreeSet<Mark>> {
    let mut marks = Vec::new();
    satisfied(query, story, Scope::default(), &mut marks).then(|| merged(marks))
}

/// Where words are looked for, and how they must be written.
#[derive(Clone, Copy, Default)]
struct Scope<'s> {
    /// The fields, each with how many of its words; `None` for all.
    fields: Option<&'s [(&'static str, usize)]>,
    case: Option<Case>,
}

impl<'s> Scope<'s> {
    fn within(self, fields: &'s [(&'static str, usize)]) -> Scope<'s> {
        Scope { fields: Some(fields), ..self }
    }

    /// Returns the lesser of so many first words and those that are looked at already.
    fn first(self, words: usize) -> usize {
        match self.fields {
            Some([("body", fewer)]) => words.min(*fewer),
            _ => words,
        }
    }

    fn is_first(self) -> bool {
        matches!(self.fields, Some([("body", words)]) if *words < usize::MAX)
    }
}

fn scope_of(name: &str) -> Vec<(&'static str, usize)> {
    let whole = |name: &str| {
        let names = FIELDS.iter().filter(|field| **field == name || field.trim_end_matches('s') == name);
        names.map(|field| (*field, usize::MAX)).collect::<Vec<_>>()
    };
    match name {
        "lead" => vec![("standfirst", usize::MAX), ("body", LEAD)],
        "hlead" => vec![("headline", usize::MAX), ("standfirst", usize::MAX), ("body", LEAD)],
        "source" => vec![("publisher", usize::MAX)],
        _ => whole(name),
    }
}

/// Tells whether an article is as asked, and adds what makes it so.
fn satisfied(query: &Query, story: &Story, scope: Scope<'_>, marks: &mut Vec<Mark>) -> bool {
    let before = marks.len();
    let holds = match query {
        Query::All(parts) => {
            let mut all = true;
            for part in parts {
                all &= satisfied(part, story, scope, marks);
            }
            all
        }
        Query::Any(parts) => {
            let mut any = false;
            for part in parts {
                any |= satisfied(part, story, scope, marks);
            }
            any
        }
        Query::Quorum(least, parts) => {
            let mut count = 0;
            for part in parts {
                count += usize::from(satisfied(part, story, scope, marks));
            }
            count >= *least
        }
        Query::AtLeast(count, inner) => {
            let places = places(inner, story, scope);
            marks.extend(least(places.clone()).iter().flatten().flat_map(|found| found.marks.clone()));
            least(places).len() >= *count
        }
        Query::Case(case, inner) => satisfied(inner, story, Scope { case: Some(*case), ..scope }, marks),
        Query::Not(inner) => !satisfied(inner, story, scope, &mut Vec::new()),
        Query::Told(Told::Note(words)) => {
            let note = scope.within(&[(NOTE, usize::MAX)]);
            match &words[..] {
                [word] => !word_places(word, story, note).is_empty(),
                words => !phrase_places(words, story, note).is_empty(),
            }
        }
        Query::Told(told) => told.holds(story),
        Query::Weighed(inner) => satisfied(inner, story, scope, marks),
        Query::Field("body", inner) if scope.is_first() => satisfied(inner, story, scope, marks),
        Query::Field(name, inner) => satisfied(inner, story, scope.within(&scope_of(name)), marks),
        Query::First(words, inner) => satisfied(inner, story, scope.within(&[("body", scope.first(*words))]), marks),
        Query::Word(_) | Query::Written(_) | Query::Phrase(_) | Query::Sloppy(..) | Query::Near { .. } => {
            let places = places(query, story, scope);
            marks.extend(places.iter().flatten().flat_map(|found| found.marks.clone()));
            !places.is_empty()
        }
    };
    if !holds {
        marks.truncate(before);
    }
    holds
}

/// Makes one of marks that overlap or touch.
fn merged(mut marks: Vec<Mark>) -> BTreeSet<Mark> {
    marks.sort();
    let mut merged: Vec<Mark> = Vec::new();
    for mark in marks {
        match merged.last_mut() {
            Some(last) if (last.field, last.entry) == (mark.field, mark.entry) && mark.range.0 <= last.range.1 => {
                last.range.1 = last.range.1.max(mark.range.1);
            }
            _ => merged.push(mark),
        }
    }
    merged.into_iter().collect()
}

/// Words in sequence, from a position to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    start: usize,
    end: usize,
    /// The number of the word or phrase among those of the query.
    part: usize,
    marks: Vec<Mark>,
}

/// What stands at a place: one or more sequences, in order.
type Place = Vec<Found>;

fn start(place: &Place) -> usize {
    place.iter().map(|found| found.start).min().expect("a place has words")
}

fn end(place: &Place) -> usize {
    place.iter().map(|found| found.end).max().expect("a place has words")
}

/// Returns the places where a query's words stand.
fn places(query: &Query, story: &Story, scope: Scope<'_>) -> Vec<Place> {
    places_from(&mut 0, query, story, scope)
}

/// The same, where words and phrases are counted from a number on.
fn places_from(next: &mut usize, query: &Query, story: &Story, scope: Scope<'_>) -> Vec<Place> {
    let mut numbered = |mut places: Vec<Place>| {
        places.iter_mut().flatten().for_each(|found| found.part = *next);
        *next += 1;
        places
    };
    match query {
        Query::Word(word) => numbered(word_places(word, story, scope)),
        Query::Written(written) => numbered(written_places(written, story, scope)),
        Query::Phrase(words) => {
            numbered(phrase_places(words, story, scope).into_iter().map(|found| vec![found]).collect())
        }
        Query::Sloppy(words, slop) => {
            let mut all: Vec<Place> = vec![Vec::new()];
            for word in words {
                let next = numbered(word_places(word, story, scope));
                let longer = |place: &Place| {
                    let follows = |next: &&Place| place.is_empty() || start(next) > end(place);
                    next.iter().filter(follows).map(|next| [place.as_slice(), next].concat()).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(longer).collect();
            }
            let length: usize = words.iter().map(length).sum();
            all.retain(|place| end(place) - start(place) < length + slop);
            least(all)
        }
        Query::Any(parts) => each_once(parts.iter().flat_map(|part| places_from(next, part, story, scope)).collect()),
        Query::Near { left, relation, reach, right } => {
            let left = places_from(next, left, story, scope);
            let right = places_from(next, right, story, scope);
            let near = |a: &Place, b: &Place| are_near(a, b, *reach, story);
            match relation {
                Relation::Without => left.into_iter().filter(|a| !right.iter().any(|b| near(a, b))).collect(),
                _ => {
                    let mut all = Vec::new();
                    for a in &left {
                        for b in &right {
                            if near(a, b) && (*relation == Relation::Either || end(a) < start(b)) {
                                let mut both = [a.as_slice(), b].concat();
                                both.sort();
                                all.push(both);
                            }
                        }
                    }
                    least(all)
                }
            }
        }
        Query::Field("body", inner) if scope.is_first() => places_from(next, inner, story, scope),
        Query::Field(name, inner) => places_from(next, inner, story, scope.within(&scope_of(name))),
        Query::First(words, inner) => places_from(next, inner, story, scope.within(&[("body", scope.first(*words))])),
        Query::Case(case, inner) => places_from(next, inner, story, Scope { case: Some(*case), ..scope }),
        Query::Quorum(..) | Query::AtLeast(..) | Query::All(_) | Query::Not(_) | Query::Told(_) | Query::Weighed(_) => {
            unreachable!("these stand at no place")
        }
    }
}

/// Tells whether two places share no word, and are as near as asked.
fn are_near(a: &Place, b: &Place, reach: Reach, story: &Story) -> bool {
    if a.iter().any(|a| b.iter().any(|b| a.start <= b.end && b.start <= a.end)) {
        return false;
    }
    let token = |at: usize| story.tokens.iter().find(|token| token.at == at).expect("a word stands there");
    let (first, last) = (token(start(a).min(start(b))), token(end(a).max(end(b))));
    match reach {
        Reach::Words(most) => {
            let distance = if end(a) < start(b) { start(b) - end(a) } else { start(a).saturating_sub(end(b)) };
            distance <= most
        }
        Reach::Sentence => first.sentence == last.sentence,
        Reach::Paragraph => first.paragraph == last.paragraph,
    }
}

/// Of places with the same bounds leaves the one whose words come first.
fn each_once(mut places: Vec<Place>) -> Vec<Place> {
    let order = |place: &Place| {
        let words: Vec<_> = place.iter().map(|found| (found.start, found.end)).collect();
        let parts: Vec<_> = place.iter().map(|found| found.part).collect();
        (start(place), end(place), words, parts)
    };
    places.sort_by_key(order);
    places.dedup_by_key(|place| (start(place), end(place)));
    places
}

/// Leaves the places that hold no other.
fn least(places: Vec<Place>) -> Vec<Place> {
    let places = each_once(places);
    let holds = |outer: &Place, inner: &Place| {
        start(outer) <= start(inner)
            && end(inner) <= end(outer)
            && (start(outer), end(outer)) != (start(inner), end(inner))
    };
    places.iter().filter(|outer| !places.iter().any(|inner| holds(outer, inner))).cloned().collect()
}

/// How many positions a word takes.
fn length(word: &Word) -> usize {
    match word {
        Word::Characters(characters) => characters.len(),
        Word::Compound { joined: false } => 2,
        Word::Of { .. } | Word::Compound { joined: true } | Word::Any | Word::Open(_) => 1,
    }
}

fn word_places(word: &Word, story: &Story, scope: Scope<'_>) -> Vec<Place> {
    if let Word::Open(pattern) = word {
        return written_places(&Written::Wildcard(pattern.clone()), story, scope);
    }
    let mut found = phrase_places(std::slice::from_ref(word), story, scope);
    if let Word::Compound { joined: false } = word {
        found.extend(phrase_places(&[Word::Compound { joined: true }], story, scope));
    }
    each_once(found.into_iter().map(|found| vec![found]).collect())
}

fn written_places(written: &Written, story: &Story, scope: Scope<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    for token in story.tokens.iter().filter(|token| is_in(token, scope)) {
        if let Some(end) = written_end(token, written, story, scope) {
            let mark = Mark { field: token.field, entry: token.entry, range: (token.range.0, end) };
            places.push(vec![Found { start: token.at, end: token.at, part: 0, marks: vec![mark] }]);
        }
    }
    places
}

/// Returns the end of the word at a token if it is written as asked. A compound stands where it begins, as one word too.
fn written_end(token: &Token, written: &Written, story: &Story, scope: Scope<'_>) -> Option<usize> {
    token.lexeme?;
    let has_joined = is_written("stormferry", written) && has_case(&compound(token, story), scope.case);
    let alone = is_written(&token.form, written) && has_case(&token.written, scope.case);
    token.compound_end.filter(|_| has_joined).or(alone.then_some(token.range.1))
}

/// Tells whether a form is one that was asked for: without diacritics, unless there are some in what is asked.
fn is_written(form: &str, written: &Written) -> bool {
    let plain = form.replace('ü', "u");
    let seen = |asked: &str| if asked.contains('ü') { form.to_owned() } else { plain.clone() };
    match written {
        Written::Exact(asked) => seen(asked) == *asked,
        Written::Wildcard(pattern) => {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            is_like(&letters(&seen(pattern)), &letters(pattern))
        }
        Written::Fuzzy(asked, changes) => n_changes(&asked.replace('ü', "u"), &plain) <= *changes,
        Written::Regex(forms) => {
            let is_spelled = forms.iter().any(|asked| asked.contains('ü'));
            forms.iter().any(|asked| *asked == if is_spelled { form } else { &plain })
        }
    }
}

fn is_like(letters: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => letters.is_empty(),
        ['*', rest @ ..] => (0..=letters.len()).any(|skipped| is_like(&letters[skipped..], rest)),
        [c, rest @ ..] => letters.first().is_some_and(|first| *c == '?' || first == c) && is_like(&letters[1..], rest),
    }
}

/// Returns how many letters have to be added, left out, changed, or put before the one before them.
fn n_changes(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut changes = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            if i == 0 || j == 0 {
                changes[i][j] = i + j;
                continue;
            }
            let other = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (changes[i - 1][j - 1] + other).min(changes[i - 1][j] + 1).min(changes[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(changes[i - 2][j - 2] + 1);
            }
            changes[i][j] = least;
        }
    }
    changes[a.len()][b.len()]
}

/// What is asked of each word of a sequence.
enum Asked<'w> {
    Of(usize),
    Any,
    Open(Written),
    /// A compound that is written as one word: it stands where it begins, as one.
    Joined,
    /// A character, and whether it stands in the run of the one before.
    Character(&'w str, bool),
}

fn phrase_places(words: &[Word], story: &Story, scope: Scope<'_>) -> Vec<Found> {
    let mut asked = Vec::new();
    for word in words {
        match word {
            Word::Of { lexeme, .. } => asked.push(Asked::Of(*lexeme)),
            Word::Any => asked.push(Asked::Any),
            Word::Open(pattern) => asked.push(Asked::Open(Written::Wildcard(pattern.clone()))),
            Word::Characters(characters) => {
                asked.extend(characters.iter().enumerate().map(|(n, character)| Asked::Character(character, n > 0)));
            }
            Word::Compound { joined: true } => asked.push(Asked::Joined),
            Word::Compound { joined: false } => asked.extend([Asked::Of(2), Asked::Of(0)]),
        }
    }
    let mut found = Vec::new();
    for sequence in story.tokens.windows(asked.len()) {
        let is_unbroken = sequence.windows(2).all(|pair| pair[1].at == pair[0].at + 1);
        let is_asked = |(n, (token, asked)): (usize, (&Token, &Asked<'_>))| match asked {
            Asked::Of(lexeme) => token.lexeme == Some(*lexeme),
            Asked::Any => true,
            Asked::Open(written) => written_end(token, written, story, scope).is_some(),
            Asked::Joined => token.compound_end.is_some(),
            Asked::Character(character, joined) => {
                token.form == *character && (!joined || sequence[n - 1].run == token.run)
            }
        };
        let has_case = |(token, asked): (&Token, &Asked<'_>)| match asked {
            // Of what is open the capitals are looked at with the letters.
            Asked::Any | Asked::Open(_) => true,
            Asked::Joined => has_case(&compound(token, story), scope.case),
            _ => has_case(&token.written, scope.case),
        };
        // Of characters, two are one word.
        let holds = sequence.iter().zip(&asked).enumerate().all(is_asked) && sequence.iter().zip(&asked).all(has_case);
        if is_unbroken && holds && sequence.iter().all(|token| is_in(token, scope)) {
            found.push(Found {
                start: sequence[0].at,
                end: sequence[sequence.len() - 1].at,
                part: 0,
                marks: sequence_marks(sequence, end_of_last(sequence, asked.last(), story, scope)),
            });
        }
    }
    found
}

/// Returns where the last word of a sequence ends, where that is not where its token does.
fn end_of_last(sequence: &[Token], asked: Option<&Asked<'_>>, story: &Story, scope: Scope<'_>) -> Option<usize> {
    let token = sequence.last()?;
    match asked? {
        Asked::Joined => token.compound_end,
        Asked::Open(written) => written_end(token, written, story, scope),
        _ => None,
    }
}

/// Returns the bytes of a sequence in each entry that it goes over, the last of which may end further on.
fn sequence_marks(sequence: &[Token], end_of_last: Option<usize>) -> Vec<Mark> {
    let entries = sequence.chunk_by(|a, b| (a.field, a.entry) == (b.field, b.entry));
    let mark = |part: &[Token]| {
        let last = &part[part.len() - 1];
        let end = end_of_last.filter(|_| last.at == sequence[sequence.len() - 1].at);
        Mark { field: last.field, entry: last.entry, range: (part[0].range.0, end.unwrap_or(last.range.1)) }
    };
    entries.map(mark).collect()
}

/// Returns a compound as it is written, given its beginning.
fn compound(first: &Token, story: &Story) -> String {
    let second = story.tokens.iter().find(|token| token.at == first.at + 1);
    format!("{}-{}", first.written, second.map_or("", |second| &second.written))
}

fn has_case(written: &str, case: Option<Case>) -> bool {
    let capitals = written.chars().filter(|c| c.is_uppercase()).count();
    match case {
        None => true,
        Some(Case::Some) => capitals > 0,
        Some(Case::All) => capitals > 0 && !written.chars().any(char::is_lowercase),
        Some(Case::None) => capitals == 0,
    }
}

fn is_in(token: &Token, scope: Scope<'_>) -> bool {
    let is_in = |(field, words): &(&str, usize)| *field == token.field && token.of_field < *words;
    scope.fields.map_or(token.field != NOTE, |fields| fields.iter().any(is_in))
}
