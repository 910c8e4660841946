//! The error codes of this crate: what can go wrong between the browser and a handler.

kernel::codes! {
    /// The page is for people who have signed in.
    NOT_SIGNED_IN = "access.not_signed_in", NotAllowed;
    /// The person works in no such post now.
    NOT_IN_POST = "access.not_in_post", NotAllowed;
    /// The form's anti-forgery token is missing, wrong or bound to another session.
    TOKEN_WRONG = "form.token_wrong", NotAllowed;
    /// The form was opened too long ago.
    TOKEN_EXPIRED = "form.token_expired", NotAllowed;
    /// One account or one browser asked too often (`seconds`).
    RATE_ACCOUNT = "rate.account", Busy;
    /// All strangers of one network together asked too often (`seconds`).
    RATE_ADDRESS = "rate.address", Busy;
    /// The form was sent from another site.
    FOREIGN_ORIGIN = "form.foreign_origin", NotAllowed;
    /// The body is larger than this page reads.
    TOO_LARGE = "form.too_large", BadInput;
    /// The body is not what a form sends.
    UNREADABLE = "form.unreadable", BadInput;
    /// The body did not arrive in time.
    TOO_SLOW = "form.too_slow", Unavailable;
    /// The handler did not answer in time.
    TIMED_OUT = "common.timed_out", Unavailable;
    /// This address does not take this method.
    METHOD = "common.method", NotFound;
    /// Not a whole number.
    NOT_A_NUMBER = "form.not_a_number", BadInput;
    /// Not an amount of money.
    NOT_MONEY = "form.not_money", BadInput;
    /// A part of a date is missing.
    DATE_PART_MISSING = "date.part_missing", BadInput;
    /// Not one of the choices offered.
    NOT_OFFERED = "form.not_offered", BadInput;
    /// The file has no content.
    UPLOAD_EMPTY = "upload.empty", BadInput;
    /// The file is over the limit.
    UPLOAD_TOO_LARGE = "upload.too_large", BadInput;
    /// Neither PDF, JPEG, PNG nor HEIC.
    UPLOAD_KIND = "upload.kind", BadInput;
    /// The name says one type, the content another.
    UPLOAD_NAME_LIES = "upload.name_lies", BadInput;
    /// The file is cut off or damaged.
    UPLOAD_DAMAGED = "upload.damaged", BadInput;
    /// A picture of more points than any camera makes: opening it would choke the reader's machine.
    UPLOAD_PIXELS = "upload.pixels", BadInput;
    /// Too many files at once.
    UPLOAD_TOO_MANY = "upload.too_many", BadInput;
}
