//! The measuring program behind `cargo xtask bench`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool talks to a terminal"
)]

use std::{env, process::ExitCode, time::Instant};
use tests::{
    bench::{Bench, Figure, Row, growth, kept, report, rows::ROWS},
    engine::Engine,
    root,
};

/// The program's own allocator, so that what is measured inside the process is what it would be.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PERSONS: u64 = 20_000;
/// How the workspace was made (build.rs).
const OPTIMISED: bool = matches!(env!("OPT_LEVEL").as_bytes(), b"3");
/// Said in the place of keeping figures that belong to no program anybody runs.
const NOT_KEPT: &str = "Nothing is kept: this build is not optimised.";

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
    let known = ["--growth", "--without-lists", "--fresh-build"];
    let valued = ["--dossiers=", "--size=", "--engine="];
    let strange = args.iter().filter(|a| a.starts_with("--") && !known.contains(&a.as_str()));
    if let Some(unknown) = strange.into_iter().find(|a| !valued.iter().any(|v| a.starts_with(v))) {
        eprintln!(
            "There is no setting `{unknown}`: --list, {}, {} are known.",
            known.join(", "),
            valued.join(", ")
        );
        return ExitCode::FAILURE;
    }
    let dossiers = match args.iter().find_map(|a| a.strip_prefix("--dossiers=")).map(str::parse) {
        None => 0,
        Some(Ok(n)) => n,
        Some(Err(_)) => {
            eprintln!("--dossiers=NUMBER: how many dossiers are there before lives are measured");
            return ExitCode::FAILURE;
        }
    };
    if flag("--growth") {
        if !OPTIMISED {
            eprintln!("{NOT_KEPT}");
            return ExitCode::FAILURE;
        }
        return grow(&args);
    }
    measure(&named, flag("--fresh-build"), dossiers)
}

/// The curves instead of the rows.
fn grow(args: &[String]) -> ExitCode {
    let given = |name: &str| -> Vec<&str> {
        args.iter().filter_map(|a| a.strip_prefix(name)?.strip_prefix('=')).collect()
    };
    let sizes: Option<Vec<u64>> = given("--size").iter().map(|s| s.parse().ok()).collect();
    let engines: Option<Vec<Engine>> = given("--engine").iter().map(|e| Engine::parse(e)).collect();
    let (Some(mut sizes), Some(mut engines)) = (sizes, engines) else {
        eprintln!("--size=NUMBER of people; --engine=sqlite or --engine=postgres");
        return ExitCode::FAILURE;
    };
    if sizes.is_empty() {
        sizes = growth::SIZES.to_vec();
    }
    if engines.is_empty() {
        engines = Engine::ALL.to_vec();
    }
    let lists = !args.iter().any(|a| a == "--without-lists");
    let outcome = growth::measure(&root().join("docs"), &sizes, &engines, lists);
    let written = write_page();
    match outcome.and(written) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the page from what is kept.
fn write_page() -> Result<(), String> {
    let folder = root().join("docs");
    let rows: Vec<_> = ROWS.iter().map(|row| (row, report::read(&folder, row.id))).collect();
    report::write(&folder, &rows, &report::machine()).map_err(|e| e.to_string())?;
    println!("Written: docs/benchmarks.md, docs/growth.json, docs/growth.svg");
    Ok(())
}

fn measure(named: &[&str], fresh: bool, dossiers: u64) -> ExitCode {
    let folder = root().join("docs");
    let on = report::said("date", &["+%Y-%m-%d"]);
    let (commit, machine) = (report::commit(), report::machine());
    let mut bench = Bench::new(PERSONS, dossiers);
    let mut failed = false;
    let mut rows = Vec::new();
    for row in ROWS {
        let wanted = if named.is_empty() { !row.long || fresh } else { named.contains(&row.id) };
        let mut known = report::read(&folder, row.id);
        if wanted {
            eprint!("{:<18} ", row.id);
            let begun = Instant::now();
            match (row.measure)(&mut bench) {
                Ok(figure) => {
                    let told = shown(row, &figure);
                    eprintln!("{told:<56} {:>5.0} s", begun.elapsed().as_secs_f64());
                    let (on, commit, machine) = (on.clone(), commit.clone(), machine.clone());
                    known = Some(report::Kept { figure, on, commit, machine });
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
    if !OPTIMISED {
        eprintln!("{NOT_KEPT}");
        return ExitCode::FAILURE;
    }
    match report::write(&folder, &rows, &machine) {
        Ok(()) => println!("Written: docs/benchmarks.md, .json, .svg"),
        Err(e) => {
            failed = true;
            eprintln!("docs/benchmarks.md: {e}");
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn shown(row: &Row, figure: &Figure) -> String {
    let ratio = figure.ratio().map_or_else(String::new, |r| format!(", ratio {r:.2}"));
    let state = match kept(row.budget, figure) {
        Some(true) => " (within budget)",
        Some(false) => " (OVER BUDGET)",
        None => "",
    };
    format!("{}{ratio}{state}", report::shown(row, figure))
}
