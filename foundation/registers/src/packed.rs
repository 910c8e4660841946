//! Columns of the rows that a load packs, in their order.

/// Of a dwelling that a list names.
pub(crate) const DWELLING_ROW: &str = "id, commune, line, line_key, kind, version";
/// Of a household.
pub(crate) const HOUSEHOLD_ROW: &str = "id, dwelling, file, kind, head, opened_on, version";
/// Of what became of a household.
pub(crate) const EVENT_ROW: &str = "household, version, at, kind, detail";
/// Of somebody in a household.
pub(crate) const MEMBER_ROW: &str = "household, n, pid, kind, relation, since, recorded_at";
/// Of a registration.
pub(crate) const RESIDENCE_ROW: &str = "pid, id, kind, commune, dwelling, household, since, until, detail, \
    recorded_at, version";
