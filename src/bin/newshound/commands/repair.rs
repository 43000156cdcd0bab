//! `newshound repair`: a damaged index is mended.

use std::io::{self, Write};

use newshound::{Index, IngestOptions, RepairReport, repair};

use crate::args::RepairArgs;
use crate::failure::Exit;
use crate::present::numbers::{counted, grouped};
use crate::present::progress::Meter;
use crate::present::text::safe;
use crate::present::{json, print_plain};
use crate::{interrupt, settings};

/// How many articles that are lost are named.
const NAMED: usize = 20;

pub(crate) fn run(args: &RepairArgs) -> anyhow::Result<Exit> {
    interrupt::listen();
    let corpora = settings::corpora(&args.corpora)?;
    let meter = Meter::new(args.json);
    let progress = |progress| meter.show(progress);
    let mut options = IngestOptions::default();
    options.progress = Some(&progress);
    options.cancel = Some(&interrupt::asked);
    let dir = settings::index_to_write(args.index.as_deref());
    let repaired = repair(&dir, corpora, &options);
    meter.finish();
    let report = repaired?;
    if args.json {
        print_plain(|out| json::object(out, &report))?;
    } else {
        print_plain(|out| write_report(out, &report, args.give_up))?;
    }
    let exit = judge(&report);
    // It was told before it is forgotten.
    if args.give_up && exit == Exit::Nothing {
        let index = Index::open(&dir)?;
        let mut writer = index.writer()?;
        writer.give_up_missing()?;
        writer.commit()?;
    }
    Ok(exit)
}

fn judge(report: &RepairReport) -> Exit {
    let is_all_there = report.not_recovered.is_empty() && report.unnamed == 0 && !report.manifest_lost;
    match (report.sound, is_all_there) {
        _ if report.ingests.iter().any(|ingest| ingest.cancelled) => Exit::Interrupted,
        (false, _) => Exit::Damaged,
        (true, false) => Exit::Nothing,
        (true, true) => Exit::Done,
    }
}

fn write_report(out: &mut dyn Write, report: &RepairReport, gives_up: bool) -> io::Result<()> {
    if report.damages.is_empty() && report.lost == 0 && !report.manifest_lost {
        return writeln!(out, "nothing is damaged");
    }
    for damage in &report.damages {
        writeln!(out, "{}: {}", safe(&damage.file), safe(&damage.detail))?;
    }
    if report.damages.is_empty() {
        write!(out, "nothing is damaged")?;
        if report.lost > 0 {
            write!(out, "; missing since an earlier repair: {}", counted(report.lost, "article"))?;
        }
        writeln!(out)?;
    } else {
        let (kept, rebuilt) = (counted(report.kept, "article"), grouped(report.rebuilt));
        writeln!(out, "{kept} kept, {rebuilt} written anew as stored, {} lost", grouped(report.lost))?;
    }
    if report.unnamed > 0 {
        let (unnamed, were) = (counted(report.unnamed, "article"), if report.unnamed == 1 { "was" } else { "were" });
        writeln!(out, "which {unnamed} {were} lost is not known, since the manifest was lost too")?;
    }
    for ingest in &report.ingests {
        let articles = &ingest.articles;
        let (read, added) = (counted(ingest.sources.read, "source"), counted(articles.added, "article"));
        writeln!(
            out,
            "{read} read again: {added} added, {} replaced, {} deleted",
            articles.replaced, articles.deleted
        )?;
    }
    for key in report.not_recovered.iter().take(NAMED) {
        writeln!(out, "not recovered: {}", safe(&key.to_string()))?;
    }
    if report.not_recovered.len() > NAMED {
        writeln!(out, "and {} more (--json has all)", grouped((report.not_recovered.len() - NAMED) as u64))?;
    }
    if !report.manifest_lost && !report.not_recovered.is_empty() && report.ingests.is_empty() {
        writeln!(out, "no folder was read, since the index remembers none; name them: `newshound repair FOLDER...`")?;
    }
    if report.manifest_lost {
        writeln!(
            out,
            "the manifest was lost: name the folders and their settings once to `newshound index`; what `newshound delete` \
             keeps out stays out"
        )?;
    }
    if (report.manifest_lost || !report.not_recovered.is_empty()) && !gives_up {
        writeln!(out, "this is told again until it is mended; `newshound repair --give-up` ends it")?;
    }
    Ok(())
}
