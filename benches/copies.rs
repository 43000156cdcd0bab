//! How well copies are told, on pairs of which the share of their text is known: stories of the real news that lie beside the
//! checkout, edited as agencies edit them; stories written anew for learners; stories of one form on different days. Without
//! the data there are only the costs: what folding adds to a search.
//!
//! `NEWSHOUND_BENCH_STORIES` (400) of each collection are edited; `NEWSHOUND_BENCH_ARTICLES` (10,000), `NEWSHOUND_BENCH_RUNS` (9)
//! and `NEWSHOUND_BENCH_QUERIES` (20) set the size of the costs.

mod support;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::hint::black_box;

use newshound::{Article, Collapse, Date, Index, Operator, SearchRequest, Searcher};
use support::edits::{Edit, Story};
use support::queries::Queries;
use support::random::Random;
use support::synthetic::Synthetic;
use support::{judged, real, setting, table};

/// From this share on they are copies.
const SHARE: f64 = 0.8;
/// The least words of a story that is edited.
const LEAST_WORDS: usize = 40;

fn main() {
    let stories = setting("NEWSHOUND_BENCH_STORIES", 400);
    println!("| {:<40} | copies | folded | recall | others | folded |", "pairs");
    println!("|{:-<42}|-------:|-------:|-------:|-------:|-------:|", "");
    let mut all = Tally::default();
    for (name, articles) in [
        ("Reuters", real::reuters()),
        ("digital.gov", judged::folder_of("digitalgov-md", "content", "md")),
        ("Wikinews", judged::wikinews()),
        ("front pages of 1916", judged::folder_of("chronam-1916", "dates", "txt")),
    ] {
        match articles {
            Some(articles) => edited(name, &articles, stories, &mut all),
            None => println!("{name} is not there"),
        }
    }
    all.tell("all edited stories");
    let mut whole = all;
    match learners() {
        Some(pairs) => whole.add(told("written anew for learners", &pairs)),
        None => println!("onestopenglish is not there"),
    }
    match real::reuters() {
        Some(articles) => whole.add(told("Reuters, one form, days apart", &of_one_form(&articles))),
        None => println!("Reuters is not there"),
    }
    whole.tell("all pairs");
    println!("precision {:.4}, recall {:.4}", whole.precision(), whole.recall());
    costs();
}

/// Two stories and whether they are copies.
struct Pair {
    stories: [Story; 2],
    is_copy: bool,
}

/// How pairs were told.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    copies: usize,
    copies_folded: usize,
    others: usize,
    others_folded: usize,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.copies += other.copies;
        self.copies_folded += other.copies_folded;
        self.others += other.others;
        self.others_folded += other.others_folded;
    }

    fn precision(&self) -> f64 {
        self.copies_folded as f64 / (self.copies_folded + self.others_folded).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.copies_folded as f64 / self.copies.max(1) as f64
    }

    fn tell(&self, what: &str) {
        let Tally { copies, copies_folded, others, others_folded } = self;
        let recall = self.recall();
        println!(
            "| {what:<40} | {copies:>6} | {copies_folded:>6} | {recall:>6.4} | {others:>6} | {others_folded:>6} |"
        );
    }
}

/// Tells the edits of some stories of a collection.
fn edited(name: &str, articles: &[Article], most: usize, all: &mut Tally) {
    let story = |article: &Article| Story::of(article.headline.as_deref().unwrap_or_default(), &article.body);
    let stories = articles.iter().map(story).filter(|story| (LEAST_WORDS..3_000).contains(&story.len()));
    let stories: Vec<Story> = stories.collect();
    let every = stories.len().div_ceil(most).max(1);
    for edit in Edit::ALL {
        let mut random = Random::new(edit as u64 + 1);
        let pairs = stories.iter().enumerate().step_by(every).map(|(n, story)| {
            let other = &stories[(n + stories.len() / 2) % stories.len()];
            let stories = edit.versions(story, other, &mut random);
            let is_copy = stories[0].share(&stories[1]) >= SHARE;
            Pair { stories, is_copy }
        });
        all.add(told(&format!("{name}, {}", edit.name()), &pairs.collect::<Vec<_>>()));
    }
}

/// Asks for each pair, and prints what came of it.
fn told(what: &str, pairs: &[Pair]) -> Tally {
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    for (n, pair) in pairs.iter().enumerate() {
        for (version, story) in pair.stories.iter().enumerate() {
            let mut article = story.article(&format!("{n}-{version}"));
            article.keywords.push(keyword(n).as_str().into());
            writer.add(article).expect("memory suffices");
        }
    }
    writer.commit().expect("memory suffices");
    drop(writer);
    let searcher = index.searcher().expect("the index is sound");
    let mut tally = Tally::default();
    for (n, pair) in pairs.iter().enumerate() {
        let request = SearchRequest { collapse: Collapse::Near, passages: 0, ..SearchRequest::new(keyword(n)) };
        let hits = searcher.search(&request).expect("a word is a query").hits;
        assert_eq!(hits.iter().map(|hit| 1 + hit.copies.len()).sum::<usize>(), 2, "both are found");
        let is_folded = hits.len() == 1;
        match pair.is_copy {
            true => tally.add(Tally { copies: 1, copies_folded: is_folded.into(), ..Tally::default() }),
            false => tally.add(Tally { others: 1, others_folded: is_folded.into(), ..Tally::default() }),
        }
    }
    tally.tell(what);
    tally
}

