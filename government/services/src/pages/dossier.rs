//! A person's dossiers: the list, one dossier that moves by itself, its letters and files.

use super::common::{deadline_tag, state_name, state_tag, subject};
use super::counter::CLERK;
use super::show;
use super::supplement::{self, Supplement};
use crate::app::Services;
use crate::commands::{self, Decision};
use crate::definition::Procedure;
use crate::errors::{DOSSIER_UNKNOWN, LETTER_NOT_READY};
use crate::model::{Act, Consent, ConsentState, Dossier, Letter};
use crate::plan;
use crate::queries;
use crate::rules::holds_here;
use kernel::calendar::Budget;
use kernel::{DossierCode, Error, Result, Say, time};
use registers::{AccessRow, Show};
use std::sync::Arc;
use web::ui::{Answers, Cell, Column, Empty, Facts, Moment, Panel, Row, Table, Timeline};
use web::{Frame, Live, LiveEvent, Markup, Reply, Req, Section, Template, Tone};

/// Everything a dossier's page shows.
pub(super) struct Opened {
    pub d: Dossier,
    pub p: Arc<Procedure>,
    pub acts: Vec<Act>,
    pub consents: Vec<Consent>,
    pub letters: Vec<Letter>,
    pub head: i64,
}

/// Opens a dossier for its applicant; for anybody else it does not exist.
pub(super) fn open_own(s: &Services, req: &Req) -> Result<Opened> {
    let pid = subject(req)?;
    let o = open(s, &DossierCode::new(req.param("code")))?;
    if o.d.applicant == pid && req.actor()?.appointment.is_none() {
        Ok(o)
    } else {
        Err(Error::new(DOSSIER_UNKNOWN))
    }
}

/// Opens a dossier; who may see it is the caller's question.
pub(super) fn open(s: &Services, code: &DossierCode) -> Result<Opened> {
    let (find, env) = (code.clone(), s.env.clone());
    s.store.read(move |tx| {
        let d = queries::dossier(tx, &find)?;
        let p = env.catalogue.version(&d.procedure, d.version)?;
        Ok(Opened {
            p,
            acts: queries::acts(tx, &find)?,
            consents: queries::consents(tx, &find)?,
            letters: queries::letters(tx, &find)?,
            head: tx.journal_head()?,
            d,
        })
    })
}

#[derive(Template)]
#[template(path = "dossiers.html")]
struct ListPage {
    frame: Frame,
    drafts: Vec<(String, String, String)>,
    table: Table,
}

/// «Hồ sơ của tôi».
pub fn list(s: &Services, req: &Req) -> Result<Reply> {
    let pid = subject(req)?;
    let say = &req.say;
    let (find, page) = (pid.clone(), req.page_number() - 1);
    let (dossiers, drafts) = s.store.read(move |tx| {
        Ok((queries::dossiers_of(tx, &find, page)?, queries::drafts(tx, &find)?))
    })?;
    let today = req.now.date();
    let drafts = drafts
        .into_iter()
        .filter_map(|(code, at)| {
            let p = s.env.catalogue.in_force(&code.as_str().into(), today).ok()?;
            let when = web::ui::moment_words(at, req.now, say);
            Some((say.local(p.name()).to_owned(), when, format!("{}/khai", p.path())))
        })
        .collect();
    let mut rows = Vec::new();
    for d in &dossiers {
        let p = s.env.catalogue.version(&d.procedure, d.version)?;
        let mut cells = vec![
            Cell::link(say.local(p.name()), d.path()),
            Cell::text(d.code.as_str()),
            Cell::text(time::day(d.filed_at.date())),
            Cell::with(&state_tag(&p, d, say)),
        ];
        cells.push(match deadline_tag(d, req) {
            Some(tag) => Cell::with(&tag),
            None => Cell::text(d.done_at.map_or_else(String::new, |t| time::day(t.date()))),
        });
        rows.push(Row::new(cells));
    }
    let columns = ["list-procedure", "list-code", "list-filed", "list-state", "list-due"]
        .map(|k| Column::new(say.t(k)));
    let empty = Empty::new("document", say.t("list-empty"), say.t("list-empty-text"))
        .action(say.t("list-empty-go"), "/dich-vu");
    let page = ListPage {
        frame: req.frame(say.t("web-nav-dossiers"), Section::Dossiers),
        drafts,
        table: Table::new(say.t("web-nav-dossiers"), columns.to_vec(), rows).empty(empty),
    };
    Reply::page(&page)
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct DossierPage {
    frame: Frame,
    name: String,
    code: String,
    panel: Option<Panel>,
    state: Markup,
    timeline: Markup,
    facts: Facts,
    answers: Answers,
    letters: Markup,
    readers: Vec<(String, String, String)>,
    may_withdraw: bool,
    path: String,
    version: i64,
    supplement: Option<Supplement>,
    pay: Option<String>,
}

/// One dossier.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    let waits = plan::waits_for_applicant(&o.p, &o.d);
    let supplement = waits.then(|| supplement::form(s, req, &o, None)).transpose()?;
    render(s, req, &o, supplement)
}

