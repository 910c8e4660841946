//! The person's row and acts in the database. Nothing here is public: data leave by the door.

use crate::errors::{
    BEFORE_LAST_CHANGE, PERSON_DEAD, PERSON_MERGED, PERSON_UNKNOWN, TRUE_FROM_FUTURE,
};
use crate::geo;
use crate::history::{self, Act};
use crate::law::Subject;
use crate::model::{Certainty, Source, birth_date};
use kernel::{Actor, Date, Error, HouseholdId, Instant, PersonalId, Result, time, vietnamese};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use store::{ReadTx, Row, Value, WriteTx, params};

/// Items with a column of their own, in the order of the columns.
pub(crate) const STORED: [&str; 24] = [
    "name",
    "other_name",
    "birth",
    "sex",
    "birth_place",
    "birth_registration",
    "native_place",
    "ethnic",
    "religion",
    "nationality",
    "blood",
    "old_id",
    "card",
    "relatives",
    "permanent",
    "temporary",
    "abode",
    "absence",
    "residence_file",
    "marital",
    "relation",
    "death",
    "contact",
    "other",
];
/// Items that follow from elsewhere.
pub(crate) const DERIVED: [&str; 2] = ["pid", "household"];
/// Items whose column holds plain text; the others hold JSON.
const PLAIN: [&str; 10] = [
    "name",
    "other_name",
    "birth",
    "sex",
    "blood",
    "old_id",
    "residence_file",
    "marital",
    "relation",
    MERGED_INTO,
];
/// A record that turned out to be another one's: the number of the record that goes on. Kept by acts
/// like an item, but no item of the law.
pub(crate) const MERGED_INTO: &str = "merged_into";
/// Items that residence commands write.
pub(crate) const OF_RESIDENCE: [&str; 6] =
    ["permanent", "temporary", "abode", "absence", "residence_file", "relation"];

const SELECT: &str = "SELECT pid, version, commune, stay_commune, household, stay_household, \
    disputed, merged_into, name, other_name, birth, sex, birth_place, birth_registration, \
    native_place, ethnic, religion, nationality, blood, old_id, card, relatives, permanent, \
    temporary, abode, absence, residence_file, marital, relation, death, contact, other FROM person";
/// Relatives who speak for a minor.
pub(crate) const PARENTS: [&str; 3] = ["father", "mother", "guardian"];

/// Columns before the items.
const HEAD: usize = 8;

/// A person's current row. Values stay as stored until asked for.
pub(crate) struct Person {
    pub pid: PersonalId,
    pub version: i64,
    pub commune: Option<String>,
    pub stay_commune: Option<String>,
    pub household: Option<HouseholdId>,
    pub stay_household: Option<HouseholdId>,
    disputed: Option<String>,
    /// The record that goes on for this one.
    pub merged_into: Option<PersonalId>,
    values: Vec<Option<String>>,
}

pub(crate) fn column(item: &str) -> Option<usize> {
    STORED.iter().position(|s| *s == item)
}

pub(crate) fn is_plain(item: &str) -> bool {
    PLAIN.contains(&item)
}

/// An item's value as its column holds it.
pub(crate) fn encode(item: &str, value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(s) if is_plain(item) => Some(s.clone()),
        other => Some(other.to_string()),
    }
}

fn decode(item: &str, stored: Option<&str>) -> Result<Json> {
    Ok(match stored {
        None => Json::Null,
        Some(s) if is_plain(item) => Json::String(s.to_owned()),
        Some(s) => serde_json::from_str(s)?,
    })
}

