//! From the start page to a sent dossier: start, questions, check and send. Three pages.

use super::ask::{heading, questions};
use super::common::{procedure, subject};
use super::linked::linked;
use super::{files, show};
use crate::answers::{FromReq, into_form};
use crate::app::Services;
use crate::commands::{self, Submission, Submitted};
use crate::definition::answers::from_form;
use crate::definition::model::AskKind;
use crate::definition::{Channel, Procedure, Situation};
use crate::plan::{self, Asked, CASE_KEY, Known};
use crate::queries;
use kernel::calendar::Budget;
use kernel::{Date, Error, FieldError, PersonalId, Result, Say, Vnd};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use web::ui::{Answers, Banner, Choice, DraftState, Facts, StepBar, Tag};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

/// What stands in the margin: where, how much, until when.
pub struct Summary {
    agency: Option<String>,
    fees: Vec<(String, String)>,
    limit: String,
    due: Option<String>,
    median: Option<String>,
    papers: Option<String>,
}

/// When a result is due if the clock starts now, in words.
fn due_words(budget: Budget, start: kernel::Instant, say: &Say) -> Result<String> {
    Ok(plan::due_words(budget, plan::due_from(budget, start)?, say))
}

fn summary(s: &Services, p: &Procedure, view: Option<&Situation>, req: &Req) -> Result<Summary> {
    let say = &req.say;
    let first = p.file().case.last().map_or("", |c| c.id.as_str());
    let channel = |c: Channel| say.t(&format!("channel-{c}"));
    let (fees, budget) = match view {
        Some(v) => {
            let quotes = v.fees()?;
            let fees = quotes.iter().map(|q| (channel(q.channel), q.vnd.to_string())).collect();
            (fees, Some(v.limit()?.1))
        }
        None => {
            let row = p.fee_table(first).1;
            let amounts = row.into_iter().flat_map(|r| r.vnd.iter());
            let fees = amounts.map(|(c, n)| (channel(*c), Vnd(*n).to_string())).collect();
            (fees, None)
        }
    };
    let limits = budget.map_or_else(|| limits_of(p), |b| vec![b]);
    let province = s.env.settings.province.clone();
    let month = req.now.date().to_string()[..7].to_owned();
    let median =
        s.store.read(|tx| measures::median_minutes(tx, &province, "dossier.minutes", &month))?;
    let route = view.map(Situation::route).transpose()?.flatten();
    let papers = view.filter(|v| v.is_complete()).map(Situation::evidence).transpose()?;
    Ok(Summary {
        agency: route.map(|r| plan::agency_name(say, &r.place, req.now.date())),
        fees,
        // Which of several applies is known once the person is.
        limit: match limits.as_slice() {
            [one] => one.text(say),
            [short, .., long] => {
                say.t2("sum-limits", "short", short.text(say), "long", long.text(say))
            }
            [] => return Err(Error::bug("no time limit")),
        },
        due: match limits.as_slice() {
            [one] => due_words(*one, req.now, say).ok(),
            _ => None,
        },
        median: median.map(|m| plan::minutes_words(m, say)),
        papers: papers.map(|list| {
            let needed = !plan::papers_needed(&list).is_empty();
            say.t(if needed { "apply-some-papers" } else { "apply-no-papers" })
        }),
    })
}

/// The time limits of the cases that facts decide between, each once.
fn limits_of(p: &Procedure) -> Vec<Budget> {
    let mut limits = Vec::new();
    for case in p.file().case.iter().filter(|c| !c.chosen) {
        let first = p.limits(&case.id).first().map(|l| l.1);
        limits.extend(first.filter(|b| !limits.contains(b)));
    }
    limits
}

#[derive(Template)]
#[template(path = "apply_start.html")]
struct StartPage {
    frame: Frame,
    name: String,
    about: String,
    summary: Summary,
    blocked: Option<Banner>,
    warnings: Vec<Banner>,
    draft: Option<String>,
    path: String,
    signed_in: bool,
    at_work: bool,
    level_ok: bool,
    channels: Vec<String>,
    basis: Vec<String>,
    consents: Vec<String>,
    papers: Vec<String>,
    uncertain: Vec<String>,
    cases: Option<Markup>,
    /// What the link that led here answers: its parameter, value, question, answer in words.
    answered: Option<[String; 4]>,
}

