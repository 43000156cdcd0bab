use crate::corpus::format::{Flow, ParseOptions, Record};
use crate::corpus::read::read_source;

/// Reads a source; returns its format, and of each record its number, line and headline, or why it is rejected.
fn read(path: &str, text: &str) -> (Option<&'static str>, Vec<String>) {
    let mut records = Vec::new();
    let reading = read_source(path, text.as_bytes(), &ParseOptions::default(), &mut |record| {
        records.push(match record {
            Record::Article(parsed) => {
                let headline = parsed.article.headline.unwrap_or_default();
                let notices: Vec<_> = parsed.notices.iter().map(|notice| notice.code.as_str()).collect();
                format!("{:?} {:?} {headline} {}", parsed.record, parsed.line, notices.join(" ")).replace("Some", "")
            }
            Record::Reject { notice } => format!("{:?} {}", notice.line, notice.code.as_str()).replace("Some", ""),
        });
        Flow::Continue
    });
    (reading.format, records)
}

#[test]
fn a_record_ends_with_its_tag_or_where_the_next_begins() {
    let text = "<DOC>\n<DOCNO>1</DOCNO><HEAD>One</HEAD><TEXT>a</TEXT></DOC>\nbetween\n<DOC><DOCNO>2</DOCNO><HEAD>Two</HEAD><TEXT>never\n\
        <DOC>\n<DOCNO>3</DOCNO><TEXT></TEXT>\n</doc >\n<DOC ><HEAD>Four</HEAD><TEXT>d";
    let expected = ["(1) (1) One ", "(2) (4) Two broken-off", "(5) no-text", "(4) (8) Four broken-off"];
    assert_eq!(read("a.txt", text), (Some("trec"), expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_page_that_has_an_element_doc_is_no_collection() {
    for text in ["<DOC>A page of notes.</DOC>", "A <DOC> has a <DOCNO>.", "<html><DOC><DOCNO>1</DOCNO></DOC></html>"] {
        assert_ne!(read("a", text).0, Some("trec"), "{text}");
    }
    assert_eq!(read("a", "<?xml version='1.0'?>\n<doc id='7'><title>A</title></doc>").0, Some("trec"));
}

#[test]
fn days_of_the_collections_are_read_in_their_own_order() {
    let day = |text: &str| {
        let text = format!("<DOC><DOCNO>1</DOCNO><HL>A</HL><DD>{text}</DD></DOC>");
        let mut day = String::new();
        read_source("a", text.as_bytes(), &ParseOptions::default(), &mut |record| {
            if let Record::Article(parsed) = record {
                day = parsed.article.published.map(|date| date.to_string()).unwrap_or_default();
            }
            Flow::Continue
        });
        day
    };
    assert_eq!(
        (day(" 03/24/87").as_str(), day("910514").as_str(), day("020102").as_str()),
        ("1987-03-24", "1991-05-14", "2002-01-02")
    );
    assert_eq!((day("99/99/99").as_str(), day("1994-05-14").as_str()), ("", "1994-05-14"));
}

#[test]
fn a_dateline_names_a_place() {
    use super::dateline_place;
    assert_eq!(dateline_place("SALVADOR, Feb 26 - "), "SALVADOR");
    assert_eq!(dateline_place("BANGKOK, Thailand (AP) _"), "BANGKOK, Thailand");
    assert_eq!(dateline_place("Brenmouth, Nov. 1 (HPB)"), "Brenmouth");
    assert_eq!(dateline_place("PORTLAND, Ore., March 3"), "PORTLAND, Ore.");
    assert_eq!(dateline_place("RICHMOND, Va. Feb 26 -"), "RICHMOND, Va.");
    assert_eq!(dateline_place("ROME, 2 March, Reuter - "), "ROME");
    assert_eq!(dateline_place("LEEDS, May"), "LEEDS, May");
    assert_eq!(dateline_place("May 3"), "");
    assert_eq!(dateline_place(""), "");
}

#[test]
fn a_day_may_stand_in_the_file_id_or_the_number() {
    let day = |text: &str| {
        let mut day = None;
        read_source("a", text.as_bytes(), &ParseOptions::default(), &mut |record| {
            if let Record::Article(parsed) = record {
                day = parsed.article.published.map(|date| date.to_string());
            }
            Flow::Continue
        });
        day.unwrap_or_default()
    };
    assert_eq!(
        day("<DOC><DOCNO>AP880212-0001</DOCNO><FILEID>AP-NR-02-12-88 2344EST</FILEID><HEAD>A</HEAD></DOC>"),
        "1988-02-12T23:44-05:00"
    );
    assert_eq!(day("<DOC id='X_19941101.0001'><HEADLINE>A</HEADLINE></DOC>"), "1994-11-01");
    assert_eq!(day("<DOC id='X_19949901.0001'><HEADLINE>A</HEADLINE></DOC>"), "");
}

#[test]
fn text_may_stand_in_the_record_itself() {
    let text = "<doc id=\"12\" url=\"https://w.example/12\" title=\"Ferry &amp; bridge\">\nFerry & bridge\n\nThe ferry sailed < 9.\n\nIt went on.\n</doc>\n";
    let mut articles = Vec::new();
    read_source("a", text.as_bytes(), &ParseOptions::default(), &mut |record| {
        if let Record::Article(parsed) = record {
            articles.push(parsed.article);
        }
        Flow::Continue
    });
    let [article] = &articles[..] else { panic!("{articles:?}") };
    assert_eq!((article.native_id.as_deref(), article.headline.as_deref()), (Some("12"), Some("Ferry & bridge")));
    assert_eq!(
        (article.url.as_deref(), &article.body[..]),
        (Some("https://w.example/12"), &["The ferry sailed < 9.".to_owned(), "It went on.".to_owned()][..])
    );
}
