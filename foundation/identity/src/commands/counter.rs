//! With the person present: level 2, and the one-time code by which a person sets a new password.

use super::{account, account_of, accounts, sessions, signin};
use crate::errors::{
    ACCOUNT_CLOSED, ACCOUNT_NONE, LEVEL_ALREADY, NOT_FOR_ONESELF, NOT_MATCHED, PASSWORD_OWN,
    PRESENCE_INCOMPLETE, STAFF_RECOVERY,
};
use crate::hash::Phc;
use crate::journal;
use crate::law::{IdentityLaw, May};
use crate::model::{Account, Browser, How, Issued, NewAccount, Origin, PersonFacts, SignedIn};
use crate::rules::ages::{self, GuardianStanding, Presence};
use crate::secret;
use kernel::{AccountId, Actor, AgencyCode, Error, Level, PersonalId, Result, time};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// A code that opens an account after level 2 was granted.
pub(crate) const ACTIVATE: &str = "activate";
/// A code that gives a lost account back.
pub(crate) const RECOVER: &str = "recover";

/// The officer's agency, if the post they work in may do this, and not for themself.
fn officer(
    law: &IdentityLaw,
    actor: &Actor,
    what: May,
    person: &PersonalId,
) -> Result<(AgencyCode, String)> {
    let post = actor.appointment.as_ref().filter(|a| law.may(&a.post, what));
    let post = post.ok_or_else(|| Error::new(kernel::error::NOT_ALLOWED))?;
    if actor.person.as_ref() == Some(person) {
        return Err(Error::new(NOT_FOR_ONESELF));
    }
    Ok((post.agency.clone(), post.place.clone()))
}

/// Refuses early: may this actor do this for this person at all?
pub fn may_serve(law: &IdentityLaw, actor: &Actor, what: May, person: &PersonalId) -> Result<()> {
    officer(law, actor, what, person).map(drop)
}

/// Cấp tài khoản mức độ 2: grants level 2 to the person present, opening the account if there is
/// none. Everything by which the account could be entered before is removed — it may have been
/// somebody else who registered it online — and the person gets a code to set a password with.
pub fn grant_level2(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    facts: &PersonFacts,
    presence: Presence,
    guardian: Option<GuardianStanding>,
) -> Result<Issued> {
    let (agency, place) = officer(law, actor, May::Level2, &facts.pid)?;
    if facts.dead {
        return Err(Error::new(NOT_MATCHED));
    }
    let age = time::age_on(facts.birth, tx.now().date());
    // The officer's eyes and the register must agree about the card.
    let presence = Presence { card: presence.card && facts.card_valid != Some(false), ..presence };
    ages::level_two(law, age, presence, guardian).map_err(Error::new)?;
    let (a, before) = match account_of(tx, &facts.pid)? {
        Some(a) if a.closed => return Err(Error::new(ACCOUNT_CLOSED)),
        Some(a) if a.level == Level::Two => return Err(Error::new(LEVEL_ALREADY)),
        Some(a) => (a, json!(1)),
        None => {
            let new = NewAccount {
                pid: facts.pid.clone(),
                name: facts.name.clone(),
                level: Level::One,
                password: None,
                origin: Origin::Counter,
            };
            let id = accounts::create_account(tx, actor, &new)?;
            (account(tx, &id)?, json!(null))
        }
    };
    remove_ways_in(tx, actor, &a, "level_raised")?;
    let now = tx.now();
    tx.execute_one(
        "UPDATE account SET level = 2, level_at = ?3, name = ?4, name_key = ?5, password = NULL, \
         password_at = NULL, version = version + 1 WHERE id = ?1 AND version = ?2",
        params![&a.id, a.version, now, &facts.name, kernel::vietnamese::search_key(&facts.name),],
    )?;
    tx.record(Entry::new(journal::LEVEL_RAISED, actor).at(place).about(&facts.pid).body(json!({
        "from": before,
        "to": 2,
        "agency": agency,
        "card": presence.card,
        "biometrics": presence.biometrics,
        "consent": presence.consent,
        "guardian": guardian.is_some(),
    })))?;
    issue(tx, actor, &a.id, ACTIVATE, law.activate_s)
}

/// Cấp lại quyền truy cập: a short-lived code for the person standing at the counter, who lost the
/// phone or forgot the password.
pub fn issue_recovery(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    actor: &Actor,
    pid: &PersonalId,
    card_checked: bool,
) -> Result<Issued> {
    officer(law, actor, May::Recovery, pid)?;
    if !card_checked {
        return Err(Error::new(PRESENCE_INCOMPLETE));
    }
    let a = account_of(tx, pid)?.ok_or_else(|| Error::new(ACCOUNT_NONE))?;
    if a.closed {
        return Err(Error::new(ACCOUNT_CLOSED));
    }
    // Whoever could take over an operator's account could take over the province: a clerk cannot.
    let works = !crate::queries::appointments_of(tx, &a.id)?.is_empty();
    let police = actor.appointment.as_ref().is_some_and(|p| law.may(&p.post, May::Level2));
    if works && !police {
        return Err(Error::new(STAFF_RECOVERY));
    }
    issue(tx, actor, &a.id, RECOVER, law.recover_s)
}

