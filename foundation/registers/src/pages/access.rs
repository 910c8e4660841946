//! `/du-lieu-cua-toi/ai-da-doc`: who read my data, as it happens.

use super::{Registers, citizen, for_another};
use crate::access_log::{AccessPage, AccessRow, Show, access_log, log_cursor};
use kernel::{Actor, Instant, PersonalId, Result, Say, limits};
use std::collections::BTreeSet;
use web::markup::escape;
use web::ui::{
    Banner, Cell, Choice, Column, Empty, Filter, FilterBar, Pagination, Row, Table, Tag,
    moment_words,
};
use web::{Frame, Live, LiveEvent, Markup, Reply, Req, Section, Template, Tone};

const PATH: &str = "/du-lieu-cua-toi/ai-da-doc";
/// The query parameter of the filter.
pub(super) const SHOW: &str = "xem";
/// Items named one by one; more stand behind a summary.
const ITEMS_SHOWN: usize = 6;

/// A look at the log.
#[derive(Clone)]
pub(super) struct Look {
    pub actor: Actor,
    pub subject: PersonalId,
    pub show: Show,
    pub page: i64,
}

/// What a look found.
pub(super) struct Seen {
    pub page: AccessPage,
    /// Journal number up to which the log is complete.
    pub cursor: i64,
    /// Dossiers of the page that open for the reader.
    pub own: BTreeSet<String>,
}

#[derive(Template)]
#[template(path = "registers_log.html")]
struct LogPage {
    frame: Frame,
    acting: Option<Banner>,
    filter: FilterBar,
    list: Markup,
    pages: Pagination,
    save: String,
    proof: String,
    report: String,
}

/// The filter chosen in the address.
pub(super) fn chosen(req: &Req) -> Show {
    match req.query(SHOW) {
        Some("duoc-phep") => Show::Allowed,
        Some("bi-tu-choi") => Show::Refused,
        Some("ca-toi") => Show::All,
        _ => Show::Others,
    }
}

pub(super) fn look(s: &Registers, look: &Look) -> Result<Seen> {
    let (look, law, own) = (look.clone(), s.law.clone(), s.own_dossier.clone());
    s.store.read(move |tx| {
        // First the cursor: what comes after it is told by the live part.
        let cursor = log_cursor(tx)?;
        let show = look.show.clone();
        let page = access_log(tx, &law, &look.actor, &look.subject, show, look.page)?;
        let mut opens = BTreeSet::new();
        if let Some(own) = &own {
            for code in page.rows.iter().filter_map(|r| r.dossier.as_ref()) {
                if !opens.contains(code.as_str()) && own(tx, &look.subject, code)? {
                    opens.insert(code.as_str().to_owned());
                }
            }
        }
        Ok(Seen { page, cursor, own: opens })
    })
}

/// Who read my data.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    let (actor, subject) = citizen(req)?;
    let acting = for_another(&actor);
    let wanted = Look { actor, subject, show: chosen(req), page: req.page_number() - 1 };
    let seen = look(s, &wanted)?;
    let say = &req.say;
    let mut frame = req
        .frame(say.t("registers-log"), Section::Data)
        .crumb(say.t("registers-own"), "/du-lieu-cua-toi");
    if wanted.page == 0 {
        let at = format!("{PATH}/truc-tiep?tu={}", seen.cursor);
        frame = frame.live(match req.query(SHOW) {
            Some(show) => format!("{at}&{SHOW}={}", web::paths::query_value(show)),
            None => at,
        });
    }
    let page = LogPage {
        frame,
        acting: acting.then(|| Banner::new(Tone::Info, say.t("registers-log-acting"), "")),
        filter: filter(req),
        list: list(say, &seen, req.now, i64::MAX),
        pages: pages(req, &seen.page),
        save: with_filter(req, "tai-ve"),
        proof: with_filter(req, "bang-chung"),
        report: s.report.clone(),
    };
    Reply::page(&page)
}

fn with_filter(req: &Req, tail: &str) -> String {
    match req.query(SHOW) {
        Some(show) => format!("{PATH}/{tail}?{SHOW}={}", web::paths::query_value(show)),
        None => format!("{PATH}/{tail}"),
    }
}

fn filter(req: &Req) -> FilterBar {
    let say = &req.say;
    let options = [("duoc-phep", "allowed"), ("bi-tu-choi", "refused"), ("ca-toi", "all")]
        .map(|(value, key)| Choice::new(value, say.t(&format!("registers-show-{key}"))));
    let chosen = req.query(SHOW).unwrap_or_default();
    FilterBar::new(say, PATH)
        .filter(Filter::new(SHOW, say.t("registers-show"), options.to_vec()).chosen(chosen))
}

/// The rows with the sentence above them, in one element that live news replace. Rows after `known`
/// are new since the page was opened.
fn list(say: &Say, seen: &Seen, now: Instant, known: i64) -> Markup {
    let rows = seen.page.rows.iter().map(|r| row(say, r, Some(&seen.own), now, known)).collect();
    let empty = Empty::new("search", say.t("registers-log-none"), say.t("registers-log-none-text"));
    let table = table(say, rows, empty);
    let count = escape(&counted(say, "registers-log-count", &seen.page));
    Markup::trusted(format!(
        "<div id=\"nhat-ky\"><p class=\"small muted\">{count}</p>{table}</div>"
    ))
}

