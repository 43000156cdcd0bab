use proptest::prelude::*;

use super::*;

/// Each letter of the query stands where the text has it.
fn places(text: &str) -> Places {
    let mut places = Places { positions: vec![Vec::new(); 26], body_end: u32::MAX, ..Places::default() };
    let mut at = 0;
    for c in text.chars() {
        match c {
            '.' => places.sentences.push(at),
            '|' => {
                places.sentences.push(at);
                places.paragraphs.push(at);
            }
            c => {
                if c.is_ascii_lowercase() {
                    places.positions[c as usize - 'a' as usize].push(at);
                }
                at += 1;
            }
        }
    }
    places
}

fn word(letters: &str) -> Spans {
    let slots = (0..).zip(letters.chars()).map(|(n, c)| (n, c as usize - 'a' as usize)).collect();
    Spans::Sequence(Sequence { slots, length: letters.len() as u32, part: 0 })
}

fn near(left: Spans, relation: Relation, reach: Reach, right: Spans) -> Spans {
    Spans::Near { first: Box::new(left), others: vec![(Proximity { relation, reach }, right)] }
}

/// Returns the words of each interval as they stand in a text: their positions.
fn found(spans: &Spans, text: &str) -> Vec<Vec<(u32, u32)>> {
    let intervals = Evaluator::default().intervals(spans, &places(text));
    intervals.iter().map(|found| found.iter().map(Found::order).collect()).collect()
}

#[test]
fn near_parts_are_found_in_the_least_interval() {
    let five = |relation| near(word("a"), relation, Reach::Words(5), word("b"));
    assert_eq!(found(&five(Relation::Either), "a.a-b-a-----b"), [[(1, 1), (3, 3)], [(3, 3), (5, 5)]]);
    assert_eq!(found(&five(Relation::Before), "b-a-b-a-----b"), [[(2, 2), (4, 4)]]);
    assert_eq!(found(&five(Relation::Without), "b-a-b-a-----b-----a"), [[(18, 18)]]);
}

#[test]
fn no_word_serves_two_parts() {
    let twice = near(word("a"), Relation::Either, Reach::Words(3), word("a"));
    assert_eq!(found(&twice, "-a-"), Vec::<Vec<_>>::new());
    assert_eq!(found(&twice, "-aa"), [[(1, 1), (2, 2)]]);
    let thrice = near(twice, Relation::Either, Reach::Words(3), word("a"));
    assert_eq!(found(&thrice, "aa-"), Vec::<Vec<_>>::new());
    assert_eq!(found(&thrice, "aaa"), [[(0, 0), (1, 1), (2, 2)]]);
    let phrase = near(word("ab"), Relation::Either, Reach::Words(9), word("b"));
    assert_eq!(found(&phrase, "ab--"), Vec::<Vec<_>>::new());
}

#[test]
fn a_part_may_stand_between_the_words_of_another() {
    let pair = near(word("a"), Relation::Either, Reach::Words(5), word("b"));
    let three = near(pair, Relation::Either, Reach::Words(1), word("c"));
    assert_eq!(found(&three, "a-c-b"), [[(0, 0), (2, 2), (4, 4)]]);
}

#[test]
fn an_alternative_that_holds_another_still_counts() {
    let either = Spans::Any(vec![word("ab"), word("a")]);
    let next = near(either, Relation::Before, Reach::Words(1), word("c"));
    assert_eq!(found(&next, "abc"), [vec![(0, 1), (2, 2)]]);
}

#[test]
fn sentences_and_paragraphs_bound_what_is_near() {
    let within = |reach| near(word("a"), Relation::Either, reach, word("b"));
    assert_eq!(found(&within(Reach::Sentence), "a-.b|b-a"), [[(3, 3), (5, 5)]]);
    assert_eq!(found(&within(Reach::Paragraph), "a-.b|b-a"), [[(0, 0), (2, 2)], [(3, 3), (5, 5)]]);
    let without = near(word("a"), Relation::Without, Reach::Sentence, word("b"));
    assert_eq!(found(&without, "a-.b|b-a"), [[(0, 0)]]);
}

#[test]
fn words_in_order_stand_within_their_length_and_the_slack() {
    let three = |within| Spans::InOrder { parts: vec![word("a"), word("b"), word("c")], within };
    assert_eq!(found(&three(4), "a-bc-ab--c"), [[(0, 0), (2, 2), (3, 3)]]);
    assert_eq!(found(&three(5), "a-bc-ab--c").len(), 2);
    assert_eq!(found(&three(3), "cba"), Vec::<Vec<_>>::new());
}

