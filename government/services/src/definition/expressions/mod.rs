//! The one expression language of the data files: a closed subset of CEL.
//!
//! The `cel` crate parses; what it parsed is lowered into [`Node`], which has room for the subset
//! only, so nothing outside it can ever be checked or run. Types are checked before a file may be
//! used ([`types`]), and every operator and function is total on what passes that check ([`eval`]):
//! an expression cannot fail, loop for long, read a clock or reach outside its environment.
//!
//! In the subset: `&& || ! == != < <= > >= + - ?: in`, literals (text, whole numbers, `true`, `false`,
//! `null`, lists), names and fields, `list.exists(x, …)`, `.all`, `.filter`, `.map`, and the functions of
//! [`functions`]. Not in it: `has()` (compare with `null`), indexes, maps, floats, `* / %`, methods.

pub mod eval;
pub mod functions;
mod infer;
pub mod types;
pub mod value;

pub use eval::Scope;
pub use types::{Env, Record, Type};
pub use value::Value;

use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr as Cel, IdedExpr, LiteralValue, operators,
};
use cel::common::ast::{SelectExpr, SourceInfo};
use cel::parser::Parser;
use functions::Function;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak};

/// Longest expression, characters.
pub const EXPRESSION_CHARS_MAX: usize = 600;
/// Deepest nesting the parser follows.
const DEPTH_MAX: u16 = 40;

/// An expression as written; parsed once, when first needed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Expr(Arc<Inner>);

struct Inner {
    text: String,
    parsed: OnceLock<Result<Node, Vec<Fault>>>,
}

/// Expressions in use, by text. Files repeat themselves (steps, conditions of cases), and parsing is
/// the slow part of reading them: the same text is parsed once, as long as anybody holds it.
static IN_USE: LazyLock<Mutex<HashMap<String, Weak<Inner>>>> = LazyLock::new(Mutex::default);

impl Expr {
    /// Wraps a text; it is parsed when first used.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = in_use.get(&text).and_then(Weak::upgrade) {
            return Self(known);
        }
        if in_use.len() == in_use.capacity() {
            in_use.retain(|_, held| held.strong_count() > 0);
        }
        let inner = Arc::new(Inner { text: text.clone(), parsed: OnceLock::new() });
        in_use.insert(text, Arc::downgrade(&inner));
        Self(inner)
    }
    /// As written.
    pub fn text(&self) -> &str {
        &self.0.text
    }
    /// The lowered tree, or what is wrong with the text.
    pub fn node(&self) -> Result<&Node, &[Fault]> {
        self.0.parsed.get_or_init(|| parse(&self.0.text)).as_ref().map_err(Vec::as_slice)
    }
}

impl From<String> for Expr {
    fn from(s: String) -> Self {
        Self::new(s)
    }
}
impl From<Expr> for String {
    fn from(e: Expr) -> Self {
        e.0.text.clone()
    }
}
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}
impl Eq for Expr {}
impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.text)
    }
}
impl JsonSchema for Expr {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Expression".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "An expression in the closed subset of CEL; see docs/procedures.md.",
            "type": "string",
            "minLength": 1,
            "maxLength": EXPRESSION_CHARS_MAX,
        })
    }
}

/// What is wrong with an expression, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which mistake: the key of its sentence.
    pub code: &'static str,
    /// Values put into the sentence.
    pub args: Vec<(&'static str, String)>,
    /// Characters before it in the expression.
    pub at: usize,
}

impl Fault {
    pub(super) fn new(code: &'static str, at: usize) -> Self {
        Self { code, args: Vec::new(), at }
    }
    pub(super) fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// An expression of the subset.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Characters before it in the text.
    pub at: usize,
}

impl Node {
    /// Whether two expressions are the same but for where they stand in their texts.
    pub fn says_the_same(&self, other: &Node) -> bool {
        let all = |a: &[Node], b: &[Node]| {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.says_the_same(y))
        };
        match (&self.kind, &other.kind) {
            (NodeKind::Literal(a), NodeKind::Literal(b)) => a == b,
            (NodeKind::Name(a), NodeKind::Name(b)) => a == b,
            (NodeKind::Field(x, a), NodeKind::Field(y, b)) => a == b && x.says_the_same(y),
            (NodeKind::List(a), NodeKind::List(b)) => all(a, b),
            (NodeKind::Operator(o, a), NodeKind::Operator(p, b)) => o == p && all(a, b),
            (NodeKind::Call(f, a), NodeKind::Call(g, b)) => f == g && all(a, b),
            _ => false,
        }
    }

    /// What the expression speaks of: `ask.until` is `("ask", "until")`, `known.dwelling.head` is
    /// `("known", "dwelling")`. In the order of the text.
    pub fn mentions(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        self.mention(&mut found);
        found
    }

    fn mention<'a>(&'a self, found: &mut Vec<(&'a str, &'a str)>) {
        match &self.kind {
            NodeKind::Literal(_) | NodeKind::Name(_) => {}
            NodeKind::Field(of, field) => match &of.kind {
                NodeKind::Name(name) => found.push((name, field)),
                _ => of.mention(found),
            },
            NodeKind::List(all) | NodeKind::Operator(_, all) | NodeKind::Call(_, all) => {
                all.iter().for_each(|n| n.mention(found));
            }
            NodeKind::Each { list, body, .. } => {
                list.mention(found);
                body.mention(found);
            }
        }
    }
}

