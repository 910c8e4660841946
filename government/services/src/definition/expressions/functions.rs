//! The functions of the subset. Each is total: it has a value for all arguments of its types.

use super::types::Type;
use super::value::Value;
use kernel::{Date, time};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A function of the subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `days(3)`: a number of days, to add to a date.
    Days,
    /// `years_after(today, 2)`: the same day so many years later; 29 February becomes the 28th.
    YearsAfter,
    /// `months_after(ask.since, 3)`: the same day so many months later, or the last day of that month.
    MonthsAfter,
    /// `age_on(known.applicant.birth, today)`: full years of age.
    AgeOn,
    /// `size(ask.with)`: elements of a list, characters of a text.
    Size,
    /// `date('2026-01-01')`: a day, written as a literal.
    Date,
    /// `exempt(known.applicant, 'TT75-D4')`: whether a register proves that a person belongs to an
    /// exempt group of that list.
    Exempt,
    /// `guardians(known.applicant)`: father, mother and guardian as the register knows them.
    Guardians,
    /// `other_parent(ask.with)`: fathers, mothers and guardians of these children of the household,
    /// except the person whose matter it is.
    OtherParent,
    /// `label('removal-reason', ask.reason)`: a code's Vietnamese words, for letters.
    Label,
    /// `with_days(ask.guests, ask.since, ask.until)`: each person with the days `from` and `until`,
    /// for letters.
    WithDays,
    /// `child_of(ask.relation)`: the relation to the head of somebody's child, from that person's own.
    ChildOf,
    /// `with_relation(ask.with, 'child')`: each person with that relation to the head.
    WithRelation,
}

/// Their names.
pub const NAMES: [&str; 13] = [
    "days",
    "years_after",
    "months_after",
    "age_on",
    "size",
    "date",
    "exempt",
    "guardians",
    "other_parent",
    "label",
    "with_days",
    "child_of",
    "with_relation",
];

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A whole number.
    Int,
    /// A day.
    Date,
    /// A list or a text.
    Sized,
    /// A text written as a literal.
    Literal,
    /// Any text, a code of a list.
    Text,
    /// A person with these items.
    Person(&'static [&'static str]),
    /// A list of people with these items.
    People(&'static [&'static str]),
}

const RELATIVES: &[&str] = &["pid", "relatives"];

impl Function {
    /// All of them, in the order of [`NAMES`].
    pub const ALL: [Self; 13] = [
        Self::Days,
        Self::YearsAfter,
        Self::MonthsAfter,
        Self::AgeOn,
        Self::Size,
        Self::Date,
        Self::Exempt,
        Self::Guardians,
        Self::OtherParent,
        Self::Label,
        Self::WithDays,
        Self::ChildOf,
        Self::WithRelation,
    ];
    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().position(|n| *n == name).map(|i| Self::ALL[i])
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().position(|f| *f == self).map_or("", |i| NAMES[i])
    }
    /// What it takes.
    pub fn takes(self) -> &'static [Wanted] {
        match self {
            Self::Days => &[Wanted::Int],
            Self::YearsAfter | Self::MonthsAfter => &[Wanted::Date, Wanted::Int],
            Self::AgeOn => &[Wanted::Date, Wanted::Date],
            Self::Size => &[Wanted::Sized],
            Self::Date => &[Wanted::Literal],
            Self::Exempt => &[Wanted::Person(&["birth"]), Wanted::Literal],
            Self::Guardians => &[Wanted::Person(RELATIVES)],
            Self::OtherParent => &[Wanted::People(&["pid", "parents"])],
            Self::Label => &[Wanted::Literal, Wanted::Text],
            Self::WithDays => &[Wanted::People(&["name"]), Wanted::Date, Wanted::Date],
            Self::ChildOf => &[Wanted::Text],
            Self::WithRelation => &[Wanted::People(&["pid", "name"]), Wanted::Text],
        }
    }
    /// What it gives.
    pub fn gives(self) -> Type {
        match self {
            Self::Days => Type::Days,
            Self::YearsAfter | Self::MonthsAfter | Self::Date => Type::Date,
            Self::AgeOn | Self::Size => Type::Int,
            Self::Exempt => Type::Bool,
            Self::Guardians | Self::OtherParent => Type::list(Type::person()),
            Self::Label | Self::ChildOf => Type::Text,
            Self::WithRelation => {
                let Type::Record(person) = Type::person() else { return Type::Unknown };
                let mut fields = person.fields.clone();
                fields.insert("relation".to_owned(), Type::Text);
                let record = super::types::Record { name: "person".to_owned(), fields };
                Type::list(Type::Record(record.into()))
            }
            Self::WithDays => {
                let fields = [("name", Type::Text), ("from", Type::Date), ("until", Type::Date)];
                Type::list(Type::record("person", &fields))
            }
        }
    }
}

