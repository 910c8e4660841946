//! Tạm trú: registering, extending, removing.

use super::moving::{self, Moving, NewRow, day_of};
use super::{Registered, reason};
use crate::errors::*;
use crate::geo;
use crate::household;
use crate::journal::{self, MovedBody};
use crate::model::{Companion, Join, Kind, Source, Where};
use crate::person::Under;
use crate::{Law, rules};
use kernel::{Actor, Date, Error, HouseholdId, PersonalId, Result, time};
use serde_json::{Value as Json, json};
use store::{ReadTx, WriteTx, params};

/// Đăng ký tạm trú: who, where, from when, until when.
#[derive(Clone, Debug)]
pub struct TemporaryInput {
    /// The person whose request it is.
    pub person: PersonalId,
    /// Who comes along, each with the relation to the head of the household they come into.
    pub with: Vec<Companion>,
    /// The dwelling or address.
    pub to: Where,
    /// Into a household that is there, or a new one.
    pub join: Join,
    /// From this day; not after today.
    pub since: Date,
    /// The last day; at most two years later.
    pub until: Date,
    /// Who has consented: head, owner, the other parent. The register looks only for a parent or
    /// guardian of each minor; which other consents are needed is the procedure's.
    pub consents: Vec<PersonalId>,
}

/// Registers temporary residence (Luật Cư trú 68/2020 Điều 27, 28): the people's records, the
/// household book of everyone in the dwelling, and the entry `residence.registered`.
pub fn register_temporary(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &TemporaryInput,
    source: &Source,
) -> Result<Registered> {
    let under = Under { act: journal::REGISTERED, actor, source };
    let today = tx.now().date();
    rules::check_term(input.since, input.until, today)?;
    let first = match &input.join {
        Join::Household { relation, .. } => relation.as_str(),
        Join::New => "head",
        Join::Collective => "collective",
    };
    moving::foresee_place(tx, &input.to)?;
    let mut people = moving::people(tx, (&input.person, first), &input.with, input.since)?;
    moving::check_relations(law, &people)?;
    moving::check_minors(&people, &input.consents, today)?;
    let dwelling = moving::settle(tx, &input.to, "home")?;
    let drawn = moving::foresee_move(tx, &dwelling, &people, &input.join)?;
    for m in &mut people {
        clear_way(tx, m, &dwelling.id, &dwelling.commune, input.since, today, &under)?;
    }
    let neighbours = household::in_dwelling(tx, &dwelling.id)?;
    let join = (&input.join, drawn);
    let mut house = moving::join(tx, &dwelling, join, &mut people, input.since)?;
    let pids: Vec<PersonalId> = people.iter().map(|m| m.person.pid.clone()).collect();
    for mut m in people {
        let row = NewRow {
            kind: "temporary",
            commune: Some(&dwelling.commune),
            dwelling: Some(&dwelling.id),
            household: Some(&house.id),
            since: input.since,
            until: Some(input.until),
            detail: json!({"relation": m.relation}),
        };
        let id = moving::insert_row(tx, &m.person.pid, &row, &under)?;
        let detail = json!({"until": input.until.to_string()});
        moving::enter(tx, &mut house, &m, Kind::Temporary, input.since, &detail, &under)?;
        let value = json!({
            "dwelling": dwelling.id.as_str(), "commune": dwelling.commune, "line": dwelling.line,
            "household": house.id.as_str(), "since": input.since.to_string(),
            "until": input.until.to_string(), "registration": id,
        });
        m.set("temporary", value, input.since);
        m.set_abode(input.since)?;
        match m.person.household.clone() {
            Some(home) => {
                tell_home(tx, &home, &m.person.pid, "staying_elsewhere", input.until, &under)?;
            }
            None => m.set_book(json!(m.relation), json!(house.file), input.since),
        }
        m.write(tx, &under)?;
    }
    moving::tell_neighbours(tx, neighbours, &house.id, &under)?;
    let body = MovedBody {
        kind: "temporary".into(),
        persons: count(&pids),
        household: Some(house.id.as_str().to_owned()),
        dwelling: Some(dwelling.id.as_str().to_owned()),
        since: Some(input.since.to_string()),
        until: Some(input.until.to_string()),
        reason: None,
    };
    moving::record(tx, journal::REGISTERED, &dwelling.commune, &pids, &body, &under)?;
    Ok(Registered {
        household: house.id,
        household_version: house.version,
        dwelling: dwelling.id,
        commune: dwelling.commune,
        since: input.since,
        until: Some(input.until),
    })
}

