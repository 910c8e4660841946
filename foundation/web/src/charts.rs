//! Charts as SVG made on the server. The drawing is hidden from screen readers; its numbers stand
//! beside it as text (a table, or a sentence for a spark line). Words stay HTML, so that they keep
//! their size when the drawing is stretched.

use crate::markup::{Markup, escape};
use crate::reply::Tone;
use kernel::{Lang, Say};
use std::fmt::Write;

/// Width of the drawing's own coordinates.
const W: f64 = 600.0;
/// Height of the drawing's own coordinates.
const H: f64 = 200.0;

/// One reading: its name on the axis (`23/11`), its value, the value as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// On the axis.
    pub label: String,
    /// The value; not a number means that there is no reading.
    pub value: f64,
    /// The value in words: `99,7 %`.
    pub text: String,
}

impl Point {
    /// A reading.
    pub fn new(label: impl Into<String>, value: f64, text: impl Into<String>) -> Self {
        Self { label: label.into(), value, text: text.into() }
    }
}

/// A number as people write it: `1.284,5` in Vietnamese, `1,284.5` in English.
pub fn number(value: f64, decimals: usize, lang: Lang) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let (group, point) = match lang {
        Lang::Vi => ('.', ','),
        Lang::En => (',', '.'),
    };
    let mut out = String::new();
    if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(group);
        }
        out.push(c);
    }
    if !rest.is_empty() {
        out.push(point);
        out.push_str(rest);
    }
    out
}

/// The range of the readings; `None` without any.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|v| v.is_finite()).fold(None, |r, v| match r {
        None => Some((v, v)),
        Some((lo, hi)) => Some((v.min(lo), v.max(hi))),
    })
}

/// A round number at or above: a few plain steps times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .iter()
        .map(|m| m * power)
        .find(|r| *r >= value * 0.999_999)
        .unwrap_or(value)
}

/// The path through the readings; a gap where there is none.
fn path(points: &[Option<(f64, f64)>]) -> String {
    let mut out = String::new();
    let mut pen_down = false;
    for p in points {
        match p {
            Some((x, y)) => {
                let _ = write!(out, "{}{x:.1} {y:.1}", if pen_down { 'L' } else { 'M' });
                pen_down = true;
            }
            None => pen_down = false,
        }
    }
    out
}

/// A small line without axes, for a tile. `say_as` is read instead of it: «7 ngày qua: từ 80 đến 99,
/// gần nhất 97»; with an empty `say_as` the drawing is silent, for a tile that says the numbers.
pub fn spark(values: &[f64], tone: Option<Tone>, say_as: &str) -> Markup {
    let Some((lo, hi)) = range(values.iter().copied()) else { return Markup::default() };
    let span = if hi > lo { hi - lo } else { 1.0 };
    let last = (values.len() - 1).max(1) as f64;
    let at = |(i, v): (usize, &f64)| {
        v.is_finite().then(|| (i as f64 * 200.0 / last, 44.0 - (v - lo) / span * 38.0))
    };
    let points: Vec<_> = values.iter().enumerate().map(at).collect();
    let line = path(&points);
    let ends: Vec<_> = points.iter().flatten().collect();
    let (Some(a), Some(b)) = (ends.first(), ends.last()) else { return Markup::default() };
    let area = if points.iter().all(Option::is_some) {
        format!(
            "<path d=\"{line}L{:.1} 48L{:.1} 48z\" fill=\"currentColor\" opacity=\".14\"/>",
            b.0, a.0
        )
    } else {
        String::new()
    };
    let class = tone.map_or("", Tone::class);
    let aria = if say_as.is_empty() {
        "aria-hidden=\"true\"".to_owned()
    } else {
        format!("role=\"img\" aria-label=\"{}\"", escape(say_as))
    };
    Markup::trusted(format!(
        "<svg class=\"chart spark {class}\" viewBox=\"0 0 200 48\" preserveAspectRatio=\"none\" \
         {aria}>{area}<path d=\"{line}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" \
         vector-effect=\"non-scaling-stroke\"/>{}</svg>",
        dot(b.0, b.1)
    ))
}

/// A round dot that stays round when the drawing is stretched.
fn dot(x: f64, y: f64) -> String {
    format!(
        "<path d=\"M{x:.1} {y:.1}h.01\" stroke=\"currentColor\" stroke-width=\"7\" \
         stroke-linecap=\"round\" vector-effect=\"non-scaling-stroke\"/>"
    )
}

