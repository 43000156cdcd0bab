//! What was typed after `newshound eval`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use newshound::{Date, Measure};

use super::{FilterArgs, Place, RankingArgs, values};

/// Measure how well the index, or a run of any engine, answers topics that have judgments
///
/// Topics are searched for as `newshound search --topics` does: articles with any of the words, a thousand a topic. The mean
/// is over every topic that has judgments; one without an answer counts as 0.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  newshound eval --topics topics.tsv --qrels qrels.txt
  newshound eval --topics topics.tsv --qrels qrels.txt --fail-under ndcg@10=0.45 --format junit
  newshound eval --topics topics.tsv --qrels qrels.txt --expand
  newshound eval --topics topics.tsv --qrels qrels.txt --corpus wire --since 2023
  newshound eval --qrels qrels.txt --run run.txt --measure map --measure p@5 --per-topic
  newshound eval --qrels qrels.txt --compare before.txt after.txt
  newshound eval --qrels qrels.txt --run run.txt --format trec     the lines of trec_eval -c -q

Files: topics are lines of id, tab and words, or TREC topics, whose titles are taken. Judgments
are lines `topic 0 article grade`; an article is relevant from grade 1 on. Runs are lines
`topic Q0 article rank score name`, in the order of scores, equal ones backwards by article.
A space in an article's id is written %20 in runs.

Measures, as trec_eval defines them:
  map           mean average precision
  mrr           one over the rank of the first relevant article (recip_rank)
  rprec         precision at as many articles as are relevant
  bpref         how seldom articles judged not relevant stand before relevant ones
  p@K           share of relevant articles among the first K
  recall@K      share of the relevant articles that are among the first K
  ndcg@K        discounted gain over the best possible; the gain is the grade (ndcg_cut)
  ndcg-exp@K    the same with 2^grade - 1 as the gain, which trec_eval does not have

A comparison tells wins and losses of the second run by topic, and two-sided p-values of the paired
t-test and of the randomisation test.

Exit codes: 0 measured, 2 a file or option is wrong, 3 no index, 7 below --fail-under; `newshound --help` has them all.")]
pub(crate) struct EvalArgs {
    /// The topics; with a run, only these count
    #[arg(long, value_name = "FILE", required_unless_present_any = ["run", "compare"])]
    pub(crate) topics: Option<PathBuf>,

    /// The judgments
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) qrels: PathBuf,

    /// Measure this run instead of the index
    #[arg(long, value_name = "FILE", conflicts_with_all = ["compare", "index", "verify", "hits", "as_queries", "expand", "expand_terms", "rescore", "recency", "FilterArgs"])]
    pub(crate) run: Option<PathBuf>,

    /// Compare two runs
    #[arg(
        long, num_args = 2, value_names = ["FIRST", "SECOND"],
        conflicts_with_all = ["index", "verify", "hits", "as_queries", "expand", "expand_terms", "rescore", "recency", "FilterArgs"],
    )]
    pub(crate) compare: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) place: Place,

    #[command(flatten)]
    pub(crate) filters: FilterArgs,

    #[command(flatten)]
    pub(crate) ranking: RankingArgs,

    /// The day from which --recency tells the age of articles [default: today]
    #[arg(long, value_name = "DATE", value_parser = values::date, requires = "recency")]
    pub(crate) now: Option<Date>,

    /// Take at most N hits of each topic
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) hits: usize,

    /// Take each topic for a query in the query language, not for words alone
    #[arg(long)]
    pub(crate) as_queries: bool,

    /// What to measure (repeatable) [default: map, mrr, rprec, bpref, p@10, p@30, recall@100, recall@1000, ndcg@10,
    /// ndcg-exp@10]
    #[arg(long, value_name = "MEASURE")]
    pub(crate) measure: Vec<Measure>,

    /// Leave topics out that a run does not answer, as trec_eval does without -c
    #[arg(long)]
    pub(crate) answered_only: bool,

    /// Print every topic too
    #[arg(long)]
    pub(crate) per_topic: bool,

    /// End with 7 where the mean of a measure is less: ndcg@10=0.45 (repeatable); of a comparison, the second run's
    #[arg(long, value_name = "MEASURE=VALUE")]
    pub(crate) fail_under: Vec<Gate>,

    /// With --compare: how often the randomisation test gives signs by chance
    #[arg(long, value_name = "N", default_value_t = 100_000, requires = "compare")]
    pub(crate) rounds: u32,

    /// With --compare: what its chance begins with; the same number gives the same p-value
    #[arg(long, value_name = "N", default_value_t = 1, requires = "compare")]
    pub(crate) seed: u64,

    /// Print as JSON, with every topic (short for --format json)
    #[arg(long, group = "output")]
    json: bool,

    /// How to print the figures
    #[arg(long, group = "output", value_name = "FORMAT")]
    format: Option<EvalFormat>,
}

impl EvalArgs {
    /// Returns how the figures are to be printed.
    pub(crate) fn format(&self) -> EvalFormat {
        self.format.unwrap_or(if self.json { EvalFormat::Json } else { EvalFormat::Text })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    Text,
    Json,
    /// A test case for each topic and each --fail-under
    Junit,
    /// The lines of trec_eval
    Trec,
}

/// The least that the mean of a measure must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gate {
    pub(crate) measure: Measure,
    pub(crate) least: f64,
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Gate, String> {
        let (measure, least) = text.split_once('=').ok_or("expected MEASURE=VALUE, such as ndcg@10=0.45")?;
        let least = least.parse().ok().filter(|least| (0.0..=1.0).contains(least));
        let least = least.ok_or("the value of a measure is between 0 and 1, such as ndcg@10=0.45")?;
        Ok(Gate { measure: measure.parse()?, least })
    }
}
