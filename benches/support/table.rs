//! Figures of a run, each beside that of the stock engine in the same run. Only the ratio travels between machines.

use std::time::{Duration, Instant};

/// Returns the median time of `runs` runs, after one that is not counted.
pub(crate) fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    run();
    median_cold(runs, run)
}

/// Returns the median time of `runs` runs, the first among them.
pub(crate) fn median_cold(runs: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs.max(1)).map(|_| timed(&mut run)).collect();
    times.sort();
    times[times.len() / 2]
}

fn timed(run: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Prints what the columns of a table mean.
pub(crate) fn print_header(title: &str, ours: &str, baseline: &str) {
    println!("\n{title}\n");
    println!("| {:<34} | {ours:>14} | {baseline:>14} | {:>8} |", "", "ratio");
    println!("|{:-<36}|{:->15}:|{:->15}:|{:->9}:|", "", "", "", "");
}

/// Prints a line of times; the ratio is ours to the baseline's, so that below 1 is quicker.
pub(crate) fn print_times(what: &str, ours: Duration, baseline: Duration) {
    let ratio = ours.as_secs_f64() / baseline.as_secs_f64();
    println!("| {what:<34} | {:>14} | {:>14} | {ratio:>8.2} |", shown(ours), shown(baseline));
}

/// Prints a line of rates or sizes; the ratio is ours to the baseline's.
pub(crate) fn print_amounts(what: &str, ours: f64, baseline: f64, unit: &str) {
    let (left, right) = (format!("{ours:.1} {unit}"), format!("{baseline:.1} {unit}"));
    println!("| {what:<34} | {left:>14} | {right:>14} | {:>8.2} |", ours / baseline);
}

/// Prints a line that has no baseline.
pub(crate) fn print_alone(what: &str, ours: &str) {
    println!("| {what:<34} | {ours:>14} | {:>14} | {:>8} |", "-", "-");
}

pub(crate) fn shown(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s < 1e-3 => format!("{:.1} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
