//! The file that says which keys, columns and elements feed which fields: `newshound.toml` in the root of a corpus, or one that
//! is named. What is wrong in it is told with its line, before any source is read.
//!
//! A selector of HTML ends with `::attr(NAME)` where it means an attribute, as those of Scrapy do.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use dom_query::Matcher;
use levenshtein_automata::LevenshteinAutomatonBuilder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::formats::{field_names, field_of_key, is_mappable};
use crate::mapping::{Globs, MAPPING_FILE, Mapping, MappingRule};
use crate::{Error, Result, text};

/// A longer file is none that anybody wrote.
const LONGEST: u64 = 1 << 20;

/// What is wrong, and where in the file.
struct Wrong {
    at: Range<usize>,
    problem: String,
}

type Read<T> = std::result::Result<T, Wrong>;

impl Mapping {
    /// Reads the text of a mapping: TOML with a table `[[map]]` for each rule.
    ///
    /// # Errors
    ///
    /// What cannot be understood is an [`Error::Options`] with the line.
    pub fn parse(text: &str) -> Result<Mapping> {
        parse(MAPPING_FILE, text)
    }

    /// Reads a file of the form that [`parse`](Mapping::parse) reads.
    ///
    /// # Errors
    ///
    /// A file that is not there or cannot be read is an [`Error::Io`], and what is wrong in it an [`Error::Options`] with path
    /// and line.
    pub fn read(path: impl AsRef<Path>) -> Result<Mapping> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let size = fs::metadata(path).map_err(Error::io(path))?.len();
        if size > LONGEST {
            return Err(wrong_option(format!("{name}: a file of {size} bytes is no mapping; {LONGEST} are the most")));
        }
        let bytes = fs::read(path).map_err(Error::io(path))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = line_of(&String::from_utf8_lossy(&bytes[..error.valid_up_to()]), error.valid_up_to());
            wrong_option(format!("{name}:{line}: not UTF-8; save it as UTF-8"))
        })?;
        parse(&name, text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// Reads what the corpus at `root` itself says of how it is read, in its `newshound.toml`; one without rules where there is
    /// none.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Mapping::read), but for a root that is not there; and a link in the place of the file, which may lead
    /// out of the corpus.
    pub fn of_corpus(root: impl AsRef<Path>) -> Result<Mapping> {
        let path = root.as_ref().join(MAPPING_FILE);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => Mapping::read(&path),
            Ok(_) => {
                let problem = "no file but a link or a folder; put the file itself here";
                Err(wrong_option(format!("{}: {problem}", path.display())))
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(Mapping::default())
            }
            // A root that cannot be read is told when it is walked.
            Err(_) if fs::read_dir(root).is_err() => Ok(Mapping::default()),
            Err(error) => Err(Error::io(&path)(error)),
        }
    }

    /// Checks globs, names of fields and selectors.
    ///
    /// # Errors
    ///
    /// The first that cannot be used is an [`Error::Options`].
    pub fn check(&self) -> Result<()> {
        for rule in &self.rules {
            let globs = rule.files.as_slice();
            Globs::new(globs.to_vec()).map_err(|(at, error)| wrong_option(bad_glob(&globs[at], &error)))?;
            if let Some(name) = rule.keys.keys().chain(rule.html.keys()).find(|name| !is_mappable(name)) {
                return Err(wrong_option(unknown_field(name)));
            }
            for selector in rule.html.values().flatten() {
                selector_of(selector).map_err(wrong_option)?;
            }
        }
        Ok(())
    }
}

/// Returns a selector in two parts: the elements, and the attribute of them that is meant.
pub(crate) fn selector_of(text: &str) -> std::result::Result<(Matcher, Option<&str>), String> {
    let (elements, attribute) = match text.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once("::attr(")) {
        Some((elements, attribute)) => (elements, Some(attribute.trim())),
        None => (text, None),
    };
    // What is longer nests more deeply than anything that is meant.
    const LONGEST: usize = 1000;
    match Matcher::new(text::head(elements, LONGEST)) {
        Ok(matcher) if !elements.trim().is_empty() && elements.len() <= LONGEST => Ok((matcher, attribute)),
        _ => Err(format!("`{text}` is no CSS selector; write one such as `h1.title` or `time::attr(datetime)`")),
    }
}

fn parse(name: &str, text: &str) -> Result<Mapping> {
    rules(text).map_err(|wrong| {
        let line = line_of(text, wrong.at.start);
        wrong_option(format!("{name}:{line}: {}", wrong.problem))
    })
}

