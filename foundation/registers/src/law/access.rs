//! `data/access/*.toml`: who may read which items for which purpose, and under which condition.
//! Deny by default. Conditions are CEL over `actor`, `subject`, `dossier` and `purpose`.

use super::{Fault, LawFile, Purpose, population::Population};
use cel::{Context, Env, Program, Value};
use kernel::{Actor, DossierCode, PersonalId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::Arc;
use toml::Spanned;

/// In which role somebody reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Their own data.
    Own,
    /// A member of the same household.
    Member,
    /// Any signed-in person (a dwelling's record only).
    Citizen,
    /// In another's matter: `parent`, `guardian`, `team`.
    Acting(String),
    /// Working in a post.
    Post(String),
    /// The program itself.
    System,
    /// Not signed in.
    Nobody,
}

impl Role {
    /// As the files name it.
    pub fn name(&self) -> String {
        match self {
            Self::Own => "self".into(),
            Self::Member => "member".into(),
            Self::Citizen => "citizen".into(),
            Self::Acting(how) => format!("acting.{how}"),
            Self::Post(post) => post.clone(),
            Self::System => "system".into(),
            Self::Nobody => "nobody".into(),
        }
    }
    /// The role of an actor towards a person. Work in a post never counts as reading one's own data.
    pub fn towards(actor: &Actor, subject: Option<&PersonalId>) -> Self {
        if actor.is_system() {
            return Self::System;
        }
        if let Some(a) = &actor.appointment {
            return Self::Post(a.post.as_str().to_owned());
        }
        if let Some(subject) = subject {
            if actor.person.as_ref() == Some(subject) {
                return Self::Own;
            }
            if let Some(a) = &actor.acting_for
                && &a.person == subject
            {
                return Self::Acting(a.as_.clone());
            }
        }
        if actor.person.is_some() { Self::Citizen } else { Self::Nobody }
    }
}

/// One rule: these items, under this condition.
pub struct Rule {
    items: BTreeSet<String>,
    when: Option<Condition>,
}

struct Condition {
    text: String,
    program: Program,
}

impl Rule {
    /// Whether the rule covers an item; `household.minors` is covered by `household`.
    pub fn covers(&self, item: &str) -> bool {
        self.items.contains(item)
            || item.split_once('.').is_some_and(|(whole, _)| self.items.contains(whole))
    }
    /// The condition's text.
    pub fn when(&self) -> Option<&str> {
        self.when.as_ref().map(|c| c.text.as_str())
    }
}

/// What conditions may know of the person (or dwelling) concerned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    pub pid: Option<String>,
    pub commune: Option<String>,
    pub province: Option<String>,
    pub stay_commune: Option<String>,
    pub minor: bool,
    pub dead: bool,
    pub guardians: Vec<String>,
}

/// What conditions may know of the dossier: set only if it names the person concerned.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub code: DossierCode,
    pub place: String,
    pub purpose: String,
    pub open: bool,
}

/// Everything a condition looks at.
pub(crate) struct Asking<'a> {
    pub actor: &'a Actor,
    pub purpose: &'a str,
    pub subject: &'a Subject,
    pub case: Option<&'a Case>,
}

pub(crate) struct Access {
    /// role → purpose → rules
    rules: BTreeMap<String, BTreeMap<String, Vec<Rule>>>,
    env: Arc<Env>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    conditions: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    rule: Vec<Spanned<Raw>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    role: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    purpose: Option<String>,
    #[serde(default)]
    purposes: Vec<String>,
    items: Vec<Spanned<String>>,
    when: Option<Spanned<String>>,
}

/// The names a condition may use, each with its fields.
const NAMES: [(&str, &[&str]); 4] = [
    ("actor", &["person", "post", "agency", "place", "level", "acting_for"]),
    ("subject", &["pid", "commune", "province", "stay_commune", "minor", "dead", "guardians"]),
    ("dossier", &["code", "place", "purpose", "open"]),
    ("purpose", &[]),
];

impl Access {
    pub(crate) fn parse(
        files: &[LawFile],
        purposes: &BTreeMap<String, Purpose>,
        population: &Population,
    ) -> Result<Self, Vec<Fault>> {
        let env = Arc::new(Env::stdlib());
        let mut out = Self { rules: BTreeMap::new(), env };
        let mut faults = Vec::new();
        for file in files {
            match toml::from_str::<File>(file.text) {
                Ok(raw) => out.take(file, raw, purposes, population, &mut faults),
                Err(e) => faults.push(Fault::toml(file, &e)),
            }
        }
        if faults.is_empty() { Ok(out) } else { Err(faults) }
    }

