//! `newshound similar`: articles that are like one.

use newshound::{SearchRequest, Stop, Total};

use super::show::named_by;
use crate::args::SimilarArgs;
use crate::failure::Exit;
use crate::present::{Screen, human, json, print, print_plain};
use crate::{interrupt, settings};

pub(crate) fn run(args: &SimilarArgs) -> anyhow::Result<Exit> {
    let searcher = settings::open(&args.place)?.searcher()?;
    let article = named_by(&args.id, &searcher)?;
    let mut request = SearchRequest::new("");
    (request.limit, request.offset, request.passages) = (args.limit, args.offset, args.passages);
    request.collapse = args.collapse.into();
    request.explain = args.explain;
    let response = searcher.similar_until(&article, &request, &Stop::when(interrupt::asked))?;
    if args.json {
        print_plain(|out| json::object(out, &response))?;
    } else {
        let screen = Screen::stdout();
        print(screen, |out| human::answer(out, &request, &response, screen))?;
    }
    Ok(if response.total == Total::Exact(0) { Exit::Nothing } else { Exit::Done })
}
