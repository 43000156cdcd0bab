//! Parts of one source that are read by whichever thread is free, and handed out in the order in which they stand.

use std::any::Any;
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use super::format::Flow;
use super::held::{Helpers, Part};

/// How many parts may be read before the first of them: with one that takes long, all threads have enough to do meanwhile.
const MOST: usize = 64;

/// Parts of a source on their way: each is read to a `T`.
pub(super) struct InOrder<'h, T> {
    helpers: Option<&'h mut dyn Helpers>,
    /// Those that are not handed out yet, with the room that they have.
    waiting: VecDeque<(Receiver<T>, Box<dyn Any>)>,
}

impl<'h, T: Send + 'static> InOrder<'h, T> {
    pub(super) fn new(helpers: Option<&'h mut dyn Helpers>) -> InOrder<'h, T> {
        InOrder { helpers, waiting: VecDeque::new() }
    }

    /// Tells whether nobody helps now, and nothing is to be waited for.
    pub(super) fn is_alone(&self) -> bool {
        self.waiting.is_empty() && self.helpers.as_ref().is_none_or(|helpers| !helpers.are_free())
    }

    /// Has a part of so many bytes be read, on this thread or another, and hands to `take` what came of this and of former ones,
    /// as far as it is there. Tells whether more are wanted.
    pub(super) fn put(
        &mut self,
        bytes: u64,
        read: impl FnOnce() -> T + Send + 'static,
        take: &mut dyn FnMut(T) -> Flow,
    ) -> io::Result<Flow> {
        if self.take_ready(take)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        let room = loop {
            let Some(helpers) = &self.helpers else { break None };
            let room = if self.is_alone() || self.waiting.len() >= MOST { None } else { helpers.room_for(bytes) };
            if room.is_some() || self.waiting.is_empty() {
                break room;
            }
            if self.take_first(take)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        };
        let (Some(room), Some(helpers)) = (room, &mut self.helpers) else { return Ok(take(read())) };
        let (send, receive) = sync_channel(1);
        // Nobody waits for it where no more are wanted.
        let work = Box::new(move || drop(send.send(read())));
        self.waiting.push_back((receive, room));
        let part = Part { work };
        let left = if helpers.are_free() { helpers.offer_part(part) } else { Some(part) };
        if let Some(Part { work }) = left {
            work();
        }
        Ok(Flow::Continue)
    }

    /// Hands out what came of all parts so far.
    pub(super) fn take_all(&mut self, take: &mut dyn FnMut(T) -> Flow) -> io::Result<Flow> {
        while !self.waiting.is_empty() {
            if self.take_first(take)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    fn take_ready(&mut self, take: &mut dyn FnMut(T) -> Flow) -> io::Result<Flow> {
        while let Some((first, _)) = self.waiting.front() {
            let read = match first.try_recv() {
                Ok(read) => read,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err(given_up()),
            };
            self.waiting.pop_front();
            if take(read) == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Waits for the first part, where there is one, and hands out what came of it.
    fn take_first(&mut self, take: &mut dyn FnMut(T) -> Flow) -> io::Result<Flow> {
        let Some((first, _room)) = self.waiting.pop_front() else { return Ok(Flow::Continue) };
        let read = first.recv().map_err(|_| given_up())?;
        Ok(take(read))
    }
}

/// The thread that had it panicked, which ends the run.
fn given_up() -> io::Error {
    io::Error::other("a part of it was given up by another thread")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::thread;

    use super::*;
    use crate::corpus::held::HeldFile;

    /// Hands every part to one of several threads, whichever is free, as long as there is room.
    struct Threads {
        send: Sender<Part>,
        room: std::sync::Arc<()>,
        most: usize,
    }

    impl Helpers for Threads {
        fn are_free(&self) -> bool {
            true
        }

        fn offer(&mut self, file: HeldFile) -> Option<HeldFile> {
            Some(file)
        }

        fn room_for(&self, _bytes: u64) -> Option<Box<dyn Any>> {
            let is_room = std::sync::Arc::strong_count(&self.room) <= self.most;
            is_room.then(|| Box::new(self.room.clone()) as Box<dyn Any>)
        }

        fn offer_part(&mut self, part: Part) -> Option<Part> {
            self.send.send(part).err().map(|left| left.0)
        }
    }

    /// Reads parts that take long and short; returns what came of them, until `most` of them.
    fn read(n_threads: usize, room: usize, n: u64, most: usize) -> io::Result<Vec<u64>> {
        let (send, receive) = channel::<Part>();
        let receive = std::sync::Mutex::new(receive);
        thread::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|| {
                    loop {
                        let part = receive.lock().expect("nobody panics with it").recv();
                        let Ok(Part { work }) = part else { break };
                        let work = std::panic::AssertUnwindSafe(work);
                        let _ = std::panic::catch_unwind(work);
                    }
                });
            }
            let mut helpers = Threads { send, room: Default::default(), most: room };
            let mut order = InOrder::new((n_threads > 0).then_some(&mut helpers as &mut dyn Helpers));
            let mut taken = Vec::new();
            let mut take = |n| {
                taken.push(n);
                if taken.len() < most { Flow::Continue } else { Flow::Stop }
            };
            let mut flow = Flow::Continue;
            for n in 0..n {
                let read = move || {
                    (0..n * 7919 % 50).for_each(|_| thread::yield_now());
                    assert!(n != 1_000, "on purpose");
                    n
                };
                flow = order.put(1, read, &mut take)?;
                if flow == Flow::Stop {
                    break;
                }
            }
            if flow == Flow::Continue {
                order.take_all(&mut take)?;
            }
            Ok(taken)
        })
    }

    #[test]
    fn parts_come_in_their_order_whoever_reads_them() {
        let all: Vec<u64> = (0..500).collect();
        for n_threads in [0, 1, 3] {
            for room in [0, 1, 5, 1_000] {
                let read = read(n_threads, room, 500, usize::MAX).expect("nobody panics");
                assert_eq!(read, all, "{n_threads} threads, room for {room}");
            }
        }
        assert_eq!(read(3, 1_000, 500, 100).expect("nobody panics"), all[..100]);
    }

    #[test]
    fn where_a_thread_that_has_a_part_panics_nobody_waits_for_it() {
        assert!(read(2, 1_000, 1_100, usize::MAX).is_err());
    }
}
