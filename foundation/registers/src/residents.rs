//! Who lives, or on a day lived, in a dwelling: for the officers who keep its households, through the
//! door.

use crate::door::{self, Ask};
use crate::errors::{DWELLING_UNKNOWN, TOO_MANY};
use crate::facts;
use crate::household::{self, Dwelling, Household};
use crate::law::{Law, Role, Subject};
use crate::model::{Kind, Reading};
use crate::rules::DWELLING_PEOPLE_MAX;
use kernel::{Actor, Date, DwellingId, Error, HouseholdId, Instant, PersonalId, PurposeId, Result};
use store::{ReadTx, RecordTx};

/// The purpose of keeping households.
pub(crate) const PURPOSE: &str = "residence.household";
pub(crate) const ITEMS: [&str; 8] = [
    "name",
    "pid",
    "birth",
    "sex",
    "relation",
    "household",
    "residence_file",
    "dwelling.households",
];

/// One person of a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// Number.
    pub pid: PersonalId,
    /// Name of today.
    pub name: String,
    /// Date of birth as far as known.
    pub birth: String,
    /// `male` or `female`.
    pub sex: String,
    /// Relation to the head on the day: a code of `Law::relations`.
    pub relation: String,
    /// Thường trú or tạm trú.
    pub residence: Kind,
    /// In this place since.
    pub since: Date,
}

/// One household as it was on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdThen {
    /// The household.
    pub id: HouseholdId,
    /// Số hồ sơ cư trú.
    pub file: String,
    /// A dormitory or the like: without a head.
    pub collective: bool,
    /// Version of its book **today**: what a move is checked against.
    pub version: i64,
    /// It is still open, in this dwelling.
    pub here: bool,
    /// Head first.
    pub members: Vec<Resident>,
}

/// A dwelling and who lived in it on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residents {
    /// The dwelling.
    pub dwelling: DwellingId,
    /// Number, street, hamlet.
    pub line: String,
    /// Its commune.
    pub commune: String,
    /// The readable address with the names of the day.
    pub text: String,
    /// The day.
    pub on: Date,
    /// Households with somebody in them on the day, oldest first.
    pub households: Vec<HouseholdThen>,
}

/// Who lived in a dwelling on a day, as known at a moment: for the purpose `residence.household`, by
/// an officer of the commune the dwelling lies in. Everybody named finds the reading in their own log.
pub fn residents(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    dwelling: &DwellingId,
    on: Date,
    known: Instant,
) -> Result<Reading<Residents>> {
    let purpose = PurposeId::from(PURPOSE);
    let today = tx.now().date();
    let what = if on < today { "history" } else { "dwelling" };
    let ask = Ask { law, actor, purpose: &purpose, dossier: None, what };
    let role = Role::towards(actor, None);
    let found = household::find_dwelling(tx, dwelling)?;
    let subject = found.as_ref().map_or_else(Subject::default, |d| d.subject(today));
    if let Err(refusal) = door::judge(&ask, &role, &subject, None, &ITEMS) {
        door::leave_refused(tx, &ask, &role, None, &ITEMS, &refusal)?;
        return Ok(Reading::Refused(refusal));
    }
    let Some(found) = found else {
        return Ok(Reading::Refused(Error::new(DWELLING_UNKNOWN)));
    };
    let then = load(tx, &found, on, known)?;
    let people = then.households.iter().flat_map(|h| &h.members).map(|m| m.pid.clone());
    door::leave_all(tx, &ask, &role, &ITEMS, people.collect(), Some(&found.commune))?;
    Ok(Reading::Granted(then))
}

/// A dwelling on a day, past the door: its callers have been through it.
pub(crate) fn load(tx: &mut ReadTx, d: &Dwelling, on: Date, known: Instant) -> Result<Residents> {
    let mut households = Vec::new();
    let mut left = DWELLING_PEOPLE_MAX;
    for house in household::in_dwelling_as_of(tx, &d.id, on, known)? {
        let members = members(tx, &house, on, known, &mut left)?;
        if !members.is_empty() {
            households.push(HouseholdThen {
                here: house.dwelling == d.id && house.closed_on.is_none(),
                collective: house.collective,
                version: house.version,
                file: house.file,
                id: house.id,
                members,
            });
        }
    }
    let text = crate::geo::address(Some(&d.line), &d.commune, on.max(places::REFORM));
    Ok(Residents {
        dwelling: d.id.clone(),
        text: text.unwrap_or_else(|| d.line.clone()),
        line: d.line.clone(),
        commune: d.commune.clone(),
        on,
        households,
    })
}

fn members(
    tx: &mut ReadTx,
    house: &Household,
    on: Date,
    known: Instant,
    left: &mut usize,
) -> Result<Vec<Resident>> {
    let list = household::members_as_of(tx, &house.id, on, known)?;
    *left = left
        .checked_sub(list.len())
        .ok_or_else(|| Error::new(TOO_MANY).number("max", DWELLING_PEOPLE_MAX))?;
    let mut out = Vec::with_capacity(list.len());
    let briefs = facts::briefs(tx, list.iter().map(|m| &m.pid))?;
    for (m, b) in list.into_iter().zip(briefs) {
        let Some(b) = b else { continue };
        out.push(Resident {
            pid: m.pid,
            name: b.name,
            birth: b.birth,
            sex: b.sex,
            relation: m.relation,
            residence: m.kind,
            since: m.since,
        });
    }
    Ok(out)
}
