//! Two runs held against each other, topic by topic.

use super::{Evaluation, Measure, significance};
use crate::article::SCHEMA_VERSION;

/// How two runs are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompareOptions {
    /// How many times the randomisation test gives the differences signs by chance.
    pub rounds: u32,
    /// What its chance begins with: the same seed gives the same p-value.
    pub seed: u64,
}

impl Default for CompareOptions {
    fn default() -> CompareOptions {
        CompareOptions { rounds: 100_000, seed: 1 }
    }
}

/// How a second run differs from a first one.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Comparison {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// One comparison a measure.
    pub measures: Vec<MeasureComparison>,
}

/// How a second run differs from a first one by one measure.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MeasureComparison {
    /// The measure.
    pub measure: Measure,
    /// The first run's mean over the topics that both have.
    pub first: f64,
    /// The second run's.
    pub second: f64,
    /// The second less the first.
    pub difference: f64,
    /// On how many topics the second is better.
    pub wins: usize,
    /// On how many it is worse.
    pub losses: usize,
    /// On how many both are the same.
    pub ties: usize,
    /// The two-sided p-value of Student's paired t-test; none where it cannot be told.
    pub t_test: Option<f64>,
    /// The two-sided p-value of the paired randomisation test; none where no topic differs.
    pub randomisation: Option<f64>,
    /// The topics that both have, in their order.
    pub topics: Vec<TopicDifference>,
}

/// How a second run differs from a first one on one topic.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TopicDifference {
    /// The topic's id.
    pub topic: String,
    /// The first run's value.
    pub first: f64,
    /// The second run's.
    pub second: f64,
    /// The second less the first.
    pub difference: f64,
}

impl Comparison {
    /// Compares two runs on the topics and by the measures that were measured of both.
    pub fn new(first: &Evaluation, second: &Evaluation, options: &CompareOptions) -> Comparison {
        let measures = first.mean.keys().filter(|measure| second.mean.contains_key(measure));
        let measures = measures.map(|measure| of_measure(*measure, first, second, options)).collect();
        Comparison { schema_version: SCHEMA_VERSION, measures }
    }
}

fn of_measure(
    measure: Measure,
    first: &Evaluation,
    second: &Evaluation,
    options: &CompareOptions,
) -> MeasureComparison {
    let both = first.topics.iter().filter_map(|a| {
        let b = second.topics.binary_search_by(|b| b.topic.cmp(&a.topic)).ok().map(|at| &second.topics[at])?;
        let (first, second) = (a.measures[&measure], b.measures[&measure]);
        Some(TopicDifference { topic: a.topic.clone(), first, second, difference: second - first })
    });
    let topics: Vec<TopicDifference> = both.collect();
    let differences: Vec<f64> = topics.iter().map(|topic| topic.difference).collect();
    let mean = |of: fn(&TopicDifference) -> f64| topics.iter().map(of).sum::<f64>() / topics.len().max(1) as f64;
    let count = |is: fn(&f64) -> bool| differences.iter().filter(|difference| is(difference)).count();
    MeasureComparison {
        measure,
        first: mean(|topic| topic.first),
        second: mean(|topic| topic.second),
        difference: mean(|topic| topic.difference),
        wins: count(|difference| *difference > 0.0),
        losses: count(|difference| *difference < 0.0),
        ties: count(|difference| *difference == 0.0),
        t_test: significance::t_test(&differences),
        randomisation: significance::randomisation(&differences, options.rounds, options.seed),
        topics,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{EvalOptions, Qrels, Run};

    #[test]
    fn wins_and_losses_are_counted_by_topic() {
        let qrels = Qrels::parse("1 0 a 1\n2 0 a 1\n3 0 a 1\n4 0 a 1\n").unwrap();
        let evaluate = |run: &str| {
            let run = Run::parse(run).unwrap();
            Evaluation::new(&run, &qrels, None, &EvalOptions::default()).unwrap()
        };
        let first = evaluate("1 Q0 a 1 1 x\n2 Q0 a 1 1 x\n2 Q0 b 1 2 x\n3 Q0 a 1 1 x\n");
        let second = evaluate("1 Q0 a 1 1 x\n2 Q0 a 1 1 x\n3 Q0 b 1 1 x\n");
        let comparison = Comparison::new(&first, &second, &CompareOptions::default());
        let map = &comparison.measures[0];
        assert_eq!((map.measure, map.wins, map.losses, map.ties), (Measure::AveragePrecision, 1, 1, 2));
        assert_eq!((map.first, map.second, map.difference), (0.625, 0.5, -0.125));
        assert_eq!(map.topics[1].difference, 0.5);
        assert_eq!(map.topics[2].difference, -1.0);
    }
}
