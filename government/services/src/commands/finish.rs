//! The end of a dossier: what it writes into the registers, its result, who is told.

use super::letters;
use super::machine::Written;
use crate::app::Env;
use crate::definition::Procedure;
use crate::inbox;
use crate::model::{ConsentState, Dossier};
use crate::plan;
use crate::queries;
use crate::writes;
use kernel::{Actor, Result};
use serde_json::json;
use std::sync::Arc;
use store::WriteTx;

/// Applies the results of the final state the dossier has just come into.
pub(super) fn finish(
    tx: &mut WriteTx,
    env: &Env,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    actor: &Actor,
    written: &Written,
) -> Result<()> {
    let consents = queries::consents(tx, &d.code)?;
    let given: Vec<_> = consents
        .iter()
        .filter(|c| c.state == ConsentState::Given)
        .map(|c| c.person.clone())
        .chain([d.applicant.clone()])
        .collect();
    let situation = plan::situation(procedure, d)?;
    for outcome in procedure.results_on(&d.state) {
        for write in situation.writes(&outcome.writes)? {
            writes::apply(tx, env, actor, d, &given, &write)?;
        }
        letters::order_result(tx, env, d, procedure, outcome, actor, written)?;
    }
    for c in consents {
        if c.state == ConsentState::Asked {
            let args = json!({"code": d.code});
            inbox::send(tx, &c.person, "inbox-consent-withdrawn", &args, "/hop-thu")?;
        }
    }
    registers::cases::close(tx, &d.code)
}
