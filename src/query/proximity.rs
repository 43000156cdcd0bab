//! The operators of proximity, in the forms of Nexis, Westlaw, Factiva, ProQuest and Manticore: `W/5`, `near/5`, `/s`.

use super::ast::{Proximity, Reach, Relation};

/// The furthest that operands may stand apart, in words.
pub(super) const MOST_WORDS: u32 = 255;

/// A greater number behind a letter is none of words.
const MOST_WITHOUT_SLASH: u32 = 25;

/// What is wrong with an operator, and what would be right.
pub(super) type Wrong = (&'static str, &'static str);

const FAR: Wrong = ("the distance is a number of words from 1 to 255", "for words anywhere in the article, use AND");
const ADJACENT: Wrong = (
    "`ADJ` means this order in some query languages and either order in others",
    "write PRE/4 for within 4 words in this order, W/4 for either order",
);
const SEGMENT: Wrong =
    ("`SEG` is no distance: fields are named here", "for words in one field, write headline:(harbour AND bridge)");

/// Reads an operator; `None` where the word is none.
pub(super) fn of_word(word: &str) -> Option<Result<Proximity, Wrong>> {
    let (name, distance) = match word.split_once('/') {
        Some(parts) => parts,
        // Factiva leaves out the slash: `near5`.
        None => word.split_at(word.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 3 || is(word, "adj", *at))?),
    };
    let has_number = distance.starts_with(|c: char| c.is_ascii_digit());
    let relation = match name.to_ascii_lowercase().as_str() {
        "near" => Relation::Either,
        // ProQuest's `N/5`.
        "n" if word.contains('/') && has_number => Relation::Either,
        "p" if word.contains('/') && has_number => Relation::Before,
        "w" | "" | "within" if word.contains('/') => Relation::Either,
        "pre" if word.contains('/') => Relation::Before,
        "onear" => Relation::Before,
        "notnear" => Relation::Without,
        "adj" => return reach(distance).map(|_| Err(ADJACENT)),
        _ => return None,
    };
    Some(reach(distance)?.map(|reach| Proximity { relation, reach }))
}

fn is(word: &str, name: &str, at: usize) -> bool {
    at == name.len() && word.get(..at).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

fn reach(text: &str) -> Option<Result<Reach, Wrong>> {
    match text.to_ascii_lowercase().as_str() {
        "s" | "sent" => Some(Ok(Reach::Sentence)),
        "p" | "para" => Some(Ok(Reach::Paragraph)),
        "seg" => Some(Err(SEGMENT)),
        number if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
            let words = number.parse().ok().filter(|words| (1..=MOST_WORDS).contains(words));
            Some(words.map(Reach::Words).ok_or(FAR))
        }
        _ => None,
    }
}

/// Tells whether a word would be an operator if it had a distance behind its slash.
pub(super) fn lacks_distance(word: &str) -> bool {
    let known = ["near", "pre", "onear", "notnear", "within"];
    word.split_once('/').is_some_and(|(name, _)| known.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

/// Returns the distance of what is an operator of EBSCO, and here a word: `N5`, `W5`. Masks are called N95, and forms W2.
pub(super) fn without_slash(word: &str) -> Option<&str> {
    let (distance, least) = word.strip_prefix('N').zip(Some(1)).or_else(|| word.strip_prefix('W').zip(Some(3)))?;
    let is_whole = !distance.is_empty() && distance.bytes().all(|byte| byte.is_ascii_digit());
    let words: u32 = distance.parse().ok().filter(|_| is_whole)?;
    (least..=MOST_WITHOUT_SLASH).contains(&words).then_some(distance)
}

/// Tells whether a text tells how far operands may stand apart: `5`, `s`.
pub(super) fn is_distance(text: &str) -> bool {
    matches!(reach(text), Some(Ok(_)))
}

/// Returns the operator as query text.
pub(super) fn to_text(proximity: Proximity) -> String {
    let Proximity { relation, reach } = proximity;
    let name = match relation {
        Relation::Either => "W",
        Relation::Before => "PRE",
        Relation::Without => "NOT W",
    };
    match reach {
        Reach::Words(words) => format!("{name}/{words}"),
        Reach::Sentence => format!("{name}/S"),
        Reach::Paragraph => format!("{name}/P"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_read_in_the_forms_of_several_languages() {
        for (words, expected) in [
            (&["W/5", "w/5", "NEAR/5", "near/5", "within/5", "/5", "N/5", "near5", "NEAR5", "w/05"][..], "W/5"),
            (&["PRE/255", "pre/255", "onear/255", "ONEAR255", "p/255"], "PRE/255"),
            (&["W/S", "w/s", "/s", "near/sent", "W/SENT"], "W/S"),
            (&["W/P", "/p", "w/para"], "W/P"),
            (&["NOTNEAR/3", "notnear3"], "NOT W/3"),
            (&["PRE/S"], "PRE/S"),
        ] {
            for word in words {
                let read = of_word(word).expect("an operator").expect("a right one");
                assert_eq!(to_text(read), expected, "{word}");
            }
        }
        for word in ["w/o", "n/a", "his/her", "near", "W", "/", "w/", "pre5", "w5", "24/7", "nearly5", "ad4", "a/s"] {
            assert_eq!(of_word(word), None, "{word}");
        }
        assert_eq!(["N5", "W12", "N1"].map(without_slash), [Some("5"), Some("12"), Some("1")]);
        for word in ["n5", "N0", "N", "WS", "NS", "M4", "P2P", "W999", "N95", "W2", "P1", "PRE3", "N+5"] {
            assert_eq!(without_slash(word), None, "{word}");
        }
        for (word, wrong) in [
            ("W/0", FAR),
            ("near/256", FAR),
            ("W/99999999999999999999", FAR),
            ("ADJ4", ADJACENT),
            ("adj/4", ADJACENT),
            ("w/seg", SEGMENT),
        ] {
            assert_eq!(of_word(word), Some(Err(wrong)), "{word}");
        }
    }
}
