//! The visitors of the last second, so that a page with ten requests asks the database once.
//!
//! A sign-out, a role switch, an ended appointment take effect at once in this process: the entry is
//! removed when the change has committed, and a reading that began before the change is not kept. In
//! another process of the same province it takes effect within [`KEPT`].

use crate::queries::Present;
use kernel::{AccountId, Instant};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// How long an answer is used.
const KEPT: Duration = Duration::from_secs(1);
/// Accounts kept at once; when there are more, all are let go.
const ACCOUNTS_MAX: usize = 50_000;

#[derive(Default)]
struct Inner {
    generation: u64,
    by_account: HashMap<String, Vec<Kept>>,
}

struct Kept {
    cookie: String,
    read: std::time::Instant,
    at: Instant,
    present: Present,
    unread: i64,
}

/// The cache. Empty at start.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Inner>);

/// Begun before reading; only a reading that nothing interrupted is kept.
#[derive(Clone, Copy)]
pub(crate) struct Ticket(u64);

impl Cache {
    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        // A poisoned lock only means that a thread died between two simple steps.
        f(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn account_of(cookie: &str) -> &str {
        cookie.split_once('.').map_or("", |(account, _)| account)
    }

    /// The visitor read within the last second, by both clocks.
    pub(crate) fn get(&self, cookie: &str, now: Instant) -> Result<(Present, i64), Ticket> {
        self.with(|inner| {
            let list = inner.by_account.get(Self::account_of(cookie));
            let found = list.and_then(|l| l.iter().find(|k| k.cookie == cookie));
            let young = found
                .filter(|k| k.read.elapsed() < KEPT && (0..1_000_000).contains(&(now.0 - k.at.0)));
            young.map(|k| (k.present.clone(), k.unread)).ok_or(Ticket(inner.generation))
        })
    }

    /// Keeps what was read since the ticket was taken.
    pub(crate) fn put(&self, ticket: Ticket, cookie: &str, now: Instant, p: &Present, unread: i64) {
        self.with(|inner| {
            if inner.generation != ticket.0 {
                return;
            }
            if inner.by_account.len() >= ACCOUNTS_MAX {
                inner.by_account.clear();
            }
            let list = inner.by_account.entry(Self::account_of(cookie).to_owned()).or_default();
            list.retain(|k| k.cookie != cookie && k.read.elapsed() < KEPT);
            list.push(Kept {
                cookie: cookie.to_owned(),
                read: std::time::Instant::now(),
                at: now,
                present: p.clone(),
                unread,
            });
        });
    }

    /// Lets go of an account after a change of it has committed.
    pub(crate) fn forget(&self, account: &AccountId) {
        self.with(|inner| {
            inner.generation += 1;
            inner.by_account.remove(account.as_str());
        });
    }

    /// Lets go of everybody.
    pub(crate) fn forget_all(&self) {
        self.with(|inner| {
            inner.generation += 1;
            inner.by_account.clear();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Actor;

    const NOW: Instant = Instant(1_795_401_730_000_000);

    fn present() -> Present {
        let (name, posts) = (String::new(), Vec::new());
        Present { actor: Actor::system("test"), name, posts, note_seen: false }
    }

    #[test]
    fn a_change_during_the_reading_is_not_papered_over() {
        let cache = Cache::default();
        let Err(ticket) = cache.get("A.x", NOW) else { panic!("empty at start") };
        // Somebody signs out between our reading and our keeping.
        cache.forget(&AccountId::new("B"));
        cache.put(ticket, "A.x", NOW, &present(), 0);
        assert!(cache.get("A.x", NOW).is_err());
    }

    #[test]
    fn kept_for_a_second_by_the_site_clock_and_let_go_at_once() {
        let cache = Cache::default();
        let Err(t) = cache.get("A.x", NOW) else { panic!("empty at start") };
        cache.put(t, "A.x", NOW, &present(), 3);
        assert_eq!(cache.get("A.x", NOW).map(|p| p.1).ok(), Some(3));
        assert!(cache.get("A.y", NOW).is_err(), "another secret of the same account");
        assert!(cache.get("A.x", NOW.plus_seconds(1)).is_err());
        assert!(cache.get("A.x", NOW.plus_seconds(-1)).is_err(), "a clock set back");
        cache.forget(&AccountId::new("A"));
        assert!(cache.get("A.x", NOW).is_err());
    }
}
