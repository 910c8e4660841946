//! Finding the type of an expression, and everything wrong with it. What has been asked for on the way
//! (`x != null && …`) is known to hold something afterwards.

use super::functions::{Function, Wanted};
use super::types::{Env, Sure, Type};
use super::{Each, Expr, Fault, Node, NodeKind, Operator, Value};
use crate::definition::check::words::nearest;
use kernel::Date;

pub(super) struct Checker<'a> {
    env: &'a Env,
    locals: Vec<(String, Type)>,
    faults: Vec<Fault>,
}

/// The dotted path of a name or field.
fn path(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Name(n) => Some(n.clone()),
        NodeKind::Field(of, f) => Some(format!("{}.{f}", path(of)?)),
        _ => None,
    }
}

fn shown(node: &Node) -> String {
    path(node).unwrap_or_else(|| "( … )".to_owned())
}

fn is_null(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Literal(Value::Null))
}

impl<'a> Checker<'a> {
    pub(super) fn new(env: &'a Env) -> Self {
        Self { env, locals: Vec::new(), faults: Vec::new() }
    }
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    fn fault(&mut self, f: Fault) -> Type {
        self.faults.push(f);
        Type::Unknown
    }

    pub(super) fn node(&mut self, node: &Node, sure: &Sure) -> Type {
        let t = match &node.kind {
            NodeKind::Literal(v) => literal(v),
            NodeKind::Name(n) => self.name(node, n),
            NodeKind::Field(of, f) => self.field(node, of, f, sure),
            NodeKind::List(items) => self.list(node, items, sure),
            NodeKind::Operator(op, args) => self.operator(node, *op, args, sure),
            NodeKind::Call(f, args) => self.call(node, *f, args, sure),
            NodeKind::Each { each, list, name, body } => {
                self.each(node, *each, list, name, body, sure)
            }
        };
        match (&t, path(node)) {
            (Type::Optional(inner), Some(p)) if sure.contains(&p) => (**inner).clone(),
            _ => t,
        }
    }

    fn name(&mut self, node: &Node, name: &str) -> Type {
        let local = self.locals.iter().rev().find(|(n, _)| n == name).map(|(_, t)| t.clone());
        if let Some(t) = local.or_else(|| self.env.names.get(name).cloned()) {
            return t;
        }
        let near = nearest(name, self.env.names.keys().map(String::as_str)).unwrap_or("none");
        let near = near.to_owned();
        self.fault(Fault::new("expression-name", node.at).arg("name", name).arg("near", near))
    }

    fn field(&mut self, node: &Node, of: &Node, field: &str, sure: &Sure) -> Type {
        match self.node(of, sure) {
            Type::Unknown => Type::Unknown,
            Type::Record(r) => match r.fields.get(field) {
                Some(t) => t.clone(),
                None => {
                    let near =
                        nearest(field, r.fields.keys().map(String::as_str)).unwrap_or("none");
                    let fault = Fault::new("expression-field", node.at);
                    self.fault(fault.arg("field", field).arg("of", shown(of)).arg("near", near))
                }
            },
            Type::Optional(_) | Type::Null => self.empty(of),
            other => {
                let fault = Fault::new("expression-no-fields", node.at).arg("path", shown(of));
                self.fault(fault.arg("type", other.to_string()))
            }
        }
    }

    fn empty(&mut self, node: &Node) -> Type {
        self.fault(Fault::new("expression-may-be-empty", node.at).arg("path", shown(node)))
    }

    fn list(&mut self, node: &Node, items: &[Node], sure: &Sure) -> Type {
        let mut of: Option<Type> = None;
        for item in items {
            let t = self.node(item, sure);
            of = Some(match of {
                None => t,
                Some(o) => self.join(node, o, t),
            });
        }
        Type::list(of.unwrap_or(Type::Unknown))
    }

    /// The type of «either this or that».
    fn join(&mut self, node: &Node, a: Type, b: Type) -> Type {
        let (x, y) = (a.certain(), b.certain());
        let either = match (x, y) {
            (Type::Unknown, t) | (t, Type::Unknown) => t.clone(),
            (Type::Null, t) | (t, Type::Null) => return t.clone().optional(),
            (x, y) if x.accepts(y) => x.clone(),
            (x, y) if y.accepts(x) => y.clone(),
            (Type::Text | Type::Word(_), Type::Text | Type::Word(_)) => Type::Text,
            _ => return self.mismatch(node, "? :", &a, &b),
        };
        if a.may_be_null() || b.may_be_null() { either.optional() } else { either }
    }

    fn mismatch(&mut self, node: &Node, sign: &str, a: &Type, b: &Type) -> Type {
        let fault = Fault::new("expression-types", node.at).arg("sign", sign);
        self.fault(fault.arg("left", a.to_string()).arg("right", b.to_string()))
    }

