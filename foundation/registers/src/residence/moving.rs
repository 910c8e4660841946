//! What all moves share: finding the dwelling and the household, entering, leaving, telling the
//! members.

use crate::errors::*;
use crate::geo;
use crate::household::{self, Dwelling, Household};
use crate::journal::{self, MovedBody};
use crate::model::{Join, Kind, Sex, Where};
use crate::person::{self, Change, Person, Under};
use crate::rules::{self, Candidate};
use kernel::{Date, DwellingId, Error, HouseholdId, PersonalId, Result, error, limits, vietnamese};
use serde_json::{Value as Json, json};
use store::{Entry, ReadTx, RecordTx, WriteTx, params};

/// A person whose items change in this command; written once at the end.
pub(crate) struct Moving {
    pub person: Person,
    pub relation: String,
    pub changes: Vec<Change>,
}

impl Moving {
    pub(crate) fn load(tx: &mut ReadTx, pid: &PersonalId, relation: &str) -> Result<Self> {
        let person = person::living(tx, pid)?;
        Ok(Self { person, relation: relation.to_owned(), changes: Vec::new() })
    }
    pub(crate) fn set(&mut self, item: &'static str, new: Json, true_from: Date) {
        self.changes.retain(|c| c.item != item);
        self.changes.push(Change::new(item, new, true_from));
    }
    /// The value an item will have.
    pub(crate) fn value(&self, item: &str) -> Result<Json> {
        match self.changes.iter().find(|c| c.item == item) {
            Some(c) => Ok(c.new.clone()),
            None => self.person.value(item),
        }
    }
    pub(crate) fn write(self, tx: &mut WriteTx, under: &Under) -> Result<()> {
        person::change(tx, &self.person, &self.changes, under)
    }
    /// Where the person lives now: the temporary residence if there is one, else the permanent.
    pub(crate) fn set_abode(&mut self, on: Date) -> Result<()> {
        let kind = match (self.value("temporary")?, self.value("permanent")?) {
            (Json::Null, Json::Null) => None,
            (Json::Null, _) => Some("permanent"),
            _ => Some("temporary"),
        };
        let abode = kind.map_or(Json::Null, |k| json!({"kind": k, "since": on.to_string()}));
        self.set("abode", abode, on);
        Ok(())
    }
    /// Relation to the head and number of the residence file follow the permanent household.
    pub(crate) fn set_book(&mut self, relation: Json, file: Json, on: Date) {
        self.set("relation", relation, on);
        self.set("residence_file", file, on);
    }
    pub(crate) fn candidate(&self) -> Candidate {
        Candidate {
            pid: self.person.pid.clone(),
            sex: self.person.raw("sex").and_then(Sex::parse),
            birth: self.person.birth(),
            relation: self.relation.clone(),
        }
    }
}

/// The people of one command, each once, each alive, none before birth.
pub(crate) fn people(
    tx: &mut ReadTx,
    first: (&PersonalId, &str),
    with: &[crate::model::Companion],
    on: Date,
) -> Result<Vec<Moving>> {
    if with.len() >= rules::PEOPLE_MAX {
        return Err(Error::new(TOO_MANY).number("max", rules::PEOPLE_MAX));
    }
    for pid in std::iter::once(first.0).chain(with.iter().map(|c| &c.person)) {
        person::foresee(tx, pid)?;
    }
    let mut out: Vec<Moving> = Vec::with_capacity(with.len() + 1);
    let all = std::iter::once(first).chain(with.iter().map(|c| (&c.person, c.relation.as_str())));
    for (pid, relation) in all {
        if out.iter().any(|m| &m.person.pid == pid) {
            return Err(Error::new(PERSON_TWICE).field("with"));
        }
        let moving = Moving::load(tx, pid, relation)?;
        if moving.person.birth().is_some_and(|b| b > on) {
            return Err(Error::new(BEFORE_BIRTH).field("since"));
        }
        out.push(moving);
    }
    Ok(out)
}

/// A number for a household that may be founded, drawn before it is needed, so that the question whether another
/// one has it leaves with other questions. By default none is drawn yet.
#[derive(Default)]
pub(crate) struct Drawn(Option<String>);

impl Drawn {
    fn ahead(tx: &mut WriteTx, commune: &str) -> Result<Self> {
        let number = draw_number(tx, commune)?;
        tx.foresee(&[(TAKEN, params![number.as_str()])])?;
        Ok(Self(Some(number)))
    }