/// Whether [`register_temporary`] would do it now, and if not, why: nothing is changed. For services,
/// so that a person hears of an impossible relation before an officer has worked on it.
pub fn rehearse_temporary(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    input: &TemporaryInput,
) -> Result<()> {
    tx.rehearse(|tx| register_temporary(tx, law, actor, input, &Source::default()).map(drop))
}

fn count(people: &[PersonalId]) -> i64 {
    i64::try_from(people.len()).unwrap_or(i64::MAX)
}

/// Not within the commune of permanent residence; not twice in one dwelling; an older temporary
/// residence elsewhere ends on the day the new one begins.
fn clear_way(
    tx: &mut WriteTx,
    m: &mut Moving,
    dwelling: &kernel::DwellingId,
    commune: &str,
    since: Date,
    today: Date,
    under: &Under,
) -> Result<()> {
    if m.person.commune.as_deref().is_some_and(|home| geo::same(home, commune, today)) {
        return Err(Error::new(SAME_COMMUNE).field("commune"));
    }
    let old = m.person.value("temporary")?;
    if old.is_null() {
        return Ok(());
    }
    let in_force = day_of(&old, "until").is_none_or(|u| u >= today);
    if in_force && old["dwelling"].as_str() == Some(dwelling.as_str()) {
        return Err(Error::new(ALREADY_THERE));
    }
    if day_of(&old, "since").is_some_and(|s| s > since) {
        return Err(Error::new(BEFORE_LAST_CHANGE).field("since"));
    }
    end(tx, m, since, if in_force { reason::MOVED } else { reason::LAPSED }, under)
}

/// Ends a temporary residence: row, membership, items.
fn end(tx: &mut WriteTx, m: &mut Moving, on: Date, why: &str, under: &Under) -> Result<()> {
    moving::end_row(tx, &m.person.pid, "temporary", on, why)?;
    if let Some(house) = m.person.stay_household.clone() {
        moving::leave(tx, &house, &m.person.pid, on, why, under)?;
    }
    m.set("temporary", Json::Null, on);
    m.set_abode(on)?;
    if m.person.household.is_none() {
        m.set_book(Json::Null, Json::Null, on);
    }
    Ok(())
}

/// The household of permanent residence sees that a member lives elsewhere for a time.
fn tell_home(
    tx: &mut WriteTx,
    home: &HouseholdId,
    pid: &PersonalId,
    what: &str,
    until: Date,
    under: &Under,
) -> Result<()> {
    let detail = json!({"until": until.to_string()});
    household::touch_aside(tx, home, what, Some(pid), &detail, under)
}

/// Gia hạn tạm trú: a later end, at most two years after the old one. All people must have a
/// temporary residence in the same household.
pub fn extend_temporary(
    tx: &mut WriteTx,
    actor: &Actor,
    people: &[PersonalId],
    until: Date,
    source: &Source,
) -> Result<Registered> {
    let under = Under { act: journal::EXTENDED, actor, source };
    let today = tx.now().date();
    let mut done: Option<Registered> = None;
    for pid in distinct(people)? {
        let mut m = Moving::load(tx, pid, "")?;
        let mut value = m.person.value("temporary")?;
        let (Some(old), Some(since)) = (day_of(&value, "until"), day_of(&value, "since")) else {
            return Err(Error::new(NOT_REGISTERED));
        };
        rules::check_extension(old, until, today)?;
        let house = m.person.stay_household.clone().ok_or_else(|| Error::new(NOT_REGISTERED))?;
        if done.as_ref().is_some_and(|d| d.household != house) {
            return Err(Error::new(HOUSEHOLD_ELSEWHERE));
        }
        tx.execute_one(
            "UPDATE residence SET until = ?1, version = version + 1 \
             WHERE pid = ?2 AND kind = 'temporary' AND ended_on IS NULL",
            params![until, pid],
        )?;
        let detail = json!({"until": until.to_string()});
        let version = household::touch(tx, &house, "extended", Some(pid), &detail, &under)?;
        if let Some(home) = m.person.household.clone() {
            tell_home(tx, &home, pid, "staying_elsewhere", until, &under)?;
        }
        value["until"] = json!(until.to_string());
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        done = Some(Registered {
            household: house,
            household_version: version,
            dwelling: text("dwelling").into(),
            commune: text("commune"),
            since,
            until: Some(until),
        });
        m.set("temporary", value, today);
        m.write(tx, &under)?;
    }
    let done = done.ok_or_else(|| Error::new(NOT_REGISTERED))?;
    let body = MovedBody {
        kind: "temporary".into(),
        persons: count(people),
        household: Some(done.household.as_str().to_owned()),
        dwelling: Some(done.dwelling.as_str().to_owned()),
        since: None,
        until: Some(until.to_string()),
        reason: None,
    };
    moving::record(tx, journal::EXTENDED, &done.commune, people, &body, &under)?;
    Ok(done)
}

