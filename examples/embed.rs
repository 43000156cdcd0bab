//! An application's own articles: an index in memory, a search, and the words that matched marked.
//!
//! Run with `cargo run --example embed`.

use newshound::{Article, Date, DateOrder, Index, SearchRequest, with_marks};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // An index lives in a folder (`Index::create`), or in memory for as long as the program runs.
    let index = Index::in_memory()?;

    // Articles come from wherever the application keeps them. Only the id must be there.
    let mut writer = index.writer()?;
    for (id, date, headline, body) in ARTICLES {
        let mut article = Article::new(*id);
        article.headline = Some((*headline).into());
        article.published = Some(Date::parse(date, DateOrder::Unknown)?);
        article.body = body.split("\n\n").map(String::from).collect();
        writer.add(article)?;
    }
    writer.commit()?;

    // A searcher is a snapshot: what is committed later is seen after `reload`.
    let searcher = index.searcher()?;
    let request = SearchRequest { limit: 3, ..SearchRequest::new("ferry -harbour") };
    for hit in searcher.search(&request)?.hits {
        let headline =
            hit.headline.map_or_else(|| hit.id.to_string(), |h| with_marks(&h.text, &h.highlights, "[", "]"));
        println!("{}. {headline}", hit.rank);
        for passage in hit.passages {
            println!("   {}", with_marks(&passage.text, &passage.highlights, "[", "]"));
        }
    }
    Ok(())
}

const ARTICLES: &[(&str, &str, &str, &str)] = &[
    (
        "a1",
        "2024-05-06",
        "Ferry returns to the Ostrel crossing",
        "The ferry sailed again on Monday after nine weeks in dock.\n\nA new engine was fitted in March.",
    ),
    ("a2", "2024-03-04", "Harbour board delays dredging", "Ferries will wait for the harbour until June."),
    ("a3", "2024-04-01", "Choir wins in Talmere", "The singers came home by the night ferry."),
];