    /// It, or if another household has it one that is free.
    fn free(self, tx: &mut WriteTx, commune: &str) -> Result<String> {
        match self.0 {
            Some(number) if !is_taken(tx, &number)? => Ok(number),
            _ => file_number(tx, commune),
        }
    }
}

/// What the move of these people into this dwelling is going to read. For a new household a number is drawn.
pub(crate) fn foresee_move(
    tx: &mut WriteTx,
    to: &Dwelling,
    people: &[Moving],
    join: &Join,
) -> Result<Drawn> {
    household::foresee_in_dwelling(tx, &to.id)?;
    people.iter().try_for_each(|m| person::foresee_acts(tx, &m.person.pid))?;
    if matches!(join, Join::New) { Drawn::ahead(tx, &to.commune) } else { Ok(Drawn::default()) }
}

/// The dwelling meant is going to be looked for.
pub(crate) fn foresee_place(tx: &mut ReadTx, to: &Where) -> Result<()> {
    match to {
        Where::Dwelling(_) => Ok(()),
        Where::Address { commune, line } | Where::Given { commune, line } => {
            crate::dwellings::foresee_at(tx, commune, line)
        }
    }
}

/// Each minor among them moves with a parent or guardian, or with one's consent.
pub(crate) fn check_minors(people: &[Moving], consents: &[PersonalId], on: Date) -> Result<()> {
    let moving: Vec<PersonalId> = people.iter().map(|m| m.person.pid.clone()).collect();
    for m in people {
        let minor = m.person.is_minor(on);
        let guardians = if minor { m.person.guardians() } else { Vec::new() };
        rules::check_minor(minor, &guardians, &moving, consents)?;
    }
    Ok(())
}

/// Relations must be in the list and fit the person.
pub(crate) fn check_relations(law: &crate::Law, people: &[Moving]) -> Result<()> {
    for m in people {
        let relation = law
            .relation(&m.relation)
            .ok_or_else(|| Error::new(RELATION_UNKNOWN).field("relation"))?;
        let sex = m.person.raw("sex");
        if relation.sex.is_some() && relation.sex.as_deref() != sex {
            return Err(Error::new(RELATION_SEX).field("relation"));
        }
    }
    Ok(())
}

/// The dwelling meant; an address the register does not know yet becomes one.
pub(crate) fn settle(tx: &mut WriteTx, to: &Where, kind: &str) -> Result<Dwelling> {
    let (commune, line) = match to {
        Where::Dwelling(id) => return household::dwelling(tx, id),
        Where::Address { commune, line } | Where::Given { commune, line } => {
            (commune, vietnamese::tidy(line))
        }
    };
    let today = tx.now().date();
    let here = match to {
        Where::Given { .. } => places::code_on(commune.as_str(), today),
        _ => commune.as_str(),
    };
    if !geo::is_there(here, today) {
        return Err(Error::new(COMMUNE_UNKNOWN).arg("code", commune.as_str()).field("commune"));
    }
    if line.is_empty() || line.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(ADDRESS_LINE).field("line"));
    }
    let key = vietnamese::search_key(&line);
    if let Some(found) = crate::dwellings::find_at(tx, commune, &line)? {
        return Ok(found);
    }
    let id = DwellingId::new(tx.new_id()?);
    tx.send(
        "INSERT INTO dwelling (id, commune, line, line_key, kind, owner, owner_org, title, version) \
         VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL, NULL, 1)",
        params![&id, here, &line, &key, kind],
    )?;
    let (commune, kind) = (here.to_owned(), kind.to_owned());
    Ok(Dwelling { id, commune, line, kind, owner: None, owner_org: None, title: None })
}

/// The household the people come into, checked against who is there already.
pub(crate) fn join(
    tx: &mut WriteTx,
    dwelling: &Dwelling,
    (join, drawn): (&Join, Drawn),
    people: &mut [Moving],
    on: Date,
) -> Result<Household> {
    let coming: Vec<_> = people.iter().map(|m| (&m.person.pid, m.relation.as_str())).collect();
    let house = match join {
        Join::Household { household, .. } => {
            let house = household::get(tx, household)?;
            if house.dwelling != dwelling.id || house.closed_on.is_some() {
                return Err(Error::new(HOUSEHOLD_ELSEWHERE));
            }
            house
        }
        Join::New => found(tx, dwelling, ("family", drawn), on, &coming)?,
        Join::Collective => {
            match household::in_dwelling(tx, &dwelling.id)?.into_iter().find(|h| h.collective) {
                Some(h) => h,
                None => found(tx, dwelling, ("collective", drawn), on, &coming)?,
            }
        }
    };
    if house.collective {
        for m in people.iter_mut() {
            "collective".clone_into(&mut m.relation);
        }
        return Ok(house);
    }
    let mut family = match join {
        Join::New => Vec::new(),
        Join::Household { .. } | Join::Collective => candidates(tx, &house.id)?,
    };
    for m in people.iter() {
        // Whoever is in this household already only changes the kind of residence.
        family.retain(|c| c.pid != m.person.pid);
    }
    family.extend(people.iter().map(Moving::candidate));
    rules::check_family(&family, on)?;
    Ok(house)
}

