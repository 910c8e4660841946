//! docs/benchmarks.json keeps the figures, docs/benchmarks.md and docs/benchmarks.svg show them.

use super::{Budget, Figure, Row, chart, growth, kept};
use serde_json::{Value, json};
use std::{fmt::Write as _, fs, path::Path, process::Command};

/// One kept figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What was measured.
    pub figure: Figure,
    /// The day, `YYYY-MM-DD`.
    pub on: String,
    /// The commit measured; a `+` after it: with changes that were in no commit.
    pub commit: String,
    /// The machine.
    pub machine: String,
}

/// Reads the kept figure of a row.
pub fn read(folder: &Path, id: &str) -> Option<Kept> {
    let text = fs::read_to_string(folder.join("benchmarks.json")).ok()?;
    let all: Value = serde_json::from_str(&text).ok()?;
    let row = all.get("rows")?.get(id)?;
    let reference = row["reference"]["value"]
        .as_f64()
        .map(|value| (row["reference"]["name"].as_str().unwrap_or_default().to_owned(), value));
    Some(Kept {
        figure: Figure {
            value: row["value"].as_f64()?,
            reference,
            note: row["note"].as_str().unwrap_or_default().to_owned(),
        },
        on: row["on"].as_str().unwrap_or_default().to_owned(),
        commit: row["commit"].as_str().unwrap_or_default().to_owned(),
        machine: row["machine"].as_str().unwrap_or_default().to_owned(),
    })
}

/// Writes the three files from the figures there are.
pub fn write(folder: &Path, rows: &[(&Row, Option<Kept>)], machine: &str) -> std::io::Result<()> {
    let mut map = serde_json::Map::new();
    for (row, kept) in rows {
        let Some(kept) = kept else { continue };
        let mut value = json!({ "value": kept.figure.value, "note": kept.figure.note, "on": kept.on,
            "commit": kept.commit, "machine": kept.machine });
        if let Some((name, reference)) = &kept.figure.reference {
            value["reference"] = json!({ "name": name, "value": reference });
        }
        map.insert(row.id.to_owned(), value);
    }
    let text =
        serde_json::to_string_pretty(&json!({ "rows": map })).map_err(std::io::Error::other)?;
    fs::write(folder.join("benchmarks.json"), text + "\n")?;
    fs::write(folder.join("benchmarks.svg"), chart::svg(rows))?;
    fs::write(folder.join("benchmarks.md"), page(rows, machine) + &growth::section(folder))
}

const HEAD: &str = "# Figures

Written by `cargo xtask bench`. Nothing here is copied by hand, and nothing is asserted in a test: a
figure belongs to a machine, so each stands beside a **reference** measured in the same run on the
same machine, by the plainest program that does comparable work. *Ratio* is figure to reference.
Budgets are those of [ARCHITECTURE.md](../ARCHITECTURE.md).

Measure again: `cargo xtask bench`, or one row: `cargo xtask bench --only ROW`; `--list` names them.
The load generator and the program share the cores, so rates over HTTP are those of half a machine.
People are synthetic. All requests come from one address, so how often somebody asks is not counted here.

![How much of its budget each row uses](benchmarks.svg)
";

/// The page. `machine` is the one of this run; a figure from another one says so.
pub fn page(rows: &[(&Row, Option<Kept>)], machine: &str) -> String {
    let mut page = format!("{HEAD}\nMachine: {machine}\n\n");
    page.push_str(
        "| row | what | figure | reference | ratio | budget | kept | measured |\n\
         |---|---|--:|---|--:|---|---|---|\n",
    );
    let mut others: Vec<&str> = Vec::new();
    for (row, kept_) in rows {
        let Some(k) = kept_ else {
            let budget = promise(row);
            let (id, what) = (row.id, row.what);
            let _ = writeln!(page, "| `{id}` | {what} | not measured yet | | | {budget} | | |");
            continue;
        };
        let reference = k
            .figure
            .reference
            .as_ref()
            .map_or_else(String::new, |(name, value)| format!("{} ({name})", number(*value)));
        let ratio = k.figure.ratio().map_or_else(String::new, number);
        let state = match kept(row.budget, &k.figure) {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        let mut when = format!("{} at `{}`", k.on, k.commit);
        if k.machine != machine {
            let n = others.iter().position(|m| *m == k.machine).unwrap_or_else(|| {
                others.push(&k.machine);
                others.len() - 1
            });
            let _ = write!(when, ", machine {}", n + 2);
        }
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {reference} | {ratio} | {} | {state} | {when} |",
            row.id,
            row.what,
            shown(row, &k.figure),
            promise(row),
        );
    }
    for (n, other) in others.iter().enumerate() {
        let _ = writeln!(page, "\nMachine {}: {other}", n + 2);
    }
    page.push_str("\n## How each was measured\n\n");
    for (row, kept) in rows {
        let note = kept.as_ref().map_or("", |k| k.figure.note.as_str());
        let stop = if note.is_empty() { "" } else { ". " };
        let _ = writeln!(page, "- `{}`: {}{stop}{note}.", row.id, row.how);
    }
    page
}

