//! The forms in which a day, a month or a year is printed: one function a form.

use super::scan::{
    Kind, Token, skip_mark, take_digits, take_mark, take_meaning, take_pair, take_two, take_word, tight,
};
use super::{DateOrder, Printed, YEARS};

/// What is known of the text beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub order: DateOrder,
    /// Whether the text is known to be a date and nothing else, so that `2022` may be one.
    pub whole: bool,
}

/// A day, month or year that was read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Day {
    pub printed: Printed,
    /// Whether day and month may be the other way round.
    pub ambiguous: bool,
    pub form: Form,
}

/// The forms after which other rules hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Other,
    /// `2022-09-23`, after which an offset may stand.
    Iso,
    /// `23 Sep 2022`, as in RFC 2822.
    Mail,
}

type Read<'t, T> = Option<(T, &'t [Token])>;

/// Returns every reading of the tokens' beginning as a day, month or year, with what follows it.
pub(super) fn days(tokens: &[Token], rules: Rules) -> Vec<(Day, &[Token])> {
    let lead = |start| take_meaning(start, |word| word.lead).filter(|_| rules.whole || !is_english_lead(tokens));
    // `vendredi 23`, `Freitag, den 23.`, `le 23`, `le vendredi 23`
    let after_lead = lead(tokens);
    let weekdays = [after_weekday(tokens), after_lead.and_then(after_weekday)];
    let starts = [Some(tokens), after_lead, weekdays[0], weekdays[0].and_then(lead), weekdays[1]];
    let read = |start| PATTERNS.iter().filter_map(move |pattern| pattern(start, rules));
    starts.into_iter().flatten().flat_map(read).collect()
}

/// In running text, `on 23 September 2022` is the date and a word before it.
fn is_english_lead(tokens: &[Token]) -> bool {
    take_word(tokens, &["on", "the"]).is_some()
}

type Pattern = for<'t> fn(&'t [Token], Rules) -> Read<'t, Day>;

const PATTERNS: [Pattern; 10] = [
    year_first,
    numeric_month,
    eight_figures,
    |tokens, _| day_first(tokens),
    |tokens, _| month_first(tokens),
    named_month,
    |tokens, _| named_year_first(tokens),
    numeric,
    east_asian,
    year_alone,
];

/// Returns what follows a weekday, in brackets or not.
pub(super) fn after_weekday(tokens: &[Token]) -> Option<&[Token]> {
    let after = |rest| skip_mark(skip_mark(rest, "."), ",");
    match tokens {
        [Token { kind: Kind::Bracket(inner), .. }, rest @ ..] => is_weekday(inner).then_some(rest),
        // Portuguese counts some weekdays: `segunda-feira`.
        _ => take_meaning(tokens, |word| word.weekday).map(|rest| {
            let second = take_mark(rest, '-').and_then(|rest| take_word(rest, &["feira"]));
            after(second.unwrap_or(rest))
        }),
    }
}

fn is_weekday(inner: &str) -> bool {
    let mut letters = inner.chars();
    let short =
        letters.next().is_some_and(|c| super::words::BRACKETED_WEEKDAYS.contains(c)) && letters.next().is_none();
    short || super::words::meaning(&super::words::fold(inner)).is_some_and(|word| word.weekday)
}

/// `2022-09-23`, `2022/9/23`, `2022. 9. 23.`
fn year_first(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    let (year, rest) = take_year(tokens)?;
    let (mark, rest) = take_separator(rest)?;
    let (month, rest) = take_pair(rest)?;
    let (again, rest) = take_separator(rest)?;
    let (day, rest) = take_pair(rest)?;
    let form = if mark == '-' { Form::Iso } else { Form::Other };
    let day = Day { form, ..Day::of(year, Some(month), Some(day)) };
    (mark == again && is_likely(&day, mark, rules)).then_some((day, rest))
}

/// Tells whether figures are meant as a day, which version numbers and amounts in running text are not.
fn is_likely(day: &Day, mark: char, rules: Rules) -> bool {
    let is_year = YEARS.contains(&day.printed.year);
    rules.whole || is_year && (mark != '.' || super::Date::from_printed(&day.printed).is_some())
}

