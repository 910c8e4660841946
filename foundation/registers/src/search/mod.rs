//! An officer's search by name, year of birth, address or household, through the door: few items, a page
//! of hits, one entry that names everybody shown.
//!
//! A search looks within the officer's own commune. Names stand there in the order of given names, with
//! everything a search looks at in the index itself (`person_of_commune`): no person's row is read but of those
//! whose name fits ([`ways`]).

mod sql;
mod ways;

use self::sql::Sql;
use self::ways::{Among, Way};
use crate::door::{self, Ask};
use crate::errors::SEARCH_SHORT;
use crate::household;
use crate::journal;
use crate::law::{Law, Role};
use crate::model::Reading;
use crate::person::{self, Person};
use kernel::{Actor, Error, HouseholdId, PersonalId, PurposeId, Result, vietnamese};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::{Entry, ReadTx, RecordTx};

/// Hits one page shows.
pub const HITS_MAX: usize = 20;
/// Dwellings of which the people are looked at; an address that fits more needs a name beside it.
const DWELLINGS_MAX: usize = 300;
/// Rows taken from the database at once: few at first, for most pages are full with them.
const AT_ONCE: usize = 50;
/// The most taken at once, of those who go on.
const AT_ONCE_MAX: usize = 400;
/// Words of a name that are looked at.
const WORDS_MAX: usize = 8;
/// The purpose of searching.
pub const PURPOSE: &str = "person.find";
pub(crate) const ITEMS: [&str; 3] = ["name", "birth", "permanent"];

/// What to look for. All that is given must fit.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words of the name in any order, with or without marks; or a whole number.
    pub name: String,
    /// Year of birth.
    pub year: Option<i16>,
    /// Words of the address, as they follow each other; parts that need not follow are parted by commas.
    pub address: String,
    /// Số hồ sơ cư trú of the household.
    pub file: String,
    /// Behind this place of an earlier page.
    pub after: Option<Place>,
}

impl std::fmt::Debug for Query {
    /// Whom an officer looks for is not for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Query(…)")
    }
}

impl Query {
    /// By name alone.
    pub fn name(typed: &str) -> Self {
        Self { name: typed.to_owned(), ..Self::default() }
    }
}

/// Where a page ended: given name, whole name, birth, number, and whether the given name was among the
/// words typed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    later: bool,
    given: String,
    name: String,
    birth: String,
    pid: String,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(…)")
    }
}

impl Place {
    /// As text, for a form's hidden field.
    pub fn to_text(&self) -> String {
        let later = if self.later { "1" } else { "0" };
        [later, &self.given, &self.name, &self.birth, &self.pid].join("|")
    }
    /// From its text; anything else is the beginning.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split('|').map(str::to_owned);
        let later = parts.next()? == "1";
        let place = Self {
            later,
            given: parts.next()?,
            name: parts.next()?,
            birth: parts.next()?,
            pid: parts.next()?,
        };
        (parts.next().is_none()).then_some(place)
    }
}

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
    /// House, hamlet of permanent residence.
    pub line: Option<String>,
    /// Stays in the officer's commune, but has the permanent residence elsewhere.
    pub stays: bool,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// At most [`HITS_MAX`]: those whose given name was typed, then the others, each by given name.
    pub hits: Vec<Hit>,
    /// There are more: the next page begins behind this.
    pub more: Option<Place>,
    /// The address fits more dwellings than were looked at: a house number or a name is needed.
    pub broad: bool,
}

/// Finds people of the officer's own area. Who may search is an access rule like any other; each page
/// of hits is recorded for everybody on it.
pub fn search(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    query: &Query,
) -> Result<Reading<Found>> {
    let purpose = PurposeId::from(PURPOSE);
    let ask = Ask { law, actor, purpose: &purpose, dossier: None, what: "search" };
    let role = Role::towards(actor, None);
    let area = actor.appointment.as_ref().map(|a| a.place.clone()).unwrap_or_default();
    if !law.may_ever(&role.name(), PURPOSE, &ITEMS) {
        let refusal = Error::new(crate::errors::ACCESS_REFUSED);
        door::leave_refused(tx, &ask, &role, None, &ITEMS, &refusal)?;
        return Ok(Reading::Refused(refusal));
    }
    let wanted = Wanted::of(query)?;
    let mut page = Page {
        ask: &ask,
        parts: places::codes_of(&area, tx.now().date()),
        wanted: &wanted,
        last: wanted.after.clone(),
        found: Found::default(),
        people: Vec::new(),
    };
    page.fill(tx, query)?;
    let Page { found, people, .. } = page;
    if let Some((_, lives)) = people.first().cloned() {
        let people = people.into_iter().map(|(pid, _)| pid).collect();
        door::leave_all(tx, &ask, &role, &ITEMS, people, lives.as_deref())?;
    }
    let body = json!({"hits": found.hits.len(), "more": found.more.is_some()});
    tx.record(Entry::new(journal::SEARCHED, actor).at(area.clone()).purpose(&purpose).body(body))?;
    Ok(Reading::Granted(found))
}

