//! Hộp thư: notices to a person. A notice is a kind and its values; the words are chosen when it is
//! read, so that it speaks the reader's language.

use kernel::{Instant, PersonalId, Result, limits};
use serde_json::Value as Json;
use store::{ReadTx, Store, WriteTx, params};

/// Unread notices counted on a page of a person: behind it nobody wants to know the number.
pub const UNREAD_COUNTED_MAX: i64 = limits::BADGE_MAX + 1;

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
    tx.send(
        "INSERT INTO inbox (pid, id, at, kind, args, link, read_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)",
        params![to, id, at, kind, serde_json::to_string(args)?, link],
    )?;
    Ok(())
}

/// A page of notices, newest first: their ids are in the order of time.
pub fn list(tx: &mut ReadTx, pid: &PersonalId, page: i64) -> Result<Vec<Notice>> {
    let rows = limits::PAGE_ROWS_MAX;
    tx.rows(
        "SELECT id, at, kind, args, link, read_at FROM inbox WHERE pid = ?1 \
         ORDER BY id DESC LIMIT ?2 OFFSET ?3",
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

/// How many notices have not been read, [`UNREAD_COUNTED_MAX`] at most.
pub fn unread(tx: &mut ReadTx, pid: &PersonalId) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM inbox WHERE pid = ?1 AND read_at IS NULL \
         LIMIT ?2) counted",
        params![pid, UNREAD_COUNTED_MAX],
        |r| r.get(0),
    )
}

/// Marks the notices that lead to a page as read: whoever has been there knows. Nothing is written
/// when there is none.
pub fn mark_link_read(store: &Store, pid: &PersonalId, link: &str) -> Result<()> {
    let fresh = store.read(|tx| {
        tx.row(
            "SELECT 1 FROM inbox WHERE pid = ?1 AND link = ?2 AND read_at IS NULL LIMIT 1",
            params![pid, link],
            |_| Ok(()),
        )
    })?;
    if fresh.is_none() {
        return Ok(());
    }
    let (pid, link) = (pid.clone(), link.to_owned());
    store.write(move |tx| link_read(tx, &pid, &link))
}

/// The same, in a transaction.
pub fn link_read(tx: &mut WriteTx, pid: &PersonalId, link: &str) -> Result<()> {
    let now = tx.now();
    tx.send(
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use store::Clock;

    fn counted_and_read(url: &str) {
        let schemas = [registers::SCHEMA, crate::SCHEMA];
        let store = Store::open_with(url, &schemas, Clock::system()).unwrap();
        let pid = PersonalId::parse("037198004217").unwrap();
        let other = PersonalId::parse("037098004218").unwrap();
        let left = |who: &PersonalId| store.read(|tx| unread(tx, who)).unwrap();
        let to = pid.clone();
        store
            .write(move |tx| {
                for n in 0..UNREAD_COUNTED_MAX + 20 {
                    let link = if n < 30 { "/ho-so/H1" } else { "/ho-so/H2" };
                    send(tx, &to, "letter", &json!({}), link)?;
                }
                Ok(())
            })
            .unwrap();
        assert_eq!((left(&pid), left(&other)), (UNREAD_COUNTED_MAX, 0));
        mark_link_read(&store, &pid, "/ho-so/H1").unwrap();
        assert_eq!(left(&pid), UNREAD_COUNTED_MAX + 20 - 30);
        mark_link_read(&store, &pid, "/ho-so/H1").unwrap();
        mark_link_read(&store, &other, "/ho-so/H2").unwrap();
        assert_eq!(left(&pid), UNREAD_COUNTED_MAX + 20 - 30);
        let to = pid.clone();
        store.write(move |tx| mark_read(tx, &to).map(drop)).unwrap();
        assert_eq!(left(&pid), 0);
    }

    #[test]
    fn notices_are_counted_up_to_a_limit_and_read_by_where_they_lead() {
        counted_and_read("sqlite::memory:");
        counted_and_read(&store::testing::postgres());
    }
}
