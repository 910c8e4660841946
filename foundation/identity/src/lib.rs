//! Accounts on the personal number, levels 1 and 2, passwords and passkeys, sessions, recovery at the
//! counter, appointments of officers, acting for another.
//!
//! What an officer may do follows from appointments, never from the account. `identity` does **not**
//! know procedures, dossiers or what a post may read (that is `data/access`); it never keeps a
//! personal number in a log, an address or a cookie, and reads the registers through their door only.

pub mod commands;
mod door;
mod errors;
mod follower;
mod hash;
pub mod journal;
mod law;
mod model;
pub mod pages;
mod present;
pub mod queries;
pub mod rules;
mod secret;
mod service;
#[cfg(test)]
mod tests;

pub use commands::accounts::{Registration, close_account, create_account, rename, set_password};
pub use commands::acting::{
    PURPOSE_SERVICES, act_at_counter, act_for_family, check_acting, choose_acting, end_acting,
    let_counter_act, stop_acting,
};
pub use commands::appointments::{appoint, choose_post, end_appointment, put_agency};
pub use commands::counter::{grant_level2, issue_recovery, may_serve};
pub use commands::install::{FirstOfficer, install_officer};
pub use commands::passkeys::remove as revoke_passkey;
pub use commands::sessions::{
    forget_device, is_fresh, revoke_other_sessions, revoke_session, sign_out, sweep,
};
pub use commands::signin::demo_sign_in;
pub use commands::{account, account_of};
pub use errors::*;
pub use follower::RegisterNews;
pub use hash::{Checked, Hasher, Phc, bench_hash};
pub use law::{Agency, AgencyKind, IdentityLaw, May, Post, Reach};
pub use model::{
    Account, Acting, Browser, DeviceRow, Holder, How, Issued, NewAccount, NewAppointment, Origin,
    PasskeyRow, PersonFacts, SessionRow, SignedIn,
};
pub use queries::{
    Present, StaffFilter, StaffPage, agencies, appointments_of, holders, passkeys_of,
    people_and_appointments, sessions_of,
};
pub use service::{Identity, Settings, Unread};

/// Words of this crate.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));

/// The tables of this crate.
pub const SCHEMA: store::Schema =
    store::Schema { name: "identity", files: &[include_str!("../schema/001.sql")] };
