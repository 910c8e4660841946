//! When an appointment gives its post, and which appointments may be made.

use crate::errors::{DATES_REVERSED, POST_ELSEWHERE};
use crate::law::{Agency, Post};
use kernel::{Code, Date};

/// From a day to the day before another; without a second day it has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day with the post.
    pub from: Date,
    /// First day without it.
    pub until: Option<Date>,
}

impl Span {
    /// Whether the post is held on a day. An appointment ended this morning gives nothing today.
    pub fn holds_on(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|u| day < u)
    }
    /// Whether two spans share a day.
    pub fn meets(self, other: Self) -> bool {
        self.until.is_none_or(|u| other.from < u) && other.until.is_none_or(|u| self.from < u)
    }
}

/// Whether an appointment may be made.
pub fn may_be_made(post: &Post, agency: &Agency, span: Span) -> Result<(), Code> {
    if span.until.is_some_and(|u| u <= span.from) {
        return Err(DATES_REVERSED);
    }
    if !post.agency.contains(&agency.kind) || !post.place.fits(&agency.place) {
        return Err(POST_ELSEWHERE);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::IdentityLaw;
    use jiff::civil::date;
    use kernel::Localized;

    fn span(from: Date, until: Option<Date>) -> Span {
        Span { from, until }
    }

    #[test]
    fn held_from_the_first_day_and_not_on_the_last() {
        let s = span(date(2026, 11, 1), Some(date(2026, 11, 23)));
        assert!(!s.holds_on(date(2026, 10, 31)));
        assert!(s.holds_on(date(2026, 11, 1)));
        assert!(s.holds_on(date(2026, 11, 22)));
        assert!(!s.holds_on(date(2026, 11, 23)), "ended this morning");
        assert!(span(date(2026, 11, 1), None).holds_on(date(2060, 1, 1)));
    }

    #[test]
    fn spans_that_touch_do_not_meet() {
        let a = span(date(2026, 1, 1), Some(date(2026, 6, 1)));
        assert!(!a.meets(span(date(2026, 6, 1), None)));
        assert!(a.meets(span(date(2026, 5, 31), None)));
        assert!(a.meets(span(date(2025, 1, 1), None)));
        assert!(!a.meets(span(date(2025, 1, 1), Some(date(2026, 1, 1)))));
    }

    #[test]
    fn a_post_exists_in_its_kind_of_agency_only() {
        let law = IdentityLaw::load().unwrap();
        let officer = law.post(&"commune-police.officer".into()).unwrap();
        let agency = |kind: &str, place: &str| Agency {
            code: "X".into(),
            name: Localized::new("x", "x"),
            kind: kind.into(),
            place: place.into(),
        };
        let s = span(date(2026, 1, 1), None);
        assert_eq!(may_be_made(officer, &agency("commune-police", "13594"), s), Ok(()));
        assert_eq!(may_be_made(officer, &agency("one-stop", "13594"), s), Err(POST_ELSEWHERE));
        assert_eq!(may_be_made(officer, &agency("commune-police", "37"), s), Err(POST_ELSEWHERE));
        let none = span(date(2026, 1, 1), Some(date(2026, 1, 1)));
        assert_eq!(
            may_be_made(officer, &agency("commune-police", "13594"), none),
            Err(DATES_REVERSED)
        );
    }
}
