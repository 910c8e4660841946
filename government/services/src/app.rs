//! What services need to run: the law as data, the installation's settings, the rooms below.

use crate::definition::Catalogue;
use crate::vault::Vault;
use kernel::{Localized, Result};
use registers::Law;
use std::sync::Arc;
use store::Store;

/// Settings of one installation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The province's code, two digits.
    pub province: String,
    /// The province's name.
    pub province_name: Localized,
    /// First part of dossier codes. The official pattern after the 2025 mergers was not read
    /// (TT 03/2025/TT-VPCP), so it is a setting.
    pub code_prefix: String,
    /// The address people use, without a slash at the end.
    pub url: String,
    /// Demo mode: letters carry a watermark, the simulated bank is open.
    pub demo: bool,
    /// The account fees go to.
    pub treasury: crate::vietqr::Account,
    /// Secret shared with the payment side; callbacks are signed with it.
    pub payment_secret: zeroize::Zeroizing<Vec<u8>>,
}

/// What commands need besides the transaction. Cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// Purposes, access rules, register items.
    pub law: Arc<Law>,
    /// Procedures in force, and all their versions.
    pub catalogue: Arc<Catalogue>,
    /// Settings.
    pub settings: Arc<Settings>,
    /// All words.
    pub words: Arc<kernel::Words>,
    /// Uploaded files at rest.
    pub vault: Arc<Vault>,
}

impl Env {
    /// Words in Vietnamese: what goes into letters and records.
    pub fn say_vi(&self, key: &str, values: &[(&str, String)]) -> String {
        kernel::Say::new(self.words.clone(), kernel::Lang::Vi).with(key, values)
    }
}

/// Services as the program holds them: the state of all pages of this crate.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// For commands.
    pub env: Env,
    /// Indicators, for the numbers of today.
    pub indicators: Arc<measures::Indicators>,
    /// Sets letters.
    pub paper: Arc<paper::Paper>,
    /// Signs them.
    pub keys: Arc<trust::Keys>,
}

impl Services {
    /// Runs a command with the environment, in one transaction.
    pub fn write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut store::WriteTx<'_>, &Env) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let env = self.env.clone();
        self.store.write(move |tx| f(tx, &env))
    }
}
