//! A person's row out of the cells of a list: every item as its column holds it, without making a tree
//! of JSON first (see `person::encode`, which these texts are equal to).

use super::columns::{COLUMNS, at, is_json};
use super::sheet::{Line, Person};
use crate::person::{self, STORED};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::sync::OnceLock;
use store::Rows;

/// Where somebody lives once that is settled.
pub(super) struct Settled<'p> {
    pub dwelling: Cow<'p, str>,
    pub household: Option<Cow<'p, str>>,
    pub since: &'p str,
    pub registration: Option<String>,
}

/// What a person's row says of residence once it is settled.
#[derive(Default)]
pub(super) struct Residence<'p> {
    pub permanent: Option<Settled<'p>>,
    pub temporary: Option<Settled<'p>>,
    /// Kind and beginning of where the person is: what the abode is if the list does not say it.
    pub since: Option<(&'static str, &'p str)>,
    /// The number of the household of permanent residence.
    pub file: Option<String>,
}

/// Behind the last column of each item.
fn ends() -> &'static [usize; STORED.len()] {
    static ENDS: OnceLock<[usize; STORED.len()]> = OnceLock::new();
    ENDS.get_or_init(|| {
        STORED.map(|item| {
            let of = |name: &&str| name.split('.').next() == Some(item);
            COLUMNS.iter().rposition(of).map_or(0, |last| last + 1)
        })
    })
}

/// A text in JSON, as `serde_json` writes it.
fn quoted(out: &mut String, text: &str) {
    if text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Json::from(text).to_string());
    }
}

fn key(out: &mut String, name: &str) {
    out.push_str(if out.ends_with('{') { "\"" } else { ",\"" });
    out.push_str(name);
    out.push_str("\":");
}

fn pair(out: &mut String, name: &str, text: &str) {
    key(out, name);
    quoted(out, text);
}

/// A cell as a value: columns of JSON hold it as it is, or a text that is none.
fn value(out: &mut String, column: usize, text: &str) {
    match column {
        at::CHILDREN | at::WARDS => out.push_str(text),
        column if is_json(column) => match serde_json::from_str::<Json>(text) {
            Ok(value) => out.push_str(&value.to_string()),
            Err(_) => quoted(out, text),
        },
        _ => quoted(out, text),
    }
}

/// Where a column stands within its item.
#[derive(Clone, Copy)]
struct Part {
    /// Which part with parts of its own (`relatives.father`), from 1; 0: none.
    group: usize,
    /// That part's name.
    opens: &'static str,
    name: &'static str,
}

fn part(column: usize) -> Part {
    static ALL: OnceLock<Vec<Part>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut groups: Vec<&str> = Vec::new();
        let one = |column: &&'static str| {
            let mut parts = column.split('.').skip(1);
            let (first, second) = (parts.next().unwrap_or_default(), parts.next());
            let Some(name) = second else { return Part { group: 0, opens: "", name: first } };
            if groups.last() != Some(&first) {
                groups.push(first);
            }
            Part { group: groups.len(), opens: first, name }
        };
        COLUMNS.iter().map(one).collect()
    });
    all.get(column).copied().unwrap_or(Part { group: 0, opens: "", name: "" })
}

/// The cells of one item as the object they make up, in the order of columns.
fn object(out: &mut String, cells: Line) {
    out.push('{');
    let mut open = 0;
    for (column, text) in cells.iter() {
        let part = part(column);
        if part.group != open {
            if open != 0 {
                out.push('}');
            }
            if part.group != 0 {
                key(out, part.opens);
                out.push('{');
            }
            open = part.group;
        }
        key(out, part.name);
        value(out, column, text);
    }
    out.push_str(if open == 0 { "}" } else { "}}" });
}

/// The text of a destination or another value, as it stands within JSON.
pub(super) fn json_of(column: usize, text: Option<&str>) -> String {
    let mut out = String::new();
    match text {
        Some(text) => value(&mut out, column, text),
        None => out.push_str("null"),
    }
    out
}

/// `permanent`, `temporary`: what the list says, with what was settled.
fn home(rows: &mut Rows, p: &Person, settled: Option<&Settled>, permanent: bool) {
    let Some(settled) = settled else { return rows.null() };
    let (commune, line) = match permanent {
        true => (at::PERMANENT_COMMUNE, at::PERMANENT_LINE),
        false => (at::TEMPORARY_COMMUNE, at::TEMPORARY_LINE),
    };
    rows.build(|o| {
        o.push('{');
        pair(o, "dwelling", &settled.dwelling);
        for (name, column) in [("commune", commune), ("line", line)] {
            if let Some(text) = p.get(column) {
                pair(o, name, text);
            }
        }
        if let Some(household) = &settled.household {
            pair(o, "household", household);
        }
        pair(o, "since", settled.since);
        if permanent {
            for part in ["until", "registration"] {
                if let Some(said) = p.extra("permanent", part) {
                    key(o, part);
                    o.push_str(&said.to_string());
                }
            }
        } else {
            if let Some(until) = p.get(at::TEMPORARY_UNTIL) {
                pair(o, "until", until);
            }
            if let Some(id) = &settled.registration {
                pair(o, "registration", id);
            }
        }
        o.push('}');
    });
}