    fn operator(&mut self, node: &Node, op: Operator, args: &[Node], sure: &Sure) -> Type {
        use Operator as O;
        match (op, args) {
            (O::And | O::Or, args) => {
                let mut seen = sure.clone();
                for a in args {
                    self.yes_no(a, op, &seen);
                    let more =
                        if op == O::And { self.truths(a, &seen) } else { self.lies(a, &seen) };
                    seen = self.env.closed(&seen.union(&more).cloned().collect());
                }
                Type::Bool
            }
            (O::Not, [a]) => {
                self.yes_no(a, op, sure);
                Type::Bool
            }
            (O::Equal | O::NotEqual, [a, b]) => {
                self.equality(node, op, a, b, sure);
                Type::Bool
            }
            (O::Choose, [c, yes, no]) => {
                self.yes_no(c, op, sure);
                let with = |more: Sure| self.env.closed(&sure.union(&more).cloned().collect());
                let (t, f) = (self.quiet(|s| s.truths(c, sure)), self.quiet(|s| s.lies(c, sure)));
                let (t, f) = (with(t), with(f));
                let (a, b) = (self.node(yes, &t), self.node(no, &f));
                self.join(node, a, b)
            }
            (O::In, [a, b]) => {
                let (x, l) = (self.node(a, sure), self.node(b, sure));
                match &l {
                    Type::List(of) if comparable(&x, of) => {}
                    Type::Unknown => {}
                    _ => drop(self.mismatch(node, op.sign(), &x, &l)),
                }
                Type::Bool
            }
            (O::Negate, [a]) => match self.node(a, sure) {
                t @ (Type::Int | Type::Days | Type::Unknown) => t,
                t => self.mismatch(node, op.sign(), &Type::Int, &t),
            },
            (_, [a, b]) => {
                let (x, y) = (self.value(a, sure), self.value(b, sure));
                self.arithmetic(node, op, &x, &y)
            }
            _ => self.fault(Fault::new("expression-not-allowed", node.at).arg("what", op.sign())),
        }
    }

    /// A part that must not be empty.
    fn value(&mut self, node: &Node, sure: &Sure) -> Type {
        match self.node(node, sure) {
            Type::Optional(_) => self.empty(node),
            t => t,
        }
    }

    fn arithmetic(&mut self, node: &Node, op: Operator, x: &Type, y: &Type) -> Type {
        use Operator as O;
        match (op, x, y) {
            (_, Type::Unknown, _) | (_, _, Type::Unknown) => {
                if matches!(op, O::Add | O::Subtract) {
                    Type::Unknown
                } else {
                    Type::Bool
                }
            }
            (O::Less | O::LessEqual | O::Greater | O::GreaterEqual, Type::Int, Type::Int)
            | (O::Less | O::LessEqual | O::Greater | O::GreaterEqual, Type::Date, Type::Date)
            | (O::Less | O::LessEqual | O::Greater | O::GreaterEqual, Type::Days, Type::Days) => {
                Type::Bool
            }
            (O::Add | O::Subtract, Type::Int, Type::Int) => Type::Int,
            (O::Add | O::Subtract, Type::Days, Type::Days) => Type::Days,
            (O::Add | O::Subtract, Type::Date, Type::Days) => Type::Date,
            (O::Subtract, Type::Date, Type::Date) => Type::Days,
            _ => self.mismatch(node, op.sign(), x, y),
        }
    }

    fn yes_no(&mut self, node: &Node, op: Operator, sure: &Sure) {
        let t = self.node(node, sure);
        if !matches!(t, Type::Bool | Type::Unknown) {
            self.mismatch(node, op.sign(), &Type::Bool, &t);
        }
    }

    fn equality(&mut self, node: &Node, op: Operator, a: &Node, b: &Node, sure: &Sure) {
        let (x, y) = (self.node(a, sure), self.node(b, sure));
        for (side, t, other) in [(a, &x, b), (b, &y, a)] {
            if is_null(other) && !t.may_be_null() && *t != Type::Unknown {
                self.fault(Fault::new("expression-never-empty", side.at).arg("path", shown(side)));
                return;
            }
            if let (Type::Word(words), NodeKind::Literal(Value::Text(w))) =
                (t.certain(), &other.kind)
                && !words.contains(w)
            {
                let near =
                    nearest(w, words.iter().map(String::as_str)).unwrap_or("none").to_owned();
                let fault = Fault::new("expression-word", other.at).arg("word", w.clone());
                self.fault(fault.arg("path", shown(side)).arg("near", near));
                return;
            }
        }
        if !comparable(&x, &y) {
            self.mismatch(node, op.sign(), &x, &y);
        }
    }

