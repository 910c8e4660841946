//! Lưu trú: lodging of less than 30 days (Luật Cư trú 68/2020 Điều 30).

use super::moving::{self, NewRow};
use crate::errors::*;
use crate::journal;
use crate::model::{Source, Where};
use crate::person::{self, Under};
use crate::rules;
use kernel::{Actor, Date, DwellingId, Error, PersonalId, Result};
use serde_json::json;
use store::{Entry, WriteTx};

/// Thông báo lưu trú: guests of one dwelling.
#[derive(Clone, Debug)]
pub struct StayInput {
    /// Who lodges there.
    pub guests: Vec<PersonalId>,
    /// Where.
    pub at: Where,
    /// First day.
    pub since: Date,
    /// Last day; less than 30 days later.
    pub until: Date,
    /// Why, as the procedure file names it.
    pub reason: String,
}

/// Records a lodging notice. It does not change where the guests live. A guest of whom this register
/// holds no record stays in the notice alone: hosts may not be kept from giving it by where their guests
/// are registered. Returns the dwelling.
pub fn notify_stay(
    tx: &mut WriteTx,
    actor: &Actor,
    input: &StayInput,
    source: &Source,
) -> Result<DwellingId> {
    let under = Under { act: journal::STAY, actor, source };
    rules::check_stay(input.since, input.until)?;
    if input.guests.is_empty() {
        return Err(Error::new(PERSON_UNKNOWN).field("guests"));
    }
    if input.guests.len() > rules::PEOPLE_MAX {
        return Err(Error::new(TOO_MANY).number("max", rules::PEOPLE_MAX));
    }
    let dwelling = moving::settle(tx, &input.at, "lodging")?;
    let mut entry = Entry::new(journal::STAY, actor).at(dwelling.commune.clone());
    for (i, pid) in input.guests.iter().enumerate() {
        if input.guests[..i].contains(pid) {
            return Err(Error::new(PERSON_TWICE).field("guests"));
        }
        let Some(guest) = person::find(tx, pid)? else { continue };
        if guest.is_dead() {
            return Err(Error::new(PERSON_DEAD));
        }
        if guest.birth().is_some_and(|b| b > input.since) {
            return Err(Error::new(BEFORE_BIRTH).field("since"));
        }
        for kind in ["permanent", "temporary"] {
            // Who lives there is no guest.
            if guest.value(kind)?["dwelling"].as_str() == Some(dwelling.id.as_str()) {
                return Err(Error::new(ALREADY_THERE).field("guests"));
            }
        }
        let row = NewRow {
            kind: "stay",
            commune: Some(&dwelling.commune),
            dwelling: Some(&dwelling.id),
            household: None,
            since: input.since,
            until: Some(input.until),
            detail: json!({"reason": input.reason}),
        };
        moving::insert_row(tx, pid, &row, &under)?;
        entry = entry.about(pid);
    }
    let body = json!({
        "guests": input.guests.len(), "since": input.since.to_string(),
        "until": input.until.to_string(), "dwelling": dwelling.id.as_str(),
    });
    entry = entry.body(body);
    if let Some(code) = &source.dossier {
        entry = entry.dossier(code);
    }
    tx.record(entry)?;
    Ok(dwelling.id)
}
