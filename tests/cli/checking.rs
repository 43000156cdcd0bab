//! `newshound check`: what differs is told with its cause, and nothing is written.

use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;

use super::{Desk, FERRY, Run};

/// Returns the differences of a report as `change cause corpus/path#record id`.
fn told(report: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let differences = report["differences"].as_array().expect("a list");
    let told = differences.iter().map(|difference| {
        let source = &difference["source"];
        let record = source["record"].as_u64().map(|record| format!("#{record}")).unwrap_or_default();
        let place = format!("{}/{}{record}", word(&source["corpus"]), word(&source["path"]));
        format!("{} {} {place} {}", word(&difference["change"]), word(&difference["cause"]), word(&difference["id"]))
    });
    told.collect()
}

/// Returns every file of a folder with its bytes and time.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>, SystemTime)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.expect("an entry"));
    let files = entries.map(|entry| {
        let modified = entry.metadata().expect("metadata").modified().expect("a time");
        (entry.path().display().to_string(), fs::read(entry.path()).unwrap_or_default(), modified)
    });
    files.collect()
}

fn manifest_of(desk: &Desk) -> std::path::PathBuf {
    let entries = fs::read_dir(desk.path().join("index")).expect("the index");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths.find(|path| path.display().to_string().contains("manifest-")).expect("a manifest")
}

/// Changes the bytes of the manifest as if another program had written it: with the hash that they have then, which
/// stands behind the magic and the version.
fn edit_manifest(desk: &Desk, edit: impl FnOnce(&mut [u8])) {
    let path = manifest_of(desk);
    let whole = fs::read(&path).expect("the manifest");
    let mut edited = whole.clone();
    edit(&mut edited);
    assert_ne!(edited, whole, "the edit changes something");
    let hash = blake3::hash(&edited[44..]);
    edited[12..44].copy_from_slice(hash.as_bytes());
    fs::write(&path, &edited).expect("the manifest");
    seal(desk, &edited);
}

/// Seals the last commit with another manifest.
fn seal(desk: &Desk, manifest: &[u8]) {
    let path = desk.path().join("index/meta.json");
    let mut meta = fs::read_to_string(&path).expect("meta.json");
    let mut put = |after: &str, digits: &str| {
        let at = meta.find(after).expect("it stands there") + after.len();
        meta.replace_range(at..at + digits.len(), digits);
        blake3::hash(meta.as_bytes()).to_hex()[..32].to_owned()
    };
    let head = blake3::hash(&manifest[..manifest.len().min(256)]);
    let head = u64::from_le_bytes(*head.as_bytes().first_chunk().expect("a hash has 32 bytes"));
    put(&format!("manifest-1.bin={}:", manifest.len()), &format!("{head:016x}"));
    let sealed = put(" seal=", &"0".repeat(32));
    put(" seal=", &sealed);
    fs::write(&path, meta).expect("meta.json");
}

/// Has another version of the program be the one that wrote the index.
fn make_older(manifest: &mut [u8]) {
    let (now, then) = (env!("CARGO_PKG_VERSION").as_bytes(), OLDER.as_bytes());
    assert_eq!(now.len(), then.len(), "the other version is as long");
    let places: Vec<usize> = (0..manifest.len() - now.len()).filter(|at| manifest[*at..].starts_with(now)).collect();
    for at in places {
        manifest[at..at + then.len()].copy_from_slice(then);
    }
}

const OLDER: &str = "0.0.9";

