//! Sáp nhập xã: a commune becomes part of another one on a day (Luật Tổ chức chính quyền địa phương).
//!
//! A decision is one row; no record of a person and no address is rewritten. Every reading asks `places`
//! what a stored code means on its day: from that day on the other commune, before it the old one with
//! its old name. So lists, the search, the officers' reach and the sums change at midnight of that day
//! by themselves, on every node, and questions about an earlier day are answered as before.

use crate::errors::{MERGER_BASIS, MERGER_OVER, MERGER_UNKNOWN};
use crate::journal;
use kernel::{Actor, CommuneCode, Error, Result, limits, vietnamese};
use places::Merger;
use serde_json::json;
use store::{Entry, ReadTx, Store, WriteTx, params};

/// A merger and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Which commune, into which, from when.
    pub merger: Merger,
    /// The resolution, in one line.
    pub basis: String,
}

/// The mergers that were decided, by day.
pub fn mergers(tx: &mut ReadTx) -> Result<Vec<Decided>> {
    tx.rows(
        "SELECT code, into_code, first_day, basis FROM commune_merger ORDER BY first_day, code",
        params![],
        |r| {
            let merger = Merger {
                code: CommuneCode::parse(&r.get::<String>(0)?)?,
                into: CommuneCode::parse(&r.get::<String>(1)?)?,
                on: r.get(2)?,
            };
            Ok(Decided { merger, basis: r.get(3)? })
        },
    )
}

/// Records that a commune becomes part of another one of its province on a day. The day may lie behind:
/// sums that were counted under the old commune meanwhile stay with it. Recorded as `commune.merged`.
pub fn merge(tx: &mut WriteTx, actor: &Actor, merger: &Merger, basis: &str) -> Result<()> {
    let basis = vietnamese::tidy(basis);
    if basis.is_empty() || basis.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(MERGER_BASIS).field("basis"));
    }
    let mut all: Vec<Merger> = mergers(tx)?.into_iter().map(|d| d.merger).collect();
    all.push(merger.clone());
    places::check(&all)?;
    let now = tx.now();
    tx.execute(
        "INSERT INTO commune_merger (code, into_code, first_day, basis, recorded_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![&merger.code, &merger.into, merger.on, &basis, now],
    )?;
    record(tx, journal::COMMUNE_MERGED, actor, merger, &basis)
}

/// Takes back a merger whose day has not come. Recorded as `commune.merger_withdrawn`.
pub fn withdraw(tx: &mut WriteTx, actor: &Actor, code: &CommuneCode, basis: &str) -> Result<()> {
    let basis = vietnamese::tidy(basis);
    if basis.is_empty() || basis.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(MERGER_BASIS).field("basis"));
    }
    let mut all = mergers(tx)?;
    let at = all.iter().position(|d| &d.merger.code == code);
    let one = at.map(|i| all.remove(i).merger);
    let one = one.ok_or_else(|| Error::new(MERGER_UNKNOWN).arg("code", code.as_str()))?;
    if one.on <= tx.now().date() {
        return Err(Error::new(MERGER_OVER).arg("code", code.as_str()));
    }
    // What others rest on it must still be possible without it.
    places::check(&all.into_iter().map(|d| d.merger).collect::<Vec<_>>())?;
    tx.execute_one("DELETE FROM commune_merger WHERE code = ?1", params![code])?;
    record(tx, journal::MERGER_WITHDRAWN, actor, &one, &basis)
}

fn record(
    tx: &mut WriteTx,
    kind: &'static str,
    actor: &Actor,
    merger: &Merger,
    basis: &str,
) -> Result<()> {
    let body = json!({"code": merger.code.as_str(), "into": merger.into.as_str(),
        "on": merger.on.to_string(), "basis": basis});
    tx.record(Entry::new(kind, actor).at(merger.code.as_str()).body(body))?;
    Ok(())
}

/// From now on this process knows what was decided: at its start, and again every while, because another
/// node or the command line may have recorded something.
pub fn adopt(store: &Store) -> Result<()> {
    let all = store.read(mergers)?;
    places::adopt(&all.into_iter().map(|d| d.merger).collect::<Vec<_>>())
}
