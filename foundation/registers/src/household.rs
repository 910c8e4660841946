//! Households, their members and dwellings in the database. Nothing here is public but addresses.

use crate::errors::{DWELLING_UNKNOWN, HOUSEHOLD_UNKNOWN};
use crate::geo;
use crate::law::Subject;
use crate::model::Kind;
use crate::person::Under;
use kernel::{Date, DwellingId, Error, HouseholdId, Instant, PersonalId, Result};
use serde_json::Value as Json;
use std::collections::HashMap;
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

impl Dwelling {
    /// What access conditions may look at.
    pub(crate) fn subject(&self, today: Date) -> Subject {
        Subject {
            province: geo::province_of(&self.commune, today).map(str::to_owned),
            commune: Some(places::code_on(&self.commune, today).to_owned()),
            ..Subject::default()
        }
    }
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
    /// Founded in this transaction: its row is written as it will be when everybody has come into it.
    pub fresh: bool,
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
        fresh: false,
    })
}

const HOUSEHOLD: &str = "SELECT id, dwelling, file, kind, head, closed_on, version \
    FROM household";

/// A household and its members are going to be read.
pub(crate) fn foresee(tx: &mut ReadTx, id: &HouseholdId) -> Result<()> {
    tx.foresee(&[(&format!("{HOUSEHOLD} WHERE id = ?1"), params![id]), (MEMBERS, params![id])])
}

pub(crate) fn get(tx: &mut ReadTx, id: &HouseholdId) -> Result<Household> {
    tx.row(&format!("{HOUSEHOLD} WHERE id = ?1"), params![id], household_row)?
        .ok_or_else(|| Error::new(HOUSEHOLD_UNKNOWN))
}

/// Open households of a dwelling, oldest first.
pub(crate) fn in_dwelling(tx: &mut ReadTx, dwelling: &DwellingId) -> Result<Vec<Household>> {
    tx.rows(&open_ones(), params![dwelling], household_row)
}

fn open_ones() -> String {
    format!("{HOUSEHOLD} WHERE dwelling = ?1 AND closed_on IS NULL ORDER BY opened_on, id")
}

/// The open households of a dwelling are going to be read.
pub(crate) fn foresee_in_dwelling(tx: &mut ReadTx, dwelling: &DwellingId) -> Result<()> {
    tx.foresee(&[(&open_ones(), params![dwelling])])
}

/// The households that lived in a dwelling on a day, as known at a moment, oldest first; also those that
/// have ended or moved away since. One that nobody belonged to then may be among them.
pub(crate) fn in_dwelling_as_of(
    tx: &mut ReadTx,
    dwelling: &DwellingId,
    on: Date,
    known: Instant,
) -> Result<Vec<Household>> {
    let mut found = tx.rows(
        &format!("{HOUSEHOLD} WHERE dwelling = ?1 AND opened_on <= ?2 ORDER BY opened_on, id"),
        params![dwelling, on],
        household_row,
    )?;
    let left = tx.rows(
        "SELECT DISTINCT household FROM household_moved WHERE dwelling = ?1 ORDER BY household",
        params![dwelling],
        |r| r.get::<HouseholdId>(0),
    )?;
    for id in left {
        if found.iter().all(|h| h.id != id) {
            found.push(get(tx, &id)?);
        }
    }
    let mut then = Vec::with_capacity(found.len());
    for house in found {
        if dwelling_on(tx, &house, on, known)? == *dwelling {
            then.push(house);
        }
    }
    Ok(then)
}

/// In which dwelling a household lived on a day, as known at a moment. Moves go forward only, so the
/// first one that lies after the day, or was not known yet, names the dwelling that was left by it.
fn dwelling_on(tx: &mut ReadTx, house: &Household, on: Date, known: Instant) -> Result<DwellingId> {
    let left = tx.row(
        "SELECT dwelling FROM household_moved WHERE household = ?1 \
         AND (until > ?2 OR recorded_at > ?3) ORDER BY n LIMIT 1",
        params![&house.id, on, known],
        |r| r.get(0),
    )?;
    Ok(left.unwrap_or_else(|| house.dwelling.clone()))
}

/// A household lives in another dwelling from a day on; where it lived before is kept. `version` is the
/// version of the household that this change made.
pub(crate) fn resettle(
    tx: &mut WriteTx,
    house: &Household,
    to: &DwellingId,
    on: Date,
    version: i64,
) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO household_moved (household, n, dwelling, until, recorded_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![&house.id, version, &house.dwelling, on, now],
    )?;
    tx.send_one(
        "UPDATE household SET dwelling = ?1 WHERE id = ?2 AND version = ?3",
        params![to, &house.id, version],
    )
}

