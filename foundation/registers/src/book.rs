//! Sổ hộ khẩu điện tử: the household's book, for its members.

use crate::door::{self, Ask};
use crate::errors::{ACCESS_OUTSIDE, PERSON_UNKNOWN};
use crate::facts::{self, Seen};
use crate::household;
use crate::journal;
use crate::law::{Law, Role};
use crate::model::Reading;
use crate::person;
use kernel::{Actor, Error, HouseholdId, Instant, PersonalId, PurposeId, Result};
use serde_json::{Value as Json, json};
use store::{ReadTx, RecordTx, params};

/// History lines a book shows.
const LINES_MAX: i64 = 50;
const ITEMS: [&str; 10] = [
    "name",
    "pid",
    "birth",
    "sex",
    "relation",
    "household",
    "permanent",
    "temporary",
    "absence",
    "residence_file",
];

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookMember {
    /// Number.
    pub pid: PersonalId,
    /// Name.
    pub name: String,
    /// Date of birth as far as known.
    pub birth: String,
    /// `male` or `female`.
    pub sex: String,
    /// Relation to the head: a code of `Law::relations`.
    pub relation: String,
    /// `permanent` or `temporary`.
    pub residence: String,
    /// Member since.
    pub since: String,
    /// End of temporary residence.
    pub until: Option<String>,
    /// Where a permanent member stays for a time: the readable address and until when.
    pub staying: Option<(String, Option<String>)>,
    /// Declared absent until (empty: open end).
    pub absent_until: Option<String>,
}

/// One line of the book's history.
#[derive(Clone, Debug, PartialEq)]
pub struct BookLine {
    /// Version of the book from which it stands.
    pub version: i64,
    /// When it was recorded.
    pub at: Instant,
    /// What happened: `joined`, `joined_temporarily`, `left`, `extended`, `relation`, `head_changed`,
    /// `head_vacant`, `staying_elsewhere`, `back_home`, `absent`, `dwelling_changed` (another household
    /// of the dwelling), `moved` (all of this one), `closed`.
    pub what: String,
    /// The member's name, if one is concerned.
    pub name: Option<String>,
    /// `until`, `on`, `reason`, `relation`, and of the dwelling left `line`, `commune`, as the kind has
    /// them.
    pub detail: Json,
    /// The dossier that led to it.
    pub dossier: Option<String>,
}

/// The book of one household.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// The household.
    pub household: HouseholdId,
    /// Số hồ sơ cư trú.
    pub file: String,
    /// `family` or `collective`.
    pub kind: String,
    /// Grows with every change.
    pub version: i64,
    /// The dwelling's address with today's names.
    pub address: String,
    /// Commune code.
    pub commune: String,
    /// Name of the head; none while a new head is awaited, or in a collective.
    pub head: Option<String>,
    /// Members: head first. In a collective only the reader.
    pub members: Vec<BookMember>,
    /// Newest first.
    pub history: Vec<BookLine>,
}

/// The books of a person: of the household of permanent residence, then of temporary residence.
/// For members only, under the purpose `own.household`; each member named in it finds the reading
/// in their own log. `subject` is the reader, or the child they act for.
pub fn books(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    subject: &PersonalId,
) -> Result<Reading<Vec<Book>>> {
    let purpose = PurposeId::from("own.household");
    let ask = Ask { law, actor, purpose: &purpose, dossier: None, what: "book" };
    let Some(p) = person::find(tx, subject)? else {
        return Ok(Reading::Refused(Error::new(PERSON_UNKNOWN)));
    };
    let mut out = Vec::new();
    let houses = [p.household.clone(), p.stay_household.clone()];
    for id in houses.iter().flatten() {
        let members = household::members(tx, id)?;
        let member = actor.appointment.is_none()
            && actor.person.as_ref().is_some_and(|me| members.iter().any(|m| &m.pid == me));
        let role = if member { Role::Member } else { Role::towards(actor, Some(subject)) };
        let today = tx.now().date();
        if let Err(refusal) = door::judge(&ask, &role, &p.subject(today), None, &ITEMS) {
            door::leave_refused(tx, &ask, &role, Some(subject), &ITEMS, &refusal)?;
            return Ok(Reading::Refused(refusal));
        }
        let book = load(tx, id, subject)?;
        let (mut made, body) = door::entry(journal::READ, &ask, &role, &ITEMS);
        for m in &book.members {
            made = made.about(&m.pid);
        }
        door::record(tx, (made, body), Some(&book.commune))?;
        out.push(book);
    }
    if out.is_empty() && actor.subject() != Some(subject) {
        return Ok(Reading::Refused(Error::new(ACCESS_OUTSIDE)));
    }
    Ok(Reading::Granted(out))
}

