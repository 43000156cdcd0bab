//! `newshound index`: builds an index or brings it up to date, reports, and holds the run against its gates.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use newshound::{
    CheckReport, Corpus, Index, IndexOptions, IngestReport, Level, Lock, Tombstone, ingest, ingest_locked,
};

use crate::args::{FailOn, IndexArgs};
use crate::failure::{Exit, Refusal, say};
use crate::present::check::{Against, verdict};
use crate::present::numbers::{counted, size};
use crate::present::progress::Meter;
use crate::present::{self, json, report};
use crate::{interrupt, settings};

pub(crate) fn run(args: &IndexArgs) -> anyhow::Result<Exit> {
    interrupt::listen();
    let started = Instant::now();
    let dir = settings::index_to_write(args.index.as_deref());
    let corpora = settings::corpora(&args.corpora)?;
    let mut options = settings::ingest_options(args)?;
    // Read before the index is made: a mistyped name of a file is to leave no empty index behind.
    let locked = args.locked.as_deref().map(Lock::read).transpose()?;
    // What is written over may keep out articles that this index does not know of: others may have taken them down.
    let before = args.lock.as_deref().filter(|file| file.exists()).map(Lock::read).transpose()?;
    let index = open(&dir, args, &corpora)?;
    if let Some(folder) = args.lock.as_deref().and_then(missing_folder) {
        let message = format!("{}: there is no such folder for a lock file", folder.display());
        return Err(Refusal { exit: Exit::Io, message }.into());
    }
    // Made before the run: hours of reading must not end in a report that has no place.
    let report_file = args.report.as_deref().map(create).transpose()?;

    let meter = Meter::new(args.quiet);
    let progress = |progress| meter.show(progress);
    options.progress = Some(&progress);
    options.cancel = Some(&interrupt::asked);
    options.keep_out = before.iter().flat_map(Lock::taken_down).cloned().collect();
    let known = if options.keep_out.is_empty() { Vec::new() } else { index.status()?.taken_down };
    let ingested = match &locked {
        Some(lock) => ingest_locked(&index, corpora, &options, lock),
        None => ingest(&index, corpora, &options).map(|report| (report, None)),
    };
    meter.finish();
    let (report, checked) = ingested?;

    if let (Some(file), Some(path)) = (report_file, &args.report) {
        write_notices(file, &report).with_context(|| path.display().to_string())?;
    }
    tell(args, &report, checked.as_ref(), started)?;
    let exit = judge(args, &report, checked.as_ref(), &index)?;
    if let (Exit::Done, Some(file)) = (exit, &args.lock) {
        let is_new = |stone: &&Tombstone| known.iter().all(|known| known.name() != stone.name());
        let new = options.keep_out.iter().filter(is_new).count() as u64;
        if new > 0 {
            let (new, file) = (counted(new, "article"), file.display());
            let message =
                format!("{file} keeps out {new} that this index did not: remove the line there to let one in again");
            say("note", &message);
        }
        Lock::of(&index, args.lock_detail)?.write(file)?;
    }
    Ok(exit)
}

fn open(dir: &Path, args: &IndexArgs, corpora: &[Corpus<'_>]) -> anyhow::Result<Index> {
    let index = settings::opened(dir)?;
    let exists = index.is_some();
    if args.corpora.is_empty() && !exists {
        let message = format!(
            "{}: there is no index here that remembers corpora; name one: `newshound index DIR`",
            dir.display()
        );
        return Err(Refusal { exit: Exit::NoIndex, message }.into());
    }
    if let Some(message) = settings::missing_root(corpora).filter(|_| !exists) {
        return Err(Refusal { exit: Exit::Io, message }.into());
    }
    settings::check_own_mappings(corpora)?;
    // What is not typed is as the index has it.
    let options = settings::index_options(args, index.as_ref().map_or_else(IndexOptions::default, Index::options))?;
    Ok(match (exists, args.dry_run) {
        // A dry run leaves no trace, not even an empty index.
        (false, true) => Index::in_memory_with(&options)?,
        _ => Index::open_or_create_with(dir, &options)?,
    })
}

/// Returns the folder of a file to be made where it is not there.
fn missing_folder(file: &Path) -> Option<&Path> {
    file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| path.display().to_string())
}

