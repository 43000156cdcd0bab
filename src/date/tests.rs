use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    match Date::parse(text, DateOrder::Unknown) {
        Ok(date) => assert_eq!(date.to_string(), expected, "{text}"),
        Err(error) => panic!("{error}, not {expected}"),
    }
}

#[track_caller]
fn check_prefix(text: &str, expected: Option<(&str, &str)>) {
    let read = Date::parse_prefix(text, DateOrder::Unknown)
        .map(|(date, length)| (date.map_or_else(|error| error.to_string(), |date| date.to_string()), &text[..length]));
    assert_eq!(read.as_ref().map(|(date, taken)| (date.as_str(), *taken)), expected);
}

#[track_caller]
fn check_refused(texts: &[&str], kind: fn(String) -> DateError) {
    for text in texts {
        let refused = Date::parse(text, DateOrder::Unknown);
        assert_eq!(refused, Err(kind((*text).to_owned())));
    }
}

#[test]
fn iso_8601_is_read() {
    check("2022", "2022");
    check("2022-09", "2022-09");
    check("2022-09-23", "2022-09-23");
    check("20220923", "2022-09-23");
    check("2022-09-23 11:35", "2022-09-23T11:35");
    check("2022-09-23T11:35:07.123+02:00", "2022-09-23T11:35:07+02:00");
    check("2022-09-23T11:35:07,5Z", "2022-09-23T11:35:07Z");
    check("2022-09-23T11:35:07+0100", "2022-09-23T11:35:07+01:00");
    check("2022-09-23 9:05:07 -0400", "2022-09-23T09:05:07-04:00");
    check("2022-09-23 11:35:07+02", "2022-09-23T11:35:07+02:00");
    check("20220923T113500Z", "2022-09-23T11:35:00Z");
    check("20220923T1135-0500", "2022-09-23T11:35-05:00");
    check("2022-09-23T11", "2022-09-23T11:00");
    check("2022-09-23Z", "2022-09-23Z");
    check("2022-09-23-05:00", "2022-09-23-05:00");
    check("2022-09-23T11:35:07+02:00[Europe/Berlin]", "2022-09-23T11:35:07+02:00");
    check("2022-09-23 11:35:07 +0200 CEST", "2022-09-23T11:35:07+02:00");
    check("20220923113507", "2022-09-23T11:35:07");
}

#[test]
fn rfc_2822_is_read() {
    check("Fri, 23 Sep 2022 11:35:00 +0200", "2022-09-23T11:35:00+02:00");
    check("23 Sep 2022 11:35 GMT", "2022-09-23T11:35Z");
    check("Fri, 23 Sep 2022 11:35:00 EDT", "2022-09-23T11:35:00-04:00");
    check("Fri, 23 Sep 2022 11:35:00 -0000", "2022-09-23T11:35:00Z");
    check("Fri, 23 Sep 2022 11:35:00 +0000 (some zone, said in words)", "2022-09-23T11:35:00Z");
    check("Seg, 23 Set 2022 11:35:00 -0300", "2022-09-23T11:35:00-03:00");
}

#[test]
fn abbreviation_with_several_meanings_leaves_the_offset_absent() {
    check("Sep 23, 2022 11:35 AM CST", "2022-09-23T11:35");
    check("Sep 23, 2022 11:35 AM IST", "2022-09-23T11:35");
    check("Sep 23, 2022 11:35 AM ET", "2022-09-23T11:35");
    check("Fri, 23 Sep 2022 11:35:00 CST", "2022-09-23T11:35:00-06:00");
    check("23 September 2022, 11:35 BST", "2022-09-23T11:35+01:00");
}

