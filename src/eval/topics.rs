//! What is searched for when a search is measured: topics, as lines or in the form of TREC.

use std::collections::BTreeSet;
use std::path::Path;

use super::{lines, read, wrong_line};
use crate::{Error, Result};

/// A question that has judgments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id, by which runs and judgments name it.
    pub id: String,
    /// What is asked: of a topic in the form of TREC, its title.
    pub text: String,
}

/// Topics, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topics(pub Vec<Topic>);

impl Topics {
    /// Reads a file of topics.
    ///
    /// # Errors
    ///
    /// A file that cannot be read is an [`Error::Io`], a wrong line or topic an [`Error::Options`] that names it.
    pub fn read(path: impl AsRef<Path>) -> Result<Topics> {
        read(path.as_ref(), Topics::parse)
    }

    /// Reads topics: in the form of TREC, where the text has a `<top>`, else one a line, an id, a tab and what is asked.
    ///
    /// Of the form of TREC, a topic's number loses its leading zeros, as judgments have it, and a title its `Topic:`.
    ///
    /// # Errors
    ///
    /// [`Error::Options`] with the line or topic: no tab, nothing asked, an id that another topic has or that has
    /// spaces; or where there is no topic at all.
    pub fn parse(text: &str) -> Result<Topics> {
        let topics = if find_tag(text, "top", 0).is_some() { parse_trec(text)? } else { parse_lines(text)? };
        let mut ids = BTreeSet::new();
        if let Some(repeated) = topics.iter().find(|topic| !ids.insert(&topic.id)) {
            return Err(wrong(format!("two topics have the id `{}`", repeated.id)));
        }
        if topics.is_empty() {
            return Err(wrong("there is no topic in it".to_owned()));
        }
        Ok(Topics(topics))
    }
}

