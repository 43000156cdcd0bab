//! Puts the forms of days and times together, and chooses among the readings of a text.

use super::day::{Day, Form, Rules, after_weekday, days, printed_of_figures, take_month_day, take_year};
use super::scan::{Kind, Token, is_east_asian, scan, skip_mark, take_digits, take_meaning, take_word, tight};
use super::time::{Lead, clock_of_figures, skip_fraction, take_clock, take_offset_of_day, take_zone};
use super::{Clock, Date, DateError, DateOrder, Printed};

/// Why a reading is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Ambiguous,
    Impossible,
}

/// One way to read the beginning of the tokens.
#[derive(Debug, Clone, Copy)]
struct Reading {
    date: Result<Date, Fault>,
    /// How many tokens are left.
    left: usize,
}

/// How many characters of a text that is no date stand in the error.
const QUOTED: usize = 80;

/// Reads a text that is a date and nothing else.
pub(super) fn whole(text: &str, order: DateOrder) -> Result<Date, DateError> {
    let text = text.trim();
    let (tokens, complete) = scan(text);
    let reading = complete
        .then(|| {
            let rules = Rules { order, whole: true };
            best(readings(trimmed(&tokens), rules).into_iter().filter(|reading| reading.left == 0))
        })
        .flatten();
    match reading {
        Some(reading) => reading.date.map_err(|fault| fault.of(text)),
        None => Err(DateError::NotADate(quoted(text))),
    }
}

/// Reads the date that a text begins with.
pub(super) fn prefix(text: &str, order: DateOrder) -> Option<(Result<Date, DateError>, usize)> {
    let (tokens, _) = scan(text);
    // Most text begins with nothing of a date.
    if tokens.is_empty() {
        return None;
    }
    let end = |reading: &Reading| tokens.get(tokens.len() - reading.left - 1).map_or(0, |last| last.end);
    let readings = readings(&tokens, Rules { order, whole: false }).into_iter();
    let reading = best(readings.filter(|reading| is_boundary(text, end(reading))))?;
    let end = end(&reading);
    Some((reading.date.map_err(|fault| fault.of(text[..end].trim())), end))
}

/// Leaves out the punctuation around a date.
fn trimmed(mut tokens: &[Token]) -> &[Token] {
    while let [Token { kind: Kind::Mark(',' | '.' | ':' | ';' | '|' | '•' | '·' | '–' | '—'), .. }, rest @ ..] = tokens
    {
        tokens = rest;
    }
    while let [rest @ .., Token { kind: Kind::Mark(',' | '.' | ':' | ';' | '|' | '•' | '·' | '–' | '—'), .. }] = tokens
    {
        tokens = rest;
    }
    tokens
}

/// Tells whether a word or number ends at `at`: `2022-09-23th` and `23.09.2022.5` hold no date.
fn is_boundary(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    let Some(next) = after.next() else { return true };
    let last = text[..at].chars().next_back();
    if next.is_alphanumeric() || next == '_' {
        return is_east_asian(next) || !next.is_numeric() && last.is_some_and(is_east_asian);
    }
    !(matches!(next, '.' | ',' | '-' | '/' | ':' | '+') && after.next().is_some_and(char::is_numeric))
}

/// Returns the longest reading, of equals the first that is a date, else the first.
fn best(readings: impl Iterator<Item = Reading>) -> Option<Reading> {
    readings.reduce(|best, next| {
        let is_better = next.left < best.left || next.left == best.left && best.date.is_err() && next.date.is_ok();
        if is_better { next } else { best }
    })
}

fn readings(tokens: &[Token], rules: Rules) -> Vec<Reading> {
    let mut found = Vec::new();
    if rules.whole {
        found.extend(epoch(tokens));
    }
    stamp(tokens, rules, &mut found);
    for (day, rest) in days(tokens, rules) {
        day_then_time(day, rest, rules, &mut found);
    }
    time_then_day(tokens, rules, &mut found);
    time_amid_day(tokens, rules, &mut found);
    found
}

/// `1663932900`, `1663932900123`, `1663932900.5`
fn epoch(tokens: &[Token]) -> Option<Reading> {
    let (seconds, rest) = match take_digits(tokens, 13) {
        Some((milliseconds, rest)) => (milliseconds / 1000, rest),
        None => {
            let (seconds, rest) = take_digits(tokens, 10)?;
            (seconds, skip_fraction(rest))
        }
    };
    let date = i64::try_from(seconds).ok().and_then(Date::from_epoch_seconds);
    Some(Reading { date: date.ok_or(Fault::Impossible), left: rest.len() })
}

/// `20220923113507`, where nothing else stands `202209231135` too.
fn stamp(tokens: &[Token], rules: Rules, found: &mut Vec<Reading>) {
    let stamp = take_digits(tokens, 14).map(|stamp| (stamp, 6)).or_else(|| Some((take_digits(tokens, 12)?, 4)));
    let Some(((figures, rest), digits)) = stamp.filter(|&(_, digits)| digits == 6 || rules.whole) else { return };
    let clocks = if digits == 6 { 1_000_000 } else { 10_000 };
    let Some(printed) = printed_of_figures(figures / clocks) else { return };
    let day = Day { printed, ..Day::default() };
    let clock = clock_of_figures(figures % clocks, digits);
    if rules.whole || Date::from_printed(&Printed { clock: Some(clock), ..printed }).is_some() {
        with_clock(day, clock, rest, found);
    }
}

