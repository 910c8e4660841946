//! The measuring program behind `cargo xtask bench`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool talks to a terminal"
)]

use std::{env, process::ExitCode};
use tests::{
    bench::{Bench, Figure, kept, report, rows::ROWS},
    root,
};

const PERSONS: u64 = 20_000;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let named: Vec<&str> =
        args.iter().map(String::as_str).filter(|a| !a.starts_with("--")).collect();
    let flag = |name: &str| args.iter().any(|a| a == name);
    if flag("--list") {
        for row in ROWS {
            println!("{:<18} {} ({:?})", row.id, row.what, row.budget);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = named.iter().find(|n| !ROWS.iter().any(|r| r.id == **n)) {
        eprintln!("There is no row `{unknown}`; see `cargo xtask bench --list`.");
        return ExitCode::FAILURE;
    }
    measure(&named, flag("--fresh-build"))
}

fn measure(named: &[&str], fresh: bool) -> ExitCode {
    let folder = root().join("docs");
    let on = report::said("date", &["+%Y-%m-%d"]);
    let commit = report::said("git", &["rev-parse", "--short", "HEAD"]);
    let mut bench = Bench::new(PERSONS);
    let mut failed = false;
    let mut rows = Vec::new();
    for row in ROWS {
        let wanted = if named.is_empty() { !row.long || fresh } else { named.contains(&row.id) };
        let mut known = report::read(&folder, row.id);
        if wanted {
            eprint!("{:<18} ", row.id);
            match (row.measure)(&mut bench) {
                Ok(figure) => {
                    eprintln!("{}", shown(row.unit, row.budget, &figure));
                    known = Some(report::Kept { figure, on: on.clone(), commit: commit.clone() });
                }
                Err(why) => {
                    failed = true;
                    eprintln!("could not be measured: {why}");
                }
            }
        }
        rows.push((row, known));
    }
    bench.stop();
    match report::write(&folder, &rows, &report::machine()) {
        Ok(()) => println!("Written: docs/benchmarks.md"),
        Err(e) => {
            failed = true;
            eprintln!("docs/benchmarks.md: {e}");
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn shown(unit: &str, budget: tests::bench::Budget, figure: &Figure) -> String {
    let ratio = figure.ratio().map_or_else(String::new, |r| format!(", ratio {r:.2}"));
    let state = match kept(budget, figure) {
        Some(true) => " (within budget)",
        Some(false) => " (OVER BUDGET)",
        None => "",
    };
    format!("{} {unit}{ratio}{state}", report::number(figure.value))
}
