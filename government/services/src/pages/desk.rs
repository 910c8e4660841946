//! Bàn làm việc: the desk of the commune police. Queue on the left, dossier in the middle, law and
//! history on the right; live.

use super::common::{deadline_tag, state_tag};
use super::dossier::{Opened, open, timeline};
use super::show;
use crate::app::Services;
use crate::commands::{self, Decision};
use crate::definition::{Procedure, Situation};
use crate::errors::DOSSIER_UNKNOWN;
use crate::model::{ConsentState, Dossier, Evidence};
use crate::plan;
use crate::queries::{self, Queue};
use crate::rules::holds_here;
use kernel::{Appointment, DossierCode, Error, PurposeId, Result, Say, limits, vietnamese};
use registers::Reading;
use serde_json::Value as Json;
use std::sync::Arc;
use web::ui::{Answers, Empty, Fact, Facts, QueueRow, Tabs, Tag, Timeline};
use web::{Form, Frame, Live, LiveEvent, Markup, Reply, Req, Section, Template, Tone};

/// The posts that work at this desk.
const POSTS: [&str; 2] = ["commune-police.officer", "commune-police.head"];

#[derive(Template)]
#[template(path = "desk_page.html")]
struct DeskPage {
    frame: Frame,
    typed: String,
    tabs: Tabs,
    queue: Markup,
    middle: Option<Middle>,
    empty: Empty,
}

/// The dossier in the middle and what stands beside it.
struct Middle {
    title: String,
    tags: Vec<Tag>,
    line: String,
    facts: Facts,
    answers: Answers,
    checks: Vec<Tag>,
    files: Vec<(String, String)>,
    proposal: Option<Facts>,
    buttons: Vec<Button>,
    path: String,
    version: i64,
    form: Form,
    basis: Vec<String>,
    limit: String,
    household: Vec<(String, String)>,
    timeline: Timeline,
    letters: Vec<(String, String)>,
    common_bases: Vec<String>,
}

/// One thing the officer can do now.
struct Button {
    action: String,
    text: String,
    key: &'static str,
    class: &'static str,
    /// Words that have to be written first.
    needs: Needs,
}

#[derive(PartialEq, Eq)]
enum Needs {
    Nothing,
    Note,
    Refusal,
}

fn appointment(req: &Req) -> Result<&Appointment> {
    req.any_post(&POSTS)
}

