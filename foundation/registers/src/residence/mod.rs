//! Cư trú: permanent and temporary residence, absence, lodging, current abode. Each command changes
//! the person's record, the household book and the journal in one transaction.

mod absence;
mod moving;
mod permanent;
mod resettle;
mod stay;
mod temporary;

pub use absence::{AbsenceInput, Destination, declare_absence, end_absence};
pub use permanent::{PermanentInput, declare_abode, register_permanent, remove_permanent};
pub use resettle::{Resettled, WholeMove, rehearse_resettle, resettle};
pub use stay::{StayInput, notify_stay};
pub use temporary::{
    TemporaryInput, ending, extend_temporary, lapse, register_temporary, rehearse_temporary,
    remove_temporary,
};

pub(crate) use moving::{
    Drawn, Moving, candidates, draw_number, enter, file_number, found, is_taken, leave,
};
pub(crate) use resettle::permitted;

use crate::{household, person};
use kernel::{Date, DwellingId, HouseholdId, PersonalId, Result};
use store::ReadTx;

/// What a registration did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The household the people are in now.
    pub household: HouseholdId,
    /// Its new version: the household book shows the change from here on.
    pub household_version: i64,
    /// The dwelling.
    pub dwelling: DwellingId,
    /// Commune of the dwelling.
    pub commune: String,
    /// From when.
    pub since: Date,
    /// Until when; permanent residence has no end.
    pub until: Option<Date>,
}

/// The household a person heads; else that of permanent residence, else of the temporary one. An
/// identifier only: who is in it is read through the door.
pub fn household_of(tx: &mut ReadTx, pid: &PersonalId) -> Result<Option<HouseholdId>> {
    let p = person::get(tx, pid)?;
    for id in [&p.household, &p.stay_household].into_iter().flatten() {
        if household::get(tx, id)?.head.as_ref() == Some(pid) {
            return Ok(Some(id.clone()));
        }
    }
    Ok(p.household.or(p.stay_household))
}

/// Why a residence ends (Luật Cư trú Điều 24, 29). Codes are ours.
pub mod reason {
    /// Chuyển đến nơi khác.
    pub const MOVED: &str = "moved";
    /// Theo yêu cầu của công dân.
    pub const ASKED: &str = "asked";
    /// Hết thời hạn tạm trú.
    pub const LAPSED: &str = "lapsed";
    /// Vắng mặt liên tục từ 6 tháng.
    pub const AWAY: &str = "away";
    /// Chết, mất tích.
    pub const DEAD: &str = "dead";
    /// Đăng ký không đúng.
    pub const MISTAKE: &str = "mistake";
    /// Đã đăng ký thường trú tại chính nơi tạm trú.
    pub const PERMANENT: &str = "permanent";
}