#[test]
fn english_dates_are_read() {
    check("Sep 23, 2022 11:35 AM", "2022-09-23T11:35");
    check("Sep\u{A0}23,\u{A0}2022 11:35\u{202F}AM", "2022-09-23T11:35");
    check("September 23, 2022.", "2022-09-23");
    check("SEPT. 23RD, 2022", "2022-09-23");
    check("23 September 2022", "2022-09-23");
    check("23rd of September 2022", "2022-09-23");
    check("23 Sep 2022, 11:35", "2022-09-23T11:35");
    check("Friday, January 4, 2019", "2019-01-04");
    check("Thu May 17, 2012 3:04pm EDT", "2012-05-17T15:04-04:00");
    check("May 17, 2012 at 12:04 a.m.", "2012-05-17T00:04");
    check("17 May 2012 • 3 p.m. GMT+8", "2012-05-17T15:00+08:00");
    check("17 May 2012 1504 GMT", "2012-05-17T15:04Z");
    check("on 17 May 2012", "2012-05-17");
    check("3:04 p.m. EDT, May 17, 2012", "2012-05-17T15:04-04:00");
    check("Thu May 17 15:04:05 CEST 2012", "2012-05-17T15:04:05+02:00");
    check("Thu May 17 2012 15:04:05 GMT+0200 (Some Summer Time)", "2012-05-17T15:04:05+02:00");
    check("17-MAY-1987 15:04:05.79", "1987-05-17T15:04:05");
    check("September 2022", "2022-09");
}

#[test]
fn figures_are_read() {
    check("2022/09/23", "2022-09-23");
    check("2022.09.23", "2022-09-23");
    check("2022. 9. 23. 11:35", "2022-09-23T11:35");
    check("23.09.2022", "2022-09-23");
    check("5.2.2016, 11.35 Uhr", "2016-02-05T11:35");
    check("23/09/2022", "2022-09-23");
    check("09/23/2022 3:04 PM", "2022-09-23T15:04");
    check("2/2/2016", "2016-02-02");
    check("09/2022", "2022-09");
    check("٢٣/٠٩/٢٠٢٢", "2022-09-23");
    check("1663932907", "2022-09-23T11:35:07Z");
    check("1663932907123", "2022-09-23T11:35:07Z");
}

#[test]
fn ambiguous_order_is_refused_unless_it_is_known() {
    check_refused(&["02/05/2016", "2-5-2016", "02/05/2016 11:35"], DateError::Ambiguous);
    let read = |order| Date::parse("02/05/2016", order).map(|date| date.to_string());
    assert_eq!(read(DateOrder::DayFirst).as_deref(), Ok("2016-05-02"));
    assert_eq!(read(DateOrder::MonthFirst).as_deref(), Ok("2016-02-05"));
}

#[test]
fn dates_of_many_languages_are_read() {
    check("Freitag, den 23. September 2022, um 11.35 Uhr", "2022-09-23T11:35");
    check("23. März 2022 – 11:35 Uhr MESZ", "2022-03-23T11:35+02:00");
    check("vendredi 1er août 2022 à 13h36", "2022-08-01T13:36");
    check("Le vendredi 23 septembre 2022 à 11:35", "2022-09-23T11:35");
    check("04.05.2015 à 13 h 36", "2015-05-04T13:36");
    check("23 de septiembre de 2022 a las 11:35", "2022-09-23T11:35");
    check("21.dez.2018 às 12h55", "2018-12-21T12:55");
    check("sexta-feira, 23 de setembro de 2022", "2022-09-23");
    check("venerdì 23 settembre 2022, alle ore 11.35", "2022-09-23T11:35");
    check("vrijdag 23 maart 2022 om 11.35 uur", "2022-03-23T11:35");
    check("den 23. september 2022 kl. 11.35", "2022-09-23T11:35");
    check("23 września 2022 r., godz. 11:35", "2022-09-23T11:35");
    check("23 сентября 2022 г., 11:35 мск", "2022-09-23T11:35+03:00");
    check("11:35, 23 вересня 2022 року", "2022-09-23T11:35");
    check("23 Ağustos 2022 Salı, 11:35", "2022-08-23T11:35");
    check("23 KASIM 2022", "2022-11-23");
    check("2022. szeptember 23.", "2022-09-23");
    check("الجمعة، ٢٣ سبتمبر ٢٠٢٢", "2022-09-23");
    check("23 أيلول/سبتمبر 2022", "2022-09-23");
    check("23 كانون الثاني 2022", "2022-01-23");
    check("۲۳ سپتامبر ۲۰۲۲", "2022-09-23");
    check("2022年9月23日 11時35分", "2022-09-23T11:35");
    check("2022年9月23日（金）午後0時30分07秒", "2022-09-23T12:30:07");
    check("２０２２年９月２３日 星期五 下午3:04", "2022-09-23T15:04");
    check("2022년 9월 23일 금요일 오전 11시 35분", "2022-09-23T11:35");
    check("2022年9月", "2022-09");
}