/// `2022-09`; where nothing else stands, `2022/09` and `09/2022` too.
fn numeric_month(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    if let Some((year, rest)) = take_year(tokens) {
        let (mark, rest) = take_separator(rest)?;
        let (month, rest) = take_two(tight(rest)?)?;
        let sure = rules.whole || mark == '-' && (1..=12).contains(&month) && YEARS.contains(&year);
        return sure.then_some((Day::of(year, Some(month), None), rest));
    }
    let (month, rest) = take_pair(tokens)?;
    let (_, rest) = take_separator(rest)?;
    let (year, rest) = take_year(tight(rest)?)?;
    rules.whole.then_some((Day::of(year, Some(month), None), rest))
}

/// `20220923`
fn eight_figures(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    let (figures, rest) = take_digits(tokens, 8)?;
    let day = Day { printed: printed_of_figures(figures)?, ..Day::default() };
    (rules.whole || super::Date::from_printed(&day.printed).is_some()).then_some((day, rest))
}

/// Takes eight figures apart.
pub(super) fn printed_of_figures(figures: u64) -> Option<Printed> {
    let part = |divisor: u64, modulus: u64| i8::try_from(figures / divisor % modulus).ok();
    let year = i16::try_from(figures / 10_000).ok()?;
    Some(Printed { year, month: part(100, 100), day: part(1, 100), ..Printed::default() })
}

/// `23 September 2022`, `23. září 2022`, `1er août 2022`, `26-FEB-1987`, `23 de septiembre de 2022`
fn day_first(tokens: &[Token]) -> Read<'_, Day> {
    let (day, rest) = take_day(tokens)?;
    let (month, after_month) = take_month(joint(rest))?;
    let (year, rest) = take_year(joint(after_month))?;
    let is_mail = matches!(tokens, [_, Token { kind: Kind::Word { folded, .. }, .. }, ..] if folded.len() == 3)
        && after_month.first().is_some_and(|year| matches!(year.kind, Kind::Number { .. }));
    let form = if is_mail { Form::Mail } else { Form::Other };
    Some((Day { form, ..Day::of(year, Some(month), Some(day)) }, rest))
}

/// `September 23, 2022`, `Sept. 23rd 2022`
fn month_first(tokens: &[Token]) -> Read<'_, Day> {
    let ((month, day), rest) = take_month_day(tokens)?;
    let (year, rest) = take_year(joint(rest))?;
    Some((Day::of(year, Some(month), Some(day)), rest))
}

/// `September 23`, to be followed by a year.
pub(super) fn take_month_day(tokens: &[Token]) -> Read<'_, (i8, i8)> {
    let (month, rest) = take_month(tokens)?;
    let (day, rest) = take_day(joint(rest))?;
    Some(((month, day), rest))
}

/// `September 2022`; in running text not `feb2022`, which is in addresses, nor `out 2022`, which is Portuguese at best.
fn named_month(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    let (month, after_month) = take_month(tokens)?;
    let (year, rest) = take_year(joint(after_month))?;
    let is_glued = after_month.first().is_some_and(|year| !year.gap && matches!(year.kind, Kind::Number { .. }));
    let is_word = take_word(tokens, &["out", "set", "ago", "mac", "mag", "gen", "lip", "lis"]).is_some();
    (rules.whole || !is_glued && !is_word).then_some((Day::of(year, Some(month), None), rest))
}

/// `2022. szeptember 23.`, `2022-Sep-23`
fn named_year_first(tokens: &[Token]) -> Read<'_, Day> {
    let (year, rest) = take_year(tokens)?;
    let (month, rest) = take_month(joint(rest))?;
    let (day, rest) = take_day(joint(rest))?;
    Some((Day::of(year, Some(month), Some(day)), rest))
}

