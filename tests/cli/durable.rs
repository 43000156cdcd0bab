//! What the program does where the disk, the folder, another process or the user is in the way: a clear message, the
//! documented exit code, and the last commit as it was.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use newshound::Index;

use super::{Desk, Run};
use crate::support::skip;

/// A file system in memory.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn at(path: &'a Path, size: &str) -> Option<Mounted<'a>> {
        fs::create_dir_all(path).expect("a folder can be made");
        let options = format!("size={size}");
        mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], path).then_some(Mounted(path))
    }

    fn again(&self, options: &str) {
        assert!(mount(&["-o", &format!("remount,{options}")], self.0), "it can be mounted with other options");
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

fn mount(args: &[&str], path: &Path) -> bool {
    let mounted = Command::new("mount").args(args).arg(path).output();
    mounted.is_ok_and(|mounted| mounted.status.success())
}

/// Writes some megabytes of news, whose words are not those of the small corpus.
fn write_much(desk: &Desk) {
    for file in 0..30 {
        let line = |n: u64| {
            let words: Vec<String> =
                (0..60).map(|word| format!("t{:x}", (n * 61 + word) * 2_654_435_761 % 9_999_991)).collect();
            serde_json::json!({"title": "Tide", "body": words.join(" ")}).to_string()
        };
        let lines: Vec<String> = (file * 200..file * 200 + 200).map(line).collect();
        desk.write(&format!("news/tides-{file}.jsonl"), lines.join("\n"));
    }
}

#[test]
fn full_disk_is_6_keeps_the_last_commit_and_is_gone_on_from() {
    let desk = Desk::new();
    let place = desk.path().join("disk");
    let Some(disk) = Mounted::at(&place, "1m") else { return skip("no file system can be mounted here") };
    desk.stdout(["index", "--index", "disk/index", "news"]);
    write_much(&desk);
    for _ in 0..2 {
        let run = desk.run(["index", "--index", "disk/index", "--json"]);
        assert_eq!(run.code, 6, "{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("No space left on device"), "{}", run.stderr);
        assert!(run.stderr.contains("hint: free some room and run the same command again"), "{}", run.stderr);
        assert_eq!(run.json()["error"]["kind"], "disk-full", "{}", run.stdout);
        assert_eq!(desk.stdout(["search", "--index", "disk/index", "--count", "ferry"]), "1\n");
        assert_eq!(desk.run(["search", "--index", "disk/index", "tide"]).code, 1);
    }
    disk.again("size=64m");
    desk.stdout(["index", "--index", "disk/index"]);
    assert_eq!(desk.stdout(["search", "--index", "disk/index", "--count", "tide"]), "6000\n");
}

#[test]
fn read_only_file_system_is_searched_and_not_written() {
    let desk = Desk::new();
    let place = desk.path().join("disk");
    let Some(disk) = Mounted::at(&place, "4m") else { return skip("no file system can be mounted here") };
    desk.stdout(["index", "--index", "disk/index", "news"]);
    disk.again("ro");
    let place = ["--index", "disk/index"];
    assert_eq!(desk.stdout(["search", place[0], place[1], "--count", "ferry"]), "1\n");
    assert!(desk.stdout(["show", place[0], place[1], "ferry-1"]).contains("Ostrel"));
    assert_eq!(desk.run(["status", place[0], place[1]]).code, 0);
    assert_eq!(desk.run(["snapshot", place[0], place[1], "copy"]).code, 0);
    assert_eq!(desk.stdout(["search", "--index", "copy", "--count", "ferry"]), "1\n");
    let run = desk.run(["index", place[0], place[1]]);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(run.stderr.contains("Read-only file system"), "{}", run.stderr);
    disk.again("rw");
}

#[test]
#[cfg(unix)]
fn another_user_searches_and_files_have_the_permissions_of_the_umask() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let desk = Desk::new();
    let program = desk.path().join("newshound");
    super::copy_program(&program);
    let index = |umask: &str, name: &str| {
        let typed = format!("umask {umask}; ./newshound index --quiet --index {name} news");
        let run = Command::new("sh").args(["-c", &typed]).current_dir(desk.path()).status().expect("a shell");
        assert!(run.success());
        let files = fs::read_dir(desk.path().join(name)).expect("the index").map(|file| file.expect("an entry"));
        let modes = files.map(|file| file.metadata().expect("a file").permissions().mode() & 0o777);
        let modes: std::collections::BTreeSet<u32> = modes.collect();
        modes
    };
    assert_eq!(index("027", "narrow"), [0o640].into());
    assert_eq!(index("022", "wide"), [0o644].into());
    fs::set_permissions(desk.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    if fs::metadata(desk.path()).expect("the folder is there").uid() != 0 {
        return skip("only root can run the program as another user");
    }
    let nobody = 65_534;
    let run = |args: &[&str]| {
        let mut command = Command::new(&program);
        command.args(args).current_dir(desk.path()).uid(nobody).gid(nobody);
        Run::of(command.output().expect("the program runs"))
    };
    assert_eq!(run(&["search", "--index", "wide", "--count", "ferry"]).stdout, "1\n");
    assert_eq!(run(&["status", "--index", "wide"]).code, 0);
    let refused = run(&["index", "--index", "wide"]);
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    assert!(refused.stderr.contains("Permission denied"), "{}", refused.stderr);
    assert_eq!(run(&["search", "--index", "narrow", "ferry"]).code, 6);
    // What may not be read is not damaged, and a repair does not take it away.
    let wide = desk.path().join("wide");
    fs::set_permissions(&wide, fs::Permissions::from_mode(0o777)).expect("it is ours");
    let files = fs::read_dir(&wide).expect("the index").map(|file| file.expect("an entry").path());
    for file in files.filter(|path| path.extension().is_some_and(|extension| extension == "store")) {
        fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).expect("it is ours");
        for args in [["search", "ferry"].as_slice(), &["verify"], &["repair"], &["verify", "--quick"]] {
            let refused = run(&[args, &["--index", "wide"]].concat());
            assert_eq!(refused.code, 6, "{args:?}: {}", refused.stderr);
            assert!(refused.stderr.contains("Permission denied"), "{args:?}: {}", refused.stderr);
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("it is ours");
    }
    assert_eq!(run(&["search", "--index", "wide", "--count", "ferry"]).stdout, "1\n");
    // Neither where nothing tells any more which files there are to be.
    fs::remove_file(wide.join("meta.json")).expect("a file less");
    let files = fs::read_dir(&wide).expect("the index").map(|file| file.expect("an entry").path());
    for file in files {
        let is_store = file.extension().is_some_and(|extension| extension == "store");
        let owner = if is_store { 0 } else { nobody };
        std::os::unix::fs::chown(&file, Some(owner), None).expect("root may");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    let refused = run(&["repair", "--index", "wide"]);
    assert_eq!(refused.code, 6, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains(".store: Permission denied"), "{}", refused.stderr);
    for file in fs::read_dir(&wide).expect("the index").map(|file| file.expect("an entry").path()) {
        std::os::unix::fs::chown(&file, Some(nobody), None).expect("root may");
    }
    let mended = run(&["repair", "--index", "wide"]);
    assert!(mended.stdout.contains("0 lost"), "{}{}", mended.stdout, mended.stderr);
    assert_eq!(run(&["search", "--index", "wide", "--count", "ferry"]).stdout, "1\n");
}

#[test]
fn second_writer_is_told_who_the_first_is() {
    let desk = Desk::indexed();
    let index = Index::open(desk.path().join("index")).expect("the index");
    let writer = index.writer().expect("no other writer");
    let run = desk.run(["index"]);
    assert_eq!(run.code, 5);
    let told = format!("another process (process {} on ", std::process::id());
    assert!(run.stderr.contains(&told) && run.stderr.contains(", since 20"), "{}", run.stderr);
    drop(writer);
    assert_eq!(desk.run(["index"]).code, 0);
}

#[test]
#[cfg(unix)]
fn interrupt_of_a_first_indexing_tells_what_is_kept_and_the_next_goes_on() {
    for signal in ["-TERM", "-INT"] {
        let desk = Desk::new();
        write_much(&desk);
        let args = ["index", "news", "--keep-every", "128KiB", "--threads", "1"];
        let mut command = desk.command(args);
        command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        while !desk.path().join("index/checkpoint.bin").exists() && child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.expect("kill runs").success());
        let run = Run::of(child.wait_with_output().expect("it ends"));
        assert_eq!(run.code, 130, "{}", run.stderr);
        assert!(run.stderr.starts_with("interrupt: stopping as soon as"), "{}", run.stderr);
        assert!(run.stderr.contains("sources that need not be read again"), "{}", run.stderr);
        assert_eq!(desk.run(["search", "ferry"]).code, 1, "readers see nothing of it");
        assert_eq!(desk.run(["verify"]).code, 0, "what is kept is no damage");
        let again = desk.stdout(args);
        assert!(again.contains("were read by a run that was interrupted"), "{again}");
        assert_eq!(desk.stdout(["search", "--count", "tide"]), "6000\n");
    }
}

#[test]
#[cfg(unix)]
fn interrupt_of_an_update_tells_that_nothing_of_it_is_kept() {
    let desk = Desk::indexed();
    write_much(&desk);
    let mut command = desk.command(["index", "--threads", "1"]);
    command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let child = command.spawn().expect("the program runs");
    if !has_begun_to_listen(&child) {
        drop(child.wait_with_output());
        return skip("this system does not tell which signals a process catches");
    }
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, 130, "{}", run.stderr);
    let told = "interrupted: the index is as the last commit left it; nothing of this run is kept, and the same command does \
                it again\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(!desk.path().join("index/checkpoint.bin").exists());
    assert!(desk.stdout(["index"]).starts_with("30 sources read, 3 unchanged"));
}

#[test]
#[cfg(unix)]
fn a_rebuild_that_waits_for_a_folder_tells_that_nothing_is_committed() {
    let desk = Desk::new();
    write_much(&desk);
    desk.write("alpha/quay.md", "# Quay\n\nThe quay is closed.\n");
    let args = ["index", "alpha", "news", "--keep-every", "128KiB", "--threads", "1"];
    let mut command = desk.command(args);
    command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    while !desk.path().join("index/checkpoint.bin").exists() && child.try_wait().is_ok_and(|ended| ended.is_none()) {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(Run::of(child.wait_with_output().expect("it ends")).code, 130);
    for is_empty in [false, true] {
        fs::rename(desk.path().join("news"), desk.path().join("away")).expect("a rename");
        if is_empty {
            fs::create_dir(desk.path().join("news")).expect("a folder");
        }
        let run = desk.run(args);
        assert_eq!(run.code, 6, "{}", run.stderr);
        assert!(run.stdout.ends_with("\nnothing is committed yet\n"), "{}", run.stdout);
        assert!(
            run.stderr.contains("news; an interrupted run had read some of it, and nothing is committed"),
            "{}",
            run.stderr
        );
        for told in [&run.stdout, &run.stderr] {
            assert!(!told.contains("articles are kept") && !told.contains("was indexed of it"), "{told}");
        }
        assert_eq!(desk.run(["search", "quay OR tide"]).code, 1, "readers see nothing of it");
        let _ = fs::remove_dir(desk.path().join("news"));
        fs::rename(desk.path().join("away"), desk.path().join("news")).expect("a rename");
    }
    fs::rename(desk.path().join("news"), desk.path().join("away")).expect("a rename");
    let mut without = args.to_vec();
    without.push("--allow-empty");
    desk.stdout(without);
    assert_eq!(desk.stdout(["search", "--count", "quay"]), "1\n");
    assert_eq!(desk.run(["search", "tide"]).code, 1);
}

/// A run whose commit takes its time, with what it said so far.
#[cfg(unix)]
struct Committing {
    child: std::process::Child,
    stderr: std::io::BufReader<std::process::ChildStderr>,
}

#[cfg(unix)]
impl Committing {
    /// Begins a canonical build and waits until its commit is being made: a second segment, of all articles, comes then.
    fn begin(desk: &Desk) -> Committing {
        let before = stores(desk);
        let mut command = desk.command(["index", "news", "--canonical", "--threads", "1", "--keep-every", "1GiB"]);
        command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        while stores(desk).difference(&before).count() < 2 {
            assert!(child.try_wait().expect("it is a child").is_none(), "it was done before it could be interrupted");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let stderr = std::io::BufReader::new(child.stderr.take().expect("it is piped"));
        Committing { child, stderr }
    }

    /// Interrupts it, and returns what it says to that; how far it is it may say before.
    fn interrupt(&mut self) -> String {
        use std::io::BufRead as _;
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let mut lines = (&mut self.stderr).lines().map(|line| line.expect("text"));
        lines.find(|line| line.starts_with("interrupt")).expect("it answers")
    }
}

/// Returns the names of the files of stored articles.
#[cfg(unix)]
fn stores(desk: &Desk) -> std::collections::BTreeSet<String> {
    let entries = fs::read_dir(desk.path().join("index")).into_iter().flatten().flatten();
    entries.map(|e| e.file_name().to_string_lossy().into_owned()).filter(|name| name.ends_with(".store")).collect()
}

#[test]
#[cfg(unix)]
fn interrupt_of_a_commit_is_answered_at_once_and_a_second_one_ends_it() {
    let desk = Desk::indexed();
    write_much(&desk);
    let mut run = Committing::begin(&desk);
    let answer = run.interrupt();
    assert_eq!(answer, "interrupt: finishing the commit; interrupt once more to stop at once");
    assert!(run.child.try_wait().expect("it is a child").is_none(), "the commit is to be finished");
    let answer = run.interrupt();
    assert!(answer.starts_with("interrupted: stopped at once; what was committed stands"), "{answer}");
    assert_eq!(run.child.wait().expect("it ended").code(), Some(130));
    assert_eq!(desk.run(["verify", "--quick"]).code, 0);
    assert_eq!(desk.stdout(["search", "--count", "ferry"]), "1\n");
    assert_eq!(desk.run(["search", "tide"]).code, 1, "the last commit stands");

    let desk = Desk::indexed();
    write_much(&desk);
    let mut run = Committing::begin(&desk);
    assert!(run.interrupt().starts_with("interrupt: finishing the commit"));
    assert_eq!(run.child.wait().expect("it ended").code(), Some(0), "the commit was finished");
    assert_eq!(desk.stdout(["search", "--count", "tide"]), "6000\n");
    assert_eq!(desk.run(["verify", "--quick"]).code, 0);
}

/// Waits until a process catches SIGTERM; `false` where the system does not tell.
#[cfg(unix)]
fn has_begun_to_listen(child: &std::process::Child) -> bool {
    for _ in 0..10_000 {
        let Ok(status) = fs::read_to_string(format!("/proc/{}/status", child.id())) else { return false };
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let Some(caught) = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) else { return false };
        if caught & 1 << (15 - 1) != 0 {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    false
}

#[test]
#[cfg(unix)]
fn interrupt_of_a_verification_or_a_purge_is_answered() {
    let desk = Desk::indexed();
    write_much(&desk);
    desk.stdout(["index"]);
    for signal in ["-TERM", "-INT"] {
        let mut command = desk.command(["verify"]);
        command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let child = command.spawn().expect("the program runs");
        if !has_begun_to_listen(&child) {
            drop(child.wait_with_output());
            return skip("this system does not tell which signals a process catches");
        }
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let run = Run::of(child.wait_with_output().expect("it ends"));
        assert_eq!((run.code, run.stdout.as_str()), (130, ""), "{}", run.stderr);
        assert!(run.stderr.starts_with("interrupted: stopped verifying before it was done"), "{}", run.stderr);
    }
    let begin = || {
        let mut command = desk.command(["delete", "--purge", "tides-7.jsonl#9", "--reason", "on wish"]);
        command.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        command.spawn().expect("the program runs")
    };
    let child = begin();
    assert!(has_begun_to_listen(&child));
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, 130, "{}", run.stderr);
    assert!(run.stderr.starts_with("interrupt: stopping as soon as"), "{}", run.stderr);
    assert!(run.stderr.ends_with("interrupted: nothing was changed\n"), "{}", run.stderr);
    assert_eq!(desk.stdout(["search", "--count", "tide"]), "6000\n");

    let before = stores(&desk);
    let mut child = begin();
    while stores(&desk).is_subset(&before) {
        assert!(child.try_wait().expect("it is a child").is_none(), "it was done before it could be interrupted");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let run = Run::of(child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, 0, "the commit was finished: {}", run.stderr);
    assert!(run.stderr.starts_with("interrupt: finishing the commit"), "{}", run.stderr);
    assert_eq!(desk.stdout(["search", "--count", "tide"]), "5999\n");
}

#[test]
fn many_processes_search_while_one_writes() {
    let desk = Desk::indexed();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..10 {
                desk.write(&format!("news/ferry-{number}.md"), format!("# Ferry {number}\n\nThe ferry sailed.\n"));
                desk.stdout(["index", "--quiet"]);
            }
            is_over.store(true, Ordering::Relaxed);
        });
        for _ in 0..3 {
            scope.spawn(|| {
                let mut last = 1;
                while !is_over.load(Ordering::Relaxed) {
                    let found: u64 = desk.stdout(["search", "--count", "ferry"]).trim().parse().expect("a number");
                    assert!((last..=11).contains(&found), "{found} after {last}");
                    last = found;
                }
            });
        }
    });
    assert_eq!(desk.stdout(["search", "--count", "ferry"]), "11\n");
}

#[test]
fn snapshot_is_searched_and_told_as_json() {
    let desk = Desk::indexed();
    let told = desk.stdout(["snapshot", "backup"]);
    assert!(told.starts_with("3 articles in 9 files, "), "{told}");
    assert_eq!(desk.stdout(["search", "--index", "backup", "--count", "ferry"]), "1\n");
    assert_eq!(desk.run(["verify", "--index", "backup"]).code, 0);
    let report = desk.run(["snapshot", "--json", "other"]).json();
    assert_eq!((&report["articles"], &report["files"]), (&3.into(), &9.into()));
    assert_eq!(desk.run(["snapshot", "backup"]).code, 3);
    assert_eq!(desk.run(["snapshot", "--index", "nowhere", "third"]).code, 3);
    assert!(!desk.path().join("third").exists());
}