/// The states that wait for this post, over all procedures.
fn states_of(s: &Services, post: &str) -> Vec<String> {
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

fn which(req: &Req) -> Queue {
    match req.query("xem") {
        Some("mo") => Queue::Open,
        Some("xong") => Queue::Ended,
        _ => Queue::Mine,
    }
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
    let typed = req.query("q").unwrap_or_default();
    let (queue, head) = queue_box(s, req, post, code)?;
    let here = code.map_or_else(|| "/ban-lam-viec".to_owned(), |c| format!("/ban-lam-viec/{c}"));
    let which = which(req);
    let states = states_of(s, post.post.as_str());
    let place = post.place.clone();
    let waiting = s.store.read(|tx| queries::queue_size(tx, &place, &states))?;
    let tabs = Tabs::new(say.t("desk-queue"))
        .tab(say.t("desk-mine"), &here, which == Queue::Mine)
        .count(waiting)
        .tab(say.t("desk-open"), format!("{here}?xem=mo"), which == Queue::Open)
        .tab(say.t("desk-ended"), format!("{here}?xem=xong"), which == Queue::Ended);
    let page = DeskPage {
        frame: req.frame(say.t("web-nav-desk"), Section::Desk).desk().live(format!(
            "/ban-lam-viec/truc-tiep?tu={head}&xem={}",
            req.query("xem").unwrap_or("toi")
        )),
        typed: typed.to_owned(),
        tabs,
        queue,
        middle,
        empty: Empty::new("queue", say.t("desk-choose"), say.t("desk-choose-text")),
    };
    let reply = Reply::page(&page)?;
    Ok(if wrong.is_some() { reply.status(422) } else { reply })
}

/// The queue as an element that live news replace.
fn queue_box(
    s: &Services,
    req: &Req,
    post: &Appointment,
    selected: Option<&DossierCode>,
) -> Result<(Markup, i64)> {
    let key = vietnamese::search_key(req.query("q").unwrap_or_default());
    let view = QueueView {
        which: which(req),
        key,
        page: req.page_number() - 1,
        selected: selected.cloned(),
        more: req.query("xem").map_or_else(String::new, |x| format!("?xem={x}")),
    };
    queue_markup(s, post, &view, req.now, &req.say)
}

#[derive(Clone)]
struct QueueView {
    which: Queue,
    key: String,
    page: i64,
    selected: Option<DossierCode>,
    more: String,
}

fn queue_markup(
    s: &Services,
    post: &Appointment,
    view: &QueueView,
    now: kernel::Instant,
    say: &Say,
) -> Result<(Markup, i64)> {
    let states = states_of(s, post.post.as_str());
    let (place, v) = (post.place.clone(), view.clone());
    let (rows, head) = s.store.read(move |tx| {
        let rows = queries::queue(tx, &place, v.which, &states, &v.key, v.page)?;
        Ok((rows, tx.journal_head()?))
    })?;
    let mut html = String::from("<ol id=\"queue\">");
    for d in &rows {
        let p = s.env.catalogue.version(&d.procedure, d.version)?;
        let tag = match d.due_at.filter(|_| !d.is_done()) {
            Some(due) => web::ui::Deadline::tag(due, now, say),
            None => state_tag(&p, d, say),
        };
        let href = format!("/ban-lam-viec/{}{}", d.code, view.more);
        let row = QueueRow::new(say, format!("q-{}", d.code), href, &d.name, say.local(p.name()))
            .when(short_time(d.filed_at, now))
            .tag(tag)
            .selected(view.selected.as_ref() == Some(&d.code));
        html.push_str(&row.to_string());
    }
    html.push_str("</ol>");
    if rows.is_empty() {
        let empty = Empty::new("queue", say.t("desk-empty"), say.t("desk-empty-text"));
        html = format!("<div id=\"queue\">{empty}</div>");
    }
    Ok((Markup::trusted(html), head))
}

/// `09:44` today, `20/11` before.
fn short_time(at: kernel::Instant, now: kernel::Instant) -> String {
    if at.date() == now.date() {
        at.clock()
    } else {
        let d = at.date();
        format!("{:02}/{:02}", d.day(), d.month())
    }
}

/// Opens a dossier for an officer: of this place and of a post its procedure names, else it does not
/// exist.
fn open_for(s: &Services, req: &Req, post: &Appointment, code: &DossierCode) -> Result<Opened> {
    let o = open(s, code)?;
    let actor = req.actor()?;
    let province = &s.env.settings.province;
    let mine = plan::posts(&o.p).iter().any(|p| holds_here(actor, p, &o.d.place, province));
    if mine && post.place == o.d.place { Ok(o) } else { Err(Error::new(DOSSIER_UNKNOWN)) }
}

/// What the officer reads about the applicant now: through the door, with the dossier's code.
fn read_now(s: &Services, req: &Req, o: &Opened) -> Result<(Json, Vec<(String, String)>)> {
    let purpose = PurposeId::from(o.p.file().known.purpose.as_str());
    let items: Vec<String> =
        o.p.file()
            .known
            .facts
            .values()
            .filter(|f| f.of == "login")
            .flat_map(|f| f.items.iter().cloned())
            .collect();
    let (law, actor) = (s.env.law.clone(), req.actor()?.clone());
    let (pid, code) = (o.d.applicant.clone(), o.d.code.clone());
    let dwelling = o.d.known["dwelling"]["id"].as_str().map(str::to_owned);
    let (person, house) = s.store.write(move |tx| {
        let items: Vec<&str> = items.iter().map(String::as_str).collect();
        let person = registers::read(tx, &law, &actor, &purpose, &pid, &items, Some(&code))?;
        let house = match &dwelling {
            None => None,
            Some(id) => {
                let id = id.as_str().into();
                let items = ["households", "owner"];
                let r =
                    registers::read_dwelling(tx, &law, &actor, &purpose, &id, &items, Some(&code))?;
                Some(r)
            }
        };
        Ok((person, house))
    })?;
    let person = person.into_result()?.into_json();
    let mut members = Vec::new();
    if let Some(Reading::Granted(facts)) = house {
        let json = facts.into_json();
        let get = |k: &str| {
            if json[k].is_null() { json[format!("dwelling.{k}")].clone() } else { json[k].clone() }
        };
        if let Some(owner) = get("owner")["name"].as_str() {
            members.push((owner.to_owned(), req.say.t("desk-owner")));
        }
        for h in get("households").as_array().into_iter().flatten() {
            let name = h["head"]["name"].as_str().or(h["head"].as_str()).unwrap_or_default();
            let size = h["size"].as_i64().unwrap_or(0);
            if !name.is_empty() {
                members.push((name.to_owned(), req.say.count("desk-household-size", size)));
            }
        }
    }
    Ok((person, members))
}

fn middle(
    s: &Services,
    req: &Req,
    post: &Appointment,
    code: &DossierCode,
    wrong: Option<&Error>,
) -> Result<Middle> {
    let o = open_for(s, req, post, code)?;
    let say = &req.say;
    let (d, p) = (&o.d, &o.p);
    let (person, household) = read_now(s, req, &o)?;
    let mut facts = show::person_facts(&person, say);
    for c in &o.consents {
        let name = plan::person_name(d, &c.person);
        let (tone, key) = match c.state {
            ConsentState::Asked => (Tone::Warn, "desk-consent-asked"),
            ConsentState::Given => (Tone::Good, "desk-consent-given"),
            ConsentState::Refused => (Tone::Bad, "desk-consent-refused"),
        };
        facts
            .push(Fact::with(say.t1("desk-consent-of", "name", name), &Tag::new(tone, say.t(key))));
    }
    let situation = plan::situation(p, d)?;
    let find = code.clone();
    let files = s.store.read(move |tx| queries::evidence(tx, &find))?;
    let mut form = req.typed();
    if let Some(e) = wrong {
        form = form.wrong(e);
    }
    let mut tags = vec![state_tag(p, d, say)];
    tags.extend(deadline_tag(d, req));
    let paid = match d.paid_at {
        Some(_) if d.fee.0 == 0 => say.t("desk-free"),
        Some(_) => say.t1("desk-paid", "amount", d.fee),
        None => say.t1("desk-unpaid", "amount", d.fee),
    };
    let line = [
        d.code.as_str().to_owned(),
        say.t1("desk-received", "time", web::ui::moment_words(d.filed_at, req.now, say)),
        say.t(&format!("channel-{}", d.channel)),
        paid,
    ];
    let link = |e: &Evidence| (e.name.clone(), format!("/ho-so/{code}/tep/{}", e.file));
    Ok(Middle {
        title: format!("{} — {}", say.local(p.name()), d.name),
        tags,
        line: line.join(" · "),
        facts: Facts::new(say.t("desk-known"), facts).source(say.t("desk-known-source")),
        answers: Answers::new(say, show::answers(&situation, say, None)),
        checks: checks(&situation, say),
        files: files.iter().map(link).collect(),
        proposal: proposal(&o, req),
        buttons: buttons(p, d, post, say),
        path: format!("/ban-lam-viec/{code}"),
        version: d.row_version,
        form,
        basis: p.file().basis.clone(),
        limit: situation.limit()?.1.text(say),
        household,
        timeline: timeline(&o, req.now, say),
        letters: o
            .letters
            .iter()
            .filter(|l| l.signed_at.is_some())
            .map(|l| {
                let href = format!("/ho-so/{code}/van-ban/{}/{}", l.letter, l.n);
                (say.t(&format!("letter-{}", l.letter)), href)
            })
            .collect(),
        common_bases: p.file().basis.clone(),
    })
}

fn checks(situation: &Situation, say: &Say) -> Vec<Tag> {
    situation
        .checks()
        .iter()
        .filter_map(|c| {
            let name = say.local(&c.check.name);
            match c.holds {
                Some(true) => Some(Tag::new(Tone::Good, name).with_icon()),
                Some(false) => Some(Tag::new(Tone::Warn, name).with_icon()),
                None => None,
            }
        })
        .collect()
}

/// What the officer before wrote, for the head.
fn proposal(o: &Opened, req: &Req) -> Option<Facts> {
    let say = &req.say;
    let a = o.acts.iter().rev().find(|a| a.action.starts_with("propose"))?;
    if o.d.is_done() || !o.d.state.starts_with("proposed") {
        return None;
    }
    let mut facts = vec![
        Fact::new(say.t(&format!("act-{}", a.action)), &a.name)
            .small(web::ui::moment_words(a.at, req.now, say)),
    ];
    for (key, text) in
        [("desk-note", &a.note), ("desk-reason", &a.reason), ("desk-basis", &a.basis)]
    {
        if !text.is_empty() {
            facts.push(Fact::new(say.t(key), text));
        }
    }
    Some(Facts::new(say.t("desk-proposal"), facts).tone(Tone::Info))
}

fn buttons(p: &Arc<Procedure>, d: &Dossier, post: &Appointment, say: &Say) -> Vec<Button> {
    if d.is_done() {
        return Vec::new();
    }
    p.actions(&d.state, post.post.as_str())
        .into_iter()
        .map(|(action, to)| {
            let refusing = action.contains("refuse") || p.refuses(to);
            let (key, class) = match action {
                "propose" | "approve" | "confirm" | "acknowledge" => ("a", ""),
                "ask-more" => ("s", "second"),
                "return" => ("t", "second"),
                _ if refusing => ("r", "bad"),
                _ => ("", "second"),
            };
            let needs = if refusing {
                Needs::Refusal
            } else if action == "ask-more" || action == "return" {
                Needs::Note
            } else {
                Needs::Nothing
            };
            let text = say.t(&format!("do-{action}"));
            Button { action: action.to_owned(), text, key, class, needs }
        })
        .collect()
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
            let next = next_in_queue(s, &post, &code)?;
            let said = req.say.t1("desk-done", "what", req.say.t(&format!("act-{action}")));
            Ok(Reply::redirect(next).flash(Tone::Good, said))
        }
        Err(e) if e.kind() == kernel::Kind::BadInput => render(s, req, Some(&code), Some(&e)),
        Err(e) => Err(e),
    }
}

