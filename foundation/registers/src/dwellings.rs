//! Dwellings as addresses: no personal data. Who owns and heads them is read through the door.

use crate::household::{DWELLING, Dwelling, dwelling_row};
use kernel::{Actor, CommuneCode, DwellingId, Error, PersonalId, Result, vietnamese};
use serde_json::{Value as Json, json};
use store::{Entry, ReadTx, Row, WriteTx, params};

/// An address the register knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The dwelling.
    pub id: DwellingId,
    /// Its commune.
    pub commune: String,
    /// Number, street, hamlet.
    pub line: String,
}

fn address(r: &Row) -> Result<Address> {
    Ok(Address { id: r.get(0)?, commune: r.get(1)?, line: r.get(2)? })
}

/// The dwelling at exactly this address (marks and spaces do not matter): under this code, else under
/// that of a commune that is one with it today. If it stands under several of those, it is none.
pub fn at(tx: &mut ReadTx, commune: &CommuneCode, line: &str) -> Result<Option<DwellingId>> {
    Ok(find_at(tx, commune, line)?.map(|d| d.id))
}

fn under_address() -> String {
    format!("{DWELLING} WHERE commune = ?1 AND line_key = ?2 ORDER BY id LIMIT 1")
}

/// The dwelling at an address is going to be read.
pub fn foresee_at(tx: &mut ReadTx, commune: &CommuneCode, line: &str) -> Result<()> {
    let key = vietnamese::search_key(line);
    tx.foresee(&[(&under_address(), params![commune.as_str(), key])])
}

/// As [`at`], all of it.
pub(crate) fn find_at(
    tx: &mut ReadTx,
    commune: &CommuneCode,
    line: &str,
) -> Result<Option<Dwelling>> {
    let key = vietnamese::search_key(line);
    let mut others = places::codes_of(commune.as_str(), tx.now().date());
    others.retain(|code| code != commune.as_str());
    let sql = under_address();
    let mut under = |code: &str| tx.row(&sql, params![code, &key], dwelling_row);
    if let Some(found) = under(commune.as_str())? {
        return Ok(Some(found));
    }
    let mut found = Vec::new();
    for other in others {
        found.extend(under(&other)?);
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Addresses of a commune that begin with what was typed, at most `limit`.
pub fn like(
    tx: &mut ReadTx,
    commune: &CommuneCode,
    typed: &str,
    limit: i64,
) -> Result<Vec<Address>> {
    let key = vietnamese::search_key(typed);
    // A range instead of LIKE: both engines then use the index. U+FFFD sorts after all letters.
    let end = format!("{key}\u{fffd}");
    let mut all = Vec::new();
    for part in places::codes_of(commune.as_str(), tx.now().date()) {
        all.extend(tx.rows(
            "SELECT id, commune, line FROM dwelling WHERE commune = ?1 AND line_key >= ?2 \
             AND line_key < ?3 ORDER BY line_key, id LIMIT ?4",
            params![part, &key, &end, limit],
            address,
        )?);
    }
    all.sort_by_cached_key(|a| (vietnamese::search_key(&a.line), a.id.clone()));
    all.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(all)
}

/// The address of a dwelling.
pub fn address_of(tx: &mut ReadTx, id: &DwellingId) -> Result<Option<Address>> {
    tx.row("SELECT id, commune, line FROM dwelling WHERE id = ?1", params![id], address)
}

/// What the land register says of a dwelling: for imports and for the office that keeps titles.
/// Recorded as `dwelling.titled`.
pub fn set_title(
    tx: &mut WriteTx,
    actor: &Actor,
    id: &DwellingId,
    owner: Option<&PersonalId>,
    title: Option<&Json>,
) -> Result<()> {
    let at = address_of(tx, id)?.ok_or_else(|| Error::new(crate::errors::DWELLING_UNKNOWN))?;
    tx.execute_one(
        "UPDATE dwelling SET owner = ?1, title = ?2, version = version + 1 WHERE id = ?3",
        params![owner.cloned(), title.map(Json::to_string), id],
    )?;
    let body = json!({"dwelling": id.as_str()});
    let mut entry = Entry::new(crate::journal::TITLED, actor).at(at.commune).body(body);
    if let Some(owner) = owner {
        entry = entry.about(owner);
    }
    tx.record(entry)?;
    Ok(())
}
