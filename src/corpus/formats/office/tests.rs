//! What of documents the samples do not show.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use super::package::Package;
use crate::corpus::file::read_whole;
use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::packed::Bounds;
use crate::{Code, Notice};

/// Makes a zip archive of files.
fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file begins");
        archive.write_all(text.as_bytes()).expect("memory can be written");
    }
    archive.finish().expect("memory can be written").into_inner()
}

/// Returns the format of a source, its articles, and all that is said of what is none.
fn read(path: &str, bytes: &[u8]) -> (Option<&'static str>, Vec<Parsed>, Vec<Notice>) {
    read_with(path, bytes, &ParseOptions::default())
}

fn read_with(path: &str, bytes: &[u8], options: &ParseOptions) -> (Option<&'static str>, Vec<Parsed>, Vec<Notice>) {
    let (mut articles, mut notices) = (Vec::new(), Vec::new());
    let reading = read_whole(path, bytes, options, &mut |record| {
        match record {
            Record::Article(parsed) => articles.push(*parsed),
            Record::Reject { notice } => notices.push(notice),
        }
        Flow::Continue
    });
    notices.extend(reading.notices);
    (reading.format, articles, notices)
}

fn docx(body: &str) -> Vec<u8> {
    let styles = r#"<w:styles><w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
        <w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>"#;
    let notes = r#"<w:footnotes><w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let relation = |kind: &str, target: &str| format!(r#"<Relationship Type="http://a/{kind}" Target="{target}"/>"#);
    let relations = [relation("styles", "styles.xml"), relation("footnotes", "/text/notes.xml")].concat();
    zipped(&[
        ("_rels/.rels", &format!("<Relationships>{}</Relationships>", relation("officeDocument", "text/main.xml"))),
        ("text/main.xml", &format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("text/_rels/main.xml.rels", &format!("<Relationships>{relations}</Relationships>")),
        ("text/styles.xml", styles),
        ("text/notes.xml", notes),
    ])
}

#[test]
fn a_text_of_word_is_what_is_shown_of_it() {
    let bytes = docx(
        r#"<w:p><w:pPr><w:pStyle w:val="Titel"/></w:pPr><w:r><w:t>Ferry</w:t><w:br/><w:t>returns</w:t></w:r></w:p>
        <w:p><w:r><w:t>It </w:t></w:r><w:ins><w:r><w:t>sailed</w:t></w:r></w:ins><w:del><w:r><w:delText>sank</w:delText></w:r></w:del>
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly</w:t></w:r><w:r><w:t>.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Fares</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc><w:sdt><w:sdtContent><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>
        <w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>
        <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"#,
    );
    let (format, articles, notices) = read("a.docx", &bytes);
    assert_eq!((format, articles.len(), notices), (Some("docx"), 1, vec![]));
    let article = &articles[0].article;
    assert_eq!(article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(article.body, ["It sailed.", "Fares", "A | 12", "In a box.", "A note."]);
}

#[test]
fn elements_nest_no_deeper_than_is_allowed() {
    let nested = |open: &str, close: &str| format!("{}It sailed.{}", open.repeat(600), close.repeat(600));
    let odt = |body: String| {
        let content = format!("<c><office:body><office:text>{body}</office:text></office:body></c>");
        zipped(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", &content)])
    };
    let end = "<w:p><w:r><w:t>It sailed.</w:t></w:r></w:p>";
    let table = ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>");
    for (path, bytes) in [
        ("a.odt", odt(format!("<text:p>{}</text:p>", nested("<text:span>", "</text:span>")))),
        (
            "a.odt",
            odt(nested("<text:section>", "</text:section>").replace("It sailed.", "<text:p>It sailed.</text:p>")),
        ),
        ("a.odt", odt(nested("<table:table-row><table:table-cell>", "</table:table-cell></table:table-row>"))),
        ("a.docx", docx(&format!("<w:p>{}</w:p>{end}", nested("<w:ins>", "</w:ins>")))),
        ("a.docx", docx(&(nested(table.0, table.1).replace("It sailed.", end) + end))),
        ("a.docx", docx(&format!("<w:p>{}</w:p>{end}", nested("<w:txbxContent><w:p>", "</w:p></w:txbxContent>")))),
    ] {
        for most in [20, 512] {
            let mut options = ParseOptions::default();
            options.limits.set("html-depth", most).expect("it is within reach");
            let (_, articles, notices) = read_with(path, &bytes, &options);
            let told = articles.iter().flat_map(|parsed| &parsed.notices).chain(&notices);
            let told: Vec<_> = told.map(|notice| notice.message.as_str()).collect();
            let why = format!("line 1 of the text in the package: elements nest deeper than {most}; ");
            assert!(told.iter().any(|told| told.contains(&why)), "{path} {most}: {told:?}");
        }
    }
}

#[test]
fn a_text_of_opendocument_is_what_is_shown_of_it() {
    let text = r#"<office:document-content><office:automatic-styles><style:style style:name="P1" style:parent-style-name="Subtitle"/>
        </office:automatic-styles><office:body><office:text><text:tracked-changes><text:p>Gone.</text:p></text:tracked-changes>
        <text:h>Ferry<text:line-break/>returns</text:h><text:p text:style-name="P1">After nine weeks</text:p>
        <text:p>It<text:s/>sailed<office:annotation><text:p>Really?</text:p></office:annotation>.</text:p>
        <text:list><text:list-item><text:p>Monday</text:p></text:list-item></text:list></office:text></office:body></office:document-content>"#;
    let mimetype = ("mimetype", "application/vnd.oasis.opendocument.text");
    let (format, articles, notices) = read("a.odt", &zipped(&[mimetype, ("content.xml", text)]));
    assert_eq!((format, articles.len(), notices), (Some("odt"), 1, vec![]));
    let article = &articles[0].article;
    assert_eq!(
        (article.headline.as_deref(), article.standfirst.as_deref()),
        (Some("Ferry returns"), Some("After nine weeks"))
    );
    assert_eq!(article.body, ["It sailed.", "Monday"]);
    let manifest = ("META-INF/manifest.xml", "<manifest:encryption-data/>");
    let (_, articles, notices) = read("a.odt", &zipped(&[mimetype, manifest, ("content.xml", text)]));
    assert!(articles.is_empty() && notices[0].message.starts_with("an encrypted document"), "{notices:?}");
}

#[test]
fn what_of_a_book_is_encrypted_or_not_there_is_rejected_and_the_rest_is_kept() {
    let page = "<html><body><p>It sailed.</p></body></html>";
    let bytes = zipped(&[
        ("META-INF/container.xml", "<container><rootfile full-path='a.opf'/></container>"),
        ("META-INF/encryption.xml", "<encryption><CipherReference URI='2.html'/></encryption>"),
        (
            "a.opf",
            "<package><manifest><item id='1' href='1.html'/><item id='2' href='2.html'/><item id='3'/></manifest>\
             <spine><itemref idref='2'/><itemref idref='1'/><itemref idref='1'/><itemref idref='none'/><itemref/><itemref idref='3'/>\
             </spine></package>",
        ),
        ("1.html", page),
        ("2.html", "\u{fffd}"),
    ]);
    let (format, articles, notices) = read("a.zip", &bytes);
    assert_eq!((format, articles.len()), (Some("epub"), 1), "{notices:?}");
    assert_eq!((articles[0].record, articles[0].article.body.len()), (Some(2), 1));
    let told: Vec<_> = notices.iter().map(|notice| notice.message.as_str()).collect();
    let wanted = [
        "`2.html` is encrypted for one reader's devices; not indexed",
        "the reading order names `none`, which the book has no file for; not indexed",
        "the reading order has an entry without a name; not indexed",
        "the reading order names `3`, which the book has no file for; not indexed",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn documents_are_known_in_archives_and_archives_are_no_documents() {
    let inner = docx("<w:p><w:r><w:t>It sailed.</w:t></w:r></w:p>");
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/a.docx", SimpleFileOptions::default()).expect("a file begins");
    archive.write_all(&inner).expect("memory can be written");
    let outer = archive.finish().expect("memory can be written").into_inner();
    let (_, articles, _) = read("a.zip", &outer);
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0].member.as_deref(), Some("a.zip!/word/a.docx"));
    assert_eq!(articles[0].article.body, ["It sailed."]);
    // A package of another kind is skipped, and a text that is none is rejected.
    let sheet = zipped(&[("[Content_Types].xml", ""), ("xl/workbook.xml", "<workbook/>")]);
    let (format, articles, notices) = read("a.xlsx", &sheet);
    assert_eq!((format, articles.len(), notices[0].code), (None, 0, Code::UnknownFormat));
    let (_, _, notices) = read("a.docx", &sheet);
    assert_eq!(notices[0].message, "a package without `word/document.xml`; not indexed");
    let (_, _, notices) = read("a.epub", b"PK\x03\x04 and no more");
    assert!(notices[0].message.starts_with("a package that cannot be opened ("), "{notices:?}");
}

#[test]
fn a_package_unpacks_to_so_much_and_no_more() {
    let bytes = zipped(&[("a", &"a".repeat(3000)), ("b", &"b".repeat(3000))]);
    let bounds = Bounds { ratio: 1, free: 4000, ..Bounds::default() };
    let package = Package::open(&bytes, bounds).expect("a package");
    assert_eq!(package.text("a").map(|text| text.map(|text| text.len())), Ok(Some(3000)));
    let notice = package.text("b").expect_err("together they are more");
    assert_eq!(notice.code, Code::TooLarge);
    assert_eq!(
        notice.message,
        "`b`: the package unpacks to more than 1 times its size, and more than 4000 bytes; raise `ratio` (--limit ratio=N) to \
         have more; not indexed"
    );
    let package = Package::open(&bytes, Bounds { unpacked: 2000, ..Bounds::default() }).expect("a package");
    let notice = package.text("a").expect_err("it is more");
    assert_eq!(
        notice.message,
        "`a`: the package unpacks to more than 2000 bytes; raise `unpacked` (--limit unpacked=N) to have more; not indexed"
    );
}

#[test]
fn no_more_of_a_package_is_unpacked_than_fits_in_memory() {
    let half = " ".repeat(40 << 20);
    let bytes = zipped(&[("a", &half), ("b", &half)]);
    let bounds = Bounds { ratio: u64::MAX, ..Bounds::default() };
    let package = Package::open(&bytes, bounds).expect("a package");
    assert_eq!(package.text("a").map(|text| text.map(|text| text.len())), Ok(Some(half.len())));
    let notice = package.text("b").expect_err("together they are more");
    assert_eq!(
        notice.message,
        "`b`: the package unpacks to more than 67108864 bytes, which are the most that are read of one; not indexed"
    );
}
