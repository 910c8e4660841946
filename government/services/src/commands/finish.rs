//! The end of a dossier: what it writes into the registers, its result, who is told.

use super::course::Course;
use super::letters;
use super::machine::Written;
use crate::app::Env;
use crate::definition::model::Write;
use crate::definition::{Procedure, Situation, WITHDRAWN};
use crate::inbox;
use crate::model::{ConsentState, Dossier};
use crate::plan;
use crate::writes;
use kernel::{Actor, Result};
use serde_json::json;
use std::sync::Arc;
use store::WriteTx;

/// Applies the results of the final state the dossier has just come into.
pub(super) fn finish(
    tx: &mut WriteTx,
    course: &mut Course,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    actor: &Actor,
    written: &Written,
) -> Result<()> {
    let env = course.env;
    let consents = course.consents(tx, &d.code)?;
    let given: Vec<_> = consents
        .iter()
        .filter(|c| c.state == ConsentState::Given)
        .map(|c| c.person.clone())
        .chain([d.applicant.clone()])
        .collect();
    let situation = plan::situation(procedure, d)?;
    if d.state == WITHDRAWN {
        apply_writes(tx, env, actor, d, &situation, &procedure.file().on_withdrawn)?;
    }
    // A dossier ends once, so these are its only results.
    for (n, outcome) in (1..).zip(procedure.results_on(&d.state)) {
        for write in situation.writes(&outcome.writes)? {
            writes::apply(tx, &env.law, actor, &d.code, &given, &write)?;
        }
        letters::order_result(tx, env, d, &situation, (n, outcome), actor, written)?;
    }
    for c in consents {
        if c.state == ConsentState::Asked {
            let args = json!({"code": d.code});
            inbox::send(tx, &c.person, "inbox-consent-withdrawn", &args, "/hop-thu")?;
        }
    }
    registers::cases::close(tx, &d.code)
}

/// Operations that no result brings: when a dossier is filed (a datum is disputed from now on), when
/// it is taken back.
pub(super) fn apply_writes(
    tx: &mut WriteTx,
    env: &Env,
    actor: &Actor,
    d: &Dossier,
    situation: &Situation,
    list: &[Write],
) -> Result<()> {
    for write in situation.writes(list)? {
        writes::apply(tx, &env.law, actor, &d.code, &[], &write)?;
    }
    Ok(())
}
