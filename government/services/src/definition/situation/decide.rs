//! What follows from a request: who is asked, what is brought, what it costs, how long it may take, who
//! decides, what is written.

use super::Situation;
use crate::definition::expressions::Value;
use crate::definition::model::{Channel, Evidence, Fee, Limit, Need, Outcome, Write};
use crate::definition::routing::Route;
use kernel::calendar::Budget;
use kernel::{CommuneCode, Error, Instant, Localized, PersonalId, Result, Vnd};
use serde_json::{Map, Value as Json};

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
}
