//! Growth: the same figures at a hundred thousand, a million, ten million people, on both engines, as
//! curves in docs/benchmarks.md. Measured only when asked for (`cargo xtask bench --growth`): the largest
//! point takes a quarter of an hour and some thirty gigabytes of the temporary folder.

mod curves;
mod keep;
mod point;

pub use keep::section;

use super::report;
use crate::engine::Engine;
use std::{collections::BTreeMap, path::Path, time::Instant};

/// People at each point unless others are asked for.
pub const SIZES: [u64; 3] = [100_000, 1_000_000, 10_000_000];

/// What is measured at each point.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name, for ever.
    pub id: &'static str,
    /// For a stranger.
    pub what: &'static str,
    /// `/s`, `ms`, `µs`, `MB`, `s`, `bytes`.
    pub unit: &'static str,
    /// How it is measured.
    pub how: &'static str,
    /// The line that must not be crossed at the largest size, if one was drawn.
    pub most: Option<f64>,
}

/// Every measure, in the order of the page.
pub const MEASURES: &[Measure] = &[
    Measure {
        id: "generate",
        what: "Persons made and written, households, acts and indexes included",
        unit: "/s",
        how: "`lienthong generate --persons N`, from start to end of the process",
        most: None,
    },
    Measure {
        id: "generate-memory",
        what: "Memory of the generator at its highest",
        unit: "MB",
        how: "resident set's high-water mark of the process; PostgreSQL's own memory is not in it",
        most: Some(512.0),
    },
    Measure {
        id: "import",
        what: "Persons taken over from a list, indexes included",
        unit: "/s",
        how: "`lienthong import population FILE` of the CSV that `export population` wrote, into an empty register",
        most: None,
    },
    Measure {
        id: "import-memory",
        what: "Memory of the import at its highest",
        unit: "MB",
        how: "as `generate-memory`",
        most: Some(512.0),
    },
    Measure {
        id: "export",
        what: "Persons written to a list, in the order of their numbers",
        unit: "/s",
        how: "`lienthong export population FILE`, CSV",
        most: None,
    },
    Measure {
        id: "disk",
        what: "Disk a person takes",
        unit: "bytes",
        how: "the database after generating, divided by persons",
        most: None,
    },
    Measure {
        id: "read-p99",
        what: "A whole record by number, all but one in a hundred",
        unit: "µs",
        how: "inside the process, numbers far apart, a snapshot and a statement each; reference: the bare driver with a prepared statement on the same rows",
        most: Some(1_000.0),
    },
    Measure {
        id: "search-p95",
        what: "An officer's search through the door, all but one in twenty",
        unit: "ms",
        how: "ten kinds of question (whole name with and without marks, given name, surname, name and year, nobody, address, name and hamlet, residence file), rules asked and the entry durable before the answer",
        most: Some(50.0),
    },
    Measure {
        id: "start",
        what: "Start to first page",
        unit: "s",
        how: "`lienthong demo` on the data until `GET /` is answered, middle of 3",
        most: Some(1.0),
    },
    Measure {
        id: "memory",
        what: "Memory at rest after the first page",
        unit: "MB",
        how: "resident set five seconds later",
        most: None,
    },
];

/// What was measured with so many people on one engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Where.
    pub engine: Engine,
    /// How many people were asked for.
    pub persons: u64,
    /// Figures by the id of their measure.
    pub figures: BTreeMap<String, f64>,
    /// References by the id of their measure.
    pub references: BTreeMap<String, f64>,
    /// The day.
    pub on: String,
    /// The commit measured.
    pub commit: String,
    /// The machine.
    pub machine: String,
}

/// Measures these points and keeps them in docs/growth.json; others that were kept stay. Without `lists`
/// nothing is exported and imported: what was kept of that stays too.
#[allow(clippy::print_stderr, reason = "a developer's tool talks to a terminal")]
pub fn measure(
    folder: &Path,
    sizes: &[u64],
    engines: &[Engine],
    lists: bool,
) -> Result<(), String> {
    let mut points = keep::read(folder);
    for &persons in sizes {
        for &engine in engines {
            eprintln!("growth: {} persons on {}", report::number(persons as f64), engine.name());
            let begun = Instant::now();
            let (mut figures, references) = point::measure(engine, persons, lists)?;
            for measure in MEASURES {
                let shown = |of: &BTreeMap<String, f64>| {
                    of.get(measure.id).map_or_else(String::new, |v| report::number(*v))
                };
                eprintln!(
                    "  {:<16} {:>10} {:<6} {}",
                    measure.id,
                    shown(&figures),
                    measure.unit,
                    shown(&references)
                );
            }
            eprintln!("  {:.0} s", begun.elapsed().as_secs_f64());
            let same = |p: &Point| (p.engine, p.persons) == (engine, persons);
            if let Some(kept) = points.iter().find(|p| same(p)) {
                for (id, value) in &kept.figures {
                    figures.entry(id.clone()).or_insert(*value);
                }
            }
            points.retain(|p| !same(p));
            points.push(Point {
                engine,
                persons,
                figures,
                references,
                on: report::said("date", &["+%Y-%m-%d"]),
                commit: report::commit(),
                machine: report::machine(),
            });
            keep::write(folder, &mut points).map_err(|e| format!("docs/growth.json: {e}"))?;
        }
    }
    Ok(())
}
