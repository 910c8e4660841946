//! Persons new to the register, with where they live: dwellings and households are found or made, then
//! all rows of a batch are there to be written at once.
//!
//! Most lists of a whole province name the dwelling, the household and its number of everybody. Such a
//! batch, taken over into an empty register, is settled from what the run itself has made ([`Known`]),
//! without asking the database and apart from the transaction that writes it. Any other batch is settled
//! within its transaction.

use super::columns::at;
use super::houses::{House, households};
use super::known::Known;
use super::remark::{Reason, Remark};
use super::render::{self, Residence};
use super::rows::Made;
use super::sheet::Person;
use crate::many;
use crate::model::Certainty;
use kernel::{Instant, Result, vietnamese};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use store::{RecordTx, params};

/// Under what a batch is recorded.
#[derive(Clone, Copy)]
pub(crate) struct Under<'a> {
    pub at: Instant,
    pub source: &'a str,
    pub certainty: Certainty,
}

/// Where one person lives, as the list has it.
pub(super) struct Home<'p> {
    /// Which person of the batch.
    pub person: usize,
    pub permanent: bool,
    pub dwelling: DwellingKey<'p>,
    pub household: Option<HouseKey<'p>>,
    pub relation: Option<&'p str>,
    pub commune: &'p str,
    pub line: &'p str,
    pub since: &'p str,
    pub until: Option<&'p str>,
    /// Số hồ sơ cư trú, of a permanent residence.
    pub file: Option<&'p str>,
}

