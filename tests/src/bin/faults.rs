//! The program behind `cargo xtask faults`: as many kills as wanted, written to docs/faults.md.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool talks to a terminal"
)]

use std::{any::Any, env, fs, process::ExitCode, thread, time::Instant};
use tests::{
    bench::report::{commit, machine, said},
    engine::Engine,
    faults::{
        self,
        crowd::{NORMAL_PER_SECOND, crowd},
        report::{Outcome, page},
    },
    root,
};

/// Kills of one province; then a new one is made, so that looking at everything stays quick.
const CHAPTER: u64 = 25;
/// The seed of the first chapter unless another is given.
const SEED: u64 = 2_026;

/// How many times the normal arrivals a crowd is.
const TIMES: f64 = 50.0;

struct Wanted {
    rounds: u64,
    engines: Vec<Engine>,
    seed: u64,
    /// How long a crowd comes.
    crowd_seconds: f64,
}

fn wanted() -> Option<Wanted> {
    let mut out = Wanted { rounds: CHAPTER, engines: Vec::new(), seed: SEED, crowd_seconds: 0.0 };
    for arg in env::args().skip(1) {
        match arg.trim_start_matches("--").split_once('=')? {
            ("rounds", n) => out.rounds = n.parse().ok()?,
            ("crowd", n) => out.crowd_seconds = n.parse().ok()?,
            ("seed", n) => out.seed = n.parse().ok()?,
            ("engine", name) => out.engines.push(Engine::parse(name)?),
            _ => return None,
        }
    }
    if out.engines.is_empty() {
        out.engines = Engine::ALL.to_vec();
    }
    Some(out)
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it broke off").to_owned()
}

fn main() -> ExitCode {
    let Some(wanted) = wanted() else {
        eprintln!("faults [--rounds=N] [--crowd=SECONDS] [--seed=N] [--engine=sqlite|postgres]");
        return ExitCode::FAILURE;
    };
    let mut outcomes = Vec::new();
    let each = wanted.rounds.div_ceil(wanted.engines.len() as u64);
    for engine in wanted.engines.iter().copied() {
        let mut left = each;
        let mut seed = wanted.seed;
        while left > 0 {
            let kills = left.min(CHAPTER);
            let begun = Instant::now();
            let chapter = thread::spawn(move || faults::killed(engine, seed, kills));
            let ended = chapter.join().map_err(|panic| words(panic.as_ref()));
            let told = match &ended {
                Ok(_) => "nothing found",
                Err(why) => why.as_str(),
            };
            let seconds = begun.elapsed().as_secs_f64();
            println!("{:<9} seed {seed}: {kills} kills, {seconds:.0} s: {told}", engine.name());
            outcomes.push(Outcome { engine, seed, ended });
            left -= kills;
            seed += 1;
        }
    }
    let seconds = wanted.crowd_seconds;
    let crowd = (seconds > 0.0).then(|| {
        println!("a crowd for {seconds} s");
        thread::spawn(move || crowd(NORMAL_PER_SECOND * TIMES, seconds, &[])).join()
    });
    let crowd = match crowd.transpose() {
        Ok(crowd) => crowd,
        Err(panic) => {
            eprintln!("{}", words(panic.as_ref()));
            return ExitCode::FAILURE;
        }
    };
    let on = said("date", &["+%Y-%m-%d"]);
    let text = page(&outcomes, crowd.as_ref(), &machine(), &on, &commit());
    if let Err(e) = fs::write(root().join("docs/faults.md"), text) {
        eprintln!("docs/faults.md: {e}");
        return ExitCode::FAILURE;
    }
    println!("Written: docs/faults.md");
    if outcomes.iter().all(|o| o.ended.is_ok()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
