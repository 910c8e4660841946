//! `kill -9` under load: the real program, with people filing, paying, consenting, deciding and reading
//! over HTTP, is killed at moments drawn from a seed, and started again on what is left. A sample;
//! `cargo xtask faults` runs as many rounds as wanted.

use tests::{engine::Engine, faults};

/// Names the seed of a run that is to be repeated.
const SEED: &str = "LIENTHONG_TEST_SEED";

#[allow(clippy::print_stderr, reason = "who repeats the run needs the seed")]
#[allow(clippy::disallowed_methods, reason = "the moment of the run is its seed")]
fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let given = std::env::var(SEED).ok().and_then(|s| s.parse().ok());
    let seed = given.unwrap_or(now.as_micros() as u64 | 1);
    eprintln!("seed of the moments: {SEED}={seed}");
    seed
}

#[test]
fn killed_at_thirty_moments_nothing_told_is_lost_or_doubled() {
    faults::killed(Engine::Sqlite, seed(), 30);
}

#[test]
fn killed_at_ten_moments_on_postgresql_nothing_told_is_lost_or_doubled() {
    faults::killed(Engine::Postgres, seed(), 10);
}