#[test]
fn day_or_time_that_does_not_exist_is_impossible() {
    let texts = ["31 February 2022", "0001-01-01T00:00:00Z", "2022-09-23 25:00", "31/02/2022", "29 Feb 1900"];
    check_refused(&texts, DateError::Impossible);
    check_refused(&["2022-13-01", "13/13/2022", "2022-09-23 11:60", "1599-12-31"], DateError::Impossible);
    check_refused(&["2022-09-23T11:35+14:01", "2022-09-23T11:35:60Z", "00/10/2022"], DateError::Impossible);
    check_refused(&["9999-12-31T24:00", "2022-09-23T24:01"], DateError::Impossible);
}

#[test]
fn day_ends_at_24_and_hour_with_the_leap_second() {
    check("2022-12-31T24:00", "2023-01-01T00:00");
    check("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z");
}

#[test]
fn other_text_is_no_date() {
    check_refused(&["", "soon", "23 Sep", "Sept 23", "May", "23", "11:35", "+", "-2022"], DateError::NotADate);
    check_refused(&["10.15.15", "23 Sep 22", "02/05/16", "1/2", "123456789"], DateError::NotADate);
    check_refused(&["2022-09-23 and more", "in 2022", "2022 2023", "2022-09/23"], DateError::NotADate);
}

#[test]
fn error_quotes_the_beginning_of_a_long_text() {
    let error = Date::parse(&"ы".repeat(100_000), DateOrder::Unknown).expect_err("no date");
    assert_eq!(error.to_string(), format!("`{}…` is not a date", "ы".repeat(80)));
}

#[test]
fn long_text_costs_no_more_than_its_beginning() {
    let long = |piece: &str| piece.repeat(1_000_000 / piece.len());
    for piece in ["2", "a", " ", "(", "((", "() ", "2022-09-23 ", "Fri, ", "T11:35 ", "年", "\u{300}", "\u{200B}", "-"]
    {
        let text = long(piece);
        let (tokens, complete) = scan::scan(&text);
        assert!(!complete, "{piece:?}");
        assert!(tokens.last().is_none_or(|last| last.end < 20_000), "{piece:?}");
        let _ = Date::parse_prefix(&text, DateOrder::Unknown);
    }
    check(&format!("{0}2022-09-23{0}", long(" ")), "2022-09-23");
}

#[test]
fn prefix_ends_with_the_date() {
    check_prefix("Sep 23, 2022 11:35 AM | News desk", Some(("2022-09-23T11:35", "Sep 23, 2022 11:35 AM")));
    check_prefix("Friday, January 4, 2019 – The town", Some(("2019-01-04", "Friday, January 4, 2019")));
    check_prefix("  9-APR-1987 15:04:05.79\t\tF", Some(("1987-04-09T15:04:05", "  9-APR-1987 15:04:05.79")));
    check_prefix("2023-07-29 21:03:13，正文", Some(("2023-07-29T21:03:13", "2023-07-29 21:03:13")));
    check_prefix("2022年9月23日电 记者", Some(("2022-09-23", "2022年9月23日")));
    check_prefix("23 September 2022. The", Some(("2022-09-23", "23 September 2022")));
    check_prefix("3 p.m. 17 May 2012, said", Some(("2012-05-17T15:00", "3 p.m. 17 May 2012")));
    check_prefix("May 2022 was warm", Some(("2022-05", "May 2022")));
    check_prefix("Sep 23, 2022 Updated: Sep 24, 2022", Some(("2022-09-23", "Sep 23, 2022")));
    check_prefix("31 February 2022, a day", Some(("`31 February 2022` does not exist", "31 February 2022")));
}