/// How many readings there are: of a log that is longer than one counts, that there are more.
pub(super) fn counted(say: &Say, key: &str, page: &AccessPage) -> String {
    if page.over {
        say.count(&format!("{key}-over"), page.total)
    } else {
        say.count(key, page.total)
    }
}

/// The way from page to page; without the last one's number where nobody counted so far.
pub(super) fn pages(req: &Req, page: &AccessPage) -> Pagination {
    match page.over {
        true => Pagination::open(req, page.more),
        false => Pagination::of(req, page.total, limits::PAGE_ROWS_MAX),
    }
}

/// The table of readings; also the auditor's.
pub(super) fn table(say: &Say, rows: Vec<Row>, empty: Empty) -> Table {
    let columns = ["when", "who", "items", "purpose", "dossier"]
        .map(|k| Column::new(say.t(&format!("registers-log-{k}"))));
    let mut columns = columns.to_vec();
    columns.push(Column::new(say.t("registers-log-outcome")).quiet());
    Table::new(say.t("registers-log"), columns, rows).empty(empty)
}

/// One reading. `own` are the dossiers that open for the person whose log it is; an auditor has none
/// and is told of that person as somebody else.
pub(super) fn row(
    say: &Say,
    r: &AccessRow,
    own: Option<&BTreeSet<String>>,
    now: Instant,
    known: i64,
) -> Row {
    let dossier = match &r.dossier {
        Some(d) if own.is_some_and(|o| o.contains(d.as_str())) => {
            Cell::link(d.as_str(), format!("/ho-so/{d}"))
        }
        Some(d) => Cell::text(d.as_str()),
        None => Cell::text("—"),
    };
    let cells = vec![
        Cell::with(when(r.at, now, say)),
        who(say, r, own.is_none()),
        Cell::with(items(say, r)),
        Cell::with(purpose(say, r)),
        dossier,
        Cell::from(outcome(say, r.refused)),
    ];
    let row = Row::new(cells).id(format!("doc-{}", r.seq));
    if r.seq > known { row.fresh() } else { row }
}

/// «Được phép», «Bị từ chối».
pub(super) fn outcome(say: &Say, refused: bool) -> Tag {
    match refused {
        true => Tag::new(Tone::Bad, say.t("registers-refused")).with_icon(),
        false => Tag::new(Tone::Good, say.t("registers-allowed")).with_icon(),
    }
}

fn when(at: Instant, now: Instant, say: &Say) -> Markup {
    let words = escape(&moment_words(at, now, say));
    Markup::trusted(format!("<time datetime=\"{}\">{words}</time>", at.rfc3339()))
}

fn who(say: &Say, r: &AccessRow, auditor: bool) -> Cell {
    let what = say.t(&format!("registers-what-{}", r.what));
    let third = format!("registers-audit-by-{}", r.by);
    match (&r.agency, &r.post) {
        (Some(agency), Some(post)) if r.by == "helper" => {
            let post = say.t1("registers-log-helper", "post", say.local(post));
            Cell::two(say.local(agency), post)
        }
        (Some(agency), Some(post)) => Cell::two(say.local(agency), say.local(post)),
        _ if auditor && say.has(&third) => Cell::two(say.t(&third), what),
        _ => Cell::two(r.who(say), what),
    }
}

fn items(say: &Say, r: &AccessRow) -> Markup {
    let names: Vec<String> = r.items.iter().map(|i| escape(say.local(i))).collect();
    let text = names.join(", ");
    if names.len() <= ITEMS_SHOWN {
        return Markup::trusted(text);
    }
    let n = i64::try_from(names.len()).unwrap_or(0);
    let summary = escape(&say.count("registers-log-items-many", n));
    Markup::trusted(format!("<details><summary>{summary}</summary>{text}</details>"))
}

fn purpose(say: &Say, r: &AccessRow) -> Markup {
    let name = escape(say.local(&r.purpose_name));
    let basis = escape(&r.basis.join("; "));
    Markup::trusted(format!("{name}<br><span class=\"small muted\">{basis}</span>"))
}

/// Server-sent events: a reading appears as soon as the log holds it.
pub(super) fn live(s: &Registers, req: &Req) -> Result<Reply> {
    let (actor, subject) = citizen(req)?;
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let wanted = Look { actor, subject, show: chosen(req), page: 0 };
    let (s, say) = (s.clone(), req.say.clone());
    // What was there when the page was opened; later rows keep their mark of being new.
    let opened = after.unwrap_or(i64::MAX);
    Ok(Reply::Live(Live::new(after, move |after| {
        let seen = look(&s, &wanted)?;
        let newest = seen.page.rows.first().map_or(0, |r| r.seq);
        if newest <= after {
            return Ok((seen.cursor, Vec::new()));
        }
        let html = list(&say, &seen, s.store.clock().now(), opened);
        Ok((seen.cursor, vec![LiveEvent::swap(html.as_str())]))
    })))
}
