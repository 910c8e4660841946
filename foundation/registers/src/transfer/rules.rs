//! Whether a row of a list can be a person, and its values in the register's own shapes. Pure.

use super::columns::{COLUMNS, at, is_json};
use super::remark::{Reason, Remark};
use super::sheet::{Line, Sheet};
use crate::codes;
use crate::law::Law;
use crate::model::Sex;
use crate::rules::{NumberWarning, number_warnings};
use kernel::{CommuneCode, Date, PersonalId, limits, vietnamese};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a check looks at besides the row.
pub(crate) struct Against<'a> {
    law: &'a Law,
    /// `2026-11-23`: days in the register's writing are in the order of their texts.
    today: String,
    on: Date,
    /// What is known of a commune by its code's number: most rows of a list name the same few.
    communes: RefCell<Vec<u8>>,
}

/// Asked for before.
const ASKED: u8 = 1;
/// Some commune has or had this code.
const KNOWN: u8 = 2;
/// It lies in a commune of today.
const HERE: u8 = 4;

impl<'a> Against<'a> {
    pub(crate) fn new(law: &'a Law, on: Date) -> Self {
        Self { law, today: on.to_string(), on, communes: RefCell::new(vec![0; 100_000]) }
    }

    fn commune(&self, code: &str) -> u8 {
        let digits = code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit());
        let number = code.parse::<usize>().ok().filter(|_| digits);
        let mut all = self.communes.borrow_mut();
        let Some(told) = number.and_then(|n| all.get_mut(n)) else { return 0 };
        if *told == 0 {
            let known = if commune(code).as_deref() == Some(code) { KNOWN } else { 0 };
            let here = if crate::geo::commune(code, self.on).is_some() { HERE } else { 0 };
            *told = ASKED | known | here;
        }
        *told
    }
}

/// How the cells of a column are checked.
#[derive(Clone, Copy)]
enum Kind {
    Json,
    Number,
    Birth,
    Past,
    Day,
    Choice,
    Coded,
    Relation,
    Abode,
    Commune,
    Old,
    Text,
}

impl Kind {
    fn of(column: usize) -> Self {
        static ALL: OnceLock<[Kind; COLUMNS.len()]> = OnceLock::new();
        let all = ALL.get_or_init(|| std::array::from_fn(|at| Self::named(at, COLUMNS[at])));
        all.get(column).copied().unwrap_or(Self::Text)
    }

    fn named(column: usize, name: &str) -> Self {
        let part = name.rsplit('.').next().unwrap_or(name);
        match (name, part) {
            _ if is_json(column) => Self::Json,
            (_, "pid") => Self::Number,
            ("birth", _) => Self::Birth,
            (_, "since" | "on" | "issued") => Self::Past,
            (_, "until" | "expires") => Self::Day,
            ("sex" | "marital" | "nationality.code" | "death.kind", _) => Self::Choice,
            ("ethnic.code" | "religion.code", _) => Self::Coded,
            ("relation" | "temporary.relation", _) => Self::Relation,
            ("abode.kind", _) => Self::Abode,
            (_, "commune") => Self::Commune,
            ("old_id", _) => Self::Old,
            _ => Self::Text,
        }
    }
}

/// Checks one row and puts its cells, in the register's own writing, behind those of `out`; whether it can
/// be a person. Remarks come in any case.
pub(crate) fn check(
    line: u64,
    cells: Line,
    against: &Against,
    out: &mut Sheet,
    remarks: &mut Vec<Remark>,
) -> bool {
    let (begin, before) = (out.begin(), remarks.len());
    let mut row = Row { line, against, remarks, before };
    row.canonical(cells, out);
    let cells = out.last(begin);
    for needed in [at::PID, at::NAME, at::BIRTH, at::SEX] {
        if cells.get(needed).is_none() && !row.said(COLUMNS[needed]) {
            row.say(needed, Reason::Missing);
        }
    }
    row.home(&cells, &PERMANENT);
    row.home(&cells, &TEMPORARY);
    if let Some(birth) = cells.get(at::BIRTH) {
        row.not_before(&cells, birth);
    }
    let bad = row.remarks[before..].iter().any(|r| r.reason.is_bad());
    let pid = cells.get(at::PID).and_then(|p| PersonalId::parse(p).ok());
    let (Some(pid), false) = (pid, bad) else { return false };
    row.number(&cells, &pid);
    true
}

