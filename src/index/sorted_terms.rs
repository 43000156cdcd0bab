//! The order of a dictionary.

/// Returns the places of terms in order of their bytes.
pub(super) fn sorted_by_bytes<'a>(terms: impl Iterator<Item = &'a str>) -> Vec<u32> {
    // Most terms differ in their first eight bytes, which are compared as one number.
    let mut keys: Vec<(u64, &[u8], u32)> =
        terms.zip(0..).map(|(term, place)| (head(term.as_bytes()), term.as_bytes(), place)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, _, place)| place).collect()
}

fn head(term: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let len = term.len().min(8);
    bytes[..len].copy_from_slice(&term[..len]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_order_is_that_of_the_bytes(terms in proptest::collection::vec("[a\0é]{0,12}", 0..60)) {
            let sorted: Vec<_> = sorted_by_bytes(terms.iter().map(String::as_str)).into_iter().map(|place| terms[place as usize].clone()).collect();
            let mut expected = terms;
            expected.sort();
            proptest::prop_assert_eq!(sorted, expected);
        }
    }
}
