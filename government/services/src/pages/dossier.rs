//! A person's dossiers: the list, one dossier that moves by itself, its letters and files.

use super::common::{deadline_tag, state_name, state_tag, subject};
use super::counter::CLERK;
use super::show;
use super::supplement::{self, Supplement};
use crate::app::Services;
use crate::commands::{self, Decision};
use crate::definition::Procedure;
use crate::errors::{DOSSIER_UNKNOWN, LETTER_NOT_READY};
use crate::inbox;
use crate::model::{Act, Consent, ConsentState, Dossier, Letter};
use crate::plan;
use crate::queries::{self, Part};
use crate::rules::holds_here;
use kernel::calendar::Budget;
use kernel::{Actor, DossierCode, Error, Result, Say, time};
use registers::{AccessRow, Show};
use std::sync::Arc;
use web::ui::{
    Answers, Cell, Column, Empty, Facts, Moment, MomentState, Panel, Row, Table, Timeline,
};
use web::{Frame, Live, LiveEvent, Markup, Reply, Req, Section, Template, Tone};

/// Readings listed beside a dossier.
const READERS_SHOWN: usize = 6;
/// Items named in each.
const ITEMS_SHOWN: usize = 4;

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
        let parts = [Part::Dossier, Part::Acts, Part::Consents, Part::Letters];
        queries::foresee(tx, &find, &parts)?;
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
        cells.push(match deadline_tag(&p, d, req.now, say) {
            Some(tag) => Cell::with(&tag),
            None => {
                Cell::text(d.done_at.map_or_else(String::new, |t| {
                    say.t1("list-done-on", "date", time::day(t.date()))
                }))
            }
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
    readers: Markup,
    may_withdraw: bool,
    path: String,
    version: i64,
    supplement: Option<Supplement>,
}

/// One dossier.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    let waits = plan::waits_for_applicant(&o.p, &o.d);
    inbox::mark_link_read(&s.store, &o.d.applicant, &o.d.path())?;
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
            .line(say.t("dossier-sent-text"))
    });
    let page = DossierPage {
        frame: req
            .frame(say.local(p.name()), Section::Dossiers)
            .crumb(say.t("web-nav-dossiers"), "/ho-so")
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
        readers: readers(s, req.actor()?, o, req.now, say)?.0,
        may_withdraw: p.may_withdraw(&d.state),
        path: d.path(),
        version: d.row_version,
        supplement,
    };
    Reply::page(&page)
}

