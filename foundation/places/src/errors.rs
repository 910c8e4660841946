//! This crate's error codes.

use kernel::codes;

codes! {
    /// No commune of any time has this code.
    PLACE_UNKNOWN = "place.unknown", BadInput;
    /// The code belongs to the other regime: not in use on that date.
    PLACE_NOT_ON_DATE = "place.not_on_date", BadInput;
    /// No province of any time has this code.
    PROVINCE_UNKNOWN = "place.province_unknown", BadInput;
    /// The province's code was not in use on that date.
    PROVINCE_NOT_ON_DATE = "place.province_not_on_date", BadInput;
}
