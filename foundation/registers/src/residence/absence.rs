//! Tạm vắng: declared absence (Luật Cư trú 68/2020 Điều 31).

use super::moving::{self, Moving, NewRow, day_of};
use crate::errors::*;
use crate::household;
use crate::journal;
use crate::model::Source;
use crate::person::Under;
use kernel::{Actor, CommuneCode, Date, Error, PersonalId, Result};
use serde_json::{Value as Json, json};
use store::{Entry, WriteTx, params};

/// Where an absent person goes, as far as declared.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// Commune of today.
    pub commune: Option<CommuneCode>,
    /// Number, street, hamlet.
    pub line: Option<String>,
    /// ISO 3166 alpha-2, when abroad.
    pub country: Option<String>,
}

/// Khai báo tạm vắng.
#[derive(Clone, Debug)]
pub struct AbsenceInput {
    /// Who will be away.
    pub person: PersonalId,
    /// First day away; may lie ahead.
    pub since: Date,
    /// Last day away, if known.
    pub until: Option<Date>,
    /// The case of Điều 31, as the procedure file names it.
    pub reason: String,
    /// Where to.
    pub destination: Destination,
}

/// Records a declared absence. Returns the registration's id.
pub fn declare_absence(
    tx: &mut WriteTx,
    actor: &Actor,
    input: &AbsenceInput,
    source: &Source,
) -> Result<String> {
    let under = Under { act: journal::ABSENT, actor, source };
    let today = tx.now().date();
    if input.until.is_some_and(|u| u < input.since) {
        return Err(Error::new(END_BEFORE_START).field("until"));
    }
    let mut m = Moving::load(tx, &input.person, "")?;
    if m.person.birth().is_some_and(|b| b > input.since) {
        return Err(Error::new(BEFORE_BIRTH).field("since"));
    }
    let home = match m.person.value("permanent")? {
        Json::Null => m.person.value("temporary")?,
        v => v,
    };
    let Some(place) = home["commune"].as_str() else {
        return Err(Error::new(NOT_REGISTERED));
    };
    let old = m.person.value("absence")?;
    let overlaps = !old.is_null()
        && day_of(&old, "until").is_none_or(|u| u >= input.since)
        && day_of(&old, "since").is_none_or(|s| input.until.is_none_or(|u| s <= u));
    if overlaps {
        return Err(Error::new(ABSENT_ALREADY));
    }
    moving::end_row(tx, &input.person, "absence", today, "replaced")?;
    let destination = json!({
        "commune": input.destination.commune.as_ref().map(CommuneCode::as_str),
        "line": input.destination.line, "country": input.destination.country,
    });
    let row = NewRow {
        kind: "absence",
        commune: Some(place),
        dwelling: None,
        household: None,
        since: input.since,
        until: input.until,
        detail: json!({"reason": input.reason, "destination": destination}),
    };
    let id = moving::insert_row(tx, &input.person, &row, &under)?;
    let value = json!({
        "since": input.since.to_string(), "until": input.until.map(|u| u.to_string()),
        "reason": input.reason, "destination": destination, "registration": id,
    });
    m.set("absence", value, today);
    let detail =
        json!({"since": input.since.to_string(), "until": input.until.map(|u| u.to_string())});
    tell(tx, &m, "absent", &detail, &under)?;
    m.write(tx, &under)?;
    let body =
        json!({"since": input.since.to_string(), "until": input.until.map(|u| u.to_string())});
    record(tx, journal::ABSENT, place, &input.person, body, &under)?;
    Ok(id)
}

/// The person is back: the declared absence ends.
pub fn end_absence(
    tx: &mut WriteTx,
    actor: &Actor,
    person: &PersonalId,
    on: Date,
    source: &Source,
) -> Result<()> {
    let under = Under { act: journal::ABSENCE_ENDED, actor, source };
    let today = tx.now().date();
    let mut m = Moving::load(tx, person, "")?;
    let old = m.person.value("absence")?;
    if old.is_null() {
        return Err(Error::new(NOT_REGISTERED));
    }
    if day_of(&old, "since").is_some_and(|s| s > on) {
        return Err(Error::new(END_BEFORE_START).field("on"));
    }
    tx.send(
        "UPDATE residence SET ended_on = ?1, ended_by = 'back', version = version + 1 \
         WHERE pid = ?2 AND kind = 'absence' AND ended_on IS NULL",
        params![on, person],
    )?;
    m.set("absence", Json::Null, today);
    tell(tx, &m, "back_home", &json!({}), &under)?;
    let place = m.person.commune.clone().or_else(|| m.person.stay_commune.clone());
    m.write(tx, &under)?;
    let body = json!({"on": on.to_string()});
    record(tx, journal::ABSENCE_ENDED, place.as_deref().unwrap_or_default(), person, body, &under)
}

fn tell(tx: &mut WriteTx, m: &Moving, what: &str, detail: &Json, under: &Under) -> Result<()> {
    if let Some(house) = m.person.household.as_ref().or(m.person.stay_household.as_ref()) {
        household::touch(tx, house, what, Some(&m.person.pid), detail, under)?;
    }
    Ok(())
}

fn record(
    tx: &mut WriteTx,
    kind: &'static str,
    place: &str,
    person: &PersonalId,
    body: Json,
    under: &Under,
) -> Result<()> {
    let mut entry = Entry::new(kind, under.actor).at(place).about(person).body(body);
    if let Some(code) = &under.source.dossier {
        entry = entry.dossier(code);
    }
    tx.record(entry)?;
    Ok(())
}
