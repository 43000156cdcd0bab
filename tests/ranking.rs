//! Scores against plain loops that compute them from the text: the first stage, words near one another, feedback. The same
//! with one segment and with many.

use std::collections::{BTreeMap, BTreeSet};

use newshound::{
    Article, Date, DateOrder, Expand, Explanation, How, Index, Language, Operator, SearchRequest, SearchResponse, Total,
};

use crate::support::random::Random;

/// An article as the loops see it: words of the headline, words of the body.
struct Plain {
    headline: Vec<String>,
    body: Vec<String>,
}

impl Plain {
    fn words(&self) -> impl Iterator<Item = (&String, f64)> {
        self.headline.iter().map(|word| (word, 2.0)).chain(self.body.iter().map(|word| (word, 1.0)))
    }

    fn length(&self) -> f64 {
        self.words().map(|(_, weight)| weight).sum()
    }

    fn frequency(&self, word: &str) -> f64 {
        self.words().filter(|(other, _)| *other == word).map(|(_, weight)| weight).sum()
    }
}

struct Archive {
    articles: Vec<Plain>,
    /// How many articles have a word.
    with: BTreeMap<String, f64>,
}

impl Archive {
    /// Articles of made-up words, the first of which are in most of them.
    fn new(seed: u64, count: usize, vocabulary: usize) -> Archive {
        let mut random = Random::new(seed);
        let letters = ["ba", "co", "du", "fi", "ge", "lo", "mu", "na", "pi", "ro"];
        let mut word = || {
            let most = random.between(1, vocabulary);
            let n = random.below(most);
            [letters[n / 100 % 10], letters[n / 10 % 10], letters[n % 10]].concat()
        };
        let article = |n: usize| {
            let headline = (0..3).map(|_| word()).collect();
            Plain { headline, body: (0..10 + n * 7 % 40).map(|_| word()).collect() }
        };
        let mut archive = Archive { articles: (0..count).map(article).collect(), with: BTreeMap::new() };
        archive.count_words();
        archive
    }

    fn count_words(&mut self) {
        self.with.clear();
        for article in &self.articles {
            let words: BTreeSet<&String> = article.words().map(|(word, _)| word).collect();
            words.into_iter().for_each(|word| *self.with.entry(word.clone()).or_default() += 1.0);
        }
    }

    /// Indexes them, with a commit after every `part` articles. Their language has no stemmer.
    fn index(&self, part: usize) -> Index {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        for (n, plain) in self.articles.iter().enumerate() {
            let mut article = Article::new(format!("{n}"));
            article.headline = Some(plain.headline.join(" "));
            article.body = vec![plain.body.join(" ")];
            article.language = Some(Language::given("zxx"));
            writer.add(article).expect("memory suffices");
            if n % part == part - 1 {
                writer.commit().expect("memory suffices");
            }
        }
        writer.commit().expect("memory suffices");
        drop(writer);
        index
    }

    fn with(&self, word: &str) -> f64 {
        self.with.get(word).copied().unwrap_or_default()
    }

    fn idf(&self, word: &str) -> f64 {
        let (all, with) = (self.articles.len() as f64, self.with(word));
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    fn bm25(&self, article: &Plain, words: &BTreeMap<String, f64>) -> f64 {
        let score =
            |(word, weight): (&String, &f64)| weight * self.idf(word) * saturation(article.frequency(word), article);
        words.iter().map(score).sum()
    }

    /// What words near one another add to a score.
    fn proximity(&self, article: &Plain, words: &[&str]) -> f64 {
        let mut kept: Vec<&str> = words.to_vec();
        kept.retain(|word| 4.0 * self.with(word) <= self.articles.len() as f64);
        let words = if kept.len() < 2 { words } else { &kept };
        let mut given: BTreeMap<&str, f64> = BTreeMap::new();
        // Headline and body stand so far from each other that it makes next to nothing.
        for text in [&article.headline, &article.body] {
            let places: Vec<(usize, &String)> =
                text.iter().enumerate().filter(|(_, word)| words.contains(&word.as_str())).collect();
            for pair in places.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
                let nearness = ((pair[1].0 - pair[0].0) as f64).powi(-2);
                *given.entry(pair[0].1).or_default() += self.idf(pair[1].1) * nearness;
                *given.entry(pair[1].1).or_default() += self.idf(pair[0].1) * nearness;
            }
        }
        given.iter().map(|(word, given)| self.idf(word).min(1.0) * saturation(*given, article)).sum()
    }
}

