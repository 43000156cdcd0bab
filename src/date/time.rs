//! The forms in which a time of day and its zone are printed.

use super::Clock;
use super::scan::{
    Kind, Token, scan, skip_mark, take_digits, take_mark, take_meaning, take_pair, take_two, take_word, tight,
};
use super::words::{Half, Zone};

/// What stands before a time, and so what may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing that tells: `11.35` may be another number.
    Nothing,
    /// A word that announces a time, or the end of a text that is a date: `11.35` is a time.
    Time,
    /// The `T` of ISO 8601: `1135` is a time.
    Iso,
}

type Read<'t, T> = Option<(T, &'t [Token])>;

/// Reads a time of day: `11:35`, `3:04 p.m.`, `11.35 Uhr`, `13h36`, `午後11時32分`.
pub(super) fn take_clock(tokens: &[Token], lead: Lead) -> Read<'_, Clock> {
    let (half, rest) = match take_half(tokens) {
        Some((half, rest)) => (Some(half), rest),
        None => (None, tokens),
    };
    let (clock, rest) = face(rest, lead)?;
    let rest = take_meaning(rest, |word| word.time_mark).unwrap_or(rest);
    match half.map(|half| (half, rest)).or_else(|| take_half(rest)) {
        // After 15:04, `am` is no `a.m.`: it is German for `on the`.
        Some((Half::Morning, _)) if clock.hour > 12 => Some((clock, rest)),
        Some((half, rest)) => Some((Clock { hour: hour_of_day(clock.hour, half), ..clock }, rest)),
        None => Some((clock, rest)),
    }
}

fn hour_of_day(hour: i8, half: Half) -> i8 {
    match (half, hour) {
        (Half::Morning, 12) => 0,
        // Japanese counts the afternoon from 0.
        (Half::Afternoon, 0..12) => hour + 12,
        _ => hour,
    }
}

fn face(tokens: &[Token], lead: Lead) -> Read<'_, Clock> {
    with_colons(tokens)
        .or_else(|| with_units(tokens, lead))
        .or_else(|| with_dot(tokens, lead))
        .or_else(|| hour_alone(tokens))
        .or_else(|| four_figures(tokens))
        .or_else(|| if lead == Lead::Iso { iso_basic(tokens) } else { None })
}

/// `11:35`, `11:35:07.123`
fn with_colons(tokens: &[Token]) -> Read<'_, Clock> {
    let (hour, rest) = take_pair(tokens)?;
    let (minute, rest) = take_two(tight(take_mark(tight(rest)?, ':')?)?)?;
    let second = tight(rest).and_then(|rest| take_two(tight(take_mark(rest, ':')?)?));
    let Some((second, rest)) = second else { return Some((Clock { hour, minute, second: None }, rest)) };
    Some((Clock { hour, minute, second: Some(second) }, skip_fraction(rest)))
}

/// `13h36`, `20 h`, `11 Uhr 35`, `11時35分07秒`
fn with_units(tokens: &[Token], lead: Lead) -> Read<'_, Clock> {
    let (hour, rest) = take_pair(tokens)?;
    if let Some(rest) = take_word(rest, &["時", "时", "点", "點", "시"]) {
        let minute = take_pair(rest).and_then(|(minute, rest)| Some((minute, take_word(rest, &["分", "분"])?)));
        let Some((minute, rest)) = minute else { return Some((Clock { hour, ..Clock::default() }, rest)) };
        let second = take_pair(rest).and_then(|(second, rest)| Some((second, take_word(rest, &["秒", "초"])?)));
        return match second {
            Some((second, rest)) => Some((Clock { hour, minute, second: Some(second) }, rest)),
            None => Some((Clock { hour, minute, second: None }, rest)),
        };
    }
    let rest = take_word(rest, &["h", "uhr", "uur", "hrs"])?;
    match take_two(rest).filter(|_| lead == Lead::Time || tight(rest).is_some()) {
        Some((minute, rest)) => Some((Clock { hour, minute, second: None }, rest)),
        None => Some((Clock { hour, ..Clock::default() }, rest)),
    }
}

/// `11.35 Uhr`, `kl. 11.35`
fn with_dot(tokens: &[Token], lead: Lead) -> Read<'_, Clock> {
    let (hour, rest) = take_pair(tokens)?;
    let (minute, rest) = take_two(tight(take_mark(tight(rest)?, '.')?)?)?;
    let is_time =
        lead == Lead::Time || take_meaning(rest, |word| word.time_mark).is_some() || take_half(rest).is_some();
    is_time.then_some((Clock { hour, minute, second: None }, rest))
}

/// `3 p.m.`
fn hour_alone(tokens: &[Token]) -> Read<'_, Clock> {
    let (hour, rest) = take_pair(tokens)?;
    (take_half(rest).is_some() && hour <= 12).then_some((Clock { hour, ..Clock::default() }, rest))
}

/// `1135 GMT`
fn four_figures(tokens: &[Token]) -> Read<'_, Clock> {
    let (clock, rest) = take_figures(tokens, 4)?;
    take_meaning(rest, |word| word.zone.is_some()).map(|_| (clock, rest))
}

