//! From a stored record to the facts the door gives out: addresses with today's names, households
//! with their members.

use crate::household;
use crate::model::{Facts, Kind, birth_date};
use crate::person::{PARENTS, Person};
use crate::{codes, geo, many};
use kernel::{Date, HouseholdId, Instant, PersonalId, Result, time};
use places::Commune;
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use store::{ReadTx, params};

/// Facts of one person, and the other people whose data are in them.
pub(crate) struct Given {
    pub facts: Facts,
    pub others: Vec<PersonalId>,
}

/// From when the record is seen.
#[derive(Clone, Copy)]
pub(crate) enum Seen {
    Now(Date),
    AsOf { on: Date, known: Instant },
}

impl Seen {
    fn day(self) -> Date {
        match self {
            Self::Now(d) | Self::AsOf { on: d, .. } => d,
        }
    }
}

pub(crate) fn of_person(
    tx: &mut ReadTx,
    person: &Person,
    items: &[&str],
    seen: Seen,
) -> Result<Given> {
    let mut facts = Map::new();
    let mut others = Vec::new();
    if let (Some(home), Seen::Now(_)) = (home(person), seen)
        && items.iter().any(|i| i.split('.').next() == Some("household"))
    {
        household::foresee(tx, home)?;
    }
    for item in items {
        let (whole, part) = item.split_once('.').map_or((*item, None), |(w, p)| (w, Some(p)));
        let value = match whole {
            "pid" => Json::from(person.pid.as_str()),
            "household" => of_household(tx, person, part, seen, &mut others)?,
            "abode" => present(whole, abode(person)?, seen.day()),
            _ => shown(tx, person, whole, person.value(whole)?, seen.day())?,
        };
        match part {
            None => {
                facts.insert(whole.to_owned(), value);
            }
            Some(p) => {
                let picked = value.get(p).cloned().unwrap_or(Json::Null);
                let slot = facts.entry(whole.to_owned()).or_insert_with(|| json!({}));
                if let Some(slot) = slot.as_object_mut() {
                    slot.insert(p.to_owned(), picked);
                }
            }
        }
    }
    let disputed: Vec<String> =
        person.disputed().into_iter().filter(|d| facts.contains_key(d)).collect();
    if !disputed.is_empty() {
        facts.insert("disputed".into(), json!(disputed));
    }
    Ok(Given { facts: Facts(facts), others })
}

/// A stored value as it is given out, with names of places, people and codes.
pub(crate) fn shown(
    tx: &mut ReadTx,
    person: &Person,
    item: &str,
    value: Json,
    today: Date,
) -> Result<Json> {
    Ok(match item {
        "relatives" => relatives(tx, value)?,
        "ethnic" | "religion" | "nationality" => codes::named(item, value),
        "birth_place" | "birth_registration" | "native_place" => {
            present(item, dated(person, item, value), today)
        }
        _ => present(item, value, today),
    })
}

/// Adds what is not stored because it changes by itself: names of places, whether a term has ended.
fn present(item: &str, mut value: Json, today: Date) -> Json {
    if value.is_null() {
        return value;
    }
    match item {
        "permanent" | "temporary" | "abode" => {
            address(&mut value, today);
            if let Some(until) = value["until"].as_str().and_then(|u| u.parse::<Date>().ok()) {
                value["in_force"] = Json::Bool(until >= today);
            }
        }
        "birth_place" | "birth_registration" | "native_place" => {
            let on = value["on"].as_str().and_then(|d| d.parse().ok()).unwrap_or(today);
            name_place(&mut value, on);
        }
        "absence" => {
            if let Some(destination) = value.get_mut("destination").filter(|d| d.is_object()) {
                address(destination, today);
            }
        }
        _ => {}
    }
    value
}

/// Nơi ở hiện tại is kept as a pointer where it is a registered residence.
fn abode(person: &Person) -> Result<Json> {
    let mut value = person.value("abode")?;
    let home = match value["kind"].as_str() {
        Some("permanent") => person.value("permanent")?,
        Some("temporary") => person.value("temporary")?,
        _ => return Ok(value),
    };
    for part in ["dwelling", "commune", "line"] {
        value[part] = home[part].clone();
    }
    Ok(value)
}

