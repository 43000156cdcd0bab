//! An article's fields, each with its label and value, for `show` and `fields`. Labels are the words of the JSON.

use std::io::{self, Write};

use newshound::{Article, Found, LanguageOrigin, LeftOver, Notice, Status, Understood, UnderstoodArticle, Value};

use super::Screen;
use super::human::date;
use super::numbers::grouped;
use super::text::{FAINT, Marked, STRONG, safe};

/// The column in which values begin.
const VALUES: usize = 13;

/// A field of an article: its name and its values.
type Field = (&'static str, Vec<String>);

/// Writes a whole article: its fields, then its paragraphs, then its captions.
pub(crate) fn whole(out: &mut dyn Write, article: &Article, screen: Screen) -> io::Result<()> {
    let (text, about): (Vec<Field>, Vec<Field>) =
        fields(article).into_iter().partition(|(name, _)| matches!(*name, "body" | "captions"));
    for (name, values) in &about {
        write_field(out, name, values, screen)?;
    }
    for (name, values) in &text {
        for value in values.iter().filter(|_| *name == "body") {
            writeln!(out)?;
            for line in Marked::plain(value).lines(screen.width, None) {
                writeln!(out, "{line}")?;
            }
        }
        if *name == "captions" {
            writeln!(out)?;
            write_field(out, name, values, screen)?;
        }
    }
    Ok(())
}

/// Writes how a source is understood.
pub(crate) fn understood(out: &mut dyn Write, source: &Understood, screen: Screen) -> io::Result<()> {
    let strong = if screen.color { STRONG } else { Default::default() };
    writeln!(out, "{strong}{}{strong:#}", safe(&source.path))?;
    let format = match (source.format, source.reason) {
        (Some(format), Some(reason)) => format!("{format} ({reason})"),
        (Some(format), None) => format.to_owned(),
        (None, _) => "not known".to_owned(),
    };
    let charset = match source.charset_origin {
        "" => source.charset.to_owned(),
        origin => format!("{} ({origin})", source.charset),
    };
    write_field(out, "format", &[format], screen)?;
    write_field(out, "charset", &[charset], screen)?;
    write_notices(out, &source.notices, &source.path, screen)?;
    if source.articles.is_empty() {
        writeln!(out, "no article")?;
    }
    source.articles.iter().try_for_each(|article| write_understood(out, article, screen))
}

fn write_understood(out: &mut dyn Write, understood: &UnderstoodArticle, screen: Screen) -> io::Result<()> {
    writeln!(out)?;
    for (name, mut values) in fields(&understood.article) {
        name_places(&mut values, &places(&understood.found, name));
        write_field(out, name, &values, screen)?;
    }
    write_notices(out, &understood.notices, &understood.article.source.path, screen)?;
    write_left_over(out, &understood.left_over, screen)
}

fn places<'a>(found: &'a [Found], field: &str) -> Vec<&'a str> {
    found.iter().filter(|found| found.field == field).map(|found| found.place.as_str()).collect()
}

/// Puts the place that each value came from behind it; where places cannot be told apart, all behind the last value.
fn name_places(values: &mut [String], places: &[&str]) {
    if values.len() == places.len() {
        for (value, place) in values.iter_mut().zip(places) {
            *value = format!("{value}   [{place}]");
        }
    } else if let (Some(last), false) = (values.last_mut(), places.is_empty()) {
        let mut places = places.to_vec();
        places.dedup();
        *last = format!("{last}   [{}]", places.join(", "));
    }
}

/// Writes what is said of what stands at a path, and of files in it.
fn write_notices(out: &mut dyn Write, notices: &[Notice], path: &str, screen: Screen) -> io::Result<()> {
    let of_path = |notice: &Notice| in_line(notice.line, &told(notice));
    let placed = |notice: &Notice| match notice.path.as_str() {
        of_it if of_it == path => of_path(notice),
        other => format!("{other}: {}", of_path(notice)),
    };
    let told: Vec<String> = notices.iter().map(placed).collect();
    if told.is_empty() { Ok(()) } else { write_field(out, "warnings", &told, screen) }
}

fn told(notice: &Notice) -> String {
    format!("{}: {}", notice.code.as_str(), notice.message)
}

fn write_left_over(out: &mut dyn Write, left_over: &[LeftOver], screen: Screen) -> io::Result<()> {
    let told: Vec<String> =
        left_over.iter().map(|left| in_line(left.line, &format!("{}: {}", left.reason, left.text))).collect();
    if told.is_empty() { Ok(()) } else { write_field(out, "left over", &told, screen) }
}

fn in_line(line: Option<u32>, text: &str) -> String {
    line.map_or_else(|| text.to_owned(), |line| format!("line {}: {text}", grouped(line.into())))
}

/// Writes a label and its values, each on lines of its own.
pub(crate) fn write_field(out: &mut dyn Write, name: &str, values: &[String], screen: Screen) -> io::Result<()> {
    let faint = if screen.color { FAINT } else { Default::default() };
    let width = screen.width.map(|width| width.saturating_sub(VALUES));
    let lines = values.iter().flat_map(|value| Marked::plain(value).lines(width, None));
    for (i, line) in lines.enumerate() {
        if i > 0 {
            writeln!(out, "{:VALUES$}{line}", "")?;
            continue;
        }
        let space = " ".repeat(VALUES.saturating_sub(name.len()).max(1));
        writeln!(out, "{faint}{name}{faint:#}{space}{line}")?;
    }
    Ok(())
}

