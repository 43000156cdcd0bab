use proptest::prelude::*;

use super::*;

/// Returns the length of a longest common subsequence by the table of the textbook.
fn naive(a: &[WordId], b: &[WordId], is_equal: impl Fn(WordId, WordId) -> bool) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, left) in a.iter().enumerate() {
        for (j, right) in b.iter().enumerate() {
            let reached = table[i][j + 1].max(table[i + 1][j]);
            table[i + 1][j + 1] = if is_equal(*left, *right) { reached.max(table[i][j] + 1) } else { reached };
        }
    }
    table[a.len()][b.len()]
}

proptest! {
    #[test]
    fn common_words_are_a_longest_common_subsequence(
        a in proptest::collection::vec(0..12u32, 0..200),
        b in proptest::collection::vec(0..12u32, 0..200),
        pairs in proptest::collection::vec((0..12u32, 0..12u32), 0..6),
    ) {
        let is_equal = |left: WordId, right: WordId| left == right || pairs.contains(&(left, right));
        let mut variants = Variants::default();
        pairs.iter().for_each(|(left, right)| variants.entry(*left).or_default().push(*right));
        let common = common_words(&a, &b, &variants);
        prop_assert!(common.iter().all(|(at, to)| is_equal(a[*at], b[*to])));
        prop_assert!(common.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
        prop_assert_eq!(common.len(), naive(&a, &b, is_equal));
    }
}

/// Returns a word of a made-up language; no two are alike.
fn word(n: usize) -> String {
    let mut state = n as u64 + 1;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b"adegkmprswxz"[(state >> 33) as usize % 12])
    };
    (0..9).map(|_| letter()).collect()
}

/// Returns a story of such words.
fn story(words: std::ops::Range<usize>) -> Vec<String> {
    words.map(word).collect()
}

fn are_near(a: &[String], b: &[String]) -> bool {
    let mut words = Words::default();
    let [a, b] = [a, b].map(|text| words.text("", std::iter::once(text.join(" ").as_str()), true));
    let found = [(&a, &b), (&b, &a)].map(|(a, b)| words.are_near(a, b, &mut Budget(usize::MAX)));
    assert_eq!(found[0], found[1], "it is the same from both sides");
    found[0]
}

#[test]
fn four_fifths_of_the_words_make_a_copy() {
    let whole = story(0..200);
    assert!(are_near(&whole, &whole[..160]) && !are_near(&whole, &whole[..159]), "cut from the end");
    assert!(are_near(&whole, &whole[40..]) && !are_near(&whole, &whole[41..]), "cut from the beginning");
    let begun_anew = |n: usize| [story(1000..1000 + n), whole[n..].to_vec()].concat();
    assert!(are_near(&whole, &begun_anew(40)) && !are_near(&whole, &begun_anew(41)), "a new first paragraph");
    let every = |n: usize| -> Vec<String> {
        whole.iter().enumerate().map(|(at, old)| if at % n == 0 { word(40_000 + at) } else { old.clone() }).collect()
    };
    assert!(are_near(&whole, &every(5)) && !are_near(&whole, &every(4)), "words here and there");
    let turned = [&whole[50..], &whole[..50]].concat();
    assert!(!are_near(&whole, &turned), "the order counts");
}

#[test]
fn words_that_were_read_badly_are_the_same() {
    let whole = story(0..200);
    // In every second word one letter is wrong, too many, or lost.
    let read = |text: &[String], from: usize| -> Vec<String> {
        let mut text = text.to_vec();
        for (at, word) in text.iter_mut().enumerate().skip(from).step_by(4) {
            match at % 3 {
                0 => word.replace_range(2..3, "y"),
                1 => word.insert(3, 'y'),
                _ => drop(word.remove(4)),
            }
        }
        text
    };
    assert!(are_near(&read(&whole, 0), &read(&whole, 2)));
    for (right, read) in [("the modern burglar", "tbe modem hnrglar"), ("1916 and 10", "l9l6 aud 1O")] {
        let mut words = Words::default();
        let numbered = [right, read].map(|text| {
            let text = words.text("", std::iter::once(text), true);
            words.looks(&text.words)
        });
        assert_eq!(numbered[0], numbered[1], "{right}");
    }
}

#[test]
fn figures_that_differ_are_another_story() {
    let prices = |first: usize| -> Vec<String> {
        let words = story(0..160);
        words
            .into_iter()
            .enumerate()
            .map(|(n, word)| if n % 30 == 7 { (first + n).to_string() } else { word })
            .collect()
    };
    assert!(are_near(&prices(100), &prices(100)));
    assert!(!are_near(&prices(100), &prices(300)), "six of 160 words differ, and all of them are figures");
    let mut corrected = prices(100);
    corrected[37] = "12".to_owned();
    corrected[67] = "14".to_owned();
    assert!(are_near(&prices(100), &corrected), "two figures of 160 words are corrected");
    corrected[97] = "16".to_owned();
    assert!(!are_near(&prices(100), &corrected));
}

#[test]
fn short_texts_are_copies_of_the_same_alone() {
    let (long, short) = (story(0..40), story(0..39));
    assert!(are_near(&long, &short), "of forty words one is lost");
    assert!(!are_near(&short, &short[..38]));
    let shouted: Vec<String> = short.iter().map(|word| format!("{}!", word.to_uppercase())).collect();
    assert!(are_near(&short, &shouted));
    assert!(!are_near(&[], &[]), "nothing is no text");
}

#[test]
fn letters_of_a_script_without_spaces_are_words() {
    let letters = |from: u32| (from..from + 50).filter_map(char::from_u32).collect::<String>();
    let (whole, other) = (letters(0x4e00), letters(0x5e00));
    let is_near = |edited: String| are_near(std::slice::from_ref(&whole), &[edited]);
    assert!(is_near([&whole[..120], &other[..30]].concat()), "forty of fifty");
    assert!(!is_near([&whole[..117], &other[..33]].concat()), "thirty-nine");
}

#[test]
fn what_was_not_compared_is_no_copy() {
    let mut words = Words::default();
    let [a, b] = [story(0..100), [story(900..905), story(5..99)].concat()]
        .map(|text| words.text("", std::iter::once(text.join(" ").as_str()), true));
    let mut budgets = [Budget(1_000), Budget(3)];
    assert_eq!(budgets.each_mut().map(|budget| words.are_near(&a, &b, budget)), [true, false]);
    assert_eq!(budgets.map(|budget| budget.is_spent()), [false, true]);
}
