//! How long a session lives.

use kernel::{Instant, Level};

/// Longest life of a session, whatever is done in it.
pub const LIFE_S: i64 = 12 * 3600;
/// Longest pause of a citizen.
pub const IDLE_S: i64 = 2 * 3600;
/// Longest pause while working in a post: the desk shows other people's data.
pub const IDLE_WORKING_S: i64 = 30 * 60;
/// How often «last seen» is written.
pub const SEEN_EVERY_S: i64 = 5 * 60;
/// How long after proving who they are a person may change keys and passwords.
pub const FRESH_S: i64 = 15 * 60;
/// Most sessions of one account; the oldest go first.
pub const SESSIONS_MAX: i64 = 20;
/// Most known devices of one account; those not seen for longest go first.
pub const DEVICES_MAX: i64 = 20;

/// The times of one session.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Last seen, exact to [`SEEN_EVERY_S`].
    pub seen_at: Instant,
    /// The end of its life.
    pub expires_at: Instant,
}

/// Whether the session is alive.
pub fn alive(t: Times, now: Instant) -> bool {
    now < t.expires_at && now.seconds_since(t.seen_at) < IDLE_S
}

/// Whether the session may still work in its post: after a pause the person is a citizen again and
/// chooses the post anew.
pub fn may_work(t: Times, now: Instant) -> bool {
    // Last seen is written every few minutes only; the pause is measured generously by that much.
    now.seconds_since(t.seen_at) < IDLE_WORKING_S + SEEN_EVERY_S
}

/// Whether it is time to write «last seen» again.
pub fn note_seen(t: Times, now: Instant) -> bool {
    now.seconds_since(t.seen_at) >= SEEN_EVERY_S
}

/// Whether the person has proved who they are a short while ago.
pub fn fresh(fresh_at: Instant, now: Instant) -> bool {
    now.seconds_since(fresh_at) < FRESH_S
}

/// The level a session gives: never more than it was signed in with, never more than the account has.
pub fn level(signed_in_with: Level, account: Level) -> Level {
    signed_in_with.min(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    const T: Instant = Instant(1_795_401_730_000_000);

    #[test]
    fn dies_of_age_and_of_idleness() {
        let t =
            |seen: i64| Times { seen_at: T.plus_seconds(seen), expires_at: T.plus_seconds(LIFE_S) };
        assert!(alive(t(0), T.plus_seconds(IDLE_S - 1)));
        assert!(!alive(t(0), T.plus_seconds(IDLE_S)));
        assert!(alive(t(LIFE_S - 10), T.plus_seconds(LIFE_S - 1)));
        assert!(!alive(t(LIFE_S - 10), T.plus_seconds(LIFE_S)));
        assert!(may_work(t(0), T.plus_seconds(IDLE_WORKING_S)));
        assert!(!may_work(t(0), T.plus_seconds(IDLE_WORKING_S + SEEN_EVERY_S)));
    }

    #[test]
    fn the_weaker_level_counts() {
        assert_eq!(level(Level::One, Level::Two), Level::One);
        assert_eq!(level(Level::Two, Level::One), Level::One);
        assert_eq!(level(Level::Two, Level::Two), Level::Two);
    }
}
