//! The types of one procedure file: of its facts, its answers, and of every expression in it.

use super::check::Findings;
use super::check::words::nearest;
use super::expressions::types::CodeKind;
use super::expressions::{Env, Expr, Fault, Record, Type};
use super::facts;
use super::library::Library;
use super::load::Placed;
use super::model::{
    Ask, AskKind, Channel, Check, Consent, ProcedureFile, Register, Sentence, Write,
};
use super::operations::operation;
use super::source::Source;
use kernel::Localized;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Signals of the runtime that automatic steps may look at.
pub const SIGNALS: [&str; 6] =
    ["checks", "consents", "consent_refused", "consent_expired", "paid", "evidence"];

/// What typing found out, for the runtime: how JSON becomes values.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Groups of facts; a group read about several people is a list.
    pub groups: BTreeMap<String, Type>,
}

/// Types the whole file and reports every fault in it.
pub(super) fn type_file(
    file: &ProcedureFile,
    rows: Rows,
    library: &Library,
    source: &Source,
    findings: &mut Findings,
) -> Typed {
    let mut t = Typing {
        file,
        rows,
        library,
        source,
        findings,
        env: Env::default(),
        known: BTreeMap::new(),
        ask: BTreeMap::new(),
        typed: Typed::default(),
    };
    t.start();
    t.gates();
    for (i, ask) in file.ask.iter().enumerate() {
        t.ask(i, ask);
    }
    t.cases();
    t.checks();
    t.people_and_papers();
    t.fees_and_clock();
    t.steps_and_results();
    t.typed
}

/// The checks and consents of the file together with the shared ones.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub checks: &'a [Placed<Check>],
    pub consents: &'a [Placed<Consent>],
}

struct Typing<'a> {
    file: &'a ProcedureFile,
    rows: Rows<'a>,
    library: &'a Library,
    source: &'a Source,
    findings: &'a mut Findings,
    env: Env,
    known: BTreeMap<String, Type>,
    ask: BTreeMap<String, Type>,
    typed: Typed,
}

fn record(name: &str, fields: &BTreeMap<String, Type>) -> Type {
    Type::Record(Arc::new(Record { name: name.to_owned(), fields: fields.clone() }))
}

fn words(list: impl IntoIterator<Item = impl Into<String>>) -> Type {
    Type::Word(Arc::new(list.into_iter().map(Into::into).collect()))
}

