//! `newshound fields`: how a file is understood, without an index.

use std::io::Write;
use std::process::Stdio;

use super::{Desk, FERRY, Run};

#[test]
fn format_charset_and_every_field_are_told_with_their_place() {
    let told = Desk::new().stdout(["fields", "news/ferry.md"]);
    for line in [
        "news/ferry.md\n",
        "format       markdown (",
        "charset      utf-8 (",
        "headline     Ferry returns to the Ostrel crossing",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let published = told.lines().find(|line| line.starts_with("published")).expect("a line for the date");
    assert!(published.contains("2024-03-05") && published.contains('['), "{told}");
}

#[test]
fn json_is_one_line_a_file() {
    let json = Desk::new().stdout(["fields", "--json", "news/ferry.md", "news/bridge.md"]);
    let files: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(files.len(), 2);
    assert_eq!(files[0]["path"], "news/ferry.md");
    assert_eq!(files[0]["articles"][0]["article"]["headline"], "Ferry returns to the Ostrel crossing");
}

#[test]
fn standard_input_has_a_name() {
    let desk = Desk::new();
    let mut command = desk.command(["fields", "-", "--name", "piped.md"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    child.stdin.take().expect("a pipe").write_all(FERRY.as_bytes()).expect("it is read");
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("piped.md\n"), "{}", run.stdout);
    assert!(run.stdout.contains("Ferry returns"), "{}", run.stdout);
}

#[test]
fn keys_can_be_mapped_and_dates_ordered() {
    let desk = Desk::new();
    desk.write("odd.json", r#"{"schlagzeile": "Ferry returns", "text": "It sailed.", "date": "02/05/2016"}"#);
    let told = desk.stdout(["fields", "odd.json", "--map", "schlagzeile=headline", "--date-order", "day-first"]);
    assert!(told.contains("headline     Ferry returns"), "{told}");
    assert!(told.contains("published    2016-05-02"), "{told}");
    let told = desk.stdout(["fields", "odd.json"]);
    assert!(told.contains("ambiguous-date") && told.contains("schlagzeile"), "{told}");
}

#[test]
fn file_without_an_article_is_1_and_a_missing_one_hides_no_other() {
    let desk = Desk::new();
    desk.write("empty.txt", "");
    assert_eq!(desk.run(["fields", "empty.txt"]).code, 1);
    let run = desk.run(["fields", "nowhere.txt", "news/ferry.md"]);
    assert_eq!(run.code, 6);
    assert!(run.stdout.contains("Ferry returns"), "{}", run.stdout);
}

#[test]
fn what_mets_says_of_a_page_is_shown_with_it() {
    let desk = Desk::new();
    let mets = "<mets><dmdSec ID='D'><mdWrap><xmlData><mods><titleInfo><title>The Halvern Courier</title></titleInfo><originInfo>\
                <dateIssued>1921-03-04</dateIssued></originInfo></mods></xmlData></mdWrap></dmdSec><fileSec><fileGrp><file ID='F'>\
                <FLocat href='alto/1.xml'/></file></fileGrp></fileSec><structMap TYPE='PHYSICAL'><div TYPE='Issue' DMDID='D'>\
                <div TYPE='Page' ORDER='1' ORDERLABEL='1a'><fptr FILEID='F'/></div></div></structMap></mets>";
    let page = "<alto><Layout><Page><PrintSpace><TextBlock><TextLine><String CONTENT='It'/><SP/><String CONTENT='sailed.'/>\
                </TextLine></TextBlock></PrintSpace></Page></Layout></alto>";
    desk.write("scans/alto/1.xml", page);
    desk.write("scans/alto/2.xml", page);
    let told = |file: &str| {
        let json = desk.run(["fields", "--json", file]).json();
        let article = json["articles"][0]["article"].clone();
        ["publisher", "published", "page"].map(|field| article[field].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(told("scans/alto/1.xml"), [""; 3]);
    desk.write("scans/mets.xml", mets);
    assert_eq!(told("scans/alto/1.xml"), ["The Halvern Courier", "1921-03-04", "1a"]);
    assert_eq!(told("scans/alto/../alto/1.xml"), ["The Halvern Courier", "1921-03-04", "1a"]);
    assert_eq!(told("scans/alto/2.xml"), [""; 3]);
    // One file says nothing of the next.
    let both = desk.stdout(["fields", "--json", "scans/alto/1.xml", "scans/alto/2.xml"]);
    assert_eq!(both.matches("Halvern Courier").count(), 1, "{both}");
    // METS above the corpus is none of it.
    desk.write("scans/alto/newshound.toml", "");
    assert_eq!(told("scans/alto/1.xml"), [""; 3]);
}

#[cfg(unix)]
#[test]
fn mets_is_looked_for_in_no_pipe_and_found_for_each_file() {
    let desk = Desk::new();
    let page = "<alto><Layout><Page><PrintSpace><TextBlock><TextLine><String CONTENT='Ferry'/></TextLine></TextBlock></PrintSpace></Page>\
                </Layout></alto>";
    let mets = "<mets><dmdSec ID='D'><mdWrap><xmlData><mods><originInfo><dateIssued>1921-03-04</dateIssued></originInfo></mods></xmlData>\
                </mdWrap></dmdSec><fileSec><fileGrp><file ID='F'><FLocat href='p.xml'/></file><file ID='G'><FLocat href='q.xml'/></file>\
                </fileGrp></fileSec><structMap TYPE='PHYSICAL'><div TYPE='Issue' DMDID='D'/></structMap></mets>";
    desk.write("scans/mets.xml", mets);
    desk.write("scans/p.xml", page);
    desk.write("scans/q.xml", page);
    let pipe = desk.path().join("scans/a.xml");
    if !std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        return crate::support::skip("mkfifo makes no pipe here");
    }
    let mut command = desk.command(["fields", "--json", "scans/p.xml", "scans/q.xml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let since = std::time::Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        if since.elapsed().as_secs() > 60 {
            child.kill().expect("it can be ended");
            panic!("it waits for a pipe");
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let run = Run::of(child.wait_with_output().expect("it ended"));
    assert_eq!(run.stdout.matches("\"published\":\"1921-03-04").count(), 2, "{}{}", run.stdout, run.stderr);
}

#[test]
fn files_of_an_archive_of_which_nothing_is_read_are_told_by_their_paths() {
    let desk = Desk::new();
    desk.write("a.zip", zip(&[("ferry.md", FERRY.as_bytes()), ("x.dat", b"\0\0\0"), (".draft.md", FERRY.as_bytes())]));
    let told = desk.stdout(["fields", "a.zip"]);
    for line in
        ["             a.zip!/x.dat: unknown-format: it is ", "             a.zip!/.draft.md: hidden: it is hidden "]
    {
        assert!(told.contains(line), "{told}");
    }
}

#[test]
fn one_file_of_an_archive_is_shown_by_the_path_that_hits_have() {
    let desk = Desk::new();
    let bridge = FERRY.replace("Ferry", "Bridge");
    let page = "<alto><Layout><Page><PrintSpace><TextBlock><TextLine><String CONTENT='Ferry'/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>";
    let mets = "<mets><dmdSec ID='D'><mdWrap><xmlData><mods><titleInfo><title>Ostrel Courier</title></titleInfo></mods></xmlData>\
                </mdWrap></dmdSec><fileSec><file ID='F'><FLocat href='1.xml'/></file></fileSec>\
                <structMap><div TYPE='Issue' DMDID='D'><fptr FILEID='F'/></div></structMap></mets>";
    let inner =
        zip(&[("bridge.md", bridge.as_bytes()), ("lines.jsonl", b"{\"title\": \"One\"}\n{\"title\": \"Two\"}\n")]);
    let files: &[(&str, &[u8])] = &[
        ("b/ferry.md", FERRY.as_bytes()),
        ("x.dat", b"\0\0\0"),
        (".draft.md", FERRY.as_bytes()),
        ("inner.zip", &inner),
        ("1.xml", page.as_bytes()),
        ("mets.xml", mets.as_bytes()),
        ("odd.json", br#"{"titel": "Tram", "body": "It ran."}"#),
    ];
    desk.write("old/a.zip", zip(files));
    desk.write("old/newshound.toml", "[[map]]\nfiles = \"a.zip!/odd.json\"\nheadline = \"titel\"\n");
    desk.run(["index", "old"]);
    let hits = desk.run(["search", "--json", "bridge"]).json();
    let path = format!("old/{}", hits["hits"][0]["source"]["path"].as_str().expect("a path"));
    assert_eq!(path, "old/a.zip!/inner.zip!/bridge.md");
    let fields = |path: &str| desk.run(["fields", "--json", path]).json();
    for (path, format, headlines) in [
        (path.as_str(), "markdown", &["Bridge returns to the Ostrel crossing"][..]),
        ("old/a.zip!/b/ferry.md", "markdown", &["Ferry returns to the Ostrel crossing"]),
        ("old/a.zip!/inner.zip!/lines.jsonl", "jsonl", &["One", "Two"]),
        ("old/a.zip!/inner.zip", "", &["Bridge returns to the Ostrel crossing", "One", "Two"]),
        ("old/a.zip!/odd.json", "json", &["Tram"]),
    ] {
        let told = fields(path);
        let articles = told["articles"].as_array().expect("a list");
        let found: Vec<&str> = articles.iter().map(|one| one["article"]["headline"].as_str().unwrap_or("")).collect();
        assert_eq!(found, headlines, "{path}: {told}");
        assert_eq!((told["path"].as_str(), told["format"].as_str().unwrap_or("")), (Some(path), format));
        assert_eq!(told["charset"] == "utf-8", !format.is_empty(), "{path}: {told}");
    }
    assert_eq!(fields("old/a.zip!/1.xml")["articles"][0]["article"]["publisher"], "Ostrel Courier");
    for (path, code) in [("old/a.zip!/x.dat", "unknown-format"), ("old/a.zip!/.draft.md", "hidden")] {
        let run = desk.run(["fields", "--json", path]);
        let notices = run.json()["notices"].clone();
        assert_eq!((run.code, notices[0]["code"].as_str(), notices[1].is_null()), (1, Some(code), true), "{notices}");
    }
    for path in ["old/a.zip!/none.md", "old/a.zip!/b", "old/a.zip!/inner.zip!/none.md", "old/a.zip!/b/ferry.md!/x.md"] {
        let run = desk.run(["fields", path, "old/a.zip!/b/ferry.md"]);
        let why = format!("error: {path}: old/a.zip has no such file, as far as it can be read\n");
        assert_eq!((run.code, run.stderr), (6, why));
        assert!(run.stdout.contains("Ferry returns"), "{}", run.stdout);
    }
    // The folders above it are those of the archive.
    desk.write("other/newshound.toml", "[[map]]\nheadline = \"titel\"\n");
    desk.write("plain.zip", zip(&[("odd.json", br#"{"titel": "Tram", "body": "It ran."}"#)]));
    for (path, headline) in [("other/../old/a.zip!/odd.json", "Tram"), ("other/../plain.zip!/odd.json", "")] {
        let told = fields(path);
        assert_eq!(told["articles"][0]["article"]["headline"].as_str().unwrap_or(""), headline, "{path}: {told}");
    }
    let run = desk.run(["fields", "old/none.zip!/b/ferry.md"]);
    assert!(run.code == 6 && run.stderr.starts_with("error: old/none.zip!/b/ferry.md: "), "{}", run.stderr);
}

#[test]
fn one_file_of_a_packed_archive_is_shown_and_what_is_no_archive_has_none() {
    let desk = Desk::new();
    let packed = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).expect("memory suffices");
        packer.finish().expect("memory suffices")
    };
    let mut archive = tar::Builder::new(Vec::new());
    for name in ["a.md", "b.md"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(FERRY.len() as u64);
        archive.append_data(&mut header, name, FERRY.as_bytes()).expect("memory suffices");
    }
    desk.write("a.tar.gz", packed(&archive.into_inner().expect("memory suffices")));
    desk.write("lines.jsonl.gz", packed(b"{\"title\": \"One\"}\n"));
    desk.write("a.txt", FERRY);
    let told = desk.run(["fields", "--json", "a.tar.gz!/b.md"]).json();
    assert_eq!(told["articles"][0]["article"]["source"]["path"], "a.tar.gz!/b.md");
    for path in ["lines.jsonl.gz!/b.md", "a.txt!/b.md"] {
        let run = desk.run(["fields", path]);
        assert!(run.code == 6 && run.stderr.contains("has no such file"), "{}", run.stderr);
    }
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory suffices");
        archive.write_all(text).expect("memory suffices");
    }
    archive.finish().expect("memory suffices").into_inner()
}
