//! What officers decide about a pair.

use super::queries::{self, PairState};
use super::{ITEMS, PURPOSE, case_of};
use crate::cases;
use crate::errors::{ACCESS_REFUSED, PAIR_BASIS, PAIR_DECIDED};
use crate::journal;
use crate::law::{Law, Role};
use kernel::{Actor, Error, Result, limits, vietnamese};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// Two people: the pair leaves the list for good, and neither record can be read because of it any more.
/// `basis` says why, in the officer's words.
pub fn keep_apart(tx: &mut WriteTx, law: &Law, actor: &Actor, id: &str, basis: &str) -> Result<()> {
    if !law.may_ever(&Role::towards(actor, None).name(), PURPOSE, &ITEMS) {
        return Err(Error::new(ACCESS_REFUSED));
    }
    let basis = vietnamese::tidy(basis);
    if basis.is_empty() || basis.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(PAIR_BASIS).field("basis"));
    }
    let pair = queries::pair(tx, actor, id)?;
    if pair.state != PairState::Open {
        return Err(Error::new(PAIR_DECIDED));
    }
    let (now, post) = (tx.now(), actor.appointment.as_ref());
    tx.execute_one(
        "UPDATE person_pair SET state = 'apart', decided_at = ?1, agency = ?2, post = ?3, basis = ?4, \
         version = version + 1 WHERE id = ?5 AND version = ?6",
        params![
            now,
            post.map(|a| a.agency.as_str().to_owned()),
            post.map(|a| a.post.as_str().to_owned()),
            &basis,
            id,
            pair.version
        ],
    )?;
    cases::close(tx, &case_of(id))?;
    let mut entry = Entry::new(journal::PAIR_DECIDED, actor)
        .at(&pair.place)
        .body(json!({"pair": id, "outcome": "apart"}));
    for pid in &pair.people {
        entry = entry.about(pid);
    }
    tx.record(entry)?;
    Ok(())
}