/// The page, with the form for a supplement where one is asked for.
pub(super) fn render(
    s: &Services,
    req: &Req,
    o: &Opened,
    supplement: Option<Supplement>,
) -> Result<Reply> {
    let say = &req.say;
    let (d, p) = (&o.d, &*o.p);
    let panel = req.query("moi").map(|_| {
        Panel::new(say.t("dossier-sent"))
            .code(say, say.t("list-code"), d.code.as_str())
            .line(next_line(o, say))
    });
    let page = DossierPage {
        frame: req
            .frame(say.local(p.name()), Section::Dossiers)
            .crumb(say.t("web-nav-dossiers"), "/ho-so")
            .crumb(d.code.as_str(), &d.path())
            .live(format!("{}/truc-tiep?tu={}", d.path(), o.head)),
        name: say.local(p.name()).to_owned(),
        code: d.code.as_str().to_owned(),
        panel,
        state: state_box(o, req.now, say),
        timeline: timeline_box(o, req.now, say),
        facts: Facts::new(say.t("facts-known"), show::dossier_facts(d, say)).source(say.t1(
            "facts-source-filed",
            "time",
            d.filed_at.clock_and_day(),
        )),
        answers: Answers::new(say, show::answers(&plan::situation(&o.p, d)?, say, None)),
        letters: Markup::trusted(letters_box(o, req.now, say)),
        readers: readers(s, req, o)?,
        may_withdraw: p.may_withdraw(&d.state),
        path: d.path(),
        version: d.row_version,
        supplement,
        pay: (d.paid_at.is_none() && !d.is_done()).then(|| d.fee.to_string()),
    };
    Reply::page(&page)
}

/// What the applicant is to know now, in one sentence.
fn next_line(o: &Opened, say: &Say) -> String {
    let d = &o.d;
    if d.is_done() {
        return say.t(&format!("next-{}", if o.p.refuses(&d.state) { "refused" } else { "done" }));
    }
    let waiting: Vec<String> = o
        .consents
        .iter()
        .filter(|c| c.state == ConsentState::Asked)
        .map(|c| plan::person_name(d, &c.person))
        .collect();
    if d.paid_at.is_none() {
        return say.t1("next-pay", "amount", d.fee);
    }
    if !waiting.is_empty() {
        return say.t1("next-consent", "names", waiting.join(", "));
    }
    if plan::waits_for_applicant(&o.p, d) {
        return say.t("next-supplement");
    }
    let agency = plan::agency_name(say, &d.place, d.filed_at.date());
    match d.due_at {
        Some(due) => {
            let budget = plan::situation(&o.p, d).and_then(|s| Ok(s.limit()?.1));
            let date = plan::due_words(budget.unwrap_or(Budget::Days(1)), due, say);
            say.t2("next-due", "agency", &agency, "due", date)
        }
        None => say.t1("next-wait", "agency", &agency),
    }
}

/// The box at the top that moves by itself: state, deadline, what is next.
fn state_box(o: &Opened, now: kernel::Instant, say: &Say) -> Markup {
    let mut tags = state_tag(&o.p, &o.d, say).to_string();
    if let Some(due) = o.d.due_at.filter(|_| !o.d.is_done()) {
        tags.push(' ');
        tags.push_str(&web::ui::Deadline::tag(due, now, say).to_string());
    }
    let line = web::markup::escape(&next_line(o, say));
    let mut facts = Facts::new(say.t("list-state"), Vec::new())
        .lead(Markup::trusted(format!("{tags}<br><b>{line}</b>")));
    if o.d.is_done() && o.p.refuses(&o.d.state) {
        facts = facts.tone(Tone::Bad);
    } else if plan::waits_for_applicant(&o.p, &o.d) {
        facts = facts.tone(Tone::Warn);
    }
    Markup::trusted(format!("<div id=\"state\">{facts}</div>"))
}