/// Runs the program without a superuser's rights, where this test has them: whoever may do everything is refused nothing.
#[cfg(unix)]
fn run_as_nobody(desk: &Desk, args: &[&str]) -> Run {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65534;
    fs::set_permissions(desk.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    let place = tempfile::tempdir().expect("a folder");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    let program = place.path().join("newshound");
    super::copy_program(&program);
    let mut command = std::process::Command::new(&program);
    command.args(args).current_dir(desk.path()).env_remove("NEWSHOUND_INDEX");
    match command.uid(NOBODY).gid(NOBODY).output() {
        Ok(output) => Run::of(output),
        // Not a superuser: then the program has no rights to lose.
        Err(_) => desk.run(args),
    }
}

#[test]
fn fresh_index_is_the_same_and_nothing_is_written() {
    let desk = Desk::indexed();
    let before = tree(desk.path());
    let run = desk.run(["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout, "same: the index is what indexing now would give, 3 articles\n");
    assert_eq!(desk.run(["check", "--trust-mtime", "news"]).code, 0);
    assert_eq!(desk.run(["check", "--format", "sarif"]).code, 0);
    assert_eq!(tree(desk.path()), before);
}

#[test]
#[cfg(unix)]
fn read_only_index_is_checked() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::indexed();
    let index = desk.path().join("index");
    fs::set_permissions(&index, fs::Permissions::from_mode(0o555)).expect("permissions");
    let before = tree(&index);
    let run = run_as_nobody(&desk, &["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(tree(&index), before);
    fs::set_permissions(&index, fs::Permissions::from_mode(0o755)).expect("permissions");
}

#[test]
fn check_needs_no_lock_of_the_index() {
    let desk = Desk::indexed();
    let index = newshound::Index::open(desk.path().join("index")).expect("the index");
    let _writer = index.writer().expect("the writer");
    assert_eq!(desk.run(["check"]).code, 0);
}

#[test]
fn added_changed_removed_and_renamed_articles_are_listed() {
    let desk = Desk::indexed();
    fs::remove_file(desk.path().join("news/undated.md")).expect("a file less");
    fs::rename(desk.path().join("news/bridge.md"), desk.path().join("news/toll.md")).expect("a rename");
    desk.write("news/ferry.md", FERRY.replace("nine", "ten"));
    desk.write("news/wire.jsonl", "{\"id\": \"w-1\", \"title\": \"Quay closed\", \"body\": \"The quay is closed.\"}\n");
    let run = desk.run(["check", "--json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let report = run.json();
    let expected = [
        "removed source news/bridge.md bridge-7",
        "changed source news/ferry.md ferry-1",
        "added source news/toll.md bridge-7",
        "removed source news/undated.md note-3",
        "added source news/wire.jsonl#1 w-1",
    ];
    assert_eq!(told(&report), expected);
    assert_eq!(report["differences"][2]["renamed_from"], "bridge.md");
    assert_eq!(report["counts"]["changed"], 1);
    assert_eq!((&report["same"], &report["same_content"]), (&false.into(), &false.into()));
    let text = desk.run(["check"]);
    assert!(text.stdout.starts_with("drift: 2 articles added, 1 changed, 2 removed, 0 the same\n"), "{}", text.stdout);
    assert!(text.stdout.contains("added      news/toll.md (bridge-7): renamed from bridge.md\n"), "{}", text.stdout);
    assert_eq!(desk.run(["index", "--quiet"]).code, 0);
    assert_eq!(desk.run(["check"]).code, 0, "what was told is what indexing does");
}

#[test]
fn change_under_the_same_size_and_time_is_found_unless_times_are_trusted() {
    let desk = Desk::new();
    let path = desk.path().join("news/ferry.md");
    let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    let set_old = || File::options().write(true).open(&path).and_then(|file| file.set_modified(old)).expect("a time");
    set_old();
    desk.stdout(["index", "news"]);
    desk.write("news/ferry.md", FERRY.replace("nine", "nime"));
    set_old();
    assert_eq!(desk.run(["check", "--trust-mtime"]).code, 0);
    let run = desk.run(["check", "--json"]);
    assert_eq!(run.code, 1);
    assert_eq!(told(&run.json()), ["changed source news/ferry.md ferry-1"]);
}

#[test]
fn line_ends_of_another_system_are_no_difference() {
    let desk = Desk::indexed();
    desk.write("news/ferry.md", FERRY.replace('\n', "\r\n"));
    assert_eq!(desk.run(["check"]).code, 0);
}

#[test]
fn index_that_was_tampered_with_is_told_from_drift() {
    let desk = Desk::indexed();
    let source = fs::read(desk.path().join("news/bridge.md")).expect("the source");
    edit_manifest(&desk, |manifest| {
        // The hash of the source, the number of its articles, the record, and the hash of the article.
        let hash = &blake3::hash(&source).as_bytes()[..16].to_vec();
        let at = manifest.windows(16).position(|bytes| bytes == hash).expect("the source is known");
        manifest[at + 18] ^= 1;
    });
    let run = desk.run(["check", "--json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(told(&run.json()), ["changed index news/bridge.md bridge-7"]);
}

#[test]
fn upgrade_is_told_from_drift() {
    let desk = Desk::indexed();
    edit_manifest(&desk, make_older);
    let run = desk.run(["check"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let now = env!("CARGO_PKG_VERSION");
    assert_eq!(run.stdout, format!("upgrade: the articles are the same\nprogram was {OLDER}, is {now}\n"));
    desk.write("news/ferry.md", FERRY.replace("nine", "ten"));
    let both = desk.run(["check"]).stdout;
    assert!(both.starts_with("upgrade and drift: 0 articles added, 1 changed, 0 removed, 2 the same\n"), "{both}");
}

#[test]
fn other_settings_are_a_difference_with_their_articles() {
    let desk = Desk::new();
    desk.write("news/quay.md", "---\ntitle: Quay closed\ndate: 02/05/2016\n---\n\nThe quay is closed.\n");
    desk.stdout(["index", "news", "--date-order", "day-first"]);
    assert_eq!(desk.run(["check"]).code, 0, "the settings are remembered");
    let run = desk.run(["check", "news", "--exclude", "undated.md", "--json"]);
    assert_eq!(run.code, 1);
    let report = run.json();
    assert_eq!(told(&report), ["changed settings news/quay.md quay.md", "removed settings news/undated.md note-3"]);
    let settings: Vec<&Value> = report["settings"].as_array().expect("a list").iter().map(|s| &s["setting"]).collect();
    assert_eq!(settings, ["exclude", "date-order"]);
    let text = desk.run(["check", "news"]).stdout;
    assert!(text.starts_with("other settings and less coverage: 0 articles added, 1 changed, "), "{text}");
    assert!(text.contains("news: --date-order was day-first, is not given\n"), "{text}");
}

#[test]
#[cfg(unix)]
fn file_that_cannot_be_read_any_more_is_told() {
    let desk = Desk::new();
    desk.write("news/city/quay.md", "# Quay\n\nThe quay is closed.\n");
    desk.stdout(["index", "news", "--lock", "newshound.lock", "--lock-detail"]);
    use std::os::unix::fs::PermissionsExt;
    let path = desk.path().join("news/ferry.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
    let folder = desk.path().join("news/city");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).expect("permissions");
    let of_index = run_as_nobody(&desk, &["check", "--json"]);
    let of_lock = run_as_nobody(&desk, &["check", "--json", "--lock", "newshound.lock", "news"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("permissions");
    for run in [of_index, of_lock] {
        assert_eq!(run.code, 1, "{}", run.stderr);
        let expected = ["unreadable source news/city/quay.md city/quay.md", "unreadable source news/ferry.md ferry.md"];
        assert_eq!(told(&run.json()), expected);
        assert_eq!(run.json()["counts"]["unreadable"], 2);
    }
}

#[test]
fn errors_are_not_differences() {
    let desk = Desk::new();
    assert_eq!(desk.run(["check"]).code, 3);
    assert_eq!(desk.run(["check", "--lock", "none.lock", "news"]).code, 6);
    assert_eq!(desk.run(["check", "--json", "--format", "sarif"]).code, 2);
    let desk = Desk::indexed();
    fs::rename(desk.path().join("news"), desk.path().join("elsewhere")).expect("a rename");
    assert_eq!(desk.run(["check", "news"]).code, 6);
    let run = desk.run(["check"]);
    assert_eq!(run.code, 6, "{}", run.stdout);
    assert_eq!(desk.run(["check", "news=elsewhere"]).code, 0, "a copy at another place is checked too");
}

#[test]
fn markdown_is_bounded_and_no_file_name_is_markup() {
    let desk = Desk::indexed();
    for number in 0..300 {
        let long = "é|`@team".repeat(20);
        desk.write(&format!("news/{number:03} {long}.md"), "# Quay\n\nThe quay is closed.\n");
    }
    desk.write("news/0 <img src=x>|`$x$` [a](b) @team #1.md", "# Quay\n\nThe quay is closed.\n");
    let run = desk.run(["check", "--format", "markdown"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let rows: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("| added")).collect();
    assert_eq!(rows.len(), 50, "{}", run.stdout);
    assert!(run.stdout.len() < 60_000);
    assert!(run.stdout.ends_with("\nand 251 more\n"), "{}", run.stdout);
    for row in rows {
        assert_eq!(row.matches('|').count(), 5, "{row}");
        assert_eq!(row.matches('`').count(), 4, "{row}");
    }
    let name = r"`0 <img src=x>\x7c\x60\x24x\x24\x60 [a](b) @team #1.md`";
    assert!(run.stdout.contains(name), "{}", run.stdout);
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let desk = Desk::indexed();
    desk.write("news/city hall/quay #1.md", "# Quay\n\nThe quay is closed.\n");
    fs::remove_file(desk.path().join("news/bridge.md")).expect("a file less");
    edit_manifest(&desk, make_older);
    let run = desk.run(["check", "--format", "sarif", "--coverage-drop", "100"]);
    assert_eq!(run.code, 1);
    let log = run.json();
    // Sections 3.13 to 3.27: version and runs; tool.driver.name; results; rules with ids; messages with a text.
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "newshound");
    assert!(run["invocations"][0]["executionSuccessful"].is_boolean());
    let rules: Vec<&Value> = run["tool"]["driver"]["rules"].as_array().expect("rules").iter().collect();
    let mut ids = Vec::new();
    for result in run["results"].as_array().expect("results") {
        let id = result["ruleId"].as_str().expect("a rule");
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], id);
        assert!(result["message"]["text"].is_string());
        for location in result["locations"].as_array().expect("locations") {
            let artifact = &location["physicalLocation"]["artifactLocation"];
            let base = artifact["uriBaseId"].as_str().expect("a base");
            assert!(run["originalUriBaseIds"][base]["uri"].as_str().is_some_and(|uri| uri.ends_with('/')), "{base}");
        }
        ids.push(format!("{id} {}", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]));
    }
    let expected = ["upgrade null", "removed \"bridge.md\"", "added \"city%20hall/quay%20%231.md\""];
    assert_eq!(ids, expected);
    assert_eq!(run["originalUriBaseIds"]["news"]["uriBaseId"], "%SRCROOT%");

    let log = desk.run(["check", "--format", "sarif", "--coverage-drop", "100", "--relative-to", "."]).json();
    let artifact = &log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!((&artifact["uri"], &artifact["uriBaseId"]), (&"news/bridge.md".into(), &"%SRCROOT%".into()));
}