impl Person {
    fn from_row(r: &Row) -> Result<Self> {
        let values = (HEAD..HEAD + STORED.len()).map(|i| r.get(i)).collect::<Result<_>>()?;
        Ok(Self {
            pid: r.get(0)?,
            version: r.get(1)?,
            commune: r.get(2)?,
            stay_commune: r.get(3)?,
            household: r.get(4)?,
            stay_household: r.get(5)?,
            disputed: r.get(6)?,
            merged_into: r.get(7)?,
            values,
        })
    }
    /// The stored text of an item.
    pub(crate) fn raw(&self, item: &str) -> Option<&str> {
        self.values.get(column(item)?)?.as_deref()
    }
    /// The value of a stored item.
    pub(crate) fn value(&self, item: &str) -> Result<Json> {
        decode(item, self.raw(item))
    }
    pub(crate) fn name(&self) -> &str {
        self.raw("name").unwrap_or_default()
    }
    pub(crate) fn birth(&self) -> Option<Date> {
        birth_date(self.raw("birth")?)
    }
    pub(crate) fn is_dead(&self) -> bool {
        self.raw("death").is_some()
    }
    pub(crate) fn is_minor(&self, on: Date) -> bool {
        self.birth().is_some_and(|b| time::age_on(b, on) < 18)
    }
    pub(crate) fn disputed(&self) -> Vec<String> {
        self.disputed.as_deref().and_then(|d| serde_json::from_str(d).ok()).unwrap_or_default()
    }
    /// Numbers of father, mother and guardian.
    pub(crate) fn guardians(&self) -> Vec<String> {
        let relatives = self.value("relatives").unwrap_or_default();
        PARENTS.iter().filter_map(|w| relatives[*w]["pid"].as_str().map(str::to_owned)).collect()
    }
    /// What access conditions may look at.
    pub(crate) fn subject(&self, today: Date) -> Subject {
        let minor = self.is_minor(today);
        let here = |code: &String| places::code_on(code, today).to_owned();
        let commune = self.commune.as_ref().map(here);
        Subject {
            pid: Some(self.pid.as_str().to_owned()),
            province: commune
                .as_deref()
                .and_then(|c| geo::province_of(c, today))
                .map(str::to_owned),
            commune,
            stay_commune: self.stay_commune.as_ref().map(here),
            minor,
            dead: self.is_dead(),
            guardians: if minor { self.guardians() } else { Vec::new() },
        }
    }
}

/// A person is going to be read.
pub(crate) fn foresee(tx: &mut ReadTx, pid: &PersonalId) -> Result<()> {
    tx.foresee(&[(&format!("{SELECT} WHERE pid = ?1"), params![pid])])
}

/// The acts of a person are going to be read.
pub(crate) fn foresee_acts(tx: &mut ReadTx, pid: &PersonalId) -> Result<()> {
    tx.foresee(&[(ACTS, params![pid])])
}

/// A person's current row.
pub(crate) fn find(tx: &mut ReadTx, pid: &PersonalId) -> Result<Option<Person>> {
    tx.row(&format!("{SELECT} WHERE pid = ?1"), params![pid], Person::from_row)
}

/// The rows of some persons at once, in no order; who is not there is left out.
pub(crate) fn find_all(tx: &mut ReadTx, pids: &[PersonalId]) -> Result<Vec<Person>> {
    crate::many::rows(tx, &format!("{SELECT} WHERE pid"), pids, Person::from_row)
}

/// The households in which persons live in some communes, by permanent residence or a stay.
pub(crate) fn homes(
    tx: &mut ReadTx,
    pids: &[String],
    communes: &[String],
) -> Result<Vec<(String, HouseholdId)>> {
    let sql = "SELECT pid, commune, household, stay_commune, stay_household FROM person WHERE pid";
    let rows = crate::many::rows(tx, sql, pids, |r| {
        let home = |commune: usize| -> Result<Option<HouseholdId>> {
            let here = r.get::<Option<String>>(commune)?.is_some_and(|c| communes.contains(&c));
            if here { r.get(commune + 1) } else { Ok(None) }
        };
        Ok((r.get::<String>(0)?, [home(1)?, home(3)?]))
    })?;
    let each = |(pid, homes): (String, [Option<HouseholdId>; 2])| {
        homes.into_iter().flatten().map(move |home| (pid.clone(), home))
    };
    Ok(rows.into_iter().flat_map(each).collect())
}

/// The persons behind a number, in the order of numbers; records that were merged into another are none.
pub(crate) fn after(tx: &mut ReadTx, pid: &str, limit: i64) -> Result<Vec<Person>> {
    let sql = format!("{SELECT} WHERE pid > ?1 AND merged_into IS NULL ORDER BY pid LIMIT ?2");
    tx.rows(&sql, params![pid, limit], Person::from_row)
}

/// A person who must be there.
pub(crate) fn get(tx: &mut ReadTx, pid: &PersonalId) -> Result<Person> {
    find(tx, pid)?.ok_or_else(|| Error::new(PERSON_UNKNOWN))
}

