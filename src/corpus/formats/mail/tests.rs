//! What of e-mail the samples do not show.

use super::Mbox;
use super::attached::{Attached, MOST_TEXT};
use super::parts::Part;
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

/// Returns a message with files attached: their names, media types and bytes.
fn with_files(files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"From: mara@ostrel.example\nDate: 2 May 2022 10:00 +0200\nMIME-Version: 1.0\nContent-Type: \
                      multipart/mixed; boundary=zz\n\n--zz\n\nSee below.\n"
        .to_vec();
    for (name, kind, file) in files {
        let disposition = format!("Content-Disposition: attachment; filename=\"{name}\"");
        bytes.extend(format!("--zz\nContent-Type: {kind}\n{disposition}\n\n").bytes());
        bytes.extend(*file);
        bytes.push(b'\n');
    }
    bytes.extend(b"--zz--\n");
    bytes
}

fn one(bytes: &[u8]) -> Parsed {
    let (_, mut articles, rejected) = read("a.eml", bytes, &ParseOptions::default());
    assert_eq!((articles.len(), rejected), (1, vec![]));
    articles.remove(0)
}

#[test]
fn attachments_of_known_forms_are_read_as_they_are_alone() {
    const DOCX: &[u8] = include_bytes!("../../../../tests/fixtures/formats/report.docx");
    const ODT: &[u8] = include_bytes!("../../../../tests/fixtures/formats/report.odt");
    const JPEG: &[u8] = include_bytes!("../../../../tests/fixtures/formats/picture.jpg");
    let page = b"<html><title>Ferry returns</title><article><h1>Ferry returns</h1><p>By Mara Veltin</p><p>The ferry sailed \
                 again on Monday after nine weeks in dock, the harbour office said, and it was full.</p></article></html>";
    let mail = with_files(&[("notes.txt", "text/plain", b"Ask the harbour office.\n\nBy Monday.")]);
    let mail = String::from_utf8(mail).expect("it is ASCII").replace("zz", "yy").into_bytes();
    let mut known: Vec<(&str, &str, &[u8])> = vec![
        ("report.docx", "application/octet-stream", DOCX),
        ("report.odt", "application/vnd.oasis.opendocument.text", ODT),
        ("picture.jpg", "image/jpeg", JPEG),
        ("page.html", "text/html; charset=utf-8", page),
        ("on.eml", "message/rfc822", &mail),
    ];
    #[cfg(feature = "pdf")]
    known.push(("report.pdf", "application/pdf", include_bytes!("../../../../tests/fixtures/formats/report.pdf")));
    for (name, kind, file) in known {
        let (_, articles, _) = read(name, file, &ParseOptions::default());
        let alone = &articles[0].article;
        let authors = Some(alone.bylines.join(", ")).filter(|authors| !authors.is_empty());
        let above = [alone.kicker.clone(), alone.headline.clone(), alone.standfirst.clone(), authors];
        let mut wanted = vec!["See below.".to_owned(), name.to_owned()];
        wanted.extend(above.into_iter().flatten().chain(alone.body.iter().cloned()));
        let parsed = one(&with_files(&[(name, kind, file)]));
        assert_eq!((&parsed.article.body, &parsed.article.captions), (&wanted, &alone.captions), "{name}");
        assert!(
            alone.body.len() + alone.captions.len() > 0 && parsed.notices.is_empty(),
            "{name}: {:?}",
            parsed.notices
        );
        assert!(
            parsed.found.iter().any(|found| found.place == format!("header attachment {name}")),
            "{:?}",
            parsed.found
        );
    }
}

