//! Indicators as data: which journal entries count, and how.

use kernel::{Error, Localized, Result, codes};
use serde::Deserialize;
use std::collections::BTreeMap;

codes! {
    /// An indicator file cannot be used.
    INDICATOR_FILE = "measures.indicator_file", BadInput;
    /// No indicator of this name.
    INDICATOR_UNKNOWN = "measures.indicator_unknown", NotFound;
}

/// Chỉ tiêu: one indicator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Stable identifier, for example `dossier.done`.
    pub id: String,
    /// Its name.
    pub name: Localized,
    /// The unit of its numbers.
    pub unit: Localized,
    /// How it is computed, in words.
    pub method: Localized,
    /// Counts entries, or sums a number they carry.
    pub count: Option<Count>,
    /// One counter over another.
    pub ratio: Option<Ratio>,
    /// A distribution of a number they carry; read as a median.
    pub spread: Option<Count>,
}

/// Which entries, and which number of theirs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Kinds of journal entries.
    pub entries: Vec<String>,
    /// Fields of the body that must have these values.
    #[serde(default, rename = "where")]
    pub only: BTreeMap<String, serde_json::Value>,
    /// The number to add, a field of the body; without it each entry counts 1.
    pub field: Option<String>,
}

/// Numerator and denominator, each another indicator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// Above the line.
    pub part: String,
    /// Below the line.
    pub whole: String,
}

/// All indicators in force.
#[derive(Clone, Debug)]
pub struct Indicators {
    list: Vec<Indicator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    indicator: Vec<Indicator>,
}

impl Indicators {
    /// Reads indicator files; each fault names the file.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self> {
        let mut list: Vec<Indicator> = Vec::new();
        for (name, text) in files {
            let bad = |why: String| Error::new(INDICATOR_FILE).arg("file", *name).arg("why", why);
            let file: File = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
            for i in file.indicator {
                let kinds = [i.count.is_some(), i.ratio.is_some(), i.spread.is_some()];
                if kinds.iter().filter(|k| **k).count() != 1 {
                    return Err(bad(format!("{}: give one of count, ratio, spread", i.id)));
                }
                if list.iter().any(|o| o.id == i.id) {
                    return Err(bad(format!("{}: given twice", i.id)));
                }
                list.push(i);
            }
        }
        for i in &list {
            if let Some(r) = &i.ratio {
                for side in [&r.part, &r.whole] {
                    if !list.iter().any(|o| &o.id == side && o.count.is_some()) {
                        return Err(Error::new(INDICATOR_FILE)
                            .arg("file", i.id.clone())
                            .arg("why", format!("{side} is no counter")));
                    }
                }
            }
        }
        Ok(Self { list })
    }

    /// The indicators that come with the program.
    pub fn load() -> Result<Self> {
        Self::parse(&[("services.toml", include_str!("../../../data/indicators/services.toml"))])
    }

    /// One by its identifier.
    pub fn get(&self, id: &str) -> Result<&Indicator> {
        self.list.iter().find(|i| i.id == id).ok_or_else(|| Error::new(INDICATOR_UNKNOWN))
    }

    /// All of them, in the order of the files.
    pub fn all(&self) -> &[Indicator] {
        &self.list
    }
}
