//! Operations of the registers that a result writes: arguments as JSON on one side, the registers'
//! commands on the other. Knows operations, never procedures.

use crate::app::Env;
use crate::definition::WritePlan;
use crate::model::Dossier;
use kernel::{Actor, CommuneCode, Date, Error, PersonalId, Result};
use registers::residence::{self, AbsenceInput, Destination, StayInput, TemporaryInput};
use registers::{Companion, Join, Source, Where, dwellings, population};
use serde_json::Value as Json;
use store::WriteTx;

/// Does it, in the transaction of the decision.
pub fn apply(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    d: &Dossier,
    consents: &[PersonalId],
    write: &WritePlan,
) -> Result<()> {
    let a = Args { of: &write.args, op: &write.op };
    let source = Source::dossier(&d.code);
    let law = &env.law;
    match write.op.as_str() {
        "residence.register_temporary" => {
            let input = temporary(tx, &a, consents)?;
            residence::register_temporary(tx, law, actor, &input, &source).map(drop)
        }
        "residence.register_list" => register_list(tx, env, actor, &a, consents, &source),
        "residence.extend_temporary" => {
            let people = a.person_and_companions()?;
            residence::extend_temporary(tx, actor, &people, a.date("until")?, &source).map(drop)
        }
        "residence.remove_temporary" => {
            let people = a.person_and_companions()?;
            let (on, why) = (a.date("on")?, a.text("reason")?);
            residence::remove_temporary(tx, actor, &people, on, why, &source)
        }
        "residence.declare_absence" => {
            let input = AbsenceInput {
                person: a.pid("person")?,
                since: a.date("from")?,
                until: a.date("until").ok(),
                reason: a.text("kind")?.to_owned(),
                destination: Destination {
                    line: a.text("destination").ok().map(str::to_owned),
                    ..Destination::default()
                },
            };
            residence::declare_absence(tx, actor, &input, &source).map(drop)
        }
        "residence.notify_stay" => notify_stay(tx, actor, &a, &source),
        "population.correct" => {
            let (item, today) = (a.text("item")?, tx.now().date());
            let value = Json::from(a.text("value")?);
            population::amend(tx, law, actor, &a.pid("person")?, item, value, today, &source)
        }
        "population.uphold" => {
            let outcome = population::Outcome::Upheld;
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
    fn text(&self, name: &str) -> Result<&str> {
        self.of[name].as_str().ok_or_else(|| self.missing(name))
    }
    fn pid(&self, name: &str) -> Result<PersonalId> {
        PersonalId::parse(self.text(name)?)
    }
    fn date(&self, name: &str) -> Result<Date> {
        self.text(name)?.parse().map_err(|_| self.missing(name))
    }
    fn people(&self, name: &str) -> Result<Vec<PersonalId>> {
        let rows = self.of[name].as_array().map_or(&[][..], Vec::as_slice);
        rows.iter()
            .filter_map(|r| r["pid"].as_str().or(r.as_str()))
            .map(PersonalId::parse)
            .collect()
    }
    fn person_and_companions(&self) -> Result<Vec<PersonalId>> {
        let mut all = vec![self.pid("person")?];
        for p in self.people("with")? {
            if !all.contains(&p) {
                all.push(p);
            }
        }
        Ok(all)
    }
    /// A dwelling the register knows, else the address, which becomes one.
    fn place(&self, tx: &mut WriteTx, name: &str) -> Result<Where> {
        let address = &self.of[name];
        if let Some(id) = address["dwelling"].as_str() {
            return Ok(Where::Dwelling(id.into()));
        }
        let commune = CommuneCode::parse(address["commune"].as_str().unwrap_or_default())?;
        let line = address["line"].as_str().unwrap_or_default().to_owned();
        Ok(match dwellings::at(tx, &commune, &line)? {
            Some(id) => Where::Dwelling(id),
            None => Where::Address { commune, line },
        })
    }
}

fn temporary(tx: &mut WriteTx, a: &Args, consents: &[PersonalId]) -> Result<TemporaryInput> {
    let head = a.text("head").ok().map(PersonalId::parse).transpose()?;
    let joining = a.text("join").is_ok_and(|j| j == "join");
    let join = match head.filter(|_| joining) {
        Some(head) => Join::Household {
            household: residence::household_of(tx, &head)?.ok_or_else(|| a.missing("head"))?,
            relation: a.text("relation").unwrap_or("other").to_owned(),
        },
        None => Join::New,
    };
    let relation = match &join {
        Join::Household { relation, .. } => relation.clone(),
        Join::New | Join::Collective => "child".to_owned(),
    };
    let with = a.people("with")?;
    let with = with.into_iter().map(|person| Companion { person, relation: relation.clone() });
    let today = tx.now().date();
    Ok(TemporaryInput {
        person: a.pid("person")?,
        with: with.collect(),
        to: a.place(tx, "address")?,
        join,
        since: today,
        until: a.date("until")?,
        consents: consents.to_vec(),
    })
}

/// Đăng ký tạm trú theo danh sách: one after another into the collective household.
fn register_list(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    a: &Args,
    consents: &[PersonalId],
    source: &Source,
) -> Result<()> {
    let (to, until, since) = (a.place(tx, "address")?, a.date("until")?, tx.now().date());
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
        residence::register_temporary(tx, &env.law, actor, &input, source)?;
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
        at: a.place(tx, "address")?,
        since: a.date("from")?,
        until: a.date("until")?,
        reason: a.text("reason")?.to_owned(),
    };
    residence::notify_stay(tx, actor, &input, source).map(drop)
}