#[test]
fn attachments_in_no_known_form_or_broken_are_told() {
    let logo = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let parsed = one(&with_files(&[
        ("signature.asc", "application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----\n\nabc="),
        ("meeting.ics", "text/calendar", b"BEGIN:VCALENDAR\nSUMMARY:Ferry\nEND:VCALENDAR"),
        ("logo.png", "image/png", logo),
        ("report.docx", "application/octet-stream", b"PK\x03\x04 broken"),
        ("empty.txt", "text/plain", b""),
        ("caf\u{e9}.txt", "text/plain; charset=iso-8859-1", b"Caf\xe9 closes."),
    ]));
    assert_eq!(parsed.article.body, ["See below.", "café.txt", "Café closes."]);
    let told: Vec<_> = parsed.notices.iter().map(|notice| (notice.code, notice.message.as_str())).collect();
    let [(Code::LeftOut, told)] = &told[..] else { panic!("{told:?}") };
    let (before, after) = told.split_once("report.docx (application/octet-stream)").expect("the document is told");
    assert_eq!(
        before,
        "5 attachments were left out: signature.asc (application/pgp-signature), meeting.ics (text/calendar), logo.png \
         (image/png), "
    );
    assert!(after.starts_with(": ") && after.ends_with(", empty.txt (text/plain)"), "{after}");
}

#[test]
fn messages_are_attached_to_messages_to_a_set_depth() {
    let mut mail = with_files(&[("notes.txt", "text/plain", b"Ask the harbour office.")]);
    for depth in 2..=6 {
        // Each has a delimiter of its own.
        let delimiter = "y".repeat(depth);
        let inner = String::from_utf8(mail).expect("it is ASCII");
        let outer = String::from_utf8(with_files(&[("on.eml", "message/rfc822", b"INNER")])).expect("it is ASCII");
        mail = outer.replace("zz", &delimiter).replace("INNER", &inner).into_bytes();
        let parsed = one(&mail);
        let is_read = parsed.article.body.iter().any(|paragraph| paragraph == "Ask the harbour office.");
        let is_told = parsed.notices.iter().any(|notice| notice.message.contains("it is attached to too many others"));
        assert_eq!((is_read, is_told), (depth <= 4, depth > 4), "{depth}: {parsed:?}");
    }
}

#[test]
fn so_much_text_is_taken_from_attachments() {
    let lines = format!("{{\"title\": \"{}\"}}\n", "x".repeat(100)).repeat(50);
    let (parser, options) = (super::parser(), ParseOptions::default());
    let file = [b"Content-Type: application/json; name=a.jsonl\n\n", lines.as_bytes()].concat();
    let part = Part::parse(&file, &parser);
    // Of many notices of a kind one is told.
    let rows = b"Content-Type: application/json; name=b.jsonl\n\n{\"title\": \"A\", \"date\": \"x\"}\n{\"title\": \"B\", \"date\": \
                 \"y\"}\n{\"x\": 1}\n";
    let attached = Attached::read(&Part::parse(rows, &parser), MOST_TEXT, &options).expect("there are two titles");
    let told: Vec<_> = attached.notices.iter().map(|notice| notice.code).collect();
    assert_eq!((attached.paragraphs, told), (vec!["A".into(), "B".into()], vec![Code::UnreadDate, Code::LeftOut]));
    let of = |most: usize| Attached::read(&part, most, &options);
    assert_eq!(of(MOST_TEXT).map(|attached| attached.size), Ok(5000));
    // A table is cut where so much is taken, and so is a text, between characters; and it is told.
    let shown = |attached: Attached| {
        let told: Vec<_> = attached.notices.iter().map(|notice| (notice.code, notice.message.clone())).collect();
        (attached.size, attached.paragraphs.iter().map(String::len).collect::<Vec<_>>(), told)
    };
    let cut =
        |most| vec![(Code::Truncated, format!("only {most} bytes of its text are taken; what follows is left out"))];
    assert_eq!(of(450).map(shown), Ok((450, vec![100, 100, 100, 100, 50], cut(450))));
    assert_eq!(of(500).map(shown), Ok((500, vec![100; 5], cut(500))));
    assert_eq!(of(5000).map(shown), Ok((5000, vec![100; 50], vec![])));
    let text = "Content-Type: text/plain; charset=utf-8\n\nIt sailed.\n\nThe caf\u{e9} closes.\n\nIt rained.\n";
    let of_text = |most| Attached::read(&Part::parse(text.as_bytes(), &parser), most, &options).map(shown);
    assert_eq!(of_text(18), Ok((18, vec![10, 7], cut(18))));
    assert_eq!(of_text(37), Ok((37, vec![10, 17, 10], vec![])));
    assert_eq!(
        of(0).map(|attached| attached.size),
        Err("a.jsonl (application/json): too much text is attached".to_owned())
    );
}