/// A place of birth has the names of the day of birth, a native place those of the old communes, if
/// the record does not say otherwise.
fn dated(person: &Person, item: &str, mut value: Json) -> Json {
    if value.is_object() && value["on"].is_null() {
        let on = match item {
            "native_place" => Some(time::plus_days(places::REFORM, -1)),
            _ => person.birth(),
        };
        value["on"] = json!(on.map(|b| b.to_string()));
    }
    value
}

/// Relatives of whom there is one.
const ONE_EACH: [&str; 4] = ["father", "mother", "spouse", "guardian"];
/// Relatives of whom there are several.
const SEVERAL: [&str; 2] = ["children", "wards"];

/// Relatives with a number have their name from their own record.
fn relatives(tx: &mut ReadTx, mut value: Json) -> Result<Json> {
    if value.is_null() {
        value = json!({});
    }
    let Some(parts) = value.as_object_mut() else { return Ok(value) };
    for one in ONE_EACH {
        parts.entry(one).or_insert(Json::Null);
    }
    for list in SEVERAL {
        let list = parts.entry(list).or_insert(Json::Null);
        if list.is_null() {
            *list = json!([]);
        }
    }
    let mut all: Vec<&mut Json> = Vec::new();
    for (part, who) in parts {
        if ONE_EACH.contains(&part.as_str()) {
            all.push(who);
        } else if SEVERAL.contains(&part.as_str()) {
            all.extend(who.as_array_mut().into_iter().flatten());
        }
    }
    all.retain(|who| who.is_object());
    let pids: Vec<Option<PersonalId>> = all.iter().map(|who| number_of(who)).collect();
    let names = names(tx, pids.iter().flatten())?;
    for (who, pid) in all.into_iter().zip(&pids) {
        if let Some(name) = pid.as_ref().and_then(|pid| names.get(pid)) {
            who["name"] = json!(name);
        }
        if who["nationality"].is_null() {
            who["nationality"] = json!("VN");
        }
    }
    Ok(value)
}

/// The number of a person named in another one's record.
fn number_of(who: &Json) -> Option<PersonalId> {
    who["pid"].as_str().and_then(|p| PersonalId::parse(p).ok())
}

/// Codes of residence are those since July 2025, also in a record of an earlier day.
fn address(value: &mut Json, today: Date) {
    if let Some(there) = name_place(value, today.max(places::REFORM)) {
        value["commune"] = json!(there.code_str());
    }
}

/// Adds what the place of a code is called on a day, and its province.
fn name_place(value: &mut Json, on: Date) -> Option<&'static Commune> {
    let there = geo::commune(value["commune"].as_str()?, on);
    let text = there.map(|c| geo::address_in(value["line"].as_str(), c));
    value["province"] = json!(there.map(|c| c.province().code_str()));
    value["text"] = json!(text);
    there
}

pub(crate) struct Brief {
    pub name: String,
    pub birth: String,
    pub sex: String,
    relatives: Json,
    temporary: Json,
}

/// What the lists of a household show of these people, in their order; none for a number of nobody.
pub(crate) fn briefs<'p>(
    tx: &mut ReadTx,
    pids: impl Iterator<Item = &'p PersonalId>,
) -> Result<Vec<Option<Brief>>> {
    let json =
        |s: Option<String>| s.and_then(|s| serde_json::from_str(&s).ok()).unwrap_or_default();
    let pids: Vec<PersonalId> = pids.cloned().collect();
    let sql = "SELECT pid, name, birth, sex, relatives, temporary FROM person WHERE pid";
    let found = many::rows(tx, sql, &pids, |r| {
        let brief = Brief {
            name: r.get(1)?,
            birth: r.get(2)?,
            sex: r.get(3)?,
            relatives: json(r.get(4)?),
            temporary: json(r.get(5)?),
        };
        Ok((r.get::<PersonalId>(0)?, brief))
    })?;
    let mut found: HashMap<PersonalId, Brief> = found.into_iter().collect();
    Ok(pids.iter().map(|pid| found.remove(pid)).collect())
}

/// The names of these people; a number of nobody has none.
pub(crate) fn names<'p>(
    tx: &mut ReadTx,
    pids: impl Iterator<Item = &'p PersonalId>,
) -> Result<HashMap<PersonalId, String>> {
    let mut pids: Vec<PersonalId> = pids.cloned().collect();
    pids.sort_unstable();
    pids.dedup();
    let sql = "SELECT pid, name FROM person WHERE pid";
    Ok(many::rows(tx, sql, &pids, |r| Ok((r.get(0)?, r.get(1)?)))?.into_iter().collect())
}

