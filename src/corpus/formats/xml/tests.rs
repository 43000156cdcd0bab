use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::read::read_source;

/// Reads a source; returns its format, and each record as an article or a rejection with its line.
fn read(path: &str, text: &str) -> (Option<&'static str>, Vec<Result<Parsed, String>>) {
    read_with(path, text, &ParseOptions::default())
}

fn read_with(path: &str, text: &str, options: &ParseOptions) -> (Option<&'static str>, Vec<Result<Parsed, String>>) {
    let mut records = Vec::new();
    let reading = read_source(path, text.as_bytes(), options, &mut |record| {
        records.push(match record {
            Record::Article(parsed) => Ok(*parsed),
            Record::Reject { notice } => Err(format!("{:?} {}: {}", notice.line, notice.code.as_str(), notice.message)),
        });
        Flow::Continue
    });
    (reading.format, records)
}

fn one(text: &str) -> Parsed {
    let (_, mut records) = read("a.xml", text);
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0).expect("an article")
}

#[test]
fn a_document_that_breaks_off_is_kept_to_its_break_and_says_so() {
    let text = "<nitf>\n<body><body.head><hedline><hl1>Ferry returns</hl1></hedline></body.head>\n<body.content><p>It sailed.</p>\n<p>It will sa";
    let parsed = one(text);
    assert_eq!(parsed.article.body, ["It sailed.", "It will sa"]);
    let told: Vec<_> =
        parsed.notices.iter().map(|n| format!("{:?} {} {}", n.line, n.code.as_str(), n.message)).collect();
    assert_eq!(told, ["Some(4) broken-off `nitf` is not closed; what stands before this is kept"]);
    let message = "<newsMessage><itemSet>\n<newsItem><contentMeta><headline>One</headline></contentMeta></newsItem>\n\
        <newsItem><contentMeta><headline>Two</headline></contentMeta><x a=\"";
    let (_, records) = read("a.xml", message);
    let counts: Vec<_> = records.iter().map(|record| record.as_ref().map(|parsed| parsed.notices.len())).collect();
    assert_eq!(counts, [Ok(1), Ok(2)]);
    assert!(records[0].as_ref().is_ok_and(|parsed| parsed.notices[0].code.as_str() == "no-body"));
}

#[test]
fn elements_nest_no_deeper_than_is_allowed() {
    let nitf = |body: String| {
        format!(
            "<nitf>\n<body><body.head><hedline><hl1>Ferry returns</hl1></hedline></body.head>\n<body.content>{body}</body.content></body></nitf>"
        )
    };
    let g2 = |body: String| {
        format!(
            "<newsItem>\n<contentMeta><headline>Ferry returns</headline></contentMeta>\n<contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet></newsItem>"
        )
    };
    for tag in ["block", "em", "p", "table", "div", "td", "figure"] {
        let body =
            format!("<p>It sailed.</p>{}deep{}", format!("<{tag}>").repeat(600), format!("</{tag}>").repeat(600));
        for (text, most) in [nitf(body.clone()), g2(body)].iter().flat_map(|text| [(text, 20), (text, 512)]) {
            let mut options = ParseOptions::default();
            options.limits.set("html-depth", most).expect("it is within reach");
            let (_, mut records) = read_with("a.xml", text, &options);
            let parsed = records.remove(0).expect("an article");
            assert_eq!(parsed.article.body[0], "It sailed.");
            let told: Vec<_> = parsed.notices.iter().map(|notice| (notice.line, notice.message.as_str())).collect();
            let why = format!(
                "elements nest deeper than {most}; the tags of deeper ones were left out, their text was kept; raise `html-depth` \
                 (--limit html-depth=N) to have more"
            );
            assert_eq!(told, [(Some(3), why.as_str())], "{tag} {most}");
        }
    }
}

