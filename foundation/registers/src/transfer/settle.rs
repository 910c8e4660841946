//! Persons new to the register, with where they live: dwellings and households are found or made, then
//! all rows of a batch are written at once.

use super::keys::by_keys;
use super::remark::{Reason, Remark};
use super::rules::Checked;
use crate::model::Certainty;
use crate::person::{self, STORED};
use kernel::{Date, Instant, Result, vietnamese};
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};
use store::{ReadTx, Rows, WriteTx, params};

/// Under what a batch is recorded.
pub(crate) struct Under<'a> {
    pub at: Instant,
    pub source: &'a str,
    pub certainty: Certainty,
}

/// Where one person lives, as the list has it.
struct Home {
    /// Which person of the batch.
    person: usize,
    kind: &'static str,
    dwelling: DwellingKey,
    household: Option<HouseKey>,
    relation: Option<String>,
    since: String,
    until: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum DwellingKey {
    Id(String),
    Address(String, String),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum HouseKey {
    Id(String),
    File(String),
}

/// A household as this batch needs it.
struct House {
    id: String,
    dwelling: String,
    file: String,
    /// Nobody has said the file's number yet: it is ours, and the first who lives there permanently may
    /// bring another.
    numbered: bool,
    head: Option<String>,
    /// Number of its newest change.
    version: i64,
    /// Begun by this very run.
    ours: bool,
    new: bool,
    opened_on: String,
    collective: bool,
}

/// Writes new persons. What is to be said about them goes to `remarks`.
pub(crate) fn add(
    tx: &mut WriteTx,
    people: &[&Checked],
    under: &Under,
    remarks: &mut Vec<Remark>,
) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let homes = homes(people, under.at.date());
    let dwellings = dwellings(tx, people, &homes)?;
    let houses = households(tx, people, &homes, &dwellings, under)?;
    let mut rows = Tables::new(under);
    let mut residences: Vec<Residence> = (0..people.len()).map(|_| Residence::default()).collect();
    for home in &homes {
        let Some(dwelling) = dwellings.get(&home.dwelling) else { continue };
        let p = &people[home.person];
        let named = home.household.as_ref().and_then(|key| houses.get(key));
        let fits = named.filter(|h| h.dwelling == *dwelling);
        if named.is_some() && (fits.is_none() || home.relation.is_none()) {
            let column = if home.kind == "permanent" {
                "permanent.household"
            } else {
                "temporary.household"
            };
            remarks.push(Remark { line: p.line, column, reason: Reason::Household });
        }
        // A lodger is not at home in the same household.
        let twice = home.kind == "temporary"
            && fits.is_some_and(|h| residences[home.person].household.as_ref() == Some(&h.id));
        let house = fits.filter(|_| home.relation.is_some() && !twice);
        let commune = p.items[home.kind]["commune"].as_str().unwrap_or_default();
        let registration = rows.residence(tx, p, home, (commune, dwelling), house)?;
        if let (Some(house), Some(relation)) = (house, &home.relation) {
            rows.member(tx, house, p, home, relation)?;
        }
        residences[home.person].set(home, dwelling, house, registration);
    }
    for (p, residence) in people.iter().zip(&residences) {
        rows.person(tx, p, residence)?;
    }
    rows.write(tx)
}

fn homes(people: &[&Checked], today: Date) -> Vec<Home> {
    let mut homes = Vec::new();
    for (person, p) in people.iter().enumerate() {
        for kind in ["permanent", "temporary"] {
            let Some(value) = p.items.get(kind) else { continue };
            let text = |key: &str| value[key].as_str().map(str::to_owned);
            let (Some(commune), Some(line)) = (text("commune"), text("line")) else { continue };
            let dwelling = match text("dwelling") {
                Some(id) => DwellingKey::Id(id),
                None => DwellingKey::Address(commune, vietnamese::search_key(&line)),
            };
            let item = |item: &str| p.items.get(item).and_then(Json::as_str).map(str::to_owned);
            let (file, relation) = match kind {
                "permanent" => (item("residence_file"), item("relation")),
                _ => (None, p.stay_relation.clone()),
            };
            let household = text("household").map(HouseKey::Id).or(file.map(HouseKey::File));
            homes.push(Home {
                person,
                kind,
                dwelling,
                household,
                relation,
                since: text("since").unwrap_or_else(|| today.to_string()),
                until: text("until"),
            });
        }
    }
    homes
}

/// The dwelling of each home; those that are not there yet are made.
fn dwellings(
    tx: &mut WriteTx,
    people: &[&Checked],
    homes: &[Home],
) -> Result<HashMap<DwellingKey, String>> {
    let mut found: HashMap<DwellingKey, String> = HashMap::new();
    let (mut ids, mut addresses) = (Vec::new(), HashMap::<&str, Vec<String>>::new());
    let mut met = HashSet::new();
    for home in homes.iter().filter(|h| met.insert(&h.dwelling)) {
        match &home.dwelling {
            DwellingKey::Id(id) => ids.push(id.clone()),
            DwellingKey::Address(commune, line) => {
                addresses.entry(commune).or_default().push(line.clone());
            }
        }
    }
    for id in by_keys(tx, "SELECT id FROM dwelling WHERE id", &ids, |r| r.get::<String>(0))? {
        found.insert(DwellingKey::Id(id.clone()), id);
    }
    for (commune, lines) in addresses {
        // Codes are five digits: nothing else can stand in the statement.
        let sql =
            format!("SELECT id, line_key FROM dwelling WHERE commune = '{commune}' AND line_key");
        let there = by_keys(tx, &sql, &lines, |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?)))?;
        for (id, line) in there {
            let slot = found.entry(DwellingKey::Address(commune.to_owned(), line));
            // Of several with one address the first made.
            let slot = slot.or_insert_with(|| id.clone());
            if id < *slot {
                *slot = id;
            }
        }
    }
    let mut rows = Rows::new(6);
    for home in homes {
        if found.contains_key(&home.dwelling) {
            continue;
        }
        let value = &people[home.person].items[home.kind];
        let text = |key: &str| value[key].as_str().unwrap_or_default();
        let id = match &home.dwelling {
            DwellingKey::Id(id) => id.clone(),
            DwellingKey::Address(..) => tx.new_id()?,
        };
        let kind =
            if home.relation.as_deref() == Some("collective") { "dormitory" } else { "home" };
        let line_key = vietnamese::search_key(text("line"));
        for column in [&id, text("commune"), text("line"), &line_key, kind] {
            rows.text(column);
        }
        rows.int(1);
        found.insert(home.dwelling.clone(), id);
    }
    tx.bulk("dwelling", "id, commune, line, line_key, kind, version", &rows)?;
    Ok(found)
}

