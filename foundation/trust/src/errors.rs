//! What may go wrong with keys, signatures and notes.

kernel::codes! {
    /// The folder of keys cannot be read or written.
    KEYS_UNREADABLE = "trust.keys_unreadable", Unavailable;
    /// A key file is readable by others.
    KEYS_OPEN_TO_OTHERS = "trust.keys_open_to_others", Unavailable;
    /// A key or certificate file is damaged, or they do not belong together.
    KEYS_DAMAGED = "trust.keys_damaged", Unavailable;
    /// The moment lies outside the life of the certificate that issues.
    KEY_NOT_VALID = "trust.key_not_valid", Unavailable;
    /// The root key is kept elsewhere, so that nothing new can be certified.
    ROOT_KEY_AWAY = "trust.root_key_away", Unavailable;
    /// A PDF that cannot be signed: damaged, or not made by this program.
    PDF_UNSUPPORTED = "trust.pdf_unsupported", BadInput;
    /// A PDF over the limit.
    PDF_LARGE = "trust.pdf_large", BadInput;
    /// A name that an origin line cannot have.
    ORIGIN_UNREAL = "trust.origin_unreal", BadInput;
    /// The folder's journal has another name (`origin`).
    ORIGIN_OTHER = "trust.origin_other", Conflict;
    /// A note without a valid signature of a key we know.
    NOTE_INVALID = "trust.note_invalid", BadInput;
}
