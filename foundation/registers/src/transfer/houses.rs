//! The households that a batch of people live in: found, or made.

use super::known::Kept;
use super::rows::Made;
use super::settle::{Home, HouseKey, How};
use super::sheet::Person;
use crate::many;
use kernel::{Instant, Result};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use store::{ReadTx, RecordTx};

/// In which dwelling.
pub(super) enum Place<'p> {
    Id(Cow<'p, str>),
    /// As [`super::known::Known::place`] has it.
    Print(u64),
}

impl Place<'_> {
    /// The dwelling of a household that is new.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Print(_) => "",
        }
    }
    pub(super) fn is(&self, dwelling: &str, how: &How) -> bool {
        match (self, how) {
            (Self::Id(id), _) => *id == dwelling,
            (Self::Print(print), How::Apart(known)) => known.place(dwelling) == *print,
            (Self::Print(_), How::Within) => false,
        }
    }
}

/// A household as this batch needs it.
pub(super) struct House<'p> {
    pub id: Cow<'p, str>,
    pub place: Place<'p>,
    pub file: Cow<'p, str>,
    /// Somebody has said the file's number; else it is ours, and the first who lives there permanently may
    /// bring another.
    pub numbered: bool,
    /// It has one; of a new one, who it is.
    pub head: Option<Cow<'p, str>>,
    /// Number of its newest change.
    pub version: i64,
    /// Begun by this very run.
    pub ours: bool,
    pub new: bool,
    pub opened_on: &'p str,
    pub collective: bool,
    /// Where its number was drawn for: it may be taken.
    pub drawn: Option<&'p str>,
}

const HOUSE: &str = "SELECT id, dwelling, file, head, version FROM household \
    WHERE closed_on IS NULL AND";

/// Open households by keys of one column. What is known of their beginning and members is asked for by
/// their ids afterwards: in one statement with joins PostgreSQL would go through whole tables.
fn open_houses(
    tx: &mut ReadTx,
    column: &'static str,
    keys: &[String],
    at: Instant,
) -> Result<Vec<House<'static>>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut houses = many::rows(tx, &format!("{HOUSE} {column}"), keys, |r| {
        Ok(House {
            id: Cow::Owned(r.get(0)?),
            place: Place::Id(Cow::Owned(r.get(1)?)),
            file: Cow::Owned(r.get(2)?),
            head: r.get::<Option<String>>(3)?.map(Cow::Owned),
            version: r.get(4)?,
            opened_on: "",
            collective: false,
            ours: false,
            numbered: false,
            new: false,
            drawn: None,
        })
    })?;
    let ids: Vec<String> = houses.iter().map(|h| h.id.clone().into_owned()).collect();
    let begun = "SELECT household, at FROM household_event WHERE version = 1 AND household";
    let begun = many::rows(tx, begun, &ids, |r| Ok((r.get::<String>(0)?, r.get::<Instant>(1)?)))?;
    let begun: HashMap<String, Instant> = begun.into_iter().collect();
    let settled = "SELECT household FROM household_member WHERE kind = 'permanent' AND household";
    let settled: HashSet<String> =
        many::rows(tx, settled, &ids, |r| r.get::<String>(0))?.into_iter().collect();
    for h in &mut houses {
        h.ours = begun.get(&*h.id) == Some(&at);
        h.numbered = settled.contains(&*h.id);
    }
    Ok(houses)
}

type Houses<'p> = HashMap<HouseKey<'p>, House<'p>>;

/// Those of a batch that are there.
fn there<'p>(tx: &mut RecordTx, homes: &[Home<'p>], how: &How, at: Instant) -> Result<Houses<'p>> {
    let mut found = HashMap::with_capacity(homes.len());
    let (mut ids, mut files) = (HashMap::new(), HashMap::new());
    for key in homes.iter().filter_map(|h| h.household) {
        match (key, how) {
            (HouseKey::Id(id), How::Apart(known)) => {
                if let Some(kept) = known.house(id) {
                    found.entry(key).or_insert_with(|| remembered(id, kept));
                }
            }
            (HouseKey::Id(id), How::Within) => drop(ids.insert(id.to_owned(), id)),
            (HouseKey::File(file), _) => drop(files.insert(file.to_owned(), file)),
        }
    }
    let list = |of: &HashMap<String, &'p str>| of.keys().cloned().collect::<Vec<_>>();
    for h in open_houses(tx, "id", &list(&ids), at)? {
        if let Some(id) = ids.get(&*h.id) {
            found.insert(HouseKey::Id(id), h);
        }
    }
    for h in open_houses(tx, "file", &list(&files), at)? {
        if let Some(file) = files.get(&*h.file) {
            found.insert(HouseKey::File(file), h);
        }
    }
    Ok(found)
}

