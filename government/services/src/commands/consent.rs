//! Consents: asked of another person on that person's own account.

use super::course::Course;
use super::machine::advance_from;
use crate::app::Env;
use crate::errors::{CONSENT_ANSWERED, CONSENT_EXPIRED, CONSENT_UNKNOWN};
use crate::inbox;
use crate::model::{Consent, ConsentState, Dossier};
use crate::plan;
use crate::queries::{self, Part};
use kernel::{Actor, DossierCode, Error, PersonalId, Result};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// The person asked says yes or no. Only that person, only once, only in time.
pub fn answer_consent(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    token: &str,
    yes: bool,
    note: &str,
) -> Result<DossierCode> {
    let c = queries::consent_by_token(tx, token)?.ok_or_else(|| Error::new(CONSENT_UNKNOWN))?;
    if actor.subject() != Some(&c.person) {
        return Err(Error::new(CONSENT_UNKNOWN));
    }
    queries::foresee(tx, &c.dossier, &[Part::Dossier, Part::Consents])?;
    let d = queries::dossier(tx, &c.dossier)?;
    let procedure = env.catalogue.version(&d.procedure, d.version)?;
    let mut all = queries::consents(tx, &c.dossier)?;
    let awaited = plan::consents_awaited(&procedure, &all);
    if !awaited.iter().any(|a| a.token == c.token) {
        return Err(Error::new(CONSENT_ANSWERED));
    }
    let now = tx.now();
    if now > c.expires_at || d.is_done() {
        return Err(Error::new(CONSENT_EXPIRED));
    }
    let state = if yes { ConsentState::Given } else { ConsentState::Refused };
    tx.send_one(
        "UPDATE dossier_consent SET state = ?4, answered_at = ?5, note = ?6 \
         WHERE dossier = ?1 AND consent = ?2 AND person = ?3 AND state = 'asked'",
        params![&c.dossier, &c.consent, &c.person, state.as_str(), now, note],
    )?;
    record(tx, actor, &d, &c.consent, &c.person, yes)?;
    // Who need not answer any more is not waited for in their inbox either.
    for answered in all.iter_mut().filter(|a| a.token == c.token) {
        (answered.state, answered.answered_at) = (state, Some(now));
        note.clone_into(&mut answered.note);
    }
    let awaited = plan::consents_awaited(&procedure, &all);
    for other in all.iter().filter(|o| o.state == ConsentState::Asked) {
        if !awaited.iter().any(|a| a.token == other.token) {
            inbox::link_read(tx, &other.person, &format!("/y-kien/{}", other.token))?;
        }
    }
    let mut course = Course::of(env);
    course.know_consents(all);
    advance_from(tx, &mut course, d)?;
    Ok(c.dossier)
}

/// A parent who files for the child agrees by filing: nobody is asked twice for one will.
pub(super) fn give_by_filing(
    tx: &mut WriteTx,
    actor: &Actor,
    d: &Dossier,
    asked: &mut Consent,
) -> Result<()> {
    let now = tx.now();
    tx.send_one(
        "UPDATE dossier_consent SET state = 'given', answered_at = ?4 \
         WHERE dossier = ?1 AND consent = ?2 AND person = ?3 AND state = 'asked'",
        params![&d.code, &asked.consent, &asked.person, now],
    )?;
    (asked.state, asked.answered_at) = (ConsentState::Given, Some(now));
    record(tx, actor, d, &asked.consent, &asked.person, true)
}

fn record(
    tx: &mut WriteTx,
    actor: &Actor,
    d: &Dossier,
    consent: &str,
    person: &PersonalId,
    given: bool,
) -> Result<()> {
    tx.record(
        Entry::new("consent.answered", actor)
            .at(&d.place)
            .about(person)
            .about(&d.applicant)
            .dossier(&d.code)
            .body(json!({"consent": consent, "given": given})),
    )?;
    Ok(())
}
