//! Hộp thư.

use super::common::subject;
use crate::app::Services;
use crate::inbox;
use kernel::{Result, Say};
use web::ui::{Empty, Pagination};
use web::{Frame, Reply, Req, Section, Template, Tone};

struct Line {
    text: String,
    when: String,
    href: String,
    fresh: bool,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    frame: Frame,
    lines: Vec<Line>,
    empty: Empty,
    pages: Pagination,
    unread: bool,
}

/// Notices, newest first.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    let pid = subject(req)?;
    let say = &req.say;
    let page = req.page_number() - 1;
    let notices = s.store.read(move |tx| inbox::list(tx, &pid, page))?;
    let more = i64::try_from(notices.len()).unwrap_or(0) == kernel::limits::PAGE_ROWS_MAX;
    let lines: Vec<Line> = notices
        .iter()
        .map(|n| Line {
            text: words(n, say),
            when: web::ui::moment_words(n.at, req.now, say),
            href: n.link.clone(),
            fresh: n.read_at.is_none(),
        })
        .collect();
    let view = InboxPage {
        frame: req.frame(say.t("web-nav-inbox"), Section::Inbox),
        unread: lines.iter().any(|l| l.fresh),
        lines,
        empty: Empty::new("inbox", say.t("inbox-empty"), say.t("inbox-empty-text")),
        pages: Pagination::open(req, more),
    };
    Reply::page(&view)
}

/// A notice in words; a letter by the name of its kind.
pub(super) fn words(n: &inbox::Notice, say: &Say) -> String {
    let mut values = n.values();
    for (key, value) in values.iter_mut().filter(|(key, _)| *key == "letter") {
        *value = say.t(&format!("{key}-{value}"));
    }
    say.with(&n.kind, &values)
}

/// Everything read.
pub fn mark_read(s: &Services, req: &Req) -> Result<Reply> {
    let pid = subject(req)?;
    s.store.write(move |tx| inbox::mark_read(tx, &pid))?;
    Ok(Reply::redirect("/hop-thu").flash(Tone::Info, req.say.t("inbox-all-read")))
}
