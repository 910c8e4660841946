//! The queue of the desk and its tabs: rendered with the page, and again when something has moved.

use crate::app::Services;
use crate::pages::common::{deadline_tag, state_tag};
use crate::queries::{self, Queue};
use kernel::{Appointment, DossierCode, Instant, Result, Say, limits, vietnamese};
use web::ui::{Empty, QueueRow, Tabs};
use web::{Markup, Req};

/// What of the queue is shown.
#[derive(Clone)]
pub(super) struct View {
    which: Queue,
    /// The tab as the address has it; empty for the first.
    pub tab: String,
    /// What was typed into the search box.
    pub typed: String,
    page: i64,
    selected: Option<DossierCode>,
}

impl View {
    /// As the address says. The stream of live news is asked with the same words.
    pub(super) fn of(req: &Req, selected: Option<&DossierCode>) -> Self {
        let tab = req.query("xem").filter(|t| ["mo", "xong"].contains(t)).unwrap_or_default();
        Self {
            which: match tab {
                "mo" => Queue::Open,
                "xong" => Queue::Ended,
                _ => Queue::Mine,
            },
            tab: tab.to_owned(),
            typed: req
                .query("q")
                .unwrap_or_default()
                .chars()
                .take(limits::LINE_CHARS_MAX)
                .collect(),
            page: req.page_number() - 1,
            selected: selected.cloned(),
        }
    }

    /// The same view with another tab or another dossier open.
    fn href(&self, tab: &str, selected: Option<&DossierCode>) -> String {
        let mut href =
            selected.map_or_else(|| "/ban-lam-viec".to_owned(), |c| format!("/ban-lam-viec/{c}"));
        let mut sign = '?';
        let page = if self.page > 0 && tab == self.tab {
            (self.page + 1).to_string()
        } else {
            String::new()
        };
        for (name, value) in [("xem", tab), ("q", &self.typed), ("trang", &page)] {
            if !value.is_empty() {
                href.push_str(&format!("{sign}{name}={}", web::paths::query_value(value)));
                sign = '&';
            }
        }
        href
    }

    /// Where the page listens for news about this view, from this journal number on.
    pub(super) fn live(&self, head: i64) -> String {
        let here = self.href(&self.tab, None);
        let mut at = format!("/ban-lam-viec/truc-tiep?tu={head}");
        if let Some((_, same)) = here.split_once('?') {
            at.push_str(&format!("&{same}"));
        }
        if let Some(code) = &self.selected {
            at.push_str(&format!("&ho-so={code}"));
        }
        at
    }
}

/// The states that wait for this post, over all procedures.
pub(super) fn states_of(s: &Services, post: &str) -> Vec<String> {
    let mut states: Vec<String> = s
        .env
        .catalogue
        .all()
        .flat_map(|p| p.file().step.iter())
        .filter(|step| step.who == post)
        .map(|step| step.id.clone())
        .collect();
    states.sort_unstable();
    states.dedup();
    states
}

/// Tabs and rows, each an element that live news replace, and the journal number they were read at.
pub(super) struct Shown {
    pub tabs: Markup,
    pub rows: Markup,
    pub full: bool,
    pub head: i64,
}

/// Reads and renders the queue.
pub(super) fn show(
    s: &Services,
    post: &Appointment,
    view: &View,
    now: Instant,
    say: &Say,
) -> Result<Shown> {
    let states = states_of(s, post.post.as_str());
    let (place, v) = (post.place.clone(), view.clone());
    let key = vietnamese::search_key(&view.typed);
    let (rows, waiting, head) = s.store.read(move |tx| {
        let rows = queries::queue(tx, &place, v.which, &states, &key, v.page)?;
        let waiting = queries::queue_size(tx, &place, &states)?;
        Ok((rows, waiting, tx.journal_head()?))
    })?;
    let mut html = String::from("<ol id=\"queue\">");
    for d in &rows {
        let p = s.env.catalogue.version(&d.procedure, d.version)?;
        let tag = deadline_tag(&p, d, now, say).unwrap_or_else(|| state_tag(&p, d, say));
        let href = view.href(&view.tab, Some(&d.code));
        let row = QueueRow::new(say, format!("q-{}", d.code), href, &d.name, say.local(p.name()))
            .when(short_time(d.filed_at, now))
            .tag(tag)
            .selected(view.selected.as_ref() == Some(&d.code));
        html.push_str(&row.to_string());
    }
    html.push_str("</ol>");
    if rows.is_empty() {
        let (title, text) = if view.typed.is_empty() {
            ("desk-empty", "desk-empty-text")
        } else {
            ("desk-none-found", "desk-none-found-text")
        };
        let empty = Empty::new("queue", say.t(title), say.t(text));
        html = format!("<div id=\"queue\">{empty}</div>");
    }
    let full = i64::try_from(rows.len()).is_ok_and(|n| n >= limits::PAGE_ROWS_MAX);
    Ok(Shown { tabs: tabs(view, waiting, say), rows: Markup::trusted(html), full, head })
}

fn tabs(view: &View, waiting: i64, say: &Say) -> Markup {
    let href = |tab: &str| view.href(tab, view.selected.as_ref());
    let tabs = Tabs::new(say.t("desk-queue"))
        .tab(say.t("desk-mine"), href(""), view.which == Queue::Mine)
        .count(waiting)
        .tab(say.t("desk-open"), href("mo"), view.which == Queue::Open)
        .tab(say.t("desk-ended"), href("xong"), view.which == Queue::Ended);
    Markup::trusted(format!("<div id=\"queue-tabs\">{tabs}</div>"))
}

/// `09:44` today, `20/11` before.
fn short_time(at: Instant, now: Instant) -> String {
    if at.date() == now.date() {
        at.clock()
    } else {
        let d = at.date();
        format!("{:02}/{:02}", d.day(), d.month())
    }
}

/// The dossier that waits longest, or the empty desk.
pub(super) fn next_in_queue(
    s: &Services,
    post: &Appointment,
    done: &DossierCode,
) -> Result<String> {
    let states = states_of(s, post.post.as_str());
    let place = post.place.clone();
    let rows = s.store.read(move |tx| queries::queue(tx, &place, Queue::Mine, &states, "", 0))?;
    Ok(rows
        .iter()
        .find(|d| d.code != *done)
        .map_or_else(|| "/ban-lam-viec".to_owned(), |d| format!("/ban-lam-viec/{}", d.code)))
}