/// A person who must be there, alive, under the number that goes on.
pub(crate) fn living(tx: &mut ReadTx, pid: &PersonalId) -> Result<Person> {
    let p = get(tx, pid)?;
    if p.merged_into.is_some() {
        return Err(Error::new(PERSON_MERGED));
    }
    if p.is_dead() { Err(Error::new(PERSON_DEAD)) } else { Ok(p) }
}

const ACTS: &str = "SELECT n, item, old, new, true_from, recorded_at, act, basis, agency, post, \
    dossier, certainty FROM person_act WHERE pid = ?1 ORDER BY n";

/// All acts of a person; what was there from the first record counts as an act on each item.
pub(crate) fn acts(tx: &mut ReadTx, pid: &PersonalId) -> Result<Vec<Act>> {
    let person = get(tx, pid)?;
    acts_of(tx, &person)
}

/// As [`acts`], for a row just read.
///
/// The first record is kept once, in the row: its act (item `*`) carries no values. When an item
/// changes for the first time, its first value becomes an act of its own ([`change`]); so an item
/// without acts still has the value it began with.
pub(crate) fn acts_of(tx: &mut ReadTx, person: &Person) -> Result<Vec<Act>> {
    let mut out = Vec::new();
    let mut first: Option<Act> = None;
    tx.each(ACTS, params![&person.pid], |r| {
        let act = act_row(r)?;
        if act.item == FIRST {
            first = Some(act);
        } else {
            out.push(act);
        }
        Ok(true)
    })?;
    let Some(first) = first else { return Ok(out) };
    let changed: Vec<String> = out.iter().map(|a| a.item.clone()).collect();
    for item in STORED {
        if changed.iter().any(|c| c == item) {
            continue;
        }
        let new = person.value(item)?;
        if !new.is_null() {
            let true_from = began(person, item, &new).unwrap_or(first.true_from);
            out.push(Act { item: item.to_owned(), new, true_from, ..first.clone() });
        }
    }
    Ok(out)
}

fn act_row(r: &Row) -> Result<Act> {
    let json = |i| -> Result<Json> {
        let s: Option<String> = r.get(i)?;
        s.map_or(Ok(Json::Null), |s| Ok(serde_json::from_str(&s)?))
    };
    Ok(Act {
        n: r.get(0)?,
        item: r.get(1)?,
        old: json(2)?,
        new: json(3)?,
        true_from: r.get(4)?,
        recorded_at: r.get(5)?,
        act: r.get(6)?,
        basis: r.get(7)?,
        agency: r.get(8)?,
        post: r.get(9)?,
        dossier: r.get::<Option<String>>(10)?.map(Into::into),
        certainty: r.get::<Option<String>>(11)?.as_deref().and_then(Certainty::parse),
    })
}

/// From when a first value is true, if not from birth: residence says so itself, and the place in
/// the household goes with it.
fn began(person: &Person, item: &str, value: &Json) -> Option<Date> {
    let day = |v: &Json, key: &str| v[key].as_str().and_then(|d| d.parse().ok());
    match item {
        "permanent" | "temporary" | "abode" | "absence" => day(value, "since"),
        "relation" | "residence_file" => ["permanent", "temporary"]
            .iter()
            .find_map(|home| day(&person.value(home).ok()?, "since")),
        "death" => day(value, "on"),
        _ => None,
    }
}

/// The item of the act that stands for a person's first record.
pub(crate) const FIRST: &str = "*";

/// What a change is recorded under.
pub(crate) struct Under<'a> {
    pub act: &'a str,
    pub actor: &'a Actor,
    pub source: &'a Source,
}

/// One item's new value.
pub(crate) struct Change {
    pub item: &'static str,
    pub new: Json,
    pub true_from: Date,
}

impl Change {
    pub(crate) fn new(item: &'static str, new: Json, true_from: Date) -> Self {
        Self { item, new, true_from }
    }
}

/// Columns of `person`: what follows from the items, then the items as [`STORED`] lists them.
pub(crate) const COLUMNS: &str = "pid, version, name_key, given_key, commune, stay_commune, \
    household, stay_household, disputed, name, other_name, birth, sex, birth_place, \
    birth_registration, native_place, ethnic, religion, nationality, blood, old_id, card, relatives, \
    permanent, temporary, abode, absence, residence_file, marital, relation, death, contact, other";
