//! The answer to a search, for people: hits with passages in which the matched words stand out.

use std::io::{self, Write};

use newshound::{
    Date, Explanation, FoldedCopy, Hit, How, Passage, SearchRequest, SearchResponse, Status, Total, WithAny,
};

use super::Screen;
use super::article::extra;
use super::numbers::{counted, grouped, total};
use super::text::{FAINT, HIGHLIGHT, Marked, STRONG, safe};

/// Writes the answer: the query as understood with the count, then the hits.
pub(crate) fn answer(
    out: &mut dyn Write,
    request: &SearchRequest,
    response: &SearchResponse,
    screen: Screen,
) -> io::Result<()> {
    let understood = if response.query.is_empty() { "any article" } else { &response.query };
    writeln!(out, "{} for: {}{}", total(response.total), safe(understood), safe(&filters(request)))?;
    if !response.added.is_empty() {
        let words: Vec<&str> = response.added.iter().map(|added| added.word.as_str()).collect();
        writeln!(out, "with words added: {}", safe(&words.join(", ")))?;
    }
    for suggestion in &response.suggestions {
        let instead = suggestion.instead.join(" or ");
        writeln!(out, "no article has `{}`; did you mean {}?", safe(&suggestion.word), safe(&instead))?;
    }
    if let Some(any) = response.with_any {
        writeln!(out, "{}", only_with_any(any))?;
    }
    if let Some(line) = left_out_for_no_date(response.undated) {
        writeln!(out, "{line}")?;
    }
    if response.hits.is_empty() && response.total != Total::Exact(0) {
        writeln!(out, "none of them is shown: see --limit and --offset")?;
    }
    let digits = response.hits.last().map_or(1, |hit| hit.rank.to_string().len()).max(2);
    response.hits.iter().try_for_each(|hit| write_hit(out, hit, digits, screen))
}

/// What is asked for beside the query.
fn filters(request: &SearchRequest) -> String {
    let one_of = |name, values: &[String]| (!values.is_empty()).then(|| format!("{name} {}", values.join(" or ")));
    let date = |name, date: Option<newshound::Date>| date.map(|date| format!("{name} {date}"));
    let filters = [
        one_of("section", &request.sections),
        one_of("publisher", &request.publishers),
        one_of("language", &request.languages),
        one_of("corpus", &request.corpora),
        date("since", request.since),
        date("until", request.until),
    ];
    filters.into_iter().flatten().map(|filter| format!(", {filter}")).collect()
}

fn only_with_any(any: WithAny) -> String {
    format!("0 with all {}, {} with any: add --any", counted(any.words as u64, "word"), grouped(any.articles))
}

pub(crate) fn left_out_for_no_date(undated: u64) -> Option<String> {
    let (match_, have) = if undated == 1 { ("matches", "has") } else { ("match", "have") };
    let articles = counted(undated, "more article");
    (undated > 0).then(|| format!("{articles} {match_} but {have} no date: --undated keeps them"))
}

fn write_hit(out: &mut dyn Write, hit: &Hit, digits: usize, screen: Screen) -> io::Result<()> {
    let indent = " ".repeat(digits + 2);
    let headline = match &hit.headline {
        Some(headline) => Marked::new(&headline.text, &headline.highlights),
        None => Marked::plain("(no headline)"),
    };
    let strong = if screen.color { STRONG } else { Default::default() };
    for (i, line) in lines(&headline, &indent, screen).iter().enumerate() {
        let before = if i == 0 { format!("\n{:>digits$}  ", hit.rank) } else { indent.clone() };
        // The end of a highlight ends every style, so that the headline's own is taken up again.
        let line = line.replace(&format!("{HIGHLIGHT:#}"), &format!("{HIGHLIGHT:#}{strong}"));
        writeln!(out, "{before}{strong}{line}{strong:#}")?;
    }
    let faint = if screen.color { FAINT } else { Default::default() };
    for line in lines(&Marked::plain(&about(hit)), &indent, screen) {
        writeln!(out, "{indent}{faint}{line}{faint:#}")?;
    }
    if let Some(copies) = copies(&hit.copies) {
        for line in lines(&Marked::plain(&copies), &indent, screen) {
            writeln!(out, "{indent}{faint}{line}{faint:#}")?;
        }
    }
    for passage in &hit.passages {
        for line in lines(&with_ellipses(passage), &indent, screen) {
            writeln!(out, "{indent}{line}")?;
        }
    }
    match &hit.explanation {
        Some(explanation) => write_explanation(out, explanation, &indent),
        None => Ok(()),
    }
}

