//! What several pages need.

use crate::app::Services;
use crate::definition::Procedure;
use crate::errors::{AT_WORK, PROCEDURE_UNKNOWN};
use crate::model::Dossier;
use crate::plan;
use kernel::calendar::{Budget, Calendar};
use kernel::{Error, Instant, PersonalId, Result, Say};
use std::sync::Arc;
use web::ui::{Deadline, Tag};
use web::{Req, Tone};

/// The procedure in force at this address today.
pub fn procedure(s: &Services, req: &Req, path: &str) -> Result<Arc<Procedure>> {
    s.env.catalogue.by_path(path, req.now.date()).map_err(|_| Error::new(PROCEDURE_UNKNOWN))
}

/// Whose matter it is.
pub fn subject(req: &Req) -> Result<PersonalId> {
    let actor = req.actor()?;
    if actor.appointment.is_some() && actor.acting_for.is_none() {
        return Err(Error::new(AT_WORK));
    }
    actor.subject().cloned().ok_or_else(|| Error::new(AT_WORK))
}

/// The name of a dossier's state: the procedure's own, or the words every procedure shares. What waits
/// for an automatic step says what is missing.
pub fn state_name(procedure: &Procedure, d: &Dossier, say: &Say) -> String {
    let automatic = procedure.step(&d.state).is_some_and(|s| s.who == "system");
    match procedure.state_name(&d.state) {
        Some(name) => say.local(name).to_owned(),
        None if automatic && d.paid_at.is_none() => say.t("state-unpaid"),
        None => say.t(&format!("state-{}", d.state)),
    }
}

/// A dossier's state as a tag.
pub fn state_tag(procedure: &Procedure, d: &Dossier, say: &Say) -> Tag {
    let text = state_name(procedure, d, say);
    if d.state == "withdrawn" {
        Tag::plain(text)
    } else if d.is_done() && procedure.refuses(&d.state) {
        Tag::new(Tone::Bad, text)
    } else if d.is_done() {
        Tag::new(Tone::Good, text)
    } else if plan::waits_for_applicant(procedure, d) {
        Tag::new(Tone::Warn, text)
    } else {
        Tag::new(Tone::Info, text)
    }
}

/// How long is left, for an open dossier whose clock runs: in working days where the limit is given in
/// them, so that holidays do not seem to be time left.
pub fn deadline_tag(p: &Procedure, d: &Dossier, now: Instant, say: &Say) -> Option<Tag> {
    let due = d.due_at.filter(|_| !d.is_done())?;
    let working = matches!(p.limits(&d.case).first()?.1, Budget::WorkingDays(_));
    if !working || now > due {
        return Some(Deadline::tag(due, now, say));
    }
    let left = Calendar::vietnam().working_days_between(now.date(), due.date()).ok()?;
    let tone = if left > 1 { Tone::Info } else { Tone::Warn };
    Some(Tag::new(tone, say.count("clock-left-working-days", i64::from(left))))
}