    fn take(
        &mut self,
        file: &LawFile,
        raw: File,
        purposes: &BTreeMap<String, Purpose>,
        population: &Population,
        faults: &mut Vec<Fault>,
    ) {
        for (name, text) in &raw.conditions {
            if let Err(what) = self.condition(text.get_ref()) {
                faults.push(Fault::at(
                    file,
                    text.span().start,
                    format!("condition `{name}`: {what}"),
                ));
            }
        }
        for rule in raw.rule {
            let at = rule.span().start;
            let r = rule.into_inner();
            let roles: Vec<String> = r.role.iter().chain(&r.roles).cloned().collect();
            let named: Vec<String> = r.purpose.iter().chain(&r.purposes).cloned().collect();
            if roles.is_empty() || named.is_empty() || r.items.is_empty() {
                faults.push(Fault::at(file, at, "a rule needs a role, a purpose and items"));
            }
            let when = r.when.as_ref().map(|w| {
                let text = w.get_ref();
                (raw.conditions.get(text).map_or(text, Spanned::get_ref), w.span().start)
            });
            for p in &named {
                let Some(purpose) = purposes.get(p) else {
                    faults.push(Fault::at(
                        file,
                        at,
                        format!("unknown purpose `{p}`: list it in purposes.toml"),
                    ));
                    continue;
                };
                for role in &roles {
                    let items = expand(file, role, &r.items, purpose, population, faults);
                    let when = match when.map(|(text, at)| (self.condition(text), at)) {
                        None => None,
                        Some((Ok(c), _)) => Some(c),
                        Some((Err(what), at)) => {
                            faults.push(Fault::at(file, at, what));
                            continue;
                        }
                    };
                    let of_role = self.rules.entry(role.clone()).or_default();
                    of_role.entry(p.clone()).or_default().push(Rule { items, when });
                }
            }
        }
    }

    /// Compiles a condition and tries it on sample cases: it must always give true or false.
    fn condition(&self, text: &str) -> Result<Condition, String> {
        check_names(text)?;
        let program = self.env.compile(text).map_err(|e| format!("not a condition: {e}"))?;
        let condition = Condition { text: text.to_owned(), program };
        for (actor, subject, case) in samples() {
            let asking =
                Asking { actor: &actor, purpose: "x", subject: &subject, case: case.as_ref() };
            match condition.program.execute(&self.context(&asking)) {
                Ok(Value::Bool(_)) => {}
                Ok(_) => return Err("a condition gives true or false".into()),
                Err(e) => return Err(format!("fails when it is used: {e}")),
            }
        }
        Ok(condition)
    }

    fn context(&self, asking: &Asking) -> Context<'static, 'static> {
        let mut c = Context::with_env(Arc::clone(&self.env));
        c.add_variable_from_value("actor", actor_value(asking.actor));
        c.add_variable_from_value("subject", subject_value(asking.subject));
        c.add_variable_from_value("dossier", asking.case.map_or(Value::Null, case_value));
        c.add_variable_from_value("purpose", Value::from(asking.purpose));
        c
    }

    pub(crate) fn rules(&self, role: &str, purpose: &str) -> &[Rule] {
        self.rules.get(role).and_then(|r| r.get(purpose)).map_or(&[], Vec::as_slice)
    }

    /// The items of the list that no rule lets this asking read. A condition that fails refuses.
    pub(crate) fn refused<'i>(
        &self,
        role: &str,
        asking: &Asking,
        items: &[&'i str],
    ) -> Vec<&'i str> {
        let mut left = items.to_vec();
        let mut context = None;
        for rule in self.rules(role, asking.purpose) {
            if left.is_empty() {
                break;
            }
            if !left.iter().any(|i| rule.covers(i)) {
                continue;
            }
            let holds = rule.when.as_ref().is_none_or(|c| {
                let context = context.get_or_insert_with(|| self.context(asking));
                matches!(c.program.execute(context), Ok(Value::Bool(true)))
            });
            if holds {
                left.retain(|i| !rule.covers(i));
            }
        }
        left
    }

    pub(crate) fn roles(&self) -> Vec<&str> {
        self.rules.keys().map(String::as_str).collect()
    }

    pub(crate) fn matrix(&self) -> String {
        let mut out = String::new();
        for (role, purposes) in &self.rules {
            let _ = writeln!(out, "{role}");
            for (purpose, rules) in purposes {
                for rule in rules {
                    let items: Vec<&str> = rule.items.iter().map(String::as_str).collect();
                    let _ = writeln!(out, "  {purpose}: {}", items.join(" "));
                    if let Some(when) = rule.when() {
                        let _ = writeln!(out, "    when {when}");
                    }
                }
            }
        }
        out
    }
}

