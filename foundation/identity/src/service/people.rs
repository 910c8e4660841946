//! What needs the registers: registering oneself, level 2 at the counter, acting for family. A
//! refused reading keeps its journal entry, so refusals come out of the transaction as values.

use super::Identity;
use crate::commands::accounts::{self, Registration};
use crate::commands::acting::{act_at_counter, act_for_family};
use crate::commands::{account, counter, sessions, signin};
use crate::door;
use crate::errors::{ACTING_NOT_FAMILY, ACTING_UNCONFIRMED, GUARDIAN_WRONG, NOT_MATCHED};
use crate::law::May;
use crate::model::{Browser, How, Issued, PersonFacts, SignedIn};
use crate::rules::acting::Confirmation;
use crate::rules::ages::Presence;
use kernel::{Actor, Error, PersonalId, Result};
use std::sync::Arc;

impl Identity {
    /// Đăng ký mức độ 1: checks number, name and date of birth against the register, opens the
    /// account, signs in. Each try counts against the address.
    pub fn register(
        &self,
        typed: &Registration,
        password: &str,
        browser: &Browser,
    ) -> Result<SignedIn> {
        let phc = self.new_password(password, &typed.pid, &typed.name)?;
        let (law, registers) = (Arc::clone(&self.law), Arc::clone(&self.registers));
        let (typed, browser) = (typed.clone(), browser.clone());
        self.store.write(move |tx| {
            let origin = format!("n:{}", browser.prefix);
            signin::count(tx, &typed.pid, &origin, false)?;
            let system = Actor::system("registration");
            let facts = door::person(tx, &registers, &system, &typed.pid, door::RECOGNISE)?;
            let id = match accounts::register(tx, &law, &typed, facts.as_ref(), &phc) {
                Ok(id) => id,
                Err(refused) => return Ok(Err(refused)),
            };
            signin::forget_tries(tx, &typed.pid, &origin)?;
            let a = account(tx, &id)?;
            sessions::begin(tx, &a, How::Password, &browser).map(Ok)
        })?
    }

    /// The record of the person who stands at the counter, for granting level 2.
    pub fn see_person(&self, officer: &Actor, pid: &PersonalId) -> Result<PersonFacts> {
        counter::may_serve(&self.law, officer, May::Level2, pid)?;
        let officer = door::before_me(officer, pid);
        self.store
            .record(|tx| door::person(tx, &self.registers, &officer, pid, door::GRANT))?
            .ok_or_else(|| Error::new(NOT_MATCHED).field("person"))
    }

    /// Grants level 2 to the person present; a child comes with a guardian.
    pub fn grant_level2(
        &self,
        officer: &Actor,
        pid: &PersonalId,
        presence: Presence,
        guardian: Option<&PersonalId>,
    ) -> Result<Issued> {
        counter::may_serve(&self.law, officer, May::Level2, pid)?;
        let (law, registers) = (Arc::clone(&self.law), Arc::clone(&self.registers));
        let (officer, pid, guardian) = (officer.clone(), pid.clone(), guardian.cloned());
        self.change_many(move |tx| {
            let reader = door::before_me(&officer, &pid);
            let Some(facts) = door::person(tx, &registers, &reader, &pid, door::GRANT)? else {
                return Ok(Err(Error::new(NOT_MATCHED).field("person")));
            };
            let standing = match &guardian {
                Some(g) => Some(door::guardian(tx, &registers, &facts, g, law.minor_under)?),
                None => None,
            };
            let granted = counter::grant_level2(tx, &law, &officer, &facts, presence, standing);
            Ok(granted.map_err(|e| if e.is(GUARDIAN_WRONG) { e.field("guardian") } else { e }))
        })?
    }

    /// Issues a recovery code to the person present.
    pub fn issue_recovery(&self, officer: &Actor, pid: &PersonalId, card: bool) -> Result<Issued> {
        let (law, officer, pid) = (Arc::clone(&self.law), officer.clone(), pid.clone());
        self.store.write(move |tx| counter::issue_recovery(tx, &law, &officer, &pid, card))
    }

    /// Acts for a child or ward, as the register says.
    pub fn act_for_family(
        &self,
        actor: &Actor,
        person: &PersonalId,
        purpose: &str,
    ) -> Result<String> {
        let (law, registers) = (Arc::clone(&self.law), Arc::clone(&self.registers));
        let me = super::person(actor)?;
        let (of, actor) = (actor.account.clone(), actor.clone());
        let (person, purpose) = (person.clone(), purpose.to_owned());
        self.change(&of, move |tx| {
            // The level is asked first: level 1 opens nobody's record.
            if actor.level < kernel::Level::Two {
                return Ok(Err(Error::new(crate::errors::LEVEL2_NEEDED)));
            }
            let Some(family) = door::family(tx, &registers, &me, &person)? else {
                return Ok(Err(Error::new(ACTING_NOT_FAMILY).field("person")));
            };
            let (family, name) = family;
            Ok(act_for_family(tx, &law, &actor, (&person, &name), family, &purpose)
                .map_err(|e| e.field("person")))
        })?
    }

    /// Acts for the person at the counter, confirmed by a code or in person.
    pub fn act_at_counter(
        &self,
        clerk: &Actor,
        person: &PersonalId,
        purpose: &str,
        confirmation: &Confirmation,
        browser: &Browser,
    ) -> Result<String> {
        let law = Arc::clone(&self.law);
        let (of, clerk) = (clerk.account.clone(), clerk.clone());
        let (person, purpose) = (person.clone(), purpose.to_owned());
        let (confirmation, browser) = (confirmation.clone(), browser.clone());
        self.change(&of, move |tx| {
            act_at_counter(tx, &law, &clerk, &person, &purpose, &confirmation, &browser)
        })?
        .ok_or_else(|| Error::new(ACTING_UNCONFIRMED).field("otp"))
    }
}
