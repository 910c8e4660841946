//! Whether a row of a list can be a person, and its values in the register's own shapes. Pure.

use super::columns::{COLUMNS, Cells, column};
use super::remark::{Reason, Remark};
use crate::codes;
use crate::law::Law;
use crate::model::{Sex, birth_date};
use crate::rules::{NumberWarning, number_warnings};
use kernel::{CommuneCode, Date, PersonalId, limits, vietnamese};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A row that can be a person.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub line: u64,
    pub pid: PersonalId,
    /// Item → value, as the register holds it.
    pub items: Map<String, Json>,
    /// Relation to the head of the household of temporary residence.
    pub stay_relation: Option<String>,
    /// Items that were disputed where the list comes from.
    pub disputed: Vec<String>,
}

/// What a check looks at besides the row.
pub(crate) struct Against<'a> {
    pub law: &'a Law,
    pub today: Date,
}

/// Checks one row. Remarks come in any case; a person only if none of them is bad.
pub(crate) fn check(line: u64, cells: Cells, against: &Against) -> (Option<Checked>, Vec<Remark>) {
    let mut row = Row { line, against, remarks: Vec::new() };
    let cells = row.canonical(cells);
    for needed in ["pid", "name", "birth", "sex"] {
        if cells.get(needed).is_none() && !row.remarks.iter().any(|r| r.column == needed) {
            row.say(needed, Reason::Missing);
        }
    }
    for home in ["permanent", "temporary"] {
        row.home(&cells, home);
    }
    if let Some(birth) = cells.get("birth").and_then(birth_date) {
        row.not_before(&cells, birth);
    }
    let bad = row.remarks.iter().any(|r| r.reason.is_bad());
    let pid = cells.get("pid").and_then(|p| PersonalId::parse(p).ok());
    let (Some(pid), false) = (pid, bad) else { return (None, row.remarks) };
    row.number(&cells, &pid);
    let remarks = row.remarks;
    let mut items = cells.items();
    items.remove("pid");
    let stay_relation = items
        .get_mut("temporary")
        .and_then(Json::as_object_mut)
        .and_then(|t| t.remove("relation"))
        .and_then(|r| r.as_str().map(str::to_owned));
    let disputed = match items.remove("disputed") {
        Some(Json::Array(list)) => {
            list.iter().filter_map(|i| i.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    (Some(Checked { line, pid, items, stay_relation, disputed }), remarks)
}

struct Row<'a> {
    line: u64,
    against: &'a Against<'a>,
    remarks: Vec<Remark>,
}

impl Row<'_> {
    fn say(&mut self, column: &'static str, reason: Reason) {
        self.remarks.push(Remark { line: self.line, column, reason });
    }

    /// Every cell in the register's own writing; one that cannot be is told and left out.
    fn canonical(&mut self, cells: Cells) -> Cells {
        let mut out = Vec::with_capacity(cells.0.len());
        for (at, text) in cells.0 {
            let name = COLUMNS[at];
            match self.value(name, &text) {
                Ok(Some(text)) => out.push((at, text)),
                Ok(None) => {}
                Err(reason) => self.say(name, reason),
            }
        }
        Cells::sorted(out)
    }

    fn value(&self, name: &'static str, text: &str) -> Result<Option<String>, Reason> {
        let part = name.rsplit('.').next().unwrap_or(name);
        if super::columns::is_json(column(name).unwrap_or(usize::MAX)) {
            return json(name, text, self.against.law);
        }
        let text = vietnamese::tidy(text);
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > limits::LINE_CHARS_MAX {
            return Err(Reason::TooLong);
        }
        let some = |t: Option<String>, reason| t.map(Some).ok_or(reason);
        match (name, part) {
            ("pid", _) | (_, "pid") => {
                some(PersonalId::parse(&text).ok().map(|p| p.as_str().to_owned()), Reason::Number)
            }
            ("birth", _) => self.past(some(birth(&text), Reason::Date)?),
            (_, "since" | "on" | "issued") => self.past(some(day(&text), Reason::Date)?),
            (_, "until" | "expires") => some(day(&text), Reason::Date),
            ("sex" | "marital" | "nationality.code" | "death.kind", _) => choice(name, &text),
            ("ethnic.code" | "religion.code", _) => coded(name, text),
            ("relation" | "temporary.relation", _) => {
                some(relation(&text, self.against.law), Reason::Choice)
            }
            ("abode.kind", _) => {
                let known = ["permanent", "temporary", "declared"].contains(&text.as_str());
                some(known.then_some(text), Reason::Choice)
            }
            (_, "commune") => some(commune(&text), Reason::Commune),
            ("old_id", _) => {
                let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
                let fine = digits.len() == 9 && digits.bytes().all(|b| b.is_ascii_digit());
                some(fine.then_some(digits), Reason::Number)
            }
            _ => Ok(Some(text)),
        }
    }

    fn past(&self, day: Option<String>) -> Result<Option<String>, Reason> {
        match day.as_deref().and_then(birth_date) {
            Some(d) if d > self.against.today => Err(Reason::Future),
            _ => Ok(day),
        }
    }

    /// A residence has a commune of today and an address.
    fn home(&mut self, cells: &Cells, home: &'static str) {
        let at =
            |name: &&&'static str| name.strip_prefix(home).and_then(|part| part.strip_prefix('.'));
        let named = |part: &str| COLUMNS.iter().find(|c| at(c) == Some(part)).copied();
        let has = |part: &str| named(part).and_then(|name| cells.get(name));
        let any =
            cells.0.iter().filter_map(|(column, _)| at(&&COLUMNS[*column])).any(|part| {
                matches!(part, "commune" | "line" | "since" | "household" | "dwelling")
            });
        if !any || self.remarks.iter().any(|r| r.column.starts_with(home)) {
            return;
        }
        let today = self.against.today;
        if has("commune").and_then(|c| crate::geo::commune(c, today)).is_none() {
            self.say(named("commune").unwrap_or(home), Reason::Commune);
        } else if has("line").is_none() {
            self.say(named("line").unwrap_or(home), Reason::Missing);
        } else if home == "temporary" && has("until").is_none() {
            self.say(named("until").unwrap_or(home), Reason::Missing);
        }
        // Registrations of one person have different names.
        let id = has("registration");
        let taken = id.is_some_and(|id| {
            Some(id) == cells.get("absence.registration")
                || cells.get("pid").is_some_and(|pid| id.strip_prefix('P') == Some(pid))
        });
        if taken {
            self.say(named("registration").unwrap_or(home), Reason::Shape);
        }
    }

    /// Nothing of a person is older than the person.
    fn not_before(&mut self, cells: &Cells, birth: Date) {
        for name in ["permanent.since", "temporary.since", "card.issued", "death.on"] {
            let day = cells.get(name).and_then(birth_date);
            if let Some(at) = column(name).filter(|_| day.is_some_and(|d| d < birth)) {
                self.say(COLUMNS[at], Reason::Date);
            }
        }
    }

    fn number(&mut self, cells: &Cells, pid: &PersonalId) {
        let sex = cells.get("sex").and_then(Sex::parse).unwrap_or(Sex::Male);
        let birth = cells.get("birth").unwrap_or_default();
        for warning in number_warnings(pid, birth, sex, crate::number::PREFIXES) {
            self.say(
                "pid",
                match warning {
                    NumberWarning::UnknownProvince => Reason::NumberProvince,
                    NumberWarning::BirthDiffers => Reason::NumberBirth,
                    NumberWarning::SexDiffers => Reason::NumberSex,
                },
            );
        }
    }
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
fn choice(name: &str, text: &str) -> Result<Option<String>, Reason> {
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
    match words.get(&(known, vietnamese::search_key(text))) {
        Some(value) => Ok(Some((*value).to_owned())),
        // Another State's code.
        None if name == "nationality.code"
            && text.len() == 2
            && text.bytes().all(|b| b.is_ascii_uppercase()) =>
        {
            Ok(Some(text.to_owned()))
        }
        None => Err(Reason::Choice),
    }
}

/// A code of a list, or the name it stands for.
fn coded(name: &str, text: String) -> Result<Option<String>, Reason> {
    let (known, code) = match name {
        "ethnic.code" => (codes::ethnic_name(&text).is_some(), codes::ethnic_code(&text)),
        _ => (codes::religion_name(&text).is_some(), codes::religion_code(&text)),
    };
    match code {
        _ if known => Ok(Some(text)),
        Some(code) => Ok(Some(code.to_owned())),
        None => Err(Reason::Choice),
    }
}

fn relation(text: &str, law: &Law) -> Option<String> {
    if law.relation(text).is_some() {
        return Some(text.to_owned());
    }
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
    fn words_of_lists() {
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