/// The whole subset.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `true`, `3`, `'join'`, `null`
    Literal(Value),
    /// `today`
    Name(String),
    /// `known.applicant`
    Field(Box<Node>, String),
    /// `[1, 2]`
    List(Vec<Node>),
    /// `a && b`
    Operator(Operator, Vec<Node>),
    /// `days(3)`
    Call(Function, Vec<Node>),
    /// `list.exists(x, …)`
    Each {
        /// Which of the four.
        each: Each,
        /// The list.
        list: Box<Node>,
        /// The name of one element.
        name: String,
        /// What is asked of each element.
        body: Box<Node>,
    },
}

/// The operators of the subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Not,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `-x`
    Negate,
    /// `? :`
    Choose,
    /// `in`
    In,
}

impl Operator {
    fn from_cel(name: &str) -> Option<Self> {
        Some(match name {
            operators::LOGICAL_AND => Self::And,
            operators::LOGICAL_OR => Self::Or,
            operators::LOGICAL_NOT => Self::Not,
            operators::EQUALS => Self::Equal,
            operators::NOT_EQUALS => Self::NotEqual,
            operators::LESS => Self::Less,
            operators::LESS_EQUALS => Self::LessEqual,
            operators::GREATER => Self::Greater,
            operators::GREATER_EQUALS => Self::GreaterEqual,
            operators::ADD => Self::Add,
            operators::SUBSTRACT => Self::Subtract,
            operators::NEGATE => Self::Negate,
            operators::CONDITIONAL => Self::Choose,
            operators::IN => Self::In,
            _ => return None,
        })
    }
    /// As written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Not => "!",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract | Self::Negate => "-",
            Self::Choose => "? :",
            Self::In => "in",
        }
    }
}

/// What is done with each element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// Holds for at least one?
    Exists,
    /// Holds for every one?
    All,
    /// Those for which it holds.
    Filter,
    /// The value for each.
    Map,
}

/// Parses a text into the subset.
pub fn parse(text: &str) -> Result<Node, Vec<Fault>> {
    let length = text.chars().count();
    if length > EXPRESSION_CHARS_MAX {
        let max = EXPRESSION_CHARS_MAX.to_string();
        return Err(vec![Fault::new("expression-long", 0).arg("max", max)]);
    }
    let parser = Parser::new().max_recursion_depth(DEPTH_MAX);
    let (tree, source) = parser.parse_with_source_info(text).map_err(|e| {
        let mut faults: Vec<Fault> = e
            .errors
            .iter()
            .map(|e| {
                let at = usize::try_from(e.pos.1 - 1).unwrap_or(0).min(length);
                Fault::new("expression-syntax", at).arg("what", plain(&e.msg))
            })
            .collect();
        faults.truncate(1); // the parser's later complaints follow from its first
        if faults.is_empty() {
            faults.push(Fault::new("expression-syntax", 0).arg("what", ""));
        }
        faults
    })?;
    let mut faults = Vec::new();
    let node = Lowering { source: &source, faults: &mut faults }.node(&tree);
    if faults.is_empty() { Ok(node) } else { Err(faults) }
}

fn plain(message: &str) -> String {
    message.trim_start_matches("Syntax error: ").chars().take(120).collect()
}

struct Lowering<'a> {
    source: &'a SourceInfo,
    faults: &'a mut Vec<Fault>,
}