/// Returns the fields that an article has, in the order in which a page shows them.
fn fields(article: &Article) -> Vec<Field> {
    let one = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    // A file that is looked at on its own belongs to no corpus, and its path is told already.
    let source = Some(article.source.to_string()).filter(|_| !article.source.corpus.is_empty());
    let section = article.section.as_ref().map(|section| format!("{} ({})", section.path, section.label));
    let captions = article.captions.iter().map(|caption| credited(&caption.text, caption.credit.as_deref()));
    let keywords = article.keywords.iter().map(|keyword| credited(&keyword.text, keyword.scheme.as_deref()));
    let all = [
        ("id", Some(article.id.to_string()).filter(|id| !id.is_empty()).into_iter().collect()),
        ("native_id", one(&article.native_id.clone().filter(|native| native != article.id.as_str()))),
        ("source", one(&source)),
        ("section", one(&section)),
        ("kicker", one(&article.kicker)),
        ("headline", one(&article.headline)),
        ("standfirst", one(&article.standfirst)),
        ("bylines", article.bylines.clone()),
        ("dateline", one(&article.dateline)),
        ("published", article.published.iter().map(date).collect()),
        ("updated", article.updated.iter().map(date).collect()),
        ("publisher", one(&article.publisher)),
        ("url", one(&article.url)),
        ("language", article.language.iter().map(|l| credited(&l.code, Some(origin(l.origin)))).collect()),
        ("keywords", keywords.collect()),
        ("status", status(article.status).into_iter().map(str::to_owned).collect()),
        ("version", one(&article.version)),
        ("embargo", article.embargo.iter().map(date).collect()),
        ("page", one(&article.page)),
        ("issue", one(&article.issue)),
        ("word_count", Some(article.word_count).filter(|n| *n > 0).iter().map(|n| grouped((*n).into())).collect()),
        ("extra", article.extra.iter().map(|(key, value)| format!("{key}: {}", extra(value))).collect()),
        ("body", article.body.clone()),
        ("captions", captions.collect()),
    ];
    all.into_iter().filter(|(_, values): &Field| !values.is_empty()).collect()
}

fn credited(text: &str, credit: Option<&str>) -> String {
    credit.map_or_else(|| text.to_owned(), |credit| format!("{text} ({credit})"))
}

fn origin(origin: LanguageOrigin) -> &'static str {
    match origin {
        LanguageOrigin::Given => "given",
        LanguageOrigin::Detected => "detected",
        LanguageOrigin::Default => "default",
    }
}

fn status(status: Status) -> Option<&'static str> {
    match status {
        Status::Usable => None,
        Status::Corrected => Some("corrected"),
        Status::Withdrawn => Some("withdrawn"),
    }
}

/// Returns a value that an archive adds as people write it.
pub(crate) fn extra(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Keyword(text) => text.clone(),
        Value::Keywords(keywords) => keywords.join(", "),
        Value::Number(number) => number.to_string(),
        Value::Date(value) => date(value),
        Value::Boolean(value) => value.to_string(),
        // A kind that is younger than this program's front desk.
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use newshound::Caption;

    use super::*;

    fn check(article: &Article, width: Option<usize>, expected: &str) {
        let mut out = Vec::new();
        whole(&mut out, article, Screen { color: false, width }).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn fields_are_labelled_and_absent_ones_left_out() {
        let mut article = Article::new("f-1");
        article.headline = Some("Ferry returns".into());
        article.bylines = vec!["Ann Lee".into(), "Raj Singh".into()];
        article.body = vec!["It sailed\u{1b}[1m.".into(), "On Monday.".into()];
        article.captions = vec![Caption { text: "The ferry.".into(), credit: Some("Ostrel Photo".into()) }];
        check(
            &article,
            None,
            "id           f-1\nheadline     Ferry returns\nbylines      Ann Lee\n             Raj Singh\n\n\
             It sailed\u{fffd}[1m.\n\nOn Monday.\n\ncaptions     The ferry. (Ostrel Photo)\n",
        );
    }

    #[test]
    fn values_are_wrapped_beside_their_label() {
        let mut article = Article::new("f-1");
        article.headline = Some("Ferry returns to the crossing".into());
        check(&article, Some(28), "id           f-1\nheadline     Ferry returns\n             to the crossing\n");
    }

    #[test]
    fn each_value_has_its_place_where_places_can_be_told_apart() {
        let mut values = vec!["a".to_owned(), "b".to_owned()];
        name_places(&mut values, &["line 1", "line 2"]);
        assert_eq!(values, ["a   [line 1]", "b   [line 2]"]);
        let mut values = vec!["a".to_owned(), "b".to_owned()];
        name_places(&mut values, &["line 1"]);
        assert_eq!(values, ["a", "b   [line 1]"]);
        let mut values = vec!["a".to_owned()];
        name_places(&mut values, &[]);
        assert_eq!(values, ["a"]);
    }
}