const HOUSE: &str = "SELECT id, dwelling, file, head, version, opened_on, kind FROM household \
    WHERE closed_on IS NULL AND";

/// Open households by keys of one column. What is known of their beginning and members is asked for by
/// their ids afterwards: in one statement with joins PostgreSQL would go through whole tables.
fn open_houses(
    tx: &mut ReadTx,
    column: &'static str,
    keys: &[String],
    under: &Under,
) -> Result<Vec<House>> {
    let mut houses = by_keys(tx, &format!("{HOUSE} {column}"), keys, |r| {
        Ok(House {
            id: r.get(0)?,
            dwelling: r.get(1)?,
            file: r.get(2)?,
            head: r.get(3)?,
            version: r.get(4)?,
            opened_on: r.get(5)?,
            collective: r.get::<String>(6)? == "collective",
            ours: false,
            numbered: false,
            new: false,
        })
    })?;
    let ids: Vec<String> = houses.iter().map(|h| h.id.clone()).collect();
    let begun = "SELECT household, at FROM household_event WHERE version = 1 AND household";
    let begun = by_keys(tx, begun, &ids, |r| Ok((r.get::<String>(0)?, r.get::<Instant>(1)?)))?;
    let begun: HashMap<String, Instant> = begun.into_iter().collect();
    let settled = "SELECT household FROM household_member WHERE kind = 'permanent' AND household";
    let settled: HashSet<String> =
        by_keys(tx, settled, &ids, |r| r.get::<String>(0))?.into_iter().collect();
    for h in &mut houses {
        h.ours = begun.get(&h.id) == Some(&under.at);
        h.numbered = settled.contains(&h.id);
    }
    Ok(houses)
}

