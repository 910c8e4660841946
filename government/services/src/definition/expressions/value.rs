//! What an expression computes with.

use kernel::Date;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::fmt;

/// A value. `Debug` shows its sort only: values are people's data.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Nothing: not asked, not answered, or not in the register.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, a code, one word of a list.
    Text(String),
    /// A day.
    Date(Date),
    /// A number of days.
    Days(i64),
    /// Several.
    List(Vec<Value>),
    /// A thing with fields.
    Record(BTreeMap<String, Value>),
    /// A fact whose inside expressions do not look at; some functions do.
    Opaque(Json),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "yes or no",
            Self::Int(_) => "number",
            Self::Text(_) => "text",
            Self::Date(_) => "date",
            Self::Days(_) => "days",
            Self::List(_) => "list",
            Self::Record(_) => "record",
            Self::Opaque(_) => "fact",
        })
    }
}

impl Value {
    /// A field of a record; anything else has none.
    pub fn field(&self, name: &str) -> &Value {
        match self {
            Self::Record(r) => r.get(name).unwrap_or(&Value::Null),
            _ => &Value::Null,
        }
    }
    /// As text, if it is.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(t) => Some(t),
            _ => None,
        }
    }
    /// As a day, if it is.
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Date(d) => Some(*d),
            _ => None,
        }
    }
    /// The elements; anything but a list has none.
    pub fn list(&self) -> &[Value] {
        match self {
            Self::List(l) => l,
            _ => &[],
        }
    }
    /// Nothing?
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
    /// As JSON: days as `YYYY-MM-DD`, numbers of days as numbers.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => Json::Bool(*b),
            Self::Int(i) | Self::Days(i) => Json::from(*i),
            Self::Text(t) => Json::String(t.clone()),
            Self::Date(d) => Json::String(d.to_string()),
            Self::List(l) => Json::Array(l.iter().map(Value::to_json).collect()),
            Self::Record(r) => {
                Json::Object(r.iter().map(|(k, v)| (k.clone(), v.to_json())).collect::<Map<_, _>>())
            }
            Self::Opaque(j) => j.clone(),
        }
    }
    /// As put into a sentence for people: dates `dd/MM/yyyy`, a person's name, an address as text.
    pub fn shown(&self) -> String {
        match self {
            Self::Null | Self::Opaque(_) => String::new(),
            Self::Bool(b) => b.to_string(),
            Self::Int(i) | Self::Days(i) => kernel::money::grouped(*i),
            Self::Text(t) => t.clone(),
            Self::Date(d) => kernel::time::day(*d),
            Self::List(l) => l.iter().map(Value::shown).collect::<Vec<_>>().join(", "),
            Self::Record(r) => ["text", "name", "id"]
                .iter()
                .find_map(|k| r.get(*k)?.text())
                .unwrap_or("")
                .to_owned(),
        }
    }
}
