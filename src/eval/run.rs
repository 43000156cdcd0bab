//! What an engine answered to topics: articles with their scores.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use super::{in_a_column, lines, read, wrong_line};
use crate::{Error, Result};

/// The answers to topics, as in a TREC run file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    /// By topic, its articles, the best first: by score, and among equal scores by id, backwards. That is the order in which
    /// trec_eval takes them, whatever the column of ranks says. A topic without articles was answered with none.
    pub topics: BTreeMap<String, Vec<Ranked>>,
}

/// An article of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Its id, with `%20` for a space.
    pub article: String,
    /// Its score. In single precision, as trec_eval 9 has it: scores that differ by less are equal.
    pub score: f32,
}

impl Run {
    /// Reads a run.
    ///
    /// # Errors
    ///
    /// A file that cannot be read is an [`Error::Io`], a wrong line an [`Error::Options`] with its number.
    pub fn read(path: impl AsRef<Path>) -> Result<Run> {
        read(path.as_ref(), Run::parse)
    }

    /// Reads a run, one article a line: topic, a column that plays no part, article, rank, score, name of the run. The rank
    /// plays no part either. An article's id may have spaces where rank and score can be told all the same.
    ///
    /// # Errors
    ///
    /// [`Error::Options`] with the number of the line: too few columns, no score, an article that stands twice; or where
    /// there is no line at all.
    pub fn parse(text: &str) -> Result<Run> {
        let mut run = Run::default();
        let mut seen = BTreeSet::new();
        for (number, line) in lines(text) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let Some((topic, article, score)) = read_columns(&columns) else {
                let problem = "expected six columns: topic, Q0, article, rank, score, name of the run";
                return Err(wrong_line("run", number, problem));
            };
            let Some(score) = score.parse().ok().map(|score: f64| score as f32).filter(|score| score.is_finite())
            else {
                return Err(wrong_line("run", number, "the fifth column is no score"));
            };
            if !seen.insert((topic.to_owned(), article.clone())) {
                return Err(wrong_line("run", number, "this article stands a second time under this topic"));
            }
            run.topics.entry(topic.to_owned()).or_default().push(Ranked { article, score });
        }
        if run.topics.is_empty() {
            return Err(Error::Options { option: "run", problem: "there is no article in it".to_owned() });
        }
        run.topics.values_mut().for_each(|ranked| ranked.sort_by(in_order));
        Ok(run)
    }

    /// Puts in the answer to a topic, in place of an earlier one. White space in ids is replaced, and an id stands once, with
    /// its highest score.
    pub fn insert(&mut self, topic: &str, answer: impl IntoIterator<Item = (String, f32)>) {
        let answer = answer.into_iter();
        let mut ranked: Vec<_> =
            answer.map(|(id, score)| Ranked { article: in_a_column(&id).into_owned(), score }).collect();
        ranked.sort_by(in_order);
        let mut seen = BTreeSet::new();
        ranked.retain(|Ranked { article, .. }| seen.insert(article.clone()));
        self.topics.insert(in_a_column(topic).into_owned(), ranked);
    }

    /// Writes the run as a TREC run file under a name, which has no spaces or gets `%20` for them.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn write(&self, out: &mut dyn Write, name: &str) -> io::Result<()> {
        let name = in_a_column(name);
        for (topic, ranked) in &self.topics {
            for (rank, Ranked { article, score }) in (1..).zip(ranked) {
                writeln!(out, "{topic} Q0 {article} {rank} {score} {name}")?;
            }
        }
        Ok(())
    }
}

fn in_order(a: &Ranked, b: &Ranked) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| b.article.cmp(&a.article))
}

/// Returns topic, article and score. What stands behind the sixth column plays no part, unless the fourth and fifth are no
/// numbers: then the article has spaces.
fn read_columns<'l>(columns: &[&'l str]) -> Option<(&'l str, String, &'l str)> {
    let [topic, _, article, rank, score, _, more @ ..] = columns else { return None };
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    if more.is_empty() || is_number(rank) && is_number(score) {
        return Some((topic, (*article).to_owned(), score));
    }
    let [_, _, article @ .., _, score, _] = columns else { return None };
    Some((topic, in_a_column(&article.join(" ")).into_owned(), score))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(run: &Run, topic: &str) -> Vec<String> {
        run.topics[topic].iter().map(|ranked| ranked.article.clone()).collect()
    }

    #[test]
    fn the_order_is_by_score_and_then_backwards_by_id() {
        let run = Run::parse("1 Q0 b 1 2.5 x\n1 Q0 a 9 2.5 x\n1 Q0 c 2 1e1 x\n1 Q0 d 3 2.50000001 x\n").unwrap();
        assert_eq!(ids(&run, "1"), ["c", "d", "b", "a"]);
    }

    #[test]
    fn ids_with_spaces_are_read_and_written_with_a_sign_for_them() {
        let run = Run::parse("1 Q0 arts & life/a.md 1 2.5 x\n1 Q0 b 2 1.5 my run\n").unwrap();
        assert_eq!(ids(&run, "1"), ["arts%20&%20life/a.md", "b"]);
        let mut out = Vec::new();
        run.write(&mut out, "two words").unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, "1 Q0 arts%20&%20life/a.md 1 2.5 two%20words\n1 Q0 b 2 1.5 two%20words\n");
        assert_eq!(Run::parse(&written).unwrap(), run);
    }

    #[test]
    fn what_is_wrong_is_told_with_the_line() {
        let told = |text| Run::parse(text).unwrap_err().to_string();
        assert!(told("1 Q0 a 1 2.5\n").starts_with("run: line 1: expected six columns"));
        assert_eq!(told("1 Q0 a 1 2 x\n1 Q0 b 2 high x\n"), "run: line 2: the fifth column is no score");
        assert_eq!(told("1 Q0 b 2 NaN x\n"), "run: line 1: the fifth column is no score");
        assert_eq!(
            told("1 Q0 a 1 2 x\n1 Q0 a 2 1 x\n"),
            "run: line 2: this article stands a second time under this topic"
        );
        assert_eq!(told(""), "run: there is no article in it");
    }
}
