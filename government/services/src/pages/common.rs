//! What several pages need.

use crate::app::Services;
use crate::definition::Procedure;
use crate::errors::{AT_WORK, PROCEDURE_UNKNOWN};
use crate::model::Dossier;
use crate::plan;
use kernel::{Error, PersonalId, Result, Say};
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

/// The name of a state: the procedure's own, or the words every procedure shares.
pub fn state_name(procedure: &Procedure, state: &str, say: &Say) -> String {
    match procedure.state_name(state) {
        Some(name) => say.local(name).to_owned(),
        None => say.t(&format!("state-{state}")),
    }
}

/// A dossier's state as a tag.
pub fn state_tag(procedure: &Procedure, d: &Dossier, say: &Say) -> Tag {
    let text = state_name(procedure, &d.state, say);
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

/// How long is left, for an open dossier whose clock runs.
pub fn deadline_tag(d: &Dossier, req: &Req) -> Option<Tag> {
    d.due_at.filter(|_| !d.is_done()).map(|due| Deadline::tag(due, req.now, &req.say))
}