/// `11`, `1135`, `113507.123`
fn iso_basic(tokens: &[Token]) -> Read<'_, Clock> {
    [2, 4, 6].into_iter().find_map(|digits| take_figures(tokens, digits)).map(|(clock, rest)| {
        let rest = if clock.second.is_some() { skip_fraction(rest) } else { rest };
        (clock, rest)
    })
}

fn take_figures(tokens: &[Token], digits: usize) -> Read<'_, Clock> {
    let (figures, rest) = take_digits(tokens, digits)?;
    Some((clock_of_figures(figures, digits), rest))
}

/// Takes two, four or six figures apart.
pub(super) fn clock_of_figures(figures: u64, digits: usize) -> Clock {
    let part = |divisor: u64| i8::try_from(figures / divisor % 100).unwrap_or(i8::MAX);
    match digits {
        2 => Clock { hour: part(1), ..Clock::default() },
        4 => Clock { hour: part(100), minute: part(1), second: None },
        _ => Clock { hour: part(10_000), minute: part(100), second: Some(part(1)) },
    }
}

/// Returns what follows a fraction of a second; a date knows none.
pub(super) fn skip_fraction(tokens: &[Token]) -> &[Token] {
    let fraction = || {
        let rest = tight(tokens)?;
        let rest = tight(take_mark(rest, '.').or_else(|| take_mark(rest, ','))?)?;
        let (first, rest) = rest.split_first()?;
        matches!(first.kind, Kind::Number { .. }).then_some(rest)
    };
    fraction().unwrap_or(tokens)
}

/// Reads `AM`, `p.m.`, `下午`.
fn take_half(tokens: &[Token]) -> Read<'_, Half> {
    if let Some((Token { kind: Kind::Word { meaning, .. }, .. }, rest)) = tokens.split_first()
        && let Some(half) = meaning.half
    {
        return Some((half, rest));
    }
    let half = if take_word(tokens, &["a"]).is_some() { Half::Morning } else { Half::Afternoon };
    let rest = take_mark(take_word(tokens, &["a", "p"])?, '.')?;
    Some((half, skip_mark(take_word(rest, &["m"])?, ".")))
}

/// Reads a zone: `Z`, `+02:00`, `GMT+8`, `EDT`, `(MSK)`. The offset is absent where the name leaves it open.
pub(super) fn take_zone(tokens: &[Token], is_mail: bool) -> Read<'_, Option<i16>> {
    let (offset, rest) = match tokens.split_first()? {
        (Token { kind: Kind::Bracket(inner), .. }, rest) => {
            let (inner, complete) = scan(inner);
            let (offset, left) = take_zone(&inner, is_mail)?;
            return (complete && left.is_empty()).then_some((offset, rest));
        }
        (Token { kind: Kind::Word { folded, meaning }, .. }, rest) => match meaning.zone? {
            Zone::Offset(0) if folded != "z" => signed(rest, true).unwrap_or((0, rest)),
            Zone::Offset(offset) => (offset, rest),
            Zone::InMail(offset) if is_mail => (offset, rest),
            Zone::InMail(_) | Zone::Ambiguous => return Some((None, rest)),
        },
        _ => signed(tokens, false)?,
    };
    // `+0200 CEST`, `GMT+0100 (some name of the zone)`
    let rest = take_meaning(rest, |word| word.zone.is_some()).unwrap_or(rest);
    match rest {
        [Token { kind: Kind::Bracket(_), .. }, rest @ ..] => Some((Some(offset), rest)),
        _ => Some((Some(offset), rest)),
    }
}

/// Reads the offset after a day: `2022-09-23Z`, `2022-09-23+02:00`.
pub(super) fn take_offset_of_day(tokens: &[Token]) -> Read<'_, i16> {
    let rest = tight(tokens)?;
    if let Some(rest) = take_word(rest, &["z"]) {
        return Some((0, rest));
    }
    let has_colon = matches!(rest, [_, _, Token { kind: Kind::Mark(':'), .. }, ..]);
    has_colon.then(|| signed(rest, false)).flatten()
}

/// Reads `+0200`, `+02:00`, `+02`; after `GMT`, `+2` too.
fn signed(tokens: &[Token], after_name: bool) -> Read<'_, i16> {
    let (sign, rest) = match take_mark(tokens, '+') {
        Some(rest) => (1, rest),
        None => (-1, take_mark(tokens, '-')?),
    };
    let rest = tight(rest)?;
    if let Some((figures, rest)) = take_digits(rest, 4) {
        return Some((sign * minutes(figures / 100, figures % 100), rest));
    }
    let (hours, rest) = take_pair(rest)?;
    let hours = u64::from(hours.unsigned_abs());
    if let Some((minute, rest)) = tight(rest).and_then(|rest| take_two(tight(take_mark(rest, ':')?)?)) {
        return Some((sign * minutes(hours, u64::from(minute.unsigned_abs())), rest));
    }
    let is_offset = after_name || tight(tokens).is_some() && take_two(&tokens[1..]).is_some();
    is_offset.then_some((sign * minutes(hours, 0), rest))
}

/// Returns an offset in minutes, or one that no place has where the minutes are none.
fn minutes(hours: u64, minutes: u64) -> i16 {
    let all = if minutes < 60 { hours * 60 + minutes } else { u64::MAX };
    i16::try_from(all).unwrap_or(i16::MAX)
}
