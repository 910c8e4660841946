//! `cargo xtask test`: every step in order, timed; then `bench` and `pictures`, which start the
//! project's own measuring program and the test browser.

use crate::{checks, run, setup, workspace::Workspace};
use std::{env, process::Command, time::Instant};

/// A step of `cargo xtask test`, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Step {
    /// Install what is missing.
    Setup,
    /// Arrows between crates, rooms, sizes, words.
    Check,
    /// rustfmt.
    Fmt,
    /// clippy, no warning allowed.
    Clippy,
    /// The whole workspace, release profile.
    Build,
    /// Unit and integration tests of every crate.
    Cargo,
    /// Journeys in a real browser.
    Browser,
    /// Licences, bans and sources of outside crates.
    Deny,
}

const STEPS: &[Step] = &[
    Step::Setup,
    Step::Check,
    Step::Fmt,
    Step::Build,
    Step::Cargo,
    Step::Browser,
    Step::Clippy,
    Step::Deny,
];

/// Tests that ran, by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Reads the closing lines of cargo's test runner and of Node's.
    fn look(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("test result: ") {
            for part in rest.split([';', '.']) {
                let mut words = part.split_whitespace();
                let (Some(Ok(n)), Some(what)) =
                    (words.next().map(str::parse::<usize>), words.next())
                else {
                    continue;
                };
                match what {
                    "passed" => self.passed += n,
                    "failed" => self.failed += n,
                    _ => {}
                }
            }
        }
        let mut words = line.trim_start_matches(['ℹ', '#', ' ']).split(' ');
        if line.starts_with(['ℹ', '#'])
            && let (Some(what), Some(Ok(n)), None) =
                (words.next(), words.next().map(str::parse::<usize>), words.next())
        {
            match what {
                "pass" => self.passed += n,
                "fail" | "cancelled" => self.failed += n,
                _ => {}
            }
        }
    }
}

/// Runs the steps. All of them run even when one fails (so that one run tells everything), unless
/// the tree does not build.
pub fn test(ws: &Workspace, only: &[Step], journey: Option<&str>) -> Result<(), String> {
    let begun = Instant::now();
    let mut tally = Tally::default();
    let mut done: Vec<(Step, f64, Result<(), String>)> = Vec::new();
    for &step in STEPS.iter().filter(|s| only.is_empty() || only.contains(s)) {
        println!("\n── {} ──", name(step));
        let start = Instant::now();
        let before = tally;
        let outcome = one(ws, step, journey, &mut tally);
        // A step that is no test run, or that fell over without counting, counts as one failure.
        if outcome.is_err() && tally.failed == before.failed {
            tally.failed += 1;
        }
        if let Err(why) = &outcome {
            println!("{why}");
        }
        let broken = outcome.is_err() && matches!(step, Step::Setup | Step::Build);
        done.push((step, start.elapsed().as_secs_f64(), outcome));
        if broken {
            break;
        }
    }
    println!("\n── summary ──");
    for (step, seconds, outcome) in &done {
        let state = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("{:<10} {state:<7} {seconds:>7.1} s", name(*step));
    }
    println!("{:<18} {:>7.1} s", "all", begun.elapsed().as_secs_f64());
    println!("{} passed, {} failed", tally.passed, tally.failed);
    let failed: Vec<&str> =
        done.iter().filter(|(_, _, o)| o.is_err()).map(|(s, _, _)| name(*s)).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("Failed: {}", failed.join(", "))) }
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Setup => "setup",
        Step::Check => "check",
        Step::Fmt => "fmt",
        Step::Clippy => "clippy",
        Step::Build => "build",
        Step::Cargo => "cargo",
        Step::Browser => "browser",
        Step::Deny => "deny",
    }
}

fn one(ws: &Workspace, step: Step, journey: Option<&str>, tally: &mut Tally) -> Result<(), String> {
    match step {
        Step::Setup => setup::run(ws),
        Step::Check => checks::run(ws, None),
        Step::Fmt => run::run(cargo(ws).args(["fmt", "--all", "--check"])),
        Step::Clippy => run::run(
            cargo(ws)
                .args(["clippy", "--quiet", "--release", "--workspace", "--all-targets"])
                .args(["--", "-D", "warnings"]),
        ),
        Step::Build => run::run(cargo(ws).args(["build", "--release", "--workspace"])),
        Step::Cargo => {
            let mut command = cargo(ws);
            command.args(["test", "--quiet", "--release", "--workspace", "--no-fail-fast"]);
            if let Some(programs) = setup::postgres_programs() {
                command.env("LIENTHONG_POSTGRES_PROGRAMS", programs);
            }
            run::watched(&mut command, |line| tally.look(line))
        }
        Step::Browser => {
            let mut command = browser(ws, journey)?;
            run::watched(&mut command, |line| tally.look(line))
        }
        Step::Deny => checks::deny(ws, &["licenses", "bans", "sources"]),
    }
}

fn cargo(ws: &Workspace) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&ws.root);
    command
}

/// The journeys: one Node process, one browser, one province (tests/browser/all.mjs).
fn browser(ws: &Workspace, journey: Option<&str>) -> Result<Command, String> {
    let program = ws.programs.join("lienthong");
    if !program.is_file() {
        return Err("The program is not built: run `cargo build --release --workspace`.".into());
    }
    let chromium = setup::browser().ok_or("No browser: run `cargo xtask setup`.")?;
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-reporter=spec", "all.mjs"])
        .current_dir(ws.root.join("tests/browser"))
        .env("LIENTHONG_PROGRAM", program)
        .env("CHROMIUM", chromium);
    if let Some(journey) = journey {
        command.env("LIENTHONG_JOURNEY", journey);
    }
    Ok(command)
}

/// Takes the pictures: the journeys again, with their camera on.
pub fn pictures(ws: &Workspace, journey: Option<&str>) -> Result<(), String> {
    setup::run(ws)?;
    run::run(cargo(ws).args(["build", "--release", "--workspace"]))?;
    run::run(browser(ws, journey)?.env("LIENTHONG_PICTURES", ws.root.join("docs/pictures")))
}

/// Runs a program of `tests/src/bin`, which writes its page in `docs/`.
pub fn measuring(ws: &Workspace, program: &str, args: &[String]) -> Result<(), String> {
    setup::run(ws)?;
    run::run(cargo(ws).args(["build", "--release", "--workspace"]))?;
    let mut command = Command::new(ws.programs.join(program));
    command.current_dir(&ws.root).args(args);
    if let Some(chromium) = setup::browser() {
        command.env("CHROMIUM", chromium);
    }
    if let Some(programs) = setup::postgres_programs() {
        command.env("LIENTHONG_POSTGRES_PROGRAMS", programs);
    }
    run::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_runners_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            "ℹ tests 9",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 1",
            "# pass 2",
            "# Subtest: pass 7 times",
            "fail 100",
        ] {
            tally.look(line);
        }
        assert_eq!(tally, Tally { passed: 22, failed: 4 });
    }
}
