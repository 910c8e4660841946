//! Opening, closing, naming accounts; passwords.

use super::{account, account_of, sessions};
use crate::errors::{ACCOUNT_EXISTS, NEEDS_GUARDIAN, NOT_MATCHED};
use crate::hash::Phc;
use crate::journal;
use crate::law::IdentityLaw;
use crate::model::{Account, NewAccount, Origin, PersonFacts};
use crate::rules::ages;
use kernel::{AccountId, Actor, Error, Level, PersonalId, Result, SessionId, time, vietnamese};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// Opens an account. One person has one; a second is a conflict, also when both ask at once.
pub fn create_account(tx: &mut WriteTx<'_>, actor: &Actor, new: &NewAccount) -> Result<AccountId> {
    if account_of(tx, &new.pid)?.is_some() {
        return Err(Error::new(ACCOUNT_EXISTS));
    }
    let id = AccountId::new(tx.new_id()?);
    let now = tx.now();
    let taken = tx.execute(
        "INSERT INTO account_of (pid, account) VALUES (?1, ?2) ON CONFLICT (pid) DO NOTHING",
        params![&new.pid, &id],
    )?;
    if taken == 0 {
        return Err(Error::new(ACCOUNT_EXISTS));
    }
    tx.execute_one(
        "INSERT INTO account (id, pid, name, name_key, level, state, origin, password, \
         password_at, created_at, level_at, version) \
         VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, ?8, ?9, ?9, 1)",
        params![
            &id,
            &new.pid,
            &new.name,
            vietnamese::search_key(&new.name),
            new.level.number(),
            new.origin.as_str(),
            new.password.as_ref().map(Phc::as_str),
            new.password.as_ref().map(|_| now),
            now,
        ],
    )?;
    tx.record(
        Entry::new(journal::ACCOUNT_CREATED, actor)
            .about(&new.pid)
            .body(json!({ "level": new.level.number(), "origin": new.origin.as_str() })),
    )?;
    Ok(id)
}

/// What a person typed to register at level 1.
#[derive(Clone)]
pub struct Registration {
    /// The number.
    pub pid: PersonalId,
    /// The full name as on the card.
    pub name: String,
    /// The date of birth.
    pub birth: kernel::Date,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration")
    }
}

/// Đăng ký mức độ 1: opens an account for a person who knows their number, name and date of birth.
/// `facts` is what the register says, none when it has no such person. Which of the three was wrong
/// is never said, nor whether the number exists.
///
/// Level 1 gives no access to data of the registers: whoever registers another person in this way
/// gains nothing, and loses it all when the person has level 2 granted in person.
pub fn register(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    typed: &Registration,
    facts: Option<&PersonFacts>,
    password: &Phc,
) -> Result<AccountId> {
    let facts = facts
        .filter(|f| {
            f.pid == typed.pid
                && !f.dead
                && typed.birth.to_string().starts_with(&f.birth_text)
                && vietnamese::search_key(&f.name) == vietnamese::search_key(&typed.name)
        })
        .ok_or_else(|| Error::new(NOT_MATCHED))?;
    let age = time::age_on(facts.birth, tx.now().date());
    ages::register_oneself(law, age).map_err(|_| Error::new(NEEDS_GUARDIAN))?;
    let new = NewAccount {
        pid: facts.pid.clone(),
        name: facts.name.clone(),
        level: Level::One,
        password: Some(password.clone()),
        origin: Origin::Online,
    };
    create_account(tx, &Actor::system("registration"), &new)
}

/// Sets a new password that the person has typed after proving who they are, and ends all other
/// sessions.
pub fn set_password(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    of: &Account,
    password: &Phc,
    keep: Option<&SessionId>,
) -> Result<()> {
    store_password(tx, of, Some(password))?;
    sessions::end_sessions(tx, actor, &of.id, keep, "password_changed")?;
    tx.record(Entry::new(journal::PASSWORD_CHANGED, actor).about(&of.pid))?;
    Ok(())
}

/// Writes the password, provided that nobody changed the account meanwhile.
pub(crate) fn store_password(
    tx: &mut WriteTx<'_>,
    of: &Account,
    password: Option<&Phc>,
) -> Result<()> {
    let now = tx.now();
    tx.execute_one(
        "UPDATE account SET password = ?3, password_at = ?4, version = version + 1 \
         WHERE id = ?1 AND version = ?2",
        params![&of.id, of.version, password.map(Phc::as_str), password.map(|_| now),],
    )
}

/// Closes an account (the person died, or asks for it): nobody signs in any more, sessions end,
/// appointments end today.
pub fn close_account(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    pid: &PersonalId,
    reason: &'static str,
) -> Result<()> {
    let Some(a) = account_of(tx, pid)? else { return Ok(()) };
    if a.closed {
        return Ok(());
    }
    tx.execute_one(
        "UPDATE account SET state = 'closed', password = NULL, version = version + 1 \
         WHERE id = ?1 AND version = ?2",
        params![&a.id, a.version],
    )?;
    sessions::end_sessions(tx, actor, &a.id, None, "closed")?;
    for sql in [
        "DELETE FROM passkey WHERE account = ?1",
        "DELETE FROM device WHERE account = ?1",
        "DELETE FROM one_time_code WHERE account = ?1",
    ] {
        tx.execute(sql, params![&a.id])?;
    }
    super::appointments::end_all(tx, actor, &a)?;
    tx.record(
        Entry::new(journal::ACCOUNT_CLOSED, actor).about(pid).body(json!({ "reason": reason })),
    )?;
    Ok(())
}

/// Takes over a name that the register has changed.
pub fn rename(tx: &mut WriteTx<'_>, id: &AccountId, name: &str) -> Result<()> {
    let a = account(tx, id)?;
    tx.execute_one(
        "UPDATE account SET name = ?2, name_key = ?3 WHERE id = ?1",
        params![&a.id, name, vietnamese::search_key(name)],
    )
}
