//! Typed identifiers, so that one kind of code cannot pass for another. Codes are text: they keep
//! their zeros and dots.

use crate::error::{self, Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Số định danh cá nhân: the 12 digits of a person, for life (NĐ 137/2015 Điều 13).
///
/// Text, never a number; there is no check digit. `Debug` shows the last three digits only, so that
/// a log line cannot carry a person's number by accident.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonalId(String);

impl PersonalId {
    /// Reads a number as people type it: spaces, dots and hyphens between groups are allowed.
    pub fn parse(typed: &str) -> Result<Self> {
        let digits: String =
            typed.trim().chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}')).collect();
        if digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(Error::new(error::PERSONAL_ID_SHAPE))
        }
    }
    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The three digits of the province (or country) of birth registration.
    pub fn prefix(&self) -> &str {
        &self.0[..3]
    }
    /// As people read it: `035 198 004 217`.
    pub fn spaced(&self) -> String {
        format!("{} {} {} {}", &self.0[..3], &self.0[3..6], &self.0[6..9], &self.0[9..])
    }
}

impl fmt::Debug for PersonalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalId(…{})", &self.0[9..])
    }
}
impl TryFrom<String> for PersonalId {
    type Error = Error;
    fn try_from(s: String) -> Result<Self> {
        // As the registers hold it: nothing to copy.
        if s.len() == 12 && s.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(s));
        }
        Self::parse(&s)
    }
}
impl From<PersonalId> for String {
    fn from(p: PersonalId) -> String {
        p.0
    }
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);
        impl $name {
            /// Wraps a code that the caller has read from a trusted place.
            pub fn new(code: impl Into<String>) -> Self { Self(code.into()) }
            /// The code as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl From<&str> for $name { fn from(s: &str) -> Self { Self(s.to_owned()) } }
        impl From<String> for $name { fn from(s: String) -> Self { Self(s) } }
    )+};
}

text_id! {
    /// Tài khoản: an account of electronic identity.
    AccountId,
    /// Mã cơ quan (QĐ 20/2020/QĐ-TTg): an agency, for example `G01.13594` in the demo.
    AgencyCode,
    /// Phân công: one person in one post of one agency, from a date to a date.
    AppointmentId,
    /// Chức vụ, vị trí: a post to which rights belong, for example `commune-police.officer`.
    PostCode,
    /// Mã hồ sơ: the public code of a dossier.
    DossierCode,
    /// Nơi ở: one dwelling, in which several households may live.
    DwellingId,
    /// Hộ gia đình.
    HouseholdId,
    /// An entry of the journal, known before it has its number.
    EntryId,
    /// Mã thủ tục hành chính, for example `1.004194`.
    ProcedureCode,
    /// Mục đích xử lý dữ liệu: a purpose listed in `data/purposes.toml`.
    PurposeId,
    /// A signed-in session.
    SessionId,
}

macro_rules! digit_code {
    ($($(#[$doc:meta])* $name:ident, $len:literal, $code:ident);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);
        impl $name {
            /// Reads a code of exactly the right number of digits.
            pub fn parse(typed: &str) -> Result<Self> {
                let t = typed.trim();
                if t.len() == $len && t.bytes().all(|b| b.is_ascii_digit()) { Ok(Self(t.to_owned())) }
                else { Err(Error::new(error::$code).arg("code", t.chars().take(20).collect::<String>())) }
            }
            /// The code as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl TryFrom<String> for $name {
            type Error = Error;
            fn try_from(s: String) -> Result<Self> { Self::parse(&s) }
        }
        impl From<$name> for String { fn from(c: $name) -> String { c.0 } }
    )+};
}

digit_code! {
    /// Mã xã, phường, đặc khu: five digits, meaningful only together with a date (codes are reused).
    CommuneCode, 5, COMMUNE_CODE_SHAPE;
    /// Mã tỉnh, thành phố: two digits, meaningful only together with a date.
    ProvinceCode, 2, PROVINCE_CODE_SHAPE;
}
