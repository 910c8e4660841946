//! Names of places for addresses. What is stored keeps the code of its day; what it means on a day is
//! asked here.

use kernel::{CommuneCode, Date};
use places::Commune;

/// The commune in which a stored code lies on that date.
pub(crate) fn commune(code: &str, on: Date) -> Option<&'static Commune> {
    places::all().lies_in(&CommuneCode::parse(code).ok()?, on).ok()
}

/// Whether somebody may register there on that date.
pub(crate) fn is_there(code: &str, on: Date) -> bool {
    CommuneCode::parse(code).is_ok_and(|c| places::all().find(&c, on).is_some())
}

/// Whether two stored codes lie in one commune on that date.
pub(crate) fn same(a: &str, b: &str, on: Date) -> bool {
    places::code_on(a, on) == places::code_on(b, on)
}

/// The code of the province of a commune on that date.
pub(crate) fn province_of(code: &str, on: Date) -> Option<&'static str> {
    commune(code, on).map(|c| c.province().code_str())
}

/// «Thôn 3, xã Trần Thương, tỉnh Ninh Bình»
pub(crate) fn address(line: Option<&str>, code: &str, on: Date) -> Option<String> {
    Some(address_in(line, commune(code, on)?))
}

/// The same where the commune is known.
pub(crate) fn address_in(line: Option<&str>, commune: &Commune) -> String {
    let place = commune.full_name();
    match line.filter(|l| !l.is_empty()) {
        Some(line) => format!("{line}, {place}"),
        None => place,
    }
}
