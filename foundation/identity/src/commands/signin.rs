//! Signing in with number and password, in two transactions around the hash.
//!
//! The try is counted **before** the password is looked at, so that a thousand tries sent at the same
//! moment count as a thousand. Number without account, account without password, wrong password:
//! the same statements, the same hash, the same answer.

use super::{account_of, accounts, sessions};
use crate::errors::{ACCOUNT_CLOSED, SIGN_IN_WAIT};
use crate::hash::{Checked, Phc};
use crate::journal;
use crate::model::{Account, Browser, How, SignedIn};
use crate::rules::throttle::{self, Tries};
use kernel::{Actor, Error, PersonalId, Result};
use serde_json::json;
use store::{Entry, ReadTx, WriteTx, params};

/// A counted try.
#[derive(Clone, Debug)]
pub struct PasswordTry {
    pub(crate) pid: PersonalId,
    pub(crate) account: Option<Account>,
    origin: String,
    known_device: bool,
}

impl PasswordTry {
    /// The hash to check against.
    pub(crate) fn stored(&self) -> Option<&Phc> {
        self.account.as_ref().and_then(|a| a.password.as_ref())
    }
}

/// Counts a try on a number, or says how long to wait.
pub fn begin(tx: &mut WriteTx<'_>, pid: &PersonalId, browser: &Browser) -> Result<PasswordTry> {
    let account = account_of(tx, pid)?;
    let device = match &account {
        Some(a) => sessions::known_device(tx, &a.id, browser)?,
        None => None,
    };
    let known_device = device.is_some();
    let origin = device.map_or_else(|| format!("p:{}", browser.prefix), |d| format!("d:{d}"));
    count(tx, pid, &origin, known_device)?;
    Ok(PasswordTry { pid: pid.clone(), account, origin, known_device })
}

/// Counts a try from an origin, or says how long to wait.
pub(crate) fn count(
    tx: &mut WriteTx<'_>,
    pid: &PersonalId,
    origin: &str,
    known_device: bool,
) -> Result<()> {
    let now = tx.now();
    let tries = tries(tx, pid, origin)?;
    let free = throttle::free_tries(known_device, fails_by_strangers(tx, pid)?);
    if let Some(until) = tries.and_then(|t| throttle::wait_until(t, free, now)) {
        let minutes = throttle::minutes(until, now);
        return Err(Error::new(SIGN_IN_WAIT).number("minutes", minutes));
    }
    let next = throttle::one_more(tries, now);
    tx.execute(
        "INSERT INTO attempt (pid, origin, fails, last_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (pid, origin) DO UPDATE SET fails = ?3, last_at = ?4",
        params![pid, origin, next.fails, next.last_at],
    )
    .map(drop)
}

fn tries(tx: &mut ReadTx<'_>, pid: &PersonalId, origin: &str) -> Result<Option<Tries>> {
    tx.row(
        "SELECT fails, last_at FROM attempt WHERE pid = ?1 AND origin = ?2",
        params![pid, origin],
        |r| Ok(Tries { fails: r.get(0)?, last_at: r.get(1)? }),
    )
}

/// Wrong tries on this number from all strange addresses within a day.
fn fails_by_strangers(tx: &mut ReadTx<'_>, pid: &PersonalId) -> Result<i64> {
    let since = tx.now().plus_seconds(-throttle::FORGET_S);
    tx.one(
        "SELECT CAST(COALESCE(SUM(fails), 0) AS BIGINT) FROM attempt \
         WHERE pid = ?1 AND last_at > ?2 AND origin LIKE 'p:%'",
        params![pid, since],
        |r| r.get(0),
    )
}

/// Takes back a try that was never answered (the hash queue was full).
pub(crate) fn give_back(tx: &mut WriteTx<'_>, pid: &PersonalId, origin: &str) -> Result<()> {
    tx.execute(
        "UPDATE attempt SET fails = fails - 1 WHERE pid = ?1 AND origin = ?2 AND fails > 0",
        params![pid, origin],
    )
    .map(drop)
}

pub(crate) fn forget_tries(tx: &mut WriteTx<'_>, pid: &PersonalId, origin: &str) -> Result<()> {
    tx.execute("DELETE FROM attempt WHERE pid = ?1 AND origin = ?2", params![pid, origin]).map(drop)
}

/// Takes back the try.
pub fn cancel(tx: &mut WriteTx<'_>, t: &PasswordTry) -> Result<()> {
    give_back(tx, &t.pid, &t.origin)
}

/// Ends the try: a session, or nothing when number and password do not belong together. The failure
/// is in the journal, so this commits in both cases.
pub fn finish(
    tx: &mut WriteTx<'_>,
    t: &PasswordTry,
    checked: &Checked,
    browser: &Browser,
) -> Result<Option<SignedIn>> {
    let account = proven(tx, t, checked)?;
    let Some(a) = account else { return Ok(None) };
    sessions::begin(tx, &a, How::Password, browser).map(Some)
}

/// Ends a try without a session: whether the password was right (changing it, proving oneself anew).
pub(crate) fn proven(
    tx: &mut WriteTx<'_>,
    t: &PasswordTry,
    checked: &Checked,
) -> Result<Option<Account>> {
    if !checked.right {
        failed(tx, t)?;
        return Ok(None);
    }
    // The account as it is now: the password may have been changed while the hash was computed.
    let now = account_of(tx, &t.pid)?.filter(|a| a.password.as_ref() == t.stored());
    let mut a = now.ok_or_else(|| Error::new(kernel::error::CHANGED_MEANWHILE))?;
    if a.closed {
        return Err(Error::new(ACCOUNT_CLOSED));
    }
    forget_tries(tx, &t.pid, &t.origin)?;
    if let Some(renewed) = &checked.renewed {
        accounts::store_password(tx, &a, Some(renewed))?;
        a = super::account(tx, &a.id)?;
    }
    Ok(Some(a))
}

fn failed(tx: &mut WriteTx<'_>, t: &PasswordTry) -> Result<()> {
    let origin = if t.known_device { "known_device" } else { "elsewhere" };
    let mut entry = Entry::new(journal::SIGN_IN_FAILED, &Actor::system("sign-in"))
        .body(json!({ "origin": origin }));
    if let Some(a) = &t.account {
        entry = entry.about(&a.pid);
    }
    tx.record(entry).map(drop)
}

/// Signs in as a person of the demonstration. Only mounted in demo mode.
pub fn demo_sign_in(
    tx: &mut WriteTx<'_>,
    account: &kernel::AccountId,
    browser: &Browser,
) -> Result<SignedIn> {
    let a = super::account(tx, account)?;
    if a.closed {
        return Err(Error::new(ACCOUNT_CLOSED));
    }
    sessions::begin(tx, &a, How::Demo, browser)
}
