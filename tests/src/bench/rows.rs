//! The rows, in the order of docs/benchmarks.md.

use super::{Budget, Row, build, pages};

/// Every row. Ids stay for ever: the kept figures hang on them.
pub const ROWS: &[Row] = &[
    Row {
        id: "fresh-build",
        what: "Fresh release build of the program, everything downloaded",
        unit: "s",
        how: "`cargo build --release` into an empty target folder",
        budget: Budget::None,
        long: true,
        measure: build::fresh,
    },
    Row {
        id: "crates",
        what: "Crates compiled for the program, ours included",
        unit: "crates",
        how: "units of the dependency tree of the program on this platform, build and macro crates included",
        budget: Budget::None,
        long: false,
        measure: build::crates,
    },
    Row {
        id: "program-size",
        what: "Size of the program, law and facts included",
        unit: "MB",
        how: "the file `target/release/lienthong`",
        budget: Budget::None,
        long: false,
        measure: build::size,
    },
    Row {
        id: "first-start",
        what: "First start: demo province made, first page answered",
        unit: "s",
        how: "`lienthong demo` on an empty folder until `GET /` is answered",
        budget: Budget::None,
        long: false,
        measure: pages::first_start,
    },
    Row {
        id: "start",
        what: "Start to first page, data present",
        unit: "s",
        how: "`lienthong demo` on the same folder until `GET /` is answered, middle of 5",
        budget: Budget::AtMost(1.0),
        long: false,
        measure: pages::start,
    },
    Row {
        id: "idle-memory",
        what: "Memory of the idle process with the demo province",
        unit: "MB",
        how: "resident set five seconds after the first page",
        budget: Budget::AtMost(64.0),
        long: false,
        measure: pages::idle_memory,
    },
    Row {
        id: "first-page-bytes",
        what: "First page, all of it, compressed, headers included",
        unit: "bytes",
        how: "`/` in the test browser with an empty cache, counted on the wire",
        budget: Budget::AtMost(14.0 * 1024.0),
        long: false,
        measure: pages::first_page_bytes,
    },
    Row {
        id: "home-page",
        what: "Home page, nobody signed in",
        unit: "/s",
        how: "`GET /`, 16 lasting connections from the same two cores, 5 s",
        budget: Budget::None,
        long: false,
        measure: pages::home_page,
    },
];
