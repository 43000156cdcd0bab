//! `newshound show`: one whole article.

use newshound::{Article, Searcher};

use crate::args::ShowArgs;
use crate::failure::{Exit, Refusal};
use crate::present::{Screen, article, json, print, print_plain};
use crate::settings;

/// How many articles are named where an id fits several.
const CANDIDATES: usize = 20;

pub(crate) fn run(args: &ShowArgs) -> anyhow::Result<Exit> {
    let article = named_by(&args.id, &settings::open(&args.place)?.searcher()?)?;
    present(args, &article)
}

/// Returns the one article that an id, or a part of one, names.
pub(super) fn named_by(id: &str, searcher: &Searcher) -> anyhow::Result<Article> {
    let mut fitting = searcher.find(id, CANDIDATES + 1)?;
    match fitting.len() {
        0 => Err(none(id).into()),
        1 => Ok(fitting.remove(0)),
        _ => Err(Refusal::usage(candidates(id, &fitting)).into()),
    }
}

fn present(args: &ShowArgs, article: &Article) -> anyhow::Result<Exit> {
    if args.json {
        print_plain(|out| json::object(out, article))?;
    } else {
        let screen = Screen::stdout();
        print(screen, |out| article::whole(out, article, screen))?;
    }
    Ok(Exit::Done)
}

fn none(id: &str) -> Refusal {
    Refusal { exit: Exit::Nothing, message: format!("no article has `{id}` in its id or path") }
}

fn candidates(id: &str, several: &[Article]) -> String {
    let shown: Vec<String> = several.iter().take(CANDIDATES).map(named).collect();
    let more = if several.len() > CANDIDATES { ", and more" } else { "" };
    format!("several articles fit `{id}`; give more of the id: {}{more}", shown.join(", "))
}

/// Returns what tells an article from all others.
fn named(article: &Article) -> String {
    format!("{}:{}", article.source.corpus, article.id)
}
