//! `newshound check`: whether an index, or a lock file, is what indexing now would give.

use std::path::Path;

use newshound::{CheckOptions, CheckReport, Corpus, Lock, check, check_lock};

use crate::args::{CheckArgs, CheckFormat};
use crate::failure::{Exit, Refusal, say};
use crate::present::check::{Against, failed_corpora};
use crate::present::progress::Meter;
use crate::present::sarif::{self, Places};
use crate::present::{self, json, print_plain};
use crate::{interrupt, settings};

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    interrupt::listen();
    let corpora = settings::corpora(&args.corpora)?;
    if let Some(message) = settings::missing_root(&corpora) {
        return Err(Refusal { exit: Exit::Io, message }.into());
    }
    let meter = Meter::new(args.quiet);
    let progress = |progress| meter.show(progress);
    let mut options = settings::check_options(args)?;
    options.progress = Some(&progress);
    options.cancel = Some(&interrupt::asked);
    let checked = compared(args, corpora, &options);
    meter.finish();
    let report = checked?;
    tell(args, &report)?;
    Ok(judge(&report))
}

fn compared(
    args: &CheckArgs,
    corpora: Vec<Corpus<'static>>,
    options: &CheckOptions<'_>,
) -> newshound::Result<CheckReport> {
    match &args.lock {
        Some(file) => check_lock(&Lock::read(file)?, corpora, options),
        None => check(&settings::open(&args.place)?, corpora, options),
    }
}

fn tell(args: &CheckArgs, report: &CheckReport) -> anyhow::Result<()> {
    let against = if args.lock.is_some() { Against::Lock } else { Against::Index };
    match args.format() {
        CheckFormat::Text if args.quiet => {}
        CheckFormat::Text => print_plain(|out| present::check::text(out, report, against))?,
        CheckFormat::Json => print_plain(|out| json::object(out, report))?,
        CheckFormat::Markdown => print_plain(|out| present::check::markdown(out, report, against))?,
        CheckFormat::Sarif => {
            let lock = args.lock.as_deref().map(settings::absolute).transpose()?;
            let root = args.relative_to.as_deref().map(settings::absolute).transpose()?;
            let here = settings::absolute(Path::new("."))?;
            let log = sarif::log(report, &Places { lock, root, here });
            print_plain(|out| json::object(out, &log))?;
        }
    }
    Ok(())
}

fn judge(report: &CheckReport) -> Exit {
    if let Some(sentence) = failed_corpora(report) {
        say("error", &sentence);
        return Exit::Io;
    }
    if report.same { Exit::Done } else { Exit::Nothing }
}