/// The present members as the rules see them.
pub(crate) fn candidates(tx: &mut ReadTx, house: &HouseholdId) -> Result<Vec<Candidate>> {
    let mut out = Vec::new();
    for m in household::members(tx, house)? {
        let p = person::get(tx, &m.pid)?;
        out.push(Candidate {
            sex: p.raw("sex").and_then(Sex::parse),
            birth: p.birth(),
            pid: m.pid,
            relation: m.relation,
        });
    }
    Ok(out)
}

/// Makes a household for these people and their relations to its head, each of whom [`enter`]s it then. Its
/// row is written once, as it stands when they have: on PostgreSQL a row that was just made, read or changed
/// beside those that others make, would have transactions run again.
pub(crate) fn found(
    tx: &mut WriteTx,
    dwelling: &Dwelling,
    (kind, drawn): (&str, Drawn),
    on: Date,
    coming: &[(&PersonalId, &str)],
) -> Result<Household> {
    let id = HouseholdId::new(tx.new_id()?);
    let file = drawn.free(tx, &dwelling.commune)?;
    let collective = kind == "collective";
    let head = coming.iter().find(|(_, relation)| *relation == "head" && !collective);
    let head = head.map(|(pid, _)| (*pid).clone());
    tx.send(
        "INSERT INTO household (id, dwelling, file, kind, head, opened_on, closed_on, version) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7)",
        params![&id, &dwelling.id, &file, kind, head.clone(), on, coming.len()],
    )?;
    let dwelling = dwelling.id.clone();
    Ok(Household { id, dwelling, file, collective, head, closed_on: None, version: 0, fresh: true })
}

/// Numbers drawn for one household; with a million households in a commune one in a hundred is taken.
const DRAWS_MAX: u32 = 64;

/// Số hồ sơ cư trú: commune and eight digits. The official make-up was not found; ours is unique.
///
/// # Errors
/// `common.busy` if every number drawn was taken.
pub(crate) fn file_number(tx: &mut WriteTx, commune: &str) -> Result<String> {
    for _ in 0..DRAWS_MAX {
        let number = draw_number(tx, commune)?;
        if !is_taken(tx, &number)? {
            return Ok(number);
        }
    }
    Err(Error::new(error::BUSY))
}

/// A number for a household, which another one may have.
pub(crate) fn draw_number(tx: &mut RecordTx, commune: &str) -> Result<String> {
    let mut random = [0u8; 8];
    tx.random(&mut random)?;
    Ok(format!("{commune}-{:08}", u64::from_le_bytes(random) % 100_000_000))
}

/// Whether some household has this number.
pub(crate) fn is_taken(tx: &mut ReadTx, number: &str) -> Result<bool> {
    Ok(tx.row(TAKEN, params![number], |_| Ok(()))?.is_some())
}

const TAKEN: &str = "SELECT 1 FROM household WHERE file = ?1";

/// One person enters a household that was read or founded in this transaction: member row, history line, and
/// the head if they are it.
pub(crate) fn enter(
    tx: &mut WriteTx,
    house: &mut Household,
    m: &Moving,
    kind: Kind,
    since: Date,
    detail: &Json,
    under: &Under,
) -> Result<()> {
    let pid = &m.person.pid;
    let what = if kind == Kind::Permanent { "joined" } else { "joined_temporarily" };
    household::touch_seen(tx, house, what, Some(pid), detail, under)?;
    let now = tx.now();
    tx.send(
        "INSERT INTO household_member (household, n, pid, kind, relation, since, recorded_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![&house.id, house.version, pid, kind.as_str(), &m.relation, since, now],
    )?;
    if m.relation == "head" && !house.fresh {
        tx.send("UPDATE household SET head = ?1 WHERE id = ?2", params![pid, &house.id])?;
    }
    Ok(())
}