/// The columns of a residence.
struct Home {
    name: &'static str,
    commune: usize,
    line: usize,
    until: Option<usize>,
    registration: Option<usize>,
    /// A list that has one of these says that somebody lives there.
    any: [usize; 5],
}

const PERMANENT: Home = Home {
    name: "permanent",
    commune: at::PERMANENT_COMMUNE,
    line: at::PERMANENT_LINE,
    until: None,
    registration: None,
    any: [
        at::PERMANENT_COMMUNE,
        at::PERMANENT_LINE,
        at::PERMANENT_SINCE,
        at::PERMANENT_HOUSEHOLD,
        at::PERMANENT_DWELLING,
    ],
};
const TEMPORARY: Home = Home {
    name: "temporary",
    commune: at::TEMPORARY_COMMUNE,
    line: at::TEMPORARY_LINE,
    until: Some(at::TEMPORARY_UNTIL),
    registration: Some(at::TEMPORARY_REGISTRATION),
    any: [
        at::TEMPORARY_COMMUNE,
        at::TEMPORARY_LINE,
        at::TEMPORARY_SINCE,
        at::TEMPORARY_HOUSEHOLD,
        at::TEMPORARY_DWELLING,
    ],
};

struct Row<'a, 'l> {
    line: u64,
    against: &'a Against<'l>,
    remarks: &'a mut Vec<Remark>,
    /// Remarks on rows before.
    before: usize,
}

impl Row<'_, '_> {
    fn say(&mut self, column: usize, reason: Reason) {
        self.remarks.push(Remark { line: self.line, column: COLUMNS[column], reason });
    }

    /// Whether something was said about columns that begin so.
    fn said(&self, column: &str) -> bool {
        self.remarks[self.before..].iter().any(|r| r.column.starts_with(column))
    }

    /// Every cell in the register's own writing; one that cannot be is told and left out.
    fn canonical(&mut self, cells: Line, out: &mut Sheet) {
        for (column, text) in cells.iter() {
            match self.value(column, text) {
                Ok(Some(text)) if text.is_empty() => {}
                Ok(Some(text)) => out.push(column, &text),
                Ok(None) => {}
                Err(reason) => self.say(column, reason),
            }
        }
    }

