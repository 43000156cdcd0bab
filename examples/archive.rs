//! A directory of news: indexed with progress, then searched.
//!
//! `cargo run --example archive -- [DIRECTORY [QUERY [INDEX]]]`; without arguments it takes `corpus`, one word, and
//! an index in memory.

use std::env;

use newshound::{Corpus, Index, IngestOptions, Phase, SearchRequest, Total, ingest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let directory = arguments.next().unwrap_or_else(|| "corpus".into());
    let query = arguments.next().unwrap_or_else(|| "ferry".into());
    let index = match arguments.next() {
        Some(folder) => Index::open_or_create(folder)?,
        None => Index::in_memory()?,
    };

    // The run tells how far it is, from any thread; what it may print, and where, is for the caller to say.
    let progress = |progress: newshound::Progress| {
        if progress.phase == Phase::Reading && progress.sources_done.is_multiple_of(50) {
            eprintln!("{} of {} files", progress.sources_done, progress.sources_total);
        }
    };
    let mut options = IngestOptions::default();
    options.progress = Some(&progress);

    // A second run over the same index reads only what changed.
    let report = ingest(&index, vec![Corpus::directory(directory)?], &options)?;
    println!(
        "{} files read, {} unchanged, {} left out; {} articles added, {} replaced, {} deleted",
        report.sources.read,
        report.sources.unchanged,
        report.sources.all_skipped(),
        report.articles.added,
        report.articles.replaced,
        report.articles.deleted,
    );
    for notice in report.notices.iter().take(5) {
        println!("  {}/{}: {}", notice.corpus, notice.path, notice.message);
    }

    let response = index.searcher()?.search(&SearchRequest::new(query))?;
    match response.total {
        Total::Exact(articles) => println!("\n{}: {articles} articles", response.query),
        _ => println!("\n{}", response.query),
    }
    for hit in response.hits {
        let headline = hit.headline.map(|headline| headline.text);
        println!("{:>3}. {} ({})", hit.rank, headline.as_deref().unwrap_or("without headline"), hit.source);
        for passage in hit.passages {
            println!("     {}", passage.text);
        }
    }
    Ok(())
}
