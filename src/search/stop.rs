//! The word to give up.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Error, Result};

/// Tells a search when to give up. It is asked often, from the thread that searches, and no more once it said so.
#[derive(Clone, Default)]
pub struct Stop {
    ask: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
    is_said: Arc<AtomicBool>,
}

impl Stop {
    /// Returns one that never says so.
    pub fn never() -> Stop {
        Stop::default()
    }

    /// Returns one that says so from when `ask` says so: when a flag is set, a deadline is past.
    pub fn when(ask: impl Fn() -> bool + Send + Sync + 'static) -> Stop {
        Stop { ask: Some(Arc::new(ask)), ..Stop::default() }
    }

    /// Tells whether to give up; once it was so, it stays so.
    pub(super) fn is_said(&self) -> bool {
        let Some(ask) = &self.ask else { return false };
        if !self.is_said.load(Ordering::Relaxed) && ask() {
            self.is_said.store(true, Ordering::Relaxed);
        }
        self.is_said.load(Ordering::Relaxed)
    }

    /// Returns [`Error::Cancelled`] where the search is to be given up.
    pub(super) fn going_on(&self) -> Result<()> {
        if self.is_said() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("is_said", &self.is_said).finish_non_exhaustive()
    }
}
