//! One request as it stands: a procedure, a day, facts and answers. Everything a page or a command
//! wants to know about it is asked here; nothing here reads a clock, a register or a database.
//!
//! The day is the day of filing: later decisions build the situation again with that day, so that
//! they come out the same.

mod decide;
mod form;
mod standing;

pub use decide::{ConsentNeeded, FeeQuote, WritePlan};
pub use form::{Opt, Question};
pub use standing::Signals;

use super::answers::{self, Against};
use super::errors::{ANSWER_RULE, CHECK_FAILED};
use super::expressions::{Expr, Scope, Type, Value};
use super::facts;
use super::load::Procedure;
use super::model::{Ask, AskKind, Case, Channel, Check, Register, Sentence};
use super::typing::placeholders;
use kernel::error::ANSWER_MISSING;
use kernel::{Date, Error, FieldError, Localized, PersonalId, Result};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a situation is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The day of filing (today, while the form is open).
    pub today: Date,
    /// How it is filed.
    pub channel: Channel,
    /// The case chosen on the start page, or empty.
    pub chosen: &'a str,
    /// Facts by group: `{"applicant": {item: value}, "dwelling": {…}}`. Groups not read yet are
    /// left out; null while nobody is signed in.
    pub known: &'a Json,
    /// Answers by question, as [`answers::from_form`] makes them.
    pub answers: &'a Json,
}

/// A request as it stands.
#[derive(Debug)]
pub struct Situation {
    procedure: Arc<Procedure>,
    scope: Scope,
    today: Date,
    channel: Channel,
    case: usize,
    asked: Vec<Asked>,
    errors: Vec<FieldError>,
    reads: Vec<Read>,
    checks: Vec<Option<bool>>,
}

#[derive(Debug)]
struct Asked {
    visible: bool,
    given: Json,
    proposed: Option<Json>,
    people: Vec<Value>,
}

/// Facts to be read before the form can go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The group: the key of the facts in [`Inputs::known`].
    pub group: String,
    /// The register.
    pub from: Register,
    /// Which items.
    pub items: Vec<String>,
    /// About whom or what.
    pub of: Subject,
}

/// About whom or what facts are read.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// The person whose matter it is.
    Login,
    /// The place of an answer: the address as JSON.
    Place(Json),
    /// The people of an answer.
    People(Vec<PersonalId>),
}

/// How one check of the procedure came out.
#[derive(Clone, Debug)]
pub struct CheckOutcome<'a> {
    /// The check.
    pub check: &'a Check,
    /// Whether it holds; none if it does not apply or cannot be said yet.
    pub holds: Option<bool>,
    /// What is said if it does not hold; empty while it does.
    pub sentence: Localized,
}

impl Situation {
    /// Looks at a request. Facts that do not have the register's shape are our mistake.
    pub fn new(procedure: &Arc<Procedure>, inputs: Inputs) -> Result<Self> {
        let mut scope = Scope::new(inputs.today, procedure.library().tables.clone());
        scope.set("channel", Value::Text(inputs.channel.to_string()));
        scope.set("chosen", Value::Text(inputs.chosen.to_owned()));
        scope.set("ask", Value::Record(BTreeMap::new()));
        let mut s = Self {
            procedure: procedure.clone(),
            scope,
            today: inputs.today,
            channel: inputs.channel,
            case: 0,
            asked: Vec::new(),
            errors: Vec::new(),
            reads: Vec::new(),
            checks: vec![None; procedure.checks().len()],
        };
        s.take_groups("login", &Value::Bool(true), inputs.known)?;
        s.run_checks(true);
        for ask in &procedure.file().ask {
            s.take_answer(ask, inputs.answers, inputs.known)?;
        }
        s.case = s.find_case(inputs.chosen);
        s.scope.set("case", Value::Text(s.case().id.clone()));
        s.run_checks(false);
        Ok(s)
    }

