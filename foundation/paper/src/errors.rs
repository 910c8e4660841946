//! What may go wrong with a letter: the template's fault, a limit, or the child.

kernel::codes! {
    /// No letter of this name.
    LETTER_UNKNOWN = "paper.unknown_letter", Bug;
    /// The template has a mistake, or the data lack something it uses.
    LETTER_TEMPLATE = "paper.template", Bug;
    /// More pages or bytes than a letter may have.
    LETTER_TOO_LARGE = "paper.too_large", BadInput;
    /// Not finished in time; the child was ended.
    LETTER_SLOW = "paper.too_slow", Unavailable;
    /// Needs more memory than a letter may use.
    LETTER_MEMORY = "paper.memory", Unavailable;
    /// The child ended without an answer.
    LETTER_CRASHED = "paper.crashed", Unavailable;
    /// The child could not be started.
    LETTER_NOT_STARTED = "paper.not_started", Unavailable;
    /// Too many letters at once.
    LETTER_BUSY = "paper.busy", Busy;
}
