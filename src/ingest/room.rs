//! Room in memory for what is on its way: sources that are being read, articles that wait to be written. Whoever brings
//! something waits until there is room for it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

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
}

impl Drop for Held {
    fn drop(&mut self) {
        *self.room.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_is_held_than_there_is_room() {
        let (room, held, most) = (Room::new(10), AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for n in 0..8 {
                let (room, held, most) = (&room, &held, &most);
                scope.spawn(move || {
                    for _ in 0..100 {
                        let part = room.take(2 + n);
                        most.fetch_max(held.fetch_add(2 + n, Ordering::SeqCst) + 2 + n, Ordering::SeqCst);
                        held.fetch_sub(2 + n, Ordering::SeqCst);
                        drop(part);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 10);
    }

    #[test]
    fn what_is_larger_than_the_room_has_it_alone() {
        let room = Room::new(10);
        drop(room.take(1000));
        let _held = room.take(10);
        assert_eq!(*room.taken.lock().expect("no thread panicked"), 10);
    }
}