/// Writes a figure with what it is made of below it, further to the right. A tree is four deep.
fn write_explanation(out: &mut dyn Write, explanation: &Explanation, indent: &str) -> io::Result<()> {
    let how = match explanation.how {
        How::Sum => ", sum of",
        How::Product => ", product of",
        _ => "",
    };
    writeln!(out, "{indent}{:.4}  {}{how}", explanation.value, safe(&explanation.what))?;
    let indent = format!("{indent}  ");
    explanation.parts.iter().try_for_each(|part| write_explanation(out, part, &indent))
}

fn lines(text: &Marked, indent: &str, screen: Screen) -> Vec<String> {
    let width = screen.width.map(|width| width.saturating_sub(indent.len()));
    text.lines(width, screen.color.then_some(HIGHLIGHT))
}

/// Returns the line under the headline: section, date, publisher, id, path, and what an archive adds.
fn about(hit: &Hit) -> String {
    let path = hit.source.to_string();
    // An article that brings no id is called by its path, which is not told twice.
    let own_id = Some(hit.id.as_str()).filter(|id| !path.ends_with(id));
    let extra = hit.extra.iter().map(|(name, value)| format!("{name}: {}", extra(value)));
    let parts = [
        hit.section.as_ref().map(|section| section.path.clone()),
        hit.published.as_ref().map(date),
        hit.publisher.clone(),
        standing(hit.status).map(str::to_owned),
        own_id.map(str::to_owned),
        Some(path),
    ];
    parts.into_iter().flatten().chain(extra).collect::<Vec<_>>().join(" · ")
}

/// Returns the line that lists copies: publisher, date and id of each.
pub(crate) fn copies(copies: &[FoldedCopy]) -> Option<String> {
    let listed = copies.iter().map(|copy| {
        let path = copy.source.to_string();
        // As in `about`.
        let name = if path.ends_with(copy.id.as_str()) { path } else { copy.id.to_string() };
        let parts = [copy.publisher.clone(), copy.published.as_ref().map(date), Some(name)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let number =
        if copies.len() == 1 { "1 copy".to_owned() } else { format!("{} copies", grouped(copies.len() as u64)) };
    (!copies.is_empty()).then(|| format!("{number}: {}", listed.collect::<Vec<_>>().join("; ")))
}

/// Returns the word for an article that does not stand as published.
fn standing(status: Status) -> Option<&'static str> {
    match status {
        Status::Usable => None,
        Status::Corrected => Some("corrected"),
        Status::Withdrawn => Some("withdrawn"),
    }
}

/// Returns a date as people write it: `2022-09-23 11:35`.
pub(crate) fn date(date: &Date) -> String {
    date.to_string().replacen('T', " ", 1)
}

fn with_ellipses(passage: &Passage) -> Marked {
    let mut marked = Marked::plain(if passage.cut_before { "… " } else { "" });
    marked.extend(Marked::new(&passage.text, &passage.highlights));
    marked.push(if passage.cut_after { " …" } else { "" }, false);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_left_out_for_having_no_date_are_told() {
        assert_eq!(left_out_for_no_date(0), None);
        let one = "1 more article matches but has no date: --undated keeps them";
        assert_eq!(left_out_for_no_date(1).as_deref(), Some(one));
        let several = "1,200 more articles match but have no date: --undated keeps them";
        assert_eq!(left_out_for_no_date(1200).as_deref(), Some(several));
    }
}
