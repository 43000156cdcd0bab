use super::mets;
use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::read::read_source;
use crate::corpus::xml::Document;
use crate::issue::{IssueFacts, PageFacts};
use crate::{Article, Code};

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
fn mets_is_no_article_and_says_what_becomes_of_it() {
    let told = |inner: &str| {
        let text = format!("<?xml version='1.0'?><m:mets xmlns:m='http://www.loc.gov/METS/'>{inner}</m:mets>");
        let reading = read_source("a.xml", text.as_bytes(), &ParseOptions::default(), &mut |_| Flow::Continue);
        let [notice] = &reading.notices[..] else { panic!("{:?}", reading.notices) };
        assert_eq!((reading.format, notice.code), (None, Code::NoArticle));
        notice.message.clone()
    };
    assert_eq!(told("<m:fileSec/>"), "METS that lists no page in XML, and has no text; not indexed");
    let file = "<m:fileSec><m:file ID='a'><m:FLocat href='1.xml'/></m:file></m:fileSec>";
    let expected = "METS has no text; its title, date, number and order of pages are given to its pages in ALTO, where it and \
                    they lie as `*.xml` in the same corpus or the same archive (of tar, it before them); not indexed";
    assert_eq!(told(file), expected);
    let broken = read("a.xml", "<mets>\n<fileSec>");
    assert_eq!(
        broken,
        [Err("bad-record: not METS that can be read: `mets` is not closed; its pages are read without it".to_owned())]
    );
}

/// Checks what METS at `a/b/mets.xml` says: newspaper, date, number, language; and its pages, each a path and a number.
fn check_issue(mets: &str, facts: [&str; 4], pages: &[(&str, &str)]) {
    let document = Document::parse(mets);
    let (IssueFacts { newspaper, published, number, language }, found) =
        mets::read(&document, "a/b/mets.xml").expect("it is whole");
    let found: Vec<(&str, &str)> = found.iter().map(|(path, number)| (path.as_str(), number.as_str())).collect();
    let said = [newspaper, published, number, language].map(Option::unwrap_or_default);
    assert_eq!((said.each_ref().map(String::as_str), &found[..]), (facts, pages), "{mets}");
}

#[test]
fn what_mets_names_is_bounded() {
    let file = |id: usize, href: &str| format!("<file ID='F{id}'><FLocat href='{href}.xml'/></file>");
    let long = "x".repeat(5_000);
    let mets = format!("<mets><fileSec>{}{}</fileSec></mets>", file(1, "p"), file(2, &long));
    check_issue(&mets, [""; 4], &[("a/b/p.xml", "")]);
    let many: String = (0..20_000).map(|id| file(id, "p")).collect();
    let read = mets::read(&Document::parse(&format!("<mets><fileSec>{many}</fileSec></mets>")), "mets.xml");
    assert_eq!(read.expect_err("too many").1, "it names more than 10000 pages");
}

#[test]
fn of_chronicling_america_the_title_stands_in_the_label_and_pages_have_sections_of_their_own() {
    let mets = "<mets LABEL='Halvern Courier (Halvern, Kest.), 1908-01-04' TYPE='urn:library-of-congress:ndnp:mets:newspaper:issue'>\
        <dmdSec ID='issueModsBib'><mdWrap><xmlData><mods:mods><mods:relatedItem type='host'><mods:identifier type='lccn'>sn99\
        </mods:identifier><mods:part><mods:detail type='volume'><mods:number>12</mods:number></mods:detail><mods:detail \
        type='issue'><mods:number>207</mods:number></mods:detail></mods:part></mods:relatedItem><mods:originInfo>\
        <mods:dateIssued encoding='iso8601' qualifier='questionable'>1807-01-04</mods:dateIssued>\
        <mods:dateIssued encoding='iso8601'>1908-01-04</mods:dateIssued></mods:originInfo></mods:mods></xmlData></mdWrap></dmdSec>\
        <dmdSec ID='pageModsBib1'><mdWrap><xmlData><mods:mods><mods:part><mods:extent unit='pages'><mods:start>1</mods:start>\
        </mods:extent><mods:detail type='page number'><mods:number>5</mods:number></mods:detail></mods:part></mods:mods>\
        </xmlData></mdWrap></dmdSec>\
        <fileSec><fileGrp ID='pageFileGrp1'><file ID='masterFile1' USE='master'><FLocat xlink:href='./0005.jp2'/></file>\
        <file ID='ocrFile1' USE='ocr'><FLocat LOCTYPE='OTHER' OTHERLOCTYPE='file' xlink:href='./0005.xml'/></file></fileGrp>\
        <fileGrp><file ID='ocrFile2' USE='ocr'><FLocat xlink:href='ocr/0006.XML'/></file></fileGrp></fileSec>\
        <structMap><div TYPE='np:issue' DMDID='issueModsBib'><div TYPE='np:page' DMDID='pageModsBib1'><fptr FILEID='masterFile1'/>\
        <fptr FILEID='ocrFile1'/></div><div TYPE='np:page'><fptr FILEID='ocrFile2'/></div></div></structMap></mets>";
    let pages = [("a/b/0005.xml", "5"), ("a/b/ocr/0006.XML", "2")];
    check_issue(mets, ["Halvern Courier (Halvern, Kest.)", "1908-01-04", "207", ""], &pages);
}