#[test]
fn what_a_document_declares_is_expanded() {
    let text = "<!DOCTYPE nitf [<!ENTITY paper \"The Halvern Gazette\">]>\n<nitf><body><body.head><hedline><hl1>&paper; &amp; \
                others</hl1></hedline></body.head><body.content><p>It sailed, &paper; wrote.</p></body.content></body></nitf>";
    let parsed = one(text);
    assert_eq!(parsed.article.headline.as_deref(), Some("The Halvern Gazette & others"));
    assert_eq!((&parsed.article.body[0][..], parsed.notices.len()), ("It sailed, The Halvern Gazette wrote.", 0));
}

#[test]
fn the_annotated_corpus_of_the_new_york_times_has_its_lead_once() {
    let parsed = one(r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.3/specification/dtd/nitf-3-3.dtd">
<nitf change.date="June 10, 2005" version="-//IPTC//DTD NITF 3.3//EN"><head><title>Ferry returns</title>
<meta content="12" name="print_page_number"/><meta content="Front Page; Business" name="online_sections"/>
<docdata><doc-id id-string="17"/><doc.copyright holder="The Ansel Courier" year="1987"/></docdata>
<pubdata date.publication="19870101T000000" ex-ref="http://courier.example/17.html" name="The Ansel Courier"/></head>
<body><body.head><hedline><hl1>FERRY RETURNS</hl1></hedline>
<byline class="print_byline">By MARA VELTIN</byline><byline class="normalized_byline">Veltin, Mara</byline>
<dateline>PORT ANSEL, Jan. 1</dateline></body.head>
<body.content><block class="lead_paragraph"><p>LEAD: The ferry sailed.</p></block>
<block class="full_text"><p>LEAD: The ferry sailed.</p><p>Fares stay.</p></block></body.content></body></nitf>"#);
    let article = &parsed.article;
    assert_eq!(article.body, ["LEAD: The ferry sailed.", "Fares stay."]);
    assert_eq!(article.bylines, ["MARA VELTIN"]);
    assert_eq!(article.section.as_ref().map(|section| section.path.as_str()), Some("front page"));
    assert_eq!((article.page.as_deref(), article.native_id.as_deref()), (Some("12"), Some("17")));
    assert_eq!(article.published.map(|date| date.to_string()).as_deref(), Some("1987-01-01T00:00:00"));
    assert_eq!(article.publisher.as_deref(), Some("The Ansel Courier"));
}

#[test]
fn other_xml_is_rejected_by_the_name_of_its_root() {
    let (format, records) = read("a.xml", "<?xml version='1.0'?>\n<!-- shop -->\n<price-list><p>4</p></price-list>");
    assert_eq!(format, Some("xml"));
    let why =
        "Some(3) not-an-article: an XML document of `price-list`, which is no form of news that is known; not indexed";
    assert_eq!(records, [Err(why.to_owned())]);
    let (_, records) = read("a.xml", "<?xml version='1.0'?>\n<!DOCTYPE x [");
    assert!(
        records[0].as_ref().is_err_and(|why| why.starts_with("Some(2) broken-source: not XML that can be read: ")),
        "{records:?}"
    );
    let (_, records) = read("a.xml", "<newsMessage><header/></newsMessage>");
    assert_eq!(records, [Err("Some(1) not-an-article: a message without an item; not indexed".to_owned())]);
}

#[test]
fn a_format_is_told_by_its_root_behind_all_that_may_stand_before() {
    let subset = "<?xml version='1.0'?><!-- a > b --><!DOCTYPE nitf [<!ENTITY a '>'>\n]>\n<n:nitf xmlns:n='x'><n:body/></n:nitf>";
    assert_eq!(read("a.txt", subset).0, Some("nitf"));
    assert_eq!(read("a", "<newsItem guid='1'/>").0, Some("newsml-g2"));
    assert_eq!(read("a.txt", "A word on <nitf>, a format of news.").0, Some("text"));
    let wrapped = "<archive><nitf><body><body.content><p>One.</p></body.content></body></nitf>\n<nitf><body><body.content><p>Two.</p></body.content></body></nitf></archive>";
    let places: Vec<_> = read("a.xml", wrapped).1.iter().flatten().map(|parsed| (parsed.record, parsed.line)).collect();
    assert_eq!(places, [(Some(1), Some(1)), (Some(2), Some(2))]);
}
