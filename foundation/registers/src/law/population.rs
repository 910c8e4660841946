//! `data/registers/population.toml`: the items of the population register and the laws' lists.

use super::{Fault, LawFile};
use kernel::Localized;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// One item of a person's record.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its identifier, also its name in expressions.
    pub id: String,
    /// Its name in the words of the law.
    pub label: Localized,
    /// Named one by one wherever a post may read it.
    pub sensitive: bool,
}

/// Quan hệ với chủ hộ: one relation to the head of a household.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Our code.
    pub code: String,
    /// Its name.
    pub label: Localized,
    /// `male` or `female`, where the word itself says so.
    #[serde(default)]
    pub sex: Option<String>,
}

/// The list of items as one law has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaVersion {
    /// 15, 17, 18 or 26: how many lines it has.
    pub version: u32,
    /// The law.
    pub basis: String,
    /// Whether the law's own text was read.
    pub certain: bool,
    /// The items of each line.
    pub lines: Vec<Vec<String>>,
}

/// One line of a person's record in a law's list.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewLine {
    /// Its number, from 1.
    pub number: usize,
    /// Item and value; a line may join several items.
    pub items: Vec<(String, serde_json::Value)>,
}

pub(crate) struct Population {
    pub items: Vec<Item>,
    pub dwelling: Vec<Item>,
    pub records: Vec<Item>,
    pub schemas: Vec<SchemaVersion>,
    pub relations: Vec<Relation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    item: Vec<RawItem>,
    dwelling_item: Vec<RawItem>,
    record_item: Vec<RawItem>,
    schema: Vec<Spanned<SchemaVersion>>,
    relation: Vec<Relation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: Spanned<String>,
    label: Localized,
    #[serde(default)]
    sensitive: bool,
}

impl Population {
    pub(crate) fn parse(file: &LawFile) -> Result<Self, Vec<Fault>> {
        let raw: File = toml::from_str(file.text).map_err(|e| vec![Fault::toml(file, &e)])?;
        let mut faults = Vec::new();
        let items = take(file, raw.item, "", &mut faults);
        let dwelling = take(file, raw.dwelling_item, "dwelling.", &mut faults);
        let records = take(file, raw.record_item, "", &mut faults);
        for known in crate::person::STORED.iter().chain(&crate::person::DERIVED) {
            if !items.iter().any(|i| i.id == *known) {
                faults.push(Fault::at(
                    file,
                    0,
                    format!("item `{known}` of the register is not listed"),
                ));
            }
        }
        for i in &items {
            let id = i.id.as_str();
            if !crate::person::STORED.contains(&id) && !crate::person::DERIVED.contains(&id) {
                faults.push(Fault::at(file, 0, format!("the register holds no item `{id}`")));
            }
        }
        for s in &raw.schema {
            check_schema(file, s, &items, &mut faults);
        }
        let schemas = raw.schema.into_iter().map(Spanned::into_inner).collect();
        if faults.is_empty() {
            Ok(Self { items, dwelling, records, schemas, relations: raw.relation })
        } else {
            Err(faults)
        }
    }

    pub(crate) fn item(&self, id: &str) -> Option<&Item> {
        let all = self.items.iter().chain(&self.dwelling).chain(&self.records);
        let mut all = all;
        all.find(|i| i.id == id)
    }

    pub(crate) fn label(&self, id: &str) -> Option<&Localized> {
        self.item(id).or_else(|| self.item(id.split('.').next()?)).map(|i| &i.label)
    }
}

fn take(file: &LawFile, raw: Vec<RawItem>, prefix: &str, faults: &mut Vec<Fault>) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    raw.into_iter()
        .map(|r| {
            let at = r.id.span().start;
            let id = format!("{prefix}{}", r.id.into_inner());
            if !seen.insert(id.clone()) {
                faults.push(Fault::at(file, at, format!("item `{id}` is listed twice")));
            }
            if r.label.vi.trim().is_empty() || r.label.en.trim().is_empty() {
                faults.push(Fault::at(file, at, format!("item `{id}` needs a name in vi and en")));
            }
            Item { id, label: r.label, sensitive: r.sensitive }
        })
        .collect()
}

fn check_schema(
    file: &LawFile,
    s: &Spanned<SchemaVersion>,
    items: &[Item],
    faults: &mut Vec<Fault>,
) {
    let at = s.span().start;
    let schema = s.get_ref();
    if schema.lines.len() != schema.version as usize {
        let what = format!("list {} has {} lines", schema.version, schema.lines.len());
        faults.push(Fault::at(file, at, what));
    }
    for id in schema.lines.iter().flatten() {
        if !items.iter().any(|i| &i.id == id) {
            let what = format!("list {} names an unknown item `{id}`", schema.version);
            faults.push(Fault::at(file, at, what));
        }
    }
}

impl SchemaVersion {
    /// The record as this law lists it: only items that `facts` hold, nothing added.
    pub fn view(&self, facts: &crate::Facts) -> Vec<ViewLine> {
        let pick = |ids: &Vec<String>| {
            ids.iter().filter_map(|id| Some((id.clone(), facts.get(id)?.clone()))).collect()
        };
        self.lines
            .iter()
            .enumerate()
            .map(|(n, ids)| ViewLine { number: n + 1, items: pick(ids) })
            .collect()
    }
}
