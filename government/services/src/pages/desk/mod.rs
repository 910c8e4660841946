//! Bàn làm việc: the desk of the commune police. Queue on the left, dossier in the middle, law and
//! history on the right; live.

mod middle;
mod queue;

use crate::app::Services;
use crate::commands::{self, Decision};
use kernel::{Appointment, DossierCode, Error, Kind, Result, limits};
use middle::{Middle, Needs, middle, open_for};
use queue::View;
use web::ui::{Banner, Empty, Pagination};
use web::{Frame, Live, LiveEvent, Markup, Reply, Req, Section, Template, Tone};

/// The posts that work at this desk.
const POSTS: [&str; 2] = ["commune-police.officer", "commune-police.head"];

#[derive(Template)]
#[template(path = "desk_page.html")]
struct DeskPage {
    frame: Frame,
    typed: String,
    tab: String,
    tabs: Markup,
    queue: Markup,
    pages: Pagination,
    middle: Option<Middle>,
    empty: Empty,
}

fn appointment(req: &Req) -> Result<&Appointment> {
    req.any_post(&POSTS)
}

/// The queue alone.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    render(s, req, None, None)
}

/// The queue with one dossier open. Opening it reads the applicant's data, under the procedure's
/// purpose, and leaves an access entry with the dossier's code.
pub fn opened(s: &Services, req: &Req) -> Result<Reply> {
    let code = DossierCode::new(req.param("code"));
    render(s, req, Some(&code), None)
}

fn render(
    s: &Services,
    req: &Req,
    code: Option<&DossierCode>,
    wrong: Option<&Error>,
) -> Result<Reply> {
    let post = appointment(req)?;
    let say = &req.say;
    let middle = match code {
        Some(code) => Some(middle(s, req, post, code, wrong)?),
        None => None,
    };
    let view = View::of(req, code);
    let shown = queue::show(s, post, &view, req.now, say)?;
    let page = DeskPage {
        frame: req.frame(say.t("web-nav-desk"), Section::Desk).desk().live(view.live(shown.head)),
        typed: view.typed,
        tab: view.tab,
        tabs: shown.tabs,
        queue: shown.rows,
        pages: Pagination::open(req, shown.full),
        middle,
        empty: Empty::new("queue", say.t("desk-choose"), say.t("desk-choose-text")),
    };
    let reply = Reply::page(&page)?;
    Ok(match wrong {
        Some(e) => reply.status(e.kind().status()),
        None => reply,
    })
}

/// The officer's decision; the next dossier opens after it.
pub fn decide(s: &Services, req: &Req) -> Result<Reply> {
    let post = appointment(req)?.clone();
    let code = DossierCode::new(req.param("code"));
    open_for(s, req, &post, &code)?;
    let text = |name: &str| -> String {
        req.form(name).unwrap_or_default().chars().take(limits::ANSWER_CHARS_MAX).collect()
    };
    let decision = Decision {
        action: text("action"),
        seen_version: req.form("version").and_then(|v| v.parse().ok()).unwrap_or(0),
        note: text("note"),
        reason: text("reason"),
        basis: text("basis"),
        name: req.signed_in()?.name.clone(),
        ..Decision::default()
    };
    let (actor, to) = (req.actor()?.clone(), code.clone());
    let action = decision.action.clone();
    let outcome = s.write(move |tx, env| commands::act(tx, env, &actor, &to, &decision));
    match outcome {
        Ok(()) => {
            let next = queue::next_in_queue(s, &post, &code)?;
            let said = req.say.t1("desk-done", "what", req.say.t(&format!("do-{action}")));
            Ok(Reply::redirect(next).flash(Tone::Good, said))
        }
        // The dossier as it is now, with the reason at the top and what was typed still there: also
        // when somebody else was quicker.
        Err(e)
            if [Kind::BadInput, Kind::Conflict, Kind::NotAllowed].contains(&e.kind())
                || e.is(registers::PERSON_UNKNOWN) =>
        {
            render(s, req, Some(&code), Some(&e))
        }
        Err(e) => Err(e),
    }
}

/// Server-sent events of the desk: the queue when anything of this place has moved.
pub fn live(s: &Services, req: &Req) -> Result<Reply> {
    let post = appointment(req)?.clone();
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let open = req.query("ho-so").map(DossierCode::new);
    let view = View::of(req, None);
    let states = queue::states_of(s, post.post.as_str());
    let (s, say) = (s.clone(), req.say.clone());
    Ok(Reply::Live(Live::new(after, move |after| {
        let place = post.place.clone();
        let (head, moved) = s.store.read(|tx| {
            let entries = tx.journal_after(after, limits::FOLLOW_BATCH_MAX)?;
            let here = |e: &store::Recorded| {
                e.place.as_deref().is_some_and(|p| places::code_on(p, e.at.date()) == place)
                    && (e.kind.starts_with("dossier.") || e.kind == "consent.answered")
            };
            let head = entries.last().map_or(after, |e| e.seq);
            Ok((head, entries.into_iter().filter(here).collect::<Vec<_>>()))
        })?;
        if moved.is_empty() {
            return Ok((head, Vec::new()));
        }
        let now = s.store.clock().now();
        let shown = queue::show(&s, &post, &view, now, &say)?;
        let mut events = vec![LiveEvent::swap(format!("{}{}", shown.tabs, shown.rows))];
        let came = |e: &store::Recorded| {
            e.body["to"].as_str().is_some_and(|to| states.iter().any(|s| s == to))
        };
        if moved.iter().any(came) {
            events.push(LiveEvent::toast(&say.t("desk-new")));
        }
        if let Some(code) = &open
            && moved.iter().any(|e| e.dossier.as_ref() == Some(code))
        {
            events.push(LiveEvent::swap(stale(code, &say)));
        }
        Ok((head, events))
    })))
}

/// Said above the open dossier when it has moved meanwhile.
fn stale(code: &DossierCode, say: &kernel::Say) -> String {
    let banner = Banner::new(Tone::Warn, say.t("desk-stale"), say.t("desk-stale-text"))
        .link(say.t("desk-stale-open"), format!("/ban-lam-viec/{code}"));
    format!("<div id=\"stale\" role=\"status\">{banner}</div>")
}
