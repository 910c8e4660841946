//! The people of the demo with a part to play, found in a generated province.

use super::Demo;
use crate::errors::PERSON_UNKNOWN;
use crate::model::birth_date;
use kernel::{CommuneCode, DwellingId, Error, HouseholdId, PersonalId, Result, time};
use serde_json::Value as Json;
use store::{ReadTx, params};

/// Xã Trần Thương, of which Trần Hưng Đạo (Lý Nhân, Hà Nam) is a part: where the story is set.
pub(super) const STAGE: &str = "13594";

/// Somebody of the demo with a part to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// The number: accounts hang on it.
    pub pid: PersonalId,
    /// Full name.
    pub name: String,
}

/// The people of the demo; the same province finds the same people.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Lives permanently in another commune and will register temporary residence with `owner`.
    pub citizen: Player,
    /// The other parent of `child`, in the same household as `citizen`.
    pub other_parent: Player,
    /// A minor child of `citizen` and `other_parent`.
    pub child: Player,
    /// Commune of the citizen's permanent residence.
    pub citizen_commune: CommuneCode,
    /// Owns and heads the dwelling in `commune`.
    pub owner: Player,
    /// That dwelling; the land register knows it.
    pub dwelling: DwellingId,
    /// The household in it.
    pub household: HouseholdId,
    /// Its address line.
    pub line: String,
    /// Its commune: 13594 in Ninh Bình, else the province's first.
    pub commune: CommuneCode,
    /// Officer of the commune police.
    pub officer: Player,
    /// Head of the commune police.
    pub police_head: Player,
    /// Clerk of the one-stop shop.
    pub clerk: Player,
    /// The province's data auditor.
    pub auditor: Player,
    /// Looks at the province's figures.
    pub viewer: Player,
    /// Runs the system.
    pub operator: Player,
    /// An officer of another commune, who may not see this commune's people.
    pub officer_next_door: Player,
    /// That other commune.
    pub commune_next_door: CommuneCode,
}

struct Row {
    player: Player,
    age: i32,
    relation: Option<String>,
    household: Option<HouseholdId>,
    relatives: Json,
    stays: bool,
}

/// Mother, father, child and their commune.
type Family = (Row, Row, Row, CommuneCode);

/// Finds the cast. For the demo only: it is not the door, and gives names and numbers.
pub fn cast(tx: &mut ReadTx, demo: &Demo) -> Result<Cast> {
    let province = kernel::ProvinceCode::parse(&demo.province)?;
    // The codes the people were made under, whatever has been merged since.
    let mut communes: Vec<CommuneCode> =
        places::all().communes_of(&province, places::REFORM)?.iter().map(|c| c.code()).collect();
    communes.sort();
    let at = communes.iter().position(|c| c.as_str() == STAGE).unwrap_or(0);
    let commune = communes.remove(at);
    let here = residents(tx, &commune)?;
    let (owner, dwelling, household, line) = owner(tx, &here)?;
    let posts: Vec<&Row> = here
        .iter()
        .filter(|r| (27..=56).contains(&r.age) && r.household.as_ref() != Some(&household))
        .collect();
    let mut family: Option<Family> = None;
    let mut others: Vec<(Player, CommuneCode)> = Vec::new();
    for c in &communes {
        let there = residents(tx, c)?;
        if family.is_none() {
            family = parents_and_child(there, c, &mut others);
        } else {
            let working = there.into_iter().filter(|r| (28..=58).contains(&r.age)).take(2);
            others.extend(working.map(|r| (r.player, c.clone())));
        }
        if family.is_some() && others.len() >= 6 {
            break;
        }
    }
    let missing =
        || Error::new(PERSON_UNKNOWN).because("the province has too few people for the cast");
    let (citizen, other_parent, child, citizen_commune) = family.ok_or_else(missing)?;
    let post = |n: usize| posts.get(n).map(|r| r.player.clone()).ok_or_else(missing);
    let mut other = others.into_iter();
    let mut next = || other.next().ok_or_else(missing);
    let (officer_next_door, commune_next_door) = next()?;
    Ok(Cast {
        citizen: citizen.player,
        other_parent: other_parent.player,
        child: child.player,
        citizen_commune,
        owner,
        dwelling,
        household,
        line,
        officer: post(0)?,
        police_head: post(1)?,
        clerk: post(2)?,
        auditor: next()?.0,
        viewer: next()?.0,
        operator: next()?.0,
        officer_next_door,
        commune_next_door,
        commune,
    })
}