fn keyword(pair: usize) -> String {
    format!("pairnumber{pair}x")
}

/// Returns the pairs of each story's three versions.
fn learners() -> Option<Vec<Pair>> {
    let folder = real::folder("onestopenglish")?.join("Texts-SeparatedByReadingLevel");
    let mut versions: BTreeMap<String, Vec<Story>> = BTreeMap::new();
    for level in ["Adv-Txt", "Int-Txt", "Ele-Txt"] {
        for entry in fs::read_dir(folder.join(level)).ok()?.flatten() {
            let Ok(bytes) = fs::read(entry.path()) else { continue };
            let text = String::from_utf8_lossy(&bytes).replace('\u{feff}', "");
            let name = entry.file_name().to_string_lossy().into_owned();
            let title = name.rsplit_once('-').map_or(name.as_str(), |(title, _)| title).to_owned();
            let paragraphs: Vec<String> = text.lines().map(str::to_owned).collect();
            versions.entry(title).or_default().push(Story::of("", &paragraphs));
        }
    }
    let mut pairs = Vec::new();
    for of_story in versions.values() {
        for (n, first) in of_story.iter().enumerate() {
            for second in &of_story[n + 1..] {
                let is_copy = first.share(second) >= SHARE;
                pairs.push(Pair { stories: [first.clone(), second.clone()], is_copy });
            }
        }
    }
    Some(pairs)
}

/// How many days lie between stories that are no repeated ones.
const DAYS_APART: i64 = 4;

/// Returns pairs of stories that share four fifths of their words, but not all of them, and were sent days apart: reports of prices,
/// rates and dividends, written by one form. A wire repeats a story within a day or two.
fn of_one_form(articles: &[Article]) -> Vec<Pair> {
    let stories: Vec<(Date, Story, Vec<u64>)> = articles
        .iter()
        .filter_map(|article| {
            let story = Story::of(article.headline.as_deref().unwrap_or_default(), &article.body);
            Some((article.published?, story, runs_of(&article.body.join(" "))))
        })
        .collect();
    let mut with_run: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut met = HashSet::new();
    let mut pairs = Vec::new();
    for (n, (date, story, runs)) in stories.iter().enumerate() {
        for run in runs {
            let others = with_run.entry(*run).or_default();
            for other in others.iter().rev().take(50) {
                let (of_other, second, _) = &stories[*other];
                let days = (date.first_second() - of_other.first_second()).abs() / 86_400;
                let is_long = story.len().min(second.len()) as f64 >= SHARE * story.len().max(second.len()) as f64;
                if days >= DAYS_APART
                    && is_long
                    && met.insert((n, *other))
                    && (SHARE..1.0).contains(&story.share(second))
                {
                    pairs.push(Pair { stories: [story.clone(), second.clone()], is_copy: false });
                }
            }
            others.push(n);
        }
    }
    pairs
}

/// Returns the eight least hashes of runs of four words.
fn runs_of(text: &str) -> Vec<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let hash = |run: &[&str]| {
        run.join(" ")
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    let mut hashes: Vec<u64> = words.windows(4).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(8);
    hashes
}

/// What folding adds to a search for ten hits without passages, of which one in four is a copy.
fn costs() {
    let (count, runs) = (setting("NEWSHOUND_BENCH_ARTICLES", 10_000), setting("NEWSHOUND_BENCH_RUNS", 9));
    let synthetic = Synthetic::new(1, count);
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    for n in 0..count {
        let mut article = synthetic.article(if n % 4 == 3 { n - 1 } else { n });
        article.id = n.to_string().into();
        writer.add(article).expect("memory suffices");
    }
    writer.commit().expect("memory suffices");
    drop(writer);
    let searcher = index.searcher().expect("the index is sound");
    let queries = Queries::new(&synthetic, setting("NEWSHOUND_BENCH_QUERIES", 20));
    for (name, collapse) in [("strict", Collapse::Strict), ("near", Collapse::Near)] {
        table::print_header(
            &format!("One query, ten hits of {count} made-up articles, copies folded: {name}"),
            "folded",
            "not folded",
        );
        for (what, queries, operator) in [
            ("a common word", &queries.common, Operator::All),
            ("a usual word", &queries.usual, Operator::All),
            ("two words, both", &queries.two, Operator::All),
            ("three words, any", &queries.three, Operator::Any),
        ] {
            let time = |collapse| {
                let request = |query: &String| SearchRequest {
                    operator,
                    collapse,
                    passages: 0,
                    ..SearchRequest::new(query.as_str())
                };
                let time = table::median(runs, || queries.iter().for_each(|query| search(&searcher, &request(query))));
                time / u32::try_from(queries.len().max(1)).expect("a bench has few queries")
            };
            table::print_times(what, time(collapse), time(Collapse::Off));
        }
    }
}

fn search(searcher: &Searcher, request: &SearchRequest) {
    black_box(searcher.search(request).expect("the query is sound"));
}