/// BM25's with k1 0.9, b 0.4 and a pivot of 409.6 words, in the form in which the index has it: of a length and 273, a byte
/// keeps four binary digits above 24, to the nearest.
fn saturation(frequency: f64, article: &Plain) -> f64 {
    let above = article.length() as u32 + 273 - 24;
    let digits = u32::BITS - above.leading_zeros() - 4;
    let (below, step) = (above >> digits << digits, 1 << digits);
    let norm = 24 + if above - below <= below + step - above { below } else { below + step };
    frequency / (frequency + 1.2 * (0.25 + 0.75 * f64::from(norm) / 1024.0))
}

fn ask(index: &Index, request: &SearchRequest) -> SearchResponse {
    index.searcher().expect("a searcher").search(request).expect("plain words")
}

fn request(words: &[&str]) -> SearchRequest {
    let operator = Operator::Any;
    SearchRequest { operator, limit: 1000, passages: 0, rescore: 0, ..SearchRequest::new(words.join(" ")) }
}

fn scores(response: &SearchResponse) -> BTreeMap<usize, f64> {
    response.hits.iter().map(|hit| (hit.id.as_str().parse().expect("a number"), hit.score)).collect()
}

fn assert_near(ours: f64, expected: f64, what: &str) {
    // The headline stands a thousand words from the body, which these loops take for endless.
    assert!((ours - expected).abs() < 1e-4, "{what}: {ours}, not {expected}");
}

/// Three words of an article, so that they are found.
fn words_of(archive: &Archive, random: &mut Random) -> Vec<String> {
    let body = &archive.articles[random.below(archive.articles.len())].body;
    let at = random.below(body.len() - 3);
    let mut words = body[at..at + 3].to_vec();
    words.sort();
    words.dedup();
    words
}

