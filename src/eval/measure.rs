//! Measures of a ranking against judgments, defined as trec_eval defines them.
//!
//! An article is relevant from grade 1 on. One that was not judged counts as not relevant, but for bpref, which passes
//! it over.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::run::Ranked;

/// A measure of how well a topic was answered, from 0 to 1.
///
/// ```
/// use newshound::Measure;
///
/// let measure: Measure = "ndcg@10".parse()?;
/// assert_eq!(measure.trec_name().as_deref(), Some("ndcg_cut_10"));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Measure {
    /// `map`: average precision, the mean of the precision at each relevant article, 0 for those that were not found.
    AveragePrecision,
    /// `mrr`: one over the rank of the first relevant article.
    ReciprocalRank,
    /// `rprec`: precision at as many articles as are relevant.
    RPrecision,
    /// `bpref`: how seldom an article that was judged not relevant stands before a relevant one (Buckley and Voorhees, 2004).
    Bpref,
    /// `p@K`: the share of relevant articles among the first K.
    Precision(u32),
    /// `recall@K`: the share of the relevant articles that are among the first K.
    Recall(u32),
    /// `ndcg@K`: discounted cumulative gain of the first K over the best that could be, where the gain of an article is its
    /// grade (Järvelin and Kekäläinen, 2002).
    Ndcg(u32),
    /// `ndcg-exp@K`: the same where the gain is two to the power of the grade, less one (Burges and others, 2005).
    NdcgExp(u32),
}

impl Measure {
    /// The measures that are told where none are asked for.
    pub const USUAL: [Measure; 10] = [
        Measure::AveragePrecision,
        Measure::ReciprocalRank,
        Measure::RPrecision,
        Measure::Bpref,
        Measure::Precision(10),
        Measure::Precision(30),
        Measure::Recall(100),
        Measure::Recall(1000),
        Measure::Ndcg(10),
        Measure::NdcgExp(10),
    ];

    /// Returns what trec_eval calls it; `None` for what it does not know.
    pub fn trec_name(self) -> Option<String> {
        match self {
            Measure::AveragePrecision => Some("map".to_owned()),
            Measure::ReciprocalRank => Some("recip_rank".to_owned()),
            Measure::RPrecision => Some("Rprec".to_owned()),
            Measure::Bpref => Some("bpref".to_owned()),
            Measure::Precision(k) => Some(format!("P_{k}")),
            Measure::Recall(k) => Some(format!("recall_{k}")),
            Measure::Ndcg(k) => Some(format!("ndcg_cut_{k}")),
            Measure::NdcgExp(_) => None,
        }
    }

    pub(super) fn of(self, judged: &Judged) -> f64 {
        match self {
            Measure::AveragePrecision => judged.average_precision(),
            Measure::ReciprocalRank => judged.reciprocal_rank(),
            Measure::RPrecision => judged.relevant_in(judged.relevant()).over(judged.relevant()),
            Measure::Bpref => judged.bpref(),
            Measure::Precision(k) => judged.relevant_in(k as usize).over(k as usize),
            Measure::Recall(k) => judged.relevant_in(k as usize).over(judged.relevant()),
            Measure::Ndcg(k) => judged.ndcg(k as usize, f64::from),
            Measure::NdcgExp(k) => judged.ndcg(k as usize, |grade| f64::from(grade).exp2() - 1.0),
        }
    }
}

/// A ratio that is 0 where there is nothing to compare with.
trait Over {
    fn over(self, whole: usize) -> f64;
}

impl Over for usize {
    fn over(self, whole: usize) -> f64 {
        if whole == 0 { 0.0 } else { self as f64 / whole as f64 }
    }
}

/// A ranking with the grades of its articles.
pub(super) struct Judged {
    /// The grade of each article, the first first; `None` where it was not judged.
    ranked: Vec<Option<i32>>,
    /// The grades of all articles that were judged, the highest first.
    grades: Vec<i32>,
}

impl Judged {
    pub(super) fn new(ranked: &[Ranked], judgments: &BTreeMap<String, i32>) -> Judged {
        let ranked = ranked.iter().map(|ranked| judgments.get(&ranked.article).copied()).collect();
        let mut grades: Vec<i32> = judgments.values().copied().collect();
        grades.sort_unstable_by(|a, b| b.cmp(a));
        Judged { ranked, grades }
    }

    pub(super) fn retrieved(&self) -> usize {
        self.ranked.len()
    }

    pub(super) fn relevant(&self) -> usize {
        self.grades.iter().filter(|grade| **grade > 0).count()
    }

    /// Returns how many of the first `k` are relevant.
    pub(super) fn relevant_in(&self, k: usize) -> usize {
        self.ranked.iter().take(k).filter(|grade| is_relevant(**grade)).count()
    }