/// The start page: who, how long, what it costs, what is needed. Public.
pub fn start(s: &Services, req: &Req, path: &str) -> Result<Reply> {
    let p = procedure(s, req, path)?;
    let say = &req.say;
    let file = p.file();
    let (mut blocked, mut warnings, mut draft) = (None, Vec::new(), None);
    let mut view = None;
    let mut level_ok = true;
    if let Ok(pid) = subject(req) {
        let code = file.code.clone();
        let find = pid.clone();
        draft = s.store.read(|tx| queries::draft(tx, &find, &code))?.map(|d| d.1);
        level_ok = plan::level(&p, req.actor()?).is_ok();
        if level_ok {
            let asked = asked(&p, req, pid, json!({}))?;
            let situation = read_now(s, req, asked)?.situation;
            for c in situation.checks().into_iter().filter(|c| c.check.before) {
                if c.holds != Some(false) {
                    continue;
                }
                let sentence = say.local(&c.sentence).to_owned();
                if c.check.warn {
                    warnings.push(Banner::new(Tone::Info, say.t("apply-note"), sentence));
                } else if blocked.is_none() {
                    blocked = Some(Banner::new(Tone::Warn, say.t("apply-cannot"), sentence));
                }
            }
            view = Some(situation);
        }
    }
    let local = |t: &kernel::Localized| say.local(t).to_owned();
    let link = linked(&p, req);
    if link.as_ref().is_some_and(|l| l.chosen.is_none()) {
        let (title, text) = (say.t("apply-note"), say.t("apply-link-not-here"));
        warnings.push(Banner::new(Tone::Info, title, text));
    }
    let page = StartPage {
        frame: req
            .frame(say.local(p.name()), Section::Services)
            .crumb(say.t("web-nav-services"), "/dich-vu"),
        name: local(p.name()),
        about: local(&file.summary),
        summary: summary(s, &p, view.as_ref(), req)?,
        blocked,
        warnings,
        draft: draft.map(|at| web::ui::moment_words(at, req.now, say)),
        path: path.to_owned(),
        signed_in: req.visitor.is_some(),
        at_work: req.visitor.is_some() && subject(req).is_err(),
        level_ok,
        channels: file.channels.iter().map(|c| say.t(&format!("channel-{c}"))).collect(),
        basis: file.basis.clone(),
        consents: p.consents().iter().map(|c| local(&c.row.name)).collect(),
        papers: file.evidence.iter().map(|e| local(&e.label)).collect(),
        uncertain: file.uncertain.iter().map(|u| local(&u.note)).collect(),
        cases: cases(&p, say),
        answered: link.and_then(|l| {
            let words = local(&l.chosen?);
            Some([l.parameter, l.value, local(&l.question), words])
        }),
    };
    Reply::page(&page)
}

/// The cases an applicant chooses between before the questions; the last one stands for the rest.
fn cases(p: &Procedure, say: &Say) -> Option<Markup> {
    let all = &p.file().case;
    if !all.iter().any(|c| c.chosen) {
        return None;
    }
    let choice = |c: &crate::definition::model::Case| {
        Choice::new(if c.chosen { c.id.as_str() } else { "-" }, say.local(&c.label))
    };
    let last = all.iter().rev().find(|c| !c.chosen);
    let options: Vec<Choice> =
        last.into_iter().chain(all.iter().filter(|c| c.chosen)).map(choice).collect();
    let form = Form::new(say).with("case", &options.first()?.value);
    Some((&form.choice("case", say.t("apply-case"), &options)).into())
}

fn asked(p: &Arc<Procedure>, req: &Req, applicant: PersonalId, answers: Json) -> Result<Asked> {
    Ok(Asked { procedure: p.clone(), applicant, channel: plan::channel(req.actor()?), answers })
}

/// Reads the facts through the door; a refusal stands in the journal.
fn read_now(s: &Services, req: &Req, asked: Asked) -> Result<Opened> {
    let actor = req.actor()?;
    match s.store.record(|tx| plan::read_known(tx, &s.env, actor, &asked))? {
        Known::Facts(known, situation) => Ok(Opened { asked, known, situation: *situation }),
        Known::Refused(e) => Err(e),
    }
}

struct Opened {
    asked: Asked,
    known: Json,
    situation: Situation,
}

impl Opened {
    fn p(&self) -> &Arc<Procedure> {
        &self.asked.procedure
    }
    /// The situation with one answer more, for the questions under the options of a choice.
    fn if_chosen(&self, today: Date) -> impl Fn(&str, &str) -> Option<Situation> + '_ {
        move |question, option| {
            let mut asked = self.asked.clone();
            asked.answers[question] = json!(option);
            asked.situation(&self.known, today).ok()
        }
    }
}