/// The query, made ready for comparing.
struct Wanted {
    /// Keys of the words of the name, each once.
    words: Vec<String>,
    /// Words typed with marks: they must stand so in the name.
    marked: Vec<String>,
    year: Option<String>,
    /// Parts of the address, each in its order.
    parts: Vec<String>,
    after: Option<Place>,
}

fn lower(word: &str) -> String {
    vietnamese::fold_tone_placement(word).to_lowercase()
}

/// An address without punctuation, as the statements make it too.
fn bare(line_key: &str) -> String {
    format!(" {} ", line_key.replace([',', '.'], ""))
}

/// The word of an address that says most: a number, else the longest.
fn telling(part: &str) -> &str {
    let weight = |w: &&str| (w.contains(|c: char| c.is_ascii_digit()), w.len());
    part.split(' ').max_by_key(weight).unwrap_or(part)
}

impl Wanted {
    fn of(query: &Query) -> Result<Self> {
        let mut words: Vec<String> = Vec::new();
        let mut marked: Vec<String> = Vec::new();
        for word in query.name.split_whitespace().take(WORDS_MAX) {
            let key = vietnamese::search_key(word);
            if !word.is_ascii() {
                marked.push(lower(word));
            }
            if !key.is_empty() && !words.contains(&key) {
                words.push(key);
            }
        }
        let key = vietnamese::search_key(&query.address);
        let parts: Vec<String> = key
            .split([',', ';'])
            .map(|p| bare(p.trim()).trim().to_owned())
            .filter(|p| !p.is_empty())
            .take(WORDS_MAX)
            .collect();
        let letters: usize = words.iter().map(String::len).sum();
        let enough = letters >= 2 || !query.file.is_empty() || !parts.is_empty();
        if !enough || (letters == 1 && parts.is_empty()) {
            return Err(Error::new(SEARCH_SHORT).field("name"));
        }
        let year = query.year.map(|y| format!("{y:04}"));
        Ok(Self { words, marked, year, parts, after: query.after.clone() })
    }

    /// Whether a record fits; what the database has checked already is checked again, it is cheap.
    fn fits(&self, p: &Person) -> bool {
        let key = vietnamese::search_key(p.name());
        let has = |w: &String| key.split(' ').any(|n| n == w);
        let folded = lower(p.name());
        let birth = p.raw("birth").unwrap_or_default();
        self.words.iter().all(has)
            && self.marked.iter().all(|w| folded.split_whitespace().any(|n| n == w))
            && self.year.as_ref().is_none_or(|y| birth.starts_with(y.as_str()))
    }

    fn place(&self, p: &Person) -> Place {
        let (name, given) = person::keys(p.name());
        let later = !self.words.contains(&given);
        let birth = p.raw("birth").unwrap_or_default().to_owned();
        Place { later, given, name, birth, pid: p.pid.as_str().to_owned() }
    }
}

struct Page<'a> {
    ask: &'a Ask<'a>,
    /// Codes under which the people of the area may stand: more than one where communes were merged.
    parts: Vec<String>,
    wanted: &'a Wanted,
    /// Where the last hit stands.
    last: Option<Place>,
    found: Found,
    people: Vec<(PersonalId, Option<String>)>,
}