    /// Facts about one subject, once it is known; otherwise nothing, and a note that they are needed.
    fn take_groups(&mut self, of: &str, subject: &Value, known: &Json) -> Result<()> {
        let procedure = self.procedure.clone();
        for (name, fact) in procedure.file().known.facts.iter().filter(|(_, f)| f.of == of) {
            let Some(t) = procedure.group_type(name) else { continue };
            let misfit = |what: String| Error::bug(format_args!("facts {name}: {what}"));
            // facts about an answer that is not there (any more) do not count
            let given = if subject.is_null() { &Json::Null } else { &known[name] };
            let value = match (given, t) {
                (Json::Null, _) => {
                    if !subject.is_null() {
                        self.reads.push(Read {
                            group: name.clone(),
                            from: fact.from,
                            items: fact.items.clone(),
                            of: subject_of(subject),
                        });
                    }
                    facts::nothing(t)
                }
                (json, Type::List(one)) => {
                    let list = json.as_array().ok_or_else(|| misfit("no list".to_owned()))?;
                    let each = list.iter().map(|j| facts::group_value(fact, one, j));
                    Value::List(each.collect::<std::result::Result<_, _>>().map_err(misfit)?)
                }
                (json, t) => facts::group_value(fact, t, json).map_err(misfit)?,
            };
            self.scope.put("known", name, value);
        }
        Ok(())
    }