fn rules(text: &str) -> Read<Mapping> {
    let broken = |error: toml::de::Error| {
        let at = error.span().unwrap_or_default();
        Wrong { at, problem: format!("this is no TOML: {}", error.message().trim().replace('\n', ", ")) }
    };
    let whole = DeTable::parse(text).map_err(broken)?;
    let mut mapping = Mapping::default();
    for (key, value) in whole.get_ref() {
        if key.get_ref() != "map" {
            let problem = format!("`{}` is not known here; rules begin with a line [[map]]", key.get_ref());
            return Err(Wrong { at: key.span(), problem });
        }
        let DeValue::Array(tables) = value.get_ref() else {
            return Err(Wrong {
                at: value.span(),
                problem: "rules begin with a line [[map]], in two pairs of brackets".to_owned(),
            });
        };
        for table in tables.iter() {
            mapping.rules.push(rule(table)?);
        }
    }
    Ok(mapping)
}

fn rule(value: &Spanned<DeValue<'_>>) -> Read<MappingRule> {
    let mut rule = MappingRule::default();
    for (key, value) in table(value, "a rule is a table [[map]]")? {
        match key.get_ref().as_ref() {
            "files" => {
                let globs = texts(value, "`files` takes a glob such as \"wire/**/*.csv\", or a list of them")?;
                let (places, globs): (Vec<Range<usize>>, Vec<String>) = globs.into_iter().unzip();
                rule.files = Globs::new(globs.clone())
                    .map_err(|(at, error)| Wrong { at: places[at].clone(), problem: bad_glob(&globs[at], &error) })?;
            }
            "articles" => {
                let mut texts = texts(value, "`articles` takes the key of a list, such as \"data.stories\"")?;
                rule.articles = texts.pop().map(|(_, text)| text).filter(|_| texts.is_empty());
                if rule.articles.is_none() {
                    return Err(Wrong {
                        at: value.span(),
                        problem: "`articles` takes one key, and not several".to_owned(),
                    });
                }
            }
            "html" => {
                for (key, value) in table(value, "`html` takes fields: html.headline = \"h1\"")? {
                    add(&mut rule.html, key, value, |selector| selector_of(selector).map(|_| ()))?;
                }
            }
            _ => add(&mut rule.keys, key, value, |_| Ok(()))?,
        }
    }
    if rule.keys.is_empty() && rule.html.is_empty() && rule.articles.is_none() {
        let problem = "the rule maps no field; add one, such as headline = \"HL\"".to_owned();
        return Err(Wrong { at: value.span(), problem });
    }
    Ok(rule)
}

/// Adds what feeds a field, or in the table `x` what feeds fields of the archive's own.
fn add(
    fields: &mut BTreeMap<String, Vec<String>>,
    key: &Spanned<Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
    check: fn(&str) -> std::result::Result<(), String>,
) -> Read<()> {
    let name = key.get_ref();
    if name == "x" {
        for (extra, value) in table(value, "`x` takes fields of your own: x.desk = \"RESSORT\"")? {
            let name = format!("x.{}", extra.get_ref());
            fields.insert(name, checked(value, check)?);
        }
        return Ok(());
    }
    if !is_mappable(name) {
        return Err(Wrong { at: key.span(), problem: unknown_field(name) });
    }
    fields.insert(name.to_string(), checked(value, check)?);
    Ok(())
}

fn checked(value: &Spanned<DeValue<'_>>, check: fn(&str) -> std::result::Result<(), String>) -> Read<Vec<String>> {
    let texts = texts(value, "a field takes a name such as \"HL\", or a list of them")?;
    let checked = texts.into_iter().map(|(at, text)| match check(&text) {
        Ok(()) => Ok(text),
        Err(problem) => Err(Wrong { at, problem }),
    });
    checked.collect()
}

fn table<'t, 'i>(value: &'t Spanned<DeValue<'i>>, wanted: &str) -> Read<&'t DeTable<'i>> {
    match value.get_ref() {
        DeValue::Table(table) => Ok(table),
        other => Err(Wrong { at: value.span(), problem: format!("{wanted}; this is {}", kind(other)) }),
    }
}

