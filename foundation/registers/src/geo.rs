//! Names of places for addresses.

use kernel::{CommuneCode, Date};
use places::Commune;

/// The commune of this code on that date.
pub(crate) fn commune(code: &str, on: Date) -> Option<&'static Commune> {
    places::all().find(&CommuneCode::parse(code).ok()?, on)
}

/// The code of the province of a commune on that date.
pub(crate) fn province_of(code: &str, on: Date) -> Option<&'static str> {
    commune(code, on).map(|c| c.province().code_str())
}

/// «Thôn 3, xã Trần Thương, tỉnh Ninh Bình»
pub(crate) fn address(line: Option<&str>, code: &str, on: Date) -> Option<String> {
    let place = commune(code, on)?.full_name();
    Some(match line.filter(|l| !l.is_empty()) {
        Some(line) => format!("{line}, {place}"),
        None => place,
    })
}