    fn call(&mut self, node: &Node, f: Function, args: &[Node], sure: &Sure) -> Type {
        let wanted = f.takes();
        if args.len() != wanted.len() {
            let fault = Fault::new("expression-arguments", node.at).arg("function", f.name());
            return self.fault(fault.arg("wanted", wanted.len().to_string()));
        }
        for (arg, want) in args.iter().zip(wanted) {
            self.argument(f, arg, *want, sure);
        }
        if f == Function::WithRelation {
            self.relation(&args[1]);
        }
        f.gives()
    }

    fn argument(&mut self, f: Function, arg: &Node, want: Wanted, sure: &Sure) {
        if want == Wanted::Literal {
            return self.literal_argument(f, arg);
        }
        let t = self.value(arg, sure);
        let has = |t: &Type, items: &[&str]| match t {
            Type::Record(r) => items.iter().all(|i| r.fields.contains_key(*i)),
            t => *t == Type::Unknown,
        };
        let fits = match (want, &t) {
            (_, Type::Unknown) => true,
            (Wanted::Int, t) => *t == Type::Int,
            (Wanted::Date, t) => *t == Type::Date,
            (Wanted::Sized, t) => matches!(t, Type::List(_) | Type::Text),
            (Wanted::Text, t) => matches!(t, Type::Text | Type::Word(_)),
            (Wanted::Person(items), t) => has(t, items),
            (Wanted::People(items), Type::List(of)) => has(of, items),
            _ => false,
        };
        if !fits {
            let wanted = match want {
                Wanted::Int => "number".to_owned(),
                Wanted::Date => "date".to_owned(),
                Wanted::Sized => "list".to_owned(),
                Wanted::Text => "text".to_owned(),
                Wanted::Person(items) => format!("person ({})", items.join(", ")),
                Wanted::People(items) => format!("list of people ({})", items.join(", ")),
                Wanted::Literal => String::new(),
            };
            let fault = Fault::new("expression-argument", arg.at).arg("function", f.name());
            self.fault(fault.arg("wanted", wanted).arg("got", t.to_string()));
        }
    }