/// Opens the draft, or an empty one.
fn draft(s: &Services, req: &Req, path: &str) -> Result<Asked> {
    let p = procedure(s, req, path)?;
    let pid = subject(req)?;
    plan::level(&p, req.actor()?)?;
    let (find, code) = (pid.clone(), p.file().code.clone());
    let draft = s.store.read(|tx| queries::draft(tx, &find, &code))?;
    asked(&p, req, pid, draft.map_or_else(|| json!({}), |d| d.0))
}

fn open(s: &Services, req: &Req, path: &str) -> Result<Opened> {
    read_now(s, req, draft(s, req, path)?)
}

#[derive(Template)]
#[template(path = "apply_form.html")]
struct FormPage {
    frame: Frame,
    steps: StepBar,
    name: String,
    facts: Facts,
    errors: web::ui::ErrorSummary,
    banners: Vec<Banner>,
    questions: Vec<Markup>,
    summary: Summary,
    path: String,
    title: String,
    draft_state: DraftState,
}

/// The query parameter by which the questions come back after they were answered: the form itself is
/// never the answer to a POST, so that «back» and «reload» work.
const VIEW: &str = "xem";

/// How the questions are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Opened: nothing is said about empty boxes.
    Fresh,
    /// New questions came up; nothing is wrong.
    More,
    /// Something is wrong.
    Wrong,
}

fn render_form(s: &Services, req: &Req, path: &str, o: &Opened, mode: Mode) -> Result<Reply> {
    let say = &req.say;
    let today = req.now.date();
    let p = o.p();
    let situation = &o.situation;
    let mut form = into_form(Form::new(say), &p.file().ask, &o.asked.answers, today);
    for q in situation.questions() {
        if let Some(proposed) = q.proposed {
            let mut answers = json!({});
            answers[&q.ask.id] = proposed.clone();
            form = into_form(form, std::slice::from_ref(q.ask), &answers, today);
        }
    }
    let mut banners = Vec::new();
    if mode == Mode::Wrong {
        form = with_errors(form, situation, say);
        for c in situation.checks().iter().filter(|c| c.holds == Some(false) && !c.check.warn) {
            let sentence = say.local(&c.sentence);
            let basis = c.check.else_.basis.as_deref();
            let words = match basis {
                Some(basis) => say.t2("apply-check", "sentence", sentence, "basis", basis),
                None => sentence.to_owned(),
            };
            match p.question_of(c.check) {
                Some(question) => form.errors.add(question, words),
                None => {
                    banners.push(Banner::new(Tone::Warn, sentence, basis.unwrap_or_default()));
                }
            }
        }
    }
    if mode == Mode::More && !situation.errors().is_empty() {
        banners.push(Banner::new(Tone::Info, say.t("apply-more-title"), say.t("apply-more")));
    }
    let wrong = p.file().known.dispute.as_deref().filter(|code| *code != p.file().code);
    let wrong = wrong.and_then(|code| s.env.catalogue.in_force(&code.into(), today).ok());
    let mut facts =
        Facts::new(say.t("facts-known"), show::person_facts(plan::applicant(&o.known), say))
            .source(say.t1("facts-source", "time", req.now.clock()));
    if let Some(correction) = wrong {
        facts = facts.wrong(say, correction.path());
    }
    let title = say.local(heading(situation).map_or(p.name(), |q| &q.label)).to_owned();
    let page = FormPage {
        frame: frame_of(req, p, path, "apply-step-ask"),
        steps: steps(say, 1),
        name: say.local(p.name()).to_owned(),
        facts,
        errors: form.summary(),
        banners,
        questions: questions(situation, &o.if_chosen(today), &form, today, say)
            .into_iter()
            .map(|(_, question)| question)
            .collect(),
        summary: summary(s, p, Some(situation), req)?,
        path: path.to_owned(),
        draft_state: DraftState::new(say),
        title,
    };
    Reply::page(&page)
}

/// Puts the mistakes beside the boxes. A commune given in words that could mean several, or none, gets
/// a sentence of its own instead of «five digits».
fn with_errors(mut form: Form, situation: &Situation, say: &Say) -> Form {
    let address = |id: &str| {
        situation.questions().iter().any(|q| q.ask.id == id && q.ask.kind == AskKind::Address)
    };
    for e in situation.errors() {
        let commune = e.field.ends_with(".commune") || address(&e.field);
        form.errors.add(
            &e.field,
            match e.code {
                c if commune && c == kernel::error::COMMUNE_CODE_SHAPE => {
                    say.t("apply-commune-choose")
                }
                c if commune && c == kernel::error::ANSWER_MISSING => {
                    say.t("apply-commune-missing")
                }
                _ => e.text(say),
            },
        );
    }
    // In the list at the top «not answered» says which question it means.
    let blank = |e: &&FieldError| e.code == kernel::error::ANSWER_MISSING;
    for e in situation.errors().iter().filter(blank) {
        let asked = situation.questions();
        let of = asked.iter().find(|q| q.ask.id == e.field && q.ask.kind != AskKind::Address);
        if let Some(q) = of {
            form.call(&e.field, say.local(&q.ask.label));
        }
    }
    form
}

