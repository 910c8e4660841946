//! The small live page of the province, and how its numbers are counted.

use crate::model::Indicators;
use crate::queries::{communes, median_minutes, ratio, series, value};
use kernel::{CommuneCode, Instant, ProvinceCode, Result, Say, time};
use std::sync::Arc;
use store::Store;
use web::ui::{Cell, Column, Empty, Metric, Row, Table};
use web::{Frame, Live, LiveEvent, Markup, Pages, Reply, Req, Routes, Section, Template};

/// Who may see the province's screen.
const POSTS: [&str; 5] =
    ["province.viewer", "operator", "auditor", "commune-police.head", "commune-police.officer"];
/// Days of the small charts.
const DAYS: i32 = 14;
/// Communes listed.
const COMMUNES_MAX: usize = 12;

/// What the pages need.
#[derive(Clone)]
pub struct Screen {
    /// The database.
    pub store: Store,
    /// The indicators.
    pub indicators: Arc<Indicators>,
    /// The province's code.
    pub province: String,
}

/// The routes of this crate.
pub fn routes(screen: &Screen) -> Pages {
    Routes::new(screen.clone())
        .get("/dieu-hanh", page)
        .get("/dieu-hanh/truc-tiep", live)
        .get("/cach-tinh", method)
        .into_pages()
}

#[derive(Template)]
#[template(path = "viewer.html")]
struct ViewerPage {
    frame: Frame,
    tiles: Markup,
    table: Markup,
    day: String,
}

fn page(s: &Screen, req: &Req) -> Result<Reply> {
    req.any_post(&POSTS)?;
    let say = &req.say;
    let head = s.store.head();
    let page = ViewerPage {
        frame: req
            .frame(say.t("viewer-title"), Section::Viewer)
            .live(format!("/dieu-hanh/truc-tiep?tu={head}")),
        tiles: tiles(s, req.now, say)?,
        table: table(s, req.now, say)?,
        day: time::weekday_and_day(req.now.date(), say),
    };
    Reply::page(&page)
}

/// The tiles, as one element that live news replace.
fn tiles(s: &Screen, now: Instant, say: &Say) -> Result<Markup> {
    let today = now.date();
    let day = today.to_string();
    let days: Vec<String> =
        (0..DAYS).rev().map(|d| time::plus_days(today, -d).to_string()).collect();
    let mut html = String::from("<div id=\"tiles\" class=\"grid metrics\">");
    for i in s.indicators.all() {
        let (province, id, d) = (s.province.clone(), i.id.clone(), day.clone());
        let (shown, as_of, chart) = s.store.read(|tx| {
            if let Some(parts) = &i.ratio {
                let text = ratio(tx, &province, i, &d)?.map(|r| match r % 10 {
                    0 => (r / 10).to_string(),
                    rest => format!("{},{rest}", r / 10),
                });
                // As fresh as what is below the line: nothing enters above it alone.
                let as_of = value(tx, &province, &parts.whole, &d)?.as_of;
                return Ok((text, as_of, None));
            }
            if i.spread.is_some() {
                let m = median_minutes(tx, &province, &id, &d)?;
                return Ok((m.map(|n| say.number(n)), value(tx, &province, &id, &d)?.as_of, None));
            }
            let r = value(tx, &province, &id, &d)?;
            let line = series(tx, &province, &id, &days)?;
            Ok((Some(say.number(r.value)), r.as_of, Some(line)))
        })?;
        let when = match (as_of, &shown) {
            (Some(t), _) => say.t1("viewer-as-of", "time", t.clock_seconds()),
            (None, Some(text)) if chart.is_none() && !text.is_empty() => String::new(),
            _ => say.t("viewer-none-today"),
        };
        let mut tile =
            Metric::new(say, say.local(&i.name), shown.unwrap_or_else(|| "–".to_owned()))
                .id(format!("m-{}", i.id.replace('.', "-")))
                .unit(say.local(&i.unit))
                .as_of(when, String::new());
        if let Some(values) = chart {
            #[allow(clippy::cast_precision_loss)]
            let values: Vec<f64> = values.into_iter().map(|v| v as f64).collect();
            tile =
                tile.chart(web::charts::spark(&values, None, &say.t1("viewer-days", "days", DAYS)));
        }
        html.push_str(&tile.to_string());
    }
    html.push_str("</div>");
    Ok(Markup::trusted(html))
}