/// What the applicant is to know now, in one sentence.
fn next_line(o: &Opened, say: &Say) -> String {
    let d = &o.d;
    if d.is_done() {
        return say.t(&format!("next-{}", if o.p.refuses(&d.state) { "refused" } else { "done" }));
    }
    let waiting: Vec<String> = plan::consents_awaited(&o.p, &o.consents)
        .into_iter()
        .map(|c| plan::person_name(d, &c.person))
        .collect();
    if d.paid_at.is_none() {
        return say.t1("next-pay", "amount", d.fee);
    }
    // Accepted: one parent's word was enough, and another's silence holds nothing up.
    if !waiting.is_empty() && d.accepted_at.is_none() {
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

/// The box at the top that moves by itself: state, deadline, what is next and the way there.
fn state_box(o: &Opened, now: kernel::Instant, say: &Say) -> Markup {
    let d = &o.d;
    let mut tags = state_tag(&o.p, d, say).to_string();
    if let Some(tag) = deadline_tag(&o.p, d, now, say) {
        tags.push_str(&format!(" {tag}"));
    }
    let line = web::markup::escape(&next_line(o, say));
    let waits = plan::waits_for_applicant(&o.p, d);
    let mut lead = format!("{tags}<br><b>{line}</b>");
    let to = if waits {
        // Another address than the page's own, so that a page opened before loads the form.
        Some((say.t("dossier-supplement"), format!("{}?xem=bo-sung#bo-sung", d.path())))
    } else if d.paid_at.is_none() && !d.is_done() {
        Some((say.t1("dossier-pay", "amount", d.fee), format!("{}/nop-phi", d.path())))
    } else {
        None
    };
    if let Some((words, href)) = to {
        let words = web::markup::escape(&words);
        lead.push_str(&format!("<br><a class=\"btn\" href=\"{href}\">{words}</a>"));
    }
    let mut facts = Facts::new(say.t("list-state"), Vec::new()).lead(Markup::trusted(lead));
    if d.is_done() && o.p.refuses(&d.state) {
        facts = facts.tone(Tone::Bad);
    } else if waits {
        facts = facts.tone(Tone::Warn);
    }
    Markup::trusted(format!("<div id=\"state\" class=\"state-box\">{facts}</div>"))
}

fn timeline_box(o: &Opened, now: kernel::Instant, say: &Say) -> Markup {
    Markup::trusted(format!("<div id=\"timeline\">{}</div>", timeline(o, now, say)))
}

/// When something happened, and what comes first of what happened at once: filing, asking, paying,
/// answering, then the steps these led to.
type When = (kernel::Instant, u8);

/// Who was asked, together, and how each answered.
fn consent_moments(o: &Opened, now: kernel::Instant, say: &Say, into: &mut Vec<(When, Moment)>) {
    let mut asked: Vec<(kernel::Instant, Vec<String>)> = Vec::new();
    for c in &o.consents {
        let name = plan::person_name(&o.d, &c.person);
        if let Some(at) = c.answered_at {
            let given = c.state == ConsentState::Given;
            let (state, key) = if given {
                (MomentState::Done, "act-consent-given")
            } else {
                (MomentState::Bad, "act-consent-refused")
            };
            let m = Moment::new(state, say.t1(key, "name", &name)).detail(&c.note);
            into.push(((at, 3), m.at(at, now, say)));
        }
        match asked.iter_mut().find(|(at, _)| *at == c.asked_at) {
            Some((_, names)) => names.push(name),
            None => asked.push((c.asked_at, vec![name])),
        }
    }
    for (at, mut names) in asked {
        names.dedup();
        let title = say.t1("act-consent-asked", "name", names.join(", "));
        into.push(((at, 1), Moment::done(title).at(at, now, say)));
    }
}

/// What happened, what is going on, what comes.
pub(super) fn timeline(o: &Opened, now: kernel::Instant, say: &Say) -> Timeline {
    let d = &o.d;
    let mut moments: Vec<(When, Moment)> = Vec::new();
    for a in &o.acts {
        let title = match a.action.as_str() {
            "pay" => say.t1("act-pay", "amount", &a.note),
            action => say.t(&format!("act-{action}")),
        };
        let bad = a.action.contains("refuse") || a.action == "reject";
        let mut m = if bad { Moment::new(MomentState::Bad, title) } else { Moment::done(title) };
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
        let rank = match a.action.as_str() {
            "pay" => 2,
            _ if a.from == a.to => 0,
            _ => 4,
        };
        moments.push(((a.at, rank), m.at(a.at, now, say)));
    }
    consent_moments(o, now, say, &mut moments);
    for l in o.letters.iter().filter(|l| l.letter != "receipt") {
        if let Some(at) = l.signed_at {
            let title = say.t1("act-letter", "letter", say.t(&format!("letter-{}", l.letter)));
            moments.push(((at, 5), Moment::done(title).at(at, now, say)));
        }
    }
    moments.sort_by_key(|(at, _)| *at);
    let mut all: Vec<Moment> = moments.into_iter().map(|(_, m)| m).collect();
    if !d.is_done() {
        all.push(Moment::now(state_name(&o.p, d, say)).when(say.t1(
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

/// Who read the applicant's data in this dossier, newest first; and the journal number up to which
/// that is complete.
fn readers(
    s: &Services,
    actor: &Actor,
    o: &Opened,
    now: kernel::Instant,
    say: &Say,
) -> Result<(Markup, i64)> {
    let (law, actor) = (s.env.law.clone(), actor.clone());
    let (pid, code) = (o.d.applicant.clone(), o.d.code.clone());
    let (page, cursor) = s.store.read(move |tx| {
        let cursor = registers::log_cursor(tx)?;
        let page = registers::access_log(tx, &law, &actor, &pid, Show::Dossier(code), 0)?;
        Ok((page, cursor))
    })?;
    let escape = web::markup::escape;
    let mut html = String::from("<div id=\"readers\">");
    if page.rows.is_empty() {
        html.push_str(&format!("<p>{}</p>", escape(&say.t("dossier-readers-none"))));
    } else {
        html.push_str("<ol class=\"time\">");
        for (r, times) in runs(&page.rows).into_iter().take(READERS_SHOWN) {
            let last = web::ui::moment_words(r.at, now, say);
            let when = match times {
                1 => last,
                n => say.t2("dossier-readers-times", "n", n, "time", last),
            };
            let when = escape(&when);
            html.push_str(&format!(
                "<li class=\"done\"><b>{}</b><br><span class=\"small\">{}</span>\
                 <span class=\"when\">{when}</span></li>",
                escape(&r.who(say)),
                escape(&items_read(r, say)),
            ));
        }
        html.push_str("</ol>");
    }
    html.push_str("</div>");
    Ok((Markup::trusted(html), cursor))
}

/// Readings of the same items by the same post, one after the other, as one line: the newest, and how
/// many they are.
fn runs(rows: &[AccessRow]) -> Vec<(&AccessRow, usize)> {
    let mut out: Vec<(&AccessRow, usize)> = Vec::new();
    for r in rows {
        match out.last_mut() {
            Some((first, n))
                if (&first.agency, &first.post, &first.by) == (&r.agency, &r.post, &r.by)
                    && (first.refused, &first.item_ids) == (r.refused, &r.item_ids) =>
            {
                *n += 1;
            }
            _ => out.push((r, 1)),
        }
    }
    out
}

/// The first items by name, the rest as a number: all of them stand in the log.
fn items_read(r: &AccessRow, say: &Say) -> String {
    let mut names: Vec<String> =
        r.items.iter().take(ITEMS_SHOWN).map(|i| say.local(i).to_owned()).collect();
    if let Some(more) = r.items.len().checked_sub(ITEMS_SHOWN).filter(|n| *n > 0) {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        names.push(say.count("dossier-readers-more", more));
    }
    names.join(", ")
}

/// Server-sent events of one dossier: what stands on its page, when something moved.
pub fn live(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let (s, code, say) = (s.clone(), o.d.code.clone(), req.say.clone());
    let actor = req.actor()?.clone();
    Ok(Reply::Live(Live::new(after, move |after| {
        let find = code.clone();
        let (head, moved) =
            s.store.read(|tx| Ok((tx.journal_head()?, tx.journal_moved(&find, after)?)))?;
        if !moved {
            return Ok((head, Vec::new()));
        }
        let o = open(&s, &code)?;
        let now = s.store.clock().now();
        let state = state_box(&o, now, &say);
        let timeline = timeline_box(&o, now, &say);
        let letters = letters_box(&o, now, &say);
        let (readers, cursor) = readers(&s, &actor, &o, now, &say)?;
        let mut html = format!("{state}{timeline}{letters}{readers}");
        if !o.p.may_withdraw(&o.d.state) {
            html.push_str("<div id=\"withdraw\"></div>");
        }
        // The list of readers may be behind: then the same news are looked at once more.
        Ok((head.min(cursor), vec![LiveEvent::swap(html)]))
    })))
}

fn letters_box(o: &Opened, now: kernel::Instant, say: &Say) -> String {
    let icon = web::icons::icon("download");
    let mut html = String::from("<ul id=\"letters\" class=\"letters\">");
    for l in &o.letters {
        let name = web::markup::escape(&say.t(&format!("letter-{}", l.letter)));
        match l.signed_at {
            Some(at) => {
                let when = web::ui::moment_words(at, now, say);
                html.push_str(&format!(
                    "<li><a href=\"{}/van-ban/{}/{}\">{icon}{name}</a> <span class=\"small muted\">PDF · {when}</span></li>",
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