impl Typing<'_> {
    fn report(&mut self, path: &str, code: &'static str, args: &[(&'static str, String)]) {
        self.findings.add(self.source, path, code, args);
    }

    fn faults(&mut self, path: &str, skip: usize, faults: &[Fault]) {
        for f in faults {
            let offset = self.source.offset_inside(path, skip + f.at);
            self.findings.add_at(self.source, offset, f.code, &f.args);
        }
    }

    fn type_of(&mut self, env: &Env, path: &str, expr: &Expr) -> Type {
        let (t, faults) = env.type_of(expr);
        self.faults(path, 0, &faults);
        if faults.is_empty() { t } else { Type::Unknown }
    }

    fn expect(&mut self, env: &Env, path: &str, expr: &Expr, wanted: &Type) {
        let got = self.type_of(env, path, expr);
        if !wanted.accepts(&got) {
            let mut args = [("wanted", wanted.to_string()), ("got", got.to_string())];
            if args[0].1 == args[1].1 {
                args = [("wanted", wanted.in_detail()), ("got", got.in_detail())];
            }
            self.report(path, "expression-result", &args);
        }
    }

    fn condition(&mut self, env: &Env, path: &str, expr: Option<&Expr>) {
        if let Some(e) = expr {
            self.expect(env, path, e, &Type::Bool);
        }
    }

    /// The environment where the condition holds.
    fn given(env: &Env, when: Option<&Expr>) -> Env {
        let mut inner = env.clone();
        if let Some(when) = when {
            inner.sure.extend(env.sure_if(when));
        }
        inner
    }

    /// What is known when the start page opens.
    fn start(&mut self) {
        self.env.add("today", Type::Date);
        self.env.add("channel", words(Channel::ALL.map(Channel::as_str)));
        let chosen = self.file.case.iter().filter(|c| c.chosen).map(|c| c.id.clone());
        self.env.add("chosen", words(chosen.chain([String::new()])));
        self.env.exemptions = self.library.exempt_lists.keys().cloned().collect();
        self.env.lists = self.library.codes.keys().cloned().collect();
        let relations = self.library.codes.get("household-relation");
        let relations = relations.into_iter().flat_map(|l| &l.code);
        self.env.relations = relations.map(|c| c.id.clone()).collect();
        for (name, fact) in &self.file.known.facts {
            for (i, item) in fact.items.iter().enumerate() {
                if facts::item_type(fact.from, item).is_none() {
                    let near = nearest(item, facts::items_of(fact.from).iter().copied());
                    let args =
                        [("item", item.clone()), ("near", near.unwrap_or("none").to_owned())];
                    self.report(&format!("known.facts.{name}.items[{i}]"), "known-item", &args);
                }
            }
            if fact.of == "login" {
                let t = facts::group_type(fact);
                if fact.from != Register::Population {
                    self.report(&format!("known.facts.{name}.of"), "known-subject", &[]);
                }
                self.known.insert(name.clone(), t.clone());
                self.typed.groups.insert(name.clone(), t);
            }
        }
        self.refresh();
    }

    fn refresh(&mut self) {
        self.env.add("known", record("known", &self.known));
        self.env.add("ask", record("ask", &self.ask));
    }

    /// Checks on the start page: what comes later may rely on them.
    fn gates(&mut self) {
        for c in self.rows.checks.iter().filter(|c| c.row.before) {
            self.check(&c.path, &c.row);
        }
    }

    fn check(&mut self, path: &str, c: &Check) {
        let env = self.env.clone();
        self.condition(&env, &format!("{path}.when"), c.when.as_ref());
        let env = Self::given(&env, c.when.as_ref());
        self.expect(&env, &format!("{path}.that"), &c.that, &Type::Bool);
        let mut failing = env.clone();
        failing.sure.extend(env.sure_unless(&c.that));
        self.sentence(&failing, &format!("{path}.else"), &c.else_);
        let sure = env.sure_if(&c.that);
        match &c.when {
            _ if c.warn => {}
            None => self.env.sure.extend(sure),
            Some(when) => self.env.rules.push((when.clone(), sure)),
        }
    }

    /// The values put into a sentence.
    fn sentence(&mut self, env: &Env, path: &str, s: &Sentence) {
        self.words(env, path, &s.words());
    }

    fn words(&mut self, env: &Env, path: &str, s: &Localized) {
        for (lang, text) in [("vi", &s.vi), ("en", &s.en)] {
            for inside in placeholders(text) {
                let (t, faults) = env.type_of(&Expr::new(inside));
                let path = format!("{path}.{lang}");
                for f in &faults {
                    self.report(&path, f.code, &f.args);
                }
                if faults.is_empty() && !printable(&t) {
                    let args = [("wanted", "text".to_owned()), ("got", t.to_string())];
                    self.report(&path, "expression-result", &args);
                }
            }
        }
    }

    fn ask(&mut self, i: usize, ask: &Ask) {
        let env = self.env.clone();
        let at = |key: &str| format!("ask[{i}].{key}");
        self.condition(&env, &at("when"), ask.when.as_ref());
        let asked = Self::given(&env, ask.when.as_ref());
        let t = self.answer_type(i, ask, &asked);
        if let Some(default) = &ask.default {
            self.expect(&asked, &at("default"), default, &t.clone().optional());
        }
        if let Some(check) = &ask.check {
            let mut own = asked.clone();
            own.add("self", t.clone());
            self.expect(&own, &at("check"), check, &Type::Bool);
            match &ask.else_ {
                Some(s) => self.sentence(&own, &at("else"), s),
                None => self.report(&at("check"), "ask-no-sentence", &[("id", ask.id.clone())]),
            }
        }
        let always = ask.when.is_none() && !ask.optional;
        let seen = match &t {
            Type::List(_) => t.clone(),
            t if always => t.clone(),
            t => t.clone().optional(),
        };
        if let Some(when) = &ask.when {
            self.env.implied.insert(format!("ask.{}", ask.id), env.sure_if(when));
            if !ask.optional {
                self.env.rules.push((when.clone(), [format!("ask.{}", ask.id)].into()));
            }
        }
        self.ask.insert(ask.id.clone(), seen);
        self.groups_of(ask);
        self.refresh();
    }

    /// Facts that are read once this question has been answered.
    fn groups_of(&mut self, ask: &Ask) {
        let of = format!("ask.{}", ask.id);
        for (name, fact) in self.file.known.facts.iter().filter(|(_, f)| f.of == of) {
            let one = facts::group_type(fact);
            let t = match (fact.from, &ask.kind) {
                (Register::Dwelling, AskKind::Address) => one,
                (Register::Population, AskKind::Pick(_)) => Type::list(one),
                _ => {
                    self.report(&format!("known.facts.{name}.of"), "known-subject", &[]);
                    Type::Unknown
                }
            };
            self.known.insert(name.clone(), t.clone());
            self.typed.groups.insert(name.clone(), t);
        }
    }

    fn answer_type(&mut self, i: usize, ask: &Ask, asked: &Env) -> Type {
        let kind = format!("ask[{i}].type");
        match &ask.kind {
            AskKind::Address => Type::address(),
            AskKind::Date => Type::Date,
            AskKind::Text => Type::Text,
            AskKind::Money | AskKind::Count => Type::Int,
            AskKind::Choice => words(ask.options.iter().map(|o| o.id.clone())),
            AskKind::Code(list) => match self.library.codes.get(list) {
                Some(l) => {
                    let kept = l.code.iter().filter(|c| !ask.except.contains(&c.id));
                    words(kept.map(|c| c.id.clone()))
                }
                None => {
                    let known = self.library.codes.keys().map(String::as_str);
                    let near = nearest(list, known).unwrap_or("none").to_owned();
                    self.report(&kind, "ask-code-list", &[("list", list.clone()), ("near", near)]);
                    Type::Unknown
                }
            },
            AskKind::People => {
                let column = |c: &super::model::Column| {
                    let t = match c.as_str() {
                        "birth" => Type::Date,
                        "pid" => Type::Code(CodeKind::Pid),
                        "sex" => words(["male", "female"]),
                        _ => Type::Text,
                    };
                    (c.as_str().to_owned(), t)
                };
                Type::list(record("person", &ask.columns.iter().map(column).collect()))
            }
            AskKind::Pick(expr) => {
                let (t, faults) = asked.type_of(expr);
                self.faults(&kind, "pick:".len(), &faults);
                let people =
                    |of: &Type| matches!(of, Type::Record(r) if r.fields.contains_key("pid"));
                match t {
                    Type::List(of) if people(&of) => Type::List(of),
                    _ if !faults.is_empty() => Type::Unknown,
                    other => {
                        let args =
                            [("wanted", "list of people".to_owned()), ("got", other.to_string())];
                        self.report(&kind, "expression-result", &args);
                        Type::Unknown
                    }
                }
            }
        }
    }

    fn cases(&mut self) {
        let env = self.env.clone();
        for (i, c) in self.file.case.iter().enumerate() {
            self.condition(&env, &format!("case[{i}].when"), c.when.as_ref());
        }
        self.env.add("case", words(self.file.case.iter().map(|c| c.id.clone())));
    }

    fn checks(&mut self) {
        for c in self.rows.checks.iter().filter(|c| !c.row.before) {
            self.check(&c.path, &c.row);
        }
    }

    fn people_and_papers(&mut self) {
        let env = self.env.clone();
        self.expect(&env, "decider.at", &self.file.decider.at, &Type::Code(CodeKind::Commune));
        for placed in self.rows.consents {
            let (c, path) = (&placed.row, &placed.path);
            self.condition(&env, &format!("{path}.when"), c.when.as_ref());
            let env = Self::given(&env, c.when.as_ref());
            let who = format!("{path}.who");
            let got = self.type_of(&env, &who, &c.who);
            let one = |t: &Type| {
                matches!(t, Type::Record(r) if r.fields.contains_key("pid")
                    && r.fields.contains_key("name"))
            };
            let people = match got.certain() {
                Type::Unknown => true,
                Type::List(of) => one(of),
                t => one(t),
            };
            if !people {
                let args = [("wanted", "person".to_owned()), ("got", got.to_string())];
                self.report(&who, "expression-result", &args);
            }
            self.words(&env, &format!("{path}.text"), &c.text);
        }
        for (i, e) in self.file.evidence.iter().enumerate() {
            self.condition(&env, &format!("evidence[{i}].when"), e.when.as_ref());
        }
    }

    fn fees_and_clock(&mut self) {
        let env = self.env.clone();
        for (i, f) in self.file.fee.iter().enumerate() {
            self.condition(&env, &format!("fee[{i}].when"), f.when.as_ref());
            if let Some(count) = &f.count {
                let env = Self::given(&env, f.when.as_ref());
                self.expect(&env, &format!("fee[{i}].count"), count, &Type::Int);
            }
        }
        for (i, l) in self.file.clock.limit.iter().enumerate() {
            self.condition(&env, &format!("clock.limit[{i}].when"), l.when.as_ref());
        }
    }

    fn steps_and_results(&mut self) {
        let env = self.env.clone();
        let mut signals = Env::default();
        for s in SIGNALS {
            signals.add(s, Type::Bool);
        }
        for (i, step) in self.file.step.iter().enumerate() {
            for (action, when) in &step.auto {
                self.expect(&signals, &format!("step[{i}].auto.{action}"), when, &Type::Bool);
            }
        }
        for (i, r) in self.file.result.iter().enumerate() {
            for (j, w) in r.writes.iter().enumerate() {
                self.write(&env, &format!("result[{i}].writes[{j}]"), w);
            }
            let mut env = env.clone();
            env.add("filed_at", Type::Text);
            for (name, value) in &r.letter {
                let path = format!("result[{i}].letter.{name}");
                if *self.type_of(&env, &path, value).certain() == Type::Opaque {
                    let args = [("wanted", "text".to_owned()), ("got", "fact".to_owned())];
                    self.report(&path, "expression-result", &args);
                }
            }
        }
        for (name, list) in
            [("on_filed", &self.file.on_filed), ("on_withdrawn", &self.file.on_withdrawn)]
        {
            for (j, w) in list.iter().enumerate() {
                self.write(&env, &format!("{name}[{j}]"), w);
            }
        }
    }

    fn write(&mut self, env: &Env, path: &str, w: &Write) {
        self.condition(env, &format!("{path}.when"), w.when.as_ref());
        let env = Self::given(env, w.when.as_ref());
        let Some(op) = operation(&w.op) else {
            let all = super::operations::OPERATIONS.iter().map(|o| o.id);
            let near = nearest(&w.op, all).unwrap_or("none").to_owned();
            let args = [("op", w.op.clone()), ("near", near)];
            return self.report(&format!("{path}.op"), "write-operation", &args);
        };
        for (name, value) in &w.with {
            let path = format!("{path}.with.{name}");
            match op.arguments.iter().find(|a| a.0 == name) {
                Some((_, arg, needed)) => {
                    let t = if *needed { arg.of() } else { arg.of().optional() };
                    self.expect(&env, &path, value, &t);
                }
                None => {
                    let near = nearest(name, op.arguments.iter().map(|a| a.0)).unwrap_or("none");
                    let args = [
                        ("argument", name.clone()),
                        ("op", w.op.clone()),
                        ("near", near.to_owned()),
                    ];
                    self.report(&path, "write-argument", &args);
                }
            }
        }
        for (name, _, _) in op.arguments.iter().filter(|a| a.2) {
            if !w.with.contains_key(*name) {
                let args = [("argument", (*name).to_owned()), ("op", w.op.clone())];
                self.report(&format!("{path}.op"), "write-missing", &args);
            }
        }
    }
}

/// The expressions inside `{…}`.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(inside, _)| inside))
}

fn printable(t: &Type) -> bool {
    match t {
        Type::Text | Type::Word(_) | Type::Date | Type::Int | Type::Days | Type::Unknown => true,
        Type::Record(r) => r.fields.contains_key("text") || r.fields.contains_key("name"),
        Type::List(of) => printable(of),
        _ => false,
    }
}
