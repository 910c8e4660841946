//! docs/growth.svg: a small chart for each measure, people from left to right by powers of ten.

use super::{MEASURES, Measure, Point};
use crate::bench::report::number;
use crate::engine::Engine;
use std::fmt::Write as _;

/// Size of one chart, pixels.
const WIDE: f64 = 290.0;
const HIGH: f64 = 190.0;
const ACROSS: usize = 3;
/// Left, right, top and bottom of the drawing inside a chart.
const INSIDE: (f64, f64, f64, f64) = (20.0, 250.0, 48.0, 150.0);

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1f2328}.h{font-weight:600}\
    .sqlite{stroke:#0969da;fill:none;stroke-width:2}.postgres{stroke:#bc4c00;fill:none;stroke-width:2}\
    .r{stroke-dasharray:2 3;stroke-width:1.2}.most{stroke:#cf222e;stroke-dasharray:6 4}\
    .axis{stroke:#8c959f}.n{text-anchor:middle}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.sqlite{stroke:#4493f8}\
    .postgres{stroke:#f0883e}}";

/// The picture.
pub fn svg(points: &[Point]) -> String {
    let shown: Vec<&Measure> =
        MEASURES.iter().filter(|m| points.iter().any(|p| p.figures.contains_key(m.id))).collect();
    let lines = shown.len().div_ceil(ACROSS);
    let (width, height) = (WIDE * ACROSS as f64, HIGH * lines as f64 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\
         <title>Figures at growing numbers of people</title><style>{STYLE}</style>\
         <text x=\"20\" y=\"16\">— SQLite</text><line x1=\"20\" x2=\"32\" y1=\"12\" y2=\"12\" class=\"sqlite\"/>\
         <text x=\"100\" y=\"16\">— PostgreSQL</text><line x1=\"100\" x2=\"112\" y1=\"12\" y2=\"12\" class=\"postgres\"/>"
    );
    for (n, measure) in shown.iter().enumerate() {
        let (x, y) = ((n % ACROSS) as f64 * WIDE, (n / ACROSS) as f64 * HIGH + 24.0);
        let _ = write!(out, "<g transform=\"translate({x} {y})\">{}</g>", chart(measure, points));
    }
    out.push_str("</svg>\n");
    out
}

/// One measure.
fn chart(measure: &Measure, points: &[Point]) -> String {
    let sizes: Vec<u64> = points.iter().map(|p| p.persons).collect();
    let (least, most) = (sizes.iter().min().copied(), sizes.iter().max().copied());
    let (Some(least), Some(most)) = (least, most) else { return String::new() };
    let values = points.iter().flat_map(|p| {
        p.figures.get(measure.id).into_iter().chain(p.references.get(measure.id)).copied()
    });
    let highest = values.chain(measure.most).fold(0.0_f64, f64::max).max(f64::MIN_POSITIVE);
    let (left, right, top, bottom) = INSIDE;
    let span = ((most as f64).ln() - (least as f64).ln()).max(f64::MIN_POSITIVE);
    let x =
        |persons: u64| left + ((persons as f64).ln() - (least as f64).ln()) / span * (right - left);
    let y = |value: f64| bottom - value / highest * (bottom - top);
    let mut out = format!(
        "<text x=\"{left}\" y=\"20\" class=\"h\">{}</text>\
         <text x=\"{left}\" y=\"36\">{} {} at the top</text>\
         <line x1=\"{left}\" x2=\"{right}\" y1=\"{bottom}\" y2=\"{bottom}\" class=\"axis\"/>",
        measure.id,
        number(highest),
        measure.unit,
    );
    if let Some(allowed) = measure.most {
        let at = y(allowed);
        let _ = write!(
            out,
            "<line x1=\"{left}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\" class=\"most\"/>"
        );
    }
    for engine in Engine::ALL {
        let of: Vec<&Point> = points.iter().filter(|p| p.engine == engine).collect();
        for (class, line) in [("", true), (" r", false)] {
            let found = of.iter().filter_map(|p| {
                let from = if line { &p.figures } else { &p.references };
                Some((p.persons, *from.get(measure.id)?))
            });
            let corners: Vec<String> =
                found.map(|(persons, v)| format!("{:.1},{:.1}", x(persons), y(v))).collect();
            if !corners.is_empty() {
                let name = engine.name();
                let _ = write!(
                    out,
                    "<polyline points=\"{}\" class=\"{name}{class}\"/>",
                    corners.join(" ")
                );
            }
        }
    }
    let mut marks = sizes;
    marks.sort_unstable();
    marks.dedup();
    for persons in marks {
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" class=\"n\">{}</text>",
            x(persons),
            bottom + 16.0,
            short(persons)
        );
    }
    out
}

/// `100k`, `10M`.
fn short(persons: u64) -> String {
    match persons {
        1_000_000.. => format!("{}M", number(persons as f64 / 1e6)),
        1_000.. => format!("{}k", number(persons as f64 / 1e3)),
        _ => persons.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_line_rises_with_its_figures_and_stays_inside() {
        let point = |persons, value| Point {
            engine: Engine::Sqlite,
            persons,
            figures: BTreeMap::from([("start".to_owned(), value)]),
            references: BTreeMap::new(),
            on: String::new(),
            commit: String::new(),
            machine: String::new(),
        };
        let svg = svg(&[point(1_000, 0.5), point(10_000, 1.0), point(100_000, 2.0)]);
        assert!(svg.contains("points=\"20.0,124.5 135.0,99.0 250.0,48.0\""), "{svg}");
        assert_eq!(svg.matches("<polyline").count(), 1, "{svg}");
        assert!(svg.contains("class=\"most\"") && svg.contains(">100k<"), "{svg}");
    }
}
