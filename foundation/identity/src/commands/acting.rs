//! Acting for another: explicit, limited in time and purpose, confirmed, in the journal of the person
//! acted for.

use super::counter::{make_code, use_code};
use super::{account, account_of, signin};
use crate::errors::ACTING_OVER;
use crate::journal;
use crate::law::{IdentityLaw, May};
use crate::model::{Acting, Browser, Issued};
use crate::queries;
use crate::rules::acting::{Confirmation, Family, Role, family, family_until, presence};
use kernel::{Actor, AgencyCode, Error, Instant, PersonalId, Result};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// For the whole of the public services (filing, following, receiving); a procedure's code narrows it.
pub const PURPOSE_SERVICES: &str = "services";
/// The use of a person's code for the counter.
const HELP: &str = "help";

struct Grant<'a> {
    person: &'a PersonalId,
    person_name: &'a str,
    role: Role,
    purpose: &'a str,
    confirmed: &'static str,
    agency: Option<AgencyCode>,
    place: Option<String>,
    until: Instant,
}

fn grant(tx: &mut WriteTx<'_>, actor: &Actor, g: Grant<'_>) -> Result<String> {
    let id = tx.new_id()?;
    let now = tx.now();
    tx.execute_one(
        "INSERT INTO acting (person, id, account, role, purpose, confirmed, agency, from_at, \
         until_at, person_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            g.person,
            &id,
            &actor.account,
            g.role.as_str(),
            g.purpose,
            g.confirmed,
            g.agency.as_ref(),
            now,
            g.until,
            g.person_name,
        ],
    )?;
    let mut entry = Entry::new(journal::ACTING_GRANTED, actor).about(g.person).body(json!({
        "acting": id,
        "role": g.role.as_str(),
        "purpose": g.purpose,
        "confirmed": g.confirmed,
        "until": g.until,
    }));
    if let Some(place) = g.place {
        entry = entry.at(place);
    }
    tx.record(entry)?;
    use_in_session(tx, actor, Some((g.person, &id)))?;
    Ok(id)
}

/// Làm thay cho con, cho người được giám hộ: a parent of a minor, or a representative by the
/// register. The register is the confirmation; the choice ends by itself and is asked anew.
pub fn act_for_family(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    (person, person_name): (&PersonalId, &str),
    register: Family,
    purpose: &str,
) -> Result<String> {
    let now = tx.now();
    let role = family(law, actor.level, register, now.date()).map_err(Error::new)?;
    let until = family_until(law, role, register.birth, now);
    let g = Grant {
        person,
        person_name,
        role,
        purpose,
        confirmed: "register",
        agency: None,
        place: None,
        until,
    };
    grant(tx, actor, g)
}

/// Mã đồng ý: the person makes a code, to be told to the clerk who will act for them.
pub fn let_counter_act(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    purpose: &str,
) -> Result<Issued> {
    let a = account(tx, &actor.account)?;
    let issued = make_code(tx, actor, &a.id, HELP, Some(purpose), law.help_s)?;
    tx.record(
        Entry::new(journal::ACTING_CODE_MADE, actor)
            .about(&a.pid)
            .body(json!({ "purpose": purpose })),
    )?;
    Ok(issued)
}

