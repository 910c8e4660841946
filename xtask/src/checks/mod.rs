//! Checks that read the tree and compile nothing. Each gives its faults as `file:line: what to do`;
//! each is a test of this crate as well, so that `cargo test` fails on the same things.

mod decisions;
mod edges;
mod fluent;
mod network;
mod promises;
mod rooms;
mod sizes;
mod source;
mod tree;
mod words;

use crate::{run, setup, workspace::Workspace};
use std::{fmt, process::Command};

/// One thing that must be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the root.
    pub file: String,
    /// Its line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl Fault {
    fn new(file: impl Into<String>, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.into(), line, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// A check: its name on the command line, what it holds, and the function.
type Check = (&'static str, &'static str, fn(&Workspace) -> Vec<Fault>);

/// Every check that `cargo xtask check` and `cargo xtask test` run.
const CHECKS: &[Check] = &[
    ("edges", "who may use whom (ARCHITECTURE.md)", edges::faults),
    ("rooms", "what a room may hold: SQL, axum, clocks, the environment", rooms::faults),
    ("network", "nothing calls out but to addresses of the settings", network::faults),
    ("sizes", "files under 600 lines", sizes::faults),
    ("words", "every sentence in both languages, every key used", words::faults),
    ("decisions", "docs/decisions: numbers and headings", decisions::faults),
    ("promises", "docs/security.md: each promise has its tests", promises::faults),
    ("tree", "what every crate and file carries; no traces of one machine", tree::faults),
];

/// The names that `cargo xtask check NAME` takes.
pub fn names() -> Vec<&'static str> {
    CHECKS.iter().map(|c| c.0).chain(["deny", "advisories"]).collect()
}

/// Runs one check, or all of them.
pub fn run(ws: &Workspace, only: Option<&str>) -> Result<(), String> {
    match only {
        Some("deny") => return deny(ws, &["licenses", "bans", "sources"]),
        Some("advisories") => return deny(ws, &["advisories"]),
        _ => {}
    }
    let mut count = 0;
    for (name, about, check) in CHECKS.iter().filter(|c| only.is_none_or(|o| o == c.0)) {
        let faults = check(ws);
        let state = if faults.is_empty() { "ok" } else { "FAILED" };
        println!("{name:<10} {state:<7} {about}");
        for fault in &faults {
            println!("    {fault}");
        }
        count += faults.len();
    }
    if count == 0 { Ok(()) } else { Err(format!("{count} faults in the tree.")) }
}

/// Licences, bans and sources of everything from outside (deny.toml).
pub fn deny(ws: &Workspace, what: &[&str]) -> Result<(), String> {
    let tool = setup::cargo_deny().ok_or("cargo-deny is missing: run `cargo xtask setup`.")?;
    run::run(
        Command::new(tool)
            .current_dir(&ws.root)
            .args(["--log-level", "warn", "check", "--hide-inclusion-graph"])
            .args(what),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(check: fn(&Workspace) -> Vec<Fault>) {
        let faults = check(&Workspace::find().unwrap());
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{} faults:\n{}", lines.len(), lines.join("\n"));
    }

    #[test]
    fn edges() {
        none(super::edges::faults);
    }
    #[test]
    fn rooms() {
        none(super::rooms::faults);
    }
    #[test]
    fn network() {
        none(super::network::faults);
    }
    #[test]
    fn sizes() {
        none(super::sizes::faults);
    }
    #[test]
    fn words() {
        none(super::words::faults);
    }
    #[test]
    fn decisions() {
        none(super::decisions::faults);
    }
    #[test]
    fn promises() {
        none(super::promises::faults);
    }
    #[test]
    fn tree() {
        none(super::tree::faults);
    }
}
