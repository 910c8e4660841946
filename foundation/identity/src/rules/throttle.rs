//! How wrong tries slow down the next one, without ever letting a stranger lock a person out.
//!
//! Tries are counted per number **and origin**: a device on which this account has signed in before
//! is an origin of its own, everybody else is counted by address prefix. So a stranger who types
//! wrong passwords makes only their own address wait. When many strangers try one number, each new
//! address still has one try at once. There is no state in which the owner cannot sign in from a
//! known device, with a passkey, or after a visit to the counter.

use kernel::Instant;

/// Wrong tries from a strange address before waiting begins.
pub const FREE_TRIES: i64 = 5;
/// The same on a device known to the account.
pub const FREE_TRIES_KNOWN: i64 = 10;
/// The same from a strange address while the number is under attack.
pub const FREE_TRIES_SUSPECT: i64 = 1;
/// Wrong tries by strangers within a day that count as an attack.
pub const SUSPECT_FAILS: i64 = 50;
/// The first wait.
pub const WAIT_FIRST_S: i64 = 30;
/// The longest wait.
pub const WAIT_MAX_S: i64 = 900;
/// Wrong tries are forgotten after a day without another.
pub const FORGET_S: i64 = 86_400;

/// Wrong tries so far from one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub fails: i64,
    /// The last one.
    pub last_at: Instant,
}

/// How many wrong tries are free.
pub fn free_tries(known_device: bool, fails_by_strangers: i64) -> i64 {
    match (known_device, fails_by_strangers >= SUSPECT_FAILS) {
        (true, _) => FREE_TRIES_KNOWN,
        (false, false) => FREE_TRIES,
        (false, true) => FREE_TRIES_SUSPECT,
    }
}

/// Until when the next try must wait; none when it may be made now.
pub fn wait_until(tries: Tries, free: i64, now: Instant) -> Option<Instant> {
    let over = tries.fails - free;
    if over < 0 || now.seconds_since(tries.last_at) >= FORGET_S {
        return None;
    }
    let doublings = u32::try_from(over.min(10)).unwrap_or(10);
    let wait = (WAIT_FIRST_S << doublings).min(WAIT_MAX_S);
    let until = tries.last_at.plus_seconds(wait);
    (now < until).then_some(until)
}

/// The count after one more try: an old count is forgotten first.
pub fn one_more(tries: Option<Tries>, now: Instant) -> Tries {
    let before = tries.filter(|t| now.seconds_since(t.last_at) < FORGET_S).map_or(0, |t| t.fails);
    Tries { fails: before + 1, last_at: now }
}

/// Minutes to tell the person, rounded up.
pub fn minutes(until: Instant, now: Instant) -> i64 {
    (until.seconds_since(now) + 59).max(60) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Instant = Instant(1_795_401_730_000_000);

    fn waits(fails: i64, free: i64) -> i64 {
        wait_until(Tries { fails, last_at: T }, free, T).map_or(0, |u| u.seconds_since(T))
    }

    #[test]
    fn five_are_free_then_waits_double_to_a_quarter_of_an_hour() {
        let all: Vec<i64> = (0..13).map(|n| waits(n, FREE_TRIES)).collect();
        assert_eq!(all, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(waits(i64::MAX, FREE_TRIES), 900, "never longer, never for ever");
    }

    #[test]
    fn under_attack_a_new_address_still_has_one_try_at_once() {
        let free = free_tries(false, SUSPECT_FAILS);
        assert_eq!(waits(0, free), 0);
        assert_eq!(waits(1, free), 30);
        assert_eq!(free_tries(true, 1_000_000), FREE_TRIES_KNOWN, "a known device notices nothing");
    }

    #[test]
    fn waiting_ends_and_a_day_forgets() {
        let t = Tries { fails: 6, last_at: T };
        assert!(wait_until(t, FREE_TRIES, T.plus_seconds(59)).is_some());
        assert!(wait_until(t, FREE_TRIES, T.plus_seconds(60)).is_none());
        assert_eq!(one_more(Some(t), T.plus_seconds(60)).fails, 7);
        assert_eq!(one_more(Some(t), T.plus_seconds(FORGET_S)).fails, 1);
        assert_eq!(minutes(T.plus_seconds(61), T), 2);
        assert_eq!(minutes(T.plus_seconds(1), T), 1);
    }
}