    fn value<'t>(&self, column: usize, text: &'t str) -> Result<Option<Cow<'t, str>>, Reason> {
        let (name, kind) = (COLUMNS[column], Kind::of(column));
        if matches!(kind, Kind::Json) {
            if matches!(column, at::CHILDREN | at::WARDS) && is_plain_list(text) {
                return Ok(Some(text.into()));
            }
            return Ok(json(name, text, self.against.law)?.map(Cow::Owned));
        }
        let text: Cow<'t, str> = match vietnamese::is_tidy(text) {
            true => text.into(),
            false => vietnamese::tidy(text).into(),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let max = limits::LINE_CHARS_MAX;
        if text.len() > max && text.chars().count() > max {
            return Err(Reason::TooLong);
        }
        let some = |t: Option<String>, reason| t.map(|t| Some(Cow::Owned(t))).ok_or(reason);
        match kind {
            Kind::Number if is_digits(&text, 12) => Ok(Some(text)),
            Kind::Number => {
                some(PersonalId::parse(&text).ok().map(|p| p.as_str().to_owned()), Reason::Number)
            }
            Kind::Birth | Kind::Past | Kind::Day if is_day(&text) => self.past(kind, text),
            Kind::Birth => self.past(kind, birth(&text).ok_or(Reason::Date)?.into()),
            Kind::Past | Kind::Day => self.past(kind, day(&text).ok_or(Reason::Date)?.into()),
            Kind::Choice => choice(name, text),
            Kind::Coded => coded(name, text),
            Kind::Relation if self.against.law.relation(&text).is_some() => Ok(Some(text)),
            Kind::Relation => some(relation(&text, self.against.law), Reason::Choice),
            Kind::Abode => {
                let known = ["permanent", "temporary", "declared"].contains(&text.as_ref());
                known.then_some(Some(text)).ok_or(Reason::Choice)
            }
            Kind::Commune if self.against.commune(&text) & KNOWN != 0 => Ok(Some(text)),
            Kind::Commune => some(commune(&text), Reason::Commune),
            Kind::Old if is_digits(&text, 9) => Ok(Some(text)),
            Kind::Old => {
                let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
                some(is_digits(&digits, 9).then_some(digits), Reason::Number)
            }
            Kind::Json | Kind::Text => Ok(Some(text)),
        }
    }

    /// A day in the register's writing: whether it may be where it stands.
    fn past<'t>(&self, kind: Kind, day: Cow<'t, str>) -> Result<Option<Cow<'t, str>>, Reason> {
        let future = !matches!(kind, Kind::Day) && *day > *self.against.today.as_str();
        if future { Err(Reason::Future) } else { Ok(Some(day)) }
    }

    /// A residence has a commune of today and an address.
    fn home(&mut self, cells: &Line, home: &Home) {
        let has = |column: usize| cells.get(column);
        if !home.any.iter().any(|c| has(*c).is_some()) || self.said(home.name) {
            return;
        }
        let here = |code: &str| self.against.commune(code) & HERE != 0;
        if !has(home.commune).is_some_and(here) {
            self.say(home.commune, Reason::Commune);
        } else if has(home.line).is_none() {
            self.say(home.line, Reason::Missing);
        } else if let Some(until) = home.until.filter(|until| has(*until).is_none()) {
            self.say(until, Reason::Missing);
        }
        // Registrations of one person have different names.
        let Some(column) = home.registration else { return };
        let taken = has(column).is_some_and(|id| {
            Some(id) == has(at::ABSENCE_REGISTRATION)
                || has(at::PID).is_some_and(|pid| id.strip_prefix('P') == Some(pid))
        });
        if taken {
            self.say(column, Reason::Shape);
        }
    }

    /// Nothing of a person is older than the person.
    fn not_before(&mut self, cells: &Line, birth: &str) {
        for column in [at::PERMANENT_SINCE, at::TEMPORARY_SINCE, at::CARD_ISSUED, at::DEATH_ON] {
            // A birth of which only the year is known is a shorter text, and the smaller one.
            if cells.get(column).is_some_and(|day| day < birth) {
                self.say(column, Reason::Date);
            }
        }
    }

    fn number(&mut self, cells: &Line, pid: &PersonalId) {
        let sex = cells.get(at::SEX).and_then(Sex::parse).unwrap_or(Sex::Male);
        let birth = cells.get(at::BIRTH).unwrap_or_default();
        for warning in number_warnings(pid, birth, sex, crate::number::PREFIXES) {
            self.say(
                at::PID,
                match warning {
                    NumberWarning::UnknownProvince => Reason::NumberProvince,
                    NumberWarning::BirthDiffers => Reason::NumberBirth,
                    NumberWarning::SexDiffers => Reason::NumberSex,
                },
            );
        }
    }
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

/// A day as the register writes it, and there is such a day.
fn is_day(text: &str) -> bool {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else { return false };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let two = |tens: &u8, ones: &u8| i16::from(tens - b'0') * 10 + i16::from(ones - b'0');
    let year = two(a, b) * 100 + two(c, d);
    let [month, day] = [two(e, f), two(g, h)].map(|n| i8::try_from(n).unwrap_or(0));
    year >= 1850 && Date::new(year, month, day).is_ok()
}

/// A list of relatives with a number each and nothing else, as the register writes it: most are.
fn is_plain_list(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
        return false;
    };
    let one = |part: &str| {
        let number = part.strip_prefix("{\"pid\":\"").and_then(|p| p.strip_suffix("\"}"));
        number.is_some_and(|n| is_digits(n, 12))
    };
    text.len() <= limits::IMPORT_JSON_BYTES_MAX && inner.split(',').all(one)
}

