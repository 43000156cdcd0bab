//! How far a run is, on standard error: a bar on a terminal, else a plain line every few seconds, so that a short run
//! leaves none in a log.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use newshound::{Phase, Progress};

use super::numbers::{counted, grouped, size};
use crate::{interrupt, settings};

const BETWEEN_LINES: Duration = Duration::from_secs(5);
const REDRAWS_A_SECOND: u8 = 8;

/// Shows how far a run is.
pub(crate) enum Meter {
    Silent,
    Bar(ProgressBar),
    Lines { started: Instant, last: Mutex<Instant> },
}

impl Meter {
    /// Returns a meter for standard error.
    pub(crate) fn new(quiet: bool) -> Meter {
        match (quiet, io::stderr().is_terminal() && !settings::is_dumb_terminal()) {
            (true, _) => Meter::Silent,
            (false, true) => Meter::Bar(bar()),
            (false, false) => Meter::Lines { started: Instant::now(), last: Mutex::new(Instant::now()) },
        }
    }

    /// Takes note of how far the run is. May be called from any thread.
    pub(crate) fn show(&self, progress: Progress) {
        interrupt::note_committing(progress.phase == Phase::Committing);
        match self {
            Meter::Silent => {}
            Meter::Bar(bar) => move_bar(bar, progress),
            Meter::Lines { started, last } => {
                // Another thread that holds the lock is about to write the same line.
                let Ok(mut last) = last.try_lock() else { return };
                if last.elapsed() >= BETWEEN_LINES {
                    *last = Instant::now();
                    // Nobody reads a closed standard error; the run goes on.
                    let _ = writeln!(io::stderr(), "{}", line(progress, started.elapsed()));
                }
            }
        }
    }

    /// Takes the meter away.
    pub(crate) fn finish(&self) {
        interrupt::note_committing(false);
        if let Meter::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(REDRAWS_A_SECOND));
    bar.set_style(spinner_style());
    bar
}

fn spinner_style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn bar_style() -> ProgressStyle {
    let template = "{msg}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left {wide_bar}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn move_bar(bar: &ProgressBar, progress: Progress) {
    match progress.phase {
        Phase::Discovering => bar.set_message(looking(progress)),
        Phase::Reading => {
            if bar.length() != Some(progress.bytes_total) {
                bar.set_style(bar_style());
                bar.set_length(progress.bytes_total);
                // The time spent looking for files tells nothing of how fast they are read.
                bar.reset();
            }
            bar.set_position(progress.bytes_done);
            bar.set_message(files(progress));
        }
        _ => {
            bar.set_style(spinner_style());
            bar.set_message("writing the index");
        }
    }
}

fn looking(progress: Progress) -> String {
    format!("looking for files: {}", grouped(progress.sources_total))
}

fn files(progress: Progress) -> String {
    format!("{} of {}", grouped(progress.sources_done), counted(progress.sources_total, "file"))
}

/// Returns the line for a log.
fn line(progress: Progress, elapsed: Duration) -> String {
    match progress.phase {
        Phase::Discovering => looking(progress),
        Phase::Reading => {
            let rate = progress.bytes_done as f64 / elapsed.as_secs_f64().max(0.001);
            let rest = progress.bytes_total.saturating_sub(progress.bytes_done) as f64;
            let left = if rate > 0.0 { format!(", {} left", minutes(rest / rate)) } else { String::new() };
            let (done, total) = (size(progress.bytes_done), size(progress.bytes_total));
            let articles = counted(progress.articles, "article");
            format!("{}, {done} of {total}, {}/s{left}, {articles}", files(progress), size(rate as u64))
        }
        _ => "writing the index".to_owned(),
    }
}

fn minutes(seconds: f64) -> String {
    // Casting saturates, which no reader will live to see.
    let seconds = seconds.ceil() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_tells_files_bytes_rate_and_time_left() {
        let mut progress = Progress::default();
        progress.sources_total = 1200;
        assert_eq!(line(progress, Duration::from_secs(5)), "looking for files: 1,200");
        progress.phase = Phase::Reading;
        (progress.sources_done, progress.articles) = (300, 310);
        (progress.bytes_done, progress.bytes_total) = (10 << 20, 40 << 20);
        assert_eq!(
            line(progress, Duration::from_secs(5)),
            "300 of 1,200 files, 10.0 MiB of 40.0 MiB, 2.0 MiB/s, 0:15 left, 310 articles"
        );
        progress.bytes_done = 0;
        assert_eq!(line(progress, Duration::ZERO), "300 of 1,200 files, 0 bytes of 40.0 MiB, 0 bytes/s, 310 articles");
    }
}
