//! `newshound search`: one request, one answer, in the form that was asked for.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use newshound::{
    BatchOptions, Diagnostic, Error, ErrorKind, Hit, Index, Operator, SCHEMA_VERSION, SearchRequest, SearchResponse,
    Searcher, Stop, Topics, Total, answer_topics,
};
use serde_json::json;

use super::refresh;
use crate::args::{Format, Refresh, SearchArgs, USUAL_LIMIT};
use crate::failure::{Exit, Refusal, say};
use crate::present::text::safe;
use crate::present::{Screen, caret, csv, human, json, markdown, print, print_plain};
use crate::{interrupt, settings};

pub(crate) fn run(args: &SearchArgs) -> anyhow::Result<Exit> {
    let dir = settings::index_to_read(args.place.index.as_deref());
    // What is not there yet has nothing to verify.
    if args.place.verify
        && let Err(error) = settings::open(&args.place)
        && error.kind() != ErrorKind::NoIndex
    {
        return Err(error.into());
    }
    let refresh = args.refresh();
    if let Some(folder) = folder_among_words(args).filter(|_| refresh == Refresh::Remembered) {
        say("note", &format!("`{folder}` is taken for a word of the query; to index the folder: --refresh={folder}"));
    }
    let Some(index) = refresh::opened(&dir, &refresh)? else {
        return Err(Error::Cancelled.into());
    };
    if let Some(typed) = &args.suggest {
        return suggest(args, &index, typed);
    }
    if let Some(topics) = &args.topics {
        return run_of_topics(args, &index, topics);
    }
    if args.format() == Format::Trec {
        return Err(Refusal::usage("--format trec prints the answers to topics; name them by --topics FILE").into());
    }
    let request = settings::search_request(args);
    let answered = index.searcher().and_then(|searcher| answer(args, &searcher, &request));
    match answered {
        Ok(Answer::Count(response)) => present_count(args, &request, &response),
        Ok(Answer::Hits(response)) => present_hits(args, &index, &request, &response),
        Err(Error::Query(diagnostics)) => {
            show_diagnostics(&request.query, &diagnostics);
            Err(Error::Query(diagnostics).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Prints the answers to topics.
fn run_of_topics(args: &SearchArgs, index: &Index, topics: &Path) -> anyhow::Result<Exit> {
    if args.format() != Format::Trec {
        return Err(Refusal::usage("the answers to topics are printed by --format trec alone").into());
    }
    let topics = Topics::read(topics)?;
    let mut options = BatchOptions::default();
    options.request = SearchRequest { operator: Operator::Any, passages: 0, ..settings::search_request(args) };
    options.as_queries = args.as_queries;
    let run = answer_topics(&index.searcher()?, &topics, &options, &Stop::when(interrupt::asked))?;
    print_plain(|out| run.write(out, &args.run_name))?;
    Ok(found(run.topics.values().any(|ranked| !ranked.is_empty())))
}

/// Prints what a beginning may become.
fn suggest(args: &SearchArgs, index: &Index, typed: &str) -> anyhow::Result<Exit> {
    let completions = index.searcher()?.suggest_until(typed, args.limit, &Stop::when(interrupt::asked))?;
    print_plain(|out| match args.format() {
        Format::Json => json::object(out, &json!({ "schema_version": SCHEMA_VERSION, "completions": completions })),
        Format::Jsonl => completions.iter().try_for_each(|completion| json::line(out, completion)),
        _ => completions.iter().try_for_each(|completion| writeln!(out, "{}", safe(&completion.text))),
    })?;
    Ok(found(!completions.is_empty()))
}

/// Returns the first word of the query where it is a folder too, as in `search --refresh corpus ferry`.
fn folder_among_words(args: &SearchArgs) -> Option<&str> {
    let first = args.query.first().map(|word| word.0.as_str())?;
    Path::new(first).is_dir().then_some(first)
}

enum Answer {
    Count(SearchResponse),
    Hits(SearchResponse),
}

fn answer(args: &SearchArgs, searcher: &Searcher, request: &SearchRequest) -> newshound::Result<Answer> {
    if args.count {
        let request = SearchRequest { limit: 0, offset: 0, passages: 0, ..request.clone() };
        return searcher.search_until(&request, &Stop::when(interrupt::asked)).map(Answer::Count);
    }
    searcher.search_until(request, &Stop::when(interrupt::asked)).map(Answer::Hits)
}

fn found(any: bool) -> Exit {
    if any { Exit::Done } else { Exit::Nothing }
}

fn present_count(args: &SearchArgs, request: &SearchRequest, response: &SearchResponse) -> anyhow::Result<Exit> {
    show_diagnostics(&request.query, &response.diagnostics);
    print_plain(|out| match (args.format(), response.total) {
        (Format::Json, total) => {
            let undated = response.undated;
            json::object(out, &json!({ "schema_version": SCHEMA_VERSION, "total": total, "undated": undated }))
        }
        (_, Total::Exact(number) | Total::AtLeast(number)) => writeln!(out, "{number}"),
        (_, other) => writeln!(out, "{other:?}"),
    })?;
    if let Some(line) = human::left_out_for_no_date(response.undated) {
        say("note", &line);
    }
    Ok(found(response.total != Total::Exact(0)))
}

/// Tells, where the answer is its hits alone, that there are more than are printed unless asked for.
fn tell_rest(args: &SearchArgs, response: &SearchResponse) {
    let shown = response.hits.iter().map(|hit| 1 + hit.copies.len()).sum::<usize>();
    if args.limit == USUAL_LIMIT && response.hits.len() == args.limit && response.total.number() > shown as u64 {
        let (first, all) = (response.hits.len(), response.total.number());
        say("note", &format!("the first {first} hits are printed, of {all} articles; --limit N prints more"));
    }
}

fn present_hits(
    args: &SearchArgs,
    index: &Index,
    request: &SearchRequest,
    response: &SearchResponse,
) -> anyhow::Result<Exit> {
    if args.paths || args.format() != Format::Json {
        show_diagnostics(&request.query, &response.diagnostics);
    }
    if args.paths || matches!(args.format(), Format::Jsonl | Format::Csv) {
        tell_rest(args, response);
    }
    if args.paths {
        print_paths(index, &response.hits, args.null)?;
        return Ok(found(response.total != Total::Exact(0)));
    }
    match args.format() {
        Format::Text => {
            let screen = Screen::stdout();
            let response = with_declared(response, index);
            print(screen, |out| human::answer(out, request, &response, screen))
        }
        Format::Json => print_plain(|out| json::object(out, response)),
        Format::Jsonl => print_plain(|out| response.hits.iter().try_for_each(|hit| json::line(out, hit))),
        Format::Csv => print_plain(|out| csv::hits(out, &response.hits)),
        Format::Markdown => print_plain(|out| markdown::answer(out, response)),
        // Refused before, where no topics are given.
        Format::Trec => Ok(()),
    }?;
    Ok(found(response.total != Total::Exact(0)))
}

/// Returns the answer with no more than the declared fields of what the archive adds.
fn with_declared(response: &SearchResponse, index: &Index) -> SearchResponse {
    let (mut response, declared) = (response.clone(), index.options().extra);
    for hit in &mut response.hits {
        hit.extra.retain(|name, _| declared.contains_key(name));
    }
    response
}

/// Prints the files that hits are from, each once, as they can be opened from here.
fn print_paths(index: &Index, hits: &[Hit], null: bool) -> anyhow::Result<()> {
    let corpora = index.status()?.corpora;
    let roots: BTreeMap<&str, &str> =
        corpora.iter().filter_map(|corpus| Some((corpus.name.as_str(), corpus.root.as_deref()?))).collect();
    let mut printed = HashSet::new();
    let paths = hits.iter().filter(|hit| printed.insert((&hit.source.corpus, &hit.source.path)));
    let paths = paths.map(|hit| match roots.get(hit.source.corpus.as_str()) {
        Some(root) => Path::new(root).join(&hit.source.path).display().to_string(),
        None => hit.source.path.clone(),
    });
    Ok(print_plain(|out| paths.into_iter().try_for_each(|path| write_path(out, &path, null)))?)
}

/// Writes a path: as it is for programs, harmless for people, who read it at a terminal.
fn write_path(out: &mut dyn Write, path: &str, null: bool) -> io::Result<()> {
    match null {
        true => write!(out, "{path}\0"),
        false if io::stdout().is_terminal() => writeln!(out, "{}", safe(path)),
        false => writeln!(out, "{path}"),
    }
}

/// Shows on standard error what the reader should know of the query.
fn show_diagnostics(query: &str, diagnostics: &[Diagnostic]) {
    let columns = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    for diagnostic in diagnostics {
        let shown = caret::shown(query, diagnostic, columns);
        // Nobody is left to be told when standard error is closed.
        let _ = io::stderr().write_all(shown.as_bytes());
    }
    if diagnostics.iter().all(|d| d.severity == newshound::Severity::Warning) && !diagnostics.is_empty() {
        say("note", "the query was answered all the same");
    }
}
