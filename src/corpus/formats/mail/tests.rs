//! What of e-mail the samples do not show.

use super::Mbox;
use crate::corpus::format::{Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::read::read_source;
use crate::corpus::source::Source;
use crate::{Code, ExtraKind, Notice, Value};

/// Returns the format of a source, its articles, and why others are none.
fn read(path: &str, bytes: &[u8], options: &ParseOptions) -> (Option<&'static str>, Vec<Parsed>, Vec<Notice>) {
    let (mut articles, mut rejected) = (Vec::new(), Vec::new());
    let reading = read_source(path, bytes, options, &mut |record| {
        match record {
            Record::Article(parsed) => articles.push(*parsed),
            Record::Reject { notice } => rejected.push(notice),
        }
        Flow::Continue
    });
    (reading.format, articles, rejected)
}

fn message(header: &str, body: &str) -> Parsed {
    let text =
        format!("From: mara@ostrel.example\nDate: 2 May 2022 10:00 +0200\nMIME-Version: 1.0\n{header}\n\n{body}");
    let (format, mut articles, rejected) = read("a", text.as_bytes(), &ParseOptions::default());
    assert_eq!((format, articles.len(), rejected), (Some("e-mail"), 1, vec![]), "{header}");
    articles.remove(0)
}

#[test]
fn a_text_that_begins_with_keys_is_no_message() {
    for text in [
        "From: Mara Veltin\nDate: 2 May 2022\nSubject: Ferry returns\n\nThe ferry sailed again on Monday.\n",
        "Received: the ferry.\n\nIt sailed again on Monday after nine weeks in dock, the harbour office said.\n",
        "From Lower Quay at 10:30 in 2022\n\nThe ferry sailed again on Monday after nine weeks in dock.\n",
    ] {
        assert_eq!(read("a.txt", text.as_bytes(), &ParseOptions::default()).0, Some("text"), "{text}");
    }
}

#[test]
fn bytes_come_out_of_what_they_were_sent_in() {
    for (header, body, wanted) in [
        ("Content-Transfer-Encoding: base64", "VGhlIGZl\ncnJ5*c2Fp\nbGVkLg", "The ferrysailed."),
        ("Content-Transfer-Encoding: Quoted-Printable", "A=3DB =\nC ==1 =XY caf=C3=A9", "A=B C ==1 =XY café"),
        ("Content-Type: text/plain; charset=utf-7", "Caf+AOk- closes", "Café closes"),
        ("Content-Type: text/plain; charset=no-such", "Café closes", "Café closes"),
        ("Content-Type: text/plain; format=flowed; delsp=yes", "It sail \ned\n again", "It sailed again"),
        ("Content-Type: multipart/mixed", "It sailed.", "It sailed."),
    ] {
        assert_eq!(message(header, body).article.body.join(" "), wanted, "{header}");
    }
}

#[test]
fn of_two_forms_the_one_that_says_most_is_read() {
    let parts = |plain: &str, html: &str| {
        let header = "Content-Type: multipart/alternative; boundary=b";
        let body = format!("--b\n\n{plain}\n--b\nContent-Type: text/html\n\n<p>{html}</p>\n--b--\n");
        message(header, &body).article.body
    };
    assert_eq!(parts("The ferry sailed.", "The <b>ferry</b> sailed."), ["The ferry sailed."]);
    let long = "The ferry sailed again on Monday after nine weeks in dock.";
    assert_eq!(parts("See it in a browser.", long), [long]);
    assert_eq!(parts(long, ""), [long]);
}

#[test]
fn a_message_without_its_end_is_kept_and_what_is_left_out_is_told() {
    let body = "--b\n\nIt sailed.\n--b\nContent-Type: image/png; name=ferry.png\n\n\u{fffd}";
    let parsed = message("Content-Type: multipart/mixed; boundary=b", body);
    assert_eq!(parsed.article.body, ["It sailed."]);
    let told: Vec<_> = parsed.notices.iter().map(|notice| (notice.code, notice.message.as_str())).collect();
    let breaks_off = "the message breaks off before the end of its parts; what is there is kept";
    let left_out = "1 attachment was left out: ferry.png (image/png)";
    assert_eq!(told, [(Code::BrokenOff, breaks_off), (Code::LeftOut, left_out)]);
}

#[test]
fn attachments_of_a_form_that_is_not_read_are_told() {
    let html = "--i\nContent-Type: text/html\n\n<p>It sailed.</p>\n";
    let plan = "--i\nContent-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment\n\nx\n--i--\n";
    let mixed = format!("--b\nContent-Type: multipart/mixed; boundary=i\n\n{html}{plan}");
    let calendar = "--b\nContent-Type: text/calendar\n\nx\n";
    let of = |forms: &str| message("Content-Type: multipart/alternative; boundary=b", &format!("{forms}--b--\n"));
    let told = |parsed: &Parsed| parsed.notices.iter().map(|notice| notice.message.clone()).collect::<Vec<_>>();
    let parsed = of(&format!("--b\n\nIt sailed.\n{calendar}{mixed}"));
    assert_eq!(parsed.article.body, ["It sailed."]);
    assert_eq!(told(&parsed), ["1 attachment was left out: plan.pdf (application/pdf)"]);
    let parsed = of(&mixed);
    assert_eq!(parsed.article.body, ["It sailed."]);
    assert_eq!(told(&parsed), ["1 attachment was left out: plan.pdf (application/pdf)"]);
}

#[test]
fn parts_are_so_many_and_the_rest_is_counted() {
    let body = format!("{}--b--\n", (0..1003).map(|n| format!("--b\n\nFerry {n}.\n")).collect::<String>());
    let parsed = message("Content-Type: multipart/mixed; boundary=b", &body);
    assert_eq!(parsed.article.body.last().map(String::as_str), Some("Ferry 999."));
    let told: Vec<_> = parsed.notices.iter().map(|notice| (notice.code, notice.message.as_str())).collect();
    assert_eq!(told, [(Code::LeftOut, "3 parts behind the first 1000 were left out")]);
}

#[test]
fn mailboxes_begin_with_blanks_or_have_short_years() {
    let of = |line: &str, n: u8| format!("{line}\nFrom: mara@ostrel.example\nSubject: Ferry {n}\n\nIt sailed.\n\n");
    for line in ["From mara Mon Jan  5 09:30:00 1998", "From mara Mon Jan  5 09:30:00 98"] {
        for blanks in ["", "\n", " ", "\r\n \n"] {
            let text = format!("{blanks}{}{}", of(line, 1), of(line, 2));
            let (format, articles, rejected) = read("a", text.as_bytes(), &ParseOptions::default());
            let shown: Vec<_> = articles.iter().map(|parsed| (parsed.record, parsed.line)).collect();
            let first = 1 + u32::try_from(blanks.matches('\n').count()).expect("few");
            let wanted = vec![(Some(1), Some(first)), (Some(2), Some(first + 6))];
            assert_eq!((format, shown, rejected), (Some("mbox"), wanted, vec![]), "{blanks:?} {line}");
        }
    }
    // A line of a text that ends in a number is none.
    let text = of("From mara Mon Jan  5 09:30:00 1998", 1) + "From 10:30 there were 45\nPassengers: all aboard.\n";
    assert_eq!(read("a", text.as_bytes(), &ParseOptions::default()).1.len(), 1);
    let mut told = Vec::new();
    Mbox.parse(&Source::decode("a", b"\nIt sailed.\n"), &ParseOptions::default(), &mut |record| {
        told.push(record);
        Flow::Continue
    });
    let [Record::Reject { notice }] = &told[..] else { panic!("one is rejected") };
    assert_eq!((notice.line, notice.code), (Some(2), Code::BadRecord));
}

#[test]
fn pages_in_mail_are_read_as_deep_as_is_set() {
    let page = format!("{}It sailed.{}", "<div>".repeat(30), "</div>".repeat(30));
    let text = format!("Received: by a\nMessage-ID: <1@a>\nSubject: A\nContent-Type: text/html\n\n{page}\n");
    let told = |most: u64| {
        let mut options = ParseOptions::default();
        options.limits.html_depth = most;
        let (_, articles, _) = read("a", text.as_bytes(), &options);
        assert_eq!(articles[0].article.body, ["It sailed."]);
        articles[0].notices.iter().map(|notice| notice.code).collect::<Vec<_>>()
    };
    assert_eq!((told(20), told(256)), (vec![Code::DoubtfulField], vec![]));
}

#[test]
fn parts_may_nest_only_so_deep() {
    for level in ["Content-Type: message/rfc822\n\n", "Content-Type: multipart/mixed; boundary=bN\n\n--bN\n"] {
        let levels: String = (0..100_000).map(|n| level.replace('N', &n.to_string())).collect();
        let text = format!("Received: by a\nMessage-ID: <1>\nSubject: A\n{levels}");
        let (_, articles, _) = read("a.eml", text.as_bytes(), &ParseOptions::default());
        assert_eq!(articles.len(), 1);
        assert!(
            articles[0].notices.iter().any(|notice| notice.message.contains("nested more than 20 deep")),
            "{level}"
        );
    }
}

#[test]
fn header_fields_feed_declared_ones() {
    let options = ParseOptions { extra: [("x-desk".to_owned(), ExtraKind::Keyword)].into(), ..ParseOptions::default() };
    let text = b"Received: by a\nMessage-ID: <1@a>\nSubject: A\nX-Desk: =?utf-8?q?Caf=C3=A9?=\n\nIt sailed.\n";
    let (_, articles, _) = read("a", text, &options);
    assert_eq!(articles[0].article.extra["x-desk"], Value::Keyword("Café".into()));
}

#[test]
fn a_saved_page_is_the_part_that_its_header_names() {
    let saved = |header: &str, parts: &str| {
        let text =
            format!("From: \"Saved by Microsoft Internet Explorer 7\"\nSubject: Ferry returns\n{header}\n\n{parts}");
        read("a", text.as_bytes(), &ParseOptions::default())
    };
    let page = |id: &str, text: &str| format!("--b\nContent-Type: text/html\nContent-ID: <{id}>\n\n<p>{text}</p>\n");
    let parts = format!("{}{}", page("1", "A frame."), page("2", "It sailed."));
    let (format, articles, _) = saved("Content-Type: multipart/related; boundary=b; start=\"<2>\"", &parts);
    assert_eq!(format, Some("mhtml"));
    assert_eq!(articles[0].article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(articles[0].article.body, ["It sailed."]);
    assert_eq!(articles[0].notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [Code::BrokenOff]);
    let (_, articles, _) = saved("Content-Type: text/html", "<p>It sailed.</p>");
    assert_eq!(articles[0].article.body, ["It sailed."]);
    let (_, _, rejected) =
        saved("Content-Type: multipart/related; boundary=b", "--b\nContent-Type: image/png\n\n\n--b--");
    assert_eq!(rejected[0].message, "a saved web page without a part of HTML; not indexed");
}
