//! `newshound status`: what the index holds.

use std::io::{self, Write};
use std::path::Path;

use newshound::{CorpusStatus, Count, IndexStatus, Tombstone};

use crate::args::StatusArgs;
use crate::failure::Exit;
use crate::present::article::write_field;
use crate::present::human::date;
use crate::present::numbers::{counted, grouped, size};
use crate::present::{Screen, coverage, json, print, print_plain};
use crate::settings;

/// How many languages, sections and publishers are named.
const NAMED: usize = 10;

pub(crate) fn run(args: &StatusArgs) -> anyhow::Result<Exit> {
    let dir = settings::index_to_read(args.place.index.as_deref());
    let index = settings::open(&args.place)?;
    if args.coverage && !args.json {
        let coverage = index.coverage()?;
        print_plain(|out| coverage::table(out, &coverage))?;
        return Ok(Exit::Done);
    }
    let status = index.status()?;
    if args.json {
        let mut told = serde_json::to_value(&status)?;
        if args.coverage {
            told["coverage"] = serde_json::to_value(index.coverage()?)?;
        }
        print_plain(|out| json::object(out, &told))?;
    } else {
        let screen = Screen::stdout();
        print(screen, |out| write_status(out, &dir, &status, screen))?;
    }
    Ok(Exit::Done)
}

fn write_status(out: &mut dyn Write, dir: &Path, status: &IndexStatus, screen: Screen) -> io::Result<()> {
    let dates = match (&status.first_published, &status.last_published) {
        (Some(first), Some(last)) => format!("{} to {}", date(first), date(last)),
        _ => "none".to_owned(),
    };
    let compact = if status.compact { ", compact" } else { "" };
    let fields = [
        ("index", vec![dir.display().to_string()]),
        ("articles", vec![grouped(status.articles)]),
        ("sources", vec![grouped(status.sources)]),
        ("corpora", status.corpora.iter().map(corpus).collect()),
        ("dates", vec![format!("{dates}; {} without a date", counted(status.undated, "article"))]),
        ("languages", most(&status.languages)),
        ("sections", most(&status.sections)),
        ("publishers", most(&status.publishers)),
        ("taken down", taken_down(&status.taken_down)),
        ("missing", missing(status)),
        ("extra", status.extra.iter().map(|(name, kind)| format!("x.{name}: {kind}")).collect()),
        ("size", vec![format!("{} in {}{compact}", size(status.bytes), counted(status.segments as u64, "segment"))]),
        (
            "versions",
            vec![format!("format {}, analyzer {}, written by {}", status.format, status.analyzer, status.written_by)],
        ),
        ("digests", vec![format!("content {}", status.digests.content), format!("index   {}", status.digests.index)]),
    ];
    fields.iter().try_for_each(|(name, values)| write_field(out, name, values, screen))
}

fn corpus(corpus: &CorpusStatus) -> String {
    let (articles, sources) = (counted(corpus.articles, "article"), counted(corpus.sources, "source"));
    let root = corpus.root.as_deref().map(|root| format!(", {root}")).unwrap_or_default();
    format!("{}: {articles} from {sources}{root}", corpus.name)
}

fn missing(status: &IndexStatus) -> Vec<String> {
    let articles = counted(status.missing, "article");
    let articles = format!("{articles} since a repair; `newshound repair` looks for them again");
    let manifest = "what only a manifest knew that was lost, since a repair; `newshound repair` tells what to do";
    let told = [(status.missing > 0, articles), (status.manifest_lost, manifest.to_owned())];
    told.into_iter().filter_map(|(is_so, told)| is_so.then_some(told)).collect()
}

fn taken_down(stones: &[Tombstone]) -> Vec<String> {
    let told = |stone: &Tombstone| {
        let id = stone.native_id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
        format!("{}{id}: {}", stone.source, stone.reason)
    };
    let more = stones.len().saturating_sub(NAMED);
    let rest = (more > 0).then(|| format!("and {} more (--json has all)", grouped(more as u64)));
    stones.iter().take(NAMED).map(told).chain(rest).collect()
}

fn most(counts: &[Count]) -> Vec<String> {
    let named = counts.iter().take(NAMED).map(|count| format!("{} {}", count.name, grouped(count.articles)));
    let more = counts.len().saturating_sub(NAMED);
    let rest = (more > 0).then(|| format!("and {} more (--json has all)", grouped(more as u64)));
    let all: Vec<String> = named.chain(rest).collect();
    if all.is_empty() { all } else { vec![all.join(", ")] }
}
