//! docs/benchmarks.json keeps the figures, docs/benchmarks.md shows them.

use super::{Budget, Figure, Row, kept};
use serde_json::{Value, json};
use std::{fmt::Write as _, fs, path::Path, process::Command};

/// One kept figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What was measured.
    pub figure: Figure,
    /// The day, `YYYY-MM-DD`.
    pub on: String,
    /// The commit measured.
    pub commit: String,
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
    })
}

/// Writes both files from the figures there are.
pub fn write(folder: &Path, rows: &[(&Row, Option<Kept>)], machine: &str) -> std::io::Result<()> {
    let mut map = serde_json::Map::new();
    for (row, kept) in rows {
        let Some(kept) = kept else { continue };
        let mut value = json!({ "value": kept.figure.value, "note": kept.figure.note, "on": kept.on, "commit": kept.commit });
        if let Some((name, reference)) = &kept.figure.reference {
            value["reference"] = json!({ "name": name, "value": reference });
        }
        map.insert(row.id.to_owned(), value);
    }
    let all = json!({ "machine": machine, "rows": map });
    let text = serde_json::to_string_pretty(&all).map_err(std::io::Error::other)?;
    fs::write(folder.join("benchmarks.json"), text + "\n")?;
    fs::write(folder.join("benchmarks.md"), page(rows, machine))
}

/// The page.
pub fn page(rows: &[(&Row, Option<Kept>)], machine: &str) -> String {
    let mut page = String::from(
        "# Figures\n\nWritten by `cargo xtask bench`; measured again with `cargo xtask bench --only ROW`.\n\
         The load generator runs on the same machine. A reference is measured in the same run; the\n\
         ratio is figure to reference. Budgets are those of ARCHITECTURE.md.\n\n",
    );
    let _ = writeln!(page, "Machine: {machine}\n");
    page.push_str("| what | figure | reference | ratio | budget | kept | measured |\n|---|--:|---|--:|---|---|---|\n");
    for (row, kept_) in rows {
        let Some(k) = kept_ else {
            let _ = writeln!(
                page,
                "| {} | not measured yet | | | {} | | `{}` |",
                row.what,
                promise(row),
                row.id
            );
            continue;
        };
        let reference = k
            .figure
            .reference
            .as_ref()
            .map_or_else(String::new, |(name, value)| format!("{} ({name})", number(*value)));
        let ratio = k.figure.ratio().map_or_else(String::new, |r| format!("{r:.2}"));
        let state = match kept(row.budget, &k.figure) {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        let _ = writeln!(
            page,
            "| {} | {} {} | {reference} | {ratio} | {} | {state} | {} at `{}` |",
            row.what,
            number(k.figure.value),
            row.unit,
            promise(row),
            k.on,
            k.commit
        );
    }
    page.push_str("\n## How each was measured\n\n");
    for (row, kept) in rows {
        let note = kept.as_ref().map_or("", |k| k.figure.note.as_str());
        let stop = if note.is_empty() { "" } else { ". " };
        let _ = writeln!(page, "- `{}`: {}{stop}{note}.", row.id, row.how);
    }
    page
}

fn promise(row: &Row) -> String {
    match row.budget {
        Budget::AtMost(max) => format!("≤ {} {}", number(max), row.unit),
        Budget::AtLeast(min) => format!("≥ {} {}", number(min), row.unit),
        Budget::RatioAtLeast(min) => format!("ratio ≥ {min}"),
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
    format!("{cores} cores, {processor}, {:.0} GiB, {rustc}", kib / 1024.0 / 1024.0)
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
            Some(Kept { figure, on: "2026-11-23".into(), commit: "abc1234".into() })
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
