//! Error codes of services.

use kernel::codes;

codes! {
    /// No such dossier, or not one this person may know of.
    DOSSIER_UNKNOWN = "dossier.unknown", NotFound;
    /// The dossier has moved on; this action no longer fits its state.
    DOSSIER_STATE = "dossier.wrong_state", Conflict;
    /// The officer's appointment does not reach this place or this step.
    DOSSIER_NOT_YOURS = "dossier.not_yours", NotAllowed;
    /// Four eyes: the one who proposed may not approve.
    SAME_PERSON = "dossier.same_person", NotAllowed;
    /// An officer may not decide in their own matter.
    OWN_MATTER = "dossier.own_matter", NotAllowed;
    /// More was asked as often as the procedure allows.
    SUPPLEMENT_ONCE = "dossier.supplement_once", BadInput;
    /// A refusal needs a reason.
    REASON_MISSING = "dossier.reason_missing", BadInput;
    /// A refusal needs its legal basis.
    BASIS_MISSING = "dossier.basis_missing", BadInput;
    /// What the applicant should add has to be said.
    NOTE_MISSING = "dossier.note_missing", BadInput;
    /// Why a proposal goes back to the officer has to be said.
    RETURN_MISSING = "dossier.return_missing", BadInput;
    /// A supplement with nothing in it.
    NOTHING_ADDED = "dossier.nothing_added", BadInput;
    /// The procedure changed between opening the form and sending it.
    PROCEDURE_CHANGED = "dossier.procedure_changed", Conflict;
    /// No procedure at this address, or none in force.
    PROCEDURE_UNKNOWN = "procedure.unknown", NotFound;
    /// At work in a post: one's own matters wait until the role is changed.
    AT_WORK = "dossier.at_work", NotAllowed;
    /// The account's level is too low for this procedure.
    LEVEL_LOW = "procedure.level_low", NotAllowed;
    /// The procedure does not take dossiers by this channel.
    CHANNEL_CLOSED = "procedure.channel_closed", NotAllowed;
    /// No such request for consent.
    CONSENT_UNKNOWN = "consent.unknown", NotFound;
    /// Answered already.
    CONSENT_ANSWERED = "consent.answered", Conflict;
    /// The time to answer is over.
    CONSENT_EXPIRED = "consent.expired", Conflict;
    /// Paid already.
    PAID_ALREADY = "payment.paid_already", Conflict;
    /// Not the amount due.
    PAYMENT_AMOUNT = "payment.wrong_amount", BadInput;
    /// Not a message of the payment side.
    PAYMENT_SIGNATURE = "payment.bad_signature", NotAllowed;
    /// Evidence is needed and was not given.
    EVIDENCE_MISSING = "evidence.missing", BadInput;
    /// Too many files.
    EVIDENCE_MANY = "evidence.too_many", BadInput;
    /// A file of this type is not taken.
    EVIDENCE_KIND = "evidence.kind", BadInput;
    /// A letter is not ready yet.
    LETTER_NOT_READY = "letter.not_ready", NotFound;
    /// Stored bytes do not open with our key.
    VAULT = "upload.vault", Bug;
    /// A code with this shape was never given out.
    VERIFY_UNKNOWN = "verify.unknown", NotFound;
    /// The verification page takes PDF files.
    VERIFY_NO_PDF = "verify.no_pdf", BadInput;
    /// More checks in a minute than one address may make.
    VERIFY_MANY = "verify.too_many", Busy;
    /// More extracts in a day than one person is given.
    EXTRACTS_MANY = "extract.too_many", Busy;
    /// The person's own confirmation at the counter is missing.
    CONFIRMATION_MISSING = "counter.confirmation_missing", BadInput;
    /// No person in the register with this number.
    PERSON_UNKNOWN = "counter.person_unknown", NotFound;
}
