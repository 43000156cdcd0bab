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
/// hold across news collections in the Anserini reproductions.
pub(crate) const K1: f64 = 0.9;
/// See [`K1`].
pub(crate) const B: f64 = 0.4;

/// The article length, in words of the merged field, at which length neither raises nor lowers a score. Fixed, and
/// not the corpus average, so that a score never depends on how the index is cut into segments.
pub(crate) const PIVOT: f64 = 410.0;

/// Returns the inverse document frequency: ln(1 + (N − n + 0.5) / (n + 0.5)), as Lucene has it.
pub(crate) fn idf(articles: u64, with_term: u64) -> f64 {
    let (all, with) = (articles as f64, with_term as f64);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

/// Returns the weight of a term that occurs `frequency` times among `length` words of the merged field.
pub(crate) fn saturation(frequency: u32, length: u32) -> f64 {
    let frequency = f64::from(frequency);
    frequency / (frequency + K1 * (1.0 - B + B * f64::from(length) / PIVOT))
}