/// A line over time, from zero, with an optional target. `unit` stands in the heading.
pub fn line(say: &Say, title: &str, points: &[Point], target: Option<&Point>) -> Markup {
    let values = points.iter().chain(target).map(|p| p.value);
    let Some((_, hi)) = range(values) else { return Markup::default() };
    let top = round_up(hi);
    let last = (points.len().max(2) - 1) as f64;
    let y = |v: f64| H - (v / top).clamp(0.0, 1.0) * (H - 8.0);
    let at =
        |(i, p): (usize, &Point)| p.value.is_finite().then(|| (i as f64 * W / last, y(p.value)));
    let drawn: Vec<_> = points.iter().enumerate().map(at).collect();
    let d = path(&drawn);
    let mut svg = String::new();
    for share in [0.0, 0.5, 1.0] {
        let _ = write!(
            svg,
            "<path d=\"M0 {0:.1}H{W}\" stroke=\"var(--line)\" vector-effect=\"non-scaling-stroke\"/>",
            y(top * share)
        );
    }
    if let Some(t) = target {
        let _ = write!(
            svg,
            "<path d=\"M0 {:.1}H{W}\" stroke=\"var(--muted)\" stroke-dasharray=\"6 5\" stroke-width=\"2\" vector-effect=\"non-scaling-stroke\"/>",
            y(t.value)
        );
    }
    let _ = write!(
        svg,
        "<path d=\"{d}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\" stroke-linejoin=\"round\" vector-effect=\"non-scaling-stroke\"/>"
    );
    if let Some((x, y)) = drawn.iter().flatten().last() {
        svg.push_str(&dot(*x, *y));
    }
    let decimals = usize::from(top < 5.0);
    let axis = |v: f64| number(v, decimals, say.lang);
    let ends = |p: Option<&Point>| p.map_or(String::new(), |p| escape(&p.label));
    let middle = (points.len() > 4).then(|| &points[points.len() / 2]);
    let legend = target.map_or(String::new(), |t| {
        format!("<p class=\"legend\">╌╌ {}: {}</p>", escape(&t.label), escape(&t.text))
    });
    Markup::trusted(format!(
        "<figure class=\"line\"><figcaption>{}</figcaption><div class=\"plot\" aria-hidden=\"true\">\
         <p class=\"y\"><span>{}</span><span>{}</span><span>0</span></p>\
         <svg class=\"chart\" viewBox=\"0 0 {W} {H}\" preserveAspectRatio=\"none\">{svg}</svg></div>\
         <p class=\"x\" aria-hidden=\"true\"><span>{}</span><span>{}</span><span>{}</span></p>{legend}{}</figure>",
        escape(title),
        axis(top),
        axis(top / 2.0),
        ends(points.first()),
        ends(middle),
        ends(points.last()),
        table(title, points),
    ))
}

/// The same numbers for those who do not see the drawing.
fn table(title: &str, points: &[Point]) -> String {
    let mut out = format!("<div class=\"sr\"><table><caption>{}</caption>", escape(title));
    for p in points {
        let (label, text) = (escape(&p.label), escape(&p.text));
        let _ = write!(out, "<tr><th scope=\"row\">{label}</th><td>{text}</td></tr>");
    }
    out.push_str("</table></div>");
    out
}

/// Bars beside their names, longest scale 100 %, with an optional target as a mark on each. A table,
/// so it reads as one.
pub fn bars(title: &str, points: &[Point], target: Option<&Point>) -> Markup {
    let values = points.iter().chain(target).map(|p| p.value);
    let Some((_, hi)) = range(values) else { return Markup::default() };
    let top = if hi > 0.0 { hi } else { 1.0 };
    let x = |v: f64| if v.is_finite() { (v / top).clamp(0.0, 1.0) * W } else { 0.0 };
    let mark = target.map_or(String::new(), |t| {
        format!(
            "<path d=\"M{:.1} 0v20\" stroke=\"var(--ink)\" stroke-width=\"2\" vector-effect=\"non-scaling-stroke\"/>",
            x(t.value).min(W - 1.0)
        )
    });
    let mut rows = String::new();
    for p in points {
        let below = target.is_some_and(|t| p.value < t.value);
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{}</th><td class=\"bar-cell\"><svg class=\"chart{}\" viewBox=\"0 0 {W} 20\" \
             preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"M0 0h{W}v20H0z\" \
             fill=\"var(--surface)\"/><path d=\"M0 0h{:.1}v20H0z\" fill=\"currentColor\"/>{mark}</svg></td>\
             <td class=\"num\">{}</td></tr>",
            escape(&p.label),
            if below { " warn" } else { "" },
            x(p.value),
            escape(&p.text),
        );
    }
    let legend = target.map_or(String::new(), |t| {
        format!("<p class=\"legend\">❘ {}: {}</p>", escape(&t.label), escape(&t.text))
    });
    Markup::trusted(format!(
        "<figure class=\"bars\"><figcaption>{}</figcaption><table><tbody>{rows}</tbody></table>{legend}</figure>",
        escape(title)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::say;

    #[test]
    fn numbers_in_both_languages() {
        assert_eq!(number(1_284.0, 0, Lang::Vi), "1.284");
        assert_eq!(number(99.66, 1, Lang::Vi), "99,7");
        assert_eq!(number(-1_234_567.5, 1, Lang::En), "−1,234,567.5");
        assert_eq!(number(-0.04, 1, Lang::Vi), "0,0");
        assert_eq!(number(f64::NAN, 0, Lang::Vi), "—");
    }

    #[test]
    fn scales_end_on_round_numbers() {
        for (value, top) in [
            (0.0, 1.0),
            (0.7, 0.8),
            (7.0, 8.0),
            (12.0, 15.0),
            (99.7, 100.0),
            (100.0, 100.0),
            (230.0, 250.0),
        ] {
            assert_eq!(round_up(value), top, "{value}");
        }
    }

    #[test]
    fn a_missing_reading_is_a_gap_not_a_zero() {
        let svg = spark(&[1.0, f64::NAN, 3.0, 2.0], None, "");
        assert_eq!(svg.as_str().matches('M').count(), 3, "two strokes and the dot: {svg}");
        assert!(spark(&[], None, "").is_empty());
        assert!(spark(&[f64::NAN], None, "").is_empty());
        assert!(!spark(&[5.0], None, "").is_empty());
    }

    #[test]
    fn every_number_is_there_as_text() {
        let points = [Point::new("22/11", 12.0, "12"), Point::new("<23/11>", 34.0, "34")];
        for html in [line(&say(), "Hồ sơ", &points, None), bars("Hồ sơ", &points, None)] {
            assert!(html.as_str().contains("<th scope=\"row\">&lt;23/11&gt;</th>"));
            assert!(html.as_str().contains(">34</td>"));
        }
    }
}
