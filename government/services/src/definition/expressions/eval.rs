//! Running an expression that has passed the type check.

use super::functions::{self, Function, Tables};
use super::{Each, Expr, Node, NodeKind, Operator, Value};
use kernel::{Date, Error, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an expression sees: the names of its environment with their values.
#[derive(Clone, Debug)]
pub struct Scope {
    names: BTreeMap<String, Value>,
    today: Date,
    tables: Arc<Tables>,
}

impl Scope {
    /// A scope on a day; `today` is defined.
    pub fn new(today: Date, tables: Arc<Tables>) -> Self {
        let names = [("today".to_owned(), Value::Date(today))].into();
        Self { names, today, tables }
    }
    /// Gives a name a value.
    pub fn set(&mut self, name: &str, value: Value) {
        self.names.insert(name.to_owned(), value);
    }
    /// The value of a name.
    pub fn get(&self, name: &str) -> &Value {
        self.names.get(name).unwrap_or(&Value::Null)
    }
    /// Puts a field into the record of this name.
    pub fn put(&mut self, name: &str, field: &str, value: Value) {
        let record =
            self.names.entry(name.to_owned()).or_insert_with(|| Value::Record(BTreeMap::new()));
        if let Value::Record(r) = record {
            r.insert(field.to_owned(), value);
        }
    }
    /// The value of an expression.
    pub fn value(&self, expr: &Expr) -> Result<Value> {
        let node = expr.node().map_err(|_| unchecked(expr))?;
        Run { scope: self, locals: Vec::new() }.node(node).ok_or_else(|| unchecked(expr))
    }
    /// Whether a condition holds.
    pub fn holds(&self, expr: &Expr) -> Result<bool> {
        match self.value(expr)? {
            Value::Bool(b) => Ok(b),
            _ => Err(unchecked(expr)),
        }
    }
    /// Whether a condition holds; none is always true.
    pub fn holds_or_none(&self, expr: Option<&Expr>) -> Result<bool> {
        expr.map_or(Ok(true), |e| self.holds(e))
    }
    /// The day an expression gives, if any.
    pub fn date(&self, expr: &Expr) -> Result<Option<Date>> {
        Ok(self.value(expr)?.date())
    }
}

/// An expression that was never checked reached a running program: our mistake.
fn unchecked(expr: &Expr) -> Error {
    Error::bug(format_args!("expression without a value: {}", expr.text()))
}

struct Run<'a> {
    scope: &'a Scope,
    locals: Vec<(&'a str, Value)>,
}

impl<'a> Run<'a> {
    /// `None` where the types would not have allowed it.
    fn node(&mut self, node: &'a Node) -> Option<Value> {
        Some(match &node.kind {
            NodeKind::Literal(v) => v.clone(),
            NodeKind::Name(n) => self.name(n)?,
            NodeKind::Field(of, f) => match self.borrowed(of) {
                Some(v) => v.field(f).clone(),
                None => self.node(of)?.field(f).clone(),
            },
            NodeKind::List(items) => {
                Value::List(items.iter().map(|i| self.node(i)).collect::<Option<_>>()?)
            }
            NodeKind::Operator(op, args) => self.operator(*op, args)?,
            NodeKind::Call(f, args) => self.call(*f, args)?,
            NodeKind::Each { each, list, name, body } => self.each(*each, list, name, body)?,
        })
    }

    fn name(&self, n: &str) -> Option<Value> {
        let local = self.locals.iter().rev().find(|(l, _)| *l == n).map(|(_, v)| v);
        local.or_else(|| self.scope.names.get(n)).cloned()
    }

    /// A path into the scope without copying on the way.
    fn borrowed(&self, node: &Node) -> Option<&Value> {
        match &node.kind {
            NodeKind::Name(n) => {
                let local = self.locals.iter().rev().find(|(l, _)| l == n).map(|(_, v)| v);
                local.or_else(|| self.scope.names.get(n))
            }
            NodeKind::Field(of, f) => self.borrowed(of).map(|v| v.field(f)),
            _ => None,
        }
    }

    fn yes(&mut self, node: &'a Node) -> Option<bool> {
        match self.node(node)? {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    fn operator(&mut self, op: Operator, args: &'a [Node]) -> Option<Value> {
        use Operator as O;
        Some(match (op, args) {
            (O::And, args) => {
                for a in args {
                    if !self.yes(a)? {
                        return Some(Value::Bool(false));
                    }
                }
                Value::Bool(true)
            }
            (O::Or, args) => {
                for a in args {
                    if self.yes(a)? {
                        return Some(Value::Bool(true));
                    }
                }
                Value::Bool(false)
            }
            (O::Not, [a]) => Value::Bool(!self.yes(a)?),
            (O::Choose, [c, yes, no]) => {
                if self.yes(c)? {
                    self.node(yes)?
                } else {
                    self.node(no)?
                }
            }
            (O::Negate, [a]) => match self.node(a)? {
                Value::Int(i) => Value::Int(i.saturating_neg()),
                Value::Days(d) => Value::Days(d.saturating_neg()),
                _ => return None,
            },
            (op, [a, b]) => binary(op, &self.node(a)?, &self.node(b)?)?,
            _ => return None,
        })
    }

    fn call(&mut self, f: Function, args: &'a [Node]) -> Option<Value> {
        let args: Vec<Value> = args.iter().map(|a| self.node(a)).collect::<Option<_>>()?;
        Some(match (f, args.as_slice()) {
            (Function::Days, [Value::Int(n)]) => Value::Days(*n),
            (Function::YearsAfter, [Value::Date(d), Value::Int(n)]) => {
                Value::Date(functions::years_after(*d, *n))
            }
            (Function::MonthsAfter, [Value::Date(d), Value::Int(n)]) => {
                Value::Date(functions::months_after(*d, *n))
            }
            (Function::AgeOn, [Value::Date(birth), Value::Date(on)]) => {
                Value::Int(kernel::time::age_on(*birth, *on).into())
            }
            (Function::Size, [Value::List(l)]) => Value::Int(i64::try_from(l.len()).ok()?),
            (Function::Size, [Value::Text(t)]) => {
                Value::Int(i64::try_from(t.chars().count()).ok()?)
            }
            (Function::Date, [Value::Text(t)]) => Value::Date(t.parse().ok()?),
            (Function::Exempt, [person, Value::Text(list)]) => {
                let groups = self.scope.tables.exemptions.get(list)?;
                Value::Bool(groups.iter().any(|g| g.holds(person, self.scope.today)))
            }
            (Function::Guardians, [person]) => Value::List(functions::guardians(person)),
            (Function::OtherParent, [Value::List(children)]) => {
                let me = self.scope.get("known").field("applicant").field("pid");
                Value::List(functions::other_parent(children, me))
            }
            (Function::Label, [Value::Text(list), Value::Text(code)]) => {
                let found = self.scope.tables.labels.get(list).and_then(|l| l.get(code));
                Value::Text(found.unwrap_or(code).clone())
            }
            (Function::WithDays, [Value::List(people), Value::Date(from), Value::Date(until)]) => {
                Value::List(functions::with_days(people, *from, *until))
            }
            (Function::ChildOf, [Value::Text(own)]) => {
                Value::Text(functions::child_of(own).to_owned())
            }
            (Function::WithRelation, [Value::List(people), Value::Text(relation)]) => {
                Value::List(functions::with_relation(people, relation))
            }
            _ => return None,
        })
    }

    fn each(&mut self, each: Each, list: &'a Node, name: &'a str, body: &'a Node) -> Option<Value> {
        let Value::List(items) = self.node(list)? else { return None };
        let mut kept = Vec::new();
        for item in items {
            self.locals.push((name, item.clone()));
            let answer = self.node(body);
            self.locals.pop();
            match (each, answer?) {
                (Each::Exists, Value::Bool(true)) => return Some(Value::Bool(true)),
                (Each::All, Value::Bool(false)) => return Some(Value::Bool(false)),
                (Each::Filter, Value::Bool(true)) => kept.push(item),
                (Each::Map, v) => kept.push(v),
                (_, Value::Bool(_)) => {}
                _ => return None,
            }
        }
        Some(match each {
            Each::Exists => Value::Bool(false),
            Each::All => Value::Bool(true),
            Each::Filter | Each::Map => Value::List(kept),
        })
    }
}

fn binary(op: Operator, a: &Value, b: &Value) -> Option<Value> {
    use Operator as O;
    use std::cmp::Ordering;
    let ordering = || match (a, b) {
        (Value::Int(x), Value::Int(y)) | (Value::Days(x), Value::Days(y)) => Some(x.cmp(y)),
        (Value::Date(x), Value::Date(y)) => Some(x.cmp(y)),
        _ => None,
    };
    Some(match op {
        O::Equal => Value::Bool(a == b),
        O::NotEqual => Value::Bool(a != b),
        O::Less => Value::Bool(ordering()? == Ordering::Less),
        O::LessEqual => Value::Bool(ordering()? != Ordering::Greater),
        O::Greater => Value::Bool(ordering()? == Ordering::Greater),
        O::GreaterEqual => Value::Bool(ordering()? != Ordering::Less),
        O::In => match b {
            Value::List(l) => Value::Bool(l.contains(a)),
            _ => return None,
        },
        O::Add => match (a, b) {
            (Value::Int(x), Value::Int(y)) => Value::Int(x.saturating_add(*y)),
            (Value::Days(x), Value::Days(y)) => Value::Days(x.saturating_add(*y)),
            (Value::Date(x), Value::Days(y)) => Value::Date(functions::shift(*x, *y)),
            _ => return None,
        },
        O::Subtract => match (a, b) {
            (Value::Int(x), Value::Int(y)) => Value::Int(x.saturating_sub(*y)),
            (Value::Days(x), Value::Days(y)) => Value::Days(x.saturating_sub(*y)),
            (Value::Date(x), Value::Days(y)) => {
                Value::Date(functions::shift(*x, y.saturating_neg()))
            }
            (Value::Date(x), Value::Date(y)) => {
                let days = |d: Date| i64::from(kernel::time::days_from_epoch(d));
                Value::Days(days(*x) - days(*y))
            }
            _ => return None,
        },
        _ => return None,
    })
}
