//! Decisions of the residence register. Pure: no clock, no database, no randomness.
//!
//! The procedure files check what a citizen may ask for; these rules refuse what cannot be true.

use crate::errors::*;
use crate::model::{Sex, birth_date};
use kernel::{Code, Date, Error, PersonalId, Result, time};

/// Thời hạn tạm trú: at most two years at a time (Luật Cư trú 68/2020 Điều 27).
pub const TEMPORARY_YEARS_MAX: i32 = 2;
/// Days after the end during which a temporary residence can still be extended, because a dossier
/// filed in time may be decided after it.
pub const EXTENSION_GRACE_DAYS: i32 = 30;
/// Lưu trú is lodging of less than 30 days (Luật Cư trú Điều 2 khoản 6).
pub const STAY_DAYS_MAX: i32 = 29;
/// People one command takes.
pub const PEOPLE_MAX: usize = 200;
/// People of one dwelling that move together, or are shown together: a large dormitory.
pub const DWELLING_PEOPLE_MAX: usize = 1_000;
/// Age of majority (Bộ luật Dân sự 2015 Điều 20).
pub const ADULT_YEARS: i32 = 18;

/// A day so many years later; 29 February becomes 28 February where there is none.
pub fn plus_years(day: Date, years: i32) -> Date {
    day.checked_add(jiff::Span::new().years(years)).unwrap_or(day)
}

/// A term of temporary residence: it has begun, it ends later, and not after two years.
pub fn check_term(since: Date, until: Date, today: Date) -> Result<()> {
    if since > today {
        return Err(Error::new(TRUE_FROM_FUTURE).field("since"));
    }
    if until <= since {
        return Err(Error::new(END_BEFORE_START).field("until"));
    }
    if until > plus_years(since, TEMPORARY_YEARS_MAX) {
        return Err(Error::new(TOO_LONG).field("until"));
    }
    Ok(())
}

/// An extension: later than before, and not over two years after the later of the old end and today.
pub fn check_extension(old_until: Date, until: Date, today: Date) -> Result<()> {
    if time::plus_days(old_until, EXTENSION_GRACE_DAYS) < today {
        return Err(Error::new(NOT_REGISTERED));
    }
    if until <= old_until || until <= today {
        return Err(Error::new(NOT_LATER).field("until"));
    }
    if until > plus_years(old_until.max(today), TEMPORARY_YEARS_MAX) {
        return Err(Error::new(TOO_LONG).field("until"));
    }
    Ok(())
}

/// A lodging notice: the nights lie between today's reach and less than 30 days.
pub fn check_stay(since: Date, until: Date) -> Result<()> {
    if until < since {
        return Err(Error::new(END_BEFORE_START).field("until"));
    }
    if time::plus_days(since, STAY_DAYS_MAX) < until {
        return Err(Error::new(STAY_LONG).field("until"));
    }
    Ok(())
}

/// Somebody who is to be, or is, a member of a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub pid: PersonalId,
    /// Male or female, if known.
    pub sex: Option<Sex>,
    /// Born, as far as known.
    pub birth: Option<Date>,
    /// Relation to the head.
    pub relation: String,
}

/// The members of one family household together: one head, of age unless nobody is; at most one
/// spouse of the head, one father, one mother.
pub fn check_family(members: &[Candidate], on: Date) -> Result<()> {
    match family_fault(members, on) {
        None => Ok(()),
        Some((_, code)) if code.id == PERSON_TWICE.id => Err(Error::new(code)),
        Some((_, code)) => Err(Error::new(code).field("relation")),
    }
}

/// The first member whose place in the household cannot be, and why.
pub fn family_fault(members: &[Candidate], on: Date) -> Option<(usize, Code)> {
    let is = |m: &Candidate, relations: &[&str]| relations.contains(&m.relation.as_str());
    for once in [&["head"][..], &["wife", "husband"], &["father"], &["mother"]] {
        let mut of = members.iter().enumerate().filter(|(_, m)| is(m, once));
        if let Some((second, _)) = of.nth(1) {
            return Some((second, RELATION_TAKEN));
        }
    }
    let twice = |i: usize| members[..i].iter().any(|o| o.pid == members[i].pid);
    if let Some(i) = (0..members.len()).find(|i| twice(*i)) {
        return Some((i, PERSON_TWICE));
    }
    let (at, head) = members.iter().enumerate().find(|(_, m)| m.relation == "head")?;
    if let Some(i) = members.iter().position(|m| !ages_fit(head, m, on)) {
        return Some((i, RELATION_AGE));
    }
    let adult = |m: &Candidate| m.birth.is_none_or(|b| time::age_on(b, on) >= ADULT_YEARS);
    (!adult(head) && members.iter().any(adult)).then_some((at, HEAD_MINOR))
}

/// A spouse is of age (Luật Hôn nhân và gia đình 2014 Điều 8), parents are older than their children.
/// Ages that are not known fit.
fn ages_fit(head: &Candidate, m: &Candidate, on: Date) -> bool {
    let (Some(head), Some(member)) = (head.birth, m.birth) else { return true };
    match m.relation.as_str() {
        "wife" | "husband" => time::age_on(member, on) >= ADULT_YEARS,
        "child" | "grandchild" => member > head,
        "father" | "mother" | "grandfather" | "grandmother" => member < head,
        _ => true,
    }
}

/// A minor moves with a parent or guardian, or with one's consent.
pub fn check_minor(
    is_minor: bool,
    guardians: &[String],
    moving: &[PersonalId],
    consents: &[PersonalId],
) -> Result<()> {
    let stands = |p: &PersonalId| guardians.iter().any(|g| g == p.as_str());
    if is_minor && !moving.iter().any(stands) && !consents.iter().any(stands) {
        return Err(Error::new(MINOR_ALONE));
    }
    Ok(())
}

/// What a personal number says that the record does not: a warning, never a refusal, because the
/// number was given for life and the record may since have been corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberWarning {
    /// The first three digits are no province's.
    UnknownProvince,
    /// Century or year differ from the date of birth.
    BirthDiffers,
    /// The digit of century and sex says another sex.
    SexDiffers,
}

/// Compares a number with a record (`PPP G YY RRRRRR`: NĐ 137/2015 Điều 13). `prefixes` are the 63
/// province codes in use.
pub fn number_warnings(
    pid: &PersonalId,
    birth: &str,
    sex: Sex,
    prefixes: &[&str],
) -> Vec<NumberWarning> {
    let mut out = Vec::new();
    if !prefixes.contains(&pid.prefix()) {
        out.push(NumberWarning::UnknownProvince);
    }
    let digits = pid.as_str();
    let number = |range: std::ops::Range<usize>| digits[range].parse::<i16>().unwrap_or(0);
    let group = number(3..4);
    let year = 1900 + 100 * (group / 2) + number(4..6);
    if birth_date(birth).is_some_and(|b| b.year() != year) {
        out.push(NumberWarning::BirthDiffers);
    }
    if (group % 2 == 0) != (sex == Sex::Male) {
        out.push(NumberWarning::SexDiffers);
    }
    out
}
