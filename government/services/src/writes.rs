//! Operations of the registers that a result writes: arguments as JSON on one side, the registers'
//! commands on the other. Knows operations, never procedures.

use crate::definition::WritePlan;
use crate::definition::operations::operation;
use kernel::{Actor, CommuneCode, Date, DossierCode, Error, PersonalId, Result};
use registers::residence::{self, AbsenceInput, Destination, StayInput, TemporaryInput};
use registers::{Companion, Join, Law, Source, Where, population};
use serde_json::Value as Json;
use store::WriteTx;

/// Does it, in the transaction of the decision.
pub fn apply(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    dossier: &DossierCode,
    consents: &[PersonalId],
    write: &WritePlan,
) -> Result<()> {
    let a = Args { of: &write.args, op: &write.op };
    let source = Source::dossier(dossier);
    match write.op.as_str() {
        "residence.register_temporary" => {
            let input = temporary(&a, tx.now().date(), consents)?;
            residence::register_temporary(tx, law, actor, &input, &source).map(drop)
        }
        "residence.register_list" => register_list(tx, law, actor, &a, consents, &source),
        "residence.extend_temporary" => {
            let people = [a.pid("person")?];
            residence::extend_temporary(tx, actor, &people, a.date("until")?, &source).map(drop)
        }
        "residence.extend_list" => {
            let people = a.people("people")?;
            residence::extend_temporary(tx, actor, &people, a.date("until")?, &source).map(drop)
        }
        "residence.remove_temporary" => {
            let people = [a.pid("person")?];
            let (on, why) = (a.date("on")?, a.text("reason")?);
            residence::remove_temporary(tx, actor, &people, on, why, &source)
        }
        "residence.declare_absence" => {
            let input = absence(&a)?;
            residence::declare_absence(tx, actor, &input, &source).map(drop)
        }
        "residence.notify_stay" => notify_stay(tx, actor, &a, &source),
        "population.amend" => {
            let (item, today) = (a.text("item")?, tx.now().date());
            let value = a.text("date").or_else(|_| a.text("text"))?;
            let value = Json::from(value);
            population::amend(tx, law, actor, &a.pid("person")?, item, value, today, &source)
        }
        "population.dispute" => {
            let (pid, item) = (a.pid("person")?, a.text("item")?);
            population::dispute(tx, law, actor, &pid, item, Some(dossier))
        }
        "population.uphold" | "population.drop_dispute" => {
            let outcome = match write.op.as_str() {
                "population.uphold" => population::Outcome::Upheld,
                _ => population::Outcome::Withdrawn,
            };
            let pid = a.pid("person")?;
            population::settle_dispute(tx, actor, &pid, a.text("item")?, outcome, &source)
        }
        other => Err(Error::bug(format_args!("no operation {other}"))),
    }
}

/// Arguments as the definition's expressions gave them.
struct Args<'a> {
    of: &'a Json,
    op: &'a str,
}

impl Args<'_> {
    fn missing(&self, name: &str) -> Error {
        Error::bug(format_args!("{}: argument {name}", self.op))
    }
    /// An argument; asking for one that the operation does not declare is our mistake.
    fn get(&self, name: &str) -> Result<&Json> {
        let declared = operation(self.op)
            .is_some_and(|o| o.arguments.iter().any(|(argument, _, _)| *argument == name));
        if declared {
            Ok(&self.of[name])
        } else {
            Err(Error::bug(format!("{}: no argument {name}", self.op)))
        }
    }
    fn text(&self, name: &str) -> Result<&str> {
        self.get(name)?.as_str().ok_or_else(|| self.missing(name))
    }
    fn pid(&self, name: &str) -> Result<PersonalId> {
        PersonalId::parse(self.text(name)?)
    }
    fn date(&self, name: &str) -> Result<Date> {
        self.text(name)?.parse().map_err(|_| self.missing(name))
    }
    fn people(&self, name: &str) -> Result<Vec<PersonalId>> {
        let rows = self.get(name)?.as_array().map_or(&[][..], Vec::as_slice);
        rows.iter()
            .filter_map(|r| r["pid"].as_str().or(r.as_str()))
            .map(PersonalId::parse)
            .collect()
    }
    /// A dwelling the register knows, else the address, which may become one.
    fn place(&self, name: &str) -> Result<Where> {
        let address = self.get(name)?;
        if let Some(id) = address["dwelling"].as_str() {
            return Ok(Where::Dwelling(id.into()));
        }
        let commune = address["commune"].as_str().ok_or_else(|| self.missing(name))?;
        let line = address["line"].as_str().unwrap_or_default().to_owned();
        Ok(Where::Given { commune: CommuneCode::parse(commune)?, line })
    }
}

