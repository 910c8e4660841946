//! docs/faults.md: what was tried, with which seeds, and what was found.

use super::{
    Chapter,
    crowd::{Crowd, NORMAL_PER_SECOND},
};
use crate::{bench::report::number, engine::Engine};
use std::fmt::Write as _;

/// A chapter and how it ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine.
    pub engine: Engine,
    /// What repeats it.
    pub seed: u64,
    /// The chapter, or what did not hold.
    pub ended: Result<Chapter, String>,
}

const HEAD: &str = "# Faults

Written by `cargo xtask faults`. People of a small province file, pay, agree, decide and read over HTTP, all
at once; the program is killed (`kill -9`) at moments drawn from a seed, and started again on what is
left. After every kill the journal must verify, and everything that somebody was told must be there, once:
each dossier, fee, consent, decision and look at somebody's data with its entry. At the end of a chapter a
day passes: every letter is set and signed once, no job waits, and the access log and every sum equal the
journal exactly.

Repeat a chapter: `cargo xtask faults --engine ENGINE --seed SEED`.
";

/// What a crowd was told.
fn shown(crowd: &Crowd) -> String {
    let n = |n: u64| number(n as f64);
    let o = &crowd.outcome;
    format!(
        "\n## A crowd\n\n{} people a second for {} s ({} times a normal morning of a province of four \
         million), each on a connection of their own, from the same machine: pages, services, their own data \
         signed in; one person files dossiers meanwhile.\n\n\
         | served | told to wait | other answers | broken off | did not set out | half served within | 99 % within | \
         memory at most | dossiers filed |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n\
         | {} | {} | {} | {} | {} | {:.0} ms | {:.0} ms | {} MB | {} |\n",
        number(crowd.per_second),
        number(crowd.seconds),
        number(crowd.per_second / NORMAL_PER_SECOND),
        n(o.served()),
        n(o.with(429)),
        n(o.statuses.iter().filter(|(s, _)| **s >= 400 && **s != 429).map(|(_, n)| n).sum()),
        n(o.broken),
        n(o.stayed),
        o.served_within_ms(50),
        o.served_within_ms(99),
        crowd.memory_mb,
        crowd.filed,
    )
}

/// The page.
pub fn page(
    outcomes: &[Outcome],
    crowd: Option<&Crowd>,
    machine: &str,
    on: &str,
    commit: &str,
) -> String {
    let mut out = format!("{HEAD}\nMeasured on {on} at `{commit}`. Machine: {machine}\n\n");
    out.push_str(
        "| engine | seed | kills | dossiers | fees | consents | decisions | looks | entries | found |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    let (mut kills, mut findings) = (0, 0);
    for o in outcomes {
        let _ = write!(out, "| {} | {} |", o.engine.name(), o.seed);
        match &o.ended {
            Ok(c) => {
                kills += c.kills;
                let told = c.told.map(|n| number(n as f64)).join(" | ");
                let (visits, entries) = (number(c.visits as f64), number(c.entries as f64));
                let _ = writeln!(out, " {} | {told} | {visits} | {entries} | nothing |", c.kills);
            }
            Err(why) => {
                findings += 1;
                let line = why.lines().next().unwrap_or_default().replace('|', "/");
                let _ = writeln!(out, " | | | | | | | **{line}** |");
            }
        }
    }
    let _ =
        writeln!(out, "\n{kills} kills in {} chapters, {findings} with findings.", outcomes.len());
    out.push_str(&crowd.map_or_else(String::new, shown));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_on_the_page() {
        let chapter = Chapter { kills: 25, told: [40, 30, 20, 10], visits: 1_500, entries: 9 };
        let outcomes = [
            Outcome { engine: Engine::Sqlite, seed: 7, ended: Ok(chapter) },
            Outcome { engine: Engine::Postgres, seed: 8, ended: Err("lost: H37\nmore".into()) },
        ];
        let page = page(&outcomes, None, "2 cores", "2026-11-26", "abc");
        assert!(
            page.contains("| sqlite | 7 | 25 | 40 | 30 | 20 | 10 | 1,500 | 9 | nothing |"),
            "{page}"
        );
        assert!(page.contains("| postgres | 8 | | | | | | | | **lost: H37** |"), "{page}");
        assert!(page.contains("25 kills in 2 chapters, 1 with findings."), "{page}");
    }
}