#[test]
fn words_near_one_another_raise_a_score_as_published() {
    let archive = Archive::new(1, 300, 400);
    let (one, many) = (archive.index(1000), archive.index(17));
    let mut random = Random::new(2);
    let mut raised = 0;
    for _ in 0..40 {
        let words = words_of(&archive, &mut random);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut request = request(&words);
        let before = scores(&ask(&one, &request));
        request.rescore = 1000;
        let response = ask(&one, &request);
        let after = scores(&response);
        assert_eq!(before.len(), after.len());
        for (n, score) in &after {
            let expected = archive.proximity(&archive.articles[*n], &words);
            assert_near(score - before[n], expected, &format!("{words:?} in {n}"));
            raised += usize::from(expected > 0.1);
        }
        assert!(response.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        let in_many = ask(&many, &request);
        assert_eq!(scores(&in_many), after, "{words:?}: to the last bit");
        // Of a page, as of all.
        request.limit = 10;
        assert_eq!(ask(&many, &request).hits[..], in_many.hits[..in_many.hits.len().min(10)]);
    }
    assert!(raised > 100, "{raised}");
}

#[test]
fn articles_that_are_not_looked_at_again_stay_behind() {
    let archive = Archive::new(3, 300, 400);
    let index = archive.index(50);
    let words = words_of(&archive, &mut Random::new(4));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut request = request(&words);
    let plain = ask(&index, &request);
    request.rescore = 5;
    let rescored = ask(&index, &request);
    assert!(plain.hits.len() > 20);
    assert_eq!(plain.hits[5..], rescored.hits[5..]);
    let first = |response: &SearchResponse| {
        let mut ids: Vec<_> = response.hits[..5].iter().map(|hit| hit.id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(first(&plain), first(&rescored));
}

/// The words that RM3 adds, with their weights; those of the query at once with theirs.
fn rm3(archive: &Archive, best: &[(usize, f64)], words: &[&str], terms: usize) -> Vec<(String, f64)> {
    let mut likely: BTreeMap<&String, (f64, usize)> = BTreeMap::new();
    for (n, score) in best {
        let article = &archive.articles[*n];
        let mut seen = BTreeMap::new();
        for (word, weight) in article.words() {
            *seen.entry(word).or_insert(0.0) += score * weight / article.length();
        }
        for (word, likelihood) in seen {
            let (sum, times) = likely.entry(word).or_default();
            (*sum, *times) = (*sum + likelihood, *times + 1);
        }
    }
    let mut likely: Vec<(String, f64)> = likely
        .into_iter()
        .filter(|(word, (_, times))| *times > 1 && 10.0 * archive.with(word) <= archive.articles.len() as f64)
        .map(|(word, (sum, _))| (word.clone(), sum))
        .collect();
    likely.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut added = 0;
    likely.retain(|(word, _)| {
        let is_asked = words.contains(&word.as_str());
        let is_taken = added < terms;
        added += usize::from(is_taken && !is_asked);
        is_taken
    });
    let sum: f64 = likely.iter().map(|(_, likelihood)| likelihood).sum();
    likely.into_iter().map(|(word, likelihood)| (word, likelihood / sum * words.len() as f64)).collect()
}

#[test]
fn feedback_adds_the_words_of_rm3_and_ranks_by_them() {
    let archive = Archive::new(5, 400, 900);
    let (one, many) = (archive.index(1000), archive.index(37));
    let mut random = Random::new(6);
    let mut all_added = 0;
    for _ in 0..25 {
        let words = words_of(&archive, &mut random);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut request = request(&words);
        request.limit = 10;
        let best: Vec<(usize, f64)> =
            ask(&one, &request).hits.iter().map(|hit| (hit.id.as_str().parse().unwrap(), hit.score)).collect();
        let mut expand = Expand::default();
        expand.terms = 12;
        (request.limit, request.expand) = (1000, Some(expand));
        let response = ask(&one, &request);

        let expected = rm3(&archive, &best, &words, 12);
        let new = expected.iter().filter(|(word, _)| !words.contains(&word.as_str()));
        let new: BTreeMap<&str, f64> = new.map(|(word, weight)| (word.as_str(), *weight)).collect();
        let told: BTreeMap<&str, f64> =
            response.added.iter().map(|added| (added.word.as_str(), added.weight)).collect();
        assert_eq!(told.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>(), "{words:?}");
        for (word, weight) in &told {
            assert!((weight - new[word]).abs() < 1e-9, "{words:?}: {word}: {weight}, not {}", new[word]);
        }
        all_added += told.len();

        let mut weights: BTreeMap<String, f64> = words.iter().map(|word| ((*word).to_owned(), 1.0)).collect();
        for (word, weight) in expected {
            *weights.entry(word).or_default() += weight;
        }
        let found = scores(&response);
        for (n, article) in archive.articles.iter().enumerate() {
            let expected = archive.bm25(article, &weights);
            match found.get(&n) {
                Some(score) => assert_near(*score, expected, &format!("{words:?} in {n}")),
                None => assert_eq!(expected, 0.0, "{words:?} in {n}"),
            }
        }
        assert_eq!(scores(&ask(&many, &request)), found, "{words:?}: to the last bit");
        request.limit = 10;
        assert_eq!(ask(&many, &request).hits[..], ask(&one, &request).hits[..]);
        let count = many.searcher().unwrap().count(&request).unwrap();
        assert_eq!(count, found.len() as u64);
    }
    assert!(all_added > 100, "{all_added}");
}

#[test]
fn added_words_can_be_kept_and_dropped() {
    let archive = Archive::new(5, 400, 900);
    let index = archive.index(100);
    let words = words_of(&archive, &mut Random::new(6));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut request = request(&words);
    request.expand = Some(Expand::default());
    let all: Vec<String> = ask(&index, &request).added.into_iter().map(|added| added.word).collect();
    assert!(all.len() > 3, "{all:?}");
    let mut added = |only: &[String], without: &[String]| -> Vec<String> {
        let mut expand = Expand::default();
        (expand.only, expand.without) = (only.to_vec(), without.to_vec());
        request.expand = Some(expand);
        ask(&index, &request).added.into_iter().map(|added| added.word).collect()
    };
    assert_eq!(added(&all[1..3], &[]), all[1..3]);
    assert!(!added(&[], &all[..1]).contains(&all[0]));
    assert_eq!(added(&["zeppelin".to_owned()], &[]), [""; 0]);
}

/// Every word required: feedback changes the order and not what is found, and marks are of the query alone.
#[test]
fn feedback_finds_no_other_articles_where_every_word_is_required() {
    let archive = Archive::new(7, 400, 300);
    let index = archive.index(100);
    let words = words_of(&archive, &mut Random::new(8));
    let words: Vec<&str> = words[..2].iter().map(String::as_str).collect();
    let mut request = SearchRequest { operator: Operator::All, passages: 2, ..request(&words) };
    let plain = ask(&index, &request);
    request.expand = Some(Expand::default());
    let expanded = ask(&index, &request);
    assert!(plain.hits.len() > 3 && !expanded.added.is_empty(), "{}", plain.hits.len());
    assert_eq!(expanded.total, plain.total);
    assert_eq!(scores(&plain).keys().collect::<Vec<_>>(), scores(&expanded).keys().collect::<Vec<_>>());
    assert_ne!(scores(&plain), scores(&expanded));
    for passage in expanded.hits.iter().flat_map(|hit| &hit.passages) {
        assert!(passage.highlights.iter().all(|range| words.contains(&&passage.text[range.clone()])), "{passage:?}");
    }
}

#[test]
fn words_that_stand_in_most_articles_are_found_and_do_not_rank() {
    let mut archive = Archive::new(9, 1_200, 900);
    for (n, article) in archive.articles.iter_mut().enumerate() {
        if n % 3 > 0 {
            article.body.push("the".to_owned());
        }
    }
    archive.articles[7].body.push("who".to_owned());
    archive.count_words();
    let (one, many) = (archive.index(5_000), archive.index(201));
    for words in [&["the", "who"][..], &["the"]] {
        let mut request = request(words);
        request.limit = 2_000;
        let response = ask(&one, &request);
        assert_eq!(response.hits.len(), 800);
        assert_eq!(scores(&ask(&many, &request)), scores(&response));
        let ranking = if words.len() > 1 { "who" } else { "the" };
        let weights = BTreeMap::from([(ranking.to_owned(), 1.0)]);
        for (n, score) in scores(&response) {
            assert_near(score, archive.bm25(&archive.articles[n], &weights), &format!("{words:?} in {n}"));
        }
        request.limit = 3;
        assert_eq!(ask(&many, &request).hits[..], response.hits[..3]);
    }
}

/// Checks that every figure is what its parts make of it, and returns how many there are.
fn figures(explanation: &Explanation) -> usize {
    let parts = explanation.parts.iter().map(|part| part.value);
    let value = match explanation.how {
        How::Sum => parts.fold(0.0, |sum, value| sum + value),
        How::Product => parts.fold(1.0, |product, value| product * value),
        _ => explanation.value,
    };
    assert_eq!(value, explanation.value, "{explanation:#?}");
    assert_eq!(explanation.parts.is_empty(), explanation.how == How::Figure, "{explanation:#?}");
    1 + explanation.parts.iter().map(figures).sum::<usize>()
}

#[test]
fn an_explanation_adds_up_to_the_score() {
    let archive = Archive::new(11, 300, 400);
    let index = archive.index(40);
    let mut random = Random::new(12);
    let mut told = std::collections::BTreeSet::new();
    for n in 0..20 {
        let words = words_of(&archive, &mut random);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut request = SearchRequest { rescore: 7, limit: 20, explain: true, ..request(&words) };
        match n % 4 {
            0 => {}
            1 => request.expand = Some(Expand::default()),
            2 => request.query = format!("{}~ OR {}^2.5 OR \"{}\"", words[0], words[1], words[0]),
            _ => request.operator = Operator::All,
        }
        let response = ask(&index, &request);
        assert!(!response.hits.is_empty(), "{}", request.query);
        for hit in &response.hits {
            let explanation = hit.explanation.as_ref().expect("it was asked for");
            assert_eq!(explanation.value, hit.score, "{}: {explanation:#?}", request.query);
            assert!(figures(explanation) >= 4, "{explanation:#?}");
            told.extend(explanation.parts.iter().map(|part| part.what.clone()));
            told.extend(explanation.parts[0].parts.iter().map(|part| part.what.starts_with("added: ").to_string()));
        }
        request.explain = false;
        assert!(ask(&index, &request).hits.iter().all(|hit| hit.explanation.is_none()));
    }
    assert!(
        ["BM25", "words near one another (BM25TP)", "true", "false"].iter().all(|what| told.contains(*what)),
        "{told:?}"
    );
}

#[test]
fn newer_articles_are_raised_by_at_most_a_quarter() {
    let archive = Archive::new(13, 300, 400);
    let date = |text: &str| Date::parse(text, DateOrder::Unknown).expect("a date");
    let ages: Vec<Option<i64>> = (0..300).map(|n| (n % 5 > 0).then_some(n * n % 700 - 20)).collect();
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    let today = date("2024-06-30");
    for (n, plain) in archive.articles.iter().enumerate() {
        let mut article = Article::new(format!("{n}"));
        article.headline = Some(plain.headline.join(" "));
        article.body = vec![plain.body.join(" ")];
        article.language = Some(Language::given("zxx"));
        article.published = ages[n].and_then(|days| Date::from_epoch_seconds(today.first_second() - days * 86_400));
        writer.add(article).expect("memory suffices");
    }
    writer.commit().expect("memory suffices");
    drop(writer);
    let mut random = Random::new(14);
    let mut overtaken = 0;
    for _ in 0..20 {
        let words = words_of(&archive, &mut random);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut request = SearchRequest { rescore: 200, ..request(&words) };
        let before = scores(&ask(&index, &request));
        (request.recency, request.now, request.explain) = (Some(30), Some(today), true);
        let response = ask(&index, &request);
        for hit in &response.hits {
            let n: usize = hit.id.as_str().parse().unwrap();
            let factor = ages[n].map_or(1.0, |days| 1.0 + 0.25 * 0.5f64.powf(days.max(0) as f64 / 30.0));
            assert!((hit.score / before[&n] / factor - 1.0).abs() < 1e-12, "{n}: {} {}", hit.score, before[&n]);
            let explanation = hit.explanation.as_ref().expect("it was asked for");
            assert_eq!(explanation.value, hit.score);
            assert!(figures(explanation) > 5);
        }
        let order: Vec<f64> =
            response.hits.iter().map(|hit| before[&hit.id.as_str().parse::<usize>().unwrap()]).collect();
        let mut most = 0.0f64;
        for score in order.iter().rev() {
            most = most.max(*score);
            assert!(most <= 1.25 * score * (1.0 + 1e-12), "{words:?}: {most} stands behind {score}");
            overtaken += usize::from(most > *score);
        }
    }
    assert!(overtaken > 20, "{overtaken}");
    let mut request = request(&["babaco"]);
    request.recency = Some(30);
    let told = index.searcher().unwrap().search(&request).unwrap_err().to_string();
    assert!(told.starts_with("recency: the request does not say from which day"), "{told}");
}

/// The words of an article that tell it from others, each with how often it stands there.
fn own_words(archive: &Archive, article: &Plain) -> BTreeMap<String, f64> {
    let mut words: Vec<String> = article.words().map(|(word, _)| word.clone()).collect();
    words.sort();
    words.dedup();
    words.retain(|word| 10.0 * archive.with(word) <= archive.articles.len() as f64);
    words.sort_by(|a, b| {
        let weight = |word: &str| article.frequency(word) * archive.idf(word);
        weight(b).total_cmp(&weight(a)).then_with(|| a.cmp(b))
    });
    words.truncate(30);
    let least = words.iter().map(|word| article.frequency(word)).fold(f64::INFINITY, f64::min);
    words.into_iter().map(|word| (word.clone(), article.frequency(&word) / least)).collect()
}

#[test]
fn articles_like_one_have_its_own_words() {
    let archive = Archive::new(15, 300, 700);
    let (one, many) = (archive.index(1000), archive.index(29));
    let mut found = 0;
    for n in (0..300).step_by(23) {
        let searcher = one.searcher().expect("a searcher");
        let article = searcher.find(&n.to_string(), 1).expect("the index is whole").remove(0);
        let request = SearchRequest { limit: 1000, passages: 0, ..SearchRequest::new("") };
        let response = searcher.similar(&article, &request).expect("an answer");
        let words = own_words(&archive, &archive.articles[n]);
        let found_scores = scores(&response);
        for (other, plain) in archive.articles.iter().enumerate() {
            let expected = if other == n { 0.0 } else { archive.bm25(plain, &words) };
            match found_scores.get(&other) {
                // Weights are written with two digits.
                Some(score) => assert!((score / expected - 1.0).abs() < 5e-3, "{n}: {other}: {score} {expected}"),
                None => assert_eq!(expected, 0.0, "{n}: {other}"),
            }
        }
        found += found_scores.len();
        let in_many = many.searcher().unwrap().similar(&article, &request).unwrap();
        assert_eq!(scores(&in_many), found_scores, "{n}: to the last bit");
    }
    assert!(found > 500, "{found}");
    // Nothing of it tells it from others, or is in the index at all.
    let mut other = Article::new("other");
    other.body = vec!["zeppelin".to_owned()];
    let none = one.searcher().unwrap().similar(&other, &SearchRequest::new("")).unwrap();
    assert_eq!((none.total, none.hits.len()), (Total::Exact(0), 0));
}
