//! Types, and the check that an expression has one. What passes cannot fail when it runs.

use super::infer::Checker;
use super::{Expr, Fault};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A type of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Only `null`.
    Null,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// Any text.
    Text,
    /// One of these words.
    Word(Arc<Vec<String>>),
    /// A code: a number of a person, a commune, …
    Code(CodeKind),
    /// A day.
    Date,
    /// A number of days.
    Days,
    /// Several of one type.
    List(Arc<Type>),
    /// A thing with named fields.
    Record(Arc<Record>),
    /// Of this type, or nothing.
    Optional(Arc<Type>),
    /// A fact whose inside is not looked at.
    Opaque,
    /// Not known, because something inside is wrong already: fits everything.
    Unknown,
}

/// Codes that must not be mixed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// Số định danh cá nhân.
    Pid,
    /// Mã xã.
    Commune,
    /// Mã tỉnh.
    Province,
    /// A dwelling of the register.
    Dwelling,
    /// A household of the register.
    Household,
}

/// The fields of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it is called in messages.
    pub name: String,
    /// Its fields.
    pub fields: BTreeMap<String, Type>,
}

impl Type {
    /// This type, or nothing.
    pub fn optional(self) -> Self {
        match self {
            Self::Optional(_) | Self::Null | Self::Unknown => self,
            t => Self::Optional(Arc::new(t)),
        }
    }
    /// A list of this type.
    pub fn list(of: Self) -> Self {
        Self::List(Arc::new(of))
    }
    /// A record.
    pub fn record(name: &str, fields: &[(&str, Type)]) -> Self {
        let fields = fields.iter().map(|(n, t)| ((*n).to_owned(), t.clone())).collect();
        Self::Record(Arc::new(Record { name: name.to_owned(), fields }))
    }
    /// A person as others refer to them.
    pub fn person() -> Self {
        Self::record("person", &[("pid", Self::Code(CodeKind::Pid)), ("name", Self::Text)])
    }
    /// A place: what an `address` answer gives, and part of every residence.
    pub fn address() -> Self {
        Self::record(
            "address",
            &[
                ("commune", Self::Code(CodeKind::Commune)),
                ("province", Self::Code(CodeKind::Province).optional()),
                ("line", Self::Text),
                ("dwelling", Self::Code(CodeKind::Dwelling).optional()),
                ("text", Self::Text),
            ],
        )
    }
    /// With the fields of records: for messages where the short form says the same twice.
    pub fn in_detail(&self) -> String {
        match self {
            Self::Record(r) => {
                let fields: Vec<&str> = r.fields.keys().map(String::as_str).collect();
                format!("{} ({})", r.name, fields.join(", "))
            }
            Self::List(t) => format!("list({})", t.in_detail()),
            Self::Optional(t) => format!("{} | null", t.in_detail()),
            t => t.to_string(),
        }
    }
    /// Without `Optional`.
    pub fn certain(&self) -> &Self {
        match self {
            Self::Optional(t) => t,
            t => t,
        }
    }
    /// Whether the value may be nothing.
    pub fn may_be_null(&self) -> bool {
        matches!(self, Self::Optional(_) | Self::Null)
    }
    /// Whether a value of `got` may stand where `self` is wanted.
    pub fn accepts(&self, got: &Type) -> bool {
        match (self, got) {
            (_, Self::Unknown) | (Self::Unknown, _) => true,
            (Self::Optional(_), Self::Null) => true,
            (Self::Optional(w), g) => w.accepts(g.certain()),
            (_, Self::Optional(_) | Self::Null) => *self == *got,
            (Self::Text, Self::Text | Self::Word(_) | Self::Code(_)) => true,
            (Self::Word(w), Self::Word(g)) => g.iter().all(|x| w.contains(x)),
            (Self::List(w), Self::List(g)) => w.accepts(g),
            (Self::Record(w), Self::Record(g)) => w
                .fields
                .iter()
                .all(|(name, t)| t.accepts(g.fields.get(name).unwrap_or(&Type::Null))),
            (w, g) => w == g,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("true/false"),
            Self::Int => f.write_str("number"),
            Self::Text => f.write_str("text"),
            Self::Word(w) => write!(f, "'{}'", w.join("' | '")),
            Self::Code(CodeKind::Pid) => f.write_str("pid"),
            Self::Code(CodeKind::Commune) => f.write_str("commune"),
            Self::Code(CodeKind::Province) => f.write_str("province"),
            Self::Code(CodeKind::Dwelling) => f.write_str("dwelling id"),
            Self::Code(CodeKind::Household) => f.write_str("household id"),
            Self::Date => f.write_str("date"),
            Self::Days => f.write_str("days"),
            Self::List(t) => write!(f, "list({t})"),
            Self::Record(r) => f.write_str(&r.name),
            Self::Optional(t) => write!(f, "{t} | null"),
            Self::Opaque => f.write_str("fact"),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// The paths that hold something: `known.applicant.temporary`.
pub type Sure = BTreeSet<String>;

/// What an expression may speak of, and with which types.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// Top-level names.
    pub names: BTreeMap<String, Type>,
    /// Paths that hold something wherever this environment is used.
    pub sure: Sure,
    /// If this path holds something, so do those: an answer is there only if its question's condition
    /// held.
    pub implied: BTreeMap<String, Sure>,
    /// Conditions, and what holds something wherever they hold: the answer of a question that must be
    /// answered, what a check under that condition makes sure of.
    pub rules: Vec<(Expr, Sure)>,
    /// Lists of exempt groups that `exempt` may name.
    pub exemptions: BTreeSet<String>,
    /// Code lists that `label` may name.
    pub lists: BTreeSet<String>,
    /// Relations to a head of household that `with_relation` may name.
    pub relations: BTreeSet<String>,
}

impl Env {
    /// Adds a name.
    pub fn add(&mut self, name: &str, t: Type) {
        self.names.insert(name.to_owned(), t);
    }
    /// The type of an expression, and everything wrong with it.
    pub fn type_of(&self, expr: &Expr) -> (Type, Vec<Fault>) {
        match expr.node() {
            Err(faults) => (Type::Unknown, faults.to_vec()),
            Ok(node) => {
                let mut checker = Checker::new(self);
                let t = checker.node(node, &self.closed(&self.sure));
                (t, checker.into_faults())
            }
        }
    }
    /// The paths that hold something whenever the expression is true.
    pub fn sure_if(&self, expr: &Expr) -> Sure {
        let Ok(node) = expr.node() else { return Sure::new() };
        let mut checker = Checker::new(self);
        let sure = self.closed(&self.sure);
        self.closed(&checker.truths(node, &sure))
    }
    /// The paths that hold something whenever the expression is false.
    pub fn sure_unless(&self, expr: &Expr) -> Sure {
        let Ok(node) = expr.node() else { return Sure::new() };
        let mut checker = Checker::new(self);
        let sure = self.closed(&self.sure);
        self.closed(&checker.lies(node, &sure))
    }
    /// With everything that follows.
    pub(super) fn closed(&self, sure: &Sure) -> Sure {
        let mut out = sure.clone();
        let mut todo: Vec<String> = sure.iter().cloned().collect();
        while let Some(path) = todo.pop() {
            for next in self.implied.get(&path).into_iter().flatten() {
                if out.insert(next.clone()) {
                    todo.push(next.clone());
                }
            }
        }
        out
    }
}
