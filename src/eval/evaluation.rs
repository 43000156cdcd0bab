//! A run against judgments: every measure of every topic, and the means.

use std::collections::BTreeMap;

use super::measure::Judged;
use super::{Measure, Qrels, Run, Topics};
use crate::article::SCHEMA_VERSION;
use crate::{Error, Result};

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvalOptions {
    /// The measures.
    pub measures: Vec<Measure>,
    /// Leave topics out of the means to which a run has no articles, as trec_eval does where it is not told `-c`. Else such
    /// a topic counts as 0.
    pub answered_only: bool,
}

impl Default for EvalOptions {
    fn default() -> EvalOptions {
        EvalOptions { measures: Measure::USUAL.to_vec(), answered_only: false }
    }
}

/// How well a run answers its topics.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Evaluation {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The mean of each measure over the topics; empty where there is none.
    pub mean: BTreeMap<Measure, f64>,
    /// The topics, in the order of their ids' bytes.
    pub topics: Vec<TopicEvaluation>,
    /// Topics that were asked or answered and that have no judgments; they are left out.
    pub unjudged: Vec<String>,
}

/// How well a run answers a topic.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TopicEvaluation {
    /// Its id.
    pub topic: String,
    /// How many articles were retrieved.
    pub retrieved: usize,
    /// How many articles are relevant.
    pub relevant: usize,
    /// How many of those retrieved are relevant.
    pub relevant_retrieved: usize,
    /// The value of each measure.
    pub measures: BTreeMap<Measure, f64>,
}

impl Evaluation {
    /// Measures a run: on the topics given, as far as they have judgments, or on all that have judgments.
    ///
    /// # Errors
    ///
    /// [`Error::Options`] where no topic of the run has judgments, since a mean of nothing is no measure.
    pub fn new(run: &Run, qrels: &Qrels, topics: Option<&Topics>, options: &EvalOptions) -> Result<Evaluation> {
        let is_asked = |id: &String| topics.is_none_or(|topics| topics.0.iter().any(|topic| topic.id == *id));
        let known = topics.into_iter().flat_map(|topics| topics.0.iter().map(|topic| &topic.id));
        let mut unjudged: Vec<String> = known.chain(run.topics.keys().filter(|id| is_asked(id))).cloned().collect();
        unjudged.sort_unstable();
        unjudged.dedup();
        unjudged.retain(|id| !qrels.topics.contains_key(id));
        if !run.topics.keys().any(|id| qrels.topics.contains_key(id)) {
            return Err(nothing_in_common(run, qrels));
        }
        let judged = qrels.topics.iter().filter(|(id, _)| is_asked(id));
        let evaluated = judged.filter_map(|(id, judgments)| {
            let ranked = run.topics.get(id).map_or(&[][..], Vec::as_slice);
            if ranked.is_empty() && options.answered_only {
                return None;
            }
            let judged = Judged::new(ranked, judgments);
            Some(TopicEvaluation {
                topic: id.clone(),
                retrieved: judged.retrieved(),
                relevant: judged.relevant(),
                relevant_retrieved: judged.relevant_in(usize::MAX),
                measures: options.measures.iter().map(|measure| (*measure, measure.of(&judged))).collect(),
            })
        });
        let topics: Vec<TopicEvaluation> = evaluated.collect();
        let mean = |measure: &Measure| {
            let sum: f64 = topics.iter().map(|topic| topic.measures[measure]).sum();
            (*measure, sum / topics.len() as f64)
        };
        let mean = options.measures.iter().filter(|_| !topics.is_empty()).map(mean).collect();
        Ok(Evaluation { schema_version: SCHEMA_VERSION, mean, topics, unjudged })
    }
}

fn nothing_in_common(run: &Run, qrels: &Qrels) -> Error {
    let first = |mut ids: std::collections::btree_map::Keys<'_, String, _>| ids.next().cloned().unwrap_or_default();
    let judged = qrels.topics.keys().next().cloned().unwrap_or_default();
    let problem = format!(
        "no topic of the run has judgments; the run has topics such as `{}`, the judgments such as `{judged}`",
        first(run.topics.keys())
    );
    Error::Options { option: "qrels", problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_is_not_answered_counts_as_0_unless_it_is_left_out() {
        let qrels = Qrels::parse("1 0 a 1\n2 0 b 1\n").unwrap();
        let run = Run::parse("1 Q0 a 1 1 x\n9 Q0 a 1 1 x\n").unwrap();
        let mut options = EvalOptions::default();
        let evaluation = Evaluation::new(&run, &qrels, None, &options).unwrap();
        assert_eq!(evaluation.mean[&Measure::AveragePrecision], 0.5);
        assert_eq!(evaluation.unjudged, ["9"]);
        options.answered_only = true;
        let evaluation = Evaluation::new(&run, &qrels, None, &options).unwrap();
        assert_eq!(evaluation.mean[&Measure::AveragePrecision], 1.0);
    }

    #[test]
    fn only_topics_that_are_asked_count() {
        let qrels = Qrels::parse("1 0 a 1\n2 0 b 1\n").unwrap();
        let run = Run::parse("1 Q0 a 1 1 x\n").unwrap();
        let topics = Topics::parse("1\tferry\n3\ttoll\n").unwrap();
        let evaluation = Evaluation::new(&run, &qrels, Some(&topics), &EvalOptions::default()).unwrap();
        assert_eq!(evaluation.mean[&Measure::AveragePrecision], 1.0);
        assert_eq!(evaluation.unjudged, ["3"]);
    }

    #[test]
    fn a_run_of_other_topics_is_refused() {
        let qrels = Qrels::parse("051 0 a 1\n").unwrap();
        let run = Run::parse("51 Q0 a 1 1 x\n").unwrap();
        let told = Evaluation::new(&run, &qrels, None, &EvalOptions::default()).unwrap_err().to_string();
        assert!(told.contains("topics such as `51`, the judgments such as `051`"), "{told}");
    }
}