impl Topic {
    /// Returns the words of the text, as a query of nothing but words: titles are full of signs that a query language takes
    /// for its own, as in `What backing does the N.R.A. have?` or `AND/OR`.
    pub fn words(&self) -> String {
        let is_sign = |c: char| {
            c.is_control()
                || c.is_ascii_punctuation() && !matches!(c, '.' | '\'' | '&' | '-')
                || matches!(c, '“' | '”' | '„' | '‟' | '＂' | '〝' | '〞' | '〟' | '«' | '»' | '「' | '」' | '｢' | '｣')
                || matches!(c, '『' | '』' | '（' | '）' | '：' | '＋' | '–' | '—' | '―' | '…' | '－' | '−')
        };
        let spaced: String = self.text.chars().map(|c| if is_sign(c) { ' ' } else { c }).collect();
        let words = spaced.split_whitespace().filter_map(|word| {
            let word = word.trim_start_matches(|c: char| c.is_ascii_punctuation());
            let word = word.trim_end_matches(['\'', '&', '-']);
            // Operators are in capitals.
            let is_operator = word.chars().all(|c| c.is_ascii_uppercase());
            let word = if is_operator { word.to_lowercase() } else { word.to_owned() };
            word.contains(char::is_alphanumeric).then_some(word)
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

fn wrong(problem: String) -> Error {
    Error::Options { option: "topics", problem }
}

fn parse_lines(text: &str) -> Result<Vec<Topic>> {
    let mut topics = Vec::new();
    for (number, line) in lines(text) {
        let Some((id, asked)) = line.split_once('\t') else {
            return Err(wrong_line("topics", number, "expected an id, a tab and what is asked"));
        };
        let (id, asked) = (id.trim(), asked.trim());
        if id.is_empty() || id.contains(char::is_whitespace) {
            return Err(wrong_line("topics", number, "an id is a word without spaces"));
        }
        if asked.is_empty() {
            return Err(wrong_line("topics", number, "nothing is asked behind the id"));
        }
        topics.push(Topic { id: id.to_owned(), text: asked.to_owned() });
    }
    Ok(topics)
}

/// Topics of TREC look like SGML, but most tags are never closed: a part ends where the next tag begins.
fn parse_trec(text: &str) -> Result<Vec<Topic>> {
    let mut topics = Vec::new();
    let mut at = 0;
    while let Some((_, start)) = find_tag(text, "top", at) {
        let next = find_tag(text, "top", start).map_or(text.len(), |(next, _)| next);
        let end = find_tag(text, "/top", start).map_or(next, |(end, _)| end.min(next));
        let topic = &text[start..end];
        at = end;
        let number = part(topic, "num").map(|number| without(&number, "Number:")).unwrap_or_default();
        let id = number.trim_start_matches('0');
        let id = if id.starts_with(|c: char| c.is_ascii_digit()) { id } else { &number };
        if id.is_empty() || id.contains(char::is_whitespace) {
            return Err(wrong(format!("the {}. topic has no number: <num> Number: 51", topics.len() + 1)));
        }
        let title = part(topic, "title").map(|title| without(&title, "Topic:")).unwrap_or_default();
        if title.is_empty() {
            return Err(wrong(format!("topic {id} has no title: <title> harbour bridge toll")));
        }
        topics.push(Topic { id: id.to_owned(), text: title });
    }
    Ok(topics)
}

/// Returns where a tag begins and ends, from an offset on. Names of tags are in any case.
fn find_tag(text: &str, name: &str, from: usize) -> Option<(usize, usize)> {
    let starts = text[from..].match_indices('<').map(|(at, _)| from + at);
    starts.into_iter().find_map(|at| {
        let inside = text[at + 1..].get(..name.len())?;
        let close = text[at + 1 + name.len()..].find('>')?;
        let is_named = inside.eq_ignore_ascii_case(name) && text[at + 1 + name.len()..][..close].trim().is_empty();
        is_named.then_some((at, at + 1 + name.len() + close + 1))
    })
}

/// Returns the text between a tag and the next one, on one line.
fn part(topic: &str, name: &str) -> Option<String> {
    let (_, start) = find_tag(topic, name, 0)?;
    let text = topic[start..].split('<').next().unwrap_or_default();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    Some(text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" "))
}

fn without(text: &str, label: &str) -> String {
    let is_labelled = text.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label));
    text[if is_labelled { label.len() } else { 0 }..].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(text: &str) -> Vec<(String, String)> {
        Topics::parse(text).unwrap().0.into_iter().map(|topic| (topic.id, topic.text)).collect()
    }

    fn told(text: &str) -> String {
        Topics::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_form_of_trec_is_read_with_and_without_closing_tags() {
        let text = "<top>\n<head> Tipster\n<num> Number:  051\n<dom> Domain: Trade\n\n<title> Topic:  Ferry\nSubsidies\n\n\
                    <desc> Description:\nNot this.\n</top>\n\n<TOP><NUM>b-7</NUM><TITLE>Fish &amp; chips</TITLE></TOP>\n\
                    <top>\n<num> Number: 303\n<title> Hull breach";
        let expected = [("51", "Ferry Subsidies"), ("b-7", "Fish & chips"), ("303", "Hull breach")];
        assert_eq!(topics(text), expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
    }

    #[test]
    fn lines_are_an_id_a_tab_and_what_is_asked() {
        let expected = [("007", "harbour  bridge"), ("x", "a\tb")];
        let expected = expected.map(|(id, text)| (id.to_owned(), text.to_owned()));
        assert_eq!(topics("007\tharbour  bridge\n\nx\ta\tb \r\n"), expected);
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(told("1 ferry\n"), "topics: line 1: expected an id, a tab and what is asked");
        assert_eq!(told("1\tferry\n2\t \n"), "topics: line 2: nothing is asked behind the id");
        assert_eq!(told("a b\tferry\n"), "topics: line 1: an id is a word without spaces");
        assert_eq!(told("1\tferry\n1\ttoll\n"), "topics: two topics have the id `1`");
        assert_eq!(told(""), "topics: there is no topic in it");
        assert_eq!(told("<top><num> 5 <desc> x</top>"), "topics: topic 5 has no title: <title> harbour bridge toll");
        assert_eq!(told("<top><title> x</top>"), "topics: the 1. topic has no number: <num> Number: 51");
    }

    #[test]
    fn words_are_what_is_left_without_signs() {
        let words = |text: &str| Topic { id: "1".into(), text: text.into() }.words();
        assert_eq!(words("What backing does the N.R.A. have?"), "What backing does the N.R.A. have");
        assert_eq!(words("Iran-Contra: \"arms\" AND/OR (money) -- W/5 'now' AT&T's"), {
            "Iran-Contra arms and or money w 5 now AT&T's"
        });
        assert_eq!(words("title:x* -y +z ~2 5^3 — […] 渡船「再」"), "title x y z 2 5 3 渡船 再");
        assert_eq!(words("?!"), "");
    }
}
