//! The developer's commands: `cargo xtask setup | test | check | bench | faults | trial | sbom | pictures`.
//!
//! Small on purpose: it links nothing of the project, so that it starts in seconds on a fresh clone
//! and can check the tree while the rest does not compile. What needs the project's own code
//! (figures, journeys) it starts as a child. It does **not** know any business rule.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool talks to a terminal"
)]

mod checks;
mod run;
mod sbom;
mod setup;
mod steps;
mod trial;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use steps::Step;
use workspace::Workspace;

/// Commands for people who work on Liên Thông.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Install what the tests need (Debian packages, the browser test's Node packages, cargo-deny).
    Setup,
    /// Everything that must hold before a change lands.
    Test {
        /// Only this step; may be given several times.
        #[arg(long, value_enum)]
        only: Vec<Step>,
        /// Browser journeys whose file name contains this (with `--only browser`).
        #[arg(long)]
        journey: Option<String>,
    },
    /// The quick checks that read the tree and compile nothing; `advisories` asks the network.
    Check {
        /// Only this one.
        #[arg(value_parser = checks::names())]
        what: Option<String>,
    },
    /// Measure, and write docs/benchmarks.md.
    Bench {
        /// Only these rows (see `cargo xtask bench --list`).
        #[arg(long)]
        only: Vec<String>,
        /// Also build everything anew in an empty folder and time it (many minutes).
        #[arg(long)]
        fresh_build: bool,
        /// So many dossiers are there before lives of dossiers are measured.
        #[arg(long, default_value_t = 0)]
        dossiers: u64,
        /// Measure the curves instead: the same at 100,000, a million and ten million people, on both
        /// engines (an hour, and 30 GB of the temporary folder).
        #[arg(long)]
        growth: bool,
        /// With `--growth`: so many people, instead of the three sizes.
        #[arg(long, requires = "growth")]
        size: Vec<u64>,
        /// With `--growth`: only on this engine, `sqlite` or `postgres`.
        #[arg(long, requires = "growth")]
        engine: Vec<String>,
        /// With `--growth`: no lists are exported and imported, which takes longer than all the rest.
        #[arg(long, requires = "growth")]
        without_lists: bool,
        /// List the rows and their budgets.
        #[arg(long)]
        list: bool,
    },
    /// Kill the program under load, again and again, and write docs/faults.md.
    Faults {
        /// How many kills, shared by the engines.
        #[arg(long, default_value_t = 500)]
        rounds: u64,
        /// For so many seconds fifty times the normal number of people come.
        #[arg(long, default_value_t = 600)]
        crowd: u64,
        /// What the moments are drawn from.
        #[arg(long, default_value_t = 2026)]
        seed: u64,
        /// Only on this engine, `sqlite` or `postgres`.
        #[arg(long)]
        engine: Vec<String>,
    },
    /// Install the Debian package in a Debian booted for it, and run the container (as root).
    Trial {
        /// Only this one.
        #[arg(value_enum)]
        what: Option<trial::What>,
    },
    /// Write what the program is made of (CycloneDX 1.5) beside the compiled programs.
    Sbom,
    /// Take the pictures of docs/pictures with the test browser.
    Pictures {
        /// Journeys whose file name contains this.
        #[arg(long)]
        journey: Option<String>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = Workspace::find().and_then(|ws| match cli.what {
        What::Setup => setup::run(&ws),
        What::Test { only, journey } => steps::test(&ws, &only, journey.as_deref()),
        What::Check { what } => checks::run(&ws, what.as_deref()),
        What::Bench { only, fresh_build, dossiers, growth, size, engine, without_lists, list } => {
            let mut args = only;
            args.push(format!("--dossiers={dossiers}"));
            args.extend(size.iter().map(|n| format!("--size={n}")));
            args.extend(engine.iter().map(|e| format!("--engine={e}")));
            for (wanted, flag) in [
                (fresh_build, "--fresh-build"),
                (growth, "--growth"),
                (without_lists, "--without-lists"),
                (list, "--list"),
            ] {
                args.extend(wanted.then(|| flag.to_owned()));
            }
            steps::measuring(&ws, "measure", &args)
        }
        What::Faults { rounds, crowd, seed, engine } => {
            let mut args = vec![
                format!("--rounds={rounds}"),
                format!("--crowd={crowd}"),
                format!("--seed={seed}"),
            ];
            args.extend(engine.iter().map(|e| format!("--engine={e}")));
            steps::measuring(&ws, "faults", &args)
        }
        What::Trial { what } => trial::run(&ws, what),
        What::Sbom => sbom::write(&ws).map(|file| println!("{}", file.display())),
        What::Pictures { journey } => steps::pictures(&ws, journey.as_deref()),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\n{why}");
            ExitCode::FAILURE
        }
    }
}
