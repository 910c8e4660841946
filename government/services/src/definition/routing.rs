//! Who decides: from a commune to the agency and the posts in it.
//!
//! Agencies' codes are ours (`data/routing.toml`): the official codes after the 2025 mergers were not
//! read.

use super::library::Library;
use kernel::{AgencyCode, CommuneCode, Date, Error, Result};

/// Where a dossier goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The deciding agency.
    pub agency: AgencyCode,
    /// The place its officers' appointments must reach: a commune code, or a province code.
    pub place: String,
    /// The commune the matter is about.
    pub commune: CommuneCode,
    /// The posts that may act, officers first, the head last.
    pub posts: Vec<String>,
}

impl Library {
    /// The route of a role from a commune in force on a day. A commune code of another time is
    /// refused with the name of its successor.
    pub fn route(&self, role: &str, commune: &CommuneCode, on: Date) -> Result<Route> {
        let r = self.roles.get(role).ok_or_else(|| Error::bug(format_args!("role {role}")))?;
        let place = places::all().commune(commune, on)?;
        let province = place.province().code_str();
        let agency =
            r.agency.replace("{commune}", commune.as_str()).replace("{province}", province);
        let place = if r.level == "province" { province } else { commune.as_str() };
        Ok(Route {
            agency: AgencyCode::new(agency),
            place: place.to_owned(),
            commune: commune.clone(),
            posts: r.posts.clone(),
        })
    }
}