#[test]
fn a_form_that_is_not_chosen_is_not_taken_as_attached() {
    let of = |parts: &[(&str, &str)]| {
        let part = |(kind, text): &(&str, &str)| format!("--b\nContent-Type: {kind}\n\n{text}\n");
        let body = parts.iter().map(part).collect::<String>() + "--b--\n";
        let parsed = message("Content-Type: multipart/alternative; boundary=b", &body);
        (parsed.article.body, parsed.notices)
    };
    let long = "The ferry sailed again on Monday after nine weeks in dock.";
    let page = format!("<!doctype html><html amp4email><head></head><body><p>{long}</p></body></html>");
    let (amp, html, plain) = (("text/x-amp-html", &page[..]), ("text/html", &page[..]), ("text/plain", long));
    assert_eq!(of(&[plain, amp, html]), (vec![long.to_owned()], vec![]));
    assert_eq!(of(&[("text/plain", "See it."), amp, html]), (vec![long.to_owned()], vec![]));
    // What says much more than all others is no form of them, and none is left out where nothing else says anything.
    let attached = vec!["text/x-amp-html".to_owned(), long.to_owned()];
    assert_eq!(
        of(&[("text/plain", "See it."), amp]),
        ([vec!["See it.".to_owned()], attached.clone()].concat(), vec![])
    );
    assert_eq!(of(&[amp]), (attached, vec![]));
}

#[test]
fn an_attachment_that_others_belong_to_is_read_once() {
    let header = "Content-Type: multipart/related; boundary=b";
    let page = "Content-Disposition: attachment; filename=a.html\n\n<html><body><p>It sailed.</p></body></html>\n";
    let notes = "Content-Disposition: attachment; filename=b.txt\n\nIt rained.\n";
    let body = format!("--b\nContent-Type: text/html\n{page}--b\n{notes}--b--\n");
    assert_eq!(message(header, &body).article.body, ["a.html", "It sailed.", "b.txt", "It rained."]);
}

#[test]
fn a_mapping_is_one_of_attachments_too() {
    let mut options = ParseOptions::default();
    options.mapping.map("vessel", "headline");
    options.mapping.map("what", "body");
    let mail = with_files(&[("data.csv", "text/csv", b"vessel,what\nFerry,It sailed on Monday.\n")]);
    let (_, articles, _) = read("a.eml", &mail, &options);
    assert_eq!(articles[0].article.body, ["See below.", "data.csv", "Ferry", "It sailed on Monday."]);
}

#[test]
fn what_nests_as_deep_as_it_may_fits_in_a_stack() {
    let page = format!("Content-Type: text/html\n\n{}It sailed.{}", "<b>".repeat(600), "</b>".repeat(600));
    let mut inner = page;
    for message in 0..4 {
        let levels: String = (0..18)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{message}-{n}\n\n--b{message}-{n}\n"))
            .collect();
        let attached = "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=on.eml\n\n";
        let end = if message == 3 { "" } else { attached };
        inner = format!("{end}From: mara@ostrel.example\nSubject: A{message}\n{levels}{inner}");
    }
    let mut options = ParseOptions::default();
    options.limits.set("html-depth", 500).expect("it is within reach");
    let (_, articles, rejected) = read("a.eml", inner.as_bytes(), &options);
    let body = &articles[0].article.body;
    assert!(
        body.last().is_some_and(|paragraph| paragraph == "It sailed."),
        "{body:?} {rejected:?} {:?}",
        articles[0].notices
    );
}