/// JSON in a cell: relatives, a destination, what has no column.
fn json(name: &str, text: &str, law: &Law) -> Result<Option<String>, Reason> {
    if text.len() > limits::IMPORT_JSON_BYTES_MAX {
        return Err(Reason::TooLong);
    }
    let value: Result<Json, _> = serde_json::from_str(text);
    let value = match (name, value) {
        ("relatives.children" | "relatives.wards", Ok(Json::Array(list))) => {
            let known = |r: &Json| match (r["pid"].as_str(), r["name"].as_str()) {
                (Some(pid), _) => PersonalId::parse(pid).is_ok(),
                (None, name) => name.is_some_and(|n| !n.trim().is_empty()),
            };
            if !list.iter().all(known) {
                return Err(Reason::Shape);
            }
            Json::Array(list)
        }
        ("disputed", Ok(Json::Array(mut list))) => {
            list.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            list.dedup();
            let item = |i: &Json| i.as_str().is_some_and(|i| law.item_label(i).is_some());
            if !list.iter().all(item) {
                return Err(Reason::Shape);
            }
            Json::Array(list)
        }
        ("absence.destination", Err(_)) => Json::from(vietnamese::tidy(text)),
        ("absence.destination" | "other", Ok(value)) => value,
        ("more", Ok(Json::Object(value))) => Json::Object(value),
        _ => return Err(Reason::Shape),
    };
    Ok((!value.is_null()).then(|| match value {
        Json::String(text) => text,
        other => other.to_string(),
    }))
}

/// A day as lists write it: `1970-03-02`, `02/03/1970`, `2-3-1970`, `02.03.1970`, `19700302`.
pub(crate) fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let (year, month, date) = match parts.as_slice() {
        [whole] if whole.len() == 8 => (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?),
        [y, m, d] if y.len() == 4 => (*y, *m, *d),
        [d, m, y] if y.len() == 4 => (*y, *m, *d),
        _ => return None,
    };
    let number = |text: &str| -> Option<i16> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let part = |text: &str| i8::try_from(number(text)?).ok();
    let day = Date::new(number(year)?, part(month)?, part(date)?).ok()?;
    (day.year() >= 1850).then(|| day.to_string())
}

/// A birth date as far as it is known: a day, `1951-04`, `04/1951`, `1951`.
fn birth(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let (year, month) = match parts.as_slice() {
        [y] if y.len() == 4 => (*y, "01"),
        [y, m] if y.len() == 4 => (*y, *m),
        [m, y] if y.len() == 4 => (*y, *m),
        _ => return day(text),
    };
    let first = day(&format!("{year}-{month}-01"))?;
    Some(first.get(..if parts.len() == 1 { 4 } else { 7 })?.to_owned())
}

/// A word of a list of `data/registers/values.csv`, or a value itself.
fn choice<'t>(name: &str, text: Cow<'t, str>) -> Result<Option<Cow<'t, str>>, Reason> {
    if matches!((name, &*text), ("sex", "male" | "female") | ("nationality.code", "VN")) {
        return Ok(Some(text));
    }
    static WORDS: OnceLock<HashMap<(&'static str, String), &'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let file = include_str!("../../../../data/registers/values.csv");
        let mut all = HashMap::new();
        for line in file.lines().skip(1) {
            let mut cells = line.split(',');
            if let (Some(item), Some(value), Some(word)) =
                (cells.next(), cells.next(), cells.next())
            {
                all.insert((item, vietnamese::search_key(word)), value);
                all.insert((item, vietnamese::search_key(value)), value);
            }
        }
        all
    });
    let known = COLUMNS.iter().find(|c| **c == name).copied().unwrap_or_default();
    match words.get(&(known, vietnamese::search_key(&text))) {
        Some(value) => Ok(Some(Cow::Borrowed(value))),
        // Another State's code.
        None if name == "nationality.code"
            && text.len() == 2
            && text.bytes().all(|b| b.is_ascii_uppercase()) =>
        {
            Ok(Some(text))
        }
        None => Err(Reason::Choice),
    }
}

/// A code of a list, or the name it stands for.
fn coded<'t>(name: &str, text: Cow<'t, str>) -> Result<Option<Cow<'t, str>>, Reason> {
    let ethnic = name == "ethnic.code";
    let known = if ethnic { codes::ethnic_name(&text) } else { codes::religion_name(&text) };
    if known.is_some() {
        return Ok(Some(text));
    }
    let code = if ethnic { codes::ethnic_code(&text) } else { codes::religion_code(&text) };
    code.map(|code| Some(code.into())).ok_or(Reason::Choice)
}

