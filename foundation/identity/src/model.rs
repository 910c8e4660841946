//! The nouns: accounts, sessions, devices, passkeys, appointments, acting.

use crate::hash::Phc;
use crate::rules::acting::Role;
use kernel::{
    AccountId, AgencyCode, AppointmentId, Date, Instant, Level, Localized, PersonalId, PostCode,
    SessionId,
};
use zeroize::Zeroizing;

/// How an account came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Declared online by the person.
    Online,
    /// Opened by an officer with the person present.
    Counter,
    /// Taken over from another system, or made for a demonstration.
    Import,
}

impl Origin {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Counter => "counter",
            Self::Import => "import",
        }
    }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Whose it is.
    pub pid: PersonalId,
    /// The person's name, as the register has it.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Its password, hashed; none until the person activates it.
    pub password: Option<Phc>,
    /// How it came to be.
    pub origin: Origin,
}

/// Tài khoản định danh: an account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its identifier, shown in logs in place of the number.
    pub id: AccountId,
    /// Whose it is.
    pub pid: PersonalId,
    /// A copy of the name.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Closed accounts sign in no more.
    pub closed: bool,
    /// The stored password.
    pub(crate) password: Option<Phc>,
    /// When the password was last set.
    pub password_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When its level was given.
    pub level_at: Instant,
    /// Rises with each change.
    pub(crate) version: i64,
}

impl Account {
    /// Whether it has a password.
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Number and password.
    Password,
    /// A passkey.
    Passkey,
    /// A one-time code from the counter, with a new password.
    Code,
    /// Chosen from the list of people in demo mode.
    Demo,
}

impl How {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Code => "code",
            Self::Demo => "demo",
        }
    }
}

/// What is known of the browser that asks. Holds no personal data; `Debug` shows no secret.
#[derive(Clone, Default)]
pub struct Browser {
    /// The address prefix ([`crate::rules::address_prefix`]).
    pub prefix: String,
    /// The value of the device cookie, if it sent one.
    pub device: Option<Zeroizing<String>>,
    /// Its short name ([`crate::rules::browser_label`]).
    pub label: String,
    /// The value of the session cookie it sent: that session ends when a new one begins.
    pub old_session: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").field("label", &self.label).finish_non_exhaustive()
    }
}

/// A fresh sign-in: what the page sets as cookies. `Debug` shows no secret.
#[derive(Clone)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The value of the session cookie.
    pub session_cookie: Zeroizing<String>,
    /// The value of the device cookie.
    pub device_cookie: Zeroizing<String>,
    /// Whether the person holds a post today and may choose to work in it.
    pub has_posts: bool,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("account", &self.account).finish_non_exhaustive()
    }
}

/// A session in the person's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its identifier.
    pub id: SessionId,
    /// `password`, `passkey`, `code`, `demo`.
    pub how: String,
    /// The browser.
    pub label: String,
    /// Since when.
    pub created_at: Instant,
    /// Last seen, to five minutes.
    pub seen_at: Instant,
}

/// A known device in the person's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its identifier.
    pub id: String,
    /// The browser.
    pub label: String,
    /// First sign-in on it.
    pub first_at: Instant,
    /// Last sign-in on it.
    pub last_at: Instant,
}

/// A passkey in the person's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Its identifier.
    pub id: String,
    /// What the person called it.
    pub label: String,
    /// Since when.
    pub created_at: Instant,
    /// Last sign-in with it.
    pub used_at: Option<Instant>,
}

/// Phân công to be made.
#[derive(Clone, Debug)]
pub struct NewAppointment {
    /// Whose.
    pub account: AccountId,
    /// At which agency.
    pub agency: AgencyCode,
    /// To which post.
    pub post: PostCode,
    /// First day.
    pub from: Date,
    /// First day without it; none for «until further notice».
    pub until: Option<Date>,
}

/// One appointment with the person, for lists of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The account.
    pub account: AccountId,
    /// The person.
    pub pid: PersonalId,
    /// The person's name.
    pub name: String,
    /// The agency.
    pub agency: AgencyCode,
    /// The agency's name.
    pub agency_name: Localized,
    /// The post.
    pub post: PostCode,
    /// What it reaches.
    pub place: String,
    /// First day.
    pub from: Date,
    /// First day without it.
    pub until: Option<Date>,
}

/// A right to act in another's matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Its identifier.
    pub id: String,
    /// In whose matter.
    pub person: PersonalId,
    /// That person's name; empty when it was not known.
    pub person_name: String,
    /// Who acts.
    pub account: AccountId,
    /// The name of the one who acts.
    pub by_name: String,
    /// As what.
    pub role: Role,
    /// For what: [`crate::PURPOSE_SERVICES`], or the code of one procedure.
    pub purpose: String,
    /// `register`, `code`, `presence`.
    pub confirmed: String,
    /// The agency of a clerk.
    pub agency: Option<AgencyCode>,
    /// Since when.
    pub from_at: Instant,
    /// Until when.
    pub until_at: Instant,
    /// Ended before its time.
    pub ended_at: Option<Instant>,
}

impl Acting {
    /// Whether it may be used now.
    pub fn holds_at(&self, now: Instant) -> bool {
        self.ended_at.is_none() && self.from_at <= now && now < self.until_at
    }
}

/// A one-time code as it is handed to the person. `Debug` does not show it.
#[derive(Clone)]
pub struct Issued {
    /// The account it opens.
    pub account: AccountId,
    /// The name on that account, to be compared with the card before the code is handed over.
    pub name: String,
    /// Three groups of four, for example `7K3M-Q9TX-2WAB`.
    pub code: Zeroizing<String>,
    /// Until when.
    pub expires_at: Instant,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("account", &self.account).finish_non_exhaustive()
    }
}

/// What the register says of a person, as far as identity needs it.
#[derive(Clone)]
pub struct PersonFacts {
    /// The person.
    pub pid: PersonalId,
    /// Full name.
    pub name: String,
    /// Date of birth; the first day possible when the register knows the year or month only.
    pub birth: Date,
    /// Date of birth as the register has it: `1998-05-04`, `1945-03`, `1945`.
    pub birth_text: String,
    /// Whether the person is dead.
    pub dead: bool,
    /// Whether the identity card is valid today; unknown when it was not asked for.
    pub card_valid: Option<bool>,
    /// Numbers of father and mother.
    pub parents: Vec<PersonalId>,
    /// Numbers of guardians (người giám hộ, người đại diện).
    pub guardians: Vec<PersonalId>,
}

impl std::fmt::Debug for PersonFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonFacts")
    }
}