    fn take_answer(&mut self, ask: &Ask, answers: &Json, known: &Json) -> Result<()> {
        let visible = self.holds_now(ask.when.as_ref()) == Some(true);
        let given = if visible { answers[&ask.id].clone() } else { Json::Null };
        let people = match &ask.kind {
            AskKind::Pick(from) if visible => {
                self.scope.value(from).map(|v| v.list().to_vec()).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let default = ask.default.as_ref().filter(|_| visible);
        let proposed = default.and_then(|d| self.scope.value(d).ok()).map(|v| v.to_json());
        let proposed = proposed.filter(|j| !j.is_null());
        let library = self.procedure.library().clone();
        let options = form::option_ids(ask, &library);
        let against = Against { today: self.today, options, people: &people };
        let read = answers::read(ask, &given, &against);
        let many = matches!(ask.kind, AskKind::Pick(_) | AskKind::People);
        let mut value = match read {
            Ok(Some(v)) => v,
            Ok(None) if many => Value::List(Vec::new()),
            Ok(None) => Value::Null,
            Err(e) => {
                self.errors.push(e);
                if many { Value::List(Vec::new()) } else { Value::Null }
            }
        };
        let empty = value.is_null() || (many && value.list().is_empty());
        let wanted = visible && !ask.optional && (!many || ask.min.unwrap_or(0) > 0);
        let erred = self.errors.last().is_some_and(|e| e.field.split('.').next() == Some(&ask.id));
        if empty && wanted && !erred {
            self.errors.push(FieldError::new(&ask.id, ANSWER_MISSING));
        }
        if let Some(check) = ask.check.as_ref().filter(|_| !empty) {
            self.scope.set("self", value.clone());
            if self.holds_now(Some(check)) == Some(false) {
                let words = ask.else_.as_ref().map(Sentence::words).unwrap_or_default();
                let sentence = self.fill(&words);
                self.errors.push(FieldError::new(&ask.id, ANSWER_RULE).saying(sentence));
                value = if many { Value::List(Vec::new()) } else { Value::Null };
            }
            self.scope.set("self", Value::Null);
        }
        self.scope.put("ask", &ask.id, value.clone());
        self.asked.push(Asked { visible, given, proposed, people });
        let subject = if many && value.list().is_empty() { Value::Null } else { value };
        self.take_groups(&format!("ask.{}", ask.id), &subject, known)
    }

    fn find_case(&self, chosen: &str) -> usize {
        let cases = &self.procedure.file().case;
        let picked = cases.iter().position(|c| c.chosen && c.id == chosen);
        let fits = |c: &Case| !c.chosen && self.holds_now(c.when.as_ref()) == Some(true);
        picked.or_else(|| cases.iter().position(fits)).unwrap_or(cases.len().saturating_sub(1))
    }

    fn run_checks(&mut self, before: bool) {
        let procedure = self.procedure.clone();
        let rows = procedure.checks().iter().map(|c| &c.row).enumerate();
        for (i, c) in rows.filter(|(_, c)| c.before == before) {
            self.checks[i] = match self.holds_now(c.when.as_ref()) {
                Some(true) => self.holds_now(Some(&c.that)),
                _ => None,
            };
        }
    }

    /// Whether a condition holds, as far as that can be said already.
    fn holds_now(&self, when: Option<&Expr>) -> Option<bool> {
        self.scope.holds_or_none(when).ok()
    }

    /// Whether a condition holds. Before the form is complete, what cannot be said yet does not;
    /// after that, not being able to say is our mistake.
    fn holds(&self, when: Option<&Expr>) -> Result<bool> {
        match self.scope.holds_or_none(when) {
            Err(e) if self.is_settled() => Err(e),
            other => Ok(other.unwrap_or(false)),
        }
    }

    /// The procedure.
    pub fn procedure(&self) -> &Arc<Procedure> {
        &self.procedure
    }
    /// How it is filed.
    pub fn channel(&self) -> Channel {
        self.channel
    }
    /// The case.
    pub fn case(&self) -> &Case {
        &self.procedure.file().case[self.case]
    }

    /// What is wrong with the answers, in the order of the questions.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
    /// Facts that have to be read (and the situation built again) before the form can go on.
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }
    /// Answered in full, and every fact read.
    pub fn is_complete(&self) -> bool {
        self.errors.is_empty() && self.reads.is_empty()
    }
    /// Complete, and every check that stops somebody holds.
    pub fn is_settled(&self) -> bool {
        self.is_complete() && self.rows().all(|(c, holds)| c.warn || holds != Some(false))
    }

    fn rows(&self) -> impl Iterator<Item = (&Check, Option<bool>)> {
        let rows = self.procedure.checks().iter().map(|c| c.row.as_ref());
        rows.zip(self.checks.iter().copied())
    }
    /// The checks, in order, and how they came out.
    pub fn checks(&self) -> Vec<CheckOutcome<'_>> {
        self.rows()
            .map(|(check, holds)| CheckOutcome {
                check,
                holds,
                sentence: match holds {
                    Some(false) => self.fill(&check.else_.words()),
                    _ => Localized::default(),
                },
            })
            .collect()
    }
    /// Why the form need not be opened at all: checks on the start page that do not hold.
    pub fn obstacles(&self) -> Vec<CheckOutcome<'_>> {
        let failed = |c: &CheckOutcome| c.check.before && !c.check.warn && c.holds == Some(false);
        self.checks().into_iter().filter(failed).collect()
    }
    /// Everything that stands in the way of filing: wrong answers, then failed checks, each under
    /// the field `check.ID` with the file's sentence.
    pub fn problems(&self) -> Vec<FieldError> {
        let mut all = self.errors.clone();
        for c in self.checks().into_iter().filter(|c| !c.check.warn && c.holds == Some(false)) {
            let field = format!("check.{}", c.check.id);
            all.push(FieldError::new(field, CHECK_FAILED).saying(c.sentence));
        }
        all
    }
    /// May be filed: no problem, nothing left to read. The error has every problem at once.
    pub fn ready(&self) -> Result<()> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(Error::fields(problems));
        }
        if let Some(read) = self.reads.first() {
            return Err(Error::bug(format_args!("facts {} were not read", read.group)));
        }
        let undecided = |(c, holds): &(&Check, Option<bool>)| {
            holds.is_none() && self.holds_now(c.when.as_ref()) != Some(false)
        };
        match self.rows().find(undecided) {
            Some((c, _)) => Err(Error::bug(format_args!("check {} has no outcome", c.id))),
            None => Ok(()),
        }
    }

    /// Puts values into a sentence.
    fn fill(&self, text: &Localized) -> Localized {
        let fill = |text: &str| {
            let mut out = text.to_owned();
            for inside in placeholders(text) {
                let value = self.scope.value(&Expr::new(inside)).map(|v| v.shown());
                out = out.replace(&format!("{{{inside}}}"), &value.unwrap_or_default());
            }
            out
        };
        Localized::new(fill(&text.vi), fill(&text.en))
    }
}

fn subject_of(value: &Value) -> Subject {
    match value {
        Value::List(people) => Subject::People(
            people.iter().filter_map(|p| PersonalId::parse(p.field("pid").text()?).ok()).collect(),
        ),
        Value::Record(_) => Subject::Place(value.to_json()),
        _ => Subject::Login,
    }
}
