//! Ctrl-C and SIGTERM: the first asks the run to end with the index at its last commit, or to finish the commit that is
//! being made; the second ends the program. Each is answered at once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::{Exit, say};

static ASKED: AtomicBool = AtomicBool::new(false);
static IS_COMMITTING: AtomicBool = AtomicBool::new(false);

/// Has interrupts noted from now on, instead of ending the program.
pub(crate) fn listen() {
    let noted = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            // The index is at a commit at any moment, whatever is killed.
            say(
                "interrupted",
                "stopped at once; what was committed stands, and the next run clears away what was begun",
            );
            std::process::exit(Exit::Interrupted.code().into());
        }
        let is_committing = IS_COMMITTING.load(Ordering::SeqCst);
        let answer =
            if is_committing { "finishing the commit" } else { "stopping as soon as nothing is left half done" };
        say("interrupt", &format!("{answer}; interrupt once more to stop at once"));
    });
    // Where signals cannot be caught, an interrupt ends the program, and the last commit stands all the same.
    drop(noted);
}

/// Has an interrupt end the program at once, with a sentence: for what only reads, and leaves nothing half done.
pub(crate) fn stop_at_once(sentence: &'static str) {
    let noted = ctrlc::set_handler(move || {
        say("interrupted", sentence);
        std::process::exit(Exit::Interrupted.code().into());
    });
    // As above.
    drop(noted);
}

/// Takes note of whether a commit is being made, which the answer to an interrupt tells.
pub(crate) fn note_committing(is_committing: bool) {
    IS_COMMITTING.store(is_committing, Ordering::SeqCst);
}

/// Tells whether the user asked to stop.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
