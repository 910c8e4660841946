//! The gate before the handlers. So many run at once; whoever comes when all turns are taken waits a
//! little, in the order of arrival. Who would wait too long is told so at once or after that little, on
//! a page that comes back by itself (`waiting.rs`), and keeps the time of first arrival: so people are let
//! in in the order in which they came, however many there are, and the program holds nothing for those
//! outside.
//!
//! How many run at once is no fixed number: handlers that only wait for the disk cost nothing, handlers that
//! compute take the processor from whoever accepts connections, and then the line would stand outside, where
//! nobody sees it. So the gate is told how late the program's own timer was ([`Gate::felt`]): too late, and
//! fewer run at once; in time, and more.

use crate::limits::{HANDLERS_AT_ONCE_MAX, HANDLERS_AT_ONCE_MIN, LATE_MAX};
use kernel::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// First arrival, then the order at the gate.
type Place = (Instant, u64);

/// The turns there are, and who waits for one.
pub(crate) struct Gate {
    inside: Mutex<Inside>,
    waiting_max: usize,
}

struct Inside {
    running: usize,
    /// So many may run at once now.
    turns: usize,
    next: u64,
    waiting: BTreeMap<Place, oneshot::Sender<Turn>>,
}

/// The right to run a handler; given on when dropped.
pub(crate) struct Turn(Option<Arc<Gate>>);

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(gate) = self.0.take() {
            gate.give_on();
        }
    }
}

/// Leaves the line when its request is given up.
struct InLine<'a>(&'a Gate, Place);

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting.remove(&self.1);
    }
}