fn relation(text: &str, law: &Law) -> Option<String> {
    let key = vietnamese::search_key(text);
    let named = law.relations().iter().find(|r| vietnamese::search_key(&r.label.vi) == key);
    named.map(|r| r.code.clone())
}

/// A code that some commune has or had.
fn commune(text: &str) -> Option<String> {
    let code = CommuneCode::parse(text).ok()?;
    let known = [places::REFORM, kernel::time::plus_days(places::REFORM, -1)];
    let there = known.iter().any(|on| places::all().find(&code, *on).is_some());
    there.then(|| code.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_lists_write_them() {
        for text in ["1970-03-02", "02/03/1970", "2-3-1970", "2.3.1970", "19700302", "2 / 3 / 1970"]
        {
            assert_eq!(day(text).as_deref(), Some("1970-03-02"), "{text}");
        }
        for text in [
            "",
            "1970",
            "31/02/1970",
            "1/2/70",
            "+1/2/1970",
            "1700-01-01",
            "1970-13-01",
            "a/b/cdef",
            "1/2/3/1970",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(birth("1951").as_deref(), Some("1951"));
        assert_eq!(birth("04/1951").as_deref(), Some("1951-04"));
        assert_eq!(birth("1951-4").as_deref(), Some("1951-04"));
        assert_eq!(birth("30/04/1951").as_deref(), Some("1951-04-30"));
        assert_eq!(birth("13/1951"), None);
        assert_eq!(birth("0000"), None);
    }

    #[test]
    fn days_in_the_own_writing_need_not_be_written_again() {
        for text in ["1970-03-02", "2024-02-29", "1850-01-01"] {
            assert!(is_day(text) && day(text).as_deref() == Some(text), "{text}");
        }
        for text in
            ["1970-3-2", "2023-02-29", "1849-12-31", "1970-13-01", "02/03/1970", "1970-03-0x"]
        {
            assert!(!is_day(text), "{text}");
        }
    }

    #[test]
    fn plain_lists_are_those_that_json_would_leave_as_they_are() {
        let law = Law::load().unwrap();
        let one = "{\"pid\":\"035070000001\"}";
        for text in [format!("[{one}]"), format!("[{one},{one}]")] {
            assert!(is_plain_list(&text));
            let read = json("relatives.children", &text, &law).unwrap();
            assert_eq!(read.as_deref(), Some(text.as_str()));
        }
        for text in ["[]", "", "[", "[{\"pid\":\"1\"}]", &format!("[{one}, {one}]"), one] {
            assert!(!is_plain_list(text), "{text}");
        }
    }

    #[test]
    fn words_of_lists() {
        let choice = |name: &str, text: &str| {
            choice(name, text.to_owned().into()).map(|t| t.map(Cow::into_owned))
        };
        // What is taken as it stands is what the list would say.
        for (name, text, other) in
            [("sex", "male", "MALE"), ("sex", "female", "Female"), ("nationality.code", "VN", "vn")]
        {
            assert_eq!(choice(name, text).unwrap().as_deref(), Some(text));
            assert_eq!(choice(name, other).unwrap().as_deref(), Some(text));
        }
        assert_eq!(choice("sex", "Nữ").unwrap().as_deref(), Some("female"));
        assert_eq!(choice("sex", "nam").unwrap().as_deref(), Some("male"));
        assert_eq!(choice("marital", "Góa chồng").unwrap().as_deref(), Some("widowed"));
        assert_eq!(choice("nationality.code", "Việt Nam").unwrap().as_deref(), Some("VN"));
        assert_eq!(choice("nationality.code", "LA").unwrap().as_deref(), Some("LA"));
        assert_eq!(choice("sex", "other"), Err(Reason::Choice));
        assert_eq!(coded("ethnic.code", "Kinh".into()).unwrap().as_deref(), Some("01"));
        assert_eq!(coded("ethnic.code", "01".into()).unwrap().as_deref(), Some("01"));
        assert_eq!(coded("ethnic.code", "Atlantis".into()), Err(Reason::Choice));
        assert_eq!(commune("13594").as_deref(), Some("13594"));
        assert_eq!(commune("99999"), None);
    }
}
