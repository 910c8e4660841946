//! What one command knows of the dossier it carries on, so that nothing is asked for twice.

use crate::app::Env;
use crate::model::{Act, Consent};
use crate::queries;
use kernel::{DossierCode, Result};
use store::ReadTx;

/// A dossier's way through one command.
pub(super) struct Course<'a> {
    pub env: &'a Env,
    consents: Option<Vec<Consent>>,
    /// The number of its last act.
    last_act: Option<i64>,
}

impl<'a> Course<'a> {
    /// Of a dossier of which nothing but its row was read.
    pub(super) fn of(env: &'a Env) -> Self {
        Self { env, consents: None, last_act: None }
    }

    /// Of a dossier that begins now.
    pub(super) fn begun(env: &'a Env) -> Self {
        Self { env, consents: None, last_act: Some(0) }
    }

    /// These are its consents, as they stand.
    pub(super) fn know_consents(&mut self, consents: Vec<Consent>) {
        self.consents = Some(consents);
    }

    /// These are all of its acts, in their order.
    pub(super) fn know_acts(&mut self, acts: &[Act]) {
        self.last_act = Some(acts.last().map_or(0, |a| a.n));
    }

    /// Its consents; within one command no step answers for anybody, so they are read once.
    pub(super) fn consents(&mut self, tx: &mut ReadTx, code: &DossierCode) -> Result<&[Consent]> {
        if self.consents.is_none() {
            self.consents = Some(queries::consents(tx, code)?);
        }
        Ok(self.consents.as_deref().unwrap_or_default())
    }

    /// The number of the act that is about to be written, if the last one's is known.
    pub(super) fn next_act(&mut self) -> Option<i64> {
        self.last_act = self.last_act.map(|n| n + 1);
        self.last_act
    }
}