/// The household of each home that names one; those that are not there yet are made.
fn households(
    tx: &mut WriteTx,
    people: &[&Checked],
    homes: &[Home],
    dwellings: &HashMap<DwellingKey, String>,
    under: &Under,
) -> Result<HashMap<HouseKey, House>> {
    let mut found: HashMap<HouseKey, House> = HashMap::new();
    let (mut ids, mut files) = (HashSet::new(), HashSet::new());
    for key in homes.iter().filter_map(|h| h.household.as_ref()) {
        let (set, text) = match key {
            HouseKey::Id(id) => (&mut ids, id),
            HouseKey::File(file) => (&mut files, file),
        };
        set.insert(text.clone());
    }
    let (ids, files): (Vec<String>, Vec<String>) =
        (ids.into_iter().collect(), files.into_iter().collect());
    for h in open_houses(tx, "id", &ids, under)? {
        found.insert(HouseKey::Id(h.id.clone()), h);
    }
    for h in open_houses(tx, "file", &files, under)? {
        found.insert(HouseKey::File(h.file.clone()), h);
    }
    for home in homes {
        let (Some(key), Some(dwelling)) = (&home.household, dwellings.get(&home.dwelling)) else {
            continue;
        };
        if !found.contains_key(key) && home.relation.is_some() {
            let h = new_house(tx, people[home.person], home, key, dwelling)?;
            found.insert(key.clone(), h);
        }
        let Some(h) = found.get_mut(key) else { continue };
        if home.relation.as_deref() == Some("head") && h.head.is_none() {
            let pid = people[home.person].pid.as_str();
            h.head = Some(pid.to_owned());
            if !h.new {
                tx.execute(
                    "UPDATE household SET head = ?1 WHERE id = ?2 AND head IS NULL",
                    params![pid, &h.id],
                )?;
            }
        }
        if h.new && home.since < h.opened_on {
            h.opened_on.clone_from(&home.since);
        }
        if h.ours && !h.numbered && home.kind == "permanent" {
            number(tx, h, people[home.person])?;
        }
    }
    write_houses(tx, &found, under)?;
    Ok(found)
}

/// A lodger came before the family: the household has the number that the family's rows say.
fn number(tx: &mut WriteTx, h: &mut House, p: &Checked) -> Result<()> {
    let Some(file) = p.items.get("residence_file").and_then(Json::as_str) else { return Ok(()) };
    file.clone_into(&mut h.file);
    h.numbered = true;
    if !h.new {
        tx.execute("UPDATE household SET file = ?1 WHERE id = ?2", params![&h.file, &h.id])?;
    }
    Ok(())
}

fn new_house(
    tx: &mut WriteTx,
    p: &Checked,
    home: &Home,
    key: &HouseKey,
    dwelling: &str,
) -> Result<House> {
    let own_file = p.items.get("residence_file").and_then(Json::as_str);
    let (file, numbered) = match (key, own_file.filter(|_| home.kind == "permanent")) {
        (HouseKey::File(file), _) => (file.clone(), true),
        (HouseKey::Id(_), Some(file)) => (file.to_owned(), true),
        (HouseKey::Id(_), None) => {
            let commune = p.items[home.kind]["commune"].as_str().unwrap_or_default();
            (crate::residence::file_number(tx, commune)?, false)
        }
    };
    Ok(House {
        id: match key {
            HouseKey::Id(id) => id.clone(),
            HouseKey::File(_) => tx.new_id()?,
        },
        dwelling: dwelling.to_owned(),
        file,
        numbered,
        head: None,
        version: 1,
        ours: true,
        new: true,
        opened_on: home.since.clone(),
        collective: home.relation.as_deref() == Some("collective"),
    })
}

fn write_houses(tx: &mut WriteTx, all: &HashMap<HouseKey, House>, under: &Under) -> Result<()> {
    let mut new: Vec<&House> = all.values().filter(|h| h.new).collect();
    new.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let (mut rows, mut events) = (Rows::new(7), Rows::new(5));
    for h in new {
        for text in [&h.id, &h.dwelling, &h.file] {
            rows.text(text);
        }
        rows.text(if h.collective { "collective" } else { "family" });
        rows.maybe(h.head.as_deref());
        rows.text(&h.opened_on);
        rows.int(1);
        events.text(&h.id);
        events.int(1);
        events.int(under.at.0);
        events.text("opened");
        events.text("{}");
    }
    tx.bulk("household", "id, dwelling, file, kind, head, opened_on, version", &rows)?;
    tx.bulk("household_event", "household, version, at, kind, detail", &events)
}

