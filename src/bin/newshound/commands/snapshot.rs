//! `newshound snapshot`: a copy of the index's last commit.

use crate::args::SnapshotArgs;
use crate::failure::Exit;
use crate::present::numbers::{counted, grouped, size};
use crate::present::{json, print_plain};
use crate::settings;

pub(crate) fn run(args: &SnapshotArgs) -> anyhow::Result<Exit> {
    let report = settings::open(&args.place)?.snapshot_to(&args.dir)?;
    print_plain(|out| {
        if args.json {
            return json::object(out, &report);
        }
        let (articles, files) = (counted(report.articles, "article"), counted(report.files, "file"));
        writeln!(out, "{articles} in {files}, {}; {} of them linked", size(report.bytes), grouped(report.linked))
    })?;
    Ok(Exit::Done)
}