impl Lowering<'_> {
    fn at(&self, e: &IdedExpr) -> usize {
        self.source.offset_for(e.id).map_or(0, |(start, _)| start as usize)
    }

    /// Reports what the subset does not have; the node put in its place is never run.
    fn refuse(&mut self, e: &IdedExpr, what: &str) -> NodeKind {
        let at = self.at(e);
        self.faults.push(Fault::new("expression-not-allowed", at).arg("what", what));
        NodeKind::Literal(Value::Null)
    }

    fn node(&mut self, e: &IdedExpr) -> Node {
        let mut at = self.at(e);
        let kind = match &e.expr {
            Cel::Literal(l) => self.literal(e, l),
            Cel::Ident(name) => NodeKind::Name(name.clone()),
            Cel::Select(s) => self.select(e, s),
            Cel::Call(c) => self.call(e, c),
            Cel::List(l) if l.optional_indices.is_empty() => {
                NodeKind::List(l.elements.iter().map(|x| self.node(x)).collect())
            }
            Cel::Comprehension(c) => self.each(e, c),
            Cel::List(_) => self.refuse(e, "?"),
            Cel::Map(_) | Cel::Struct(_) => self.refuse(e, "{ }"),
            Cel::Unspecified => self.refuse(e, ""),
        };
        if let NodeKind::Field(of, _) = &kind {
            at = of.at; // a path begins where its first name does
        }
        Node { kind, at }
    }

    fn literal(&mut self, e: &IdedExpr, l: &LiteralValue) -> NodeKind {
        NodeKind::Literal(match l {
            LiteralValue::Boolean(b) => Value::Bool(*b.inner()),
            LiteralValue::Int(i) => Value::Int(*i.inner()),
            LiteralValue::String(s) => Value::Text(s.inner().to_owned()),
            LiteralValue::Null => Value::Null,
            LiteralValue::Double(_) => return self.refuse(e, "1.5"),
            LiteralValue::UInt(_) => return self.refuse(e, "1u"),
            LiteralValue::Bytes(_) => return self.refuse(e, "b''"),
        })
    }

    fn select(&mut self, e: &IdedExpr, s: &SelectExpr) -> NodeKind {
        if s.test {
            return self.refuse(e, "has()");
        }
        NodeKind::Field(Box::new(self.node(&s.operand)), s.field.clone())
    }

    fn call(&mut self, e: &IdedExpr, c: &CallExpr) -> NodeKind {
        if c.target.is_some() {
            return self.refuse(e, &format!(".{}()", c.func_name));
        }
        if let Some(op) = Operator::from_cel(&c.func_name) {
            return NodeKind::Operator(op, c.args.iter().map(|x| self.node(x)).collect());
        }
        if let Some(f) = Function::from_name(&c.func_name) {
            return NodeKind::Call(f, c.args.iter().map(|x| self.node(x)).collect());
        }
        let shown = match c.func_name.as_str() {
            operators::MULTIPLY => "*",
            operators::DIVIDE => "/",
            operators::MODULO => "%",
            operators::INDEX => "[ ]",
            other => {
                let at = self.at(e);
                let near = super::check::words::nearest(other, functions::NAMES.iter().copied());
                let fault = Fault::new("expression-function", at).arg("name", other);
                self.faults.push(fault.arg("near", near.unwrap_or("none")));
                return NodeKind::Literal(Value::Null);
            }
        };
        self.refuse(e, shown)
    }

    /// The four list macros, recognised by what CEL expands them to.
    fn each(&mut self, e: &IdedExpr, c: &ComprehensionExpr) -> NodeKind {
        let Some((each, body)) = recognise(c) else {
            return self.refuse(e, "exists_one()");
        };
        let list = Box::new(self.node(&c.iter_range));
        let body = Box::new(self.node(body));
        NodeKind::Each { each, list, name: c.iter_var.clone(), body }
    }
}

/// Which macro a comprehension came from, and its body.
fn recognise(c: &ComprehensionExpr) -> Option<(Each, &IdedExpr)> {
    let Cel::Call(step) = &c.loop_step.expr else { return None };
    let result = |e: &IdedExpr| matches!(&e.expr, Cel::Ident(n) if *n == c.accu_var);
    // `@result + [x]` gives x
    let appended = |e: &'_ IdedExpr| -> Option<usize> {
        let Cel::Call(add) = &e.expr else { return None };
        let one =
            matches!(add.args.get(1).map(|a| &a.expr), Some(Cel::List(l)) if l.elements.len() == 1);
        (add.func_name == operators::ADD && one && result(add.args.first()?)).then_some(1)
    };
    if c.iter_var2.is_some() || !result(&c.result) {
        return None;
    }
    match (&c.accu_init.expr, step.func_name.as_str()) {
        (Cel::Literal(LiteralValue::Boolean(b)), operators::LOGICAL_OR) if !*b.inner() => {
            Some((Each::Exists, step.args.get(1)?))
        }
        (Cel::Literal(LiteralValue::Boolean(b)), operators::LOGICAL_AND) if *b.inner() => {
            Some((Each::All, step.args.get(1)?))
        }
        (Cel::List(_), operators::ADD) => {
            appended(&c.loop_step)?;
            let Cel::List(l) = &step.args.get(1)?.expr else { return None };
            Some((Each::Map, l.elements.first()?))
        }
        (Cel::List(_), operators::CONDITIONAL) => {
            appended(step.args.get(1)?)?;
            let Cel::Call(add) = &step.args.get(1)?.expr else { return None };
            let Cel::List(l) = &add.args.get(1)?.expr else { return None };
            let same = matches!(&l.elements.first()?.expr, Cel::Ident(n) if *n == c.iter_var);
            same.then_some((Each::Filter, step.args.first()?))
        }
        _ => None,
    }
}