#[test]
fn of_europeana_the_newspaper_and_its_issue_are_described_and_stories_are_left_alone() {
    let mods = |id: &str, inner: &str| {
        format!(
            "<mets:dmdSec ID='{id}'><mets:mdWrap><mets:xmlData><mods:mods>{inner}</mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>"
        )
    };
    let newspaper = "<mods:titleInfo type='abbreviated'><mods:title>Echo</mods:title></mods:titleInfo><mods:titleInfo>\
        <mods:nonSort>L'</mods:nonSort><mods:title>Écho de Morlans</mods:title></mods:titleInfo>\
        <mods:originInfo><mods:dateIssued point='start'>1874</mods:dateIssued></mods:originInfo>\
        <mods:language><mods:languageTerm type='text'>French</mods:languageTerm><mods:languageTerm type='code'>fre</mods:languageTerm></mods:language>";
    let issue = "<mods:part><mods:detail type='issue'><mods:caption>N° 31</mods:caption></mods:detail></mods:part>\
        <mods:originInfo><mods:dateIssued>1889-02-03</mods:dateIssued></mods:originInfo>";
    let story = "<mods:titleInfo><mods:title>Le pont est ouvert</mods:title></mods:titleInfo>";
    let mets = format!(
        "<mets:mets>{}{}{}<mets:fileSec><mets:fileGrp><mets:fileGrp ID='ALTOGRP'>\
         <mets:file ID='ALTO1'><mets:FLocat xlink:href='file://./alto/1.xml'/></mets:file>\
         <mets:file ID='ALTO2'><mets:FLocat xlink:href='..\\alto\\2.xml'/></mets:file>\
         <mets:file ID='OUT'><mets:FLocat xlink:href='../../../etc/3.xml'/></mets:file>\
         <mets:file ID='ROOT'><mets:FLocat xlink:href='file:///etc/4.xml'/></mets:file>\
         <mets:file ID='NET'><mets:FLocat xlink:href='http://halvern.example/5.xml'/></mets:file>\
         </mets:fileGrp></mets:fileGrp></mets:fileSec>\
         <mets:structMap TYPE='LOGICAL'><mets:div TYPE='Newspaper' DMDID='PRINT'><mets:div TYPE='ISSUE' DMDID='ISSUE1'>\
         <mets:div TYPE='ARTICLE' DMDID='STORY1'><mets:fptr><mets:area FILEID='ALTO2' BEGIN='B1'/></mets:fptr></mets:div></mets:div></mets:div>\
         </mets:structMap><mets:structMap TYPE='PHYSICAL'><mets:div TYPE='Newspaper'><mets:div TYPE='PAGE' ORDER='1' ORDERLABEL='I'>\
         <mets:fptr><mets:par><mets:area FILEID='IMG1'/><mets:area FILEID='ALTO1'/></mets:par></mets:fptr></mets:div>\
         <mets:div TYPE='PAGE' ORDER='2'><mets:fptr><mets:area FILEID='ALTO2'/></mets:fptr></mets:div></mets:div></mets:structMap></mets:mets>",
        mods("STORY1", story),
        mods("PRINT", newspaper),
        mods("ISSUE1", issue)
    );
    let pages = [("a/alto/2.xml", "2"), ("a/b/alto/1.xml", "I")];
    check_issue(&mets, ["L'Écho de Morlans", "1889-02-03", "N° 31", "fre"], &pages);
}

