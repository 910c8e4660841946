//! `/so-ho-khau/{household}/trich.pdf`: the signed extract of the household book.

use crate::app::Services;
use crate::commands::{Asker, issue_extract};
use kernel::{Error, HouseholdId, Result};
use web::{Reply, Req};

/// For members, as citizens with an account of level 2.
pub fn pdf(s: &Services, req: &Req) -> Result<Reply> {
    let visitor = req.signed_in()?;
    let actor = visitor.actor.clone();
    if actor.appointment.is_some() {
        return Err(Error::new(registers::AT_WORK));
    }
    if !req.level_two() {
        return Err(Error::new(registers::LEVEL_LOW));
    }
    let subject = super::common::subject(req)?;
    let asker = Asker { actor, subject, name: visitor.name.clone() };
    let pdf = issue_extract(s, &asker, &HouseholdId::new(req.param("household")))?;
    let name = format!("{} {}.pdf", req.say.t("letter-household-book"), req.now.date());
    Ok(Reply::pdf(name, pdf).header("cache-control", "no-store"))
}