/// One person leaves a household: the row ends; an empty household closes; a household without a head
/// waits for one, unless one person is left, who then is it.
pub(crate) fn leave(
    tx: &mut WriteTx,
    house: &HouseholdId,
    pid: &PersonalId,
    on: Date,
    why: &str,
    under: &Under,
) -> Result<()> {
    let now = tx.now();
    let gone = tx.execute(
        "UPDATE household_member SET left_on = ?1, left_recorded_at = ?2 \
         WHERE household = ?3 AND pid = ?4 AND left_on IS NULL",
        params![on, now, house, pid],
    )?;
    if gone == 0 {
        return Err(Error::new(MEMBER_UNKNOWN));
    }
    household::touch(
        tx,
        house,
        "left",
        Some(pid),
        &json!({"reason": why, "on": on.to_string()}),
        under,
    )?;
    let state = household::get(tx, house)?;
    let left = household::members(tx, house)?;
    if left.is_empty() {
        tx.send(
            "UPDATE household SET closed_on = ?1, head = NULL WHERE id = ?2",
            params![on, house],
        )?;
        household::touch(tx, house, "closed", None, &json!({"on": on.to_string()}), under)?;
        return Ok(());
    }
    let was_head = state.head.as_ref() == Some(pid);
    if was_head {
        tx.send("UPDATE household SET head = NULL WHERE id = ?1", params![house])?;
    }
    match left.as_slice() {
        [only] if !state.collective => {
            crate::households::restate(tx, house, &only.pid, "head", on, under)
        }
        _ if was_head => {
            household::touch(tx, house, "head_vacant", None, &json!({}), under).map(|_| ())
        }
        _ => Ok(()),
    }
}

/// The other households of the dwelling, as they were read, see that something changed beside them, without
/// names.
pub(crate) fn tell_neighbours(
    tx: &mut WriteTx,
    there: Vec<Household>,
    except: &HouseholdId,
    under: &Under,
) -> Result<()> {
    for mut other in there.into_iter().filter(|h| &h.id != except) {
        household::touch_seen(tx, &mut other, "dwelling_changed", None, &json!({}), under)?;
    }
    Ok(())
}

/// Ends the residence row in force of this kind, if any.
pub(crate) fn end_row(
    tx: &mut WriteTx,
    pid: &PersonalId,
    kind: &str,
    on: Date,
    why: &str,
) -> Result<u64> {
    tx.execute(
        "UPDATE residence SET ended_on = ?1, ended_by = ?2, version = version + 1 \
         WHERE pid = ?3 AND kind = ?4 AND ended_on IS NULL",
        params![on, why, pid, kind],
    )
}

/// A new residence row.
pub(crate) struct NewRow<'a> {
    pub kind: &'a str,
    pub commune: Option<&'a str>,
    pub dwelling: Option<&'a DwellingId>,
    pub household: Option<&'a HouseholdId>,
    pub since: Date,
    pub until: Option<Date>,
    pub detail: Json,
}

pub(crate) fn insert_row(
    tx: &mut WriteTx,
    pid: &PersonalId,
    row: &NewRow,
    under: &Under,
) -> Result<String> {
    let (id, now) = (tx.new_id()?, tx.now());
    tx.send(
        "INSERT INTO residence (pid, id, kind, commune, dwelling, household, since, until, detail, \
         dossier, recorded_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)",
        params![
            pid,
            &id,
            row.kind,
            row.commune,
            row.dwelling.map(|d| d.as_str().to_owned()),
            row.household.map(|h| h.as_str().to_owned()),
            row.since,
            row.until,
            row.detail.to_string(),
            under.source.dossier.as_ref().map(|d| d.as_str().to_owned()),
            now,
        ],
    )?;
    Ok(id)
}

/// The journal entry of a move.
pub(crate) fn record(
    tx: &mut WriteTx,
    kind: &'static str,
    place: &str,
    people: &[PersonalId],
    body: &MovedBody,
    under: &Under,
) -> Result<()> {
    debug_assert!([journal::REGISTERED, journal::EXTENDED, journal::REMOVED].contains(&kind));
    let mut entry = Entry::new(kind, under.actor).at(place).body(serde_json::to_value(body)?);
    if let Some(code) = &under.source.dossier {
        entry = entry.dossier(code);
    }
    for p in people {
        entry = entry.about(p);
    }
    tx.record(entry)?;
    Ok(())
}

pub(crate) fn day_of(value: &Json, key: &str) -> Option<Date> {
    value[key].as_str().and_then(|d| d.parse().ok())
}
