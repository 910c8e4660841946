//! What the register tells of people who have accounts: deaths and new names.

use crate::commands::{account_of, accounts};
use crate::door;
use kernel::{Actor, PersonalId, Result};
use std::sync::Arc;
use store::{Follower, Recorded, WriteTx};

/// Closes the account of a person who died, takes over a corrected name. Every step may be repeated.
pub struct RegisterNews {
    registers: Arc<registers::Law>,
}

impl std::fmt::Debug for RegisterNews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RegisterNews")
    }
}

impl RegisterNews {
    /// Follows with the registers' law, for the one reading of a name.
    pub fn new(registers: Arc<registers::Law>) -> Self {
        Self { registers }
    }

    fn died(tx: &mut WriteTx<'_>, pid: &PersonalId) -> Result<()> {
        accounts::close_account(tx, &Actor::system("registers"), pid, "death")
    }

    fn renamed(&self, tx: &mut WriteTx<'_>, pid: &PersonalId) -> Result<()> {
        let Some(a) = account_of(tx, pid)?.filter(|a| !a.closed) else { return Ok(()) };
        let system = Actor::system("eid");
        let facts = door::person(tx, &self.registers, &system, pid, door::RECOGNISE)?;
        match facts {
            Some(f) if f.name != a.name => accounts::rename(tx, &a.id, &f.name),
            _ => Ok(()),
        }
    }
}

impl Follower for RegisterNews {
    fn name(&self) -> &'static str {
        "identity.register_news"
    }
    fn apply(&mut self, tx: &mut WriteTx<'_>, entries: &[Recorded]) -> Result<()> {
        for e in entries {
            let died = e.kind == registers::journal::PERSON_DIED && e.body["kind"] == "dead";
            let items = e.body["items"].as_array();
            let renamed = e.kind == registers::journal::PERSON_CHANGED
                && items.is_some_and(|i| i.iter().any(|i| i == "name"));
            for pid in &e.subjects {
                if died {
                    Self::died(tx, pid)?;
                } else if renamed {
                    self.renamed(tx, pid)?;
                }
            }
        }
        Ok(())
    }
}
