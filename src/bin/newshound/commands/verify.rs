//! `newshound verify`: whether an index is what was written.

use std::io::{self, Write};

use newshound::{VerifyOptions, VerifyReport, verify};

use crate::args::VerifyArgs;
use crate::failure::Exit;
use crate::present::numbers::{counted, size};
use crate::present::text::safe;
use crate::present::{json, print_plain};
use crate::{interrupt, settings};

pub(crate) fn run(args: &VerifyArgs) -> anyhow::Result<Exit> {
    interrupt::stop_at_once(
        "stopped verifying before it was done; nothing is known of the index, and nothing was changed",
    );
    let mut options = VerifyOptions::default();
    options.quick = args.quick;
    let report = verify(settings::index_to_read(args.index.as_deref()), &options)?;
    if args.json {
        print_plain(|out| json::object(out, &report))?;
    } else {
        print_plain(|out| write_report(out, &report))?;
    }
    Ok(match report.sound {
        true if report.missing == 0 && !report.manifest_lost => Exit::Done,
        true => Exit::Nothing,
        false => Exit::Damaged,
    })
}

fn write_report(out: &mut dyn Write, report: &VerifyReport) -> io::Result<()> {
    let read = format!("{} ({})", counted(report.files, "file"), size(report.bytes));
    if report.sound {
        let postings =
            if report.quick { "postings not looked at".to_owned() } else { counted(report.postings, "posting") };
        writeln!(out, "sound: {read}, {}, {postings}", counted(report.articles, "article"))?;
        if report.missing > 0 {
            let missing = counted(report.missing, "article");
            writeln!(out, "but missing since a repair: {missing}; `newshound repair` looks for them again")?;
        }
        if report.manifest_lost {
            writeln!(out, "but the manifest was lost before a repair; `newshound repair` tells what to do")?;
        }
        return Ok(());
    }
    writeln!(out, "damaged: {} in {read}", counted(report.damages.len() as u64, "fault"))?;
    for damage in &report.damages {
        writeln!(out, "{}: {}", safe(&damage.file), safe(&damage.detail))?;
    }
    Ok(())
}
