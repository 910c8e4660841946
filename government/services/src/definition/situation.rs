//! One request as it stands: a procedure, a day, facts and answers. Everything a page or a command
//! wants to know about it is asked here; nothing here reads a clock, a register or a database.
//!
//! The day is the day of filing: later decisions build the situation again with that day, so that
//! they come out the same.

use super::answers::{self, Against};
use super::errors::{ANSWER_RULE, CHECK_FAILED};
use super::expressions::{Expr, Scope, Value};
use super::facts;
use super::load::Procedure;
use super::model::{
    Ask, AskKind, Case, Channel, Check, Evidence, Fee, Limit, Need, Outcome, Register, Sentence,
    Write,
};
use super::routing::Route;
use super::typing::placeholders;
use kernel::calendar::Budget;
use kernel::error::ANSWER_MISSING;
use kernel::{CommuneCode, Date, Error, FieldError, Instant, Localized, PersonalId, Result, Vnd};
use serde_json::{Map, Value as Json};
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

/// A question as a page shows it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The question.
    pub ask: &'a Ask,
    /// What was answered so far, as stored; null if nothing.
    pub given: &'a Json,
    /// The answer proposed, while nothing was answered.
    pub proposed: Option<&'a Json>,
    /// What can be chosen, ticked or picked.
    pub options: Vec<Opt>,
    /// What is wrong with the answer.
    pub error: Option<&'a FieldError>,
}

/// One option of a question.
#[derive(Clone, Debug)]
pub struct Opt {
    /// Its value.
    pub id: String,
    /// As shown.
    pub label: Localized,
    /// A word of help.
    pub hint: Option<Localized>,
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

/// Consent that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentNeeded {
    /// Its id in the file.
    pub id: String,
    /// Who is asked: number and name.
    pub people: Vec<(PersonalId, String)>,
    /// Whether all of them must agree, or one.
    pub need: Need,
    /// What they agree to.
    pub text: Localized,
    /// Why they are asked.
    pub basis: String,
    /// Days until the question lapses.
    pub days: i64,
}

/// The fee by one channel.
#[derive(Clone, Debug)]
pub struct FeeQuote<'a> {
    /// The channel.
    pub channel: Channel,
    /// The amount due.
    pub vnd: Vnd,
    /// The row of the fee table.
    pub row: &'a Fee,
    /// How many it is counted for: 1, or the number of people.
    pub count: i64,
}