    /// Relations written in the text are codes of the list.
    fn relation(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Literal(Value::Text(code)) if !self.env.relations.contains(code) => {
                let known = self.env.relations.iter().map(String::as_str);
                let near = nearest(code, known).unwrap_or("none").to_owned();
                let fault = Fault::new("code-unknown", node.at).arg("code", code.clone());
                self.fault(fault.arg("list", "household-relation").arg("near", near));
            }
            NodeKind::Operator(Operator::Choose, parts) => {
                parts.iter().skip(1).for_each(|p| self.relation(p));
            }
            _ => {}
        }
    }

    fn literal_argument(&mut self, f: Function, arg: &Node) {
        let NodeKind::Literal(Value::Text(text)) = &arg.kind else {
            let fault = Fault::new("expression-argument", arg.at).arg("function", f.name());
            self.fault(fault.arg("wanted", "'…'").arg("got", shown(arg)));
            return;
        };
        if f == Function::Date && text.parse::<Date>().is_err() {
            self.fault(Fault::new("expression-date", arg.at).arg("text", text.clone()));
        }
        if f == Function::Label && !self.env.lists.contains(text) {
            let near = nearest(text, self.env.lists.iter().map(String::as_str)).unwrap_or("none");
            let fault = Fault::new("ask-code-list", arg.at).arg("list", text.clone());
            self.faults.push(fault.arg("near", near));
        }
        if f == Function::Exempt && !self.env.exemptions.contains(text) {
            let known = self.env.exemptions.iter().map(String::as_str);
            let near = nearest(text, known).unwrap_or("none").to_owned();
            let fault = Fault::new("expression-exempt", arg.at).arg("list", text.clone());
            self.fault(fault.arg("near", near));
        }
    }

    fn each(
        &mut self,
        node: &Node,
        each: Each,
        list: &Node,
        name: &str,
        body: &Node,
        sure: &Sure,
    ) -> Type {
        let of = match self.value(list, sure) {
            Type::List(of) => (*of).clone(),
            Type::Unknown => Type::Unknown,
            other => {
                let fault = Fault::new("expression-no-list", list.at).arg("path", shown(list));
                return self.fault(fault.arg("type", other.to_string()));
            }
        };
        self.locals.push((name.to_owned(), of.clone()));
        let t = self.node(body, sure);
        self.locals.pop();
        if each != Each::Map && !matches!(t, Type::Bool | Type::Unknown) {
            self.mismatch(node, "exists/all/filter", &Type::Bool, &t);
        }
        match each {
            Each::Exists | Each::All => Type::Bool,
            Each::Filter => Type::list(of),
            Each::Map => Type::list(t),
        }
    }

    /// Runs without keeping faults: they are reported where the part itself is checked.
    fn quiet<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let kept = self.faults.len();
        let out = f(self);
        self.faults.truncate(kept);
        out
    }

    /// Whether this part always holds something.
    fn never_null(&mut self, node: &Node, sure: &Sure) -> bool {
        self.quiet(|s| match s.node(node, sure) {
            Type::Unknown => false,
            t => !t.may_be_null(),
        })
    }

    /// Paths that hold something if the node is true.
    pub(super) fn truths(&mut self, node: &Node, sure: &Sure) -> Sure {
        let rules = self.env.rules.iter().filter(|(when, _)| same(when, node));
        let mut out: Sure = rules.flat_map(|(_, paths)| paths.clone()).collect();
        out.extend(self.truths_inside(node, sure));
        out
    }

    fn truths_inside(&mut self, node: &Node, sure: &Sure) -> Sure {
        use Operator as O;
        let NodeKind::Operator(op, args) = &node.kind else { return Sure::new() };
        match (op, args.as_slice()) {
            (O::And, args) => args.iter().flat_map(|a| self.truths(a, sure)).collect(),
            (O::Or, args) => self.common(args, sure, Self::truths),
            (O::Not, [a]) => self.lies(a, sure),
            (O::NotEqual, [a, b]) if is_null(b) => path(a).into_iter().collect(),
            (O::NotEqual, [a, b]) if is_null(a) => path(b).into_iter().collect(),
            (O::Equal, [a, b]) => {
                let (pa, pb) = (path(a), path(b));
                let mut out = Sure::new();
                if self.never_null(b, sure) {
                    out.extend(pa);
                }
                if self.never_null(a, sure) {
                    out.extend(pb);
                }
                out
            }
            _ => Sure::new(),
        }
    }

    /// Paths that hold something if the node is false.
    pub(super) fn lies(&mut self, node: &Node, sure: &Sure) -> Sure {
        let opposite = opposite(node);
        let rules =
            self.env.rules.iter().filter(|(w, _)| opposite.as_ref().is_some_and(|o| same(w, o)));
        let mut out: Sure = rules.flat_map(|(_, paths)| paths.clone()).collect();
        out.extend(self.lies_inside(node, sure));
        out
    }

    fn lies_inside(&mut self, node: &Node, sure: &Sure) -> Sure {
        use Operator as O;
        let NodeKind::Operator(op, args) = &node.kind else { return Sure::new() };
        match (op, args.as_slice()) {
            (O::Or, args) => args.iter().flat_map(|a| self.lies(a, sure)).collect(),
            (O::And, args) => self.common(args, sure, Self::lies),
            (O::Not, [a]) => self.truths(a, sure),
            (O::Equal, [a, b]) if is_null(b) => path(a).into_iter().collect(),
            (O::Equal, [a, b]) if is_null(a) => path(b).into_iter().collect(),
            (O::NotEqual, [a, b]) if self.never_null(b, sure) => path(a).into_iter().collect(),
            _ => Sure::new(),
        }
    }

    fn common(
        &mut self,
        args: &[Node],
        sure: &Sure,
        of: fn(&mut Self, &Node, &Sure) -> Sure,
    ) -> Sure {
        let mut sets = args
            .iter()
            .map(|a| self.env.closed(&of(self, a, sure)))
            .collect::<Vec<_>>()
            .into_iter();
        let first = sets.next().unwrap_or_default();
        sets.fold(first, |a, b| a.intersection(&b).cloned().collect())
    }
}

/// Whether a condition says the same, wherever it is written.
fn same(when: &Expr, node: &Node) -> bool {
    when.node().is_ok_and(|w| w.says_the_same(node))
}

/// `a == b` for `a != b`, and the other way round.
fn opposite(node: &Node) -> Option<Node> {
    let NodeKind::Operator(op, args) = &node.kind else { return None };
    let other = match op {
        Operator::Equal => Operator::NotEqual,
        Operator::NotEqual => Operator::Equal,
        _ => return None,
    };
    Some(Node { kind: NodeKind::Operator(other, args.clone()), at: node.at })
}

fn literal(v: &Value) -> Type {
    match v {
        Value::Null => Type::Null,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        _ => Type::Text,
    }
}

/// Whether `==` between these types can ever be true.
fn comparable(a: &Type, b: &Type) -> bool {
    let (x, y) = (a.certain(), b.certain());
    match (x, y) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Null, _) => b.may_be_null(),
        (_, Type::Null) => a.may_be_null(),
        (Type::Text | Type::Word(_), Type::Text | Type::Word(_)) => true,
        (Type::Code(_), Type::Text) | (Type::Text, Type::Code(_)) => true,
        (Type::Record(_) | Type::List(_) | Type::Opaque, _) => false,
        _ => x == y,
    }
}