/// How many they are.
pub(crate) const WIDTH: usize = 9 + STORED.len();
const ACT_COLUMNS: &str = "pid, n, item, old, new, true_from, recorded_at, act, basis, agency, post, \
    dossier, certainty";

/// Columns that follow from the items.
pub(crate) fn keys(name: &str) -> (String, String) {
    (vietnamese::search_key(name), vietnamese::search_key(&vietnamese::given_name(name)))
}

fn text_at(value: Option<&Json>, key: &str) -> Option<String> {
    value.and_then(|v| v[key].as_str()).map(str::to_owned)
}

/// Writes the first record: row and act.
pub(crate) fn insert(
    tx: &mut WriteTx,
    pid: &PersonalId,
    first: &Map<String, Json>,
    under: &Under,
) -> Result<()> {
    let name = first.get("name").and_then(Json::as_str).unwrap_or_default();
    let birth = first.get("birth").and_then(Json::as_str).and_then(birth_date);
    let birth = birth.ok_or_else(|| Error::new(crate::errors::ITEM_SHAPE).field("birth"))?;
    let (name_key, given_key) = keys(name);
    let of = |item: &str| first.get(item);
    let mut row: Vec<Value> = vec![
        pid.into(),
        1i64.into(),
        name_key.into(),
        given_key.into(),
        text_at(of("permanent"), "commune").into(),
        text_at(of("temporary"), "commune").into(),
        text_at(of("permanent"), "household").into(),
        text_at(of("temporary"), "household").into(),
        Value::Null,
    ];
    row.extend(STORED.iter().map(|i| Value::from(of(i).and_then(|v| encode(i, v)))));
    tx.insert_many(&format!("INSERT INTO person ({COLUMNS})"), vec![row])?;
    let now = tx.now();
    let act = new_act(1, FIRST, (Json::Null, Json::Null), birth, now, under);
    insert_acts(tx, pid, &[act])
}

/// An act on an item, from `old` to `new`.
fn new_act(
    n: i64,
    item: &str,
    (old, new): (Json, Json),
    true_from: Date,
    now: Instant,
    under: &Under,
) -> Act {
    let post = under.actor.appointment.as_ref();
    Act {
        n,
        item: item.to_owned(),
        old,
        new,
        true_from,
        recorded_at: now,
        act: under.act.to_owned(),
        basis: under.source.basis.clone(),
        agency: post.map(|a| a.agency.as_str().to_owned()),
        post: post.map(|a| a.post.as_str().to_owned()),
        dossier: under.source.dossier.clone(),
        certainty: under.source.certainty,
    }
}

/// Writes acts of one person, all at once.
fn insert_acts(tx: &mut WriteTx, pid: &PersonalId, acts: &[Act]) -> Result<()> {
    let text = |j: &Json| if j.is_null() { None } else { Some(j.to_string()) };
    let row = |a: &Act| {
        params![
            pid,
            a.n,
            &a.item,
            text(&a.old),
            text(&a.new),
            a.true_from,
            a.recorded_at,
            &a.act,
            a.basis.clone(),
            a.agency.clone(),
            a.post.clone(),
            a.dossier.as_ref().map(|d| d.as_str().to_owned()),
            a.certainty.map(Certainty::as_str),
        ]
        .to_vec()
    };
    let insert = format!("INSERT INTO person_act ({ACT_COLUMNS})");
    tx.insert_many(&insert, acts.iter().map(row).collect())
}

/// Records acts on some items and brings the row in line with what the acts now say. Fails if the
/// row changed since `person` was read.
pub(crate) fn change(
    tx: &mut WriteTx,
    person: &Person,
    changes: &[Change],
    under: &Under,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (now, today) = (tx.now(), tx.now().date());
    let mut all = acts_of(tx, person)?;
    let mut n = person.version;
    let mut fresh = Vec::with_capacity(2 * changes.len());
    for c in changes {
        check_order(&all, c, today)?;
        fresh.extend(keep_first(&mut all, c.item, &mut n));
        let old = history::value_at(&all, c.item, c.true_from, now).cloned().unwrap_or(Json::Null);
        n += 1;
        let act = new_act(n, c.item, (old, c.new.clone()), c.true_from, now, under);
        fresh.push(act.clone());
        all.push(act);
    }
    insert_acts(tx, &person.pid, &fresh)?;
    let state = history::state_at(&all, today, now);
    let touched: Vec<&'static str> = changes.iter().map(|c| c.item).collect();
    update_row(tx, person, n, &touched, &state)
}

