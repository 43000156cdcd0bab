//! Ctrl-C and SIGTERM: the first asks the run to end with the index at its last commit, the second ends the program.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Exit;

static ASKED: AtomicBool = AtomicBool::new(false);

/// Has interrupts noted from now on, instead of ending the program.
pub(crate) fn listen() {
    let noted = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(Exit::Interrupted.code().into());
        }
    });
    // Where signals cannot be caught, an interrupt ends the program, and the last commit stands all the same.
    drop(noted);
}

/// Tells whether the user asked to stop.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
