//! An archive with its own layout: rules in `newshound.toml` and by `--map`.

use std::fs;
use std::io::Write as _;

use serde_json::Value;

use super::Desk;

const TABLE: &str = "HL,TEXT1,TEXT2,RESSORT\nFerry late,It rained.,It went on.,North\nBridge shut,The wind.,,South\n";
const PAGE: &str = "<html><body><h1>The Courier</h1><h1 class=story-title>Quay opened</h1><div class=t><p>It opened.</p></div>\
    </body></html>";
const RULES: &str = "\
# The Courier's own names.
[[map]]
files = \"wire/**/*.csv\"
headline = \"HL\"
body = [\"TEXT1\", \"TEXT2\"]
x.desk = \"RESSORT\"

[[map]]
files = \"site/\"
html.headline = \"h1.story-title\"
html.body = \"div.t\"
";

/// Makes a corpus with its own layout, and its rules.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("news/wire/2024/a.csv", TABLE);
    desk.write("news/site/a.html", PAGE);
    desk.write("news/newshound.toml", RULES);
    desk
}

/// Returns the headlines of a search for everything, in order.
fn headlines(desk: &Desk) -> Vec<String> {
    let found = desk.stdout(["search", "--json", "--limit", "20", "*:*"]);
    let found: Value = serde_json::from_str(&found).expect("JSON");
    let text = |hit: &Value| hit["headline"]["text"].as_str().unwrap_or_default().to_owned();
    let mut headlines: Vec<String> = found["hits"].as_array().expect("a list").iter().map(text).collect();
    headlines.sort();
    headlines
}

