//! Articles that nobody wrote: as long, as repetitive and as varied as news, the same for a seed on every machine, and
//! made one at a time, so that there can be millions.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use newshound::{Article, ArticleSource, Caption, Date, DateOrder, Language, LanguageOrigin, Notice, Section};

use super::random::Random;
use super::words::{Words, capitalised};

/// About as many different words as a million news articles have.
const VOCABULARY: usize = 400_000;
/// Stories share words with others of their topic.
const TOPICS: usize = 2_000;
/// A section, and what follows it in a section path.
const SECTIONS: &[(&str, &[&str])] = &[
    ("World", &["Coast", "Highlands", "Islands"]),
    ("Business", &["Markets", "Farming"]),
    ("Sport", &["Rowing", "Football", "Athletics"]),
    ("Culture", &["Music", "Stage"]),
    ("Science", &[]),
    ("Opinion", &[]),
];
const PUBLISHERS: &[&str] =
    &["Ostrel Courier", "Northgate Herald", "Valley Telegraph", "The Morning Ledger", "Harbour Wire"];

/// A corpus of made-up articles.
pub(crate) struct Synthetic {
    words: Words,
    seed: u64,
    count: u64,
    next: u64,
    /// Words of a body, where all have the same number.
    length: Option<usize>,
}

impl Synthetic {
    pub(crate) fn new(seed: u64, count: u64) -> Synthetic {
        Synthetic { words: Words::new(VOCABULARY), seed, count, next: 0, length: None }
    }

    /// Returns it with as many words in every body, or some more.
    pub(crate) fn with_length(self, words: usize) -> Synthetic {
        Synthetic { length: Some(words), ..self }
    }

    pub(crate) fn words(&self) -> &Words {
        &self.words
    }

    /// Begins again with the first article.
    pub(crate) fn rewind(&mut self) {
        self.next = 0;
    }

    /// Returns the article of a number, whatever was asked before.
    pub(crate) fn article(&self, number: u64) -> Article {
        let mut writer = Desk { words: &self.words, random: Random::of_item(self.seed, number), topic: 0 };
        writer.topic = writer.random.zipf(TOPICS);
        let mut article = writer.article(self.length);
        article.id = format!("syn-{number:09}").into();
        article
    }
}

impl Iterator for Synthetic {
    type Item = Article;

    fn next(&mut self) -> Option<Article> {
        let number = self.next;
        self.next += 1;
        (number < self.count).then(|| self.article(number))
    }
}

impl ArticleSource for Synthetic {
    fn corpus(&self) -> &str {
        "synthetic"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        self.next().map(Ok)
    }
}

/// Writes one article.
struct Desk<'a> {
    words: &'a Words,
    random: Random,
    topic: usize,
}