/// What spans mean, in plain loops: every way in which they can stand, as sorted words with their ends.
fn naive(spans: &Spans, text: &str, places: &Places) -> Vec<Vec<(u32, u32)>> {
    let bounds = |words: &[(u32, u32)]| (words.iter().map(|w| w.0).min(), words.iter().map(|w| w.1).max());
    let union = |a: &[(u32, u32)], b: &[(u32, u32)]| {
        let mut words = [a, b].concat();
        words.sort_unstable();
        words
    };
    let mut all: Vec<Vec<(u32, u32)>> = Vec::new();
    match spans {
        Spans::Sequence(Sequence { slots, length, .. }) => {
            for start in 0..text.len() as u32 {
                if slots.iter().all(|(distance, word)| places.positions[*word].contains(&(start + distance))) {
                    all.push(vec![(start, start + length - 1)]);
                }
            }
            return all;
        }
        Spans::Any(parts) => {
            all = parts.iter().flat_map(|part| naive(part, text, places)).collect();
            all.sort_by_key(|words| (bounds(words), words.clone()));
            all.dedup_by_key(|words| bounds(words));
            return all;
        }
        Spans::InOrder { parts, within } => {
            all.push(Vec::new());
            for part in parts {
                let next = naive(part, text, places);
                all = all
                    .iter()
                    .flat_map(|words| next.iter().map(move |next| (words, next)))
                    .filter(|(words, next)| bounds(words).1.is_none_or(|end| bounds(next).0 > Some(end)))
                    .map(|(words, next)| union(words, next))
                    .collect();
            }
            all.retain(|words| bounds(words).1 < bounds(words).0.map(|start| start + within));
        }
        Spans::Near { first, others } => {
            let [(near, right)] = others.as_slice() else { panic!("two parts") };
            let (left, right) = (naive(first, text, places), naive(right, text, places));
            let are_near = |a: &[(u32, u32)], b: &[(u32, u32)]| {
                let ((Some(a_start), Some(a_end)), (Some(b_start), Some(b_end))) = (bounds(a), bounds(b)) else {
                    return false;
                };
                let share = a.iter().any(|a| b.iter().any(|b| a.0 <= b.1 && b.0 <= a.1));
                let distance = if a_end < b_start { b_start - a_end } else { a_start.saturating_sub(b_end) };
                let (start, end) = (a_start.min(b_start), a_end.max(b_end));
                let unbroken = |breaks: &[u32]| !breaks.iter().any(|at| start < *at && *at <= end);
                let reached = match near.reach {
                    Reach::Words(most) => distance <= most,
                    Reach::Sentence => unbroken(&places.sentences),
                    Reach::Paragraph => unbroken(&places.paragraphs),
                };
                !share && reached && (near.relation != Relation::Before || a_end < b_start)
            };
            if near.relation == Relation::Without {
                return left.into_iter().filter(|a| !right.iter().any(|b| are_near(a, b))).collect();
            }
            for a in &left {
                all.extend(right.iter().filter(|b| are_near(a, b)).map(|b| union(a, b)));
            }
        }
    }
    let holds = |outer: &[(u32, u32)], inner: &[(u32, u32)]| {
        let (outer, inner) = (bounds(outer), bounds(inner));
        outer != inner && outer.0 <= inner.0 && inner.1 <= outer.1
    };
    let mut least: Vec<_> = all.iter().filter(|outer| !all.iter().any(|inner| holds(outer, inner))).cloned().collect();
    least.sort_by_key(|words| (bounds(words), words.clone()));
    least.dedup_by_key(|words| bounds(words));
    least
}

fn any_spans() -> impl Strategy<Value = Spans> {
    let words = prop_oneof![4 => "[a-c]", 1 => "[a-c]{2}"].prop_map(|letters| word(&letters));
    words.prop_recursive(4, 12, 3, |inner| {
        let reach = prop_oneof![
            4 => (1u32..5).prop_map(Reach::Words),
            1 => Just(Reach::Sentence),
            1 => Just(Reach::Paragraph),
        ];
        let relation =
            prop_oneof![3 => Just(Relation::Either), 2 => Just(Relation::Before), 1 => Just(Relation::Without)];
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Spans::Any),
            prop::collection::vec("[a-c]".prop_map(|letter| word(&letter)), 2..4)
                .prop_flat_map(|parts| (Just(parts), 2u32..8))
                .prop_map(|(parts, within)| Spans::InOrder { parts, within }),
            (inner.clone(), relation, reach, inner)
                .prop_map(|(left, relation, reach, right)| near(left, relation, reach, right)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn what_is_found_is_what_plain_loops_find(spans in any_spans(), text in "[a-c|.-]{0,14}") {
        let places = places(&text);
        prop_assert_eq!(found(&spans, &text), naive(&spans, &text, &places), "{:?}", spans);
    }
}
