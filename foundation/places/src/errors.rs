//! This crate's error codes.

use kernel::codes;

codes! {
    /// No commune of any time has this code.
    PLACE_UNKNOWN = "place.unknown", BadInput;
    /// The code belongs to the other regime: not in use on that date.
    PLACE_NOT_ON_DATE = "place.not_on_date", BadInput;
    /// A commune is merged into itself.
    MERGED_ITSELF = "place.merged_itself", BadInput;
    /// The two communes lie in different provinces.
    MERGED_PROVINCE = "place.merged_province", BadInput;
    /// A merger on or before the first day of the 2025 map.
    MERGED_EARLY = "place.merged_early", BadInput;
    /// The commune has an end already.
    MERGED_TWICE = "place.merged_twice", Conflict;
    /// The commune that should take another one in has ended by then.
    MERGED_GONE = "place.merged_gone", BadInput;
    /// No province of any time has this code.
    PROVINCE_UNKNOWN = "place.province_unknown", BadInput;
    /// The province's code was not in use on that date.
    PROVINCE_NOT_ON_DATE = "place.province_not_on_date", BadInput;
}
