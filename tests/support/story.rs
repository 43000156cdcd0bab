//! Small made-up stories in the forms that corpora have. Few words, so that most queries find several.

use super::random::Random;

const PEOPLE: &[&str] = &["Mara Veltin", "Jonas Ackerby", "Ilse Tronheim", "Pavo Lindqvar"];
const PLACES: &[&str] = &["Ostrel", "Talmere", "Northgate", "the Kelder valley"];
const THINGS: &[&str] = &["ferry", "harbour board", "council", "rowing club", "night market", "bridge"];
const DEEDS: &[&str] = &["reopened", "was delayed", "won again", "raised its prices", "closed for repairs"];
const TIMES: &[&str] = &["on Monday", "after nine weeks", "in the spring", "for the third time", "despite the storm"];
const SECTIONS: &[&str] = &["World / Coast", "Business", "Sport / Rowing"];
/// Told apart from English by their words, or by their script.
const FOREIGN: &[&str] = &[
    "Die Brücke in Talmere wurde am Montag nach langen Arbeiten wieder für den Verkehr geöffnet.",
    "Le conseil municipal a décidé de rouvrir le marché de nuit après plusieurs semaines de travaux.",
    "オストレルの渡し船は月曜日に運航を再開した。",
];

/// A story, before it has a form.
pub(super) struct Story {
    id: Option<String>,
    headline: String,
    section: &'static str,
    date: Option<String>,
    page: Option<String>,
    byline: &'static str,
    body: Vec<String>,
}

impl Story {
    pub(super) fn random(random: &mut Random) -> Story {
        // Few ids, so that some are repeated within the corpus.
        let id = random.chance(0.5).then(|| format!("story-{}", random.below(12)));
        let mut body: Vec<String> = (0..random.between(1, 4)).map(|_| paragraph(random)).collect();
        if random.chance(0.2) {
            body = vec![random.pick(FOREIGN).to_owned(); random.between(1, 2)];
        }
        Story {
            id,
            headline: format!("{} {}", capitalised(random.pick(THINGS)), random.pick(DEEDS)),
            section: random.pick(SECTIONS),
            date: random.chance(0.8).then(|| date(random)),
            // Now and then one that is no number.
            page: random
                .chance(0.7)
                .then(|| ["", "", "", "B"][random.below(4)].to_owned() + &random.below(9).to_string()),
            byline: random.pick(PEOPLE),
            body,
        }
    }

    /// Returns the story in the form that a file of this extension has; JSON Lines is a line of it.
    pub(super) fn written_as(&self, extension: &str) -> String {
        match extension {
            "md" => self.as_markdown(),
            "html" => self.as_html(),
            "json" | "jsonl" => self.as_json() + "\n",
            _ => self.as_text(),
        }
    }

    fn as_text(&self) -> String {
        let date = self.date.as_ref().map_or_else(String::new, |date| format!("Published: {date}\n\n"));
        let section = self.section.to_uppercase();
        format!("{section}\n\n{}\n\n{date}By {}\n\n{}\n", self.headline, self.byline, self.body.join("\n\n"))
    }

    fn as_markdown(&self) -> String {
        let mut front =
            format!("title: \"{}\"\nsection: \"{}\"\nauthor: {}\n", self.headline, self.section, self.byline);
        front += &self.id.as_ref().map_or_else(String::new, |id| format!("id: {id}\n"));
        front += &self.date.as_ref().map_or_else(String::new, |date| format!("date: {date}\n"));
        front += &self.page.as_ref().map_or_else(String::new, |page| format!("page: {page}\n"));
        format!("---\n{front}---\n\n{}\n", self.body.join("\n\n"))
    }

    fn as_html(&self) -> String {
        let paragraphs: String = self.body.iter().map(|text| format!("<p>{text}</p>\n")).collect();
        let date = self.date.as_ref().map_or_else(String::new, |date| {
            format!("<meta property=\"article:published_time\" content=\"{date}\">\n")
        });
        format!(
            "<!doctype html>\n<html><head><title>{0}</title>\n<meta property=\"og:title\" content=\"{0}\">\n{date}\
             </head>\n<body><article><h1>{0}</h1>\n{paragraphs}</article></body></html>\n",
            self.headline
        )
    }

    fn as_json(&self) -> String {
        let mut object = serde_json::json!({
            "headline": self.headline,
            "section": self.section,
            "author": self.byline,
            "body": self.body.join("\n\n"),
        });
        for (key, value) in [("id", &self.id), ("date", &self.date), ("page", &self.page)] {
            if let Some(value) = value {
                object[key] = value.as_str().into();
            }
        }
        object.to_string()
    }
}

fn paragraph(random: &mut Random) -> String {
    let sentences: Vec<String> = (0..random.between(1, 3)).map(|_| sentence(random)).collect();
    sentences.join(" ")
}

fn sentence(random: &mut Random) -> String {
    let (thing, deed, time) = (random.pick(THINGS), random.pick(DEEDS), random.pick(TIMES));
    match random.below(3) {
        0 => format!("The {thing} {deed} {time}, said {} of {}.", random.pick(PEOPLE), random.pick(PLACES)),
        1 => format!("In {} the {thing} {deed} {time}.", random.pick(PLACES)),
        _ => format!("{} wrote that the {thing} {deed}, and then {deed} {time}.", random.pick(PEOPLE)),
    }
}

fn date(random: &mut Random) -> String {
    let (year, month, day) = (random.between(2019, 2023), random.between(1, 12), random.between(1, 28));
    match random.below(3) {
        0 => format!("{year}-{month:02}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        _ => format!("{year}-{month:02}-{day:02}T{:02}:{:02}:00+02:00", random.below(24), random.below(60)),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
