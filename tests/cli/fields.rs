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
    desk.write("a.zip", zip(&[("ferry.md", FERRY), ("x.dat", "\0\0\0"), (".draft.md", FERRY)]));
    let told = desk.stdout(["fields", "a.zip"]);
    for line in
        ["             a.zip!/x.dat: unknown-format: it is ", "             a.zip!/.draft.md: hidden: it is hidden "]
    {
        assert!(told.contains(line), "{told}");
    }
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory suffices");
        archive.write_all(text.as_bytes()).expect("memory suffices");
    }
    archive.finish().expect("memory suffices").into_inner()
}