impl Page<'_> {
    fn fill(&mut self, tx: &mut ReadTx, query: &Query) -> Result<()> {
        if let Ok(pid) = PersonalId::parse(&query.name) {
            if let Some(p) = person::find(tx, &pid)? {
                let place = self.wanted.place(&p);
                self.take(tx, p, place);
            }
            return Ok(());
        }
        let file = vietnamese::tidy(&query.file);
        if !file.is_empty() {
            let people = self.of_file(tx, &file)?;
            return self.sorted(tx, people);
        }
        if !self.wanted.parts.is_empty() {
            let dwellings = self.dwellings(tx)?;
            self.found.broad = dwellings.len() > DWELLINGS_MAX;
            if !self.found.broad || self.wanted.words.is_empty() {
                let people = self.of_dwellings(tx, &dwellings)?;
                return self.sorted(tx, people);
            }
            self.found.broad = false;
        }
        self.by_name(tx)
    }

    /// Adds one person, if the officer may see them. `false`: the page was full before.
    fn take(&mut self, tx: &mut ReadTx, p: Person, place: Place) -> bool {
        if p.merged_into.is_some() || !door::allows(tx, self.ask, &p, &ITEMS) {
            return true;
        }
        if self.found.hits.len() == HITS_MAX {
            self.found.more.clone_from(&self.last);
            return false;
        }
        self.last = Some(place);
        let permanent = p.value("permanent").unwrap_or_default();
        self.found.hits.push(Hit {
            name: p.name().to_owned(),
            birth_year: p.raw("birth").unwrap_or_default().chars().take(4).collect(),
            line: permanent["line"].as_str().map(str::to_owned),
            stays: !p.commune.as_ref().is_some_and(|c| self.parts.contains(c)),
            commune: p.commune.clone(),
            pid: p.pid.clone(),
        });
        self.people.push((p.pid, p.commune));
        true
    }

    /// A bounded list of people, in the order of pages.
    fn sorted(&mut self, tx: &mut ReadTx, people: Vec<Person>) -> Result<()> {
        let fitting = people.into_iter().filter(|p| self.wanted.fits(p));
        let mut all: Vec<(Place, Person)> = fitting.map(|p| (self.wanted.place(&p), p)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|a, b| a.0.pid == b.0.pid);
        all.retain(|(place, _)| self.wanted.after.as_ref().is_none_or(|after| place > after));
        for (place, p) in all {
            if !self.take(tx, p, place) {
                break;
            }
        }
        Ok(())
    }

    /// Members of the households with this number in the officer's area.
    fn of_file(&self, tx: &mut ReadTx, file: &str) -> Result<Vec<Person>> {
        let mut sql = Sql::default();
        sql.with(
            "SELECT m.pid FROM household h JOIN dwelling d ON d.id = h.dwelling \
             JOIN household_member m ON m.household = h.id AND m.left_on IS NULL WHERE h.file =",
            file,
        );
        sql.one_of(" AND d.commune", &self.parts);
        sql.push(" ORDER BY m.pid");
        let pids = tx.rows(&sql.text, &sql.values, |r| r.get::<PersonalId>(0))?;
        person::find_all(tx, &pids)
    }

    /// Dwellings of the area whose address fits, one more than are looked at.
    fn dwellings(&self, tx: &mut ReadTx) -> Result<Vec<String>> {
        let mut sql = Sql::default();
        sql.one_of("SELECT id FROM dwelling WHERE commune", &self.parts);
        for part in &self.wanted.parts {
            // Most addresses are none already without their rarest word: that is seen at once.
            sql.holds("line_key", telling(part));
            sql.like("' ' || REPLACE(REPLACE(line_key, ',', ''), '.', '') || ' '", part);
        }
        sql.with(" ORDER BY line_key LIMIT", DWELLINGS_MAX + 1);
        tx.rows(&sql.text, &sql.values, |r| r.get(0))
    }

    fn of_dwellings(&self, tx: &mut ReadTx, dwellings: &[String]) -> Result<Vec<Person>> {
        let mut pids: Vec<PersonalId> = Vec::new();
        for some in dwellings[..dwellings.len().min(DWELLINGS_MAX)].chunks(100) {
            let mut sql = Sql::default();
            sql.push(
                "SELECT m.pid FROM household h JOIN household_member m ON m.household = h.id \
                 AND m.left_on IS NULL WHERE h.closed_on IS NULL",
            );
            sql.one_of(" AND h.dwelling", some);
            pids.extend(tx.rows(&sql.text, &sql.values, |r| r.get::<PersonalId>(0))?);
        }
        pids.sort();
        pids.dedup();
        person::find_all(tx, &pids)
    }

    /// First those whose given name was typed, then all others with the words in their names.
    fn by_name(&mut self, tx: &mut ReadTx) -> Result<()> {
        let mut words = self.wanted.words.clone();
        words.sort_unstable();
        let after = self.wanted.after.clone();
        for word in &words {
            let begin = after.clone().filter(|a| a.later || a.given >= *word);
            if begin.as_ref().is_some_and(|a| a.later || a.given > *word) {
                continue;
            }
            if !self.in_order(tx, Some(word), begin)? {
                return Ok(());
            }
        }
        self.in_order(tx, None, after.filter(|a| a.later)).map(|_| ())
    }

    /// Goes through people in the order of the indexes until the page is full (`false`) or they end.
    /// `given`: only those with this given name; else only those whose given name is none of the words.
    fn in_order(
        &mut self,
        tx: &mut ReadTx,
        given: Option<&str>,
        mut after: Option<Place>,
    ) -> Result<bool> {
        let parts = self.parts.clone();
        let ways = ways::all(&parts, given, self.wanted.words.len());
        let mut at_once = AT_ONCE;
        loop {
            let mut places: Vec<Place> = Vec::new();
            // A way at a time: each comes in the order of its index.
            for way in &ways {
                places.extend(self.some(tx, way, after.as_ref(), at_once)?);
            }
            places.sort();
            places.dedup();
            let last = places.len() < at_once;
            places.truncate(at_once);
            let Some(end) = places.last().cloned() else { return Ok(true) };
            let places = self.at_address(tx, places)?;
            let pids: Vec<PersonalId> =
                places.iter().map(|p| PersonalId::parse(&p.pid)).collect::<Result<_>>()?;
            let met = person::find_all(tx, &pids)?.into_iter().map(|p| (p.pid.clone(), p));
            let mut met: HashMap<PersonalId, Person> = met.collect();
            for (place, pid) in places.into_iter().zip(&pids) {
                let Some(p) = met.remove(pid).filter(|p| self.wanted.fits(p)) else { continue };
                if !self.take(tx, p, place) {
                    return Ok(false);
                }
            }
            if last {
                return Ok(true);
            }
            after = Some(end);
            at_once = (at_once * 2).min(AT_ONCE_MAX);
        }
    }

    /// Those who live in the area at an address that fits: before their records are read.
    fn at_address(&self, tx: &mut ReadTx, places: Vec<Place>) -> Result<Vec<Place>> {
        if self.wanted.parts.is_empty() {
            return Ok(places);
        }
        let pids: Vec<String> = places.iter().map(|p| p.pid.clone()).collect();
        let homes: Vec<(String, HouseholdId)> = person::homes(tx, &pids, &self.parts)?;
        let ids: Vec<HouseholdId> = homes.iter().map(|(_, home)| home.clone()).collect();
        let lines = household::address_keys(tx, &ids)?;
        let fits = |home: &HouseholdId| {
            lines.get(home).is_some_and(|line| {
                let line = bare(line);
                self.wanted.parts.iter().all(|part| line.contains(&format!(" {part} ")))
            })
        };
        let there = homes.iter().filter(|(_, home)| fits(home)).map(|(pid, _)| pid.as_str());
        let there: HashSet<&str> = there.collect();
        Ok(places.into_iter().filter(|p| there.contains(p.pid.as_str())).collect())
    }

    fn some(
        &self,
        tx: &mut ReadTx,
        way: &Way<'_>,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Place>> {
        let mut sql = Sql::default();
        sql.push("SELECT given_key, name_key, birth, pid FROM person WHERE ");
        let given = match way.among {
            Among::Given(word) => Some(word),
            Among::Long | Among::All => None,
        };
        way.push(&mut sql);
        if given.is_none() {
            for word in &self.wanted.words {
                sql.with(" AND given_key <>", word);
            }
        }
        if let Some(a) = after {
            let head = if given.is_some() { "" } else { "given_key, " };
            sql.push(&format!(" AND ({head}name_key, birth, pid) > ("));
            let mut values = vec![&a.name, &a.birth, &a.pid];
            if given.is_none() {
                values.insert(0, &a.given);
            }
            for (i, value) in values.into_iter().enumerate() {
                sql.with(if i == 0 { "" } else { "," }, value);
            }
            sql.push(")");
        }
        for word in self.wanted.words.iter().filter(|w| Some(w.as_str()) != given) {
            sql.like("' ' || name_key || ' '", word);
        }
        if let Some(year) = &self.wanted.year {
            sql.with(" AND birth >=", year);
            sql.with(" AND birth <", format!("{year}~"));
        }
        sql.with(" ORDER BY given_key, name_key, birth, pid LIMIT", limit);
        let later = given.is_none();
        tx.rows(&sql.text, &sql.values, |r| {
            Ok(Place { later, given: r.get(0)?, name: r.get(1)?, birth: r.get(2)?, pid: r.get(3)? })
        })
    }
}
