//! Sessions and known devices: begun, rotated, ended.

use super::account;
use crate::errors::SIGN_IN_AGAIN;
use crate::journal;
use crate::model::{Account, Browser, How, SignedIn};
use crate::rules::session::{DEVICES_MAX, LIFE_S, SESSIONS_MAX, fresh};
use crate::secret;
use kernel::{AccountId, Actor, Error, Result, SessionId};
use serde_json::json;
use store::{Entry, ReadTx, WriteTx, params};
use zeroize::Zeroizing;

/// Begins a session: a new secret always (a session that the browser had ends), the device is
/// remembered, the sign-in is in the journal.
pub(crate) fn begin(
    tx: &mut WriteTx<'_>,
    a: &Account,
    how: How,
    browser: &Browser,
) -> Result<SignedIn> {
    if let Some((account, old)) = browser.old_session.as_ref().and_then(|c| secret::cookie_parts(c))
    {
        tx.execute(
            "DELETE FROM session WHERE account = ?1 AND secret = ?2",
            params![account, old],
        )?;
    }
    let (device_cookie, device, known) = remember_device(tx, &a.id, browser)?;
    let secret = secret::token(tx)?;
    let id = SessionId::new(tx.new_id()?);
    let now = tx.now();
    tx.execute_one(
        "INSERT INTO session (account, id, secret, level, how, label, device, created_at, \
         seen_at, fresh_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?9)",
        params![
            &a.id,
            &id,
            secret::digest(&secret),
            a.level.number(),
            how.as_str(),
            &browser.label,
            &device,
            now,
            now.plus_seconds(LIFE_S),
        ],
    )?;
    keep_newest(tx, "session", "created_at", &a.id, SESSIONS_MAX)?;
    let actor = Actor {
        account: a.id.clone(),
        person: Some(a.pid.clone()),
        level: a.level,
        acting_for: None,
        appointment: None,
        session: Some(id.clone()),
    };
    tx.record(Entry::new(journal::SIGNED_IN, &actor).about(&a.pid).body(json!({
        "how": how.as_str(),
        "device": if known { "known" } else { "new" },
        "label": browser.label,
    })))?;
    let has_posts = !crate::queries::appointments_of(tx, &a.id)?.is_empty();
    Ok(SignedIn {
        account: a.id.clone(),
        session: id,
        session_cookie: secret::cookie(&a.id, &secret),
        device_cookie,
        has_posts,
    })
}

/// The device of this browser, if the account has signed in on it before.
pub(crate) fn known_device(
    tx: &mut ReadTx<'_>,
    account: &AccountId,
    browser: &Browser,
) -> Result<Option<String>> {
    let Some(cookie) = &browser.device else { return Ok(None) };
    tx.row(
        "SELECT id FROM device WHERE account = ?1 AND token = ?2",
        params![account, secret::digest(cookie)],
        |r| r.get(0),
    )
}

/// Remembers the browser as a device of this account: (cookie, device, known before).
fn remember_device(
    tx: &mut WriteTx<'_>,
    account: &AccountId,
    browser: &Browser,
) -> Result<(Zeroizing<String>, String, bool)> {
    let now = tx.now();
    if let (Some(id), Some(cookie)) = (known_device(tx, account, browser)?, &browser.device) {
        tx.execute_one(
            "UPDATE device SET last_at = ?3, label = ?4 WHERE account = ?1 AND id = ?2",
            params![account, &id, now, &browser.label],
        )?;
        return Ok((cookie.clone(), id, true));
    }
    // A cookie that another account on this browser uses is kept; a foreign shape is replaced.
    let kept = browser.device.clone().filter(|c| c.len() == 43);
    let cookie = match kept {
        Some(c) => c,
        None => secret::token(tx)?,
    };
    let id = tx.new_id()?;
    tx.execute_one(
        "INSERT INTO device (account, id, token, label, first_at, last_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![account, &id, secret::digest(&cookie), &browser.label, now],
    )?;
    keep_newest(tx, "device", "last_at", account, DEVICES_MAX)?;
    Ok((cookie, id, false))
}

fn keep_newest(
    tx: &mut WriteTx<'_>,
    table: &str,
    by: &str,
    account: &AccountId,
    max: i64,
) -> Result<()> {
    let sql = format!(
        "DELETE FROM {table} WHERE account = ?1 AND id NOT IN (SELECT id FROM {table} \
         WHERE account = ?1 ORDER BY {by} DESC, id DESC LIMIT ?2)"
    );
    tx.execute(&sql, params![account, max]).map(drop)
}

/// Ends the actor's own session. A cookie stolen before is dead from then on.
pub fn sign_out(tx: &mut WriteTx<'_>, actor: &Actor) -> Result<()> {
    let Some(session) = &actor.session else { return Ok(()) };
    let ended = tx.execute(
        "DELETE FROM session WHERE account = ?1 AND id = ?2",
        params![&actor.account, session],
    )?;
    if ended > 0 {
        let mut entry = Entry::new(journal::SIGNED_OUT, actor);
        if let Some(pid) = &actor.person {
            entry = entry.about(pid);
        }
        tx.record(entry)?;
    }
    Ok(())
}