/// A figure with its unit.
pub fn shown(row: &Row, figure: &Figure) -> String {
    format!("{} {}", number(figure.value), row.unit)
}

fn promise(row: &Row) -> String {
    match row.budget {
        Budget::AtMost(max) => format!("≤ {} {}", number(max), row.unit),
        Budget::AtLeast(min) => format!("≥ {} {}", number(min), row.unit),
        Budget::RatioAtLeast(min) => format!("ratio ≥ {min}"),
        Budget::BothAtLeast(min, ratio) => {
            format!("≥ {} {}, ratio ≥ {ratio}", number(min), row.unit)
        }
        Budget::None => String::new(),
    }
}

/// Three digits that matter, thousands apart.
pub fn number(value: f64) -> String {
    if value.abs() >= 100.0 || value == value.trunc() {
        let digits = format!("{value:.0}");
        let mut out = String::new();
        for (n, c) in digits.chars().enumerate() {
            if n > 0 && (digits.len() - n).is_multiple_of(3) && !out.ends_with('-') {
                out.push(',');
            }
            out.push(c);
        }
        out
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// Cores, processor, memory, compiler: what the figures depend on.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let find = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .find(|l| l.starts_with(name))
            .and_then(|l| l.split_once(':'))
            .map(|(_, v)| v.trim().to_owned())
            .unwrap_or_default()
    };
    let memory = find("/proc/meminfo", "MemTotal");
    let kib: f64 = memory.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    let rustc = said("rustc", &["--version"]);
    let processor = find("/proc/cpuinfo", "model name");
    let system = said("uname", &["-sr"]);
    format!("{cores} cores, {processor}, {:.0} GiB, {system}, {rustc}", kib / 1024.0 / 1024.0)
}

/// The commit that is being measured.
pub fn commit() -> String {
    let hash = said("git", &["rev-parse", "--short", "HEAD"]);
    // Files that this program writes are no change.
    let changed = said("git", &["status", "--porcelain", "--", ".", ":!docs/benchmarks*"]);
    if changed.is_empty() { hash } else { hash + "+" }
}

/// The first line a program prints.
pub fn said(program: &str, args: &[&str]) -> String {
    Command::new(program)
        .args(args)
        .current_dir(crate::root())
        .output()
        .map(|o| String::from_utf8_lossy(&o.stdout).lines().next().unwrap_or_default().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bench::rows::ROWS, folder::Folder};

    #[test]
    fn kept_figures_survive_and_promises_are_judged() {
        let folder = Folder::new();
        let start = ROWS.iter().find(|r| r.id == "start").unwrap();
        let home = ROWS.iter().find(|r| r.id == "home-page").unwrap();
        let build = ROWS.iter().find(|r| r.id == "fresh-build").unwrap();
        let kept = |value, reference| {
            let mut figure = Figure::of(value).note("2 persons");
            figure.reference = reference;
            let machine = "2 cores".to_owned();
            Some(Kept { figure, on: "2026-11-23".into(), commit: "abc1234".into(), machine })
        };
        let rows = [
            (start, kept(1.25, None)),
            (home, kept(12_600.0, Some(("bare".to_owned(), 51_300.0)))),
            (build, None),
        ];
        write(folder.path(), &rows, "2 cores").unwrap();
        for (row, figure) in &rows {
            assert_eq!(read(folder.path(), row.id), *figure);
        }
        let page = page(&rows, "2 cores");
        assert!(page.contains("| 1.25 s |"), "{page}");
        assert!(page.contains("≤ 1 s | **no** |"), "{page}");
        assert!(page.contains("| 12,600 /s | 51,300 (bare) | 0.25 |"), "{page}");
        assert!(page.contains("not measured yet"), "{page}");
        assert!(
            fs::read_to_string(folder.path().join("benchmarks.svg")).unwrap().contains("<rect")
        );
        assert!(!page.contains("machine 2"), "{page}");
        let page = super::page(&rows, "4 cores");
        assert!(page.contains("at `abc1234`, machine 2 |") && page.contains("Machine 2: 2 cores"));
    }

    #[test]
    fn row_names_are_unique() {
        let mut ids: Vec<_> = ROWS.iter().map(|r| r.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ROWS.len());
    }

    #[test]
    fn numbers_show_what_matters() {
        assert_eq!(number(0.1234), "0.12");
        assert_eq!(number(51.34), "51.3");
        assert_eq!(number(1_234_567.8), "1,234,568");
        assert_eq!(number(64.0), "64");
    }
}