/// `23/09/2022`, `02/05/2016`, `23.09.2022`, `23. 9. 2022`
fn numeric(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    let (first, rest) = take_pair(tokens)?;
    let (mark, rest) = take_separator(rest)?;
    let (second, rest) = take_pair(rest)?;
    let (again, rest) = take_separator(rest)?;
    let (year, rest) = take_year(rest)?;
    // Dots are the custom of countries that put the day first.
    let order = match rules.order {
        DateOrder::Unknown if mark == '.' => DateOrder::DayFirst,
        order => order,
    };
    let is_month_first = match (first > 12, second > 12) {
        (true, false) => false,
        (false, true) => true,
        _ => order == DateOrder::MonthFirst,
    };
    let (month, day) = if is_month_first { (first, second) } else { (second, first) };
    let ambiguous = order == DateOrder::Unknown && first != second && first <= 12 && second <= 12;
    let day = Day { ambiguous, ..Day::of(year, Some(month), Some(day)) };
    (mark == again && is_likely(&day, mark, rules)).then_some((day, rest))
}

/// `2022年9月23日`, `2022년 9월 23일`, `2022年9月`
fn east_asian(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    let (figures, rest) = take_digits(tokens, 4)?;
    let year = i16::try_from(figures).ok()?;
    let rest = take_word(rest, &["年", "년"])?;
    let month = take_pair(rest).and_then(|(month, rest)| Some((month, take_word(rest, &["月", "월"])?)));
    let Some((month, rest)) = month else { return rules.whole.then_some((Day::of(year, None, None), rest)) };
    let day = take_pair(rest).and_then(|(day, rest)| Some((day, take_word(rest, &["日", "일", "号", "號"])?)));
    let Some((day, rest)) = day else { return Some((Day::of(year, Some(month), None), rest)) };
    Some((Day::of(year, Some(month), Some(day)), rest))
}

/// `2022`
fn year_alone(tokens: &[Token], rules: Rules) -> Read<'_, Day> {
    let (year, rest) = take_year(tokens)?;
    rules.whole.then_some((Day::of(year, None, None), rest))
}

/// Reads a year of four figures, with the word for `year` that some languages put after it.
pub(super) fn take_year(tokens: &[Token]) -> Read<'_, i16> {
    let (figures, rest) = take_digits(tokens, 4)?;
    let marked = take_meaning(rest, |word| word.year_mark).map(|rest| skip_mark(rest, "."));
    Some((i16::try_from(figures).ok()?, marked.unwrap_or(rest)))
}

/// Reads a month's name; Arabic papers often print two, with a slash.
fn take_month(tokens: &[Token]) -> Read<'_, i8> {
    let named = |tokens: &[Token]| match tokens.first() {
        Some(Token { kind: Kind::Word { meaning, .. }, .. }) => meaning.month,
        _ => None,
    };
    let month = named(tokens)?;
    let rest = &tokens[1..];
    let again = take_mark(rest, '/').filter(|rest| named(rest) == Some(month)).map(|rest| &rest[1..]);
    Some((month, skip_mark(again.unwrap_or(rest), ".")))
}

fn take_day(tokens: &[Token]) -> Read<'_, i8> {
    let (day, rest) = take_pair(tokens)?;
    let ordinal = tight(rest).and_then(|rest| take_meaning(rest, |word| word.ordinal).or(take_mark(rest, '°')));
    Some((day, ordinal.unwrap_or(rest)))
}

/// Returns what follows a dot, dash, slash or line between parts in figures. Only after dots may be space.
fn take_separator(tokens: &[Token]) -> Read<'_, char> {
    let Some((Token { kind: Kind::Mark(mark @ ('-' | '/' | '.')), gap: false, .. }, rest)) = tokens.split_first()
    else {
        return None;
    };
    (*mark == '.' || tight(rest).is_some()).then_some((*mark, rest))
}

/// Returns what follows the punctuation and the words between parts, if there are any: `, `, `-`, ` de `, `. `.
fn joint(tokens: &[Token]) -> &[Token] {
    let rest = skip_mark(tokens, ".,-/");
    let link = |rest| take_meaning(rest, |word| word.link).unwrap_or(rest);
    link(link(rest))
}

impl Day {
    fn of(year: i16, month: Option<i8>, day: Option<i8>) -> Day {
        Day { printed: Printed { year, month, day, ..Printed::default() }, ..Day::default() }
    }
}