/// Ends one of the actor's other sessions.
pub fn revoke_session(tx: &mut WriteTx<'_>, actor: &Actor, session: &SessionId) -> Result<()> {
    let ended = tx.execute(
        "DELETE FROM session WHERE account = ?1 AND id = ?2",
        params![&actor.account, session],
    )?;
    revoked(tx, actor, &actor.account, ended, "by_person")
}

/// Ends all of the actor's sessions but this one.
pub fn revoke_other_sessions(tx: &mut WriteTx<'_>, actor: &Actor) -> Result<()> {
    end_sessions(tx, actor, &actor.account, actor.session.as_ref(), "by_person").map(drop)
}

/// Ends an account's sessions, one kept if given; says how many.
pub(crate) fn end_sessions(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    of: &AccountId,
    keep: Option<&SessionId>,
    why: &'static str,
) -> Result<u64> {
    let keep = keep.map_or("", SessionId::as_str);
    let ended =
        tx.execute("DELETE FROM session WHERE account = ?1 AND id <> ?2", params![of, keep])?;
    revoked(tx, actor, of, ended, why)?;
    Ok(ended)
}

fn revoked(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    of: &AccountId,
    count: u64,
    why: &'static str,
) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let pid = account(tx, of)?.pid;
    tx.record(
        Entry::new(journal::SESSION_REVOKED, actor)
            .about(&pid)
            .body(json!({ "count": count, "why": why })),
    )?;
    Ok(())
}

/// Forgets a known device of the actor and ends its sessions.
pub fn forget_device(tx: &mut WriteTx<'_>, actor: &Actor, device: &str) -> Result<()> {
    let label: Option<String> = tx.row(
        "SELECT label FROM device WHERE account = ?1 AND id = ?2",
        params![&actor.account, device],
        |r| r.get(0),
    )?;
    let Some(label) = label else { return Ok(()) };
    tx.execute(
        "DELETE FROM device WHERE account = ?1 AND id = ?2",
        params![&actor.account, device],
    )?;
    let ended = tx.execute(
        "DELETE FROM session WHERE account = ?1 AND device = ?2",
        params![&actor.account, device],
    )?;
    revoked(tx, actor, &actor.account, ended, "device_forgotten")?;
    let pid = account(tx, &actor.account)?.pid;
    tx.record(
        Entry::new(journal::DEVICE_FORGOTTEN, actor).about(&pid).body(json!({ "label": label })),
    )?;
    Ok(())
}

/// Notes that the session is in use.
pub(crate) fn note_seen(
    tx: &mut WriteTx<'_>,
    account: &AccountId,
    session: &SessionId,
) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE session SET seen_at = ?3 WHERE account = ?1 AND id = ?2 AND seen_at < ?3",
        params![account, session, now],
    )
    .map(drop)
}

/// Notes that the person has proved once more who they are.
pub(crate) fn note_fresh(tx: &mut WriteTx<'_>, actor: &Actor) -> Result<()> {
    let now = tx.now();
    tx.execute_one(
        "UPDATE session SET fresh_at = ?3 WHERE account = ?1 AND id = ?2",
        params![&actor.account, actor.session.as_ref(), now],
    )
}

/// Whether the actor has proved a short while ago who they are.
pub fn is_fresh(tx: &mut ReadTx<'_>, actor: &Actor) -> Result<bool> {
    let at = tx.row(
        "SELECT fresh_at FROM session WHERE account = ?1 AND id = ?2",
        params![&actor.account, actor.session.as_ref()],
        |r| r.get(0),
    )?;
    Ok(at.is_some_and(|at| fresh(at, tx.now())))
}

/// Refuses when the actor has not proved a short while ago who they are.
pub(crate) fn require_fresh(tx: &mut ReadTx<'_>, actor: &Actor) -> Result<()> {
    if is_fresh(tx, actor)? { Ok(()) } else { Err(Error::new(SIGN_IN_AGAIN)) }
}

/// Removes what has expired: sessions, ceremonies, codes, forgotten tries. Run it hourly.
pub fn sweep(tx: &mut WriteTx<'_>) -> Result<u64> {
    let now = tx.now();
    let forgotten = now.plus_seconds(-crate::rules::throttle::FORGET_S);
    let idle = now.plus_seconds(-crate::rules::session::IDLE_S);
    let mut n = tx.execute("DELETE FROM session WHERE expires_at <= ?1", params![now])?;
    n += tx.execute("DELETE FROM session WHERE seen_at <= ?1", params![idle])?;
    n += tx.execute("DELETE FROM ceremony WHERE expires_at <= ?1", params![now])?;
    n += tx.execute("DELETE FROM one_time_code WHERE expires_at <= ?1", params![now])?;
    n += tx.execute("DELETE FROM attempt WHERE last_at <= ?1", params![forgotten])?;
    Ok(n)
}
