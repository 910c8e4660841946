//! The threads for handlers that never wait: those that only read, where what they record need not be
//! awaited on the spot ([`crate::site::Ledger`]). A few threads do all of it, so that one answer follows the
//! other on a warm processor; a thread for each request would cost two changes of thread and a cold memory
//! each. They stand beside the threads that accept and answer: one a processor leaves those half of it, however
//! many wait, and to take turns with them one by one would cost more. Should such a handler wait all the same
//! (the disk is slow, somebody has the database to themselves), nothing is taken from the line for a while, and
//! then there are more threads; these stand behind.

use crate::limits::{HANDLERS_AT_ONCE_MAX, READER_IDLE_MAX, READERS_A_CORE};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

type Work = Box<dyn FnOnce() + Send>;

pub(crate) struct Readers {
    line: Mutex<Line>,
    came: Condvar,
    /// Threads when nothing waits.
    usual: usize,
}

struct Line {
    waiting: VecDeque<Work>,
    threads: usize,
    idle: usize,
    /// So many threads may there be now.
    most: usize,
    /// Work that was taken since the last look.
    taken: bool,
}

impl Readers {
    pub(crate) fn new() -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(cores * READERS_A_CORE)
    }

    fn with(usual: usize) -> Arc<Self> {
        let line =
            Line { waiting: VecDeque::new(), threads: 0, idle: 0, most: usual, taken: false };
        Arc::new(Self { line: Mutex::new(line), came: Condvar::new(), usual })
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        // Numbers and work not yet begun: nothing that a panic could leave half-done.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has it done. `behind` is what a thread beyond the usual ones does before anything else.
    pub(crate) fn give(self: &Arc<Self>, behind: fn(), work: Work) {
        let mut line = self.lock();
        line.waiting.push_back(work);
        if line.idle > 0 {
            drop(line);
            self.came.notify_one();
        } else if line.threads < line.most {
            self.begin(line, behind);
        }
    }

    /// One more.
    fn begin(self: &Arc<Self>, mut line: MutexGuard<'_, Line>, behind: fn()) {
        let beyond = line.threads >= self.usual;
        line.threads += 1;
        drop(line);
        let readers = Arc::clone(self);
        let begun = std::thread::Builder::new().name("reader".into()).spawn(move || {
            if beyond {
                behind();
            }
            readers.work(beyond);
        });
        // Without a new thread those that are there go on.
        if begun.is_err() {
            self.lock().threads -= 1;
        }
    }

    /// Those beyond the usual ones leave first.
    fn work(&self, beyond: bool) {
        let mut line = self.lock();
        loop {
            if let Some(work) = line.waiting.pop_front() {
                line.taken = true;
                drop(line);
                // A handler catches its own panics; a thread more or less would not be noticed.
                let _ = catch_unwind(AssertUnwindSafe(work));
                line = self.lock();
                continue;
            }
            if beyond && line.threads > line.most {
                break;
            }
            line.idle += 1;
            let (woken, waited) = self
                .came
                .wait_timeout(line, READER_IDLE_MAX)
                .unwrap_or_else(PoisonError::into_inner);
            line = woken;
            line.idle -= 1;
            if waited.timed_out() && line.waiting.is_empty() {
                break;
            }
        }
        line.threads -= 1;
    }

    /// Called again and again: if there is work and none was taken since the last time, those who should
    /// do it wait themselves, and one more is let begin. One at a time: where the processor is short,
    /// which looks the same, many would only make it shorter.
    pub(crate) fn look(self: &Arc<Self>, behind: fn()) {
        let mut line = self.lock();
        let stuck = !line.waiting.is_empty() && !line.taken;
        line.taken = false;
        if stuck && line.most < HANDLERS_AT_ONCE_MAX {
            line.most += 1;
        } else if line.waiting.is_empty() && line.most > self.usual {
            line.most -= 1;
        }
        if stuck && line.threads < line.most {
            self.begin(line, behind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn few_threads_do_all_of_it_and_a_panic_is_nobody_elses_matter() {
        let readers = Readers::with(2);
        let (tell, told) = sync_channel(100);
        readers.give(|| {}, Box::new(|| panic!("a handler")));
        for n in 0..100 {
            let tell = tell.clone();
            readers.give(|| {}, Box::new(move || tell.send(n).unwrap()));
        }
        let mut all: Vec<i32> = (0..100).map(|_| told.recv_timeout(LONG).unwrap()).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..100));
        assert!(readers.lock().threads <= 2);
    }

    #[test]
    fn where_all_wait_there_are_more_threads_and_later_fewer_again() {
        let readers = Readers::with(1);
        let (open, door) = sync_channel::<()>(1);
        let (tell, told) = sync_channel(1);
        readers.give(|| {}, Box::new(move || door.recv_timeout(LONG).unwrap()));
        let done = tell.clone();
        readers.give(|| {}, Box::new(move || done.send(()).unwrap()));
        // The first stands at its door; the second is behind it until somebody looks.
        while told.try_recv().is_err() {
            readers.look(|| {});
            std::thread::yield_now();
        }
        open.send(()).unwrap();
        for _ in 0..HANDLERS_AT_ONCE_MAX {
            readers.look(|| {});
        }
        assert_eq!(readers.lock().most, 1);
    }

    #[test]
    fn those_who_came_because_others_waited_leave_first() {
        let readers = Readers::with(1);
        let (open, door) = sync_channel::<()>(1);
        let (tell, told) = sync_channel(1);
        let own = |tell: &std::sync::mpsc::SyncSender<_>| {
            let tell = tell.clone();
            move || tell.send(std::thread::current().id()).unwrap()
        };
        let id = own(&tell);
        readers.give(
            || {},
            Box::new(move || {
                id();
                door.recv_timeout(LONG).unwrap();
            }),
        );
        let usual = told.recv_timeout(LONG).unwrap();
        readers.give(|| {}, Box::new(own(&tell)));
        let other = loop {
            readers.look(|| {});
            match told.try_recv() {
                Ok(id) => break id,
                Err(_) => std::thread::yield_now(),
            }
        };
        assert_ne!(other, usual);
        open.send(()).unwrap();
        while readers.lock().most > 1 {
            readers.look(|| {});
        }
        while readers.lock().threads > 1 {
            readers.give(|| {}, Box::new(own(&tell)));
            told.recv_timeout(LONG).unwrap();
        }
        readers.give(|| {}, Box::new(own(&tell)));
        assert_eq!(told.recv_timeout(LONG).unwrap(), usual);
    }
}
