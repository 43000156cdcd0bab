//! What reads an index, run so that damage is told as damage. Tantivy takes what stands in a file for true: it may panic on
//! one that is damaged, or say something that helps nobody. Then every file's checksum is looked at, and the first that is
//! wrong is named. Where all are right it was no damage, and what happened goes on.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::directory::Place;
use super::verify::first_damage;
use crate::{Error, Result};

/// Runs `read`, and names the damaged file where it fails in a way that damage may be behind.
pub(super) fn guarded<T>(place: &Place, read: impl FnOnce() -> Result<T>) -> Result<T> {
    // What `read` had in hand is given up with it.
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Err(error)) if may_be_damage(place, &error) => Err(first_damage(place).unwrap_or(error)),
        Ok(done) => done,
        Err(panic) => Err(first_damage(place).unwrap_or_else(|| resume_unwind(panic))),
    }
}

/// Runs `read` on what is known to be damaged; where it panics, it read nothing.
pub(super) fn caught<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

fn may_be_damage(place: &Place, error: &Error) -> bool {
    match error {
        Error::Internal { .. } => true,
        // The file is not known.
        Error::Damaged { path, .. } => path == place.path(),
        _ => false,
    }
}