#[test]
fn prefix_takes_no_more_than_evidence_allows() {
    check_prefix("September 23, 2022 11.35 million people", Some(("2022-09-23", "September 23, 2022")));
    check_prefix("23 September 2022 et après", Some(("2022-09-23", "23 September 2022")));
    check_prefix("23 September 2022 11:35 et après", Some(("2022-09-23T11:35", "23 September 2022 11:35")));
    check_prefix("2023年8月10日（周四） 16：00-19：00", Some(("2023-08-10", "2023年8月10日（周四）")));
    check_prefix("23 September 2022, 10:00-12:00 hall", Some(("2022-09-23", "23 September 2022")));
    check_prefix("23 September 2022 a man", Some(("2022-09-23", "23 September 2022")));
}

#[test]
fn prefix_of_prose_is_no_date() {
    let prose = ["2022 was warm", "20 people", "May", "May be", "Sept 23 (Agency) -", "2022年に", "1663932907 b"];
    for text in
        prose.into_iter().chain(["2022-23 season", "23.09.20225", "2022-09-2311", "12345678 units", "11:35", ""])
    {
        check_prefix(text, None);
    }
    check_prefix("2022-09-23th", None);
    check_prefix("2.0.1195", None);
    check_prefix("on 23 September 2022", None);
    check_prefix("out 2013", None);
    check_prefix("feb2019", None);
}

#[test]
fn span_of_a_date_is_what_was_printed() {
    let span = |text| {
        let date = Date::parse(text, DateOrder::Unknown).expect("a date");
        date.last_second() - date.first_second() + 1
    };
    assert_eq!(span("2022"), 365 * 86_400);
    assert_eq!(span("2024"), 366 * 86_400);
    assert_eq!(span("2024-02"), 29 * 86_400);
    assert_eq!(span("2022-09-23"), 86_400);
    assert_eq!(span("2022-09-23T11:35"), 60);
    assert_eq!(span("2022-09-23T11:35:07"), 1);
    assert_eq!(span("9999"), 365 * 86_400);
}

#[test]
fn date_is_within_what_it_may_touch() {
    let date = |text| Date::parse(text, DateOrder::Unknown).expect("a date");
    let (month, day, next) = (date("2022-09"), date("2022-09-15"), date("2022-10"));
    assert!(month.is_within(Some(&day), None));
    assert!(month.is_within(Some(&day), Some(&day)));
    assert!(!month.is_within(Some(&next), None));
    assert!(!next.is_within(None, Some(&month)));
    assert!(date("2022-09-30T23:59:59-05:00").is_within(None, Some(&month)));
    assert!(month.is_within(None, None));
}

#[test]
fn instant_uses_the_offset_or_the_one_assumed() {
    let date = |text| Date::parse(text, DateOrder::Unknown).expect("a date");
    assert_eq!(date("1970-01-01T02:00+02:00").instant(-60), 0);
    assert_eq!(date("1970-01-01T02:00").instant(120), 0);
    assert_eq!(date("1970-01-01").instant(0), 0);
}

#[test]
fn parts_that_were_not_printed_are_absent() {
    let date = Date::parse("2022-09-23T11:35", DateOrder::Unknown).expect("a date");
    let parts = [date.month(), date.day(), date.hour(), date.minute(), date.second()];
    assert_eq!((date.year(), parts), (2022, [Some(9), Some(23), Some(11), Some(35), None]));
    let year = Date::parse("2022", DateOrder::Unknown).expect("a date");
    assert_eq!((year.month(), year.day(), year.hour()), (None, None, None));
}

