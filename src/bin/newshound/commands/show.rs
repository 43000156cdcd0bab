//! `newshound show`: one whole article.

use newshound::Article;

use crate::args::ShowArgs;
use crate::failure::{Exit, Refusal};
use crate::present::{Screen, article, json, print, print_plain};
use crate::settings;

/// How many articles are named where an id fits several.
const CANDIDATES: usize = 20;

pub(crate) fn run(args: &ShowArgs) -> anyhow::Result<Exit> {
    let index = settings::open(&args.place)?;
    let fitting = index.searcher()?.find(&args.id, CANDIDATES + 1)?;
    match fitting.as_slice() {
        [] => Err(none(&args.id).into()),
        [article] => present(args, article),
        several => Err(Refusal::usage(candidates(&args.id, several)).into()),
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