/// An operation of a register, ready to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct WritePlan {
    /// The operation.
    pub op: String,
    /// Its arguments; an argument that is not there is null.
    pub args: Json,
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
                (json, super::expressions::Type::List(one)) => {
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
        let options = option_ids(ask, &library);
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

    /// The questions to show, given what has been answered so far.
    pub fn questions(&self) -> Vec<Question<'_>> {
        let all = self.procedure.file().ask.iter().zip(&self.asked);
        all.filter(|(_, a)| a.visible).map(|(ask, a)| self.question(ask, a)).collect()
    }

    fn question<'a>(&'a self, ask: &'a Ask, a: &'a Asked) -> Question<'a> {
        let error = self.errors.iter().find(|e| e.field.split('.').next() == Some(&ask.id));
        let proposed = a.proposed.as_ref().filter(|_| a.given.is_null());
        let library = self.procedure.library();
        let options = match &ask.kind {
            AskKind::Choice => ask
                .options
                .iter()
                .map(|o| Opt { id: o.id.clone(), label: o.label.clone(), hint: None })
                .collect(),
            AskKind::Code(list) => library.codes.get(list).map_or(Vec::new(), |l| {
                let kept = l.code.iter().filter(|c| !ask.except.contains(&c.id));
                kept.map(|c| Opt { id: c.id.clone(), label: c.label.clone(), hint: c.hint.clone() })
                    .collect()
            }),
            AskKind::Pick(_) => a
                .people
                .iter()
                .filter_map(|p| {
                    let name = p.field("name").text()?;
                    let birth = p.field("birth").date().map(kernel::time::day);
                    let hint = birth.map(|b| Localized::new(b.clone(), b));
                    let id = p.field("pid").text()?.to_owned();
                    Some(Opt { id, label: Localized::new(name, name), hint })
                })
                .collect(),
            _ => Vec::new(),
        };
        Question { ask, given: &a.given, proposed, options, error }
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

    /// The people whose consent is needed. Nobody is asked for their own request.
    pub fn consents(&self) -> Result<Vec<ConsentNeeded>> {
        let me = self.scope.get("known").field("applicant").field("pid").clone();
        let mut out = Vec::new();
        for c in self.procedure.consents().iter().map(|c| &c.row) {
            if !self.holds(c.when.as_ref())? {
                continue;
            }
            let who = match self.scope.value(&c.who) {
                Ok(who) => who,
                Err(e) if self.is_settled() => return Err(e),
                Err(_) => continue,
            };
            let one = std::slice::from_ref(&who);
            let list = if matches!(who, Value::List(_)) { who.list() } else { one };
            let mut people = Vec::new();
            for p in list.iter().filter(|p| *p.field("pid") != me) {
                let Some(pid) = p.field("pid").text() else { continue };
                let name = p.field("name").text().unwrap_or_default().to_owned();
                people.push((PersonalId::parse(pid)?, name));
            }
            if !people.is_empty() {
                out.push(ConsentNeeded {
                    id: c.id.clone(),
                    people,
                    need: c.need,
                    text: self.fill(&c.text),
                    basis: c.basis.clone(),
                    days: c.days,
                });
            }
        }
        Ok(out)
    }

    /// The papers that are needed, or may be added (`optional`).
    pub fn evidence(&self) -> Result<Vec<&Evidence>> {
        let mut out = Vec::new();
        for e in &self.procedure.file().evidence {
            if self.holds(e.when.as_ref())? {
                out.push(e);
            }
        }
        Ok(out)
    }

    /// The row of the fee table that applies.
    fn fee_row(&self) -> Result<&Fee> {
        for fee in &self.procedure.file().fee {
            if self.holds(fee.when.as_ref())? {
                return Ok(fee);
            }
        }
        Err(Error::bug("fee table without a last row"))
    }
    /// The fee by each open channel, to be compared.
    pub fn fees(&self) -> Result<Vec<FeeQuote<'_>>> {
        let row = self.fee_row()?;
        let count = match &row.count {
            None => 1,
            Some(count) => match self.scope.value(count) {
                Ok(Value::Int(n)) => n.max(0),
                Err(e) if self.is_settled() => return Err(e),
                _ => 1,
            },
        };
        let quote = |channel: &Channel| {
            let unit = row.vnd.get(channel).copied().unwrap_or(0);
            FeeQuote { channel: *channel, vnd: Vnd(unit.saturating_mul(count)), row, count }
        };
        Ok(self.procedure.file().channels.iter().map(quote).collect())
    }
    /// The fee by the channel of this request.
    pub fn fee(&self) -> Result<FeeQuote<'_>> {
        let quotes = self.fees()?;
        let own = quotes.into_iter().find(|q| q.channel == self.channel);
        own.ok_or_else(|| Error::bug("no fee for an open channel"))
    }

    /// The time limit that applies, and as the calendar takes it.
    pub fn limit(&self) -> Result<(&Limit, Budget)> {
        for limit in &self.procedure.file().clock.limit {
            if self.holds(limit.when.as_ref())? {
                let budget = limit.budget().ok_or_else(|| Error::bug("limit without a unit"))?;
                return Ok((limit, budget));
            }
        }
        Err(Error::bug("no limit applies"))
    }

    /// Who decides. `Ok(None)` while the place is not known yet.
    pub fn route(&self) -> Result<Option<Route>> {
        let decider = &self.procedure.file().decider;
        let commune = match self.scope.value(&decider.at) {
            Ok(v) => v,
            Err(e) if self.is_settled() => return Err(e),
            Err(_) => return Ok(None),
        };
        let Some(code) = commune.text() else { return Ok(None) };
        let commune = CommuneCode::parse(code)?;
        self.procedure.library().route(&decider.role, &commune, self.today).map(Some)
    }

    /// What a result writes into registers.
    pub fn writes(&self, list: &[Write]) -> Result<Vec<WritePlan>> {
        let mut out = Vec::new();
        for w in list {
            if !self.holds(w.when.as_ref())? {
                continue;
            }
            let mut args = Map::new();
            for (name, value) in &w.with {
                args.insert(name.clone(), self.scope.value(value)?.to_json());
            }
            out.push(WritePlan { op: w.op.clone(), args: Json::Object(args) });
        }
        Ok(out)
    }

    /// The letter's own variables, nested by their dots: `{"result": {"kind": "registered"}}`.
    /// `filed_at` is the moment of filing, which some letters say.
    pub fn letter(&self, outcome: &Outcome, filed_at: Instant) -> Result<Json> {
        let mut scope = self.scope.clone();
        scope.set("filed_at", Value::Text(filed_at.rfc3339()));
        let mut out = Json::Object(Map::new());
        for (name, value) in &outcome.letter {
            let value = scope.value(value)?.to_json();
            let mut at = &mut out;
            for part in name.split('.') {
                if !at.is_object() {
                    *at = Json::Object(Map::new());
                }
                at = &mut at[part];
            }
            *at = value;
        }
        self.say_relations(&mut out);
        Ok(out)
    }

    /// In letters a relation to the head of household is said in words, not by its code.
    fn say_relations(&self, json: &mut Json) {
        match json {
            Json::Object(map) => {
                for (key, value) in map.iter_mut() {
                    match value.as_str() {
                        Some(code) if key == "relation" => {
                            let label = self.procedure.library().label("household-relation", code);
                            *value = Json::String(label.vi);
                        }
                        _ => self.say_relations(value),
                    }
                }
            }
            Json::Array(list) => list.iter_mut().for_each(|v| self.say_relations(v)),
            _ => {}
        }
    }

    /// The answers of the questions that were asked, as checked: what is stored with the dossier.
    pub fn answers(&self) -> Json {
        let file = self.procedure.file();
        let mut out = Map::new();
        for (ask, a) in file.ask.iter().zip(&self.asked).filter(|(_, a)| a.visible) {
            let value = self.scope.get("ask").field(&ask.id);
            let json = match &ask.kind {
                AskKind::Pick(_) => {
                    let pids = value.list().iter().map(|p| p.field("pid").to_json());
                    Json::Array(pids.collect())
                }
                _ => value.to_json(),
            };
            out.insert(ask.id.clone(), if json.is_null() { a.given.clone() } else { json });
        }
        Json::Object(out)
    }

    /// An answer as people read it: label of a code, `dd/MM/yyyy`, names. Empty if not answered.
    pub fn shown(&self, ask: &Ask) -> Localized {
        let value = self.scope.get("ask").field(&ask.id);
        let same = |s: String| Localized::new(s.clone(), s);
        match (&ask.kind, value.text()) {
            (AskKind::Code(list), Some(code)) => self.procedure.library().label(list, code),
            (AskKind::Choice, Some(id)) => ask
                .options
                .iter()
                .find(|o| o.id == id)
                .map_or_else(Localized::default, |o| o.label.clone()),
            (AskKind::Money, _) => match value {
                Value::Int(n) => same(Vnd(*n).to_string()),
                _ => Localized::default(),
            },
            _ => same(value.shown()),
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

fn option_ids<'a>(ask: &'a Ask, library: &'a super::library::Library) -> Vec<&'a str> {
    match &ask.kind {
        AskKind::Choice => ask.options.iter().map(|o| o.id.as_str()).collect(),
        AskKind::Code(list) => {
            let codes = library.codes.get(list).map_or(&[][..], |l| &l.code);
            codes
                .iter()
                .map(|c| c.id.as_str())
                .filter(|c| !ask.except.iter().any(|e| e == c))
                .collect()
        }
        _ => Vec::new(),
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

/// What the runtime knows of a dossier that waits for an automatic step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signals {
    /// Every check holds.
    pub checks: bool,
    /// Every consent asked for was given.
    pub consents: bool,
    /// Somebody refused.
    pub consent_refused: bool,
    /// Somebody did not answer in time.
    pub consent_expired: bool,
    /// The fee is paid, or there is none.
    pub paid: bool,
    /// Every paper that is needed is there.
    pub evidence: bool,
}

impl Procedure {
    /// The automatic action that is due in a state, and where it leads. Of several, the first in the
    /// order of [`super::check::ACTIONS`].
    pub fn automatic(&self, state: &str, signals: &Signals) -> Result<Option<(&str, &str)>> {
        let Some(step) = self.step(state).filter(|s| s.who == "system") else { return Ok(None) };
        let mut scope = Scope::new(self.file().valid.from.0, Arc::default());
        for (name, value) in [
            ("checks", signals.checks),
            ("consents", signals.consents),
            ("consent_refused", signals.consent_refused),
            ("consent_expired", signals.consent_expired),
            ("paid", signals.paid),
            ("evidence", signals.evidence),
        ] {
            scope.set(name, Value::Bool(value));
        }
        for action in super::check::ACTIONS {
            let (Some((name, when)), Some(to)) =
                (step.auto.get_key_value(action), step.goes(action))
            else {
                continue;
            };
            if scope.holds(when)? {
                return Ok(Some((name, to)));
            }
        }
        Ok(None)
    }

    /// Facts to read when the form opens.
    pub fn first_reads(&self) -> Vec<Read> {
        let facts = self.file().known.facts.iter().filter(|(_, f)| f.of == "login");
        facts
            .map(|(group, f)| Read {
                group: group.clone(),
                from: f.from,
                items: f.items.clone(),
                of: Subject::Login,
            })
            .collect()
    }

    /// The fee table of a case by channel, as far as the case alone decides it: what the start page
    /// shows to everybody. Exemptions that may apply come first.
    pub fn fee_table(&self, case: &str) -> (Vec<&Fee>, Option<&Fee>) {
        let mut exemptions = Vec::new();
        for fee in &self.file().fee {
            match fee.when.as_ref().map_or(Some(true), |w| super::check::decided(w, case)) {
                Some(true) => return (exemptions, Some(fee)),
                Some(false) => {}
                None => exemptions.push(fee),
            }
        }
        (exemptions, None)
    }
    /// The time limits of a case: more than one if something else decides too.
    pub fn limits(&self, case: &str) -> Vec<(&Limit, Budget)> {
        let mut out = Vec::new();
        for limit in &self.file().clock.limit {
            let applies =
                limit.when.as_ref().map_or(Some(true), |w| super::check::decided(w, case));
            if applies != Some(false) {
                out.extend(limit.budget().map(|b| (limit, b)));
            }
            if applies == Some(true) {
                break;
            }
        }
        out
    }
}