fn temporary(a: &Args, since: Date, consents: &[PersonalId]) -> Result<TemporaryInput> {
    let join = match a.text("household") {
        Ok(household) if a.text("join").is_ok_and(|j| j == "join") => Join::Household {
            household: household.into(),
            relation: a.text("relation")?.to_owned(),
        },
        _ => Join::New,
    };
    let rows = a.get("with")?.as_array().map_or(&[][..], Vec::as_slice);
    let with = rows.iter().map(|r| {
        let text = |k: &str| r[k].as_str().ok_or_else(|| a.missing("with"));
        Ok(Companion {
            person: PersonalId::parse(text("pid")?)?,
            relation: text("relation")?.to_owned(),
        })
    });
    Ok(TemporaryInput {
        person: a.pid("person")?,
        with: with.collect::<Result<_>>()?,
        to: a.place("address")?,
        join,
        since,
        until: a.date("until")?,
        consents: consents.to_vec(),
    })
}

fn absence(a: &Args) -> Result<AbsenceInput> {
    let to = a.get("destination")?;
    let text = |k: &str| to[k].as_str().filter(|t| !t.is_empty());
    Ok(AbsenceInput {
        person: a.pid("person")?,
        since: a.date("since")?,
        until: a.date("until").ok(),
        reason: a.text("reason")?.to_owned(),
        destination: Destination {
            commune: text("commune").map(CommuneCode::parse).transpose()?,
            line: text("line").map(str::to_owned),
            country: None,
        },
    })
}

/// Đăng ký tạm trú theo danh sách: one after another into the collective household.
fn register_list(
    tx: &mut WriteTx,
    law: &Law,
    actor: &Actor,
    a: &Args,
    consents: &[PersonalId],
    source: &Source,
) -> Result<()> {
    let (to, until, since) = (a.place("address")?, a.date("until")?, tx.now().date());
    for person in a.people("people")? {
        let input = TemporaryInput {
            person,
            with: Vec::new(),
            to: to.clone(),
            join: Join::Collective,
            since,
            until,
            consents: consents.to_vec(),
        };
        residence::register_temporary(tx, law, actor, &input, source)?;
    }
    Ok(())
}

/// Guests without a personal number (foreigners) stay in the dossier and its letter: the population
/// register holds no record of theirs.
fn notify_stay(tx: &mut WriteTx, actor: &Actor, a: &Args, source: &Source) -> Result<()> {
    let guests = a.people("guests")?;
    if guests.is_empty() {
        return Ok(());
    }
    let input = StayInput {
        guests,
        at: a.place("at")?,
        since: a.date("since")?,
        until: a.date("until")?,
        reason: a.text("reason")?.to_owned(),
    };
    residence::notify_stay(tx, actor, &input, source).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::operations::OPERATIONS;
    use serde_json::json;
    use store::{Clock, Store};

    /// Every operation a file may name is carried out, and asks for its own arguments only. An
    /// argument that is not there is said by name.
    #[test]
    fn every_operation_is_known_and_asks_for_what_it_declares() {
        let store = Store::open_with("sqlite::memory:", &[registers::SCHEMA], Clock::system());
        let store = store.expect("a store");
        let law = Law::load().expect("the law");
        for o in OPERATIONS {
            let mut given = json!({});
            for (name, _, needed) in o.arguments {
                let plan = WritePlan { op: o.id.to_owned(), args: given.clone() };
                let law = law.clone();
                let outcome = store.write(move |tx| {
                    let actor = Actor::system("test");
                    apply(tx, &law, &actor, &"H37.13594-261123-0001".into(), &[], &plan)
                });
                // Nobody to write about is no mistake; everything else is said by the argument's name.
                let e = outcome.err().map_or_else(String::new, |e| format!("{e:?}"));
                assert!(!e.contains("no operation") && !e.contains("no argument"), "{}: {e}", o.id);
                if *needed && given == json!({}) {
                    assert!(e.is_empty() || e.contains("argument"), "{}: {e}", o.id);
                }
                given[*name] = match *name {
                    "person" => json!("035066774231"),
                    "since" | "until" | "on" | "date" => json!("2026-11-23"),
                    "people" | "guests" => json!([{"pid": "035066774231"}]),
                    "with" => json!([{"pid": "035066774231", "relation": "child"}]),
                    "at" | "address" | "destination" => json!({"commune": "13594", "line": "x"}),
                    _ => json!("x"),
                };
            }
        }
    }
}