fn write_notices(file: File, report: &IngestReport) -> std::io::Result<()> {
    let mut out = BufWriter::new(file);
    report.notices.iter().try_for_each(|notice| json::line(&mut out, notice))?;
    out.flush()
}

fn tell(
    args: &IndexArgs,
    report: &IngestReport,
    checked: Option<&CheckReport>,
    started: Instant,
) -> anyhow::Result<()> {
    if args.json {
        let mut told = serde_json::to_value(report)?;
        if let Some(checked) = checked {
            told["locked"] = serde_json::to_value(checked)?;
        }
        present::print_plain(|out| json::object(out, &told))?;
    } else if !args.quiet {
        let told = report::told(report, args.report.is_some());
        present::print_plain(|out| {
            out.write_all(told.as_bytes())?;
            checked.map_or(Ok(()), |checked| present::check::text(out, checked, Against::Lock))
        })?;
    }
    if !args.quiet {
        let seconds = started.elapsed().as_secs_f64();
        say("time", &format!("{seconds:.1} s, {} read", size(report.bytes_read)));
    }
    Ok(())
}

/// Returns how the run ends. What it wrote stands, whatever the gates say.
fn judge(
    args: &IndexArgs,
    report: &IngestReport,
    checked: Option<&CheckReport>,
    index: &Index,
) -> anyhow::Result<Exit> {
    if report.cancelled {
        let sources = (report.kept > 0).then(|| counted(report.kept, "source"));
        let bytes = (report.kept_bytes > 0).then(|| format!("the first {} of another", size(report.kept_bytes)));
        let kept: Vec<String> = sources.into_iter().chain(bytes).collect();
        // Of an update nothing is kept, nor of a rebuild before its first part was done.
        let next = match &kept[..] {
            [] => "nothing of this run is kept, and the same command does it again".to_owned(),
            kept => format!("the same command goes on, with {} that need not be read again", kept.join(" and ")),
        };
        say("interrupted", &format!("the index is as the last commit left it; {next}"));
        return Ok(Exit::Interrupted);
    }
    if !report.failed_corpora.is_empty() {
        let names = report.failed_corpora.join(", ");
        let kept = if report::is_waiting(report) {
            "an interrupted run had read some of it, and nothing is committed yet: bring it back and run the same command \
             again (--allow-empty goes on without it)"
        } else {
            "what was indexed of it is kept (--allow-empty deletes it)"
        };
        say("error", &format!("the folder is missing or newly empty: {names}; {kept}"));
        return Ok(Exit::Io);
    }
    if let Some(checked) = checked.filter(|checked| !checked.same) {
        let verdict = verdict(checked, Against::Lock);
        say("error", &format!("--locked: {verdict}; the index is as the last commit left it"));
        return Ok(Exit::Nothing);
    }
    let kept = if report.dry_run { "nothing was written" } else { "the index is up to date all the same" };
    if let Some(failed) = failed_gate(args, report) {
        say("error", &format!("{failed}; {kept}"));
        return Ok(Exit::Gate);
    }
    let of_run = &report.articles;
    let none_of_run = of_run.added + of_run.replaced + of_run.unchanged == 0;
    if !report.dry_run && none_of_run && index.status()?.articles == 0 {
        say("error", "the index has no article: nothing was found that could be read as one");
        return Ok(Exit::Gate);
    }
    Ok(Exit::Done)
}

/// Returns the sentence of the first gate that the run did not pass.
fn failed_gate(args: &IndexArgs, report: &IngestReport) -> Option<String> {
    let rejected = report.articles.rejected;
    let stale = report.notices.iter().filter(|notice| notice.level == Level::Stale).count() as u64;
    for level in &args.fail_on {
        let (number, what) = match level {
            FailOn::Reject => (rejected, "rejected article"),
            FailOn::Warning => (report.warnings, "warning"),
            FailOn::Stale => (stale.max(report.sources.stale), "stale source"),
        };
        if number > 0 {
            return Some(format!("--fail-on: {}", counted(number, what)));
        }
    }
    let articles = &report.articles;
    let all = articles.added + articles.replaced + articles.unchanged + rejected;
    let exceeded = args.max_rejected.is_some_and(|most| most.is_exceeded(rejected, all));
    exceeded.then(|| format!("--max-rejected: {rejected} of {} rejected", counted(all, "article")))
}
