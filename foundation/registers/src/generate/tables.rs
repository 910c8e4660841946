//! What the province is calibrated to: the tables of `data/people`, `data/names` and the places.

use super::rng::Weighted;
use crate::errors::PROVINCE_EMPTY;
use kernel::{Date, Error, ProvinceCode, Result, vietnamese};
use places::{Commune, Former, REFORM};
use std::collections::BTreeMap;

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/", $name))
    };
}

/// One age group of the model: people per million of the whole population.
#[derive(Clone, Copy, Debug)]
pub(super) struct AgeGroup {
    pub low: usize,
    pub high: usize,
    pub male: f64,
    pub female: f64,
}

/// A commune of the province, with the communes of before July 2025 it was made of.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub code: &'static str,
    pub ward: bool,
    pub before: Vec<&'static Commune>,
}

/// A part of a name, with its key for searching.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    pub key: String,
}

impl Word {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), key: vietnamese::search_key(text) }
    }
}

/// An ethnic group: code of QĐ 121-TCTK/PPCĐ, its own surnames if any.
#[derive(Clone, Debug)]
pub(super) struct Ethnic {
    pub code: String,
    pub surnames: Weighted<Word>,
}

pub(super) struct Tables {
    pub ages: Vec<AgeGroup>,
    pub surnames: Weighted<Word>,
    /// Middle and given names by sex, male first.
    pub given: [Vec<(Word, Word)>; 2],
    /// «Văn» and «Thị».
    pub usual_middle: [Word; 2],
    pub ethnic: Weighted<Ethnic>,
    /// Religion codes; none for most.
    pub religions: Weighted<Option<String>>,
    pub streets: Vec<Word>,
    /// Indexes into `homes`.
    pub weights: Weighted<usize>,
    pub homes: Vec<Home>,
    /// Old communes of the whole country by old province, weighted by its people.
    pub elsewhere: Weighted<Vec<&'static Commune>>,
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().filter_map(std::result::Result::ok);
    rows.map(|r| r.iter().map(str::to_owned).collect()).collect()
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or(0.0)
}

/// The last day of the old communes.
pub(super) fn before_reform() -> Date {
    kernel::time::plus_days(REFORM, -1)
}

impl Tables {
    pub(super) fn load(province: &str) -> Result<Self> {
        let homes = homes(province)?;
        let weights: Vec<(usize, f64)> = homes
            .iter()
            .enumerate()
            // A commune made of more old ones has more people; wards are denser.
            .map(|(i, h)| (i, h.before.len().max(1) as f64 * if h.ward { 1.3 } else { 1.0 }))
            .collect();
        Ok(Self {
            ages: ages(),
            surnames: surnames(province),
            given: given(),
            ethnic: ethnic(province),
            religions: religions(province),
            usual_middle: ["Văn", "Thị"].map(Word::new),
            streets: rows(data!("names/streets.csv")).iter().map(|r| Word::new(&r[0])).collect(),
            weights: Weighted::new(weights),
            homes,
            elsewhere: elsewhere(),
        })
    }
}

fn ages() -> Vec<AgeGroup> {
    rows(data!("people/age_sex_2019_model.csv"))
        .iter()
        .map(|r| {
            let (low, high) = r[0].split_once('-').unwrap_or(("80", "99"));
            let age = |s: &str| s.parse::<usize>().unwrap_or(80);
            AgeGroup { low: age(low), high: age(high), male: number(&r[1]), female: number(&r[2]) }
        })
        .collect()
}

/// Communes of the province today; the old ones of which the larger part came here.
fn homes(province: &str) -> Result<Vec<Home>> {
    let empty = || Error::new(PROVINCE_EMPTY).arg("province", province);
    let code = ProvinceCode::parse(province).map_err(|_| empty())?;
    let all = places::all();
    let communes = all.communes_of(&code, REFORM).map_err(|_| empty())?;
    let mut homes = Vec::new();
    for c in communes {
        let former = all.history(&c.code())?;
        let before = former
            .iter()
            .filter_map(|f| match f {
                Former::Commune { commune, .. } => Some(*commune),
                Former::District(_) => None,
            })
            .collect();
        let ward = c.kind() == places::CommuneKind::Ward;
        homes.push(Home { code: c.code_str(), ward, before });
    }
    homes.sort_by_key(|h| h.code);
    if homes.is_empty() { Err(empty()) } else { Ok(homes) }
}

/// Kinh surnames. The shares of the book of 2005, filled up with our own list; Hoàng and Vũ in the
/// North, Huỳnh and Võ in the South (from Đà Nẵng on).
fn surnames(province: &str) -> Weighted<Word> {
    let south = province >= "48";
    let side = |name: &str| -> String {
        name.split_once('/').map_or(name, |(n, s)| if south { s } else { n }).to_owned()
    };
    let mut all: BTreeMap<String, f64> = BTreeMap::new();
    for r in rows(data!("names/surnames.csv")) {
        let share = if r[1].is_empty() { number(&r[2]) } else { number(&r[1]) };
        all.insert(side(&r[0]), share);
    }
    for r in rows(data!("names/surnames_more.csv")) {
        all.entry(r[0].clone()).or_insert_with(|| number(&r[1]));
    }
    Weighted::new(all.into_iter().map(|(name, share)| (Word::new(&name), share)))
}

fn given() -> [Vec<(Word, Word)>; 2] {
    let mut out = [Vec::new(), Vec::new()];
    for r in rows(data!("names/given_names.csv")) {
        out[usize::from(r[0] == "female")].push((Word::new(&r[1]), Word::new(&r[2])));
    }
    out
}

fn ethnic(province: &str) -> Weighted<Ethnic> {
    let mut surnames: BTreeMap<String, Vec<(Word, f64)>> = BTreeMap::new();
    for r in rows(data!("names/surnames_by_group.csv")) {
        surnames.entry(r[0].clone()).or_default().push((Word::new(&r[1]), number(&r[2])));
    }
    let shares = rows(data!("people/ethnic_by_province.csv"));
    let here = shares.iter().filter(|r| r[0] == province);
    Weighted::new(here.map(|r| {
        let group = Ethnic {
            surnames: Weighted::new(surnames.get(&r[1]).cloned().unwrap_or_default()),
            code: r[1].clone(),
        };
        (group, number(&r[2]))
    }))
}

/// Shares of the province where it has its own, else of the country; the rest have none.
fn religions(province: &str) -> Weighted<Option<String>> {
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    let table = rows(data!("people/religion_shares.csv"));
    for whose in ["*", province] {
        for r in table.iter().filter(|r| r[0] == whose) {
            shares.insert(r[1].clone(), number(&r[2]));
        }
    }
    let none = 100.0 - shares.values().sum::<f64>();
    let with = shares.into_iter().map(|(code, share)| (Some(code), share));
    Weighted::new(with.chain([(None, none)]))
}

fn elsewhere() -> Weighted<Vec<&'static Commune>> {
    let all = places::all();
    let mut by_province: BTreeMap<&'static str, Vec<&'static Commune>> = BTreeMap::new();
    for c in all.communes(before_reform()) {
        by_province.entry(c.province().code_str()).or_default().push(c);
    }
    let people = rows(data!("people/population_2019_provinces_63.csv"));
    Weighted::new(
        people.iter().filter_map(|r| {
            by_province.get(r[0].as_str()).map(|list| (list.clone(), number(&r[3])))
        }),
    )
}
