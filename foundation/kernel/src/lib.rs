//! Words everyone uses: identifiers, dates and instants, money, localized words, the working
//! calendar, Vietnamese text, who acts, and the one error type.
//!
//! Pure: nothing here reads a clock, a file, a network or randomness. The kernel does **not** know
//! any agency, procedure or register, and no other crate of the project.

pub mod actor;
pub mod calendar;
pub mod chance;
pub mod error;
pub mod id;
pub mod limits;
pub mod money;
pub mod time;
pub mod vietnamese;
pub mod words;

pub use actor::{ActingFor, Actor, Appointment, Level};
pub use calendar::{Budget, Calendar, Due, Ledger, Remaining, Stop};
pub use error::{Code, Error, FieldError, Kind, Result};
pub use id::{
    AccountId, AgencyCode, AppointmentId, CommuneCode, DossierCode, DwellingId, EntryId,
    HouseholdId, PersonalId, PostCode, ProcedureCode, ProvinceCode, PurposeId, SessionId,
};
pub use money::Vnd;
pub use time::{Date, DateTime, Instant};
pub use words::{Lang, Localized, Say, Words};

/// The kernel's own words: error sentences, weekdays, units. `(vi, en)`, Fluent syntax.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