fn timeline_box(o: &Opened, now: kernel::Instant, say: &Say) -> Markup {
    Markup::trusted(format!("<div id=\"timeline\">{}</div>", timeline(o, now, say)))
}

/// What happened, what is going on, what comes.
pub(super) fn timeline(o: &Opened, now: kernel::Instant, say: &Say) -> Timeline {
    let d = &o.d;
    let mut moments: Vec<(kernel::Instant, Moment)> = Vec::new();
    for a in &o.acts {
        let title = match a.action.as_str() {
            "pay" => say.t1("act-pay", "amount", &a.note),
            action => say.t(&format!("act-{action}")),
        };
        let bad = a.action.contains("refuse") || a.action == "reject";
        let mut m =
            if bad { Moment::new(web::ui::MomentState::Bad, title) } else { Moment::done(title) };
        let mut detail: Vec<String> = Vec::new();
        if !a.name.is_empty() && a.action != "file" {
            detail.push(a.name.clone());
        }
        if a.action != "pay" && !a.note.is_empty() && a.post.is_none() {
            detail.push(a.note.clone());
        }
        if a.action == "ask-more" {
            detail.push(a.note.clone());
        }
        if !a.reason.is_empty() {
            detail.push(say.t1("act-reason", "reason", &a.reason));
        }
        if !a.basis.is_empty() {
            detail.push(say.t1("act-basis", "basis", &a.basis));
        }
        if !detail.is_empty() {
            m = m.detail(detail.join(" · "));
        }
        moments.push((a.at, m.at(a.at, now, say)));
    }
    for c in &o.consents {
        let name = plan::person_name(d, &c.person);
        moments.push((
            c.asked_at,
            Moment::done(say.t1("act-consent-asked", "name", &name)).at(c.asked_at, now, say),
        ));
        if let Some(at) = c.answered_at {
            let m = if c.state == ConsentState::Given {
                Moment::done(say.t1("act-consent-given", "name", &name))
            } else {
                Moment::new(web::ui::MomentState::Bad, say.t1("act-consent-refused", "name", &name))
            };
            moments.push((at, m.at(at, now, say)));
        }
    }
    for l in o.letters.iter().filter(|l| l.letter != "receipt") {
        if let Some(at) = l.signed_at {
            let title = say.t1("act-letter", "letter", say.t(&format!("letter-{}", l.letter)));
            moments.push((at, Moment::done(title).at(at, now, say)));
        }
    }
    moments.sort_by_key(|(at, _)| *at);
    let mut all: Vec<Moment> = moments.into_iter().map(|(_, m)| m).collect();
    if !d.is_done() {
        all.push(Moment::now(state_name(&o.p, &d.state, say)).when(say.t1(
            "since",
            "time",
            web::ui::moment_words(d.state_at, now, say),
        )));
        let agency = plan::agency_name(say, &d.place, d.filed_at.date());
        for next in plan::steps_ahead(&o.p, &d.state) {
            all.push(Moment::next(say.t1(&format!("ahead-{next}"), "agency", &agency)));
        }
    }
    Timeline::new(say, all)
}

/// Who read the applicant's data in this dossier, newest first.
fn readers(s: &Services, req: &Req, o: &Opened) -> Result<Vec<(String, String, String)>> {
    let (law, actor) = (s.env.law.clone(), req.actor()?.clone());
    let (pid, code) = (o.d.applicant.clone(), o.d.code.clone());
    let page = s
        .store
        .read(move |tx| registers::access_log(tx, &law, &actor, &pid, Show::Dossier(code), 0))?;
    let words = |r: &AccessRow| {
        let when = web::ui::moment_words(r.at, req.now, &req.say);
        let items = r.items.iter().map(|i| req.say.local(i)).collect::<Vec<_>>().join(", ");
        (r.who(&req.say), items, when)
    };
    Ok(page.rows.iter().take(6).map(words).collect())
}

