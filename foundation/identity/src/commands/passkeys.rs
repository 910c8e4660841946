//! Passkeys: ceremonies kept in the database, taken once; keys added, used, removed. The signature
//! itself is checked between two transactions, by [`crate::Identity`].

use super::{account, sessions};
use crate::errors::{ACCOUNT_CLOSED, CEREMONY_OVER, PASSKEY_MANY, PASSKEY_REFUSED};
use crate::journal;
use crate::model::{Browser, How, SignedIn};
use kernel::{AccountId, Actor, Error, Result, limits};
use serde_json::json;
use store::{Entry, ReadTx, WriteTx, params};

/// How long a person has for one ceremony.
pub const CEREMONY_S: i64 = 10 * 60;
/// Longest name of a passkey, characters.
pub const LABEL_CHARS_MAX: usize = 60;

/// Adding a key.
pub(crate) const ADD: &str = "add";
/// Signing in.
pub(crate) const SIGN_IN: &str = "sign_in";

/// Keeps the state of a ceremony; its identifier goes to the browser.
pub(crate) fn keep_ceremony(
    tx: &mut WriteTx<'_>,
    kind: &'static str,
    account: Option<&AccountId>,
    state: &str,
) -> Result<String> {
    let id = secret_id(tx)?;
    let expires_at = tx.now().plus_seconds(CEREMONY_S);
    tx.execute_one(
        "INSERT INTO ceremony (id, kind, account, state, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![&id, kind, account, state, expires_at],
    )?;
    Ok(id)
}

fn secret_id(tx: &mut WriteTx<'_>) -> Result<String> {
    crate::secret::token(tx).map(|t| t.to_string())
}

/// Takes the state of a ceremony out: the same identifier gives nothing a second time.
pub(crate) fn take_ceremony(
    tx: &mut WriteTx<'_>,
    id: &str,
    kind: &'static str,
    account: Option<&AccountId>,
) -> Result<String> {
    let now = tx.now();
    let found = tx.row(
        "DELETE FROM ceremony WHERE id = ?1 AND kind = ?2 RETURNING account, state, expires_at",
        params![id, kind],
        |r| Ok((r.get::<Option<AccountId>>(0)?, r.get(1)?, r.get::<kernel::Instant>(2)?)),
    )?;
    match found {
        Some((of, state, expires_at)) if of.as_ref() == account && now < expires_at => Ok(state),
        _ => Err(Error::new(CEREMONY_OVER)),
    }
}

/// The stored keys of an account: identifier and data.
pub(crate) fn stored_keys(
    tx: &mut ReadTx<'_>,
    account: &AccountId,
) -> Result<Vec<(String, String)>> {
    tx.rows("SELECT id, data FROM passkey WHERE account = ?1 ORDER BY id", params![account], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })
}

/// One stored key by its credential: identifier and data.
pub(crate) fn stored_key(
    tx: &mut ReadTx<'_>,
    account: &AccountId,
    credential: &str,
) -> Result<Option<(String, String)>> {
    tx.row(
        "SELECT id, data FROM passkey WHERE account = ?1 AND credential = ?2",
        params![account, credential],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// Refuses when the account has as many keys as it may.
pub(crate) fn room_for_one(tx: &mut ReadTx<'_>, account: &AccountId) -> Result<()> {
    let n: i64 =
        tx.one("SELECT COUNT(*) FROM passkey WHERE account = ?1", params![account], |r| r.get(0))?;
    let max = i64::try_from(limits::PASSKEYS_MAX).unwrap_or(i64::MAX);
    if n < max {
        return Ok(());
    }
    Err(Error::new(PASSKEY_MANY).number("max", max))
}

/// Adds a key whose registration has been verified.
pub(crate) fn add(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    credential: &str,
    data: &str,
    label: &str,
) -> Result<String> {
    room_for_one(tx, &actor.account)?;
    let a = account(tx, &actor.account)?;
    let label: String = kernel::vietnamese::tidy(label).chars().take(LABEL_CHARS_MAX).collect();
    let id = tx.new_id()?;
    let now = tx.now();
    tx.execute_one(
        "INSERT INTO passkey (account, id, credential, data, label, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![&a.id, &id, credential, data, &label, now],
    )?;
    tx.record(
        Entry::new(journal::PASSKEY_ADDED, actor).about(&a.pid).body(json!({ "label": label })),
    )?;
    Ok(id)
}

/// A verified assertion begins a session. `before` is the key's data at verification: if it changed
/// meanwhile (its counter moved, it was removed), the sign-in is refused.
pub(crate) fn sign_in(
    tx: &mut WriteTx<'_>,
    of: &AccountId,
    key: &str,
    before: &str,
    after: &str,
    browser: &Browser,
) -> Result<SignedIn> {
    let a = account(tx, of)?;
    if a.closed {
        return Err(Error::new(ACCOUNT_CLOSED));
    }
    let now = tx.now();
    let used = tx.execute(
        "UPDATE passkey SET data = ?4, used_at = ?5 \
         WHERE account = ?1 AND id = ?2 AND data = ?3",
        params![of, key, before, after, now],
    )?;
    if used != 1 {
        return Err(Error::new(PASSKEY_REFUSED));
    }
    sessions::begin(tx, &a, How::Passkey, browser)
}

/// Removes one of the actor's keys. An account keeps at least one way in: without a password the last
/// key stays.
pub fn remove(tx: &mut WriteTx<'_>, actor: &Actor, id: &str) -> Result<()> {
    sessions::require_fresh(tx, actor)?;
    let a = account(tx, &actor.account)?;
    let label: Option<String> = tx.row(
        "DELETE FROM passkey WHERE account = ?1 AND id = ?2 RETURNING label",
        params![&a.id, id],
        |r| r.get(0),
    )?;
    let Some(label) = label else { return Ok(()) };
    if !a.has_password() && stored_keys(tx, &a.id)?.is_empty() {
        return Err(Error::new(crate::errors::PASSKEY_LAST));
    }
    tx.record(
        Entry::new(journal::PASSKEY_REMOVED, actor).about(&a.pid).body(json!({ "label": label })),
    )?;
    Ok(())
}