/// What a person's row says of residence once it is settled.
#[derive(Default)]
struct Residence {
    permanent: Option<Json>,
    temporary: Option<Json>,
    household: Option<String>,
    stay_household: Option<String>,
    since: Option<(&'static str, String)>,
    file: Option<String>,
}

impl Residence {
    fn set(&mut self, home: &Home, dwelling: &str, house: Option<&House>, registration: String) {
        let id = house.map(|h| h.id.clone());
        let mut value = json!({"dwelling": dwelling, "since": home.since});
        if let Some(id) = &id {
            value["household"] = json!(id);
        }
        if home.kind == "permanent" {
            self.permanent = Some(value);
            self.household = id;
            self.file = house.map(|h| h.file.clone());
            self.since.get_or_insert_with(|| ("permanent", home.since.clone()));
        } else {
            value["registration"] = json!(registration);
            self.temporary = Some(value);
            self.stay_household = id;
            self.since = Some(("temporary", home.since.clone()));
        }
    }

    /// An item of residence as it is stored, from what the list says and what was settled.
    fn value(&self, p: &Checked, item: &str) -> Option<Json> {
        let given = p.items.get(item).cloned();
        match item {
            "permanent" | "temporary" => {
                let settled = if item == "permanent" { &self.permanent } else { &self.temporary };
                let (given, settled) = (given?, settled.as_ref()?);
                let order =
                    ["dwelling", "commune", "line", "household", "since", "until", "registration"];
                let mut out = serde_json::Map::new();
                for key in order {
                    let value = settled.get(key).or_else(|| given.get(key));
                    if let Some(value) =
                        value.filter(|_| key != "household" || settled[key].is_string())
                    {
                        out.insert(key.to_owned(), value.clone());
                    }
                }
                Some(Json::Object(out))
            }
            "abode" => match (given, &self.since) {
                (None, Some((kind, since))) => Some(json!({"kind": kind, "since": since})),
                (Some(mut abode), Some((_, since))) if abode["since"].is_null() => {
                    abode["since"] = json!(since);
                    Some(abode)
                }
                (given, _) => given,
            },
            "residence_file" => given.or_else(|| self.file.clone().map(Json::from)),
            _ => given,
        }
    }
}

/// Rows of one batch.
struct Tables<'a> {
    under: &'a Under<'a>,
    person: Rows,
    act: Rows,
    member: Rows,
    residence: Rows,
    dispute: Rows,
}

impl<'a> Tables<'a> {
    fn new(under: &'a Under<'a>) -> Self {
        Self {
            under,
            person: Rows::new(person::WIDTH),
            act: Rows::new(8),
            member: Rows::new(7),
            residence: Rows::new(11),
            dispute: Rows::new(3),
        }
    }

    /// The registration's row; its id.
    fn residence(
        &mut self,
        tx: &mut WriteTx,
        p: &Checked,
        home: &Home,
        (commune, dwelling): (&str, &str),
        house: Option<&House>,
    ) -> Result<String> {
        let given = p.items[home.kind]["registration"].as_str();
        let id = match (given, home.kind) {
            (Some(id), _) => id.to_owned(),
            (None, "permanent") => format!("P{}", p.pid.as_str()),
            (None, _) => tx.new_id()?,
        };
        let rows = &mut self.residence;
        for text in [p.pid.as_str(), &id, home.kind, commune, dwelling] {
            rows.text(text);
        }
        rows.maybe(house.map(|h| h.id.as_str()));
        rows.text(&home.since);
        rows.maybe(home.until.as_deref());
        rows.show(json!({"relation": home.relation}));
        rows.int(self.under.at.0);
        rows.int(1);
        Ok(id)
    }