/// People of a commune in the order of their numbers, at most a few thousand.
fn residents(tx: &mut ReadTx, commune: &CommuneCode) -> Result<Vec<Row>> {
    let today = tx.now().date();
    tx.rows(
        "SELECT pid, name, birth, relation, household, relatives, temporary FROM person \
         WHERE commune = ?1 AND death IS NULL ORDER BY pid LIMIT 4000",
        params![commune],
        |r| {
            let relatives: Option<String> = r.get(5)?;
            let birth: String = r.get(2)?;
            Ok(Row {
                player: Player { pid: r.get(0)?, name: r.get(1)? },
                age: birth_date(&birth).map_or(0, |b| time::age_on(b, today)),
                relation: r.get(3)?,
                household: r.get(4)?,
                relatives: relatives
                    .and_then(|t| serde_json::from_str(&t).ok())
                    .unwrap_or_default(),
                stays: r.get::<Option<String>>(6)?.is_some(),
            })
        },
    )
}

/// A head who owns the dwelling with a title, not alone in it, and not too old to be asked.
fn owner(tx: &mut ReadTx, here: &[Row]) -> Result<(Player, DwellingId, HouseholdId, String)> {
    let heads = here.iter().filter(|r| {
        r.relation.as_deref() == Some("head") && (35..=62).contains(&r.age) && !r.stays
    });
    for head in heads {
        let Some(household) = &head.household else { continue };
        let size = here.iter().filter(|r| r.household.as_ref() == Some(household)).count();
        if size < 3 {
            continue;
        }
        let found = tx.row(
            "SELECT d.id, d.line FROM household h JOIN dwelling d ON d.id = h.dwelling \
             WHERE h.id = ?1 AND d.owner = ?2 AND d.title IS NOT NULL",
            params![household, &head.player.pid],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        if let Some((dwelling, line)) = found {
            return Ok((head.player.clone(), dwelling, household.clone(), line));
        }
    }
    Err(Error::new(PERSON_UNKNOWN).because("no owner on the demo's stage"))
}

/// A mother of working age with the father and a child of school age in the same household.
fn parents_and_child(
    there: Vec<Row>,
    commune: &CommuneCode,
    others: &mut Vec<(Player, CommuneCode)>,
) -> Option<Family> {
    let parent = |child: &Row, who: &str| child.relatives[who]["pid"].as_str().map(str::to_owned);
    let find = |pid: Option<String>| {
        there.iter().position(|r| Some(r.player.pid.as_str()) == pid.as_deref())
    };
    let found = there.iter().enumerate().find_map(|(i, child)| {
        let (m, f) = (find(parent(child, "mother"))?, find(parent(child, "father"))?);
        let fits = (3..=14).contains(&child.age)
            && (24..=42).contains(&there[m].age)
            && !there[m].stays
            && there[m].household == child.household
            && there[f].household == child.household;
        fits.then_some((m, f, i))
    });
    let (m, f, c) = found?;
    let used = [m, f, c];
    let mut rows: Vec<Option<Row>> = there.into_iter().map(Some).collect();
    let family = (rows[m].take()?, rows[f].take()?, rows[c].take()?, commune.clone());
    let spare = rows.into_iter().enumerate().filter(|(i, _)| !used.contains(i));
    let working = spare.filter_map(|(_, r)| r).filter(|r| (28..=58).contains(&r.age)).take(1);
    others.extend(working.map(|r| (r.player, commune.clone())));
    Some(family)
}