fn frame_of(req: &Req, p: &Procedure, path: &str, step: &str) -> Frame {
    let say = &req.say;
    req.frame(say.t(step), Section::Services)
        .crumb(say.t("web-nav-services"), "/dich-vu")
        .crumb(say.local(p.name()), path)
}

fn steps(say: &Say, at: usize) -> StepBar {
    let words = ["apply-step-known", "apply-step-ask", "apply-step-check"].map(|k| say.t(k));
    StepBar::of(say, words.to_vec(), at)
}

/// The questions, with what a draft holds.
pub fn form(s: &Services, req: &Req, path: &str) -> Result<Reply> {
    let mut asked = draft(s, req, path)?;
    if let Some(case) = req.query("case") {
        asked.answers[CASE_KEY] = json!(case);
        save(s, &asked)?;
    }
    if let Some(l) = linked(&asked.procedure, req).filter(|l| l.chosen.is_some()) {
        asked.answers[&l.ask] = json!(l.value);
        save(s, &asked)?;
    }
    let o = read_now(s, req, asked)?;
    let mode = match req.query(VIEW) {
        Some("them") => Mode::More,
        Some("loi") => Mode::Wrong,
        _ => Mode::Fresh,
    };
    render_form(s, req, path, &o, mode)
}

fn save(s: &Services, asked: &Asked) -> Result<()> {
    let (pid, code) = (asked.applicant.clone(), asked.procedure.file().code.clone());
    let answers = asked.answers.clone();
    s.store.write(move |tx| commands::save_draft(tx, &pid, &code, &answers))
}

/// The questions answered: kept as a draft whatever is wrong with them, then checked.
pub fn answer(s: &Services, req: &Req, path: &str) -> Result<Reply> {
    let mut asked = draft(s, req, path)?;
    let shown = req.form_all("_asked");
    let sent = FromReq { req, today: req.now.date() };
    let typed = from_form(asked.procedure.file(), &sent);
    // New answers over old ones; a question that was shown and left empty is emptied.
    for ask in &asked.procedure.file().ask {
        if shown.contains(&ask.id.as_str()) {
            asked.answers[&ask.id] = typed[&ask.id].clone();
        }
    }
    save(s, &asked)?;
    if req.query("tu-luu").is_some() {
        return Ok(Reply::Text("text/plain; charset=utf-8", String::new()));
    }
    if req.form("later").is_some() {
        return Ok(Reply::redirect("/ho-so").flash(Tone::Good, req.say.t("apply-kept")));
    }
    let situation = read_now(s, req, asked)?.situation;
    if situation.ready().is_ok() {
        return Ok(Reply::redirect(format!("{path}/kiem-tra")));
    }
    // Questions that came up only now are not mistakes yet.
    let is_new = |field: &str| {
        let id = field.split('.').next().unwrap_or(field);
        !shown.contains(&id)
    };
    let only_new =
        !situation.errors().is_empty() && situation.errors().iter().all(|e| is_new(&e.field));
    let view = if only_new { "them" } else { "loi" };
    Ok(Reply::redirect(format!("{path}/khai?{VIEW}={view}")))
}

#[derive(Template)]
#[template(path = "apply_check.html")]
struct CheckPage {
    frame: Frame,
    steps: StepBar,
    errors: web::ui::ErrorSummary,
    facts: Facts,
    answers: Answers,
    consents: Vec<String>,
    files: Vec<Markup>,
    fee: String,
    fee_reason: Option<String>,
    free: bool,
    due: String,
    agency: String,
    path: String,
    version: i64,
    checks: Vec<Tag>,
    warnings: Vec<Banner>,
    summary: Summary,
}

/// Check answers: what will be sent, to whom, what it costs, what comes next.
pub fn check(s: &Services, req: &Req, path: &str) -> Result<Reply> {
    let o = open(s, req, path)?;
    let situation = &o.situation;
    // An answer is missing or no longer right: back to the questions, with the reason.
    if situation.ready().is_err() {
        return render_form(s, req, path, &o, Mode::Wrong);
    }
    render_check(s, req, path, &o, situation, None)
}

