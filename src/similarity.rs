//! What indexing and searching must agree on to rank: the weights of fields in the merged field, and the numbers of
//! BM25F over it. Changing anything here changes the index format.

/// How often a word of a field counts in the merged field that ranking reads.
///
/// Two for the headline: on a year of newswire the title counted twice made no difference that tells (mean average
/// precision 0.2905 against 0.2901 for once). Scoring title and body apart and summing does harm: 0.217.
pub(crate) mod weight {
    pub(crate) const HEADLINE: u32 = 2;
    pub(crate) const OTHER: u32 = 1;
}

/// Term frequency saturation and length normalisation of BM25 (Robertson and Zaragoza, 2009), at the values that
/// hold across news collections in the Anserini reproductions: k1 = 0.9, b = 0.4. They are reached by way of the values that
/// tantivy has built in, and of what every index of this format says of itself; see [`SHIFT`].
pub(crate) const K1: f64 = 1.2;
/// See [`K1`].
pub(crate) const B: f64 = 0.75;

/// A field norm is the number of words of the merged field and this. With the norm's average said to be [`AVERAGE`],
/// 1.2 (1 − 0.75 + 0.75 (length + 273) / 1024) = 0.9 (1 − 0.4 + 0.4 length / 409.6), but for 0.0001.
///
/// So the article length at which length neither raises nor lowers a score is 409.6 words: fixed, and not the corpus
/// average, so that neither a score nor what tantivy keeps of a block of postings depends on what else is in the index.
pub(crate) const SHIFT: u32 = 273;
/// See [`SHIFT`]. A power of two, so that total over number is exact in floating point.
pub(crate) const AVERAGE: u64 = 1024;

/// All that the score of an article depends on besides the article and the index: the version of the formula, which
/// grows when anything here is calculated otherwise, and every number in it.
pub(crate) const RANKING: [u64; 7] =
    [2, weight::HEADLINE as u64, weight::OTHER as u64, K1.to_bits(), B.to_bits(), SHIFT as u64, AVERAGE];

/// Returns the inverse document frequency: ln(1 + (N − n + 0.5) / (n + 0.5)), as Lucene has it.
pub(crate) fn idf(articles: u64, with_term: u64) -> f64 {
    let (all, with) = (articles as f64, with_term as f64);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

/// Returns the weight of a term that occurs `frequency` times in an article with this field norm.
pub(crate) fn saturation(frequency: impl Into<f64>, norm: u32) -> f64 {
    let frequency = frequency.into();
    frequency / (frequency + dampening(norm))
}

/// Returns the frequency at which a term has half of its weight in an article with this field norm.
pub(crate) fn dampening(norm: u32) -> f64 {
    K1 * (1.0 - B + B * f64::from(norm) / AVERAGE as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturation_is_that_of_the_values_for_news() {
        for length in [0, 1, 40, 410, 3_000, 1 << 20] {
            for frequency in [1, 2, 30] {
                let tf = f64::from(frequency);
                let for_news = tf / (tf + 0.9 * (1.0 - 0.4 + 0.4 * f64::from(length) / 409.6));
                let ours = saturation(frequency, length + SHIFT);
                assert!((ours / for_news - 1.0).abs() < 1e-4, "{ours} {for_news}");
            }
        }
    }
}
