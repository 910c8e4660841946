//! The nouns of the registers.

use kernel::{CommuneCode, Date, DwellingId, Error, HouseholdId, PersonalId, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::fmt;

/// What the door gave out: item id → value. `Debug` shows the ids only.
#[derive(Clone, Default, PartialEq)]
pub struct Facts(pub Map<String, Json>);

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Facts {
    /// The value of an item; a value that is not there is JSON null.
    pub fn get(&self, item: &str) -> Option<&Json> {
        self.0.get(item)
    }
    /// A text item, such as `name` or `birth`.
    pub fn text(&self, item: &str) -> Option<&str> {
        self.0.get(item).and_then(Json::as_str)
    }
    /// A part of an item, by JSON pointer: `part("permanent", "/commune")`.
    pub fn part(&self, item: &str, pointer: &str) -> Option<&Json> {
        self.0.get(item).and_then(|v| v.pointer(pointer)).filter(|v| !v.is_null())
    }
    /// Items the person has said to be wrong, as far as they were asked for.
    pub fn disputed(&self) -> Vec<&str> {
        let list = self.0.get("disputed").and_then(Json::as_array);
        list.map(|l| l.iter().filter_map(Json::as_str).collect()).unwrap_or_default()
    }
    /// As JSON.
    pub fn into_json(self) -> Json {
        Json::Object(self.0)
    }
}

/// How a reading ended. A refused one has left its entry too, so the transaction must commit.
#[derive(Clone, Debug)]
pub enum Reading<T = Facts> {
    /// The items asked for.
    Granted(T),
    /// Refused, and why.
    Refused(Error),
}

impl<T> Reading<T> {
    /// The refusal as an error. Call outside the transaction, or its entry is undone.
    pub fn into_result(self) -> Result<T> {
        match self {
            Self::Granted(t) => Ok(t),
            Self::Refused(e) => Err(e),
        }
    }
    /// What was granted.
    pub fn granted(self) -> Option<T> {
        match self {
            Self::Granted(t) => Some(t),
            Self::Refused(_) => None,
        }
    }
}

/// Giới tính, as the register holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Nam
    Male,
    /// Nữ
    Female,
}

impl Sex {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
    /// From the stored word.
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "male" => Some(Self::Male),
            "female" => Some(Self::Female),
            _ => None,
        }
    }
}

/// Where somebody is to live: a dwelling the register knows, or an address. An address that is not
/// known yet becomes a dwelling whose owner is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// A known dwelling.
    Dwelling(DwellingId),
    /// A commune and the line people write (house number, street, hamlet).
    Address {
        /// Commune of today.
        commune: CommuneCode,
        /// Number, street, hamlet.
        line: String,
    },
    /// An address as somebody gave it a while ago.
    Given {
        /// Commune of that day; one that was merged since stands for the one it lies in now.
        commune: CommuneCode,
        /// Number, street, hamlet.
        line: String,
    },
}

/// Into which household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Join {
    /// Vào hộ đã có.
    Household {
        /// Which one, in that dwelling.
        household: HouseholdId,
        /// The first person's relation to its head.
        relation: String,
    },
    /// Lập hộ mới: the first person becomes its head.
    New,
    /// Ở tập thể: into the collective household of the dwelling (made if there is none).
    Collective,
}

/// Somebody who moves along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Who.
    pub person: PersonalId,
    /// Relation to the head of the household they come into.
    pub relation: String,
}

/// By whose decision a register changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The dossier, if one led to the change.
    pub dossier: Option<kernel::DossierCode>,
    /// The paper or decision it rests on, in words.
    pub basis: Option<String>,
    /// How sure it is; none for an authority's own act.
    pub certainty: Option<Certainty>,
}

impl Source {
    /// A change that a dossier led to.
    pub fn dossier(code: &kernel::DossierCode) -> Self {
        Self { dossier: Some(code.clone()), ..Self::default() }
    }
}

/// How sure a source is of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Checked against papers by the authority that keeps it.
    Confirmed,
    /// Taken from a list as it stands.
    Stated,
    /// The list itself is in doubt.
    Doubtful,
}

impl Certainty {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Stated => "stated",
            Self::Doubtful => "doubtful",
        }
    }
    /// From the stored word.
    pub fn parse(s: &str) -> Option<Self> {
        [Self::Confirmed, Self::Stated, Self::Doubtful].into_iter().find(|c| c.as_str() == s)
    }
}

/// Loại cư trú of a household member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Thường trú
    Permanent,
    /// Tạm trú
    Temporary,
}

impl Kind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Temporary => "temporary",
        }
    }
    /// From the stored word; anything else claims less.
    pub fn parse(s: &str) -> Self {
        if s == "permanent" { Self::Permanent } else { Self::Temporary }
    }
}

/// A birth date as far as it is known: `1951`, `1951-04` or `1951-04-30`.
pub fn birth_date(text: &str) -> Option<Date> {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    full.parse().ok()
}
