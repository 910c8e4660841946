//! The list of pairs.

use super::rules::Sign;
use super::{ITEMS, PURPOSE, case_of};
use crate::door;
use crate::errors::PAIR_UNKNOWN;
use crate::law::Law;
use crate::model::{Facts, Reading};
use kernel::{Actor, Error, Instant, PersonalId, PurposeId, Result};
use store::{ReadTx, RecordTx, Row, Value, WriteTx, params};

/// What was decided of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairState {
    /// Nothing yet.
    Open,
    /// Two people.
    Apart,
    /// One person; the record of the other number has ended.
    Merged,
}

/// Two records that may be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// For addresses.
    pub id: String,
    /// Both numbers, the smaller first.
    pub people: [PersonalId; 2],
    /// The commune whose officers look at it.
    pub place: String,
    /// How much alike they are.
    pub score: i64,
    /// What speaks for and against.
    pub signs: Vec<Sign>,
    /// What was decided.
    pub state: PairState,
    /// When it was found.
    pub found_at: Instant,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    pub(crate) version: i64,
}

const PAIR: &str = "SELECT id, a, b, place, score, signs, state, found_at, version, decided_at \
    FROM person_pair";

fn pair_row(r: &Row) -> Result<Pair> {
    let signs: Vec<String> = serde_json::from_str(&r.get::<String>(5)?)?;
    Ok(Pair {
        id: r.get(0)?,
        people: [r.get(1)?, r.get(2)?],
        place: r.get(3)?,
        score: r.get(4)?,
        signs: signs.iter().filter_map(|s| Sign::parse(s)).collect(),
        state: match r.get::<String>(6)?.as_str() {
            "open" => PairState::Open,
            "merged" => PairState::Merged,
            _ => PairState::Apart,
        },
        found_at: r.get(7)?,
        version: r.get(8)?,
        decided_at: r.get(9)?,
    })
}

/// Pairs of a commune that nobody has decided, most alike first, one page; and how many there are.
/// Nothing of the people themselves: that is read by [`look`].
pub fn open_pairs(tx: &mut ReadTx, place: &str, page: i64) -> Result<(Vec<Pair>, i64)> {
    let rows = kernel::limits::PAGE_ROWS_MAX;
    let (places, mut values) = within(tx, place);
    let count = format!("SELECT COUNT(*) FROM person_pair WHERE {places} AND state = 'open'");
    let count = tx.one(&count, &values, |r| r.get(0))?;
    let n = values.len();
    values.extend_from_slice(params![rows, page.max(0).saturating_mul(rows)]);
    let sql = format!(
        "{PAIR} WHERE {places} AND state = 'open' ORDER BY score DESC, id DESC LIMIT ?{} OFFSET ?{}",
        n + 1,
        n + 2
    );
    Ok((tx.rows(&sql, &values, pair_row)?, count))
}

/// The condition that a pair lies in a commune of today, and its values.
fn within(tx: &ReadTx, place: &str) -> (String, Vec<Value>) {
    let codes = places::codes_of(place, tx.now().date());
    let marks: Vec<String> = (1..=codes.len()).map(|n| format!("?{n}")).collect();
    (format!("place IN ({})", marks.join(", ")), codes.iter().map(Value::from).collect())
}

/// Pairs of a commune that were merged, newest first, as many as one page shows.
pub fn merged_pairs(tx: &mut ReadTx, place: &str) -> Result<Vec<Pair>> {
    let (places, mut values) = within(tx, place);
    values.push(kernel::limits::PAGE_ROWS_MAX.into());
    let sql = format!(
        "{PAIR} WHERE {places} AND state = 'merged' ORDER BY decided_at DESC, id DESC LIMIT ?{}",
        values.len()
    );
    tx.rows(&sql, &values, pair_row)
}

/// One pair of an officer's own commune.
pub fn pair(tx: &mut ReadTx, actor: &Actor, id: &str) -> Result<Pair> {
    let here = actor.appointment.as_ref().map(|a| a.place.as_str());
    let today = tx.now().date();
    tx.row(&format!("{PAIR} WHERE id = ?1"), params![id], pair_row)?
        .filter(|p| Some(places::code_on(&p.place, today)) == here)
        .ok_or_else(|| Error::new(PAIR_UNKNOWN))
}

/// Reads both records through the door, as far as the purpose goes. Both people find it in their logs.
pub fn look(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    pair: &Pair,
) -> Result<Reading<[Facts; 2]>> {
    let (purpose, case) = (PurposeId::from(PURPOSE), case_of(&pair.id));
    let mut both = Vec::with_capacity(2);
    for pid in &pair.people {
        match door::read(tx, law, actor, &purpose, pid, &ITEMS, Some(&case))? {
            Reading::Granted(facts) => both.push(facts),
            Reading::Refused(refusal) => return Ok(Reading::Refused(refusal)),
        }
    }
    let both: [Facts; 2] = both.try_into().map_err(|_| Error::bug("two records are two"))?;
    Ok(Reading::Granted(both))
}

/// A pair that is new to the list; its id. `None`: it is there already.
pub(crate) fn insert(
    tx: &mut WriteTx,
    (a, b): (&PersonalId, &PersonalId),
    place: &str,
    score: i64,
    signs: &[Sign],
) -> Result<Option<String>> {
    let (id, now) = (tx.new_id()?, tx.now());
    let signs = serde_json::to_string(&signs.iter().map(|s| s.code()).collect::<Vec<_>>())?;
    let new = tx.execute(
        "INSERT INTO person_pair (a, b, id, place, score, signs, state, found_at, version) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', ?7, 1) ON CONFLICT (a, b) DO NOTHING",
        params![a, b, &id, place, score, signs, now],
    )?;
    Ok((new == 1).then_some(id))
}