impl Home<'_> {
    pub(super) fn kind(&self) -> &'static str {
        if self.permanent { "permanent" } else { "temporary" }
    }
    /// Nothing of it has to be looked up.
    fn names_all(&self) -> bool {
        let house = match self.household {
            Some(HouseKey::Id(_)) => !self.permanent || self.file.is_some(),
            Some(HouseKey::File(_)) => false,
            None => true,
        };
        house && matches!(self.dwelling, DwellingKey::Id(_))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum DwellingKey<'p> {
    Id(&'p str),
    Address(&'p str, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum HouseKey<'p> {
    Id(&'p str),
    File(&'p str),
}

/// How a batch is settled.
pub(crate) enum How<'k> {
    /// By what this run has made: nothing else is in the register.
    Apart(&'k mut Known),
    /// By what the database says within this transaction.
    Within,
}

/// Whether people can be settled from what the run has made: everybody behind the largest number yet, in
/// the order of numbers, and all places and households by their names.
pub(crate) fn is_complete(people: &[Person], known: &Known) -> bool {
    let mut highest = known.highest.as_str();
    for p in people {
        if p.number() <= highest {
            return false;
        }
        highest = p.number();
    }
    homes(people, "").iter().all(Home::names_all)
}

/// Settles new persons into `made`. What is to be said about them stands there too.
pub(crate) fn settle(
    tx: &mut RecordTx,
    people: &[Person],
    mut how: How,
    made: &mut Made,
) -> Result<()> {
    made.clear();
    if people.is_empty() {
        return Ok(());
    }
    made.added = people.len();
    let today = made.at().date().to_string();
    let homes = homes(people, &today);
    let dwellings = dwellings(tx, &homes, &mut how, made)?;
    let houses = households(tx, people, &homes, &dwellings, &mut how, made)?;
    let mut places = Places { of: (0..people.len()).map(|_| Residence::default()).collect() };
    for (home, dwelling) in homes.iter().zip(&dwellings) {
        places.move_in(tx, people, home, dwelling.clone(), &houses, &how, made)?;
    }
    for (p, residence) in people.iter().zip(&places.of) {
        made.person(p, residence);
        made.absence(tx, p)?;
    }
    made.sort();
    if let (How::Apart(known), Some(last)) = (how, people.last()) {
        known.highest.clear();
        known.highest.push_str(last.number());
    }
    Ok(())
}

struct Places<'p> {
    of: Vec<Residence<'p>>,
}

impl<'p> Places<'p> {
    /// One residence of one person: the registration, and the place in the household if it fits.
    #[allow(clippy::too_many_arguments)]
    fn move_in(
        &mut self,
        tx: &mut RecordTx,
        people: &'p [Person],
        home: &Home<'p>,
        dwelling: Cow<'p, str>,
        houses: &HashMap<HouseKey<'p>, House<'p>>,
        how: &How,
        made: &mut Made,
    ) -> Result<()> {
        let p = &people[home.person];
        let own = &mut self.of[home.person];
        let named = home.household.as_ref().and_then(|key| houses.get(key));
        let fits = named.filter(|h| h.place.is(&dwelling, how));
        if named.is_some() && (fits.is_none() || home.relation.is_none()) {
            let column = if home.permanent { "permanent.household" } else { "temporary.household" };
            made.remarks.push(Remark { line: p.line, column, reason: Reason::Household });
        }
        // A lodger is not at home in the same household.
        let settled = own.permanent.as_ref().and_then(|s| s.household.as_deref());
        let twice = !home.permanent && fits.is_some_and(|h| settled == Some(&*h.id));
        let house = fits.filter(|_| home.relation.is_some() && !twice);
        let registration = made.residence(tx, p, home, &dwelling, house)?;
        // Apart, who belongs to a household follows from the registration.
        if let (Some(house), Some(relation), How::Within) = (house, home.relation, how) {
            made.member(house, p, home, relation);
        }
        let place = render::Settled {
            dwelling,
            household: house.map(|h| h.id.clone()),
            since: home.since,
            registration: (!home.permanent).then_some(registration),
        };
        if home.permanent {
            own.file = house.map(|h| h.file.clone().into_owned());
            own.since.get_or_insert(("permanent", home.since));
            own.permanent = Some(place);
        } else {
            own.since = Some(("temporary", home.since));
            own.temporary = Some(place);
        }
        Ok(())
    }
}

fn homes<'p>(people: &'p [Person], today: &'p str) -> Vec<Home<'p>> {
    let mut homes = Vec::with_capacity(people.len());
    for (person, p) in people.iter().enumerate() {
        let get = |column: usize| p.get(column);
        let key = |id: usize, commune: &'p str, line: &str| match get(id) {
            Some(id) => DwellingKey::Id(id),
            None => DwellingKey::Address(commune, vietnamese::search_key(line)),
        };
        if let (Some(commune), Some(line)) = (get(at::PERMANENT_COMMUNE), get(at::PERMANENT_LINE)) {
            let file = get(at::RESIDENCE_FILE);
            let household = get(at::PERMANENT_HOUSEHOLD).map(HouseKey::Id);
            homes.push(Home {
                person,
                permanent: true,
                dwelling: key(at::PERMANENT_DWELLING, commune, line),
                household: household.or(file.map(HouseKey::File)),
                relation: get(at::RELATION),
                commune,
                line,
                since: get(at::PERMANENT_SINCE).unwrap_or(today),
                until: p.extra("permanent", "until").and_then(Json::as_str),
                file,
            });
        }
        if let (Some(commune), Some(line)) = (get(at::TEMPORARY_COMMUNE), get(at::TEMPORARY_LINE)) {
            homes.push(Home {
                person,
                permanent: false,
                dwelling: key(at::TEMPORARY_DWELLING, commune, line),
                household: get(at::TEMPORARY_HOUSEHOLD).map(HouseKey::Id),
                relation: get(at::TEMPORARY_RELATION),
                commune,
                line,
                since: get(at::TEMPORARY_SINCE).unwrap_or(today),
                until: get(at::TEMPORARY_UNTIL),
                file: None,
            });
        }
    }
    homes
}

/// The dwelling of each home; those that are not there yet are made.
fn dwellings<'p>(
    tx: &mut RecordTx,
    homes: &[Home<'p>],
    how: &mut How,
    made: &mut Made,
) -> Result<Vec<Cow<'p, str>>> {
    let mut found = match how {
        How::Apart(_) => HashMap::new(),
        How::Within => dwellings_there(tx, homes)?,
    };
    let mut out = Vec::with_capacity(homes.len());
    let mut new: Vec<(Cow<'p, str>, &Home)> = Vec::new();
    for home in homes {
        let id: Cow<'p, str> = match (&home.dwelling, &mut *how) {
            (DwellingKey::Id(id), How::Apart(known)) => {
                let id = Cow::Borrowed(*id);
                if known.is_new_dwelling(&id) {
                    new.push((id.clone(), home));
                }
                id
            }
            (key, _) => match found.get(key) {
                Some(id) => id.clone(),
                None => {
                    let id: Cow<'p, str> = match key {
                        DwellingKey::Id(id) => Cow::Borrowed(*id),
                        DwellingKey::Address(..) => Cow::Owned(tx.new_id()?),
                    };
                    new.push((id.clone(), home));
                    found.insert(key.clone(), id.clone());
                    id
                }
            },
        };
        out.push(id);
    }
    // In the order of the key a page of the table is touched once.
    new.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    new.iter().for_each(|(id, home)| made.dwelling(id, home));
    Ok(out)
}

fn dwellings_there<'p>(
    tx: &mut RecordTx,
    homes: &[Home<'p>],
) -> Result<HashMap<DwellingKey<'p>, Cow<'p, str>>> {
    let mut found: HashMap<DwellingKey<'p>, Cow<'p, str>> = HashMap::new();
    let (mut ids, mut addresses) = (HashMap::new(), HashMap::<&'p str, Vec<String>>::new());
    let mut met = HashSet::new();
    for home in homes.iter().filter(|h| met.insert(&h.dwelling)) {
        match &home.dwelling {
            DwellingKey::Id(id) => drop(ids.insert((*id).to_owned(), *id)),
            DwellingKey::Address(commune, line) => {
                addresses.entry(commune).or_default().push(line.clone());
            }
        }
    }
    let keys: Vec<String> = ids.keys().cloned().collect();
    for id in many::rows(tx, "SELECT id FROM dwelling WHERE id", &keys, |r| r.get::<String>(0))? {
        if let Some(id) = ids.get(&id) {
            found.insert(DwellingKey::Id(id), Cow::Borrowed(*id));
        }
    }
    for (commune, lines) in addresses {
        let there = many::rows_with(
            tx,
            "SELECT id, line_key FROM dwelling WHERE commune = ?1 AND line_key",
            params![commune],
            &lines,
            |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?)),
        )?;
        for (id, line) in there {
            let slot = found.entry(DwellingKey::Address(commune, line));
            // Of several with one address the first made.
            let slot = slot.or_insert_with(|| Cow::Owned(id.clone()));
            if *id < **slot {
                *slot = Cow::Owned(id);
            }
        }
    }
    Ok(found)
}
