//! The room with threads in many orders, which shuttle picks: its locks stand in the place of the standard library's, and
//! where no thread can go on it says so.

// Once more, on purpose.
#[allow(clippy::duplicate_mod)]
#[path = "room.rs"]
mod room;

mod sync {
    pub(super) use std::sync::PoisonError;

    pub(super) use shuttle::sync::{Arc, Condvar, Mutex};
}

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::sync::mpsc::sync_channel;
use shuttle::thread;

use room::Room;

const ORDERS: usize = 2_000;

#[test]
fn no_more_is_held_than_there_is_room() {
    let try_order = || {
        let (room, held) = (Room::new(10), Arc::new(AtomicU64::new(0)));
        let threads = (0..4).map(|n| {
            let (room, held) = (room.clone(), held.clone());
            thread::spawn(move || {
                for bytes in [2 + n, 7] {
                    let part = room.take(bytes);
                    let now = held.fetch_add(bytes, Ordering::SeqCst) + bytes;
                    assert!(now <= 10, "{now}");
                    held.fetch_sub(bytes, Ordering::SeqCst);
                    drop(part);
                }
            })
        });
        threads.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().expect("no thread panicked"));
        // Nothing is held any more: all of it can be taken at once.
        drop(room.take(10));
    };
    shuttle::check_random(try_order, ORDERS);
}

#[test]
fn what_is_larger_than_the_room_has_it_alone() {
    let try_order = || {
        let (room, others) = (Room::new(10), Arc::new(AtomicU64::new(0)));
        let threads = [1000, 10, 3].map(|bytes| {
            let (room, others) = (room.clone(), others.clone());
            thread::spawn(move || {
                let part = room.take(bytes);
                // No two of them fit together.
                assert_eq!(others.fetch_add(1, Ordering::SeqCst), 0);
                others.fetch_sub(1, Ordering::SeqCst);
                drop(part);
            })
        });
        threads.into_iter().for_each(|thread| thread.join().expect("no thread panicked"));
    };
    shuttle::check_random(try_order, ORDERS);
}

/// As the conveyor has it: reading threads hold room for a source while they wait for room for its articles and for a place
/// on the belt; writing threads give the room for articles back.
#[test]
fn two_rooms_and_a_belt_come_to_an_end() {
    let try_order = || {
        let (sources, articles) = (Room::new(8), Room::new(4));
        let (send, receive) = sync_channel(1);
        let receive = Arc::new(shuttle::sync::Mutex::new(receive));
        let readers = (0..2).map(|n| {
            let (sources, articles, send) = (sources.clone(), articles.clone(), send.clone());
            thread::spawn(move || {
                for size in [5 + n, 20] {
                    let mut held = Some(sources.take(1));
                    // What is held is given back before more is taken.
                    drop(held.take());
                    held = Some(sources.take(size));
                    for size in [3, 9] {
                        send.send(articles.take(size)).expect("the writers go on");
                    }
                    drop(held);
                }
            })
        });
        let readers: Vec<_> = readers.collect();
        drop(send);
        let writers = (0..2).map(|_| {
            let receive = receive.clone();
            thread::spawn(move || {
                loop {
                    let next = receive.lock().expect("no writer panicked").recv();
                    let Ok(held) = next else { break };
                    drop(held);
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        readers.into_iter().chain(writers).for_each(|thread| thread.join().expect("no thread panicked"));
    };
    shuttle::check_random(try_order, ORDERS);
}
