//! Drafts: what a person has typed but not sent. One for each procedure.

use crate::queries;
use kernel::{PersonalId, Result};
use serde_json::Value as Json;
use store::{WriteTx, params};

/// Keeps the answers typed so far.
pub fn save_draft(
    tx: &mut WriteTx,
    pid: &PersonalId,
    procedure: &str,
    answers: &Json,
) -> Result<()> {
    let at = tx.now();
    tx.send(
        "INSERT INTO draft (pid, procedure, answers, at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (pid, procedure) DO UPDATE SET answers = excluded.answers, at = excluded.at",
        params![pid, procedure, serde_json::to_string(answers)?, at],
    )?;
    Ok(())
}

/// As [`save_draft`], unless this form of the draft became a dossier meanwhile: sent twice, it leaves no
/// draft behind. Whether it was kept.
pub fn save_draft_of(
    tx: &mut WriteTx,
    pid: &PersonalId,
    procedure: &str,
    answers: &Json,
    form: &str,
) -> Result<bool> {
    if queries::sent_before(tx, pid, form)?.is_some() {
        return Ok(false);
    }
    save_draft(tx, pid, procedure, answers)?;
    Ok(true)
}

/// Throws a draft away.
pub fn discard_draft(tx: &mut WriteTx, pid: &PersonalId, procedure: &str) -> Result<()> {
    tx.send("DELETE FROM draft WHERE pid = ?1 AND procedure = ?2", params![pid, procedure])
}