    fn average_precision(&self) -> f64 {
        let relevant = (1..).zip(&self.ranked).filter(|(_, grade)| is_relevant(**grade));
        let sum: f64 = (1..).zip(relevant).map(|(found, (rank, _)): (usize, (usize, _))| found.over(rank)).sum();
        if sum > 0.0 { sum / self.relevant() as f64 } else { 0.0 }
    }

    fn reciprocal_rank(&self) -> f64 {
        let first = self.ranked.iter().position(|grade| is_relevant(*grade));
        first.map_or(0.0, |place| 1.0 / (place + 1) as f64)
    }

    fn bpref(&self) -> f64 {
        let relevant = self.relevant();
        let most = relevant.min(self.grades.iter().filter(|grade| **grade == 0).count());
        let (mut others, mut sum) = (0usize, 0.0);
        // Negative grades are of articles that were chosen, and not judged.
        for grade in self.ranked.iter().flatten().filter(|grade| **grade >= 0) {
            match grade {
                0 => others += 1,
                _ if others == 0 => sum += 1.0,
                _ => sum += 1.0 - others.min(relevant).over(most),
            }
        }
        if relevant == 0 { 0.0 } else { sum / relevant as f64 }
    }

    fn ndcg(&self, k: usize, gain: impl Fn(i32) -> f64) -> f64 {
        let dcg = |grades: &mut dyn Iterator<Item = i32>| -> f64 {
            let discounted = (2u32..).zip(grades.take(k)).filter(|(_, grade)| *grade > 0);
            // Not by `sum`, to which nothing is -0.
            discounted.fold(0.0, |sum, (place, grade)| sum + gain(grade) / f64::from(place).log2())
        };
        let best = dcg(&mut self.grades.iter().copied());
        if best > 0.0 { dcg(&mut self.ranked.iter().map(|grade| grade.unwrap_or(0))) / best } else { 0.0 }
    }
}

fn is_relevant(grade: Option<i32>) -> bool {
    grade.is_some_and(|grade| grade > 0)
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Measure::AveragePrecision => "map".to_owned(),
            Measure::ReciprocalRank => "mrr".to_owned(),
            Measure::RPrecision => "rprec".to_owned(),
            Measure::Bpref => "bpref".to_owned(),
            Measure::Precision(k) => format!("p@{k}"),
            Measure::Recall(k) => format!("recall@{k}"),
            Measure::Ndcg(k) => format!("ndcg@{k}"),
            Measure::NdcgExp(k) => format!("ndcg-exp@{k}"),
        };
        f.pad(&name)
    }
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Measure, String> {
        let wrong = || {
            format!("`{text}` is no measure; there are map, mrr, rprec, bpref, p@K, recall@K, ndcg@K and ndcg-exp@K")
        };
        let lower = text.to_lowercase();
        match lower.as_str() {
            "map" => return Ok(Measure::AveragePrecision),
            "mrr" => return Ok(Measure::ReciprocalRank),
            "rprec" => return Ok(Measure::RPrecision),
            "bpref" => return Ok(Measure::Bpref),
            _ => {}
        }
        let (name, k) = lower.split_once('@').ok_or_else(wrong)?;
        let k = k.parse().ok().filter(|k| *k > 0).ok_or_else(wrong)?;
        match name {
            "p" => Ok(Measure::Precision(k)),
            "recall" => Ok(Measure::Recall(k)),
            "ndcg" => Ok(Measure::Ndcg(k)),
            "ndcg-exp" => Ok(Measure::NdcgExp(k)),
            _ => Err(wrong()),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(ranked: &[Option<i32>], unfound: &[i32]) -> Judged {
        let mut grades: Vec<i32> = ranked.iter().flatten().chain(unfound).copied().collect();
        grades.sort_unstable_by(|a, b| b.cmp(a));
        Judged { ranked: ranked.to_vec(), grades }
    }

    #[test]
    fn gains_are_the_grade_or_grow_with_its_power() {
        let judged = judged(&[Some(1), Some(2)], &[]);
        let second = 1.0 / 3f64.log2();
        let expected = (1.0 + 2.0 * second) / (2.0 + second);
        assert!((Measure::Ndcg(10).of(&judged) - expected).abs() < 1e-12);
        let expected = (1.0 + 3.0 * second) / (3.0 + second);
        assert!((Measure::NdcgExp(10).of(&judged) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_topic_without_relevant_articles_has_nothing_to_gain() {
        let judged = judged(&[Some(0), None, Some(-1)], &[0]);
        for measure in Measure::USUAL {
            assert_eq!(measure.of(&judged), 0.0, "{measure}");
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for measure in Measure::USUAL {
            assert_eq!(measure.to_string().parse(), Ok(measure));
        }
        assert_eq!("nDCG@5".parse(), Ok(Measure::Ndcg(5)));
        for wrong in ["ndcg", "p@0", "p@", "map@10", "recall@-1", "f1@3", ""] {
            assert!(wrong.parse::<Measure>().is_err_and(|told| told.contains("is no measure")), "{wrong}");
        }
    }
}