/// Returns a text or the texts of a list, each with its place; none of them is empty.
fn texts(value: &Spanned<DeValue<'_>>, wanted: &str) -> Read<Vec<(Range<usize>, String)>> {
    let text = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::String(text) if !text.trim().is_empty() => Ok((value.span(), text.to_string())),
        DeValue::String(_) => Err(Wrong { at: value.span(), problem: format!("{wanted}; this is empty") }),
        other => Err(Wrong { at: value.span(), problem: format!("{wanted}; this is {}", kind(other)) }),
    };
    match value.get_ref() {
        DeValue::Array(values) if values.iter().next().is_none() => {
            Err(Wrong { at: value.span(), problem: format!("{wanted}; this list is empty") })
        }
        DeValue::Array(values) => values.iter().map(text).collect(),
        _ => Ok(vec![text(value)?]),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn bad_glob(glob: &str, error: &ignore::Error) -> String {
    format!("`{glob}` is not a glob: {error}; it is written as in .gitignore")
}

/// Returns the sentence for a name that is none of a field: with the field of such a key, or of a name that is nearly the same.
fn unknown_field(name: &str) -> String {
    let near = LevenshteinAutomatonBuilder::new(2, true).build_dfa(&name.to_lowercase());
    let mut names: Vec<(u8, &str)> =
        field_names().map(|known| (near.eval(known).to_u8(), known)).filter(|(changes, _)| *changes <= 2).collect();
    names.sort_unstable();
    let meant = field_of_key(name).or(names.first().map(|(_, known)| *known));
    let hint = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("fields are {}, and x.NAME for your own", field_names().collect::<Vec<_>>().join(", ")),
    };
    format!("`{name}` is no field of an article; {hint}")
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

fn wrong_option(problem: String) -> Error {
    Error::Options { option: "map", problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        Mapping::parse(text).expect_err(text).to_string()
    }

    #[test]
    fn a_rule_has_files_keys_selectors_and_fields_of_ones_own() {
        let text = "[[map]]\nfiles = ['wire/**/*.csv', \"*.tsv\"]\narticles = 'data.a'\nheadline = 'HL'\nbody = ['T1', 'T2']\nx.desk = 'D'\n\
                    \n[[map]]\nhtml.headline = 'h1.title, h2'\nhtml.x.page = 'span::attr(data-page)'\nhtml.url = 'a'\n";
        let mapping = Mapping::parse(text).expect("it is sound");
        let told = "of wire/**/*.csv, *.tsv: data.a=articles, T1=body, T2=body, HL=headline, D=x.desk; h1.title, h2=html.headline, \
                    a=html.url, span::attr(data-page)=html.x.page";
        assert_eq!(mapping.to_string(), told);
        mapping.check().expect("it is sound");
        assert_eq!(Mapping::parse("").expect("it says nothing"), Mapping::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_what_would_be_right() {
        for (text, expected) in [
            ("[[map]]\nheadlin = 'HL'", "2: `headlin` is no field of an article; did you mean `headline`?"),
            ("[[map]]\n\ntitle = 'HL'", "3: `title` is no field of an article; did you mean `headline`?"),
            ("[[map]]\nhtml.byline = 'p'", "2: `byline` is no field of an article; did you mean `bylines`?"),
            ("[[map]]\nheadline = 3", "2: a field takes a name such as \"HL\", or a list of them; this is a number"),
            (
                "[[map]]\nbody = [\n'a',\n'']",
                "4: a field takes a name such as \"HL\", or a list of them; this is empty",
            ),
            ("[[map]]\nbody = []", "2: a field takes a name such as \"HL\", or a list of them; this list is empty"),
            ("[[map]]\nx = 'a'", "2: `x` takes fields of your own: x.desk = \"RESSORT\"; this is text"),
            ("[[map]]\narticles = ['a', 'b']", "2: `articles` takes one key, and not several"),
            ("[[map]]\nfiles = 'a'", "1: the rule maps no field; add one, such as headline = \"HL\""),
            ("[map]\nbody = 'a'", "1: rules begin with a line [[map]], in two pairs of brackets"),
            ("[[maps]]\nbody = 'a'", "1: `maps` is not known here; rules begin with a line [[map]]"),
            (
                "[[map]]\nhtml.body = ['p', 'p[']",
                "2: `p[` is no CSS selector; write one such as `h1.title` or `time::attr(datetime)`",
            ),
        ] {
            assert_eq!(told(text), format!("map: newshound.toml:{expected}"), "{text}");
        }
        assert!(told("[[map]]\nbody = 'a'\nbody = 'b'").starts_with("map: newshound.toml:3: this is no TOML: "));
        assert!(
            told("[[map]]\nfiles = 'a[z-a]'\nbody = 'b'")
                .starts_with("map: newshound.toml:2: `a[z-a]` is not a glob: ")
        );
        assert!(told("[[map]]\nzzzzzz = 'a'").ends_with("page, issue, extra, and x.NAME for your own"));
    }

    #[test]
    fn a_mapping_that_an_application_made_is_checked_too() {
        let mut mapping = Mapping::default();
        mapping.map("a", "heading");
        let problem = mapping.check().expect_err("it is no field").to_string();
        assert_eq!(problem, "map: `heading` is no field of an article; did you mean `headline`?");
        let mut mapping = Mapping::default();
        mapping.rules.push(MappingRule { files: vec!["a[z-a]".to_owned()].into(), ..MappingRule::default() });
        assert!(mapping.check().is_err());
    }

    #[test]
    fn a_selector_may_mean_an_attribute() {
        let attribute = |text| selector_of(text).expect("it is sound").1;
        assert_eq!((attribute("time::attr(datetime)"), attribute("h1")), (Some("datetime"), None));
        for wrong in ["", " ", "::attr(x)", "h1 >", "h1::attr(x", "p::before("] {
            assert!(selector_of(wrong).is_err(), "{wrong}");
        }
    }
}