#[test]
fn epoch_seconds_outside_the_years_are_none() {
    assert_eq!(Date::from_epoch_seconds(i64::MAX), None);
    assert_eq!(Date::from_epoch_seconds(i64::MIN), None);
    let shown = |seconds| Date::from_epoch_seconds(seconds).map(|date| date.to_string());
    assert_eq!(shown(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59Z"));
    assert_eq!(shown(253_402_300_800), None);
    assert_eq!(shown(-11_676_096_000).as_deref(), Some("1600-01-01T00:00:00Z"));
    assert_eq!(shown(-11_676_096_001), None);
}

#[test]
fn date_serialises_as_it_is_shown() {
    let date: Date = serde_json::from_str("\"2022-09-23T11:35\"").expect("a date");
    assert_eq!(serde_json::to_string(&date).expect("JSON"), "\"2022-09-23T11:35\"");
}

/// Every date that can be: by its parts, of every precision, with and without offset.
fn any_date() -> impl Strategy<Value = Date> {
    any_date_of(0..5)
}

fn any_date_of(precisions: std::ops::Range<u8>) -> impl Strategy<Value = Date> {
    let offset = proptest::option::of(OFFSETS);
    (YEARS, 1..=12_i8, 1..=31_i8, 0..24_i8, 0..60_i8, 0..60_i8, precisions, offset).prop_filter_map(
        "no such day",
        |(year, month, day, hour, minute, second, precision, offset)| {
            Date::from_printed(&Printed {
                year,
                month: (precision > 0).then_some(month),
                day: (precision > 1).then_some(day),
                clock: (precision > 2).then_some(Clock { hour, minute, second: (precision > 3).then_some(second) }),
                offset: offset.filter(|_| precision > 1),
            })
        },
    )
}

/// Texts that look like dates.
fn any_words() -> impl Strategy<Value = String> {
    let pieces =
        "[0-9]{1,4}|:|-|/|\\.|,|\\+| | |T|Z|GMT|Sep|May|mar|Fri|am|p\\.m\\.|年|月|日|午後|\\(|\\)|de|23|2022|كانون";
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn read_without_panic(text: &str) -> std::result::Result<(), TestCaseError> {
    let _ = Date::parse(text, DateOrder::MonthFirst);
    if let Some((_, length)) = Date::parse_prefix(text, DateOrder::Unknown) {
        prop_assert!(length > 0 && text.is_char_boundary(length));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in ".*") {
        read_without_panic(&text)?;
    }

    #[test]
    fn any_pieces_are_read_without_panic(text in any_words()) {
        read_without_panic(&text)?;
    }

    #[test]
    fn date_reads_back_as_it_is_shown(date in any_date()) {
        prop_assert_eq!(Date::parse(&date.to_string(), DateOrder::Unknown), Ok(date));
    }

    #[test]
    fn prefix_of_a_shown_day_is_all_of_it(date in any_date_of(2..5), rest in "( [a-z]{9})?") {
        let shown = date.to_string();
        let read = Date::parse_prefix(&format!("{shown}{rest}"), DateOrder::Unknown);
        prop_assert_eq!(read, Some((Ok(date), shown.len())));
    }

    #[test]
    fn prefix_that_is_a_date_is_a_date_alone(text in any_words()) {
        if let Some((Ok(date), length)) = Date::parse_prefix(&text, DateOrder::Unknown) {
            prop_assert_eq!(Date::parse(&text[..length], DateOrder::Unknown), Ok(date));
        }
    }

    #[test]
    fn spans_agree_with_the_calendar(date in any_date()) {
        let after = EPOCH.checked_add(SignedDuration::from_secs(date.last_second())).expect("in range");
        let first = EPOCH.checked_add(SignedDuration::from_secs(date.first_second())).expect("in range");
        let last = match date.precision() {
            Precision::Year => first.last_of_year().date().at(23, 59, 59, 0),
            Precision::Month => first.last_of_month().date().at(23, 59, 59, 0),
            Precision::Day => first.date().at(23, 59, 59, 0),
            Precision::Minute => first.date().at(first.hour(), first.minute(), 59, 0),
            Precision::Second => first,
        };
        prop_assert_eq!(after, last);
    }
}
