//! Decisions: an officer, a head or the applicant takes a step.

use super::course::Course;
use super::machine::{self, Written, advance_from, move_to};
use super::submit::{NewFile, file_count, insert_files};
use crate::app::Env;
use crate::definition::model::{Given, Step};
use crate::definition::{Procedure, WITHDRAWN};
use crate::errors::{
    BASIS_MISSING, DOSSIER_STATE, NOTE_MISSING, REASON_MISSING, RETURN_MISSING, SUPPLEMENT_ONCE,
};
use crate::model::Dossier;
use crate::plan;
use crate::queries::{self, Part};
use crate::rules::{StepView, holds_here, may_act};
use kernel::{Actor, DossierCode, Error, Result, error::CHANGED_MEANWHILE, limits};
use std::sync::Arc;
use store::{WriteTx, params};

/// A step somebody wants to take.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The action of the step: `propose`, `ask-more`, `approve`, `refuse`, `return`, `send`,
    /// `withdraw` …
    pub action: String,
    /// The version of the dossier the person was looking at: two officers cannot both decide.
    pub seen_version: i64,
    /// What to add, or a word to the next officer.
    pub note: String,
    /// Why it is refused.
    pub reason: String,
    /// By which law.
    pub basis: String,
    /// Name of the one who acts.
    pub name: String,
    /// Answers changed by the applicant when sending a supplement.
    pub answers: Option<serde_json::Value>,
    /// Further files of the applicant, already in the vault.
    pub files: Vec<NewFile>,
}

/// Takes the step, or says why not. The same decision sent twice finds the dossier moved on.
pub fn act(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    code: &DossierCode,
    decision: &Decision,
) -> Result<()> {
    queries::foresee(tx, code, &[Part::Dossier, Part::Acts, Part::Consents])?;
    let d = queries::dossier(tx, code)?;
    let procedure = env.catalogue.version(&d.procedure, d.version)?;
    if decision.action == "withdraw" {
        return withdraw(tx, env, actor, &d, &procedure, decision);
    }
    // Said first, so that who comes second hears that somebody was quicker, not that the new step is
    // another's: but only to those whose dossier it is.
    let province = &env.settings.province;
    let posts = plan::posts(&procedure);
    let theirs = actor.subject() == Some(&d.applicant)
        || posts.iter().any(|post| holds_here(actor, post, &d.place, province));
    if theirs && decision.seen_version != d.row_version {
        return Err(Error::new(CHANGED_MEANWHILE));
    }
    let step = procedure.step(&d.state).ok_or_else(|| Error::new(DOSSIER_STATE))?;
    let acts = queries::acts(tx, code)?;
    let mut course = Course::of(env);
    course.know_acts(&acts);
    let concerned = machine::concerned(tx, &mut course, &d)?;
    let view = StepView { who: &step.who, not_same_person_as: step.not_same_person_as.as_deref() };
    may_act(&d, view, actor, &acts, &concerned, province)?;
    let to = step.goes(&decision.action).ok_or_else(|| Error::new(DOSSIER_STATE))?.to_owned();
    check_words(&procedure, step, &d, &to, decision)?;
    let written = Written {
        note: cut(&decision.note),
        reason: cut(&decision.reason),
        basis: cut(&decision.basis),
        name: decision.name.clone(),
    };
    if !decision.files.is_empty() {
        file_count(queries::evidence_count(tx, code)? + decision.files.len())?;
        insert_files(tx, &d.code, &decision.files)?;
    }
    let d = keep_answers(tx, &d, decision)?;
    let d = move_to(tx, &mut course, &d, &procedure, actor, &decision.action, &to, &written)?;
    advance_from(tx, &mut course, d).map(drop)
}

fn cut(text: &str) -> String {
    text.trim().chars().take(limits::ANSWER_CHARS_MAX).collect()
}

/// What the step's action must be given, as the file says; a refusal needs reason and basis in any
/// case. Asking for more is allowed as often as the file says.
fn check_words(
    procedure: &Procedure,
    step: &Step,
    d: &Dossier,
    to: &str,
    decision: &Decision,
) -> Result<()> {
    let refusing = procedure.refuses(to);
    let needs = step.needs.get(&decision.action).map_or(&[][..], Vec::as_slice);
    let needed = |what: Given| needs.contains(&what) || (refusing && what != Given::Note);
    let note = match decision.action.as_str() {
        "return" => RETURN_MISSING,
        _ => NOTE_MISSING,
    };
    for (what, text, code, field) in [
        (Given::Reason, &decision.reason, REASON_MISSING, "reason"),
        (Given::Basis, &decision.basis, BASIS_MISSING, "basis"),
        (Given::Note, &decision.note, note, "note"),
    ] {
        if needed(what) && text.trim().is_empty() {
            return Err(Error::new(code).field(field));
        }
    }
    if decision.action == "ask-more" {
        let max = plan::supplements_max(procedure, to);
        if d.supplements >= max {
            return Err(Error::new(SUPPLEMENT_ONCE).number("max", max));
        }
    }
    Ok(())
}

/// The applicant's corrected answers replace the old ones when a supplement is sent.
fn keep_answers(tx: &mut WriteTx, d: &Dossier, decision: &Decision) -> Result<Dossier> {
    let Some(answers) = &decision.answers else { return Ok(d.clone()) };
    tx.execute_one(
        "UPDATE dossier SET answers = ?2, row_version = row_version + 1 \
         WHERE dossier = ?1 AND row_version = ?3",
        params![&d.code, serde_json::to_string(answers)?, d.row_version],
    )?;
    queries::dossier(tx, &d.code)
}

/// The applicant may take a request back until it has been decided.
fn withdraw(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    decision: &Decision,
) -> Result<()> {
    if !procedure.may_withdraw(&d.state) {
        return Err(Error::new(DOSSIER_STATE));
    }
    let view = StepView { who: "applicant", not_same_person_as: None };
    may_act(d, view, actor, &[], &[], &env.settings.province)?;
    let written = Written { name: decision.name.clone(), ..Written::default() };
    let mut course = Course::of(env);
    move_to(tx, &mut course, d, procedure, actor, "withdraw", WITHDRAWN, &written).map(drop)
}
