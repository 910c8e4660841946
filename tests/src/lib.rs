//! What tests of several crates share: the real program as a child, an HTTP client, people who walk
//! through its pages, a load generator, folders that vanish, and the rows of `cargo xtask bench`.
//!
//! Tests of one crate live in that crate. This one does **not** know any rule: it looks at the
//! program as an outsider does, or wires crates together as `app` does.

pub mod bare;
pub mod bench;
pub mod engine;
pub mod faults;
pub mod folder;
pub mod forms;
pub mod http;
pub mod inside;
pub mod live;
pub mod load;
pub mod program;
pub mod rows;
pub mod storm;
pub mod walks;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const WAIT_MAX: Duration = Duration::from_secs(60);

/// The folder of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Waits until it is so; panics when that takes longer than any test should.
pub fn until(what: &str, so: impl FnMut() -> bool) {
    within(WAIT_MAX, what, so);
}

/// Waits until it is so; panics when that takes longer.
pub fn within(most: Duration, what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + most;
    while !so() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program of this build: beside the one that runs now.
pub fn built(name: &str) -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|me| me.ancestors().find(|a| a.ends_with("release")).map(Path::to_path_buf))
        .unwrap_or_else(|| root().join("target/release"))
        .join(name)
}