impl Desk<'_> {
    fn article(&mut self, length: Option<usize>) -> Article {
        let mut article = Article {
            headline: Some(self.headline()),
            section: Some(self.section()),
            publisher: Some(self.random.pick(PUBLISHERS).to_owned()),
            published: Date::parse(&self.date(), DateOrder::Unknown).ok(),
            language: Some(Language { code: "en".into(), origin: LanguageOrigin::Given }),
            ..Article::default()
        };
        if self.random.chance(0.8) {
            article.bylines.push(self.person());
        }
        if self.random.chance(0.3) {
            article.standfirst = Some(self.sentence(14));
        }
        // Median 380 words and mean about 450, as on newswire; a long tail of features.
        let wanted = (380.0 * (0.58 * self.random.normal()).exp()).clamp(20.0, 6000.0) as usize;
        article.body = self.body(length.unwrap_or(wanted));
        for _ in 0..self.random.below(3) {
            let credit = self.random.chance(0.7).then(|| self.person());
            article.captions.push(Caption { text: self.sentence(12), credit });
        }
        article
    }

    fn body(&mut self, wanted: usize) -> Vec<String> {
        let (mut paragraphs, mut words) = (Vec::new(), 0);
        while words < wanted {
            let mut paragraph = String::new();
            for _ in 0..self.random.between(1, 3) {
                let length = self.random.between(6, 32);
                words += length;
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(&self.sentence(length));
            }
            paragraphs.push(paragraph);
        }
        paragraphs
    }

    fn sentence(&mut self, length: usize) -> String {
        let mut sentence = String::with_capacity(length * 7);
        for n in 0..length {
            if n > 0 {
                sentence.push_str(if self.random.chance(0.06) { ", " } else { " " });
            }
            let word = self.word();
            sentence.push_str(&if n == 0 { capitalised(&word) } else { word });
        }
        sentence.push('.');
        sentence
    }

    /// Returns a common word, a word of the topic, a name or a number.
    fn word(&mut self) -> String {
        match self.random.fraction() {
            x if x < 0.80 => self.words.of(self.random.zipf(self.words.len())).to_owned(),
            x if x < 0.93 => self.topic_word().to_owned(),
            x if x < 0.98 => self.words.name(2_000 + self.random.zipf(50_000)),
            _ => self.random.zipf(100_000).to_string(),
        }
    }

    /// Returns one of the few hundred words that the articles of a topic share, the first of them most often.
    fn topic_word(&mut self) -> &str {
        let nth = self.random.zipf(300);
        self.words.of(500 + (self.topic * 7_919 + nth * 613) % 60_000)
    }

    fn headline(&mut self) -> String {
        let mut headline = capitalised(self.topic_word());
        for _ in 0..self.random.between(4, 9) {
            headline.push(' ');
            headline.push_str(&self.word());
        }
        headline
    }

    fn person(&mut self) -> String {
        let first = self.words.name(200 + self.random.below(300));
        format!("{first} {}", self.words.name(3_000 + self.random.below(2_000)))
    }

    fn section(&mut self) -> Section {
        let (section, parts) = self.random.pick(SECTIONS);
        let label = match parts.len() {
            0 => section.to_owned(),
            _ => format!("{section} / {}", self.random.pick(parts)),
        };
        Section { path: label.to_lowercase().replace(" / ", "/"), label }
    }

    fn date(&mut self) -> String {
        let (year, month, day) =
            (self.random.between(1996, 2025), self.random.between(1, 12), self.random.between(1, 28));
        let (hour, minute) = (self.random.below(24), self.random.below(60));
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    }
}

/// Writes articles as JSON Lines, one an article.
pub(crate) fn write_json_lines(path: &Path, articles: impl Iterator<Item = Article>) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for article in articles {
        serde_json::to_writer(&mut file, &as_json(&article))?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

/// The usual keys, not those of Newshound's own articles.
fn as_json(article: &Article) -> serde_json::Value {
    serde_json::json!({
        "id": article.id.as_str(),
        "headline": article.headline,
        "description": article.standfirst,
        "author": article.bylines,
        "section": article.section.as_ref().map(|s| &s.label),
        "date": article.published.map(|d| d.to_string()),
        "publisher": article.publisher,
        "language": "en",
        "body": article.body.join("\n\n"),
    })
}

/// Writes articles as plain text, one a file, a thousand a folder.
pub(crate) fn write_text_tree(root: &Path, articles: impl Iterator<Item = Article>) -> io::Result<()> {
    for (number, article) in articles.enumerate() {
        let folder = root.join(format!("{:04}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(folder.join(format!("{number:07}.txt")), as_text(&article))?;
    }
    Ok(())
}

fn as_text(article: &Article) -> String {
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(article.section.as_ref().map(|section| section.label.to_uppercase()));
    blocks.extend(article.headline.clone());
    blocks.extend(article.published.map(|date| format!("Published: {}", date.to_string().replace('T', " "))));
    blocks.extend((!article.bylines.is_empty()).then(|| format!("By {}", article.bylines.join(" and "))));
    for caption in &article.captions {
        let credit = caption.credit.as_ref().map_or_else(String::new, |credit| format!(" [Photo/{credit}]"));
        blocks.push(format!("{}{credit}", caption.text));
    }
    blocks.extend(article.body.iter().cloned());
    blocks.extend(article.publisher.clone());
    blocks.join("\n\n") + "\n"
}