impl Gate {
    pub(crate) fn new(turns: usize, waiting_max: usize) -> Arc<Self> {
        let inside = Inside { running: 0, turns, next: 0, waiting: BTreeMap::new() };
        Arc::new(Self { inside: Mutex::new(inside), waiting_max })
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait here now.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// How many may run at once now.
    pub(crate) fn turns(&self) -> usize {
        self.lock().turns
    }

    /// The program's timer was so late: whoever accepts connections and sends answers waited as long.
    pub(crate) fn felt(self: &Arc<Self>, late: Duration) {
        let mut inside = self.lock();
        inside.turns = if late > LATE_MAX {
            // In proportion: the later it is, the more seldom it can be told.
            let part = LATE_MAX.as_secs_f64() / late.as_secs_f64();
            ((inside.turns as f64 * part) as usize).max(HANDLERS_AT_ONCE_MIN)
        } else {
            (inside.turns + 1).min(HANDLERS_AT_ONCE_MAX)
        };
        drop(inside);
        self.let_in();
    }

    /// A turn, within this time; `None`: come again. `since` is when this visitor first came.
    pub(crate) async fn enter(self: &Arc<Self>, since: Instant, wait: Duration) -> Option<Turn> {
        let (receive, _in_line) = {
            let mut inside = self.lock();
            if inside.running < inside.turns {
                inside.running += 1;
                return Some(Turn(Some(self.clone())));
            }
            let place = (since, inside.next);
            inside.next += 1;
            let (send, receive) = oneshot::channel();
            inside.waiting.insert(place, send);
            // The newest is told to come again: an older arrival pushes a newer one out.
            if inside.waiting.len() > self.waiting_max {
                inside.waiting.pop_last();
            }
            (receive, InLine(self, place))
        };
        // Dropped on the way with a turn in it, the channel gives the turn on.
        tokio::time::timeout(wait, receive).await.ok()?.ok()
    }

    fn give_on(self: Arc<Self>) {
        self.lock().running -= 1;
        self.let_in();
    }

    /// Lets in those who have waited longest, as many as there are turns.
    fn let_in(self: &Arc<Self>) {
        loop {
            let mut inside = self.lock();
            if inside.running >= inside.turns {
                return;
            }
            let Some((_, next)) = inside.waiting.pop_first() else { return };
            inside.running += 1;
            drop(inside);
            if let Err(mut turn) = next.send(Turn(Some(self.clone()))) {
                // Nobody is there any more. Taken apart, or it would come here again.
                drop(turn.0.take());
                self.lock().running -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000_000);
    const LONG: Duration = Duration::from_secs(600);

    fn later(us: i64) -> Instant {
        Instant(NOW.0 + us)
    }

    async fn in_line(gate: &Arc<Gate>, n: usize) {
        while gate.waiting() != n {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn the_oldest_arrival_comes_first_and_the_newest_is_sent_away() {
        let gate = Gate::new(1, 2);
        let first = gate.enter(NOW, Duration::ZERO).await.unwrap();
        let wait = |since| {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter(since, LONG).await })
        };
        let new = wait(later(50));
        in_line(&gate, 1).await;
        let old = wait(later(10));
        in_line(&gate, 2).await;
        // The line is full: this one is older than one of them, and that one goes.
        let middle = wait(later(30));
        assert!(new.await.unwrap().is_none(), "the newest was pushed out");
        assert!(gate.enter(later(90), LONG).await.is_none(), "newer than all: at once");
        drop(first);
        let turn = old.await.unwrap().unwrap();
        assert!(!middle.is_finished());
        drop(turn);
        drop(middle.await.unwrap().unwrap());
        assert!(gate.enter(NOW, Duration::ZERO).await.is_some(), "the turn came back");
    }

    #[tokio::test]
    async fn who_gives_up_leaves_the_line_and_loses_no_turn() {
        let gate = Gate::new(1, 10);
        let turn = gate.enter(NOW, Duration::ZERO).await.unwrap();
        assert!(gate.enter(NOW, Duration::from_millis(5)).await.is_none());
        assert_eq!(gate.waiting(), 0);
        let gone = {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter(NOW, LONG).await })
        };
        in_line(&gate, 1).await;
        gone.abort();
        let _ = gone.await;
        in_line(&gate, 0).await;
        drop(turn);
        assert!(gate.enter(NOW, Duration::ZERO).await.is_some());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_turn_is_lost_or_made_in_a_crowd() {
        let gate = Gate::new(3, 50);
        let running = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let mut all = Vec::new();
        for n in 0..2_000 {
            let (gate, running) = (gate.clone(), running.clone());
            all.push(tokio::spawn(async move {
                let wait = Duration::from_micros(n % 300);
                let Some(_turn) = gate.enter(later(n as i64 % 7), wait).await else { return };
                let now = running.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                assert!(now < 3, "{now} at once");
                tokio::task::yield_now().await;
                running.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
            }));
        }
        for one in all {
            one.await.unwrap();
        }
        assert_eq!((gate.waiting(), gate.lock().running), (0, 0));
    }

    #[tokio::test]
    async fn a_late_timer_means_fewer_at_once_and_one_in_time_means_more() {
        let gate = Gate::new(HANDLERS_AT_ONCE_MAX, 10);
        let late = LATE_MAX * 4;
        gate.felt(late);
        assert_eq!(gate.turns(), HANDLERS_AT_ONCE_MAX / 4);
        for _ in 0..50 {
            gate.felt(late);
        }
        assert_eq!(gate.turns(), HANDLERS_AT_ONCE_MIN);
        let mut all = Vec::new();
        for _ in 0..HANDLERS_AT_ONCE_MIN {
            all.push(gate.enter(NOW, Duration::ZERO).await.unwrap());
        }
        let next = {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter(NOW, LONG).await })
        };
        in_line(&gate, 1).await;
        gate.felt(Duration::ZERO);
        assert!(next.await.unwrap().is_some(), "there was a turn more");
        for _ in 0..HANDLERS_AT_ONCE_MAX {
            gate.felt(Duration::ZERO);
        }
        assert_eq!(gate.turns(), HANDLERS_AT_ONCE_MAX);
    }
}
