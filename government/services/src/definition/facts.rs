//! The items of the registers as expressions see them, and facts and answers turned into values.
//!
//! The shapes are those `registers::read` gives out. Items whose inside no procedure needs stay
//! opaque: they can be compared with `null` and handed to functions.

use super::expressions::types::CodeKind;
use super::expressions::{Type, Value};
use super::model::{Fact, Register};
use kernel::Date;
use serde_json::Value as Json;
use std::collections::BTreeMap;

fn text() -> Type {
    Type::Text
}

fn sex() -> Type {
    Type::Word(std::sync::Arc::new(["male", "female", "other"].map(String::from).to_vec()))
}

/// A residence: an address with what else the register says about it.
fn residence(more: &[(&str, Type)]) -> Type {
    let Type::Record(address) = Type::address() else { return Type::Unknown };
    let mut fields = address.fields.clone();
    fields.insert("since".into(), Type::Date.optional());
    fields.extend(more.iter().map(|(n, t)| ((*n).to_owned(), t.clone())));
    Type::Record(super::expressions::Record { name: "residence".into(), fields }.into())
}

/// Nơi tạm trú: with its last day, and whether that has not passed.
fn temporary() -> Type {
    residence(&[
        ("until", Type::Date),
        ("in_force", Type::Bool),
        ("household", Type::Code(CodeKind::Household).optional()),
    ])
}

/// A member of a household; a child in one's care with its parents and guardian.
fn member(child: bool) -> Type {
    let mut fields = vec![
        ("pid", Type::Code(CodeKind::Pid)),
        ("name", text()),
        ("birth", Type::Date),
        ("sex", sex()),
        ("relation", text()),
    ];
    if child {
        fields.push(("parents", Type::list(Type::person())));
    }
    Type::record("person", &fields)
}

/// The type of an item of a register; none if the register has no such item.
pub fn item_type(register: Register, item: &str) -> Option<Type> {
    match register {
        Register::Population => person_item(item),
        Register::Dwelling => dwelling_item(item),
    }
}

fn person_item(item: &str) -> Option<Type> {
    Some(match item {
        "name" => text(),
        "pid" => Type::Code(CodeKind::Pid),
        "birth" => Type::Date,
        "sex" => sex(),
        "other_name" | "residence_file" | "marital" | "relation" => text().optional(),
        "permanent" | "abode" => residence(&[]).optional(),
        "temporary" => temporary().optional(),
        "absence" => {
            let day = Type::Date.optional();
            Type::record("absence", &[("since", day.clone()), ("until", day)]).optional()
        }
        "household" => household().optional(),
        "household.minors" => Type::list(member(true)),
        "household.members" => Type::list(member(false)),
        "contact" => {
            let fields = [("phone", text().optional()), ("email", text().optional())];
            Type::record("contact", &fields).optional()
        }
        "birth_place" | "birth_registration" | "native_place" | "ethnic" | "religion"
        | "nationality" | "blood" | "old_id" | "card" | "relatives" | "death" | "other" => {
            Type::Opaque.optional()
        }
        _ => return None,
    })
}

fn household() -> Type {
    Type::record(
        "household",
        &[
            ("id", Type::Code(CodeKind::Household)),
            ("head", Type::person().optional()),
            ("members", Type::list(member(false))),
            ("minors", Type::list(member(true))),
        ],
    )
}

/// All may be missing: the dwelling may not be in the register yet.
fn dwelling_item(item: &str) -> Option<Type> {
    Some(match item {
        "commune" => Type::Code(CodeKind::Commune).optional(),
        "line" | "kind" => text().optional(),
        "owner" | "head" => Type::person().optional(),
        "title" => Type::Opaque.optional(),
        "households" => Type::list(Type::Opaque),
        _ => return None,
    })
}

/// The items of a register, for «did you mean».
pub fn items_of(register: Register) -> &'static [&'static str] {
    match register {
        Register::Population => &[
            "name",
            "other_name",
            "pid",
            "birth",
            "sex",
            "birth_place",
            "birth_registration",
            "native_place",
            "ethnic",
            "religion",
            "nationality",
            "blood",
            "old_id",
            "card",
            "relatives",
            "permanent",
            "temporary",
            "abode",
            "absence",
            "residence_file",
            "marital",
            "relation",
            "household",
            "household.minors",
            "household.members",
            "death",
            "contact",
            "other",
        ],
        Register::Dwelling => &["commune", "line", "kind", "owner", "head", "title", "households"],
    }
}

/// What the register gives beside an item that is asked for.
fn beside(item: &str) -> Option<(&'static str, Type)> {
    Some(match item {
        "owner" => ("owner_org", text().optional()),
        "head" => ("household", Type::Code(CodeKind::Household).optional()),
        "line" => ("text", text().optional()),
        _ => return None,
    })
}

