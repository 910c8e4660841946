//! An officer's search by name or number, through the door: few items, few hits, each one recorded.

use crate::door::{self, Ask};
use crate::errors::SEARCH_SHORT;
use crate::journal;
use crate::law::{Law, Role};
use crate::model::Reading;
use crate::person::{self, Person};
use kernel::{Actor, Error, PersonalId, PurposeId, Result, vietnamese};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// Hits one search shows.
pub const HITS_MAX: usize = 20;
/// Rows one search looks at before it asks for a longer name.
const ROWS_MAX: i64 = 5_000;
/// The purpose of searching.
pub const PURPOSE: &str = "person.find";
const ITEMS: [&str; 3] = ["name", "birth", "permanent"];

/// One person found: enough to tell people apart, no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The number, for the next step (`read`).
    pub pid: PersonalId,
    /// Full name.
    pub name: String,
    /// Year of birth.
    pub birth_year: String,
    /// Commune of permanent residence.
    pub commune: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// At most [`HITS_MAX`], by name.
    pub hits: Vec<Hit>,
    /// There are more: a longer name is needed.
    pub more: bool,
}

/// Finds people of the officer's own area by whole number or by words of the name (with or without
/// marks; the given name is enough). Who may search is an access rule like any other.
pub fn search(tx: &mut WriteTx, law: &Law, actor: &Actor, typed: &str) -> Result<Reading<Found>> {
    let purpose = PurposeId::from(PURPOSE);
    let ask = Ask { law, actor, purpose: &purpose, dossier: None, what: "search" };
    let role = Role::towards(actor, None);
    let area = actor.appointment.as_ref().map(|a| a.place.clone()).unwrap_or_default();
    if !law.may_ever(&role.name(), PURPOSE, &ITEMS) {
        let refusal = Error::new(crate::errors::ACCESS_REFUSED);
        door::leave_refused(tx, &ask, &role, None, &ITEMS, &refusal)?;
        return Ok(Reading::Refused(refusal));
    }
    let candidates = match PersonalId::parse(typed) {
        Ok(pid) => person::find(tx, &pid)?.into_iter().map(|p| p.pid).collect(),
        Err(_) => by_name(tx, &area, typed)?,
    };
    let mut found = Found::default();
    for pid in candidates {
        let Some(p) = person::find(tx, &pid)? else { continue };
        if !door::allows(tx, &ask, &p, &ITEMS) {
            continue;
        }
        if found.hits.len() == HITS_MAX {
            found.more = true;
            break;
        }
        let (made, body) = door::entry(journal::READ, &ask, &role, &ITEMS);
        door::record(tx, (made.about(&pid), body), p.commune.as_deref())?;
        found.hits.push(hit(&p));
    }
    let body = json!({"hits": found.hits.len(), "more": found.more});
    tx.record(Entry::new(journal::SEARCHED, actor).at(area).purpose(&purpose).body(body))?;
    Ok(Reading::Granted(found))
}

fn hit(p: &Person) -> Hit {
    let birth = p.raw("birth").unwrap_or_default();
    Hit {
        pid: p.pid.clone(),
        name: p.name().to_owned(),
        birth_year: birth.chars().take(4).collect(),
        commune: p.commune.clone(),
    }
}

/// Everybody of the area whose name has the typed words in their order. The last word is taken for
/// the given name first, because that is how people are called; else the whole area is looked at.
fn by_name(tx: &mut WriteTx, area: &str, typed: &str) -> Result<Vec<PersonalId>> {
    let key = vietnamese::search_key(typed);
    let words: Vec<&str> = key.split_whitespace().collect();
    let Some(last) = words.last().filter(|_| key.len() >= 2) else {
        return Err(Error::new(SEARCH_SHORT));
    };
    let mut out = Vec::new();
    for (column, by_given) in [("commune", true), ("stay_commune", true), ("commune", false)] {
        if !by_given && !out.is_empty() {
            break;
        }
        let given = if by_given { " AND given_key = ?2" } else { " AND ?2 <> ''" };
        let sql = format!(
            "SELECT pid, name_key FROM person WHERE {column} = ?1{given} \
             ORDER BY given_key, name_key, pid LIMIT ?3"
        );
        tx.each(&sql, params![area, *last, ROWS_MAX], |r| {
            let pid: PersonalId = r.get(0)?;
            let name: String = r.get(1)?;
            if in_order(&words, &name) && !out.contains(&pid) {
                out.push(pid);
            }
            Ok(out.len() <= HITS_MAX)
        })?;
    }
    Ok(out)
}

fn in_order(words: &[&str], name: &str) -> bool {
    let mut rest = name.split_whitespace();
    words.iter().all(|w| rest.any(|n| n == *w))
}