pub(crate) fn name_of(tx: &mut ReadTx, pid: &PersonalId) -> Result<Option<String>> {
    tx.row(NAME, params![pid], |r| r.get(0))
}

const NAME: &str = "SELECT name FROM person WHERE pid = ?1";

/// `{pid, name}` of a person, or null.
pub(crate) fn named(tx: &mut ReadTx, pid: Option<&PersonalId>) -> Result<Json> {
    let Some(pid) = pid else { return Ok(Json::Null) };
    Ok(name_of(tx, pid)?.map_or(Json::Null, |name| json!({"pid": pid.as_str(), "name": name})))
}

/// As [`named`]; whoever was met before is not read again.
fn named_once(
    tx: &mut ReadTx,
    met: &mut HashMap<PersonalId, Json>,
    pid: Option<&PersonalId>,
) -> Result<Json> {
    if let Some(known) = pid.and_then(|pid| met.get(pid)) {
        return Ok(known.clone());
    }
    let named = named(tx, pid)?;
    met.extend(pid.map(|pid| (pid.clone(), named.clone())));
    Ok(named)
}

/// The household of permanent residence, else of temporary residence. In a collective dwelling the
/// other residents are not named: they are no family.
fn of_household(
    tx: &mut ReadTx,
    person: &Person,
    part: Option<&str>,
    seen: Seen,
    others: &mut Vec<PersonalId>,
) -> Result<Json> {
    let Some(id) = home(person) else { return Ok(Json::Null) };
    household_facts(tx, id, &person.pid, part, seen, others)
}

/// The household whose data a person's record shows.
fn home(person: &Person) -> Option<&HouseholdId> {
    person.household.as_ref().or(person.stay_household.as_ref())
}

pub(crate) fn household_facts(
    tx: &mut ReadTx,
    id: &HouseholdId,
    viewer: &PersonalId,
    part: Option<&str>,
    seen: Seen,
    others: &mut Vec<PersonalId>,
) -> Result<Json> {
    if let Seen::Now(_) = seen {
        household::foresee(tx, id)?;
    }
    let house = household::get(tx, id)?;
    let list = match seen {
        Seen::Now(_) => household::members(tx, id)?,
        Seen::AsOf { on, known } => household::members_as_of(tx, id, on, known)?,
    };
    let today = seen.day();
    let (mut members, mut minors, mut head) = (Vec::new(), Vec::new(), Json::Null);
    let mut met = HashMap::new();
    let list: Vec<_> = list.iter().filter(|m| !house.collective || &m.pid == viewer).collect();
    let briefs = briefs(tx, list.iter().map(|m| &m.pid))?;
    for (m, b) in list.into_iter().zip(briefs) {
        let Some(b) = b else { continue };
        let mut line = json!({
            "pid": m.pid.as_str(), "name": b.name, "birth": b.birth, "sex": b.sex,
            "relation": m.relation, "residence": m.kind.as_str(), "since": m.since.to_string(),
        });
        if m.kind == Kind::Temporary {
            line["until"] = b.temporary["until"].clone();
        }
        if m.relation == "head" {
            head = json!({"pid": m.pid.as_str(), "name": b.name});
        }
        let minor = birth_date(&b.birth).is_some_and(|d| time::age_on(d, today) < 18);
        let cared_for =
            PARENTS.iter().any(|who| b.relatives[*who]["pid"].as_str() == Some(viewer.as_str()));
        let is_minor = minor && cared_for && &m.pid != viewer;
        if is_minor {
            minors.push((line.clone(), b.relatives));
        }
        let shown = match part {
            None | Some("members") => true,
            Some("head") => m.relation == "head",
            Some("minors") => is_minor,
            Some(_) => false,
        };
        if shown && &m.pid != viewer {
            others.push(m.pid.clone());
        }
        members.push(line);
        met.insert(m.pid.clone(), b.name);
    }
    let minors = with_parents(tx, minors, met)?;
    Ok(json!({
        "id": id.as_str(), "file": house.file, "version": house.version,
        "kind": if house.collective { "collective" } else { "family" },
        "head": head, "members": members, "minors": minors,
    }))
}

