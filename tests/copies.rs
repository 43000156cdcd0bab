//! Copies are listed under the first hit that has their text: edited stories of which the share is known by a plain table,
//! pages of an answer, corrections, stories of one form.

use newshound::{Article, Collapse, Date, DateOrder, Hit, Index, Language, SearchRequest, SearchResponse, Sort, Total};

use crate::support::edits::{Edit, Story};
use crate::support::random::Random;

/// Indexes articles, with a commit after every `part`.
fn index(articles: Vec<Article>, part: usize) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    for (n, mut article) in articles.into_iter().enumerate() {
        article.language = Some(Language::given("en"));
        writer.add(article).expect("memory suffices");
        if n % part == part - 1 {
            writer.commit().expect("memory suffices");
        }
    }
    writer.commit().expect("memory suffices");
    drop(writer);
    index
}

fn ask(index: &Index, query: &str, change: impl Fn(&mut SearchRequest)) -> SearchResponse {
    let mut request = SearchRequest { exact_total: true, passages: 0, ..SearchRequest::new(query) };
    change(&mut request);
    index.searcher().expect("a searcher").search(&request).expect("a sound query")
}

fn near(request: &mut SearchRequest) {
    request.collapse = Collapse::Near;
}

/// Returns the ids of hits, each with those of its copies.
fn ids(hits: &[Hit]) -> Vec<Vec<&str>> {
    let of_hit = |hit| {
        std::iter::once(hit).flat_map(|hit: &Hit| {
            std::iter::once(hit.id.as_str()).chain(hit.copies.iter().map(|copy| copy.id.as_str()))
        })
    };
    hits.iter().map(|hit| of_hit(hit).collect()).collect()
}

/// Returns a story of made-up words, as long as news; some words are names, some figures.
fn story(random: &mut Random) -> Story {
    let syllables = ["ba", "con", "dur", "fil", "gem", "lor", "mun", "nas", "pit", "rok", "tev", "wam"];
    let word = |random: &mut Random| -> String {
        let word: String = (0..random.between(1, 4)).map(|_| random.pick(&syllables)).collect();
        match random.below(20) {
            0 => random.between(2, 400).to_string(),
            1..3 => word[..1].to_uppercase() + &word[1..],
            _ => word,
        }
    };
    let headline: Vec<String> = (0..6).map(|_| word(random)).collect();
    let paragraphs = random.between(2, 8);
    let body: Vec<String> = (0..paragraphs)
        .map(|_| (0..random.between(20, 50)).map(|_| word(random)).collect::<Vec<_>>().join(" "))
        .collect();
    Story::of(&headline.join(" "), &body)
}

#[test]
fn copies_are_those_that_share_four_fifths_of_their_words() {
    let mut random = Random::new(11);
    let (mut articles, mut copies) = (Vec::new(), Vec::new());
    for n in 0..240 {
        let (first, other) = (story(&mut random), story(&mut random));
        let edit = Edit::ALL[n % Edit::ALL.len()];
        let versions = edit.versions(&first, &other, &mut random);
        copies.push((edit, versions[0].share(&versions[1]) >= 0.8));
        for (version, story) in versions.iter().enumerate() {
            let mut article = story.article(&format!("{n}-{version}"));
            article.keywords.push(format!("pairnumber{n}x").as_str().into());
            articles.push(article);
        }
    }
    let index = index(articles, 70);
    let (mut kept, mut lost, mut wrong) = (0, 0, Vec::new());
    for (n, (edit, is_copy)) in copies.iter().enumerate() {
        let answer = ask(&index, &format!("pairnumber{n}x"), near);
        assert_eq!(answer.total, Total::Exact(2));
        match (is_copy, answer.hits.len()) {
            (true, 1) => kept += 1,
            (true, _) => lost += 1,
            (false, 1) => wrong.push((n, edit)),
            (false, _) => {}
        }
    }
    assert!(
        (150..235).contains(&(kept + lost)),
        "{kept} copies are told, {lost} are not; there are both sorts of pairs"
    );
    assert!(lost * 20 <= kept + lost, "{lost} of {} copies are not told", kept + lost);
    assert!(wrong.is_empty(), "no copies: {wrong:?}");
}

/// Returns a text of so many words, none of which two such texts share but `ferry`.
fn text(n: usize, words: usize) -> String {
    let mut random = Random::of_item(5, n as u64);
    let mut word = || -> String { (0..8).map(|_| random.pick(&['a', 'e', 'k', 'm', 'r', 's', 't', 'w'])).collect() };
    format!("ferry {}", (1..words).map(|_| word()).collect::<Vec<_>>().join(" "))
}

fn article(id: &str, body: String) -> Article {
    let mut article = Article::new(id);
    article.body.push(body);
    article
}

