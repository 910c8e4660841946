//! The entries this crate writes. Subjects: the person whose account it is. No body carries a
//! personal number, an address or a password.
//!
//! | kind | body |
//! |---|---|
//! | `identity.account_created` | `level`, `origin` (`online`, `counter`, `import`) |
//! | `identity.account_closed` | `reason` |
//! | `identity.signed_in` | `how` (`password`, `passkey`, `demo`), `device` (`known`, `new`), `label` |
//! | `identity.sign_in_failed` | `origin` (`known_device`, `elsewhere`); no subject when no account has the number |
//! | `identity.signed_out` | – |
//! | `identity.level_raised` | `from`, `to`, `agency`, what was checked |
//! | `identity.password_changed` | – |
//! | `identity.passkey_added`, `identity.passkey_removed` | `label` |
//! | `identity.session_revoked` | `count`, `why` |
//! | `identity.device_forgotten` | `label` |
//! | `identity.recovery_issued` | `agency`, `use` (`activate`, `recover`), `expires_at` |
//! | `identity.recovered` | `use`, `passkeys_removed`, `sessions_ended` |
//! | `identity.post_chosen` | `appointment` or null |
//! | `appointment.made` | `appointment`, `agency`, `post`, `from`, `until` |
//! | `appointment.ended` | `appointment`, `agency`, `post`, `until` |
//! | `acting.granted` | `acting`, `role`, `purpose`, `confirmed` (`register`, `code`, `presence`), `until` |
//! | `acting.ended` | `acting`, `role` |
//! | `acting.code_made` | `purpose` |
//!
//! For `acting.*` the subject is the person in whose matter somebody acts.

/// An account came to be.
pub const ACCOUNT_CREATED: &str = "identity.account_created";
/// An account was closed.
pub const ACCOUNT_CLOSED: &str = "identity.account_closed";
/// A person signed in.
pub const SIGNED_IN: &str = "identity.signed_in";
/// Somebody failed to sign in.
pub const SIGN_IN_FAILED: &str = "identity.sign_in_failed";
/// A person signed out.
pub const SIGNED_OUT: &str = "identity.signed_out";
/// Level 2 was granted in person.
pub const LEVEL_RAISED: &str = "identity.level_raised";
/// A new password.
pub const PASSWORD_CHANGED: &str = "identity.password_changed";
/// A passkey was added.
pub const PASSKEY_ADDED: &str = "identity.passkey_added";
/// A passkey was removed.
pub const PASSKEY_REMOVED: &str = "identity.passkey_removed";
/// Sessions were ended from elsewhere.
pub const SESSION_REVOKED: &str = "identity.session_revoked";
/// A known device was forgotten.
pub const DEVICE_FORGOTTEN: &str = "identity.device_forgotten";
/// An officer issued a one-time code to the person present.
pub const RECOVERY_ISSUED: &str = "identity.recovery_issued";
/// The code was used and a new password set.
pub const RECOVERED: &str = "identity.recovered";
/// An officer began or stopped working in a post.
pub const POST_CHOSEN: &str = "identity.post_chosen";
/// Somebody was appointed.
pub const APPOINTED: &str = "appointment.made";
/// An appointment ended.
pub const APPOINTMENT_ENDED: &str = "appointment.ended";
/// Somebody may act in another's matter.
pub const ACTING_GRANTED: &str = "acting.granted";
/// That right ended before its time.
pub const ACTING_ENDED: &str = "acting.ended";
/// A person made a code with which a counter clerk may act.
pub const ACTING_CODE_MADE: &str = "acting.code_made";

/// Every kind, for catalogues of notices.
pub const KINDS: &[&str] = &[
    ACCOUNT_CREATED,
    ACCOUNT_CLOSED,
    SIGNED_IN,
    SIGN_IN_FAILED,
    SIGNED_OUT,
    LEVEL_RAISED,
    PASSWORD_CHANGED,
    PASSKEY_ADDED,
    PASSKEY_REMOVED,
    SESSION_REVOKED,
    DEVICE_FORGOTTEN,
    RECOVERY_ISSUED,
    RECOVERED,
    POST_CHOSEN,
    APPOINTED,
    APPOINTMENT_ENDED,
    ACTING_GRANTED,
    ACTING_ENDED,
    ACTING_CODE_MADE,
];

/// The key of the sentence that tells a person of an entry: `identity-notice-signed-in`.
pub fn notice_key(kind: &str) -> String {
    let what = kind.strip_prefix("identity.").unwrap_or(kind);
    format!("identity-notice-{}", what.replace(['.', '_'], "-"))
}