    fn member(
        &mut self,
        tx: &mut WriteTx,
        house: &House,
        p: &Checked,
        home: &Home,
        relation: &str,
    ) -> Result<()> {
        let mut n = house.version;
        if !house.ours {
            // A household that was there before: its members see who was added.
            n = tx.one(
                "UPDATE household SET version = version + 1 WHERE id = ?1 RETURNING version",
                params![&house.id],
                |r| r.get(0),
            )?;
            let what = if home.kind == "permanent" { "joined" } else { "joined_temporarily" };
            tx.execute(
                "INSERT INTO household_event (household, version, at, kind, pid, detail) \
                 VALUES (?1, ?2, ?3, ?4, ?5, '{}')",
                params![&house.id, n, self.under.at, what, &p.pid],
            )?;
        }
        let rows = &mut self.member;
        rows.text(&house.id);
        rows.int(n);
        for text in [p.pid.as_str(), home.kind, relation, &home.since] {
            rows.text(text);
        }
        rows.int(self.under.at.0);
        Ok(())
    }

    fn person(&mut self, tx: &mut WriteTx, p: &Checked, residence: &Residence) -> Result<()> {
        let text = |item: &str| p.items.get(item).and_then(Json::as_str);
        let (name, birth) = (text("name").unwrap_or_default(), text("birth").unwrap_or_default());
        let (name_key, given_key) = person::keys(name);
        let commune = |settled: &Option<Json>, item: &str| {
            settled.as_ref().and_then(|_| p.items[item]["commune"].as_str().map(str::to_owned))
        };
        self.person.text(p.pid.as_str());
        self.person.int(1);
        self.person.text(&name_key);
        self.person.text(&given_key);
        self.person.maybe(commune(&residence.permanent, "permanent").as_deref());
        self.person.maybe(commune(&residence.temporary, "temporary").as_deref());
        self.person.maybe(residence.household.as_deref());
        self.person.maybe(residence.stay_household.as_deref());
        match p.disputed.is_empty() {
            true => self.person.null(),
            false => self.person.show(json!(p.disputed)),
        }
        for item in STORED {
            let value = residence.value(p, item).and_then(|v| person::encode(item, &v));
            self.person.maybe(value.as_deref());
        }
        self.act.text(p.pid.as_str());
        self.act.int(1);
        self.act.text(person::FIRST);
        self.act.show(crate::model::birth_date(birth).unwrap_or(self.under.at.date()));
        self.act.int(self.under.at.0);
        self.act.text(crate::journal::IMPORTED);
        self.act.text(self.under.source);
        self.act.text(self.under.certainty.as_str());
        for item in &p.disputed {
            self.dispute.text(p.pid.as_str());
            self.dispute.text(item);
            self.dispute.int(self.under.at.0);
        }
        self.absence(tx, p)
    }

    /// A declared absence is a registration too.
    fn absence(&mut self, tx: &mut WriteTx, p: &Checked) -> Result<()> {
        let Some(absence) = p.items.get("absence") else { return Ok(()) };
        let Some(since) = absence["since"].as_str() else { return Ok(()) };
        let id = match absence["registration"].as_str() {
            Some(id) => id.to_owned(),
            None => tx.new_id()?,
        };
        let rows = &mut self.residence;
        for text in [p.pid.as_str(), &id, "absence"] {
            rows.text(text);
        }
        let home = p.items.get("permanent").or_else(|| p.items.get("temporary"));
        rows.maybe(home.and_then(|h| h["commune"].as_str()));
        rows.null();
        rows.null();
        rows.text(since);
        rows.maybe(absence["until"].as_str());
        rows.show(json!({"reason": absence["reason"], "destination": absence["destination"]}));
        rows.int(self.under.at.0);
        rows.int(1);
        Ok(())
    }

    fn write(self, tx: &mut WriteTx) -> Result<()> {
        let act = "pid, n, item, true_from, recorded_at, act, basis, certainty";
        let member = "household, n, pid, kind, relation, since, recorded_at";
        let residence = "pid, id, kind, commune, dwelling, household, since, until, detail, \
             recorded_at, version";
        tx.bulk("person", person::COLUMNS, &self.person)?;
        tx.bulk("person_act", act, &self.act)?;
        tx.bulk("household_member", member, &self.member)?;
        tx.bulk("residence", residence, &self.residence)?;
        tx.bulk("person_dispute", "pid, item, raised_at", &self.dispute)
    }
}