/// Server-sent events of one dossier: the state, the timeline and the letters when something moved.
pub fn live(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let (s, code, say) = (s.clone(), o.d.code.clone(), req.say.clone());
    Ok(Reply::Live(Live::new(after, move |after| {
        let find = code.clone();
        let (head, moved) = s.store.read(|tx| {
            let entries = tx.journal_of_dossier(&find)?;
            Ok((tx.journal_head()?, entries.iter().any(|e| e.seq > after)))
        })?;
        if !moved {
            return Ok((head, Vec::new()));
        }
        let o = open(&s, &code)?;
        let now = s.store.clock().now();
        let state = state_box(&o, now, &say);
        let timeline = timeline_box(&o, now, &say).to_string();
        let letters = letters_box(&o, now, &say);
        Ok((head, vec![LiveEvent::swap(format!("{state}{timeline}{letters}"))]))
    })))
}

fn letters_box(o: &Opened, now: kernel::Instant, say: &Say) -> String {
    let mut html = String::from("<ul id=\"letters\" class=\"letters\">");
    for l in &o.letters {
        let name = web::markup::escape(&say.t(&format!("letter-{}", l.letter)));
        match l.signed_at {
            Some(at) => {
                let when = web::ui::moment_words(at, now, say);
                html.push_str(&format!(
                    "<li><a href=\"{}/van-ban/{}/{}\">{name}</a> <span class=\"small muted\">PDF · {when}</span></li>",
                    o.d.path(), l.letter, l.n
                ));
            }
            None => html.push_str(&format!(
                "<li>{name} <span class=\"small muted\">{}</span></li>",
                say.t("letter-being-made")
            )),
        }
    }
    html.push_str("</ul>");
    html
}

/// A signed letter: for the applicant, and for officers at work where the dossier is. The clerk who
/// filed it at the counter hands it out, which is recorded.
pub fn letter(s: &Services, req: &Req) -> Result<Reply> {
    let code = DossierCode::new(req.param("code"));
    let actor = req.actor()?;
    let o = open(s, &code)?;
    let officer = plan::posts(&o.p)
        .iter()
        .any(|post| holds_here(actor, post, &o.d.place, &s.env.settings.province));
    let own = actor.appointment.is_none() && actor.subject() == Some(&o.d.applicant);
    let clerk = actor.holds(CLERK) && o.d.filed_by == actor.account.as_str();
    if !own && !officer && !clerk {
        return Err(Error::new(DOSSIER_UNKNOWN));
    }
    let (name, n) = (req.param("letter").to_owned(), req.param("n").parse().unwrap_or(0));
    let pdf = s
        .store
        .read(|tx| queries::letter_pdf(tx, &code, &name, n))?
        .ok_or_else(|| Error::new(LETTER_NOT_READY))?;
    if clerk {
        let (actor, letter) = (actor.clone(), name.clone());
        s.write(move |tx, _| commands::note_handed_out(tx, &actor, &o.d, &letter))?;
    }
    Ok(Reply::pdf(format!("{} {code}.pdf", req.say.t(&format!("letter-{name}"))), pdf))
}

/// A file of the dossier: for the applicant, and for officers at work where the dossier is.
pub fn file(s: &Services, req: &Req) -> Result<Reply> {
    let code = DossierCode::new(req.param("code"));
    let actor = req.actor()?;
    let o = open(s, &code)?;
    let officer = plan::posts(&o.p)
        .iter()
        .any(|post| holds_here(actor, post, &o.d.place, &s.env.settings.province));
    let own = actor.appointment.is_none() && actor.subject() == Some(&o.d.applicant);
    if !own && !officer {
        return Err(Error::new(DOSSIER_UNKNOWN));
    }
    let wanted = req.param("file").to_owned();
    let vault = s.env.vault.clone();
    let (evidence, bytes) = s.store.read(move |tx| {
        let found = queries::evidence(tx, &code)?.into_iter().find(|e| e.file == wanted);
        let found = found.ok_or_else(|| Error::new(kernel::error::NOT_FOUND))?;
        let bytes = vault.get(tx, &found.hash)?;
        Ok((found, bytes))
    })?;
    Ok(Reply::download(evidence.name, &evidence.kind, bytes))
}

/// The applicant takes the request back.
pub fn withdraw(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    let decision = Decision {
        action: "withdraw".to_owned(),
        seen_version: o.d.row_version,
        name: req.signed_in()?.name.clone(),
        ..Decision::default()
    };
    let (actor, code) = (req.actor()?.clone(), o.d.code.clone());
    s.write(move |tx, env| commands::act(tx, env, &actor, &code, &decision))?;
    Ok(Reply::redirect(o.d.path()).flash(Tone::Info, req.say.t("dossier-withdrawn")))
}
