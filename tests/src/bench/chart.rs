//! docs/benchmarks.svg: how much of its budget each row uses, for people who would rather look.

use super::{Budget, Figure, Row, report};
use std::fmt::Write as _;

const LINE: usize = 26;
const TOP: usize = 40;
const LEFT: usize = 190;
/// Pixels of a budget used to the full.
const FULL: f64 = 380.0;
/// The longest bar, in budgets.
const BAR_MAX: f64 = 1.3;
const WIDTH: usize = 900;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.n{text-anchor:end}\
    .g{fill:#2da44e}.b{fill:#cf222e}.l{stroke:#1f2328;stroke-dasharray:3 3}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.l{stroke:#e6edf3}}";

/// How much of its budget a figure uses: 1 is all of it, whichever way the budget points.
pub fn share(budget: Budget, figure: &Figure) -> Option<f64> {
    let share = match budget {
        Budget::AtMost(max) => figure.value / max,
        Budget::AtLeast(min) => min / figure.value,
        Budget::RatioAtLeast(min) => min / figure.ratio()?,
        Budget::BothAtLeast(min, ratio) => (min / figure.value).max(ratio / figure.ratio()?),
        Budget::None => return None,
    };
    share.is_finite().then_some(share)
}

/// The picture; a row without a budget or a figure is not in it.
pub fn svg(rows: &[(&Row, Option<report::Kept>)]) -> String {
    let bars: Vec<(&Row, &Figure, f64)> = rows
        .iter()
        .filter_map(|(row, kept)| {
            let figure = &kept.as_ref()?.figure;
            Some((*row, figure, share(row.budget, figure)?))
        })
        .collect();
    let height = TOP + bars.len() * LINE + 14;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\
         <title>Figures against their budgets</title><style>{STYLE}</style>"
    );
    let line = LEFT as f64 + FULL;
    let _ = write!(out, "<text x=\"{line}\" y=\"18\" class=\"n\">budget</text>");
    for (n, (row, figure, share)) in bars.iter().enumerate() {
        let y = TOP + n * LINE;
        let class = if *share <= 1.0 { "g" } else { "b" };
        let long = share.min(BAR_MAX) * FULL;
        let (left, text) = (LEFT - 10, y + 14);
        let _ = write!(
            out,
            "<text x=\"{left}\" y=\"{text}\" class=\"n\">{}</text>\
             <rect x=\"{LEFT}\" y=\"{}\" width=\"{long:.1}\" height=\"14\" class=\"{class}\"/>\
             <text x=\"{:.1}\" y=\"{text}\">{}</text>",
            row.id,
            y + 3,
            LEFT as f64 + BAR_MAX * FULL + 10.0,
            report::shown(row, figure)
        );
    }
    let bottom = TOP + bars.len() * LINE + 4;
    let _ = writeln!(
        out,
        "<line x1=\"{line}\" x2=\"{line}\" y1=\"24\" y2=\"{bottom}\" class=\"l\"/></svg>"
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::rows::ROWS;

    #[test]
    fn a_bar_ends_at_the_line_when_the_budget_is_used_up() {
        let at_most = Budget::AtMost(2.0);
        assert_eq!(share(at_most, &Figure::of(1.0)), Some(0.5));
        assert_eq!(share(Budget::AtLeast(300.0), &Figure::of(600.0)), Some(0.5));
        let figure = Figure::of(10.0).against("bare", 25.0);
        assert_eq!(share(Budget::RatioAtLeast(0.2), &figure), Some(0.5));
        // Of two promises the one that is nearer to being broken.
        let used = |min, ratio| share(Budget::BothAtLeast(min, ratio), &figure);
        assert_eq!(used(figure.value, 0.1), Some(1.0));
        assert_eq!(used(0.0, 0.2), share(Budget::RatioAtLeast(0.2), &figure));
        assert_eq!(share(Budget::None, &figure), None);
        assert_eq!(share(Budget::AtLeast(1.0), &Figure::of(0.0)), None);
    }

    #[test]
    fn only_rows_with_budget_and_figure_are_drawn() {
        let kept = |value| {
            let (on, commit) = ("2026-11-23".to_owned(), "abc".to_owned());
            Some(report::Kept { figure: Figure::of(value), on, commit, machine: String::new() })
        };
        let start = ROWS.iter().find(|r| r.id == "start").unwrap();
        let size = ROWS.iter().find(|r| r.id == "program-size").unwrap();
        let memory = ROWS.iter().find(|r| r.id == "idle-memory").unwrap();
        let svg = svg(&[(start, kept(3.0)), (size, kept(40.0)), (memory, None)]);
        assert_eq!(svg.matches("<rect").count(), 1, "{svg}");
        assert!(svg.contains("class=\"b\"") && svg.contains("3 s"), "{svg}");
    }
}
