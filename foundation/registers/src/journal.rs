//! The entries this crate writes: kinds and the shapes of their bodies.

use serde::{Deserialize, Serialize};

/// Somebody read personal data. Body: [`ReadBody`].
pub const READ: &str = "data.read";
/// A person read their own data. Body: [`ReadBody`].
pub const READ_OWN: &str = "data.read_own";
/// A reading was refused. Body: [`ReadBody`].
pub const READ_REFUSED: &str = "data.read_refused";
/// An officer searched. Body: `{hits, more}`; each hit has an entry `data.read` of its own.
pub const SEARCHED: &str = "data.searched";
/// An auditor looked at the list of refused readings. Body: empty.
pub const REFUSED_LISTED: &str = "audit.refused_listed";
/// Permanent or temporary residence registered. Body: [`MovedBody`].
pub const REGISTERED: &str = "residence.registered";
/// Temporary residence extended. Body: [`MovedBody`].
pub const EXTENDED: &str = "residence.extended";
/// A residence removed. Body: [`MovedBody`].
pub const REMOVED: &str = "residence.removed";
/// A household moved as a whole to another dwelling, at the new place. Body: [`ResettledBody`].
pub const RESETTLED: &str = "residence.resettled";
/// Absence declared. Body: `{from, until}`.
pub const ABSENT: &str = "absence.declared";
/// Absence ended. Body: `{on}`.
pub const ABSENCE_ENDED: &str = "absence.ended";
/// Lodging notified. Body: `{guests, from, until}`.
pub const STAY: &str = "stay.notified";
/// The owner or title of a dwelling became known or changed. Body: `{dwelling}`.
pub const TITLED: &str = "dwelling.titled";
/// A household changed. Body: `{what, household}`.
pub const HOUSEHOLD: &str = "household.changed";
/// A person's record began. Body: empty.
pub const PERSON_REGISTERED: &str = "person.registered";
/// Items of a record changed. Body: `{items}`.
pub const PERSON_CHANGED: &str = "person.changed";
/// A death or disappearance recorded. Body: `{kind}`.
pub const PERSON_DIED: &str = "person.died";
/// An item disputed, or the dispute settled. Body: `{item, outcome}`.
pub const DISPUTED: &str = "person.disputed";

/// A list of people was taken over. Body: `{run, file_hash, source, certainty, rows, added, filled,
/// same, disputed, bad}`.
pub const IMPORTED: &str = "population.imported";
/// The register was gone through for records of one person. Body: `{compared, new, too_common}`.
pub const MATCHED: &str = "population.matched";
/// An officer decided whether two records are one person. Body: `{pair, outcome}`.
pub const PAIR_DECIDED: &str = "person.pair_decided";
/// Act on items: two records of one person became one.
pub const MERGED: &str = "person.merged";
/// Act on items: that was taken back.
pub const UNMERGED: &str = "person.unmerged";
/// The population was given out as a list. Body: `{format, persons, file_hash}`.
pub const EXPORTED: &str = "population.exported";

/// A commune becomes part of another one on a day. Body: `{code, into, on, basis}`.
pub const COMMUNE_MERGED: &str = "commune.merged";
/// That was taken back before the day. Body: `{code, into, on, basis}`.
pub const MERGER_WITHDRAWN: &str = "commune.merger_withdrawn";

/// The body of a reading's entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBody {
    /// `record`, `history`, `dwelling`, `search`, `book`, `log`, `kept` (in an ended dossier).
    pub what: String,
    /// Who read: `self`, `member`, `representative`, `post`, `person`, `system`.
    pub who: String,
    /// The items asked for.
    pub items: Vec<String>,
    /// For each person of the entry, in its (sorted) order, the items of theirs that were in it; left
    /// out if these are `items` for everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Vec<String>>,
    /// Days the person's own log stays silent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub notice_after_days: i64,
    /// Why it was refused: an error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Why an auditor looked: words of the auditor, no names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// The body of a residence entry. Numbers and codes only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedBody {
    /// `permanent` or `temporary`.
    pub kind: String,
    /// How many people.
    pub persons: i64,
    /// The household they are in now (or were in).
    pub household: Option<String>,
    /// The dwelling.
    pub dwelling: Option<String>,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The body of a whole household's move. Numbers and codes only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResettledBody {
    /// How many people.
    pub persons: i64,
    /// The household.
    pub household: String,
    /// The dwelling it left.
    pub from: String,
    /// Commune of the dwelling it left.
    pub from_commune: String,
    /// The dwelling it lives in now.
    pub dwelling: String,
    /// The first day there.
    pub since: String,
}
