//! Fees: an amount due, paid once, by bank transfer (told by the payment side) or in cash at the
//! counter.

use super::course::Course;
use super::machine::{self, advance_from};
use crate::app::Env;
use crate::errors::{PAID_ALREADY, PAYMENT_AMOUNT};
use crate::model::Dossier;
use crate::queries::{self, Part};
use kernel::{Actor, DossierCode, Error, Result, Vnd};
use serde_json::json;
use store::{Entry, WriteTx, params};

/// A payment that has arrived.
#[derive(Clone, Debug)]
pub struct Payment {
    /// The dossier it is for.
    pub dossier: DossierCode,
    /// The amount.
    pub amount: Vnd,
    /// `bank`, `cash` or `demo-bank`.
    pub method: &'static str,
    /// The payment side's own number; the same number twice is one payment.
    pub reference: String,
}

const TOLD: &str = "SELECT COUNT(*) FROM dossier_payment WHERE dossier = ?1 AND reference = ?2";

/// Records a payment. Told twice with the same reference, it counts once.
pub fn pay(tx: &mut WriteTx, env: &Env, actor: &Actor, payment: &Payment) -> Result<()> {
    queries::foresee(tx, &payment.dossier, &[Part::Dossier, Part::Consents])?;
    let d = queries::dossier(tx, &payment.dossier)?;
    // Only of a dossier that is paid can a payment have been told before.
    if d.paid_at.is_some() {
        let told = params![&payment.dossier, &payment.reference];
        let told_before = tx.one(TOLD, told, |r| r.get::<i64>(0))?;
        return if told_before > 0 { Ok(()) } else { Err(Error::new(PAID_ALREADY)) };
    }
    if payment.amount != d.fee {
        return Err(Error::new(PAYMENT_AMOUNT).arg("due", d.fee.to_string()));
    }
    let mut course = Course::of(env);
    // Before anything is written: they have been asked for together with the dossier.
    course.know_consents(queries::consents(tx, &d.code)?);
    let now = tx.now();
    tx.send(
        "INSERT INTO dossier_payment (dossier, n, vnd, method, reference, at) \
         VALUES (?1, 1, ?2, ?3, ?4, ?5)",
        params![&d.code, payment.amount, payment.method, &payment.reference, now],
    )?;
    machine::note_act(tx, &mut course, &d, actor, "pay", &d.fee.to_string())?;
    tx.record(
        Entry::new("payment.received", actor)
            .at(&d.place)
            .dossier(&d.code)
            .body(json!({"vnd": payment.amount.0, "method": payment.method})),
    )?;
    let seen = d.row_version;
    let paid = advance_from(tx, &mut course, Dossier { paid_at: Some(now), ..d })?;
    if paid.row_version > seen {
        return Ok(()); // written with the step it took
    }
    tx.send_one(
        "UPDATE dossier SET paid_at = ?2, row_version = row_version + 1 \
         WHERE dossier = ?1 AND row_version = ?3",
        params![&paid.code, now, seen],
    )
}