fn text(v: Option<&str>) -> Value {
    v.map_or(Value::Null, Value::from)
}

fn map(fields: Vec<(&str, Value)>) -> Value {
    let map: HashMap<String, Value> = fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    Value::from(map)
}

fn actor_value(a: &Actor) -> Value {
    let at = a.appointment.as_ref();
    map(vec![
        ("person", text(a.person.as_ref().map(PersonalId::as_str))),
        ("post", text(at.map(|x| x.post.as_str()))),
        ("agency", text(at.map(|x| x.agency.as_str()))),
        ("place", text(at.map(|x| x.place.as_str()))),
        ("level", Value::Int(a.level.number())),
        ("acting_for", text(a.acting_for.as_ref().map(|x| x.person.as_str()))),
    ])
}

fn subject_value(s: &Subject) -> Value {
    map(vec![
        ("pid", text(s.pid.as_deref())),
        ("commune", text(s.commune.as_deref())),
        ("province", text(s.province.as_deref())),
        ("stay_commune", text(s.stay_commune.as_deref())),
        ("minor", Value::Bool(s.minor)),
        ("dead", Value::Bool(s.dead)),
        ("guardians", Value::from(s.guardians.clone())),
    ])
}

fn case_value(c: &Case) -> Value {
    map(vec![
        ("code", Value::from(c.code.as_str())),
        ("place", Value::from(c.place.as_str())),
        ("purpose", Value::from(c.purpose.as_str())),
        ("open", Value::Bool(c.open)),
    ])
}

/// Names and fields a condition uses must exist: `actor.plcae` is a mistake, not a refusal.
fn check_names(text: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (name, fields) in NAMES {
        let mut rest = text;
        while let Some(at) = rest.find(name) {
            let before = rest[..at].chars().next_back();
            let after = &rest[at + name.len()..];
            rest = after;
            if before.is_some_and(|c| word(c) || c == '.') {
                continue;
            }
            if let Some(field) = after.strip_prefix('.') {
                let field: String = field.chars().take_while(|c| word(*c)).collect();
                if !fields.contains(&field.as_str()) {
                    return Err(format!("`{name}` has no `{field}`; it has {}", fields.join(", ")));
                }
            }
        }
    }
    Ok(())
}

fn samples() -> Vec<(Actor, Subject, Option<Case>)> {
    let mut officer = Actor::system("sample");
    officer.appointment = Some(kernel::Appointment {
        id: "a".into(),
        agency: "A".into(),
        agency_name: kernel::Localized::default(),
        post: "p".into(),
        post_name: kernel::Localized::default(),
        place: "00000".into(),
    });
    let case = |open| Case { code: "d".into(), place: "00000".into(), purpose: "x".into(), open };
    let full = Subject {
        pid: Some("000000000000".into()),
        commune: Some("00000".into()),
        province: Some("00".into()),
        stay_commune: Some("00001".into()),
        minor: true,
        dead: false,
        guardians: vec!["000000000001".into()],
    };
    let system = Actor::system("sample");
    vec![
        (officer.clone(), full.clone(), Some(case(true))),
        (officer.clone(), full.clone(), Some(case(false))),
        (officer, Subject::default(), None),
        (system.clone(), full, None),
        (system, Subject::default(), Some(case(true))),
    ]
}

fn expand(
    file: &LawFile,
    role: &str,
    items: &[Spanned<String>],
    purpose: &Purpose,
    population: &Population,
    faults: &mut Vec<Fault>,
) -> BTreeSet<String> {
    let own = role == "self" || role.starts_with("acting.") || role == "member";
    let mut out = BTreeSet::new();
    for item in items {
        let at = item.span().start;
        match item.get_ref().as_str() {
            "*" => {
                let all = purpose.items.iter().filter(|i| !i.starts_with("dwelling."));
                for id in all {
                    if !own && population.item(id).is_some_and(|i| i.sensitive) {
                        let what =
                            format!("`*` would give `{role}` the sensitive item `{id}`: name it");
                        faults.push(Fault::at(file, at, what));
                    }
                    out.insert(id.clone());
                }
            }
            "dwelling.*" => {
                out.extend(purpose.items.iter().filter(|i| i.starts_with("dwelling.")).cloned());
            }
            id if purpose.items.contains(id) => {
                out.insert(id.to_owned());
            }
            id => {
                let what = format!("purpose `{}` does not cover `{id}`", purpose.id);
                faults.push(Fault::at(file, at, what));
            }
        }
    }
    out
}
