//! Room in memory for what is on its way: sources that are being read, articles that wait to be written. Whoever brings
//! something waits until there is room for it.

use super::sync::{Arc, Condvar, Mutex, PoisonError};

/// Room for so many bytes.
pub(super) struct Room {
    size: u64,
    taken: Mutex<u64>,
    freed: Condvar,
}

/// Room that is taken; given back when it is dropped.
pub(super) struct Held {
    room: Arc<Room>,
    bytes: u64,
}

impl Room {
    pub(super) fn new(size: u64) -> Arc<Room> {
        Arc::new(Room { size, taken: Mutex::new(0), freed: Condvar::new() })
    }

    /// Takes room as soon as there is enough. What is larger than all of it has it alone.
    pub(super) fn take(self: &Arc<Room>, bytes: u64) -> Held {
        let bytes = bytes.min(self.size);
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut u64| *taken + bytes > self.size;
        let mut taken = self.freed.wait_while(taken, is_full).unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Held { room: Arc::clone(self), bytes }
    }

    /// Takes room where there is enough now.
    pub(super) fn try_take(self: &Arc<Room>, bytes: u64) -> Option<Held> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let has_room = *taken + bytes <= self.size;
        *taken += if has_room { bytes } else { 0 };
        has_room.then(|| Held { room: Arc::clone(self), bytes })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        *self.room.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.freed.notify_all();
    }
}