/// `23 September 2022, 11:35`, `2022-09-23T11:35Z`, `2022年9月23日（金）11時35分`
fn day_then_time(day: Day, rest: &[Token], rules: Rules, found: &mut Vec<Reading>) {
    push(day, rest, found);
    if day.printed.day.is_none() {
        return;
    }
    if day.form == Form::Iso
        && let Some((offset, rest)) = take_offset_of_day(rest)
    {
        push(Day { printed: Printed { offset: Some(offset), ..day.printed }, ..day }, rest, found);
    }
    let next = skip_mark(rest, ",");
    let weekday = after_weekday(next);
    // In running text, what follows a date may only look like a weekday: Danish `man`, German `so`.
    if let Some(rest) = weekday.filter(|_| rules.whole || is_bracket_or_east_asian(next)) {
        push(day, rest, found);
    }
    for rest in [Some(rest), weekday].into_iter().flatten() {
        let (rest, lead) = before_time(rest, rules);
        let Some((clock, rest)) = take_clock(rest, lead) else { continue };
        if rules.whole || lead == Lead::Iso || !is_range(clock, rest) {
            with_clock(day, clock, rest, found);
        }
    }
}

fn is_bracket_or_east_asian(tokens: &[Token]) -> bool {
    match tokens.first().map(|first| &first.kind) {
        Some(Kind::Bracket(_)) => true,
        Some(Kind::Word { folded, .. }) => folded.starts_with(is_east_asian),
        _ => false,
    }
}

/// Tells whether a time is the first of two, as in `14:00-16:30`, where the second may look like an offset.
fn is_range(clock: Clock, rest: &[Token]) -> bool {
    clock.second.is_none()
        && matches!(rest, [Token { kind: Kind::Mark('-'), gap: false, .. }, _, Token { kind: Kind::Mark(':'), .. }, ..])
}

/// `11:35 AM EDT, 23 September 2022`
fn time_then_day(tokens: &[Token], rules: Rules, found: &mut Vec<Reading>) {
    if matches!(tokens, [Token { kind: Kind::Mark(_), .. }, ..]) {
        return;
    }
    let (start, lead) = before_time(tokens, rules);
    let Some((clock, rest)) = take_clock(start, lead) else { return };
    if !rules.whole && is_range(clock, rest) {
        return;
    }
    let (offset, rest) = take_zone(rest, false).unwrap_or((None, rest));
    for rest in [rest, skip_separators(rest).0] {
        for (day, rest) in days(rest, rules).into_iter().filter(|(day, _)| day.printed.day.is_some()) {
            let printed = Printed { clock: Some(clock), offset, ..day.printed };
            push(Day { printed, ..day }, rest, found);
        }
    }
}

/// `Fri Sep 23 11:35:07 CEST 2022`
fn time_amid_day(tokens: &[Token], rules: Rules, found: &mut Vec<Reading>) {
    let start = after_weekday(tokens).unwrap_or(tokens);
    let read = || {
        let ((month, day), rest) = take_month_day(start)?;
        let (rest, lead) = before_time(rest, rules);
        let (clock, rest) = take_clock(rest, lead)?;
        let (offset, rest) = take_zone(rest, false).unwrap_or((None, rest));
        let (year, rest) = take_year(skip_separators(rest).0)?;
        let printed = Printed { year, month: Some(month), day: Some(day), clock: Some(clock), offset };
        Some((Day { printed, ..Day::default() }, rest))
    };
    if let Some((day, rest)) = read() {
        push(day, rest, found);
    }
}

/// Adds the reading with a time, and those with a zone and a comment after it.
fn with_clock(day: Day, clock: Clock, rest: &[Token], found: &mut Vec<Reading>) {
    let printed = Printed { clock: Some(clock), ..day.printed };
    push(Day { printed, ..day }, rest, found);
    let is_mail = day.form == Form::Mail && clock.second.is_some();
    if let Some((offset, rest)) = take_zone(rest, is_mail) {
        push(Day { printed: Printed { offset, ..printed }, ..day }, rest, found);
    }
}

fn push(day: Day, rest: &[Token], found: &mut Vec<Reading>) {
    let date = match Date::from_printed(&day.printed) {
        None => Err(Fault::Impossible),
        Some(_) if day.ambiguous => Err(Fault::Ambiguous),
        Some(date) => Ok(date),
    };
    found.push(Reading { date, left: rest.len() });
}

/// Returns what follows the `T` or what else stands between a day and a time.
fn before_time(tokens: &[Token], rules: Rules) -> (&[Token], Lead) {
    if let Some(rest) = tight(tokens).and_then(|rest| tight(take_word(rest, &["t"])?)) {
        return (rest, Lead::Iso);
    }
    let (rest, announced) = skip_separators(tokens);
    (rest, if announced || rules.whole { Lead::Time } else { Lead::Nothing })
}

/// Returns what follows the punctuation and the words between a day and a time, and whether they announce a time.
fn skip_separators(mut tokens: &[Token]) -> (&[Token], bool) {
    let mut announced = false;
    for _ in 0..5 {
        if let [Token { kind: Kind::Mark(mark), .. }, rest @ ..] = tokens
            && *mark != '+'
            && *mark != '°'
        {
            tokens = rest;
        } else if let Some(rest) = take_meaning(tokens, |word| word.clock) {
            (tokens, announced) = (rest, true);
        } else if let Some(rest) = take_meaning(tokens, |word| word.link) {
            tokens = rest;
        } else {
            break;
        }
    }
    (tokens, announced)
}

/// Returns the beginning of a text that an error tells of.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Fault {
    fn of(self, text: &str) -> DateError {
        match self {
            Fault::Ambiguous => DateError::Ambiguous(quoted(text)),
            Fault::Impossible => DateError::Impossible(quoted(text)),
        }
    }
}
