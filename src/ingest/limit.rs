//! The largest article. One that has more text is kept as far as it fits: the end of its body goes first, for news says
//! the most important things at the top, and only where there is nothing left of it what else the article has.

use crate::article::Article;
use crate::text::head;
use crate::{Caption, Code, Error, Keyword, Notice, Result, Section, Value};

/// A limit below this would cut what every article has: its headline.
const LEAST: u64 = 1 << 10;

/// The longest line, and the most that is read of a source of one article: in articles of the greatest size, and in bytes
/// where those are small.
const LONGEST: u64 = 3;
const LONGEST_AT_LEAST: u64 = 48 << 20;

/// Returns the most that is read of a source of one article, in bytes.
pub(super) fn longest(max_article: u64) -> u64 {
    max_article.saturating_mul(LONGEST).max(LONGEST_AT_LEAST)
}

/// Checks what a user says of how large an article may be.
pub(super) fn check(limit: u64) -> Result<()> {
    if limit >= LEAST {
        return Ok(());
    }
    let problem = format!("{limit} bytes are too few for an article; take {LEAST} or more");
    Err(Error::Options { option: "max-article", problem })
}

/// Cuts an article that has more than `limit` bytes of text, and returns the notice of it.
pub(super) fn cut(article: &mut Article, limit: u64, line: Option<u32>) -> Option<Notice> {
    let size = size(article);
    let mut over = usize::try_from(size.checked_sub(limit)?).unwrap_or(usize::MAX);
    if over == 0 {
        return None;
    }
    for text in texts(article) {
        let kept = head(text, text.len().saturating_sub(over)).len();
        over = over.saturating_sub(text.len() - kept);
        text.truncate(kept);
        text.shrink_to_fit();
        if over == 0 {
            break;
        }
    }
    drop_empty(article);
    let message = format!(
        "the article has {size} bytes of text, more than the limit of {limit}; its end is not indexed, raise the limit \
         (--max-article) to have all of it"
    );
    Some(Notice::new(Code::Truncated, line, message))
}

/// Returns how many bytes of text an article has.
pub(super) fn size(article: &Article) -> u64 {
    let Article { section, kicker, headline, standfirst, dateline, publisher, url, version, page, issue, .. } = article;
    let alone = [kicker, headline, standfirst, dateline, publisher, url, version, page, issue];
    let mut size: usize = alone.into_iter().flatten().map(String::len).sum();
    size += section.as_ref().map_or(0, |section| section.path.len() + section.label.len());
    size += article.body.iter().chain(&article.bylines).map(String::len).sum::<usize>();
    for Caption { text, credit } in &article.captions {
        size += text.len() + credit.as_ref().map_or(0, String::len);
    }
    for Keyword { text, scheme } in &article.keywords {
        size += text.len() + scheme.as_ref().map_or(0, String::len);
    }
    for value in article.extra.values() {
        size += match value {
            Value::Text(text) | Value::Keyword(text) => text.len(),
            Value::Keywords(texts) => texts.iter().map(String::len).sum(),
            Value::Number(_) | Value::Date(_) | Value::Boolean(_) => 0,
        };
    }
    size as u64
}

/// Returns all that [`size`] counts, in the order in which it is given up.
fn texts(article: &mut Article) -> Vec<&mut String> {
    let mut texts: Vec<&mut String> = article.body.iter_mut().rev().collect();
    for value in article.extra.values_mut().rev() {
        match value {
            Value::Text(text) | Value::Keyword(text) => texts.push(text),
            Value::Keywords(several) => texts.extend(several.iter_mut().rev()),
            Value::Number(_) | Value::Date(_) | Value::Boolean(_) => {}
        }
    }
    for Keyword { text, scheme } in article.keywords.iter_mut().rev() {
        texts.extend(scheme.iter_mut().chain([text]));
    }
    for Caption { text, credit } in article.captions.iter_mut().rev() {
        texts.extend(credit.iter_mut().chain([text]));
    }
    texts.extend(article.bylines.iter_mut().rev());
    if let Some(Section { path, label }) = &mut article.section {
        texts.extend([path, label]);
    }
    let Article { kicker, headline, standfirst, dateline, publisher, url, version, page, issue, .. } = article;
    texts.extend([url, version, page, issue, publisher, dateline, kicker, standfirst, headline].into_iter().flatten());
    texts
}

fn drop_empty(article: &mut Article) {
    article.body.retain(|text| !text.is_empty());
    article.body.shrink_to_fit();
    article.bylines.retain(|text| !text.is_empty());
    article.captions.retain(|caption| !caption.text.is_empty());
    article.keywords.retain(|keyword| !keyword.text.is_empty());
    article.section.take_if(|section| section.path.is_empty());
    let Article { kicker, headline, standfirst, dateline, publisher, url, version, page, issue, .. } = article;
    for text in [kicker, headline, standfirst, dateline, publisher, url, version, page, issue] {
        text.take_if(|text| text.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article() -> Article {
        let mut article = Article::new("1");
        article.headline = Some("Ferry returns".to_owned());
        article.standfirst = Some("It sailed on Monday.".to_owned());
        article.body = ["The first paragraph.", "Das zweite hat ein ü.", "The third."].map(str::to_owned).into();
        article.bylines = vec!["Ada Quill".to_owned()];
        article.section = Section::from_label("World / Coast");
        article.captions = vec![Caption { text: "A ferry.".to_owned(), credit: Some("B. Lund".to_owned()) }];
        article.keywords = vec!["ferry".into()];
        article.extra.insert("desk".to_owned(), Value::Text("Coast desk".to_owned()));
        article
    }

    #[test]
    fn an_article_within_the_limit_stays_as_it_is() {
        let mut whole = article();
        assert_eq!(cut(&mut whole, size(&article()), None), None);
        assert_eq!(whole, article());
    }

    #[test]
    fn the_end_of_the_body_is_given_up_first() {
        let mut cut_one = article();
        // The third paragraph, and the last character and the half of the one before of the second.
        let notice = cut(&mut cut_one, size(&article()) - 12, Some(7)).expect("a notice");
        assert_eq!((notice.code, notice.line), (Code::Truncated, Some(7)));
        assert_eq!(cut_one.body, ["The first paragraph.", "Das zweite hat ein "]);
        let expected = Article { body: cut_one.body.clone(), ..article() };
        assert_eq!(cut_one, expected);
    }

    #[test]
    fn a_limit_holds_whatever_the_article_has() {
        let whole = size(&article());
        assert_eq!(texts(&mut article()).iter().map(|text| text.len() as u64).sum::<u64>(), whole);
        for limit in 0..whole {
            let mut article = article();
            let message = cut(&mut article, limit, None).expect("a notice").message;
            assert!(message.contains(&format!("{whole} bytes of text, more than the limit of {limit};")), "{message}");
            // A character that would be cut goes whole, and a credit goes with its caption.
            assert!(size(&article) <= limit);
            assert!(article.headline.is_some() || limit < 13, "{limit}");
        }
    }

    #[test]
    fn a_limit_below_what_a_headline_takes_is_refused() {
        assert!(check(LEAST).is_ok());
        let told = check(7).expect_err("too few").to_string();
        assert_eq!(told, "max-article: 7 bytes are too few for an article; take 1024 or more");
    }
}
