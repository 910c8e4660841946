//! Hộp thư: notices to a person. A notice is a kind and its values; the words are chosen when it is
//! read, so that it speaks the reader's language.

use kernel::{Instant, PersonalId, Result, limits};
use serde_json::Value as Json;
use store::{ReadTx, Store, WriteTx, params};

/// One notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its identifier.
    pub id: String,
    /// When it came.
    pub at: Instant,
    /// The message key is `inbox-KIND`.
    pub kind: String,
    /// The values of the message.
    pub args: Json,
    /// Where it leads: an own path.
    pub link: String,
    /// When it was first read.
    pub read_at: Option<Instant>,
}

impl Notice {
    /// The values as the words take them.
    pub fn values(&self) -> Vec<(&str, String)> {
        let object = self.args.as_object();
        object
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.as_str(), v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
            .collect()
    }
}

/// Puts a notice into a person's inbox.
pub fn send(tx: &mut WriteTx, to: &PersonalId, kind: &str, args: &Json, link: &str) -> Result<()> {
    let id = tx.new_id()?;
    let at = tx.now();
    tx.execute(
        "INSERT INTO inbox (pid, id, at, kind, args, link, read_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)",
        params![to, id, at, kind, serde_json::to_string(args)?, link],
    )?;
    Ok(())
}

/// A page of notices, newest first.
pub fn list(tx: &mut ReadTx, pid: &PersonalId, page: i64) -> Result<Vec<Notice>> {
    let rows = limits::PAGE_ROWS_MAX;
    tx.rows(
        "SELECT id, at, kind, args, link, read_at FROM inbox WHERE pid = ?1 \
         ORDER BY at DESC, id DESC LIMIT ?2 OFFSET ?3",
        params![pid, rows, rows * page.clamp(0, 1000)],
        |r| {
            Ok(Notice {
                id: r.get(0)?,
                at: r.get(1)?,
                kind: r.get(2)?,
                args: serde_json::from_str(&r.get::<String>(3)?)?,
                link: r.get(4)?,
                read_at: r.get(5)?,
            })
        },
    )
}

/// How many notices have not been read.
pub fn unread(tx: &mut ReadTx, pid: &PersonalId) -> Result<i64> {
    tx.one("SELECT COUNT(*) FROM inbox WHERE pid = ?1 AND read_at IS NULL", params![pid], |r| {
        r.get(0)
    })
}

/// Marks the notices that lead to a page as read: whoever has been there knows. Nothing is written
/// when there is none.
pub fn mark_link_read(store: &Store, pid: &PersonalId, link: &str) -> Result<()> {
    let fresh = store.read(|tx| {
        tx.one(
            "SELECT COUNT(*) FROM inbox WHERE pid = ?1 AND link = ?2 AND read_at IS NULL",
            params![pid, link],
            |r| r.get::<i64>(0),
        )
    })?;
    if fresh == 0 {
        return Ok(());
    }
    let (pid, link) = (pid.clone(), link.to_owned());
    store.write(move |tx| link_read(tx, &pid, &link))
}

/// The same, in a transaction.
pub fn link_read(tx: &mut WriteTx, pid: &PersonalId, link: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE inbox SET read_at = ?3 WHERE pid = ?1 AND link = ?2 AND read_at IS NULL",
        params![pid, link, now],
    )?;
    Ok(())
}

/// Marks all notices as read.
pub fn mark_read(tx: &mut WriteTx, pid: &PersonalId) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "UPDATE inbox SET read_at = ?2 WHERE pid = ?1 AND read_at IS NULL",
        params![pid, now],
    )
}
