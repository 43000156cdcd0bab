use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::thread;

use super::*;

/// Waits for what another thread does.
fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

#[test]
fn whoever_unpacks_hands_nothing_over_once_the_run_is_to_stop() {
    let is_cancelled = AtomicBool::new(false);
    let cancel = || is_cancelled.load(Ordering::Relaxed);
    let options = crate::IngestOptions { cancel: Some(&cancel), ..crate::IngestOptions::default() };
    let (press, counter, room) = (Press::new(&options, None), Counter::new(), Room::new(1));
    let mut done = Done::unread("");
    let shared = RefCell::new(&mut done);
    let others = Others { counter: &counter, press: &press, room: &room, task: 0, done: &shared };
    thread::scope(|scope| {
        let reader = counter.reader();
        scope.spawn(|| counter.help(drop));
        wait_until(|| counter.is_free());
        assert!(others.are_free());
        is_cancelled.store(true, Ordering::Relaxed);
        let (are_free, is_free) = (others.are_free(), counter.is_free());
        drop(reader);
        assert!(!are_free && is_free);
    });
}

#[test]
fn where_a_thread_that_helps_panics_nothing_is_left_for_it() {
    let (counter, room) = (Counter::new(), Room::new(4));
    let (go, wait) = channel::<()>();
    let panicked = thread::scope(|scope| {
        let reader = counter.reader();
        let counter = &counter;
        let helper = scope.spawn(move || {
            counter.help(|_: Held| {
                let _ = wait.recv();
                panic!("on purpose");
            });
        });
        wait_until(|| counter.is_free());
        for _ in 0..4 {
            assert!(counter.offer(room.take(1)).is_none());
        }
        drop(go);
        let panicked = helper.join().is_err();
        drop(reader);
        panicked
    });
    assert!(panicked);
    assert!(!counter.is_free() && room.try_take(4).is_some());
}