/// The dossier that waits longest, or the empty desk.
fn next_in_queue(s: &Services, post: &Appointment, done: &DossierCode) -> Result<String> {
    let states = states_of(s, post.post.as_str());
    let place = post.place.clone();
    let rows = s.store.read(move |tx| queries::queue(tx, &place, Queue::Mine, &states, "", 0))?;
    Ok(rows
        .iter()
        .find(|d| d.code != *done)
        .map_or_else(|| "/ban-lam-viec".to_owned(), |d| format!("/ban-lam-viec/{}", d.code)))
}

/// Server-sent events of the desk: the queue when anything of this place has moved.
pub fn live(s: &Services, req: &Req) -> Result<Reply> {
    let post = appointment(req)?.clone();
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let view = QueueView {
        which: which(req),
        key: String::new(),
        page: 0,
        selected: None,
        more: String::new(),
    };
    let (s, say) = (s.clone(), req.say.clone());
    Ok(Reply::Live(Live::new(after, move |after| {
        let place = post.place.clone();
        let (head, moved) = s.store.read(|tx| {
            let entries = tx.journal_after(after, limits::FOLLOW_BATCH_MAX)?;
            let here = |e: &store::Recorded| {
                e.place.as_deref() == Some(&place) && e.kind.starts_with("dossier.")
                    || e.kind == "consent.answered" && e.place.as_deref() == Some(&place)
            };
            let head = entries.last().map_or(after, |e| e.seq);
            Ok((head, entries.iter().filter(|e| here(e)).cloned().collect::<Vec<_>>()))
        })?;
        if moved.is_empty() {
            return Ok((head, Vec::new()));
        }
        let now = s.store.clock().now();
        let (queue, _) = queue_markup(&s, &post, &view, now, &say)?;
        let mut events = vec![LiveEvent::swap(queue.to_string())];
        if moved.iter().any(|e| e.kind == "dossier.filed") {
            events.push(LiveEvent::toast(&say.t("desk-new")));
        }
        Ok((head, events))
    })))
}
