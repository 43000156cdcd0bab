//! Measures for people, and in the lines of trec_eval.

use std::collections::BTreeMap;
use std::io::{self, Write};

use newshound::{Comparison, Evaluation, Measure, TopicEvaluation};

use super::text::safe;

/// A measure that has to be so good.
pub(crate) struct Judged {
    pub(crate) measure: Measure,
    pub(crate) least: f64,
    /// What it is.
    pub(crate) mean: f64,
}

impl Judged {
    /// Tells whether it is as good.
    pub(crate) fn is_passed(&self) -> bool {
        self.mean >= self.least
    }
}

/// Writes the means, one a line; with `per_topic` a row of all measures for each topic before them.
pub(crate) fn table(out: &mut dyn Write, evaluation: &Evaluation, per_topic: bool) -> io::Result<()> {
    let sum = |of: fn(&TopicEvaluation) -> usize| evaluation.topics.iter().map(of).sum::<usize>();
    if per_topic {
        let names: Vec<String> = evaluation.mean.keys().map(Measure::to_string).collect();
        let width = widest(evaluation.topics.iter().map(|topic| topic.topic.as_str()), "topic");
        write!(out, "{:<width$}  relevant  found", "topic")?;
        names.iter().try_for_each(|name| write!(out, "  {name:>6}"))?;
        writeln!(out)?;
        for topic in &evaluation.topics {
            write!(out, "{:<width$}  {:>8}  {:>5}", safe(&topic.topic), topic.relevant, topic.relevant_retrieved)?;
            let values = names.iter().zip(topic.measures.values());
            values.into_iter().try_for_each(|(name, value)| write!(out, "  {value:>0$.4}", name.len().max(6)))?;
            writeln!(out)?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "{} topics, {} articles retrieved, {} of {} relevant ones",
        evaluation.topics.len(),
        sum(|topic| topic.retrieved),
        sum(|topic| topic.relevant_retrieved),
        sum(|topic| topic.relevant)
    )?;
    evaluation.mean.iter().try_for_each(|(measure, value)| writeln!(out, "{measure:<12} {value:.4}"))
}

/// Writes the lines that `trec_eval -c -q` prints of these measures.
pub(crate) fn trec(out: &mut dyn Write, evaluation: &Evaluation) -> io::Result<()> {
    for TopicEvaluation { topic, retrieved, relevant, relevant_retrieved, measures, .. } in &evaluation.topics {
        let counts = [("num_ret", retrieved), ("num_rel", relevant), ("num_rel_ret", relevant_retrieved)];
        counts.iter().try_for_each(|(name, count)| writeln!(out, "{name:<22}\t{}\t{count}", safe(topic)))?;
        trec_measures(out, topic, measures)?;
    }
    let sum = |of: fn(&TopicEvaluation) -> usize| evaluation.topics.iter().map(of).sum::<usize>();
    writeln!(out, "{:<22}\tall\t{}", "num_q", evaluation.topics.len())?;
    writeln!(out, "{:<22}\tall\t{}", "num_ret", sum(|topic| topic.retrieved))?;
    writeln!(out, "{:<22}\tall\t{}", "num_rel", sum(|topic| topic.relevant))?;
    writeln!(out, "{:<22}\tall\t{}", "num_rel_ret", sum(|topic| topic.relevant_retrieved))?;
    trec_measures(out, "all", &evaluation.mean)
}

fn trec_measures(out: &mut dyn Write, topic: &str, measures: &BTreeMap<Measure, f64>) -> io::Result<()> {
    let known = measures.iter().filter_map(|(measure, value)| Some((measure.trec_name()?, value)));
    known.into_iter().try_for_each(|(name, value)| writeln!(out, "{name:<22}\t{}\t{value:6.4}", safe(topic)))
}

/// Writes two runs against each other, one measure a line; with `per_topic` the topics that differ below each.
pub(crate) fn comparison(out: &mut dyn Write, comparison: &Comparison, per_topic: bool) -> io::Result<()> {
    let topics = comparison.measures.first().map_or(0, |measure| measure.topics.len());
    writeln!(out, "{topics} topics, the second run against the first")?;
    writeln!(
        out,
        "{:<12}  {:>7}  {:>7}  {:>10}  {:>5}  {:>6}  {:>5}  {:>9}  {:>9}",
        "", "first", "second", "difference", "wins", "losses", "ties", "p, t-test", "p, random"
    )?;
    for of in &comparison.measures {
        writeln!(
            out,
            "{:<12}  {:>7.4}  {:>7.4}  {:>+10.4}  {:>5}  {:>6}  {:>5}  {:>9}  {:>9}",
            of.measure,
            of.first,
            of.second,
            of.difference,
            of.wins,
            of.losses,
            of.ties,
            p_value(of.t_test),
            p_value(of.randomisation)
        )?;
        let differing = of.topics.iter().filter(|topic| per_topic && topic.difference != 0.0);
        for topic in differing {
            let id = safe(&topic.topic);
            writeln!(out, "  {id:<10}  {:>7.4}  {:>7.4}  {:>+10.4}", topic.first, topic.second, topic.difference)?;
        }
    }
    Ok(())
}

fn p_value(p: Option<f64>) -> String {
    p.map_or_else(|| "-".to_owned(), |p| format!("{p:.5}"))
}

fn widest<'t>(texts: impl Iterator<Item = &'t str>, title: &'t str) -> usize {
    texts.chain([title]).map(|text| text.chars().count()).max().unwrap_or_default()
}