/// The communes with most dossiers today.
fn table(s: &Screen, now: Instant, say: &Say) -> Result<Markup> {
    let today = now.date();
    let day = today.to_string();
    let province = ProvinceCode::parse(&s.province)?;
    let codes: Vec<String> = places::all()
        .communes_of(&province, today)?
        .iter()
        .map(|c| c.code_str().to_owned())
        .collect();
    let (filed, done) = s.store.read(|tx| {
        Ok((
            communes(tx, &codes, "dossier.filed", &day)?,
            communes(tx, &codes, "dossier.done", &day)?,
        ))
    })?;
    let mut all: Vec<(String, i64, i64)> = Vec::new();
    for (code, n) in &filed {
        let ended = done.iter().find(|(c, _)| c == code).map_or(0, |(_, n)| *n);
        all.push((code.clone(), *n, ended));
    }
    for (code, n) in &done {
        if !filed.iter().any(|(c, _)| c == code) {
            all.push((code.clone(), 0, *n));
        }
    }
    all.sort_by_key(|(_, filed, done)| std::cmp::Reverse((*filed, *done)));
    all.truncate(COMMUNES_MAX);
    let name = |code: &str| {
        CommuneCode::parse(code)
            .and_then(|c| places::all().commune(&c, today))
            .map_or_else(|_| code.to_owned(), |c| c.title().to_owned())
    };
    let rows = all
        .into_iter()
        .map(|(code, filed, done)| {
            Row::new(vec![
                Cell::text(name(&code)),
                Cell::text(say.number(filed)),
                Cell::text(say.number(done)),
            ])
        })
        .collect();
    let columns = vec![
        Column::new(say.t("viewer-commune")),
        Column::new(say.t("viewer-filed")).number(),
        Column::new(say.t("viewer-done")).number(),
    ];
    let table = Table::new(say.t("viewer-by-commune"), columns, rows).empty(Empty::new(
        "queue",
        say.t("viewer-empty"),
        say.t("viewer-empty-text"),
    ));
    Ok(Markup::trusted(format!("<div id=\"communes\">{table}</div>")))
}

/// Server-sent events: the tiles and the table, when something was counted.
fn live(s: &Screen, req: &Req) -> Result<Reply> {
    req.any_post(&POSTS)?;
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let (s, say) = (s.clone(), req.say.clone());
    let now = s.store.clock().now();
    let mut shown = format!("{}{}", tiles(&s, now, &say)?, table(&s, now, &say)?);
    Ok(Reply::Live(Live::new(after, move |_| {
        let now = s.store.clock().now();
        let head = s.store.head();
        let html = format!("{}{}", tiles(&s, now, &say)?, table(&s, now, &say)?);
        if html == shown {
            return Ok((head, Vec::new()));
        }
        shown.clone_from(&html);
        Ok((head, vec![LiveEvent::swap(html)]))
    })))
}

#[derive(Template)]
#[template(path = "method.html")]
struct MethodPage {
    frame: Frame,
    table: Table,
}

/// How each number is counted: for everybody.
fn method(s: &Screen, req: &Req) -> Result<Reply> {
    let say = &req.say;
    let rows = s
        .indicators
        .all()
        .iter()
        .map(|i| Row::new(vec![Cell::text(say.local(&i.name)), Cell::text(say.local(&i.method))]))
        .collect();
    let columns = ["method-name", "method-how"].map(|k| Column::new(say.t(k))).to_vec();
    let page = MethodPage {
        frame: req.frame(say.t("method-title"), Section::None),
        table: Table::new(say.t("method-title"), columns, rows),
    };
    Reply::page(&page)
}
