//! Judgments: which articles are relevant to a topic, and how much.

use std::collections::BTreeMap;
use std::path::Path;

use super::{in_a_column, lines, read, wrong_line};
use crate::{Error, Result};

/// The judgments of topics, as in a TREC qrels file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Qrels {
    /// By topic, the grade of each article that was judged: 1 and more for a relevant one, 0 for one that is not, less
    /// for one that was chosen to be judged but was not. An id has `%20` for a space.
    pub topics: BTreeMap<String, BTreeMap<String, i32>>,
}

impl Qrels {
    /// Reads a file of judgments.
    ///
    /// # Errors
    ///
    /// A file that cannot be read is an [`Error::Io`], a wrong line an [`Error::Options`] with its number.
    pub fn read(path: impl AsRef<Path>) -> Result<Qrels> {
        read(path.as_ref(), Qrels::parse)
    }

    /// Reads judgments, one a line: topic, a column that plays no part, article, grade from -127 to 127. An article's id may
    /// have spaces. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Options`] with the number of the line: too few columns, no grade, an article that is judged twice; or
    /// where there is no judgment at all.
    pub fn parse(text: &str) -> Result<Qrels> {
        let mut qrels = Qrels::default();
        for (number, line) in lines(text).filter(|(_, line)| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let [topic, _, article @ .., grade] = &columns[..] else {
                return Err(wrong_line("qrels", number, "expected four columns: topic, 0, article, grade"));
            };
            if article.is_empty() {
                return Err(wrong_line("qrels", number, "expected four columns: topic, 0, article, grade"));
            }
            let grade = grade.parse().ok().filter(|grade| (-127..=127).contains(grade));
            let Some(grade) = grade else {
                return Err(wrong_line("qrels", number, "the last column is no grade from -127 to 127"));
            };
            let article = in_a_column(&article.join(" ")).into_owned();
            let judged = qrels.topics.entry((*topic).to_owned()).or_default();
            if judged.insert(article, grade).is_some() {
                return Err(wrong_line("qrels", number, "this article is judged a second time for this topic"));
            }
        }
        if qrels.topics.is_empty() {
            return Err(Error::Options { option: "qrels", problem: "there is no judgment in it".to_owned() });
        }
        Ok(qrels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_have_spaces_and_comments_are_passed_over() {
        let qrels = Qrels::parse("# by hand\n7 0 a/b c.md 2\n\n7\tQ0\td\t0\n").unwrap();
        assert_eq!(qrels.topics["7"], BTreeMap::from([("a/b%20c.md".to_owned(), 2), ("d".to_owned(), 0)]));
    }

    #[test]
    fn a_wrong_line_is_told_with_its_number() {
        let told = |text| Qrels::parse(text).unwrap_err().to_string();
        assert_eq!(told("1 0 a 1\n1 0 b\n"), "qrels: line 2: expected four columns: topic, 0, article, grade");
        assert_eq!(told("1 0 a much\n"), "qrels: line 1: the last column is no grade from -127 to 127");
        assert_eq!(told("1 0 a 1\n1 0 a 0\n"), "qrels: line 2: this article is judged a second time for this topic");
        assert_eq!(told("\n"), "qrels: there is no judgment in it");
    }
}
