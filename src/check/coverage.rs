//! Fields that fewer articles have than before: where a form of an archive changed, and is not understood as it was.

use std::collections::BTreeSet;

use super::report::CoverageDrop;
use crate::Coverage;

/// How many points less is told where nothing else is said. A random tenth of the files more or less moves no share by as much,
/// in collections of some hundreds of articles a file each (1.8 points of 255 articles, 0.1 of 2,651); what is called otherwise
/// from one day on falls further within weeks. Of a few dozen articles one alone is more.
pub(super) const COVERAGE_DROP: f64 = 2.0;

/// Compares what articles of the corpora of these names have, format by format. A format without articles, then or now, has
/// nothing to compare.
pub(super) fn drops(then: &[Coverage], now: &[Coverage], names: &BTreeSet<String>, most: f64) -> Vec<CoverageDrop> {
    let mut drops = Vec::new();
    for then in then.iter().filter(|then| names.contains(&then.corpus) && then.articles > 0) {
        let is_same = |now: &&Coverage| (&now.corpus, &now.format) == (&then.corpus, &then.format);
        let Some(now) = now.iter().find(is_same) else { continue };
        for ((field, count_then), (_, count_now)) in then.fields().into_iter().zip(now.fields()) {
            let (was, is) = (then.percent(count_then), now.percent(count_now));
            if was - is > most {
                let (corpus, format) = (then.corpus.clone(), then.format.clone());
                drops.push(CoverageDrop { corpus, format, field, then: was, now: is });
            }
        }
    }
    drops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_by_more_than_is_borne_is_told_by_corpus_and_format() {
        let of = |format: &str, articles, headline, date| {
            let counts = [("articles", articles), ("headline", headline), ("date", date)];
            let counts = counts.map(|(name, count)| (name.to_owned(), count)).into();
            Coverage::written("news", format.to_owned(), &counts)
        };
        let then = [of("csv", 100, 100, 50), of("html", 100, 100, 100), of("json", 10, 10, 10)];
        let now = [of("csv", 200, 196, 95), of("html", 50, 48, 50), of("text", 5, 0, 0)];
        let told = |most: f64, corpus: &str| {
            let drops = drops(&then, &now, &[corpus.to_owned()].into(), most).into_iter();
            drops.map(|drop| format!("{} {} {} {}", drop.format, drop.field, drop.then, drop.now)).collect::<Vec<_>>()
        };
        assert_eq!(told(2.0, "news"), ["csv date 50 47.5", "html headline 100 96"]);
        assert_eq!(told(4.0, "news"), [""; 0]);
        assert_eq!(told(1.5, "news").len(), 3);
        assert_eq!(told(0.0, "other"), [""; 0]);
    }
}