/// A member's place in the book begins anew with a version of the household: the old row ends.
pub(crate) fn renew_member(
    tx: &mut WriteTx,
    house: &HouseholdId,
    m: &Member,
    on: Date,
    version: i64,
) -> Result<()> {
    let now = tx.now();
    tx.send_one(
        "UPDATE household_member SET left_on = ?1, left_recorded_at = ?2 \
         WHERE household = ?3 AND n = ?4 AND pid = ?5 AND left_on IS NULL",
        params![on, now, house, m.n, &m.pid],
    )?;
    tx.send(
        "INSERT INTO household_member (household, n, pid, kind, relation, since, recorded_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![house, version, &m.pid, m.kind.as_str(), &m.relation, on, now],
    )?;
    Ok(())
}

/// Present members: head first, then as they came.
pub(crate) fn members(tx: &mut ReadTx, id: &HouseholdId) -> Result<Vec<Member>> {
    tx.rows(MEMBERS, params![id], member_row)
}

const MEMBERS: &str = "SELECT n, pid, kind, relation, since FROM household_member \
    WHERE household = ?1 AND left_on IS NULL \
    ORDER BY CASE WHEN relation = 'head' THEN 0 ELSE 1 END, n, pid";

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
    find_dwelling(tx, id)?.ok_or_else(|| Error::new(DWELLING_UNKNOWN))
}

/// The same, if there is one.
pub(crate) fn find_dwelling(tx: &mut ReadTx, id: &DwellingId) -> Result<Option<Dwelling>> {
    tx.row(&format!("{DWELLING} WHERE id = ?1"), params![id], dwelling_row)
}

/// Behind it goes which one.
pub(crate) const DWELLING: &str =
    "SELECT id, commune, line, kind, owner, owner_org, title FROM dwelling";

pub(crate) fn dwelling_row(r: &Row) -> Result<Dwelling> {
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
}

/// The addresses of households, as they are searched.
pub(crate) fn address_keys(
    tx: &mut ReadTx,
    ids: &[HouseholdId],
) -> Result<HashMap<HouseholdId, String>> {
    let sql =
        "SELECT h.id, d.line_key FROM household h JOIN dwelling d ON d.id = h.dwelling WHERE h.id";
    let rows = crate::many::rows(tx, sql, ids, |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.into_iter().collect())
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
    let sql = "UPDATE household SET version = version + 1 WHERE id = ?1 RETURNING version";
    let version = tx.row(sql, params![id], |r| r.get::<i64>(0))?;
    let version = version.ok_or_else(|| Error::new(HOUSEHOLD_UNKNOWN))?;
    note(tx, id, Some(version), kind, person, detail, under)?;
    Ok(version)
}

/// As [`touch`], where nobody wants to know the version that it makes: nothing is waited for.
pub(crate) fn touch_aside(
    tx: &mut WriteTx,
    id: &HouseholdId,
    kind: &str,
    person: Option<&PersonalId>,
    detail: &Json,
    under: &Under,
) -> Result<()> {
    tx.send_one("UPDATE household SET version = version + 1 WHERE id = ?1", params![id])?;
    note(tx, id, None, kind, person, detail, under)
}

/// As [`touch`], for a household that was read in this transaction and changed by nothing else since:
/// nothing is waited for.
pub(crate) fn touch_seen(
    tx: &mut WriteTx,
    house: &mut Household,
    kind: &str,
    person: Option<&PersonalId>,
    detail: &Json,
    under: &Under,
) -> Result<()> {
    let seen = house.version;
    house.version += 1;
    if !house.fresh {
        let sql = "UPDATE household SET version = ?1 WHERE id = ?2 AND version = ?3";
        tx.send_one(sql, params![house.version, &house.id, seen])?;
    }
    note(tx, &house.id, Some(house.version), kind, person, detail, under)
}

/// One line of a household's history, at this version or the one its row has by now.
fn note(
    tx: &mut WriteTx,
    id: &HouseholdId,
    version: Option<i64>,
    kind: &str,
    person: Option<&PersonalId>,
    detail: &Json,
    under: &Under,
) -> Result<()> {
    const EVENT: &str = "INSERT INTO household_event (household, at, kind, pid, detail, agency, \
        dossier, version)";
    let mut values = params![
        id,
        tx.now(),
        kind,
        person.cloned(),
        detail.to_string(),
        under.actor.appointment.as_ref().map(|a| a.agency.as_str().to_owned()),
        under.source.dossier.as_ref().map(|d| d.as_str().to_owned()),
    ]
    .to_vec();
    let Some(version) = version else {
        let from = "SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, version FROM household WHERE id = ?1";
        return tx.send(&format!("{EVENT} {from}"), &values);
    };
    values.push(version.into());
    tx.send(&format!("{EVENT} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"), &values)
}