pub(super) fn issue(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    of: &AccountId,
    for_use: &'static str,
    life_s: i64,
) -> Result<Issued> {
    // One code at a time opens an account: a new one takes the place of either kind.
    for other in [ACTIVATE, RECOVER] {
        tx.execute(
            "DELETE FROM one_time_code WHERE account = ?1 AND for_use = ?2",
            params![of, other],
        )?;
    }
    let issued = make_code(tx, actor, of, for_use, None, life_s)?;
    let pid = account(tx, of)?.pid;
    let mut entry = Entry::new(journal::RECOVERY_ISSUED, actor).about(&pid);
    if let Some(a) = &actor.appointment {
        entry = entry.at(&a.place);
    }
    tx.record(entry.body(json!({
        "agency": actor.appointment.as_ref().map(|a| &a.agency),
        "use": for_use,
        "expires_at": issued.expires_at,
    })))?;
    Ok(issued)
}

/// Makes a one-time code, replacing the one of the same use.
pub(crate) fn make_code(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    of: &AccountId,
    for_use: &'static str,
    purpose: Option<&str>,
    life_s: i64,
) -> Result<Issued> {
    let code = secret::code(tx)?;
    let now = tx.now();
    let expires_at = now.plus_seconds(life_s);
    tx.execute(
        "INSERT INTO one_time_code (account, for_use, code, purpose, issued_by, issued_at, \
         expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (account, for_use) DO UPDATE SET code = ?3, purpose = ?4, issued_by = ?5, \
         issued_at = ?6, expires_at = ?7",
        params![
            of,
            for_use,
            secret::digest(&secret::code_typed(&code)),
            purpose,
            &actor.account,
            now,
            expires_at,
        ],
    )?;
    let name = account(tx, of)?.name;
    Ok(Issued { account: of.clone(), name, code, expires_at })
}

/// Uses a code up: its purpose, or none when it is wrong, used or expired.
pub(crate) fn use_code(
    tx: &mut WriteTx<'_>,
    of: &AccountId,
    for_use: &str,
    typed: &str,
) -> Result<Option<Option<String>>> {
    let now = tx.now();
    tx.row(
        "DELETE FROM one_time_code WHERE account = ?1 AND for_use = ?2 AND code = ?3 \
         AND expires_at > ?4 RETURNING purpose",
        params![of, for_use, secret::digest(&secret::code_typed(typed)), now],
        |r| r.get(0),
    )
}

/// The person uses the code and sets a new password. All other ways in are removed: passkeys of the
/// lost phone, sessions, known devices. Nothing is said of what was wrong with a refused code; the
/// refusal commits, because the try counts.
pub fn recover(
    tx: &mut WriteTx<'_>,
    pid: &PersonalId,
    code: &str,
    password: &Phc,
    named_after: &dyn Fn(&str) -> bool,
    browser: &Browser,
) -> Result<Option<SignedIn>> {
    let origin = format!("r:{}", browser.prefix);
    signin::count(tx, pid, &origin, false)?;
    let Some(a) = account_of(tx, pid)?.filter(|a| !a.closed) else { return Ok(None) };
    let mut used = None;
    for for_use in [RECOVER, ACTIVATE] {
        if use_code(tx, &a.id, for_use, code)?.is_some() {
            used = Some(for_use);
            break;
        }
    }
    let Some(used) = used else { return Ok(None) };
    // The person's name is known only now; an error undoes the use of the code.
    if named_after(&a.name) {
        return Err(Error::new(PASSWORD_OWN).field("password_new"));
    }
    signin::forget_tries(tx, pid, &origin)?;
    let actor = Actor {
        account: a.id.clone(),
        person: Some(a.pid.clone()),
        level: a.level,
        acting_for: None,
        appointment: None,
        session: None,
    };
    let (passkeys, sessions_ended) = remove_ways_in(tx, &actor, &a, "recovered")?;
    accounts::store_password(tx, &a, Some(password))?;
    tx.record(Entry::new(journal::RECOVERED, &actor).about(pid).body(json!({
        "use": used,
        "passkeys_removed": passkeys,
        "sessions_ended": sessions_ended,
    })))?;
    let a = account(tx, &a.id)?;
    sessions::begin(tx, &a, How::Code, browser).map(Some)
}

fn remove_ways_in(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    a: &Account,
    why: &'static str,
) -> Result<(u64, u64)> {
    let passkeys = tx.execute("DELETE FROM passkey WHERE account = ?1", params![&a.id])?;
    tx.execute("DELETE FROM device WHERE account = ?1", params![&a.id])?;
    let ended = sessions::end_sessions(tx, actor, &a.id, None, why)?;
    Ok((passkeys, ended))
}