/// A household that this run has made in a batch before.
fn remembered(id: &str, kept: Kept) -> House<'_> {
    House {
        id: Cow::Borrowed(id),
        place: Place::Print(kept.place),
        // Whoever lives there permanently brings it.
        file: Cow::Borrowed(""),
        numbered: kept.numbered,
        head: kept.head.then_some(Cow::Borrowed("")),
        version: 1,
        ours: true,
        new: false,
        opened_on: "",
        collective: false,
        drawn: None,
    }
}

/// The household of each home that names one; those that are not there yet are made.
pub(super) fn households<'p>(
    tx: &mut RecordTx,
    people: &'p [Person],
    homes: &[Home<'p>],
    dwellings: &[Cow<'p, str>],
    how: &mut How,
    made: &mut Made,
) -> Result<Houses<'p>> {
    let mut found = there(tx, homes, how, made.at())?;
    for (home, dwelling) in homes.iter().zip(dwellings) {
        let Some(key) = home.household else { continue };
        let number = people[home.person].number();
        if !found.contains_key(&key) && home.relation.is_some() {
            found.insert(key, new_house(tx, home, key, dwelling)?);
        }
        let Some(h) = found.get_mut(&key) else { continue };
        if home.relation == Some("head") && h.head.is_none() {
            h.head = Some(Cow::Borrowed(number));
            if !h.new {
                made.heads.push((h.id.clone().into_owned(), number.to_owned()));
            }
        }
        if h.new && home.since < h.opened_on {
            h.opened_on = home.since;
        }
        if let (true, false, true, Some(file)) = (h.ours, h.numbered, home.permanent, home.file) {
            // A lodger came before the family: the household has the number that the family's rows say.
            h.file = Cow::Borrowed(file);
            (h.numbered, h.drawn) = (true, None);
            if !h.new {
                made.files.push((h.id.clone().into_owned(), file.to_owned()));
            }
        }
    }
    let mut new: Vec<&House> = found.values().filter(|h| h.new).collect();
    new.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    new.iter().for_each(|h| made.house(h));
    // Apart, how they began follows from the households.
    if let How::Within = how {
        new.iter().for_each(|h| made.began(h));
    }
    if let How::Apart(known) = how {
        for h in found.values() {
            let place = match &h.place {
                Place::Id(id) => known.place(id),
                Place::Print(print) => *print,
            };
            known.keep(&h.id, Kept { place, head: h.head.is_some(), numbered: h.numbered });
        }
    }
    Ok(found)
}

fn new_house<'p>(
    tx: &mut RecordTx,
    home: &Home<'p>,
    key: HouseKey<'p>,
    dwelling: &Cow<'p, str>,
) -> Result<House<'p>> {
    let own = home.file.filter(|_| home.permanent);
    let (file, drawn) = match (key, own) {
        (HouseKey::File(file), _) | (HouseKey::Id(_), Some(file)) => (Cow::Borrowed(file), None),
        (HouseKey::Id(_), None) => {
            (Cow::Owned(crate::residence::draw_number(tx, home.commune)?), Some(home.commune))
        }
    };
    Ok(House {
        id: match key {
            HouseKey::Id(id) => Cow::Borrowed(id),
            HouseKey::File(_) => Cow::Owned(tx.new_id()?),
        },
        place: Place::Id(dwelling.clone()),
        file,
        numbered: drawn.is_none(),
        head: None,
        version: 1,
        ours: true,
        new: true,
        opened_on: home.since,
        collective: home.relation == Some("collective"),
        drawn,
    })
}
