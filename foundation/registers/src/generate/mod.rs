//! A synthetic province: people who never lived, calibrated to public statistics.

use kernel::{CommuneCode, DwellingId, HouseholdId, PersonalId, Result};
use store::{ReadTx, Store};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Demo {
    /// How many people, about; households are never cut in half.
    pub persons: u64,
    /// The same seed gives the same province.
    pub seed: u64,
    /// Province code of today, `37` for Ninh Bình.
    pub province: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// People written.
    pub persons: u64,
    /// Households written.
    pub households: u64,
}

impl Demo {
    /// Writes the province into an empty register. `progress` is called after each batch.
    pub fn run(&self, store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<Progress> {
        let _ = (store, progress);
        Err(kernel::Error::bug("being written"))
    }
}

/// Somebody of the demo with a part to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// The number: accounts hang on it.
    pub pid: PersonalId,
    /// Full name.
    pub name: String,
}

/// The people of the demo, found in a generated province; the same seed finds the same people.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Lives permanently in another commune and will register temporary residence with `owner`.
    pub citizen: Player,
    /// The other parent of `child`.
    pub other_parent: Player,
    /// A minor child of `citizen` and `other_parent`.
    pub child: Player,
    /// Owns and heads the dwelling in xã Trần Thương.
    pub owner: Player,
    /// That dwelling.
    pub dwelling: DwellingId,
    /// The household in it.
    pub household: HouseholdId,
    /// Its address line.
    pub line: String,
    /// Its commune (13594 in Ninh Bình).
    pub commune: CommuneCode,
    /// Officer of the commune police.
    pub officer: Player,
    /// Head of the commune police.
    pub police_head: Player,
    /// Clerk of the one-stop shop.
    pub clerk: Player,
    /// The province's data auditor.
    pub auditor: Player,
    /// Looks at the province's figures.
    pub viewer: Player,
    /// Runs the system.
    pub operator: Player,
    /// An officer of the commune police next door, who may not see this commune's people.
    pub officer_next_door: Player,
}

/// Finds the cast.
pub fn cast(tx: &mut ReadTx, demo: &Demo) -> Result<Cast> {
    let _ = (tx, demo);
    Err(kernel::Error::bug("being written"))
}
