//! docs/growth.json keeps the points, docs/growth.svg and a section of docs/benchmarks.md show them.

use super::{MEASURES, Point, curves};
use crate::bench::report::number;
use crate::engine::Engine;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

const FILE: &str = "growth.json";

fn map(value: &Value) -> BTreeMap<String, f64> {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(k, v)| Some((k.clone(), v.as_f64()?))).collect()
}

/// The kept points, smallest first.
pub fn read(folder: &Path) -> Vec<Point> {
    let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    let all: Value = serde_json::from_str(&text).unwrap_or_default();
    let text = |p: &Value, name: &str| p[name].as_str().unwrap_or_default().to_owned();
    let point = |p: &Value| {
        Some(Point {
            engine: Engine::parse(p["engine"].as_str()?)?,
            persons: p["persons"].as_u64()?,
            figures: map(&p["figures"]),
            references: map(&p["references"]),
            on: text(p, "on"),
            commit: text(p, "commit"),
            machine: text(p, "machine"),
        })
    };
    all["points"].as_array().into_iter().flatten().filter_map(point).collect()
}

/// Writes the points and the picture.
pub fn write(folder: &Path, points: &mut [Point]) -> std::io::Result<()> {
    points.sort_by_key(|p| (p.engine, p.persons));
    let values: Vec<Value> = points
        .iter()
        .map(|p| {
            let figures: Map<String, Value> =
                p.figures.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
            let references: Map<String, Value> =
                p.references.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
            json!({"engine": p.engine.name(), "persons": p.persons, "figures": figures,
                "references": references, "on": p.on, "commit": p.commit, "machine": p.machine})
        })
        .collect();
    let text =
        serde_json::to_string_pretty(&json!({"points": values})).map_err(std::io::Error::other)?;
    fs::write(folder.join(FILE), text + "\n")?;
    fs::write(folder.join("growth.svg"), curves::svg(points))
}

const HEAD: &str = "
## Growth

The same with more people, on SQLite and on a private PostgreSQL of the same machine; measured by
`cargo xtask bench --growth` (`--size N`, `--engine sqlite|postgres`, `--without-lists` for some of it). A dotted line is the
reference of the same run, a dashed one the most that is allowed.

![Each figure at growing numbers of people, on both engines](growth.svg)

";

/// The section of docs/benchmarks.md; empty while nothing was measured.
pub fn section(folder: &Path) -> String {
    let points = read(folder);
    if points.is_empty() {
        return String::new();
    }
    let mut out = HEAD.to_owned();
    out.push_str("| what |");
    for p in &points {
        let _ = write!(out, " {} {} |", p.engine.name(), number(p.persons as f64));
    }
    out.push_str(" allowed |\n|---|");
    out.push_str(&"--:|".repeat(points.len() + 1));
    out.push('\n');
    for m in MEASURES {
        let _ = write!(out, "| `{}`, {} |", m.id, m.unit);
        for p in &points {
            let figure = p.figures.get(m.id).map_or_else(String::new, |v| number(*v));
            let reference =
                p.references.get(m.id).map_or_else(String::new, |v| format!(" ({})", number(*v)));
            let _ = write!(out, " {figure}{reference} |");
        }
        let _ =
            writeln!(out, " {} |", m.most.map_or_else(String::new, |v| format!("≤ {}", number(v))));
    }
    out.push_str("\nIn brackets: the reference.\n\n");
    for m in MEASURES {
        let _ = writeln!(out, "- `{}`: {}: {}.", m.id, m.what, m.how);
    }
    let mut when: Vec<String> = points
        .iter()
        .map(|p| {
            format!(
                "{} {} on {} at `{}`",
                p.engine.name(),
                number(p.persons as f64),
                p.on,
                p.commit
            )
        })
        .collect();
    when.dedup();
    let _ = writeln!(out, "\nMeasured: {}.", when.join("; "));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    fn point(engine: Engine, persons: u64, search: f64) -> Point {
        Point {
            engine,
            persons,
            figures: BTreeMap::from([("search-p95".to_owned(), search)]),
            references: BTreeMap::from([("read-p99".to_owned(), 7.5)]),
            on: "2026-11-26".into(),
            commit: "abc".into(),
            machine: "2 cores".into(),
        }
    }

    #[test]
    fn points_survive_and_are_shown_in_order() {
        let folder = Folder::new();
        assert_eq!(section(folder.path()), "");
        let mut points = vec![
            point(Engine::Postgres, 100_000, 4.0),
            point(Engine::Sqlite, 1_000_000, 3.0),
            point(Engine::Sqlite, 100_000, 2.0),
        ];
        write(folder.path(), &mut points).unwrap();
        assert_eq!(read(folder.path()), points);
        let shown = section(folder.path());
        assert!(shown.contains("| `search-p95`, ms | 2 | 3 | 4 | ≤ 50 |"), "{shown}");
        assert!(shown.contains("sqlite 100,000 | sqlite 1,000,000 | postgres 100,000"), "{shown}");
        let svg = fs::read_to_string(folder.path().join("growth.svg")).unwrap();
        assert!(svg.contains("polyline"), "{svg}");
    }
}
