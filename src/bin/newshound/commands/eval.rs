//! `newshound eval`: how well an index or a run answers topics that have judgments.

use newshound::{
    BatchOptions, CompareOptions, Comparison, EvalOptions, Evaluation, Qrels, Run, Stop, Topics, answer_topics,
};

use crate::args::{EvalArgs, EvalFormat};
use crate::failure::{Exit, Refusal, say};
use crate::present::eval::{self, Judged};
use crate::present::numbers::counted;
use crate::present::text::safe;
use crate::present::{json, junit, print_plain};
use crate::{interrupt, settings};

pub(crate) fn run(args: &EvalArgs) -> anyhow::Result<Exit> {
    let qrels = Qrels::read(&args.qrels)?;
    let topics = args.topics.as_ref().map(Topics::read).transpose()?;
    let mut options = EvalOptions::default();
    options.answered_only = args.answered_only;
    if !args.measure.is_empty() {
        options.measures = args.measure.clone();
    }
    options.measures.extend(args.fail_under.iter().map(|gate| gate.measure));
    options.measures.sort_unstable();
    options.measures.dedup();
    let evaluate = |run: &Run| Evaluation::new(run, &qrels, topics.as_ref(), &options);
    if let [first, second] = &args.compare[..] {
        let (first, second) = (evaluate(&Run::read(first)?)?, evaluate(&Run::read(second)?)?);
        return compare(args, &first, &second);
    }
    let evaluation = match (&args.run, &topics) {
        (Some(run), _) => evaluate(&Run::read(run)?)?,
        (None, Some(topics)) => evaluate(&answered(args, topics)?)?,
        (None, None) => return Err(Refusal::usage("what is to be measured? --topics FILE or --run FILE").into()),
    };
    tell_unjudged(&evaluation);
    let gates = gates(args, &evaluation);
    print_plain(|out| match args.format() {
        EvalFormat::Text => eval::table(out, &evaluation, args.per_topic),
        EvalFormat::Json => json::object(out, &evaluation),
        EvalFormat::Junit => junit::evaluation(out, &evaluation, &gates),
        EvalFormat::Trec => eval::trec(out, &evaluation),
    })?;
    Ok(judge(&gates))
}

fn answered(args: &EvalArgs, topics: &Topics) -> anyhow::Result<Run> {
    interrupt::listen();
    let mut options = BatchOptions::default();
    options.request.limit = args.hits;
    settings::filter(&mut options.request, &args.filters);
    options.request.expand = args.ranking.expand();
    options.request.rescore = args.ranking.rescore;
    options.request.recency = args.ranking.recency;
    options.request.now = args.now.or_else(|| settings::now(0));
    options.as_queries = args.as_queries;
    let searcher = settings::open(&args.place)?.searcher()?;
    Ok(answer_topics(&searcher, topics, &options, &Stop::when(interrupt::asked))?)
}

fn compare(args: &EvalArgs, first: &Evaluation, second: &Evaluation) -> anyhow::Result<Exit> {
    tell_unjudged(second);
    let mut options = CompareOptions::default();
    (options.rounds, options.seed) = (args.rounds, args.seed);
    let comparison = Comparison::new(first, second, &options);
    match args.format() {
        EvalFormat::Text => print_plain(|out| eval::comparison(out, &comparison, args.per_topic))?,
        EvalFormat::Json => print_plain(|out| json::object(out, &comparison))?,
        EvalFormat::Junit | EvalFormat::Trec => {
            return Err(Refusal::usage("a comparison is printed as text or as --json").into());
        }
    }
    Ok(judge(&gates(args, second)))
}

fn gates(args: &EvalArgs, evaluation: &Evaluation) -> Vec<Judged> {
    let judged = args.fail_under.iter().map(|gate| Judged {
        measure: gate.measure,
        least: gate.least,
        mean: evaluation.mean.get(&gate.measure).copied().unwrap_or_default(),
    });
    judged.collect()
}

fn judge(gates: &[Judged]) -> Exit {
    for Judged { measure, least, mean } in gates.iter().filter(|gate| !gate.is_passed()) {
        say("error", &format!("{measure} is {mean:.4}, less than {least} of --fail-under"));
    }
    if gates.iter().all(Judged::is_passed) { Exit::Done } else { Exit::Gate }
}

fn tell_unjudged(evaluation: &Evaluation) {
    if let Some(first) = evaluation.unjudged.first() {
        let number = counted(evaluation.unjudged.len() as u64, "topic");
        say("note", &format!("{number} without judgments left out, such as `{}`", safe(first)));
    }
}
