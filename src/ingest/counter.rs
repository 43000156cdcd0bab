//! The counter between threads that read sources and those that have none left: files of archives are handed over it, as long
//! as somebody waits on the other side, so that one large archive is parsed on all threads.

use std::collections::VecDeque;

use super::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many things may wait for each thread that helps: enough that it need not wait for the next.
const WAITING: usize = 4;

/// A counter over which things of one kind are handed.
pub(super) struct Counter<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// How many threads still have sources, and how many help.
    readers: usize,
    helpers: usize,
}

/// A thread that has sources to read, until it is dropped.
pub(super) struct Reader<'c, T>(&'c Counter<T>);

impl<T> Counter<T> {
    pub(super) fn new() -> Counter<T> {
        let state = State { waiting: VecDeque::new(), readers: 0, helpers: 0 };
        Counter { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Has a thread be one that reads. It is to ask for this before it asks for a source: whoever finds none after that waits
    /// for what is handed over of the last.
    pub(super) fn reader(&self) -> Reader<'_, T> {
        self.state().readers += 1;
        Reader(self)
    }

    /// Tells whether a thread would take something now.
    pub(super) fn is_free(&self) -> bool {
        let state = self.state();
        state.waiting.len() < WAITING * state.helpers
    }

    /// Hands something over, and returns it where nobody is free.
    pub(super) fn offer(&self, thing: T) -> Option<T> {
        let mut state = self.state();
        if state.waiting.len() >= WAITING * state.helpers {
            return Some(thing);
        }
        state.waiting.push_back(thing);
        self.changed.notify_one();
        None
    }

    /// Helps with what is handed over until nobody reads any more.
    pub(super) fn help(&self, mut work: impl FnMut(T)) {
        self.state().helpers += 1;
        let _helper = Helper(self);
        loop {
            let is_idle = |state: &mut State<T>| state.waiting.is_empty() && state.readers > 0;
            let mut state = self.changed.wait_while(self.state(), is_idle).unwrap_or_else(PoisonError::into_inner);
            let Some(thing) = state.waiting.pop_front() else { return };
            drop(state);
            work(thing);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that helps, until it is dropped: also where its work panics.
struct Helper<'c, T>(&'c Counter<T>);

impl<T> Drop for Helper<'_, T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.helpers -= 1;
        // What nobody takes any more would hold its room for ever, and others would wait for that.
        let left = if state.helpers == 0 { std::mem::take(&mut state.waiting) } else { VecDeque::new() };
        drop(state);
        drop(left);
    }
}

impl<T> Drop for Reader<'_, T> {
    fn drop(&mut self) {
        self.0.state().readers -= 1;
        self.0.changed.notify_all();
    }
}
