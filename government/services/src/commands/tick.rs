//! What time alone brings: warnings before a deadline, the late letter, consents nobody answered.
//! Runs every half minute; each step is safe to repeat.

use super::letters;
use super::machine::advance;
use crate::app::Env;
use crate::inbox;
use crate::model::Dossier;
use crate::plan;
use crate::queries;
use kernel::{Actor, DossierCode, Result};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// How many dossiers one run looks at.
const TICK_ROWS_MAX: i64 = 200;
/// The late letter goes out this long before the limit (NĐ on one-stop: before the appointment).
const LATE_LETTER_LEAD_SECONDS: i64 = 3_600;
/// Warnings reach this far ahead: a long weekend and a Tết block fit in.
const WARN_AHEAD_SECONDS: i64 = 12 * 86_400;

/// One run. Returns how many dossiers it touched.
pub fn tick(tx: &mut WriteTx, env: &Env) -> Result<usize> {
    let now = tx.now();
    let mut touched = 0;
    for d in queries::due_before(tx, now.plus_seconds(WARN_AHEAD_SECONDS), TICK_ROWS_MAX)? {
        touched += usize::from(warn(tx, env, &d)?);
        let lead = d.due_at.is_some_and(|due| now.plus_seconds(LATE_LETTER_LEAD_SECONDS) >= due);
        if lead && !d.late_told {
            apologise(tx, env, &d)?;
            touched += 1;
        }
    }
    let silent = tx.rows(
        "SELECT DISTINCT c.dossier FROM dossier_consent c JOIN dossier d ON d.dossier = c.dossier \
         WHERE c.state = 'asked' AND c.expires_at < ?1 AND d.done_at IS NULL LIMIT ?2",
        params![now, TICK_ROWS_MAX],
        |r| r.get::<DossierCode>(0),
    )?;
    for code in silent {
        advance(tx, env, &code)?;
        touched += 1;
    }
    Ok(touched)
}

/// Sends each warning of the procedure file once, when so many working days are left.
fn warn(tx: &mut WriteTx, env: &Env, d: &Dossier) -> Result<bool> {
    let procedure = env.catalogue.version(&d.procedure, d.version)?;
    let now = tx.now();
    let mut warned = d.warned;
    for (bit, to) in plan::warnings_due(&procedure, d, now)? {
        if warned & (1 << bit) != 0 {
            continue;
        }
        warned |= 1 << bit;
        tx.record(
            Entry::new("dossier.due_soon", &Actor::system("clock"))
                .at(&d.place)
                .dossier(&d.code)
                .body(json!({"to": to, "warning": bit})),
        )?;
    }
    if warned == d.warned {
        return Ok(false);
    }
    tx.send("UPDATE dossier SET warned = ?2 WHERE dossier = ?1", params![&d.code, warned])?;
    Ok(true)
}

/// Phiếu xin lỗi và hẹn lại ngày trả kết quả: once, with reason and new date.
fn apologise(tx: &mut WriteTx, env: &Env, d: &Dossier) -> Result<()> {
    let procedure = env.catalogue.version(&d.procedure, d.version)?;
    tx.send("UPDATE dossier SET late_told = 1 WHERE dossier = ?1", params![&d.code])?;
    let Some(new_due) = plan::late_due(&procedure, d)? else { return Ok(()) };
    tx.record(
        Entry::new("dossier.late", &Actor::system("clock"))
            .at(&d.place)
            .about(&d.applicant)
            .dossier(&d.code)
            .body(json!({"procedure": d.procedure, "new_due": new_due.0})),
    )?;
    let due = kernel::time::day(new_due.date());
    inbox::send(tx, &d.applicant, "inbox-late", &json!({"code": d.code, "due": due}), &d.path())?;
    letters::order_late(tx, env, d, &procedure, new_due)
}
