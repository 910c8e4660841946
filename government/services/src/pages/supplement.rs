//! «Bổ sung hồ sơ»: what the officer asked for, and the form by which the applicant sends it. What was
//! typed and the files that came are kept until they have been sent.

use super::ask::questions;
use super::dossier::{Opened, open_own, render};
use super::files;
use crate::answers::{self, FromReq};
use crate::app::Services;
use crate::commands::{self, Decision, NewFile};
use crate::definition::answers::from_form;
use crate::definition::{Procedure, Situation};
use crate::errors::NOTHING_ADDED;
use crate::model::Dossier;
use crate::plan;
use crate::queries;
use kernel::{Error, Kind, Result, Say, limits};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use web::{Form, Markup, Reply, Req, Tone};

/// Papers an officer asked for that the file does not name.
const OTHER: &str = "other";
/// What the applicant writes along.
const NOTE: &str = "note";
/// The answers among what is kept.
const ANSWERS: &str = "answers";

/// The form by which the applicant sends what was asked for.
pub struct Supplement {
    pub asked: Vec<String>,
    pub errors: web::ui::ErrorSummary,
    pub questions: Vec<Markup>,
    pub files: Vec<Markup>,
    pub note: Markup,
}

/// What is kept of a supplement that was not sent yet: answers, note and files, beside the drafts.
fn kept(s: &Services, d: &Dossier) -> Result<Json> {
    let (pid, code) = (d.applicant.clone(), d.code.clone());
    let found = s.store.read(move |tx| queries::draft(tx, &pid, code.as_str()))?;
    Ok(found.map_or_else(|| json!({}), |d| d.0))
}

/// The dossier with these answers in place of those that may still be changed.
fn changed(p: &Procedure, d: &Dossier, answers: &Json) -> Dossier {
    let bound = p.bound_questions();
    let mut merged = Json::clone(&d.answers);
    for (id, answer) in answers.as_object().into_iter().flatten() {
        if !bound.contains(id.as_str()) {
            merged[id] = answer.clone();
        }
    }
    Dossier { answers: Arc::new(merged), ..d.clone() }
}

/// The form, filled with what is kept, with what was wrong.
pub fn form(s: &Services, req: &Req, o: &Opened, wrong: Option<&Error>) -> Result<Supplement> {
    let say = &req.say;
    let (p, day) = (&o.p, o.d.filed_at.date());
    let kept = kept(s, &o.d)?;
    let d = changed(p, &o.d, &kept[ANSWERS]);
    let situation = plan::situation(p, &d)?;
    let mut form = answers::into_form(Form::new(say), &p.file().ask, &d.answers, day);
    form.push(NOTE, kept[NOTE].as_str().unwrap_or_default());
    if let Some(e) = wrong {
        form = form.wrong(e);
    }
    let if_chosen = |question: &str, option: &str| {
        plan::situation(p, &changed(p, &d, &json!({question: option}))).ok()
    };
    let bound = p.bound_questions();
    let asked = o.acts.iter().rev().find(|a| a.action == "ask-more");
    Ok(Supplement {
        asked: asked.map_or_else(Vec::new, |a| a.note.lines().map(str::to_owned).collect()),
        errors: form.summary(),
        questions: questions(&situation, &if_chosen, &form, day, say)
            .into_iter()
            .filter(|(id, _)| !bound.contains(id.as_str()))
            .map(|(_, question)| question)
            .collect(),
        files: papers(&situation, &form, &files::kept(&kept), say)?,
        note: (&form.lines(NOTE, say.t("supplement-note")).optional()).into(),
    })
}

/// A box for each paper of this request, and one for whatever else was asked for.
fn papers(view: &Situation, form: &Form, kept: &[NewFile], say: &Say) -> Result<Vec<Markup>> {
    let evidence = view.evidence()?;
    let named = evidence.iter().map(|e| (e.id.as_str(), say.local(&e.label).to_owned()));
    let other =
        (OTHER, say.t(if evidence.is_empty() { "supplement-file" } else { "supplement-other" }));
    let boxes = named.chain([other]).map(|(id, label)| {
        let there = kept.iter().filter(|f| f.evidence == id);
        let q = form.file(id, label).many().optional();
        (&there.fold(q, |q, f| q.kept(&f.name))).into()
    });
    Ok(boxes.collect())
}

/// The applicant sends what was asked for: corrected answers, more files, a word to the officer.
/// Everything is kept first, so that a mistake loses nothing.
pub fn send(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    if !plan::waits_for_applicant(&o.p, &o.d) {
        return Err(Error::new(crate::errors::DOSSIER_STATE));
    }
    match keep(s, req, &o).and_then(|kept| try_send(s, req, &o, &kept)) {
        Ok(()) => {
            let said = req.say.t("dossier-supplement-sent");
            Ok(Reply::redirect(o.d.path()).flash(Tone::Good, said))
        }
        Err(e) if e.kind() == Kind::BadInput => {
            let form = form(s, req, &o, Some(&e))?;
            Ok(render(s, req, &o, Some(form))?.status(422))
        }
        Err(e) => Err(e),
    }
}

/// The address a page has after a mistake in the form: opened again, it is the dossier's page.
pub fn again(_: &Services, req: &Req) -> Result<Reply> {
    Ok(Reply::redirect(format!("/ho-so/{}", req.param("code"))))
}

/// Takes in what the form brought.
fn keep(s: &Services, req: &Req, o: &Opened) -> Result<Json> {
    let mut kept = kept(s, &o.d)?;
    let day = o.d.filed_at.date();
    let typed = from_form(o.p.file(), &FromReq { req, today: day });
    for id in req.form_all("_asked") {
        kept[ANSWERS][id] = typed[id].clone();
    }
    let note: String =
        req.form(NOTE).unwrap_or_default().chars().take(limits::ANSWER_CHARS_MAX).collect();
    kept[NOTE] = json!(note);
    let named = |field: &str| field == OTHER || o.p.file().evidence.iter().any(|e| e.id == field);
    let taken = files::keep(s, &mut kept, req.files(), named);
    let (pid, code, draft) = (o.d.applicant.clone(), o.d.code.clone(), kept.clone());
    s.store.write(move |tx| commands::save_draft(tx, &pid, code.as_str(), &draft))?;
    // What was typed is kept, also when the files are too many.
    taken.map(|()| kept)
}

fn try_send(s: &Services, req: &Req, o: &Opened, kept: &Json) -> Result<()> {
    if !req.file_problems().is_empty() {
        return Err(Error::fields(req.file_problems().to_vec()));
    }
    let d = changed(&o.p, &o.d, &kept[ANSWERS]);
    let situation = plan::situation(&o.p, &d)?;
    if !situation.errors().is_empty() {
        return Err(Error::fields(situation.errors().to_vec()));
    }
    let (answers, files) = (situation.answers(), files::kept(kept));
    let note = kept[NOTE].as_str().unwrap_or_default().to_owned();
    if files.is_empty() && note.is_empty() && answers == plan::situation(&o.p, &o.d)?.answers() {
        return Err(Error::new(NOTHING_ADDED));
    }
    let decision = Decision {
        action: "send".to_owned(),
        seen_version: req.form("version").and_then(|v| v.parse().ok()).unwrap_or(0),
        name: req.signed_in()?.name.clone(),
        note,
        answers: Some(answers),
        files,
        ..Decision::default()
    };
    let (actor, d) = (req.actor()?.clone(), o.d.clone());
    s.write(move |tx, env| {
        commands::act(tx, env, &actor, &d.code, &decision)?;
        commands::discard_draft(tx, &d.applicant, d.code.as_str())
    })?;
    Ok(())
}