/// Where the list says the person is, or else where they live.
fn abode(rows: &mut Rows, p: &Person, cells: Line, since: Option<(&'static str, &str)>) {
    if let Some(mut said) = p.more.as_ref().and_then(|m| m.get("abode")).cloned() {
        if let (true, Some((_, since))) = (said["since"].is_null(), since) {
            said["since"] = Json::from(since);
        }
        return rows.show(said);
    }
    let dated = |o: &mut String, since: &str| {
        o.pop();
        pair(o, "since", since);
        o.push('}');
    };
    match (cells.is_empty(), since) {
        (true, None) => rows.null(),
        (true, Some((kind, since))) => rows.build(|o| {
            o.push('{');
            pair(o, "kind", kind);
            pair(o, "since", since);
            o.push('}');
        }),
        (false, since) => rows.build(|o| {
            object(o, cells);
            if let (None, Some((_, since))) = (cells.get(at::ABODE_SINCE), since) {
                dated(o, since);
            }
        }),
    }
}

/// All items of a person, in the order of their columns.
pub(super) fn items(rows: &mut Rows, p: &Person, residence: &Residence) {
    let mut rest = p.cells.split(at::NAME).1;
    for (item, end) in STORED.iter().zip(ends()) {
        let (cells, after) = rest.split(*end);
        rest = after;
        let first = cells.iter().next().map(|(_, text)| text);
        match *item {
            "permanent" => home(rows, p, residence.permanent.as_ref(), true),
            "temporary" => home(rows, p, residence.temporary.as_ref(), false),
            "abode" => abode(rows, p, cells, residence.since),
            "residence_file" => rows.maybe(first.or(residence.file.as_deref())),
            item if person::is_plain(item) => rows.maybe(first),
            "other" => match first {
                Some(text) => rows.build(|o| value(o, at::OTHER, text)),
                None => rows.null(),
            },
            item => match p.more.as_ref().and_then(|m| m.get(item)) {
                Some(said) => rows.show(said),
                None if cells.is_empty() => rows.null(),
                None => rows.build(|o| object(o, cells)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::columns::column;
    use crate::transfer::sheet::Sheet;
    use proptest::prelude::*;

    fn some_cells() -> impl Strategy<Value = Vec<(usize, String)>> {
        let json = ["{\"a\":[1,\"é\"]}", "[{\"pid\":\"035070000001\"}]", "[]", "chữ", "12"];
        let more = ["{\"card.class\":2,\"abode.x\":null}", "{\"relatives.father.x\":\"1\"}"];
        let text = "[^\\s\\pC]\\PC{0,6}[^\\s\\pC]";
        proptest::collection::vec(
            (
                0..COLUMNS.len(),
                text,
                proptest::sample::select(json.to_vec()),
                proptest::sample::select(more.to_vec()),
            ),
            0..40,
        )
        .prop_map(|list| {
            let cell = |(c, text, json, more): (usize, String, &str, &str)| {
                let relatives = matches!(c, at::CHILDREN | at::WARDS);
                let text = match c {
                    at::MORE => more.to_owned(),
                    _ if relatives => "[{\"pid\":\"035070000001\"}]".to_owned(),
                    c if is_json(c) => json.to_owned(),
                    _ => text,
                };
                (c, text)
            };
            list.into_iter().map(cell).collect()
        })
    }

    proptest! {
        /// The texts are those that the items make as JSON.
        #[test]
        fn texts_are_those_of_the_items(cells in some_cells()) {
            let mut sheet = Sheet::default();
            let row = sheet.begin();
            cells.iter().for_each(|(c, text)| sheet.push(*c, text));
            sheet.sort(row);
            let p = Person::new(1, sheet.last(row));
            let mut rows = Rows::new(STORED.len());
            items(&mut rows, &p, &Residence::default());
            let held = p.cells.items();
            let mut wanted = Rows::new(STORED.len());
            for item in STORED {
                // Residence is settled elsewhere.
                let said = held.get(item).filter(|_| !["permanent", "temporary"].contains(&item));
                wanted.maybe(said.and_then(|v| person::encode(item, v)).as_deref());
            }
            prop_assert_eq!(format!("{rows:?}"), format!("{wanted:?}"));
        }
    }

    #[test]
    fn a_home_as_it_is_stored() {
        let mut sheet = Sheet::default();
        let row = sheet.begin();
        for (name, text) in [
            ("pid", "035070000001"),
            ("permanent.commune", "13594"),
            ("permanent.line", "Số \"12\""),
            ("abode.kind", "permanent"),
        ] {
            sheet.push(column(name).unwrap(), text);
        }
        let p = Person::new(1, sheet.last(row));
        let permanent = Settled {
            dwelling: "D1".into(),
            household: Some("H1".into()),
            since: "2020-01-02",
            registration: None,
        };
        let residence = Residence {
            permanent: Some(permanent),
            since: Some(("permanent", "2020-01-02")),
            file: Some("13594-1".into()),
            ..Residence::default()
        };
        let mut rows = Rows::new(STORED.len());
        items(&mut rows, &p, &residence);
        let told = format!("{rows:?}");
        for wanted in [
            json_text(
                r#"{"dwelling":"D1","commune":"13594","line":"Số \"12\"","household":"H1","since":"2020-01-02"}"#,
            ),
            json_text(r#"{"kind":"permanent","since":"2020-01-02"}"#),
            "13594-1".to_owned(),
        ] {
            assert!(told.contains(&wanted), "{wanted} in {told}");
        }
    }

    /// As `Debug` shows it.
    fn json_text(text: &str) -> String {
        let shown = format!("{text:?}");
        shown[1..shown.len() - 1].to_owned()
    }
}
