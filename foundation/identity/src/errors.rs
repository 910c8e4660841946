//! The error codes of this crate.

use kernel::codes;

codes! {
    /// Number and password do not belong together (also for a number without an account).
    SIGN_IN_WRONG = "identity.sign_in_wrong", BadInput;
    /// Too many wrong tries from here: wait so many minutes.
    SIGN_IN_WAIT = "identity.sign_in_wait", Busy;
    /// The queue of password hashes is full.
    HASH_BUSY = "identity.hash_busy", Busy;
    /// The account has been closed.
    ACCOUNT_CLOSED = "identity.account_closed", NotAllowed;
    /// The person has an account already.
    ACCOUNT_EXISTS = "identity.account_exists", Conflict;
    /// The person has no account.
    ACCOUNT_NONE = "identity.account_none", NotFound;
    /// Name, number and birth date do not agree with the register.
    NOT_MATCHED = "identity.not_matched", BadInput;
    /// Under the age at which one registers oneself.
    NEEDS_GUARDIAN = "identity.needs_guardian", NotAllowed;
    /// The law gives no such level at this age.
    LEVEL_TOO_YOUNG = "identity.level_too_young", NotAllowed;
    /// Level 2 needs a valid card.
    CARD_NEEDED = "identity.card_needed", BadInput;
    /// Not everything has been checked with the person present.
    PRESENCE_INCOMPLETE = "identity.presence_incomplete", BadInput;
    /// The guardian given is not one by the register, or has no level 2.
    GUARDIAN_WRONG = "identity.guardian_wrong", BadInput;
    /// The account has level 2 already.
    LEVEL_ALREADY = "identity.level_already", Conflict;
    /// Nobody does this for themself.
    NOT_FOR_ONESELF = "identity.not_for_oneself", NotAllowed;
    /// The account of a person who works in a post is given back by the police only.
    STAFF_RECOVERY = "identity.staff_recovery", NotAllowed;
    /// This needs an account of level 2.
    LEVEL2_NEEDED = "identity.level2_needed", NotAllowed;
    /// Fewer than 8 characters.
    PASSWORD_SHORT = "identity.password_short", BadInput;
    /// More than 128 characters.
    PASSWORD_LONG = "identity.password_long", BadInput;
    /// One of the passwords that everybody tries first.
    PASSWORD_COMMON = "identity.password_common", BadInput;
    /// Made of one's own number, name or birth date.
    PASSWORD_OWN = "identity.password_own", BadInput;
    /// The second time it was typed differently.
    PASSWORD_DIFFERS = "identity.password_differs", BadInput;
    /// The present password is wrong.
    PASSWORD_OLD_WRONG = "identity.password_old_wrong", BadInput;
    /// A while has passed since the person proved who they are: once more, please.
    SIGN_IN_AGAIN = "identity.sign_in_again", NotAllowed;
    /// The one-time code is wrong, used or expired.
    CODE_WRONG = "identity.code_wrong", BadInput;
    /// The passkey ceremony is over, used or unknown.
    CEREMONY_OVER = "identity.ceremony_over", Conflict;
    /// The authenticator's answer does not hold.
    PASSKEY_REFUSED = "identity.passkey_refused", NotAllowed;
    /// As many passkeys as an account may have.
    PASSKEY_MANY = "identity.passkey_many", Conflict;
    /// The last way into an account without a password.
    PASSKEY_LAST = "identity.passkey_last", Conflict;
    /// Passkeys cannot be used at this address (not a domain name).
    PASSKEY_OFF = "identity.passkey_off", Unavailable;
    /// No such agency.
    AGENCY_UNKNOWN = "identity.agency_unknown", BadInput;
    /// No such post.
    POST_UNKNOWN = "identity.post_unknown", BadInput;
    /// This agency has no such post.
    POST_ELSEWHERE = "identity.post_elsewhere", BadInput;
    /// The appointment ends before it begins.
    DATES_REVERSED = "identity.dates_reversed", BadInput;
    /// The person holds this post in these days already.
    APPOINTED_ALREADY = "identity.appointed_already", Conflict;
    /// The appointment has ended or is not this person's.
    APPOINTMENT_OVER = "identity.appointment_over", NotAllowed;
    /// Not a minor child (or ward) by the register.
    ACTING_NOT_FAMILY = "identity.acting_not_family", NotAllowed;
    /// The right to act has ended, or is for another purpose.
    ACTING_OVER = "identity.acting_over", NotAllowed;
    /// The person has not confirmed.
    ACTING_UNCONFIRMED = "identity.acting_unconfirmed", BadInput;
}
