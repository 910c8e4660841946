//! Who acts. Rights come from appointments, never from the account itself.

use crate::{AccountId, AgencyCode, AppointmentId, Localized, PersonalId, PostCode, SessionId};
use serde::{Deserialize, Serialize};

/// Mức độ định danh: the level of an e-identity account (NĐ 69/2024).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Mức độ 1: declared online.
    #[serde(rename = "1")]
    One,
    /// Mức độ 2: granted in person by an officer.
    #[serde(rename = "2")]
    Two,
}

impl Level {
    /// 1 or 2, as stored.
    pub fn number(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }
    /// From the stored number; anything but 2 is level 1, the weaker.
    pub fn from_number(n: i64) -> Self {
        if n == 2 { Self::Two } else { Self::One }
    }
}

/// Phân công: one person in one post of one agency, valid now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its identifier.
    pub id: AppointmentId,
    /// The agency, for example the police of one commune.
    pub agency: AgencyCode,
    /// The agency's name.
    pub agency_name: Localized,
    /// The post, to which the rights belong.
    pub post: PostCode,
    /// The post's name.
    pub post_name: Localized,
    /// The place it reaches: a commune code of 5 digits, or a province code of 2.
    pub place: String,
}

/// Why somebody acts in another person's matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingFor {
    /// The person whose matter it is.
    pub person: PersonalId,
    /// `parent`, `guardian`, `counter`, `team`.
    pub as_: String,
}

/// The one who acts: passed to every command, written into every journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account, or `system:NAME` for the program itself.
    pub account: AccountId,
    /// The person behind the account; the program itself has none.
    pub person: Option<PersonalId>,
    /// The level of this account.
    pub level: Level,
    /// Set when acting in another person's matter.
    pub acting_for: Option<ActingFor>,
    /// Set while the person works in a post.
    pub appointment: Option<Appointment>,
    /// The session, if a person is signed in.
    pub session: Option<SessionId>,
}

impl Actor {
    /// The program itself, doing the named work (`jobs`, `clock`, `prefill`).
    pub fn system(name: &str) -> Self {
        Self {
            account: AccountId::new(format!("system:{name}")),
            person: None,
            level: Level::One,
            acting_for: None,
            appointment: None,
            session: None,
        }
    }
    /// The program itself?
    pub fn is_system(&self) -> bool {
        self.account.as_str().starts_with("system:")
    }
    /// Whether the actor now works in this post.
    pub fn holds(&self, post: &str) -> bool {
        self.appointment.as_ref().is_some_and(|a| a.post.as_str() == post)
    }
    /// Whose matter it is: the person acted for, else the person themself.
    pub fn subject(&self) -> Option<&PersonalId> {
        self.acting_for.as_ref().map(|a| &a.person).or(self.person.as_ref())
    }
}
