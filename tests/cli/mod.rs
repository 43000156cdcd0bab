//! The program as it is typed: run as a process, judged by its output and exit code.

mod checking;
mod completions_and_man;
mod copies;
mod coverage;
mod declared;
mod deleting;
mod durable;
mod eval;
mod exit_codes;
mod fields;
mod help;
mod indexing;
mod limits;
mod locks;
mod mapping;
mod output;
mod queries;
mod repairing;
mod show_and_status;
mod verifying;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A working directory with a small corpus of made-up articles.
struct Desk {
    dir: tempfile::TempDir,
}

/// What a run said, and how it ended.
struct Run {
    stdout: String,
    stderr: String,
    code: i32,
}

impl Desk {
    /// Makes a working directory with the corpus `news`, and no index.
    fn new() -> Desk {
        let desk = Desk { dir: tempfile::tempdir().expect("a folder for the test") };
        desk.write("news/ferry.md", FERRY);
        desk.write("news/bridge.md", BRIDGE);
        desk.write("news/undated.md", UNDATED);
        desk
    }

    /// Makes a working directory with the corpus `news`, indexed.
    fn indexed() -> Desk {
        let desk = Desk::new();
        let run = desk.run(["index", "news"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        desk
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Returns the program, to be run in this folder and in no terminal.
    fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newshound"));
        command.args(args).current_dir(self.path()).stdin(Stdio::null());
        for variable in ["NEWSHOUND_INDEX", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
            command.env_remove(variable);
        }
        command
    }

    fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        Run::of(self.command(args).output().expect("the program runs"))
    }

    /// Runs a command line that is to succeed, and returns its standard output.
    fn stdout<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.stdout
    }
}

impl Run {
    fn of(output: Output) -> Run {
        Run {
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
            code: output.status.code().expect("it ended by itself"),
        }
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("standard output is one JSON value")
    }
}

const FERRY: &str = "\
---
id: ferry-1
title: Ferry returns to the Ostrel crossing
date: 2024-03-05
section: City / Transport
publisher: The Ansel Courier
author: Mira Tolland
---

The ferry sailed again on Monday after nine weeks in dock. Its crew had repaired the rudder in the harbour.

Fares stay as they were.
";

const BRIDGE: &str = "\
---
id: bridge-7
title: Bridge toll to rise
date: 2023-11-20
section: City
publisher: The Ansel Courier
---

The toll on the harbour bridge rises to three crowns in January.
";

const UNDATED: &str = "\
---
id: note-3
title: Harbour notes
---

The harbour master keeps a list of every boat that has sailed.
";

/// Copies the program to where any user may run it. Not by this process: what other tests start meanwhile would have the copy
/// open, and no file that is open for writing can be run.
#[cfg(unix)]
fn copy_program(to: &Path) {
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_newshound")).arg(to).status().expect("cp");
    assert!(copied.success());
}
