//! Households, their members and dwellings in the database. Nothing here is public but addresses.

use crate::errors::{DWELLING_UNKNOWN, HOUSEHOLD_UNKNOWN};
use crate::model::Kind;
use crate::person::Under;
use kernel::{Date, DwellingId, Error, HouseholdId, Instant, PersonalId, Result};
use serde_json::Value as Json;
use store::{ReadTx, Row, WriteTx, params};

/// Chỗ ở: a place where people live.
#[derive(Clone, Debug)]
pub(crate) struct Dwelling {
    pub id: DwellingId,
    pub commune: String,
    pub line: String,
    pub kind: String,
    pub owner: Option<PersonalId>,
    pub owner_org: Option<String>,
    pub title: Option<Json>,
}

/// Hộ: people who live together under one head, or a collective.
#[derive(Clone, Debug)]
pub(crate) struct Household {
    pub id: HouseholdId,
    pub dwelling: DwellingId,
    pub file: String,
    pub collective: bool,
    pub head: Option<PersonalId>,
    pub closed_on: Option<Date>,
    pub version: i64,
}

/// One member as the household has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub n: i64,
    pub pid: PersonalId,
    pub kind: Kind,
    pub relation: String,
    pub since: Date,
}

fn household_row(r: &Row) -> Result<Household> {
    Ok(Household {
        id: r.get(0)?,
        dwelling: r.get(1)?,
        file: r.get(2)?,
        collective: r.get::<String>(3)? == "collective",
        head: r.get(4)?,
        closed_on: r.get(5)?,
        version: r.get(6)?,
    })
}

const HOUSEHOLD: &str = "SELECT id, dwelling, file, kind, head, closed_on, version \
    FROM household";

pub(crate) fn get(tx: &mut ReadTx, id: &HouseholdId) -> Result<Household> {
    tx.row(&format!("{HOUSEHOLD} WHERE id = ?1"), params![id], household_row)?
        .ok_or_else(|| Error::new(HOUSEHOLD_UNKNOWN))
}

/// Open households of a dwelling, oldest first.
pub(crate) fn in_dwelling(tx: &mut ReadTx, dwelling: &DwellingId) -> Result<Vec<Household>> {
    let sql =
        format!("{HOUSEHOLD} WHERE dwelling = ?1 AND closed_on IS NULL ORDER BY opened_on, id");
    tx.rows(&sql, params![dwelling], household_row)
}

/// Present members: head first, then as they came.
pub(crate) fn members(tx: &mut ReadTx, id: &HouseholdId) -> Result<Vec<Member>> {
    tx.rows(
        "SELECT n, pid, kind, relation, since FROM household_member \
         WHERE household = ?1 AND left_on IS NULL \
         ORDER BY CASE WHEN relation = 'head' THEN 0 ELSE 1 END, n, pid",
        params![id],
        member_row,
    )
}

/// Members on a day, as known at a moment.
pub(crate) fn members_as_of(
    tx: &mut ReadTx,
    id: &HouseholdId,
    on: Date,
    known: Instant,
) -> Result<Vec<Member>> {
    tx.rows(
        "SELECT n, pid, kind, relation, since FROM household_member \
         WHERE household = ?1 AND since <= ?2 AND recorded_at <= ?3 \
         AND (left_on IS NULL OR left_on > ?2 OR left_recorded_at > ?3) \
         ORDER BY CASE WHEN relation = 'head' THEN 0 ELSE 1 END, n, pid",
        params![id, on, known],
        member_row,
    )
}

fn member_row(r: &Row) -> Result<Member> {
    Ok(Member {
        n: r.get(0)?,
        pid: r.get(1)?,
        kind: Kind::parse(&r.get::<String>(2)?),
        relation: r.get(3)?,
        since: r.get(4)?,
    })
}

pub(crate) fn dwelling(tx: &mut ReadTx, id: &DwellingId) -> Result<Dwelling> {
    tx.row(
        "SELECT id, commune, line, kind, owner, owner_org, title FROM dwelling WHERE id = ?1",
        params![id],
        |r| {
            let title: Option<String> = r.get(6)?;
            Ok(Dwelling {
                id: r.get(0)?,
                commune: r.get(1)?,
                line: r.get(2)?,
                kind: r.get(3)?,
                owner: r.get(4)?,
                owner_org: r.get(5)?,
                title: title.map(|t| serde_json::from_str(&t)).transpose()?,
            })
        },
    )?
    .ok_or_else(|| Error::new(DWELLING_UNKNOWN))
}

/// Notes a change that the members see: one version more, one history line.
pub(crate) fn touch(
    tx: &mut WriteTx,
    id: &HouseholdId,
    kind: &str,
    person: Option<&PersonalId>,
    detail: &Json,
    under: &Under,
) -> Result<i64> {
    let version = get(tx, id)?.version;
    tx.execute_one(
        "UPDATE household SET version = ?1 WHERE id = ?2 AND version = ?3",
        params![version + 1, id, version],
    )?;
    let at = tx.now();
    tx.execute(
        "INSERT INTO household_event (household, version, at, kind, pid, detail, agency, dossier) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id,
            version + 1,
            at,
            kind,
            person.cloned(),
            detail.to_string(),
            under.actor.appointment.as_ref().map(|a| a.agency.as_str().to_owned()),
            under.source.dossier.as_ref().map(|d| d.as_str().to_owned()),
        ],
    )?;
    Ok(version + 1)
}