/// An exempt group: who belongs to it, and how a register proves it.
#[derive(Clone, Debug)]
pub struct Group {
    /// Younger than this, full years.
    pub younger_than: Option<i32>,
    /// At least this old, full years.
    pub from_age: Option<i32>,
    /// A mark of this name in the register's item `other`.
    pub mark: Option<String>,
}

impl Group {
    /// Whether a register proves that the person belongs to it on that day.
    pub fn holds(&self, person: &Value, today: Date) -> bool {
        if let Some(mark) = &self.mark {
            let Value::Opaque(other) = person.field("other") else { return false };
            return other["groups"].as_array().is_some_and(|g| g.iter().any(|m| m == mark));
        }
        let Some(birth) = person.field("birth").date() else { return false };
        let age = time::age_on(birth, today);
        self.younger_than.is_none_or(|limit| age < limit) && self.from_age.is_none_or(|a| age >= a)
    }
}

/// What functions look up in the data beside the procedure files.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// The lists of exempt groups, by id.
    pub exemptions: BTreeMap<String, Vec<Group>>,
    /// Code lists: list → code → Vietnamese words.
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
}

/// Each person with two days more.
pub(super) fn with_days(people: &[Value], from: Date, until: Date) -> Vec<Value> {
    let with = |p: &Value| match p {
        Value::Record(r) => {
            let mut r = r.clone();
            r.insert("from".to_owned(), Value::Date(from));
            r.insert("until".to_owned(), Value::Date(until));
            Value::Record(r)
        }
        other => other.clone(),
    };
    people.iter().map(with).collect()
}

/// The relation to the head of somebody's child. Codes of the population register.
pub(super) fn child_of(relation: &str) -> &'static str {
    match relation {
        "head" => "child",
        "wife" | "husband" => "stepchild",
        "child" | "adopted_child" | "stepchild" | "son_in_law" | "daughter_in_law" => "grandchild",
        "elder_brother" | "elder_sister" | "younger_sibling" => "niece_nephew",
        "helper" | "not_related" => "not_related",
        "collective" => "collective",
        _ => "other_relative",
    }
}

/// Each person with another relation.
pub(super) fn with_relation(people: &[Value], relation: &str) -> Vec<Value> {
    let with = |p: &Value| match p {
        Value::Record(r) => {
            let mut r = r.clone();
            r.insert("relation".to_owned(), Value::Text(relation.to_owned()));
            Value::Record(r)
        }
        other => other.clone(),
    };
    people.iter().map(with).collect()
}

/// Days to add, held inside the calendar.
pub(super) fn shift(day: Date, days: i64) -> Date {
    time::plus_days(day, i32::try_from(days.clamp(-200_000, 200_000)).unwrap_or(0))
}

/// The same day so many years later.
pub(super) fn years_after(day: Date, years: i64) -> Date {
    let year = i64::from(day.year()) + years.clamp(-500, 500);
    let year = i16::try_from(year.clamp(1, 9_000)).unwrap_or(1);
    Date::new(year, day.month(), day.day())
        .or_else(|_| Date::new(year, day.month(), 28))
        .unwrap_or(day)
}

/// The same day so many months later, or the last day of that month.
pub(super) fn months_after(day: Date, months: i64) -> Date {
    let n = i64::from(day.year()) * 12 + i64::from(day.month()) - 1 + months.clamp(-6_000, 6_000);
    let first = |n: i64| {
        let year = i16::try_from(n.div_euclid(12).clamp(1, 9_000)).unwrap_or(1);
        Date::new(year, i8::try_from(n.rem_euclid(12) + 1).unwrap_or(1), 1).unwrap_or(day)
    };
    let start = first(n);
    let length = time::days_from_epoch(first(n + 1)) - time::days_from_epoch(start);
    time::plus_days(start, i32::from(day.day()).min(length) - 1)
}

/// Father, mother and guardian out of the item `relatives`.
pub(super) fn guardians(person: &Value) -> Vec<Value> {
    let Value::Opaque(relatives) = person.field("relatives") else { return Vec::new() };
    ["father", "mother", "guardian"].iter().filter_map(|who| reference(&relatives[*who])).collect()
}

/// `{pid, name}` of a relative who has a number.
fn reference(j: &Json) -> Option<Value> {
    let text = |k: &str| j[k].as_str().map(|s| Value::Text(s.to_owned()));
    let pid = text("pid")?;
    let name = text("name").unwrap_or(Value::Null);
    Some(Value::Record([("pid".to_owned(), pid), ("name".to_owned(), name)].into()))
}

/// Parents and guardians of the children, each once, without `me`.
pub(super) fn other_parent(children: &[Value], me: &Value) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for child in children {
        for g in child.field("parents").list() {
            if g.field("pid") != me && !out.iter().any(|o| o.field("pid") == g.field("pid")) {
                out.push(g.clone());
            }
        }
    }
    out
}