fn render_check(
    s: &Services,
    req: &Req,
    path: &str,
    o: &Opened,
    view: &Situation,
    wrong: Option<&Error>,
) -> Result<Reply> {
    let say = &req.say;
    let p = o.p();
    let mut form = Form::new(say);
    if let Some(e) = wrong {
        form = form.wrong(e);
    }
    let fee = view.fee()?;
    let needed = view.consents()?;
    let route = view.route()?;
    let checked = view.checks();
    let actor = req.actor()?;
    let khai = format!("{path}/khai");
    let page = CheckPage {
        frame: frame_of(req, p, path, "apply-step-check"),
        steps: steps(say, 2).link(1, &khai),
        errors: form.summary(),
        facts: Facts::new(say.t("facts-known"), show::person_facts(plan::applicant(&o.known), say))
            .source(say.t1("facts-source", "time", req.now.clock())),
        answers: Answers::new(say, show::answers(view, say, Some(&khai))),
        consents: plan::consents_wanted(&needed, actor)
            .into_iter()
            .filter(|(_, person, _)| !plan::files(actor, person))
            .map(|(c, _, name)| say.t2("apply-consent", "name", name, "what", say.local(&c.text)))
            .collect(),
        files: files::questions(&view.evidence()?, &form, &files::kept(&o.asked.answers), say),
        fee: fee.vnd.to_string(),
        fee_reason: fee.row.exemption.as_ref().map(|w| say.local(w).to_owned()),
        free: fee.vnd == Vnd(0),
        due: due_words(view.limit()?.1, req.now, say)?,
        agency: route.map(|r| plan::agency_name(say, &r.place, req.now.date())).unwrap_or_default(),
        path: path.to_owned(),
        version: p.version(),
        checks: checked
            .iter()
            .filter(|c| c.holds == Some(true))
            .map(|c| Tag::new(Tone::Good, say.local(&c.check.name)).with_icon())
            .collect(),
        warnings: show::number_banners(p, &view.answers(), say),
        summary: summary(s, p, Some(view), req)?,
    };
    let reply = Reply::page(&page)?;
    Ok(if wrong.is_some() { reply.status(422) } else { reply })
}

/// Sends the dossier.
pub fn send(s: &Services, req: &Req, path: &str) -> Result<Reply> {
    let mut asked = draft(s, req, path)?;
    // Good files are kept whatever is wrong with the others.
    let outcome = files::take(s, req, &mut asked).and_then(|()| {
        req.checked_files()?;
        submit(s, req, &asked)
    });
    match outcome {
        Ok(Submitted::New(code) | Submitted::Again(code)) => {
            let at_counter = asked.channel != Channel::Online;
            let to = if at_counter {
                format!("/quay?xong={code}")
            } else {
                format!("/ho-so/{code}?moi=1")
            };
            Ok(Reply::redirect(to))
        }
        Ok(Submitted::Refused(e)) => Err(e),
        Err(e) if matches!(e.kind(), kernel::Kind::BadInput | kernel::Kind::Conflict) => {
            let o = read_now(s, req, asked)?;
            if o.situation.ready().is_ok() {
                render_check(s, req, path, &o, &o.situation, Some(&e))
            } else {
                Ok(Reply::redirect(format!("{path}/khai?{VIEW}=loi")))
            }
        }
        Err(e) => Err(e),
    }
}

fn submit(s: &Services, req: &Req, asked: &Asked) -> Result<Submitted> {
    let p = &asked.procedure;
    let submission = Submission {
        procedure: p.code().clone(),
        version: req.form("version").and_then(|v| v.parse().ok()).unwrap_or(p.version()),
        answers: files::without(&asked.answers),
        channel: asked.channel,
        form: req.form_id().to_owned(),
        files: files::kept(&asked.answers),
    };
    let actor = req.actor()?.clone();
    s.write(move |tx, env| commands::submit(tx, env, &actor, &submission))
}

/// Throws the draft away.
pub fn discard(s: &Services, req: &Req, path: &str) -> Result<Reply> {
    let p = procedure(s, req, path)?;
    let pid = subject(req)?;
    let code = p.file().code.clone();
    s.store.write(move |tx| commands::discard_draft(tx, &pid, &code))?;
    Ok(Reply::redirect("/ho-so").flash(Tone::Info, req.say.t("apply-discarded")))
}