fn distinct(people: &[PersonalId]) -> Result<&[PersonalId]> {
    if people.len() > rules::PEOPLE_MAX {
        return Err(Error::new(TOO_MANY).number("max", rules::PEOPLE_MAX));
    }
    let twice = people.iter().enumerate().any(|(i, p)| people[..i].contains(p));
    if twice { Err(Error::new(PERSON_TWICE)) } else { Ok(people) }
}

/// Xóa đăng ký tạm trú (Luật Cư trú Điều 29): on a day, for a reason of [`reason`].
pub fn remove_temporary(
    tx: &mut WriteTx,
    actor: &Actor,
    people: &[PersonalId],
    on: Date,
    why: &str,
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::REMOVED, actor, source };
    if people.is_empty() {
        return Err(Error::new(NOT_REGISTERED));
    }
    let (mut place, mut house, mut dwelling) = (String::new(), None, None);
    for pid in distinct(people)? {
        let mut m = Moving::load(tx, pid, "")?;
        let old = m.person.value("temporary")?;
        if old.is_null() {
            return Err(Error::new(NOT_REGISTERED));
        }
        if day_of(&old, "since").is_some_and(|s| s > on) {
            return Err(Error::new(END_BEFORE_START).field("on"));
        }
        old["commune"].as_str().unwrap_or_default().clone_into(&mut place);
        house = m.person.stay_household.as_ref().map(|h| h.as_str().to_owned());
        dwelling = old["dwelling"].as_str().map(str::to_owned);
        end(tx, &mut m, on, why, &under)?;
        if let Some(home) = m.person.household.clone() {
            household::touch(tx, &home, "back_home", Some(pid), &json!({}), &under)?;
        }
        m.write(tx, &under)?;
    }
    let body = MovedBody {
        kind: "temporary".into(),
        persons: count(people),
        household: house,
        dwelling,
        since: None,
        until: Some(on.to_string()),
        reason: Some(why.to_owned()),
    };
    moving::record(tx, journal::REMOVED, &place, people, &body, &under)
}

/// Ends temporary residences whose term and grace have passed: for the clock, once a day. Returns
/// how many; call again while it returns `limit`.
pub fn lapse(tx: &mut WriteTx, actor: &Actor, limit: i64) -> Result<i64> {
    let before = time::plus_days(tx.now().date(), -rules::EXTENSION_GRACE_DAYS);
    let due = tx.rows(
        "SELECT pid, until FROM residence WHERE kind = 'temporary' AND ended_on IS NULL \
         AND until < ?1 ORDER BY until, pid LIMIT ?2",
        params![before, limit],
        |r| Ok((r.get::<PersonalId>(0)?, r.get::<Date>(1)?)),
    )?;
    let n = i64::try_from(due.len()).unwrap_or(0);
    for (pid, until) in due {
        remove_temporary(tx, actor, &[pid], until, reason::LAPSED, &Source::default())?;
    }
    Ok(n)
}

/// Whose temporary residence ends between two days, in the order of the end: for the program's own
/// reminder to the very person. `after` goes on where the last page ended.
pub fn ending(
    tx: &mut ReadTx,
    (from, to): (Date, Date),
    after: Option<&(Date, PersonalId)>,
    limit: i64,
) -> Result<Vec<(Date, PersonalId)>> {
    let (day, pid) = after.map_or((from, ""), |(day, pid)| (*day, pid.as_str()));
    tx.rows(
        "SELECT until, pid FROM residence WHERE kind = 'temporary' AND ended_on IS NULL \
         AND until >= ?1 AND until <= ?2 AND (until > ?1 OR pid > ?3) ORDER BY until, pid LIMIT ?4",
        params![day, to, pid, limit],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}
