//! `/kiem-toan`: the auditor looks up who read a person's data, and which readings were refused.
//! The number is posted, never in an address; each look is itself recorded, with its reason.

use super::Registers;
use super::access::{counted, pages, row, table};
use crate::access_log::{AccessPage, Audit, Show, audit_log_for, refused_readings};
use crate::errors::PERSON_UNKNOWN;
use kernel::{Error, Kind, PersonalId, Result, Say, error};
use web::ui::{Choice, Empty, Pagination, Table};
use web::{Form, Frame, Reply, Req, Section, Template};

const POST: &str = "auditor";
/// Characters of a reason, at least: «KN 12/2026» is one.
const REASON_CHARS_MIN: usize = 6;

#[derive(Template)]
#[template(path = "registers_audit.html")]
struct AuditPage {
    frame: Frame,
    form: Form,
    shows: Vec<Choice>,
    refused: Table,
    refused_count: String,
    pages: Pagination,
}

#[derive(Template)]
#[template(path = "registers_audit_log.html")]
struct AuditLogPage {
    frame: Frame,
    pid: String,
    pid_shown: String,
    reason: String,
    show: String,
    count: String,
    list: Table,
    before: Option<i64>,
    after: Option<i64>,
    page_words: String,
}

/// The form, and the refused readings of the whole register.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    render(s, req, Form::new(&req.say))
}

fn render(s: &Registers, req: &Req, form: Form) -> Result<Reply> {
    req.post(POST)?;
    let say = &req.say;
    let (actor, page) = (req.actor()?, req.page_number() - 1);
    let refused = s.store.record(|tx| refused_readings(tx, &s.law, actor, page))?;
    let refused = refused.into_result()?;
    let page = AuditPage {
        frame: req.frame(say.t("registers-audit"), Section::Auditor),
        shows: shows(say),
        form,
        refused_count: counted(say, "registers-audit-refused-count", &refused),
        pages: pages(req, &refused),
        refused: rows(req, &refused),
    };
    Reply::page(&page)
}

fn rows(req: &Req, page: &AccessPage) -> Table {
    let say = &req.say;
    let empty =
        Empty::new("search", say.t("registers-audit-none"), say.t("registers-audit-none-text"));
    let rows = page.rows.iter().map(|r| row(say, r, None, req.now, i64::MAX)).collect();
    table(say, rows, empty)
}

fn shows(say: &Say) -> Vec<Choice> {
    [("", "every"), ("duoc-phep", "allowed"), ("bi-tu-choi", "refused")]
        .map(|(value, key)| Choice::new(value, say.t(&format!("registers-show-{key}"))))
        .to_vec()
}

/// The log of one person.
pub(super) fn look(s: &Registers, req: &Req) -> Result<Reply> {
    req.post(POST)?;
    match found(s, req) {
        Ok(reply) => Ok(reply),
        Err(e) if e.kind() == Kind::BadInput || e.is(PERSON_UNKNOWN) => {
            Ok(render(s, req, req.typed().wrong(&e))?.status(422))
        }
        Err(e) => Err(e),
    }
}

fn found(s: &Registers, req: &Req) -> Result<Reply> {
    let (pid, reason) = asked(req)?;
    let number = req.form_number("page")?.unwrap_or(1).clamp(1, 10_000);
    let show = req.form("show").unwrap_or_default().to_owned();
    let audit = Audit {
        reason: reason.clone(),
        show: match show.as_str() {
            "duoc-phep" => Show::Allowed,
            "bi-tu-choi" => Show::Refused,
            _ => Show::All,
        },
        page: number - 1,
    };
    let actor = req.actor()?;
    let page = s.store.record(|tx| audit_log_for(tx, &s.law, actor, &pid, &audit))?;
    let page =
        page.into_result().map_err(|e| if e.is(PERSON_UNKNOWN) { e.field("pid") } else { e })?;
    let say = &req.say;
    let view = AuditLogPage {
        frame: req
            .frame(say.t("registers-audit-log"), Section::Auditor)
            .crumb(say.t("registers-audit"), "/kiem-toan"),
        pid: pid.as_str().to_owned(),
        pid_shown: pid.spaced(),
        reason,
        show,
        count: counted(say, "registers-log-count", &page),
        list: rows(req, &page),
        before: (number > 1).then_some(number - 1),
        after: page.more.then_some(number + 1),
        page_words: say.t1("web-page", "page", number),
    };
    Reply::page(&view)
}

/// Number and reason, both mistakes at once.
fn asked(req: &Req) -> Result<(PersonalId, String)> {
    let pid = req.form_line("pid").and_then(|t| PersonalId::parse(&t).map_err(|e| e.field("pid")));
    let reason = req.form_line("reason").and_then(|t| {
        let enough = t.chars().count() >= REASON_CHARS_MIN;
        if enough { Ok(t) } else { Err(Error::new(error::ANSWER_MISSING).field("reason")) }
    });
    match (pid, reason) {
        (Ok(pid), Ok(reason)) => Ok((pid, reason)),
        (pid, reason) => {
            let wrong = [pid.err(), reason.err()];
            let fields = wrong.iter().flatten().flat_map(|e| e.field_errors().to_vec());
            Err(Error::fields(fields.collect()))
        }
    }
}
