//! What a procedure says before anybody asks: its fee table, its limits, its automatic steps.

use super::{Read, Subject};
use crate::definition::check::{ACTIONS, decided};
use crate::definition::expressions::{Scope, Value};
use crate::definition::load::Procedure;
use crate::definition::model::{Fee, Limit};
use kernel::Result;
use kernel::calendar::Budget;
use std::sync::Arc;

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
    /// order of [`ACTIONS`].
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
        for action in ACTIONS {
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
            match fee.when.as_ref().map_or(Some(true), |w| decided(w, case)) {
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
            let applies = limit.when.as_ref().map_or(Some(true), |w| decided(w, case));
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
