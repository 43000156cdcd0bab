use crate::Code;
use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::read::read_source;

fn read(path: &str, text: &str) -> Vec<Result<Parsed, String>> {
    let mut records = Vec::new();
    read_source(path, text.as_bytes(), &ParseOptions::default(), &mut |record| {
        records.push(match record {
            Record::Article(parsed) => Ok(*parsed),
            Record::Reject { notice } => Err(format!("{}: {}", notice.code.as_str(), notice.message)),
        });
        Flow::Continue
    });
    records
}

fn line(words: &str) -> String {
    let words = words.split(' ').map(|word| format!("<String CONTENT='{word}'/>")).collect::<Vec<_>>();
    format!("<TextLine>{}</TextLine>", words.join("<SP/>"))
}

/// Checks the paragraphs of a page of blocks, which are their attributes and text.
fn check_order(before: &str, blocks: &[(&str, &str)], expected: &[&str]) {
    let blocks: String =
        blocks.iter().map(|(attributes, text)| format!("<TextBlock {attributes}>{}</TextBlock>", line(text))).collect();
    let text = format!("<alto>{before}<Layout><Page><PrintSpace>{blocks}</PrintSpace></Page></Layout></alto>");
    let records = read("a.xml", &text);
    assert_eq!(records[0].as_ref().expect("an article").article.body, expected, "{text}");
}

#[test]
fn blocks_stand_in_the_order_that_the_file_gives() {
    let blocks = [("ID='a' IDNEXT='c'", "One."), ("ID='b'", "Three."), ("ID='c'", "Two.")];
    check_order("", &blocks, &["One.", "Two.", "Three."]);
    let circle = [("ID='a' IDNEXT='b'", "One."), ("ID='b' IDNEXT='a'", "Two."), ("ID='c' IDNEXT='x'", "Three.")];
    check_order("", &circle, &["Three.", "One.", "Two."]);
    let order = "<ReadingOrder><OrderedGroup><ElementRef REF='b'/><UnorderedGroup><ElementRef REF='a'/></UnorderedGroup>\
        </OrderedGroup></ReadingOrder>";
    check_order(order, &blocks, &["Three.", "One.", "Two."]);
}

#[test]
fn parted_words_are_whole_once_also_from_one_column_to_the_next() {
    let part =
        |kind: u8, text: &str| format!("<String CONTENT='{text}' SUBS_TYPE='HypPart{kind}' SUBS_CONTENT='ferries'/>");
    let page = |blocks: &str| format!("<alto><Layout><Page>{blocks}</Page></Layout></alto>");
    let (first, second, last) = (part(1, "fer"), part(2, "ries"), part(2, "ries,"));
    let text = page(&format!(
        "<TextBlock><TextLine>{first}<HYP/></TextLine><TextLine>{last}<SP/><String CONTENT='it'/></TextLine></TextBlock>\
         <TextBlock><TextLine><String CONTENT='The'/><SP/>{first}<HYP CONTENT='-'/></TextLine></TextBlock>\
         <TextBlock><TextLine>{second}<SP/><String CONTENT='sailed.'/></TextLine></TextBlock>\
         <TextBlock><TextLine>{second}<String CONTENT='re'/><HYP/></TextLine>{}</TextBlock>",
        line("turned today.")
    ));
    let records = read("a.xml", &text);
    assert_eq!(
        records[0].as_ref().expect("an article").article.body,
        ["ferries, it", "The ferries", "sailed.", "ries returned today."]
    );
}

#[test]
fn pages_are_records_and_what_has_no_text_says_so() {
    let page = |number: u8, text: &str| {
        format!("<Page PHYSICAL_IMG_NR='{number}'><TextBlock>{}</TextBlock></Page>\n", line(text))
    };
    let text = format!("<alto>\n<Layout>{}{}</Layout></alto>", page(4, "One."), page(5, "Two."));
    let shown: Vec<_> = read("courier/1921-03-04_p4.xml", &text)
        .into_iter()
        .map(|record| {
            record.map(|parsed| {
                (parsed.record, parsed.line, parsed.article.page, parsed.article.published.map(|date| date.to_string()))
            })
        })
        .collect();
    let expected = |number: u32, page: &str| {
        Ok((Some(number), Some(number + 1), Some(page.to_owned()), Some("1921-03-04".to_owned())))
    };
    assert_eq!(shown, [expected(1, "4"), expected(2, "5")]);
    let why = |text: &str| read("a.xml", text).remove(0).expect_err("no article");
    assert_eq!(why("<alto><Layout/></alto>"), "no-text: ALTO without a page; not indexed");
    assert_eq!(
        why("<alto><Layout><Page ID='a'/></Layout></alto>"),
        "no-text: it has neither headline, body nor caption; not indexed"
    );
}

#[test]
fn mets_is_skipped_with_a_reason() {
    let text = "<?xml version='1.0'?><m:mets xmlns:m='http://www.loc.gov/METS/'><m:fileSec/></m:mets>";
    let (mut records, options) = (0, ParseOptions::default());
    let reading = read_source("a.xml", text.as_bytes(), &options, &mut |_| {
        records += 1;
        Flow::Continue
    });
    let [notice] = &reading.notices[..] else { panic!("{:?}", reading.notices) };
    let message = "METS lists the files of an issue and has no text; its pages in ALTO are sources of their own; not \
                   indexed";
    assert_eq!((records, reading.format, notice.code, &*notice.message), (0, None, Code::NoArticle, message));
}
