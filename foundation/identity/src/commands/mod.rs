//! The verbs. Each runs in one transaction and writes its journal entry in it.

pub mod accounts;
pub mod acting;
pub mod appointments;
pub mod counter;
pub mod install;
pub mod passkeys;
pub mod sessions;
pub mod signin;

use crate::hash::Phc;
use crate::model::Account;
use kernel::{AccountId, Error, Level, PersonalId, Result};
use store::{ReadTx, Row, params};

pub(crate) const ACCOUNT_COLUMNS: &str = "id, pid, name, level, state, password, password_at, \
     created_at, level_at, version";

pub(crate) fn account_row(r: &Row) -> Result<Account> {
    Ok(Account {
        id: r.get(0)?,
        pid: r.get(1)?,
        name: r.get(2)?,
        level: Level::from_number(r.get(3)?),
        closed: r.get::<String>(4)? != "active",
        password: r.get::<Option<String>>(5)?.map(Phc::stored),
        password_at: r.get(6)?,
        created_at: r.get(7)?,
        level_at: r.get(8)?,
        version: r.get(9)?,
    })
}

/// The account of a person, if there is one.
pub fn account_of(tx: &mut ReadTx<'_>, pid: &PersonalId) -> Result<Option<Account>> {
    let id: Option<AccountId> =
        tx.row("SELECT account FROM account_of WHERE pid = ?1", params![pid], |r| r.get(0))?;
    match id {
        Some(id) => account(tx, &id).map(Some),
        None => Ok(None),
    }
}

/// An account by its identifier.
pub fn account(tx: &mut ReadTx<'_>, id: &AccountId) -> Result<Account> {
    let sql = format!("SELECT {ACCOUNT_COLUMNS} FROM account WHERE id = ?1");
    tx.row(&sql, params![id], account_row)?.ok_or_else(|| Error::new(crate::errors::ACCOUNT_NONE))
}