#[test]
fn a_corpus_says_itself_how_it_is_read() {
    let desk = desk();
    let report = desk.run(["index", "--json", "--extra", "desk:keyword", "news"]).json();
    assert_eq!(
        (&report["articles"]["added"], &report["sources"]["skipped"]["settings"]),
        (&6.into(), &1.into()),
        "{report}"
    );
    let shown = desk.stdout(["show", "--json", "news:wire/2024/a.csv#1"]);
    let article: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(article["headline"], "Ferry late");
    assert_eq!(article["body"], serde_json::json!(["It rained.", "It went on."]));
    assert_eq!(article["extra"]["desk"]["value"], "North");
    let article: Value = serde_json::from_str(&desk.stdout(["show", "--json", "site/a.html"])).expect("JSON");
    assert_eq!((&article["headline"], &article["body"][0]), (&"Quay opened".into(), &"It opened.".into()));
    assert_eq!(desk.run(["search", "--count", "x.desk:south"]).stdout, "1\n");

    // The same rules from another place, and on the file alone.
    desk.write("rules.toml", fs::read_to_string(desk.path().join("news/newshound.toml")).expect("the rules"));
    fs::remove_file(desk.path().join("news/newshound.toml")).expect("a file less");
    let run = desk.run(["index", "--index", "other", "--map", "rules.toml", "--extra", "desk:keyword", "news"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let digest = |index: &str| desk.run(["status", "--json", "--index", index]).json()["digests"]["content"].clone();
    assert_eq!(digest("index"), digest("other"));
}

#[test]
fn a_mapping_that_changes_has_what_it_is_about_read_again_and_nothing_else() {
    let desk = desk();
    assert_eq!(desk.run(["index", "news"]).code, 0);
    let report = desk.run(["index", "--json"]).json();
    assert_eq!((&report["sources"]["read"], &report["changed"]), (&0.into(), &false.into()));

    desk.write("news/newshound.toml", RULES.replace("\"TEXT1\", \"TEXT2\"", "\"TEXT2\", \"TEXT1\""));
    let check = desk.run(["check", "--json"]).json();
    assert_eq!((&check["same"], &check["counts"]["changed"]), (&false.into(), &1.into()), "{check}");
    assert_eq!(
        (&check["differences"][0]["cause"], &check["settings"][0]["setting"]),
        (&"settings".into(), &"newshound.toml".into())
    );
    let told = desk.run(["check"]);
    let then = "of wire/**/*.csv: TEXT1=body, TEXT2=body, HL=headline, RESSORT=x.desk; of site/: div.t=html.body, \
                h1.story-title=html.headline";
    let now = then.replace("TEXT1=body, TEXT2=body", "TEXT2=body, TEXT1=body");
    assert!(told.stdout.contains(&format!("\nnews: newshound.toml was {then}, is {now}\n")), "{}", told.stdout);
    assert!(told.stdout.starts_with("other settings: "), "{}", told.stdout);
    assert_eq!(told.code, 1);

    let report = desk.run(["index", "--json"]).json();
    assert_eq!((&report["sources"]["read"], &report["articles"]["replaced"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(desk.run(["check"]).code, 0);
    // A comment is no other mapping.
    desk.write(
        "news/newshound.toml",
        format!("# Here.\n{}", RULES.replace("\"TEXT1\", \"TEXT2\"", "\"TEXT2\", \"TEXT1\"")),
    );
    assert_eq!(desk.run(["check"]).code, 0);
    assert_eq!(desk.run(["index", "--json"]).json()["changed"], false);
    fs::remove_file(desk.path().join("news/newshound.toml")).expect("a file less");
    let report = desk.run(["index", "--json"]).json();
    assert_eq!((&report["sources"]["read"], &report["articles"]["deleted"]), (&2.into(), &2.into()), "{report}");
}

#[test]
fn a_lock_file_tells_another_mapping_from_another_corpus() {
    let desk = desk();
    assert_eq!(desk.run(["index", "--lock", "l.lock", "--lock-detail", "news"]).code, 0);
    assert_eq!(desk.run(["check", "--lock", "l.lock", "news"]).code, 0);
    desk.write("news/newshound.toml", RULES.replace("h1.story-title", "h1"));
    let run = desk.run(["check", "--lock", "l.lock", "--json", "news"]);
    let report = run.json();
    assert_eq!((run.code, &report["settings"][0]["setting"]), (1, &"newshound.toml".into()), "{report}");
    assert_eq!(report["differences"][0]["cause"], "unknown");
    let locked = desk.run(["index", "--locked", "l.lock", "news"]);
    assert_eq!(locked.code, 1, "{}", locked.stdout);
}

#[test]
fn what_is_wrong_in_it_is_told_with_path_and_line_and_leaves_no_index() {
    let desk = desk();
    desk.write("news/newshound.toml", RULES.replace("headline = \"HL\"", "headlin = \"HL\""));
    let run = desk.run(["index", "news"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let place = desk.path().join("news/newshound.toml");
    let told =
        format!("error: map: {}:4: `headlin` is no field of an article; did you mean `headline`?\n", place.display());
    assert_eq!(run.stderr, told);
    assert!(!desk.path().join("index").exists());
    for args in [["index", "--map", "x.toml", "news"], ["index", "--map", "a=titel", "news"]] {
        let run = desk.run(args);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(!desk.path().join("index").exists());
    }
    let told = "error: --map: there is no file `x.toml`; name one, or write KEY=FIELD, such as titel=headline\n";
    assert_eq!(desk.run(["index", "--map", "x.toml", "news"]).stderr, told);
    desk.write("bad.toml", "[[map]]\nbody = \n");
    assert!(
        desk.run(["index", "--map", "bad.toml", "news"])
            .stderr
            .starts_with("error: map: bad.toml:2: this is no TOML: ")
    );
}

#[test]
#[cfg(unix)]
fn a_link_in_its_place_is_not_followed() {
    let desk = desk();
    let place = desk.path().join("news/newshound.toml");
    fs::rename(&place, desk.path().join("rules.toml")).expect("a rename");
    std::os::unix::fs::symlink(desk.path().join("rules.toml"), &place).expect("a link");
    let run = desk.run(["index", "news"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("newshound.toml: no file but a link or a folder; put the file itself here"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_typed_comes_before_a_file_and_both_before_the_corpus() {
    let desk = desk();
    desk.write("rules.toml", "[[map]]\nheadline = 'TEXT1'\nsection = 'RESSORT'\n");
    let run = desk.run(["index", "--map", "rules.toml", "--map", "TEXT2=headline", "news"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let headlines = headlines(&desk);
    assert!(
        headlines.contains(&"It went on.".to_owned()) && headlines.contains(&"The wind.".to_owned()),
        "{headlines:?}"
    );
    let shown = desk.stdout(["show", "--json", "a.csv#1"]);
    let article: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!((&article["section"]["path"], &article["body"]), (&"north".into(), &serde_json::json!(["It rained."])));
    // It is remembered, and not asked for again.
    assert_eq!(desk.run(["index", "--json"]).json()["changed"], false);
}

#[test]
fn fields_are_shown_by_the_rules_around_a_file() {
    let desk = desk();
    let told = desk.stdout(["fields", "news/wire/2024/a.csv", "news/site/a.html"]);
    for expected in ["Ferry late", "column HL", "Quay opened", "selector h1.story-title"] {
        assert!(told.contains(expected), "{told}");
    }
    desk.write("a.csv", TABLE);
    assert_eq!(desk.run(["fields", "a.csv"]).code, 1, "no rules are around it");
    assert!(desk.stdout(["fields", "--map", "HL=headline", "a.csv"]).contains("column HL"));
}

#[test]
fn files_in_archives_are_mapped_by_their_paths() {
    let desk = Desk::new();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("wire/a.csv", zip::write::SimpleFileOptions::default()).expect("memory suffices");
    archive.write_all(TABLE.as_bytes()).expect("memory suffices");
    desk.write("news/old.zip", archive.finish().expect("memory suffices").into_inner());
    desk.write("news/newshound.toml", "[[map]]\nfiles = 'old.zip!/wire/*.csv'\nheadline = 'HL'\n");
    let report = desk.run(["index", "--json", "news"]).json();
    assert_eq!(report["articles"]["added"], 5, "{report}");
    // Of an archive it is not known beforehand which files a rule is about.
    desk.write("news/newshound.toml", "[[map]]\nfiles = 'old.zip!/wire/*.csv'\nheadline = 'TEXT1'\n");
    let report = desk.run(["index", "--json"]).json();
    assert_eq!(report["articles"]["replaced"], 2, "{report}");
}

#[test]
#[cfg(feature = "parquet")]
fn rules_are_about_tables_of_parquet_by_their_paths_too() {
    let desk = Desk::new();
    let table = crate::golden::package().join("tests/fixtures/formats/table.parquet");
    let table = fs::read(table).expect("the fixture");
    desk.write("news/a/t.parquet", &table);
    desk.write("news/b/t.parquet", &table);
    desk.write("news/newshound.toml", "[[map]]\nfiles = \"b/\"\nheadline = \"meta.desk\"\n");
    assert_eq!(desk.run(["index", "news"]).code, 0);
    let headline = |id: &str| {
        let article: Value = serde_json::from_str(&desk.stdout(["show", "--json", id])).expect("JSON");
        article["headline"].clone()
    };
    assert_eq!([headline("news:a/t.parquet#1"), headline("news:b/t.parquet#1")], ["Ferry returns", "north"]);
}