/// The record of one group of facts. A person always has a `pid`, a dwelling perhaps an `id`.
pub fn group_type(fact: &Fact) -> Type {
    let mut fields = BTreeMap::new();
    match fact.from {
        Register::Population => fields.insert("pid".to_owned(), Type::Code(CodeKind::Pid)),
        Register::Dwelling => {
            fields.insert("id".to_owned(), Type::Code(CodeKind::Dwelling).optional())
        }
    };
    for item in &fact.items {
        let t = item_type(fact.from, item).unwrap_or(Type::Unknown);
        if let Some((name, t)) = beside(item).filter(|_| fact.from == Register::Dwelling) {
            fields.insert(name.to_owned(), t);
        }
        match item.split_once('.') {
            None => drop(fields.insert(item.clone(), t)),
            // `household.minors` alone: a household with nothing else in it
            Some((outer, inner)) if !fact.items.iter().any(|i| i == outer) => {
                let mut inside = match fields.remove(outer) {
                    Some(Type::Record(r)) => r.fields.clone(),
                    _ => BTreeMap::new(),
                };
                inside.insert(inner.to_owned(), t);
                let record = super::expressions::Record { name: outer.to_owned(), fields: inside };
                fields.insert(outer.to_owned(), Type::Record(record.into()));
            }
            Some(_) => {}
        }
    }
    let name = match fact.from {
        Register::Population => "person",
        Register::Dwelling => "dwelling",
    };
    Type::Record(super::expressions::Record { name: name.to_owned(), fields }.into())
}

/// What nothing looks like in this type: a record with nothing in it, an empty list, null.
pub fn nothing(t: &Type) -> Value {
    match t {
        Type::List(_) => Value::List(Vec::new()),
        Type::Record(r) => {
            Value::Record(r.fields.iter().map(|(n, t)| (n.clone(), nothing(t))).collect())
        }
        _ => Value::Null,
    }
}

/// JSON as a value of this type. The error is the path of what does not fit, never its content.
pub fn value(t: &Type, json: &Json) -> Result<Value, String> {
    let misfit = || Err(t.to_string());
    match (t, json) {
        (Type::Optional(_), Json::Null) => Ok(Value::Null),
        (Type::Optional(inner), j) => value(inner, j),
        (Type::Bool, Json::Bool(b)) => Ok(Value::Bool(*b)),
        (Type::Int, j) => j.as_i64().map_or_else(misfit, |i| Ok(Value::Int(i))),
        (Type::Days, j) => j.as_i64().map_or_else(misfit, |i| Ok(Value::Days(i))),
        (Type::Date, Json::String(s)) => day(s).map_or_else(misfit, |d| Ok(Value::Date(d))),
        (Type::Text | Type::Code(_) | Type::Word(_), Json::String(s)) => Ok(Value::Text(s.clone())),
        (Type::List(_), Json::Null) => Ok(Value::List(Vec::new())),
        (Type::List(of), Json::Array(items)) => {
            let each = items.iter().map(|i| value(of, i));
            each.collect::<Result<_, _>>().map(Value::List)
        }
        (Type::Record(r), Json::Object(o)) => {
            let mut fields = BTreeMap::new();
            for (name, t) in &r.fields {
                let json = o.get(name).unwrap_or(&Json::Null);
                let v = value(t, json).map_err(|inner| format!("{name}: {inner}"))?;
                fields.insert(name.clone(), v);
            }
            Ok(Value::Record(fields))
        }
        // a household read for its minors only, of somebody without a household
        (Type::Record(_), Json::Null) if only_lists(t) => Ok(nothing(t)),
        (Type::Opaque, Json::Null) => Ok(Value::Null),
        (Type::Opaque, j) => Ok(Value::Opaque(j.clone())),
        (Type::Unknown, _) => Ok(Value::Null),
        _ => misfit(),
    }
}

fn only_lists(t: &Type) -> bool {
    matches!(t, Type::Record(r) if r.fields.values().all(|f| matches!(f, Type::List(_))))
}

/// The facts of one group as `registers` gives them: item → value, dotted items beside the rest.
pub fn group_value(fact: &Fact, t: &Type, json: &Json) -> Result<Value, String> {
    let mut json = json.clone();
    for item in &fact.items {
        let Some((outer, inner)) = item.split_once('.') else { continue };
        let Some(flat) = json.get(item).cloned() else { continue };
        if json[outer].is_null() {
            json[outer] = serde_json::json!({});
        }
        json[outer][inner] = flat;
    }
    value(t, &json)
}

/// A day, also one known to the year or month only (the first day of it then).
fn day(s: &str) -> Option<Date> {
    match s.len() {
        4 => format!("{s}-01-01").parse().ok(),
        7 => format!("{s}-01").parse().ok(),
        _ => s.parse().ok(),
    }
}