/// To each child father, mother and guardian with a number, so that a service can ask the other parent. `names`
/// are known, of those who live with them.
fn with_parents(
    tx: &mut ReadTx,
    minors: Vec<(Json, Json)>,
    mut names: HashMap<PersonalId, String>,
) -> Result<Vec<Json>> {
    let parents: Vec<Vec<(&str, PersonalId)>> = minors
        .iter()
        .map(|(_, of)| {
            PARENTS.iter().filter_map(|who| Some((*who, number_of(&of[*who])?))).collect()
        })
        .collect();
    let elsewhere =
        parents.iter().flatten().map(|(_, pid)| pid).filter(|pid| !names.contains_key(pid));
    let others = self::names(tx, elsewhere)?;
    names.extend(others);
    let children = minors.into_iter().zip(parents).map(|((mut child, _), parents)| {
        let line = |(who, pid): (&str, PersonalId)| json!({"as": who, "pid": pid.as_str(), "name": names.get(&pid)});
        child["parents"] = parents.into_iter().map(line).collect();
        child
    });
    Ok(children.collect())
}

/// Facts of a dwelling, and the people whose data are in them with the item they appear under.
pub(crate) fn of_dwelling(
    tx: &mut ReadTx,
    d: &household::Dwelling,
    items: &[&str],
    today: Date,
) -> Result<(Facts, Vec<(PersonalId, String)>)> {
    let mut facts = Map::new();
    let mut people: Vec<(PersonalId, String)> = Vec::new();
    facts.insert("id".into(), json!(d.id.as_str()));
    if let Some(owner) = &d.owner
        && items.contains(&"dwelling.owner")
    {
        tx.foresee(&[(NAME, params![owner])])?;
    }
    let houses = household::in_dwelling(tx, &d.id)?;
    // An owner mostly is the head as well.
    let mut met = HashMap::new();
    for item in items {
        match item.strip_prefix("dwelling.").unwrap_or(item) {
            "commune" => {
                facts.insert("commune".into(), json!(places::code_on(&d.commune, today)));
                facts.insert("province".into(), json!(geo::province_of(&d.commune, today)));
            }
            "line" => {
                facts.insert("line".into(), json!(d.line));
                let text = geo::address(Some(&d.line), &d.commune, today);
                facts.insert("text".into(), json!(text));
            }
            "kind" => {
                facts.insert("kind".into(), json!(d.kind));
            }
            "owner" => {
                facts.insert("owner".into(), named_once(tx, &mut met, d.owner.as_ref())?);
                facts.insert("owner_org".into(), json!(d.owner_org));
                people.extend(d.owner.iter().map(|p| (p.clone(), "dwelling.owner".to_owned())));
            }
            "title" => {
                facts.insert("title".into(), d.title.clone().unwrap_or(Json::Null));
            }
            "head" => {
                let main = main_household(d, &houses);
                facts.insert("household".into(), json!(main.map(|h| h.id.as_str())));
                let head = main.and_then(|h| h.head.clone());
                facts.insert("head".into(), named_once(tx, &mut met, head.as_ref())?);
                people.extend(head.into_iter().map(|p| (p, "dwelling.head".to_owned())));
            }
            "households" => {
                let mut list = Vec::new();
                for h in &houses {
                    let size = household::members(tx, &h.id)?.len();
                    let head = named_once(tx, &mut met, h.head.as_ref())?;
                    people.extend(
                        h.head.iter().map(|p| (p.clone(), "dwelling.households".to_owned())),
                    );
                    let kind = if h.collective { "collective" } else { "family" };
                    list.push(
                        json!({"id": h.id.as_str(), "kind": kind, "head": head, "size": size}),
                    );
                }
                facts.insert("households".into(), Json::Array(list));
            }
            _ => {}
        }
    }
    Ok((Facts(facts), people))
}

/// The household a newcomer would most likely join: the owner's, else the oldest with a head.
fn main_household<'h>(
    d: &household::Dwelling,
    houses: &'h [household::Household],
) -> Option<&'h household::Household> {
    houses
        .iter()
        .find(|h| h.head.is_some() && h.head == d.owner)
        .or_else(|| houses.iter().find(|h| h.head.is_some()))
}