/// An item that changes for the first time: the value it began with becomes an act of its own,
/// recorded when the first record was.
fn keep_first(all: &mut [Act], item: &str, n: &mut i64) -> Option<Act> {
    let first = all.iter_mut().find(|a| a.item == item && a.n == 1)?;
    *n += 1;
    first.n = *n;
    Some(Act { old: Json::Null, ..first.clone() })
}

/// Nothing begins tomorrow; and residence moves forward only, or the row would not follow the acts.
fn check_order(acts: &[Act], c: &Change, today: Date) -> Result<()> {
    if c.true_from > today {
        return Err(Error::new(TRUE_FROM_FUTURE));
    }
    let last = acts.iter().filter(|a| a.item == c.item).map(|a| a.true_from).max();
    if OF_RESIDENCE.contains(&c.item) && last.is_some_and(|l| c.true_from < l) {
        return Err(Error::new(BEFORE_LAST_CHANGE));
    }
    Ok(())
}

fn update_row(
    tx: &mut WriteTx,
    person: &Person,
    version: i64,
    touched: &[&'static str],
    state: &BTreeMap<&str, &Json>,
) -> Result<()> {
    let mut sets = vec!["version = ?1".to_owned()];
    let mut values: Vec<Value> = vec![version.into()];
    let mut set = |column: &str, v: Value| {
        values.push(v);
        sets.push(format!("{column} = ?{}", values.len()));
    };
    let mut done: Vec<&str> = Vec::new();
    for item in touched {
        if done.contains(item) {
            continue;
        }
        done.push(item);
        let value = state.get(item).copied();
        set(item, value.and_then(|v| encode(item, v)).into());
        match *item {
            "name" => {
                let (name_key, given_key) = keys(value.and_then(Json::as_str).unwrap_or_default());
                set("name_key", name_key.into());
                set("given_key", given_key.into());
            }
            "permanent" => {
                set("commune", text_at(value, "commune").into());
                set("household", text_at(value, "household").into());
            }
            "temporary" => {
                set("stay_commune", text_at(value, "commune").into());
                set("stay_household", text_at(value, "household").into());
            }
            _ => {}
        }
    }
    values.push((&person.pid).into());
    values.push(person.version.into());
    let sql = format!(
        "UPDATE person SET {} WHERE pid = ?{} AND version = ?{}",
        sets.join(", "),
        values.len() - 1,
        values.len()
    );
    tx.send_one(&sql, &values)
}

/// Sets the list of disputed items of the row.
pub(crate) fn set_disputed(tx: &mut WriteTx, pid: &PersonalId, items: &[String]) -> Result<()> {
    let list = if items.is_empty() { None } else { Some(serde_json::to_string(items)?) };
    tx.send_one("UPDATE person SET disputed = ?1 WHERE pid = ?2", params![list, pid])
}

/// The record as it was on a day, as known at a moment, in the shape of a row.
pub(crate) fn as_of(tx: &mut ReadTx, person: &Person, on: Date, known: Instant) -> Result<Person> {
    let all = acts_of(tx, person)?;
    let state = history::state_at(&all, on, known);
    let values = STORED.iter().map(|i| state.get(i).and_then(|v| encode(i, v))).collect();
    let at = |item: &str, key: &str| text_at(state.get(item).copied(), key);
    Ok(Person {
        pid: person.pid.clone(),
        version: all.iter().filter(|a| a.recorded_at <= known).map(|a| a.n).max().unwrap_or(0),
        commune: at("permanent", "commune"),
        stay_commune: at("temporary", "commune"),
        household: at("permanent", "household").map(Into::into),
        stay_household: at("temporary", "household").map(Into::into),
        disputed: None,
        merged_into: person.merged_into.clone(),
        values,
    })
}