#[test]
fn of_dublin_core_and_of_a_host_the_title_is_that_of_the_newspaper() {
    let mets = |described: &str| {
        format!(
            "<mets><dmdSec ID='D'><mdWrap><xmlData>{described}</xmlData></mdWrap></dmdSec>\
             <fileSec><file ID='F'><FLocat xlink:href='1.xml'/></file></fileSec><structMap><div/></structMap></mets>"
        )
    };
    let core = "<dc:title>Ostrel Herald</dc:title><dc:date>1921-03-04</dc:date><dc:language>en</dc:language>";
    check_issue(&mets(core), ["Ostrel Herald", "1921-03-04", "", "en"], &[("a/b/1.xml", "")]);
    let host = "<mods><titleInfo><title>4 March 1921</title></titleInfo><relatedItem type='preceding'><titleInfo><title>Herald</title>\
        </titleInfo></relatedItem><relatedItem type='host'><titleInfo><nonSort>The</nonSort><title>Ostrel Herald</title></titleInfo>\
        </relatedItem><part><date>1921-03-04</date></part></mods>";
    check_issue(&mets(host), ["The Ostrel Herald", "1921-03-04", "", ""], &[("a/b/1.xml", "")]);
}

#[test]
fn no_mets_gives_more_than_one_issue_has() {
    let mets = |title: usize, number: usize, pages: usize| {
        let files: String = (0..pages).map(|n| format!("<file ID='F{n}'><FLocat href='{n}.xml'/></file>")).collect();
        let text = format!(
            "<mets><dmdSec ID='D'><title>{}</title></dmdSec><fileSec>{files}</fileSec><structMap><div TYPE='issue' DMDID='{}'>\
             <div TYPE='page' ORDERLABEL='{}'><fptr FILEID='F0'/></div></div></structMap></mets>",
            "t".repeat(title),
            "D ".repeat(1000),
            "8".repeat(number)
        );
        mets::read(&Document::parse(&text), "mets.xml")
            .map(|(facts, pages)| (facts.newspaper.map_or(0, |title| title.len()), pages[0].1.len(), pages.len()))
    };
    assert_eq!(mets(500, 50, 2), Ok((500, 50, 2)));
    assert_eq!(mets(501, 51, 2), Ok((0, 0, 2)));
    assert_eq!(mets(1, 1, 10_000), Ok((1, 1, 10_000)));
    assert_eq!(mets(1, 1, 10_001), Err((1, "it names more than 10000 pages".to_owned())));
}

#[test]
fn what_mets_says_comes_before_names_of_files_and_after_the_page_itself() {
    let issue = IssueFacts {
        newspaper: Some("Ostrel Herald".to_owned()),
        published: Some("1921-03-05".to_owned()),
        number: Some("12".to_owned()),
        language: Some("eng".to_owned()),
    };
    let options = |number: &str| ParseOptions {
        page: Some(PageFacts { issue: issue.clone(), number: number.to_owned() }),
        ..ParseOptions::default()
    };
    let told = |attributes: &str, options: &ParseOptions| {
        let text =
            format!("<alto><Layout><Page {attributes}><TextBlock>{}</TextBlock></Page></Layout></alto>", line("One."));
        let mut found = Vec::new();
        read_source("courier/1921-03-04_p4.xml", text.as_bytes(), options, &mut |record| {
            if let Record::Article(parsed) = record {
                let Article { published, publisher, issue, page, language, .. } = parsed.article;
                let language = language.map(|language| language.code);
                found = vec![publisher, published.map(|date| date.to_string()), issue, page, language];
            }
            Flow::Continue
        });
        found.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(told("PHYSICAL_IMG_NR='7'", &options("2")), "Ostrel Herald | 1921-03-05 | 12 | 2 | en");
    assert_eq!(told("PRINTED_IMG_NR='4' LANG='de'", &options("2")), "Ostrel Herald | 1921-03-05 | 12 | 4 | de");
    assert_eq!(told("PHYSICAL_IMG_NR='7'", &options("")), "Ostrel Herald | 1921-03-05 | 12 | 7 | en");
    assert_eq!(told("PHYSICAL_IMG_NR='7'", &ParseOptions::default()), " | 1921-03-04 |  | 7 | ");
}
