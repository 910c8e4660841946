//! The first officers of an installation, from its command line: before anybody is there to grant
//! level 2 or to appoint. Whoever can read the data folder is who stands behind it.

use super::{account, account_of, accounts, appointments, counter};
use crate::door;
use crate::errors::ACCOUNT_CLOSED;
use crate::journal;
use crate::law::IdentityLaw;
use crate::model::{Issued, NewAccount, NewAppointment, Origin};
use kernel::{AccountId, Actor, AgencyCode, Error, Level, PersonalId, PostCode, Result};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// Who is to work where.
#[derive(Clone, Debug)]
pub struct FirstOfficer {
    /// A person of the population register.
    pub person: PersonalId,
    /// The agency.
    pub agency: AgencyCode,
    /// The post.
    pub post: PostCode,
}

/// Phân công lúc cài đặt: an account of level 2 for a person of the register, the post, and a code to
/// set a password with. The journal says that the command line did it; nothing is taken away from an
/// account that is there already.
///
/// [`registers::PERSON_UNKNOWN`] if the register knows no such living person; what [`super::appointments::appoint`] refuses.
pub fn install_officer(
    tx: &mut WriteTx<'_>,
    law: &IdentityLaw,
    registers: &registers::Law,
    new: &FirstOfficer,
) -> Result<Issued> {
    let actor = Actor::system("command-line");
    let facts = door::person(tx, registers, &Actor::system("eid"), &new.person, door::RECOGNISE)?
        .filter(|f| !f.dead)
        .ok_or_else(|| Error::new(registers::PERSON_UNKNOWN).field("person"))?;
    let id = match account_of(tx, &new.person)? {
        Some(a) if a.closed => return Err(Error::new(ACCOUNT_CLOSED)),
        Some(a) => {
            raise(tx, &actor, &a.id)?;
            a.id
        }
        None => {
            let opened = NewAccount {
                pid: new.person.clone(),
                name: facts.name,
                level: Level::Two,
                password: None,
                origin: Origin::Import,
            };
            accounts::create_account(tx, &actor, &opened)?
        }
    };
    let from = tx.now().date();
    let post = NewAppointment {
        account: id.clone(),
        agency: new.agency.clone(),
        post: new.post.clone(),
        from,
        until: None,
    };
    appointments::appoint(tx, law, &actor, &post)?;
    counter::issue(tx, &actor, &id, counter::ACTIVATE, law.activate_s)
}

/// Level 2 for an account of level 1.
fn raise(tx: &mut WriteTx<'_>, actor: &Actor, id: &AccountId) -> Result<()> {
    let a = account(tx, id)?;
    if a.level == Level::Two {
        return Ok(());
    }
    let now = tx.now();
    tx.execute_one(
        "UPDATE account SET level = 2, level_at = ?3, version = version + 1 \
         WHERE id = ?1 AND version = ?2",
        params![&a.id, a.version, now],
    )?;
    let body = json!({"from": 1, "to": 2});
    tx.record(Entry::new(journal::LEVEL_RAISED, actor).about(&a.pid).body(body))?;
    Ok(())
}