/// Làm thay tại quầy: a clerk acts for the person present, who confirmed with a code or in person.
/// `None` when the code was wrong: the refusal commits, because the try counts.
pub fn act_at_counter(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    person: &PersonalId,
    purpose: &str,
    confirmation: &Confirmation,
    browser: &Browser,
) -> Result<Option<String>> {
    super::counter::may_serve(law, actor, May::Help, person)?;
    let (confirmed, purpose) = match confirmation {
        Confirmation::Presence { card, agreed } => {
            presence(*card, *agreed).map_err(Error::new)?;
            ("presence", purpose.to_owned())
        }
        Confirmation::Code(typed) => {
            let origin = format!("h:{}", browser.prefix);
            signin::count(tx, person, &origin, false)?;
            let Some(a) = account_of(tx, person)? else { return Ok(None) };
            let Some(allowed) = use_code(tx, &a.id, HELP, typed)? else { return Ok(None) };
            signin::forget_tries(tx, person, &origin)?;
            // The person's own limit counts, not what the clerk asked for.
            ("code", allowed.unwrap_or_else(|| purpose.to_owned()))
        }
    };
    let post = actor.appointment.as_ref();
    // A person without an account is known by the number only, until the dossier reads the name.
    let person_name = account_of(tx, person)?.map(|a| a.name).unwrap_or_default();
    let g = Grant {
        person,
        person_name: &person_name,
        role: Role::Counter,
        purpose: &purpose,
        confirmed,
        agency: post.map(|p| p.agency.clone()),
        place: post.map(|p| p.place.clone()),
        until: tx.now().plus_seconds(law.counter_s),
    };
    grant(tx, actor, g).map(Some)
}

/// Takes up a right to act that still holds.
pub fn choose_acting(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    person: &PersonalId,
    id: &str,
) -> Result<()> {
    let now = tx.now();
    queries::acting(tx, person, id)?
        .filter(|a| a.account == actor.account && a.holds_at(now))
        .ok_or_else(|| Error::new(ACTING_OVER))?;
    use_in_session(tx, actor, Some((person, id)))
}

/// Goes back to one's own matters. A parent's right stays until its time; a clerk's ends with it: the
/// person has left the counter.
pub fn stop_acting(tx: &mut WriteTx<'_>, actor: &Actor) -> Result<()> {
    if let Some(of) = actor.acting_for.as_ref().filter(|a| a.as_ == Role::Counter.as_str()) {
        let held = queries::acting_by(tx, &actor.account)?;
        let here = |a: &&Acting| a.person == of.person && a.role == Role::Counter;
        for a in held.iter().filter(here) {
            end_acting(tx, actor, &a.person, &a.id)?;
        }
    }
    use_in_session(tx, actor, None)
}

fn use_in_session(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    acting: Option<(&PersonalId, &str)>,
) -> Result<()> {
    tx.execute_one(
        "UPDATE session SET acting_person = ?3, acting = ?4 WHERE account = ?1 AND id = ?2",
        params![
            &actor.account,
            actor.session.as_ref(),
            acting.map(|(p, _)| p),
            acting.map(|(_, id)| id),
        ],
    )
}

/// Ends a right to act before its time: by the person, by the one who acts, or by the program.
pub fn end_acting(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    person: &PersonalId,
    id: &str,
) -> Result<()> {
    let now = tx.now();
    let Some(a) = queries::acting(tx, person, id)? else {
        return Err(Error::new(ACTING_OVER));
    };
    let concerned =
        actor.is_system() || actor.account == a.account || actor.person.as_ref() == Some(person);
    if !concerned {
        return Err(Error::new(kernel::error::NOT_ALLOWED));
    }
    if !a.holds_at(now) {
        return Ok(());
    }
    tx.execute_one(
        "UPDATE acting SET ended_at = ?3 WHERE person = ?1 AND id = ?2",
        params![person, id, now],
    )?;
    tx.record(
        Entry::new(journal::ACTING_ENDED, actor)
            .about(person)
            .body(json!({ "acting": id, "role": a.role.as_str() })),
    )?;
    Ok(())
}

/// Whether the actor, who acts for another, may do so now for this purpose (a procedure's code).
/// Acting for oneself is always in order.
pub fn check_acting(
    tx: &mut store::ReadTx<'_>,
    actor: &Actor,
    purpose: &str,
) -> Result<Option<Acting>> {
    let Some(of) = &actor.acting_for else { return Ok(None) };
    let now = tx.now();
    let held = queries::acting_by(tx, &actor.account)?;
    let found = held
        .into_iter()
        .find(|a| {
            a.person == of.person
                && a.role.as_str() == of.as_
                && a.holds_at(now)
                && (a.purpose == PURPOSE_SERVICES || a.purpose == purpose)
        })
        .ok_or_else(|| Error::new(ACTING_OVER))?;
    Ok(Some(found))
}