#[test]
fn pages_of_hits_make_one_list_and_segments_play_no_part() {
    let mut random = Random::new(3);
    // Twenty texts, each printed up to four times.
    let articles = || -> Vec<Article> {
        let mut random = Random::new(4);
        (0..60).map(|n| article(&format!("{n:02}"), text(random.below(20), 60))).collect()
    };
    let (one, many) = (index(articles(), 100), index(articles(), 7));
    for collapse in [Collapse::Strict, Collapse::Near] {
        for sort in [Sort::Relevance, Sort::Newest] {
            let asked = |request: &mut SearchRequest| (request.collapse, request.sort) = (collapse, sort.clone());
            let whole = ask(&one, "ferry", |request| {
                asked(request);
                request.limit = 60;
            });
            assert_eq!(whole.total, Total::Exact(60), "totals count articles");
            let mut all: Vec<&str> = ids(&whole.hits).concat();
            all.sort_unstable();
            assert_eq!(all.len(), 60, "every article is a hit or a copy");
            assert!(whole.hits.len() <= 20 && whole.hits.iter().map(|hit| hit.rank).eq(1..=whole.hits.len()));
            let other = ask(&many, "ferry", |request| {
                asked(request);
                request.limit = 60;
            });
            assert_eq!(ids(&whole.hits), ids(&other.hits));
            let (mut paged, step) = (Vec::new(), random.between(1, 6));
            for offset in (0..20).step_by(step) {
                let page = ask(&many, "ferry", |request| {
                    asked(request);
                    (request.limit, request.offset) = (step, offset);
                });
                paged.extend(page.hits);
            }
            assert_eq!(ids(&paged), ids(&whole.hits), "offsets count hits");
            assert!(paged.iter().map(|hit| hit.rank).eq(1..=paged.len()));
        }
    }
    assert!(ask(&one, "ferry", |request| request.limit = 60).hits.iter().all(|hit| hit.copies.is_empty()), "off");
}

#[test]
fn a_copy_is_listed_under_the_first_hit_in_order_with_publisher_and_date() {
    let printed = |id: &str, publisher: &str, date: &str| {
        let mut article = article(id, text(1, 30));
        article.publisher = Some(publisher.to_owned());
        article.published = Date::parse(date, DateOrder::Unknown).ok();
        article
    };
    let mut shouted = printed("c", "Halvern Gazette", "2024-03-07");
    shouted.body = vec![text(1, 30).to_uppercase().replace(' ', " – ")];
    let articles = vec![
        printed("a", "The Ansel Courier", "2024-03-05"),
        printed("b", "Kestry Observer", "2024-03-06"),
        shouted,
        article("d", text(2, 30)),
    ];
    let index = index(articles, 2);
    let strict = |request: &mut SearchRequest| (request.collapse, request.sort) = (Collapse::Strict, Sort::Newest);
    let answer = ask(&index, "ferry", strict);
    assert_eq!(ids(&answer.hits), [vec!["c", "b", "a"], vec!["d"]], "the newest is the hit");
    let copy = &answer.hits[0].copies[0];
    assert_eq!(copy.publisher.as_deref(), Some("Kestry Observer"));
    assert_eq!(copy.published.map(|date| date.to_string()).as_deref(), Some("2024-03-06"));
    assert_eq!(copy.source.path, "b");
    let oldest = ask(&index, "ferry", |request| (request.collapse, request.sort) = (Collapse::Strict, Sort::Oldest));
    assert_eq!(ids(&oldest.hits), [vec!["a", "b", "c"], vec!["d"]]);
}

#[test]
fn a_correction_never_folds_into_its_original() {
    for collapse in [Collapse::Strict, Collapse::Near] {
        for sort in [Sort::Newest, Sort::Oldest] {
            let statuses = [newshound::Status::Usable, newshound::Status::Corrected, newshound::Status::Withdrawn];
            let articles = statuses.into_iter().enumerate().map(|(n, status)| {
                let mut article = article(&format!("{status:?}"), text(1, 60));
                article.status = status;
                article.published = Date::parse(&format!("2024-03-0{}", n + 1), DateOrder::Unknown).ok();
                article
            });
            let index = index(articles.collect(), 9);
            let answer = ask(&index, "ferry", |request| (request.collapse, request.sort) = (collapse, sort.clone()));
            let expected = match sort {
                // The original may be a copy of what was corrected; not the other way about.
                Sort::Newest => vec![vec!["Withdrawn"], vec!["Corrected", "Usable"]],
                _ => vec![vec!["Usable"], vec!["Corrected"], vec!["Withdrawn"]],
            };
            assert_eq!(ids(&answer.hits), expected, "{collapse:?}");
        }
    }
}

