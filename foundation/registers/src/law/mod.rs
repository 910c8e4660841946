//! The law as data: which items there are, for which purposes they may be read, and by whom.

mod access;
mod population;
mod purposes;

pub use access::{Role, Rule};
pub use population::{Item, Relation, SchemaVersion, ViewLine};
pub use purposes::Purpose;

pub(crate) use access::{Access, Asking, Case, Subject};

use crate::errors::LAW_FILE;
use kernel::{Error, Localized, PurposeId, Result};
use population::Population;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// One data file: its name for messages, and its text.
#[derive(Clone, Copy, Debug)]
pub struct LawFile<'t> {
    /// Path below `data/`.
    pub name: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// All files the law of the registers is made of.
#[derive(Clone, Debug)]
pub struct LawFiles<'t> {
    /// `registers/population.toml`
    pub population: LawFile<'t>,
    /// `purposes.toml`
    pub purposes: LawFile<'t>,
    /// `access/*.toml`
    pub access: Vec<LawFile<'t>>,
}

/// What is wrong in a data file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path below `data/`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl Fault {
    /// A fault at a byte of a file.
    pub(crate) fn at(file: &LawFile, byte: usize, what: impl Into<String>) -> Self {
        let head = file.text.get(..byte.min(file.text.len())).unwrap_or("");
        let line = head.bytes().filter(|b| *b == b'\n').count() + 1;
        Self { file: file.name.to_owned(), line, what: what.into() }
    }
    /// A TOML error.
    pub(crate) fn toml(file: &LawFile, e: &toml::de::Error) -> Self {
        Self::at(file, e.span().map_or(0, |s| s.start), e.message().to_owned())
    }
}

macro_rules! data {
    ($name:literal) => {
        LawFile {
            name: $name,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/", $name)),
        }
    };
}

/// The files the program carries.
pub fn files() -> LawFiles<'static> {
    LawFiles {
        population: data!("registers/population.toml"),
        purposes: data!("purposes.toml"),
        access: vec![
            data!("access/citizen.toml"),
            data!("access/commune-police.toml"),
            data!("access/one-stop.toml"),
            data!("access/province.toml"),
            data!("access/system.toml"),
        ],
    }
}

/// The items, purposes and access rules in force. Read once at start, checked before use.
pub struct Law {
    population: Population,
    purposes: BTreeMap<String, Purpose>,
    access: Access,
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Law")
    }
}

impl Law {
    /// The law the program carries.
    pub fn load() -> Result<Arc<Self>> {
        Self::parse(&files()).map(Arc::new).map_err(|faults| {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Error::new(LAW_FILE)
                .arg("fault", lines.first().cloned().unwrap_or_default())
                .because(lines.join("; "))
        })
    }

    /// Reads and checks the files; all faults at once.
    pub fn parse(files: &LawFiles) -> std::result::Result<Self, Vec<Fault>> {
        let population = Population::parse(&files.population)?;
        let purposes = purposes::parse(&files.purposes, &population)?;
        let access = Access::parse(&files.access, &purposes, &population)?;
        Ok(Self { population, purposes, access })
    }

    /// The items of the population register, in the law's order (Luật Căn cước 2023 Điều 9).
    pub fn items(&self) -> &[Item] {
        &self.population.items
    }
    /// The ids of all items a person's record has.
    pub fn item_ids(&self) -> Vec<&str> {
        self.population.items.iter().map(|i| i.id.as_str()).collect()
    }
    /// The name of an item, also of `dwelling.owner` and `household.minors`.
    pub fn item_label(&self, id: &str) -> Option<&Localized> {
        self.population.label(id)
    }
    /// The lists of the laws: 15, 17, 18 and 26 items.
    pub fn schemas(&self) -> &[SchemaVersion] {
        &self.population.schemas
    }
    /// The relations to a head of household, in the order they are offered.
    pub fn relations(&self) -> &[Relation] {
        &self.population.relations
    }
    /// One relation.
    pub fn relation(&self, code: &str) -> Option<&Relation> {
        self.population.relations.iter().find(|r| r.code == code)
    }
    /// A purpose.
    pub fn purpose(&self, id: &PurposeId) -> Option<&Purpose> {
        self.purposes.get(id.as_str())
    }
    /// All purposes.
    pub fn purposes(&self) -> impl Iterator<Item = &Purpose> {
        self.purposes.values()
    }
    /// Whether somebody of this role could read these items for this purpose under some condition:
    /// what a check of a procedure file needs to know before it may be used.
    pub fn may_ever(&self, role: &str, purpose: &str, items: &[&str]) -> bool {
        let rules = self.access.rules(role, purpose);
        items.iter().all(|i| rules.iter().any(|r| r.covers(i)))
    }
    /// The whole matrix, role × purpose → items and condition, as text. Compared in a test.
    pub fn matrix(&self) -> String {
        self.access.matrix()
    }
    /// The roles the access rules name.
    pub fn roles(&self) -> Vec<&str> {
        self.access.roles()
    }
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }
}