fn load(tx: &mut ReadTx, id: &HouseholdId, viewer: &PersonalId) -> Result<Book> {
    let today = tx.now().date();
    let house = household::get(tx, id)?;
    let dwelling = household::dwelling(tx, &house.dwelling)?;
    let address = crate::geo::address(Some(&dwelling.line), &dwelling.commune, today);
    let mut members = Vec::new();
    for m in household::members(tx, id)? {
        if house.collective && &m.pid != viewer {
            continue;
        }
        let p = person::get(tx, &m.pid)?;
        let items = ["temporary", "absence"];
        let f = facts::of_person(tx, &p, &items, Seen::Now(today))?.facts;
        let text =
            |item: &str, at: &str| f.part(item, at).and_then(Json::as_str).map(str::to_owned);
        let away =
            m.kind == crate::model::Kind::Permanent && f.part("temporary", "/text").is_some();
        members.push(BookMember {
            name: p.name().to_owned(),
            birth: p.raw("birth").unwrap_or_default().to_owned(),
            sex: p.raw("sex").unwrap_or_default().to_owned(),
            relation: m.relation,
            residence: m.kind.as_str().to_owned(),
            since: m.since.to_string(),
            until: text("temporary", "/until").filter(|_| !away),
            staying: text("temporary", "/text")
                .filter(|_| away)
                .map(|t| (t, text("temporary", "/until"))),
            absent_until: f
                .get("absence")
                .filter(|a| !a.is_null())
                .map(|a| a["until"].as_str().unwrap_or_default().to_owned()),
            pid: m.pid,
        });
    }
    let head = match &house.head {
        Some(h) => facts::name_of(tx, h)?,
        None => None,
    };
    Ok(Book {
        file: house.file,
        kind: if house.collective { "collective" } else { "family" }.to_owned(),
        version: house.version,
        address: address.unwrap_or_else(|| dwelling.line.clone()),
        commune: dwelling.commune,
        head,
        members,
        history: if house.collective { Vec::new() } else { history(tx, id)? },
        household: house.id,
    })
}

fn history(tx: &mut ReadTx, id: &HouseholdId) -> Result<Vec<BookLine>> {
    let rows = tx.rows(
        "SELECT version, at, kind, pid, detail, dossier FROM household_event WHERE household = ?1 \
         ORDER BY version DESC LIMIT ?2",
        params![id, LINES_MAX],
        |r| {
            let line = BookLine {
                version: r.get(0)?,
                at: r.get(1)?,
                what: r.get(2)?,
                name: None,
                detail: serde_json::from_str(&r.get::<String>(4)?)?,
                dossier: r.get(5)?,
            };
            Ok((line, r.get::<Option<PersonalId>>(3)?))
        },
    )?;
    let names = facts::names(tx, rows.iter().filter_map(|(_, pid)| pid.as_ref()))?;
    let named = rows.into_iter().map(|(line, pid)| {
        let name = pid.and_then(|pid| names.get(&pid).cloned());
        BookLine { name, ..line }
    });
    Ok(named.collect())
}

impl Book {
    /// What the letter `trich-so-ho-khau` tells of the household: `book`, `household`, `members`
    /// (permanent) and, if there are any, `temporary`. In Vietnamese, no codes a reader would have to
    /// look up.
    pub fn extract(&self, law: &Law) -> Json {
        let relation =
            |code: &str| law.relation(code).map_or_else(|| code.to_owned(), |r| r.label.vi.clone());
        let of = |kind: &str| -> Vec<Json> {
            let members = self.members.iter().filter(|m| m.residence == kind);
            members
                .map(|m| {
                    json!({
                        "name": m.name, "pid": m.pid.as_str(), "birth": m.birth, "sex": m.sex,
                        "relation": relation(&m.relation), "until": m.until,
                    })
                })
                .collect()
        };
        let head = self.members.iter().find(|m| m.relation == "head");
        let temporary = of("temporary");
        json!({
            "book": {"code": self.file, "address": self.address},
            "household": {"head": self.head, "head_pid": head.map(|h| h.pid.as_str())},
            "members": of("permanent"),
            "temporary": if temporary.is_empty() { Json::Null } else { Json::Array(temporary) },
        })
    }
}