#[test]
fn behind_the_first_thousand_every_article_is_a_hit() {
    let articles = (0..1_004).map(|n| article(&format!("{n:04}"), text(1, 12))).collect();
    let index = index(articles, 600);
    let strict = |limit, offset| {
        ask(&index, "ferry", |request| {
            (request.collapse, request.limit, request.offset) = (Collapse::Strict, limit, offset);
        })
    };
    let answer = strict(10, 0);
    assert_eq!(answer.total, Total::Exact(1_004));
    assert_eq!(answer.hits.iter().map(|hit| hit.copies.len()).collect::<Vec<_>>(), [999, 0, 0, 0, 0]);
    assert_eq!(ids(&strict(2, 3).hits), ids(&answer.hits[3..]));
    assert_eq!(strict(1, 0).hits[0].copies.len(), 999, "also where one hit is shown");
}

#[test]
fn results_and_weather_of_one_form_are_no_copies() {
    let result = |home: &str, guest: &str, score: (usize, usize), minutes: [usize; 3], crowd: usize| {
        format!(
            "ferry league. {home} beat {guest} by {} to {} at home on Saturday. The first goal came after {} minutes, from a \
             free kick at the edge of the area, the second after {}, when the keeper let a long ball slip through his hands. \
             {guest} pulled one back in minute {} but never looked like winning. {crowd} came to see it. The captain said \
             after the match that the side had played as well as it had all season, and that it would take the league as it \
             came, one match after the other.",
            score.0, score.1, minutes[0], minutes[1], minutes[2]
        )
    };
    let weather = |high: usize, low: usize, wind: usize, rain: usize| {
        format!(
            "ferry weather. Cloudy in the morning and fair in the afternoon, with highs of {high} degrees on the coast and {low} in \
             the hills. Wind from the west at {wind} kilometres an hour, in gusts stronger over the open water. A chance of \
             rain of {rain} in a hundred towards the evening. Boats leave as usual; those who go to the islands may expect a \
             moderate sea in the sound. The outlook for the week is fair and somewhat warmer."
        )
    };
    let articles = [
        result("Ostrel", "Halvern", (2, 1), [12, 55, 80], 3120),
        result("Ostrel", "Kestry", (3, 1), [7, 61, 74], 2987),
        result("Ansel", "Halvern", (4, 2), [31, 48, 89], 5200),
        weather(21, 14, 18, 30),
        weather(23, 16, 25, 10),
        weather(19, 12, 40, 70),
    ];
    for form in articles.chunks(3) {
        let stories: Vec<Story> = form.iter().map(|body| Story::of("", std::slice::from_ref(body))).collect();
        assert!(stories.iter().all(|story| story.share(&stories[0]) >= 0.8), "by their words they would be");
    }
    let articles = articles.into_iter().enumerate().map(|(n, body)| article(&n.to_string(), body)).collect();
    let index = index(articles, 4);
    let answer = ask(&index, "ferry", near);
    assert_eq!(answer.hits.len(), 6, "{:?}", ids(&answer.hits));
}

#[test]
fn headlines_alone_are_copies_where_they_are_the_same() {
    let headline = |id: &str, headline: &str| {
        let mut article = Article::new(id);
        article.headline = Some(headline.to_owned());
        article
    };
    let articles = vec![
        headline("a", "Ferry sails again"),
        headline("b", "FERRY SAILS AGAIN!"),
        headline("c", "Ferry sails no more"),
        article("d", "Ferry sails again".to_owned()),
    ];
    let index = index(articles, 9);
    for collapse in [Collapse::Strict, Collapse::Near] {
        let answer = ask(&index, "ferry", |request| request.collapse = collapse);
        let mut found = ids(&answer.hits);
        found.iter_mut().for_each(|hit| hit.sort_unstable());
        found.sort_unstable();
        assert_eq!(found, [vec!["a", "b", "d"], vec!["c"]], "{collapse:?}");
    }
}

#[test]
fn articles_like_one_are_folded_too() {
    let mut articles: Vec<Article> =
        (0..40).map(|n| article(&format!("other-{n}"), text(100 + n, 40).replace("ferry ", ""))).collect();
    articles.push(article("asked", text(1, 60)));
    articles.push(article("first", text(1, 60)));
    articles.push(article("second", format!("{} and more", text(1, 60))));
    let index = index(articles, 50);
    let searcher = index.searcher().expect("a searcher");
    let asked = searcher.find("asked", 1).expect("the index is sound").remove(0);
    let like = |collapse| {
        let request = SearchRequest { collapse, exact_total: true, ..SearchRequest::new("") };
        searcher.similar(&asked, &request).expect("the index is sound")
    };
    assert_eq!(like(Collapse::Off).hits.len(), 2);
    let folded = like(Collapse::Near);
    assert_eq!(ids(&folded.hits), [vec!["first", "second"]]);
    assert_eq!(folded.total, Total::Exact(2));
}
