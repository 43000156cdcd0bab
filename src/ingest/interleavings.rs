//! The room with threads in many orders, which shuttle picks: its locks stand in the place of the standard library's, and
//! where no thread can go on it says so.

// Once more, on purpose.
#[allow(clippy::duplicate_mod)]
#[path = "room.rs"]
mod room;

// Once more, on purpose.
#[allow(clippy::duplicate_mod)]
#[path = "counter.rs"]
mod counter;

mod sync {
    pub(super) use std::sync::PoisonError;

    pub(super) use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard};
}

use std::collections::VecDeque;

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::sync::mpsc::{Receiver, SyncSender, sync_channel};
use shuttle::thread;

use counter::Counter;
use room::Room;

const ORDERS: usize = 2_000;

#[test]
fn no_more_is_held_than_there_is_room() {
    let try_order = || {
        let (room, held) = (Room::new(10), Arc::new(AtomicU64::new(0)));
        let threads = (0..4).map(|n| {
            let (room, held) = (room.clone(), held.clone());
            thread::spawn(move || {
                for bytes in [2 + n, 7, 4] {
                    let part = if bytes == 4 { room.try_take(bytes) } else { Some(room.take(bytes)) };
                    let bytes = if part.is_some() { bytes } else { 0 };
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

/// Threads read sources, of which each has four files: they hand over what they can, and those that have no source left help.
#[test]
fn each_thing_on_the_counter_is_worked_on_once_and_all_threads_end() {
    let try_order = || {
        let (counter, next) = (Arc::new(Counter::new()), Arc::new(AtomicU64::new(0)));
        let threads = (0..3).map(|_| {
            let (counter, next) = (counter.clone(), next.clone());
            thread::spawn(move || {
                let mut worked = Vec::new();
                let reader = counter.reader();
                loop {
                    let source = next.fetch_add(1, Ordering::SeqCst);
                    if source >= 2 {
                        break;
                    }
                    for file in 0..4 {
                        let file = 4 * source + file;
                        let is_free = counter.is_free();
                        worked.extend(if is_free { counter.offer(file) } else { Some(file) });
                    }
                }
                drop(reader);
                counter.help(|file| worked.push(file));
                worked
            })
        });
        let threads: Vec<_> = threads.collect();
        let mut worked: Vec<u64> =
            threads.into_iter().flat_map(|thread| thread.join().expect("no thread panicked")).collect();
        worked.sort_unstable();
        assert_eq!(worked, (0..8).collect::<Vec<_>>());
    };
    shuttle::check_random(try_order, ORDERS);
}

/// Threads read sources in parts: they hand over what they can, keep room for each part until its turn comes, and wait for the
/// first where there is no more; whoever is to read a large part gives all room back before it takes more.
#[test]
fn parts_come_back_in_their_order_and_all_threads_end() {
    let try_order = || {
        type Part = (u64, SyncSender<u64>);
        let (counter, next, room) = (Arc::new(Counter::<Part>::new()), Arc::new(AtomicU64::new(0)), Room::new(6));
        let threads = (0..3).map(|_| {
            let (counter, next, room) = (counter.clone(), next.clone(), room.clone());
            thread::spawn(move || {
                let mut taken = Vec::new();
                let reader = counter.reader();
                while next.fetch_add(1, Ordering::SeqCst) < 2 {
                    let mut held = Some(room.take(1));
                    let (mut waiting, mut of_source) = (VecDeque::new(), Vec::new());
                    for part in 0..5 {
                        let mut kept = if part == 3 { None } else { room.try_take(2) };
                        while kept.is_none() {
                            let Some((first, _)) = waiting.pop_front() else { break };
                            let first: Receiver<u64> = first;
                            of_source.push(first.recv().expect("nobody panics with it"));
                            kept = if part == 3 { None } else { room.try_take(2) };
                        }
                        let Some(kept) = kept else {
                            drop(held.take());
                            held = Some(room.take(6));
                            of_source.push(part);
                            continue;
                        };
                        let (send, receive) = sync_channel(1);
                        waiting.push_back((receive, kept));
                        if let Some((part, send)) = counter.offer((part, send)) {
                            send.send(part).expect("it is waited for");
                        }
                    }
                    of_source
                        .extend(waiting.into_iter().map(|(first, _)| first.recv().expect("nobody panics with it")));
                    drop(held);
                    taken.push(of_source);
                }
                drop(reader);
                counter.help(|(part, send)| send.send(part).expect("it is waited for"));
                taken
            })
        });
        let threads: Vec<_> = threads.collect();
        let taken: Vec<Vec<u64>> =
            threads.into_iter().flat_map(|thread| thread.join().expect("no thread panicked")).collect();
        assert_eq!(taken, [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]);
        assert!(room.try_take(6).is_some());
    };
    shuttle::check_random(try_order, ORDERS);
}
