//! Goes through the whole register for pairs that are worth comparing, compares them, and keeps the
//! likely ones. Twice through, each time in the order of one key, so that memory is bounded by the
//! people of one name; what was decided stays decided.

use super::queries;
use super::rules::{Birth, Traits, compare};
use super::{PURPOSE, case_of};
use crate::cases;
use crate::journal;
use crate::person;
use kernel::{Actor, PersonalId, PurposeId, Result, limits};
use serde_json::json;
use store::{Entry, ReadTx, Store, WriteTx, params};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pairs compared.
    pub pairs: u64,
    /// Pairs to compare.
    pub of: u64,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Pairs compared.
    pub compared: u64,
    /// Likely pairs that were not on the list.
    pub new: u64,
    /// Groups too large to compare: a name and birth, or an old number, of too many people.
    pub too_common: u64,
}

/// Two numbers, the smaller first.
type Two = (u64, u64);

/// Compares the whole register; likely pairs that are new go on the list. Safe to repeat.
pub fn find(store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<Found> {
    let mut found = Found::default();
    let mut pairs = Vec::new();
    store.read(|tx| by_name(tx, &mut pairs, &mut found))?;
    store.read(|tx| by_old_id(tx, &mut pairs, &mut found))?;
    pairs.sort_unstable();
    pairs.dedup();
    let of = pairs.len() as u64;
    for some in pairs.chunks(limits::MATCH_BATCH_MAX) {
        found.new += store.write_here(|tx| write(tx, some))?;
        found.compared += some.len() as u64;
        progress(Progress { pairs: found.compared, of });
    }
    let body = json!({
        "compared": found.compared, "new": found.new, "too_common": found.too_common,
    });
    store.write_here(|tx| {
        tx.record(Entry::new(journal::MATCHED, &Actor::system("match")).body(body.clone()))
    })?;
    Ok(found)
}

fn number(pid: &str) -> Option<u64> {
    pid.parse().ok()
}

fn digits(number: u64) -> Result<PersonalId> {
    PersonalId::parse(&format!("{number:012}"))
}

/// All of a block with each other, unless it is too large.
fn cross(block: &[u64], pairs: &mut Vec<Two>, found: &mut Found) {
    if block.len() > limits::MATCH_BLOCK_MAX {
        found.too_common += 1;
        return;
    }
    for (i, a) in block.iter().enumerate() {
        for b in &block[i + 1..] {
            keep((*a, *b), pairs, found);
        }
    }
}

fn keep(two: Two, pairs: &mut Vec<Two>, found: &mut Found) {
    if pairs.len() >= limits::MATCH_CANDIDATES_MAX {
        found.too_common += 1;
    } else if two.0 != two.1 {
        pairs.push((two.0.min(two.1), two.0.max(two.1)));
    }
}

/// The people of one name, by birth.
fn one_name(people: &mut [(Birth, u64)], pairs: &mut Vec<Two>, found: &mut Found) {
    people.sort_unstable_by_key(|(birth, pid)| (birth.either_way(), *pid));
    for year in people.chunk_by(|a, b| a.0.year == b.0.year) {
        // Whoever's date is not known whole stands before the others and may be any of the year.
        let vague = year.iter().take_while(|(birth, _)| !birth.whole()).count();
        let numbers = |list: &[(Birth, u64)]| list.iter().map(|(_, pid)| *pid).collect::<Vec<_>>();
        if vague > 0 {
            let all = numbers(year);
            if all.len() > limits::MATCH_BLOCK_MAX {
                found.too_common += 1;
            } else {
                for (i, a) in all[..vague].iter().enumerate() {
                    all[i + 1..].iter().for_each(|b| keep((*a, *b), pairs, found));
                }
            }
        }
        for day in year[vague..].chunk_by(|a, b| a.0.either_way() == b.0.either_way()) {
            cross(&numbers(day), pairs, found);
        }
    }
}

fn by_name(tx: &mut ReadTx, pairs: &mut Vec<Two>, found: &mut Found) -> Result<()> {
    let (mut name, mut people) = (String::new(), Vec::new());
    tx.each(
        "SELECT name_key, birth, pid FROM person WHERE merged_into IS NULL ORDER BY name_key",
        params![],
        |r| {
            let key: String = r.get(0)?;
            if key != name {
                one_name(&mut people, pairs, found);
                people.clear();
                name = key;
            }
            let birth = Birth::parse(&r.get::<String>(1)?);
            people.extend(birth.zip(number(&r.get::<String>(2)?)));
            Ok(true)
        },
    )?;
    one_name(&mut people, pairs, found);
    Ok(())
}

fn by_old_id(tx: &mut ReadTx, pairs: &mut Vec<Two>, found: &mut Found) -> Result<()> {
    let (mut held, mut people) = (String::new(), Vec::new());
    let sql = "SELECT old_id, pid FROM person WHERE old_id IS NOT NULL AND merged_into IS NULL \
         ORDER BY old_id";
    tx.each(sql, params![], |r| {
        let old_id: String = r.get(0)?;
        if old_id != held {
            cross(&people, pairs, found);
            people.clear();
            held = old_id;
        }
        people.extend(number(&r.get::<String>(1)?));
        Ok(true)
    })?;
    cross(&people, pairs, found);
    Ok(())
}

/// Compares some pairs and keeps the likely ones; how many were new.
fn write(tx: &mut WriteTx, pairs: &[Two]) -> Result<u64> {
    let purpose = PurposeId::from(PURPOSE);
    let mut new = 0;
    for (a, b) in pairs {
        let (a, b) = (digits(*a)?, digits(*b)?);
        let (Some(one), Some(two)) = (person::find(tx, &a)?, person::find(tx, &b)?) else {
            continue;
        };
        let Some((score, signs)) = compare(&Traits::of(&one)?, &Traits::of(&two)?) else {
            continue;
        };
        let homes = [&one.commune, &two.commune, &one.stay_commune, &two.stay_commune];
        let place = homes.into_iter().find_map(Clone::clone).unwrap_or_default();
        let Some(id) = queries::insert(tx, (&a, &b), &place, score, &signs)? else { continue };
        if !place.is_empty() {
            cases::open(tx, &case_of(&id), &place, &purpose, &[a, b])?;
        }
        new += 1;
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs_of(people: &[(&str, u64)]) -> (Vec<Two>, Found) {
        let mut people: Vec<(Birth, u64)> =
            people.iter().map(|(b, pid)| (Birth::parse(b).unwrap(), *pid)).collect();
        let (mut pairs, mut found) = (Vec::new(), Found::default());
        one_name(&mut people, &mut pairs, &mut found);
        pairs.sort_unstable();
        (pairs, found)
    }

    #[test]
    fn who_of_one_name_is_compared() {
        let (pairs, _) = pairs_of(&[
            ("1980-05-07", 1),
            ("1980-07-05", 2),
            ("1980-05-07", 3),
            ("1980-05-08", 4),
            ("1981-05-07", 5),
        ]);
        assert_eq!(pairs, [(1, 2), (1, 3), (2, 3)]);
        let (pairs, _) =
            pairs_of(&[("1980", 1), ("1980-05", 2), ("1980-05-08", 4), ("1981-05-07", 5)]);
        assert_eq!(pairs, [(1, 2), (1, 4), (2, 4)]);
    }

    #[test]
    fn too_many_of_one_name_and_day_say_nothing() {
        let many: Vec<(&str, u64)> =
            (0..=limits::MATCH_BLOCK_MAX as u64).map(|n| ("1980-05-07", n)).collect();
        let (pairs, found) = pairs_of(&many);
        assert!(pairs.is_empty());
        assert_eq!(found.too_common, 1);
        assert_eq!(pairs_of(&many[1..]).0.len(), 100 * 99 / 2);
    }
}
