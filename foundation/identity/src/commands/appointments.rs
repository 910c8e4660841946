//! Agencies, and who works in which post.

use super::account;
use crate::errors::{
    ACCOUNT_CLOSED, AGENCY_UNKNOWN, APPOINTED_ALREADY, APPOINTMENT_OVER, DATES_REVERSED,
    LEVEL2_NEEDED, NOT_FOR_ONESELF, POST_UNKNOWN,
};
use crate::journal;
use crate::law::{Agency, IdentityLaw, May};
use crate::model::{Account, NewAppointment};
use crate::queries;
use crate::rules::appointments::{Span, may_be_made};
use kernel::{Actor, AppointmentId, Date, Error, Level, Result};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// Writes an agency, or its new name. Configuration, so only the program itself does it.
pub fn put_agency(tx: &mut WriteTx<'_>, law: &IdentityLaw, agency: &Agency) -> Result<()> {
    let fits = law.kind(&agency.kind).is_some_and(|k| k.place.fits(&agency.place));
    if !fits {
        return Err(Error::new(AGENCY_UNKNOWN).because("kind or place of the agency"));
    }
    tx.execute(
        "INSERT INTO agency (code, name_vi, name_en, kind, place) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (code) DO UPDATE SET name_vi = ?2, name_en = ?3, kind = ?4, place = ?5",
        params![&agency.code, &agency.name.vi, &agency.name.en, &agency.kind, &agency.place,],
    )
    .map(drop)
}

fn may_appoint(law: &IdentityLaw, actor: &Actor, of: &Account) -> Result<()> {
    if actor.is_system() {
        return Ok(());
    }
    if !actor.appointment.as_ref().is_some_and(|a| law.may(&a.post, May::Appoint)) {
        return Err(Error::new(kernel::error::NOT_ALLOWED));
    }
    if actor.account == of.id {
        return Err(Error::new(NOT_FOR_ONESELF));
    }
    Ok(())
}

/// Phân công: appoints a person of level 2 to a post of an agency.
pub fn appoint(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    new: &NewAppointment,
) -> Result<AppointmentId> {
    let of = account(tx, &new.account)?;
    may_appoint(law, actor, &of)?;
    if of.closed {
        return Err(Error::new(ACCOUNT_CLOSED));
    }
    if of.level < Level::Two {
        return Err(Error::new(LEVEL2_NEEDED));
    }
    let post = law.post(&new.post).ok_or_else(|| Error::new(POST_UNKNOWN).field("post"))?;
    let agency = queries::agency(tx, &new.agency)?
        .ok_or_else(|| Error::new(AGENCY_UNKNOWN).field("agency"))?;
    let span = Span { from: new.from, until: new.until };
    may_be_made(post, &agency, span).map_err(|c| {
        Error::new(c).field(if c.id == DATES_REVERSED.id { "until" } else { "post" })
    })?;
    let present = tx.rows(
        "SELECT valid_from, valid_until FROM appointment \
         WHERE account = ?1 AND agency = ?2 AND post = ?3",
        params![&of.id, &agency.code, &post.code],
        |r| Ok(Span { from: r.get(0)?, until: r.get(1)? }),
    )?;
    if present.iter().any(|p| p.meets(span)) {
        return Err(Error::new(APPOINTED_ALREADY).field("post"));
    }
    let id = AppointmentId::new(tx.new_id()?);
    let now = tx.now();
    tx.execute_one(
        "INSERT INTO appointment (id, account, agency, post, place, valid_from, valid_until, \
         made_by, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            &id,
            &of.id,
            &agency.code,
            &post.code,
            &agency.place,
            new.from,
            new.until,
            &actor.account,
            now,
        ],
    )?;
    tx.record(Entry::new(journal::APPOINTED, actor).at(agency.place).about(&of.pid).body(json!({
        "appointment": id,
        "agency": agency.code,
        "post": post.code,
        "from": new.from.to_string(),
        "until": new.until.map(|d| d.to_string()),
    })))?;
    Ok(id)
}

/// Ends an appointment: `until` is the first day without it, today at the earliest. Sessions that
/// work in it are a citizen's from the next request on.
pub fn end_appointment(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    id: &AppointmentId,
    until: Date,
) -> Result<()> {
    let Some(h) = queries::holder(tx, id)? else {
        return Err(Error::new(kernel::error::NOT_FOUND));
    };
    let of = account(tx, &h.account)?;
    may_appoint(law, actor, &of)?;
    let today = tx.now().date();
    if h.until.is_some_and(|u| u <= today) {
        return Err(Error::new(APPOINTMENT_OVER));
    }
    if until < today {
        return Err(Error::new(DATES_REVERSED).field("until"));
    }
    end(tx, actor, &of, id, until)
}

/// Ends all appointments of an account today.
pub(crate) fn end_all(tx: &mut WriteTx<'_>, actor: &Actor, of: &Account) -> Result<()> {
    let today = tx.now().date();
    let open = tx.rows(
        "SELECT id FROM appointment WHERE account = ?1 \
         AND (valid_until IS NULL OR valid_until > ?2) ORDER BY id",
        params![&of.id, today],
        |r| r.get::<AppointmentId>(0),
    )?;
    open.iter().try_for_each(|id| end(tx, actor, of, id, today))
}

fn end(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    of: &Account,
    id: &AppointmentId,
    until: Date,
) -> Result<()> {
    let now = tx.now();
    let told = tx.row(
        "UPDATE appointment SET valid_until = ?2, ended_by = ?3, ended_at = ?4 \
         WHERE id = ?1 RETURNING agency, post, place",
        params![id, until, &actor.account, now],
        |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?, r.get::<String>(2)?)),
    )?;
    let (agency, post, place) = told.ok_or_else(|| Error::new(APPOINTMENT_OVER))?;
    tx.record(Entry::new(journal::APPOINTMENT_ENDED, actor).at(place).about(&of.pid).body(
        json!({
            "appointment": id,
            "agency": agency,
            "post": post,
            "until": until.to_string(),
        }),
    ))?;
    Ok(())
}

/// Chooses which of the actor's appointments this session works in, or none (as a citizen). Acting
/// for another person ends with it.
pub fn choose_post(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    appointment: Option<&AppointmentId>,
) -> Result<()> {
    let mut place = None;
    if let Some(id) = appointment {
        let today = tx.now().date();
        let own = queries::holder(tx, id)?
            .filter(|h| h.account == actor.account)
            .filter(|h| Span { from: h.from, until: h.until }.holds_on(today));
        let Some(own) = own else { return Err(Error::new(APPOINTMENT_OVER)) };
        place = Some(own.place);
    }
    tx.execute_one(
        "UPDATE session SET appointment = ?3, acting = NULL, acting_person = NULL, seen_at = ?4 \
         WHERE account = ?1 AND id = ?2",
        params![&actor.account, actor.session.as_ref(), appointment, tx.now()],
    )?;
    let mut entry =
        Entry::new(journal::POST_CHOSEN, actor).body(json!({ "appointment": appointment }));
    if let Some(place) = place {
        entry = entry.at(place);
    }
    tx.record(entry).map(drop)
}
