//! `data/purposes.toml`: for what personal data may be read.

use super::{Fault, LawFile, population::Population};
use kernel::{Localized, PurposeId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Mục đích xử lý dữ liệu: one purpose.
#[derive(Clone, Debug)]
pub struct Purpose {
    /// Its identifier.
    pub id: PurposeId,
    /// Its name.
    pub name: Localized,
    /// The laws it rests on.
    pub basis: Vec<String>,
    /// Who reads for it, in words.
    pub who: Localized,
    /// The items it covers at most.
    pub items: BTreeSet<String>,
    /// Years the record of a reading is kept.
    pub keep_years: i64,
    /// Days a person's own log stays silent about a reading.
    pub notice_after_days: i64,
    /// What the person is told.
    pub told: Localized,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    purpose: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: Spanned<String>,
    name: Localized,
    basis: Vec<String>,
    who: Localized,
    items: Vec<Spanned<String>>,
    keep_years: i64,
    #[serde(default)]
    notice_after_days: i64,
    told: Localized,
}

pub(crate) fn parse(
    file: &LawFile,
    population: &Population,
) -> Result<BTreeMap<String, Purpose>, Vec<Fault>> {
    let raw: File = toml::from_str(file.text).map_err(|e| vec![Fault::toml(file, &e)])?;
    let mut faults = Vec::new();
    let mut out = BTreeMap::new();
    for r in raw.purpose {
        let at = r.id.span().start;
        let id = r.id.get_ref().clone();
        let both = |l: &Localized| !l.vi.trim().is_empty() && !l.en.trim().is_empty();
        if !both(&r.name) || !both(&r.who) || !both(&r.told) {
            faults.push(Fault::at(file, at, "name, who and told are needed in vi and en"));
        }
        if r.basis.is_empty() {
            faults.push(Fault::at(file, at, "a purpose names at least one law in `basis`"));
        }
        if r.keep_years < 1 || r.notice_after_days < 0 {
            faults.push(Fault::at(
                file,
                at,
                "keep_years is at least 1, notice_after_days at least 0",
            ));
        }
        let purpose = Purpose {
            id: PurposeId::from(id.clone()),
            name: r.name,
            basis: r.basis,
            who: r.who,
            items: expand(file, &r.items, population, &mut faults),
            keep_years: r.keep_years,
            notice_after_days: r.notice_after_days,
            told: r.told,
        };
        if out.insert(id.clone(), purpose).is_some() {
            faults.push(Fault::at(file, at, format!("purpose `{id}` is listed twice")));
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn expand(
    file: &LawFile,
    items: &[Spanned<String>],
    population: &Population,
    faults: &mut Vec<Fault>,
) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for item in items {
        match item.get_ref().as_str() {
            "*" => out.extend(population.items.iter().map(|i| i.id.clone())),
            "dwelling.*" => out.extend(population.dwelling.iter().map(|i| i.id.clone())),
            id if population.item(id).is_some() => {
                out.insert(id.to_owned());
            }
            id => faults.push(Fault::at(file, item.span().start, format!("unknown item `{id}`"))),
        }
    }
    out
}
