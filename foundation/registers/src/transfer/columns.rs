//! A person as a list carries them: the columns, their names in headings, and the way between columns
//! and items.

use kernel::vietnamese;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The columns of a list, in its order: an item, or a part of one. A part that is no text is JSON.
pub const COLUMNS: [&str; 75] = [
    "pid",
    "name",
    "other_name",
    "birth",
    "sex",
    "birth_place.commune",
    "birth_place.on",
    "birth_place.line",
    "birth_place.text",
    "birth_registration.commune",
    "birth_registration.on",
    "birth_registration.line",
    "birth_registration.text",
    "native_place.commune",
    "native_place.on",
    "native_place.line",
    "native_place.text",
    "ethnic.code",
    "ethnic.name",
    "religion.code",
    "religion.name",
    "nationality.code",
    "nationality.name",
    "blood",
    "old_id",
    "card.issued",
    "card.by",
    "card.expires",
    "relatives.father.pid",
    "relatives.father.name",
    "relatives.father.nationality",
    "relatives.mother.pid",
    "relatives.mother.name",
    "relatives.mother.nationality",
    "relatives.spouse.pid",
    "relatives.spouse.name",
    "relatives.spouse.nationality",
    "relatives.guardian.pid",
    "relatives.guardian.name",
    "relatives.guardian.nationality",
    "relatives.children",
    "relatives.wards",
    "permanent.dwelling",
    "permanent.commune",
    "permanent.line",
    "permanent.household",
    "permanent.since",
    "temporary.dwelling",
    "temporary.commune",
    "temporary.line",
    "temporary.household",
    "temporary.since",
    "temporary.until",
    "temporary.registration",
    "temporary.relation",
    "abode.kind",
    "abode.dwelling",
    "abode.commune",
    "abode.line",
    "abode.since",
    "absence.since",
    "absence.until",
    "absence.reason",
    "absence.destination",
    "absence.registration",
    "residence_file",
    "marital",
    "relation",
    "death.on",
    "death.kind",
    "contact.phone",
    "contact.email",
    "other",
    "disputed",
    "more",
];

/// Numbers of columns that the code names.
pub(crate) mod at {
    use super::COLUMNS;

    /// Looked up while the program is compiled: a name that is no column is no program.
    const fn number(name: &str) -> usize {
        let mut at = 0;
        while at < COLUMNS.len() {
            if same(COLUMNS[at].as_bytes(), name.as_bytes()) {
                return at;
            }
            at += 1;
        }
        panic!("no such column")
    }

    const fn same(a: &[u8], b: &[u8]) -> bool {
        let (mut n, alike) = (0, a.len() == b.len());
        while alike && n < a.len() {
            if a[n] != b[n] {
                return false;
            }
            n += 1;
        }
        alike
    }

    macro_rules! columns {
        ($($constant:ident = $name:literal),+ $(,)?) => {
            $(pub(crate) const $constant: usize = number($name);)+
        };
    }
    columns! {
        PID = "pid", NAME = "name", BIRTH = "birth", SEX = "sex", CARD_ISSUED = "card.issued",
        PERMANENT_DWELLING = "permanent.dwelling", PERMANENT_COMMUNE = "permanent.commune",
        PERMANENT_LINE = "permanent.line", PERMANENT_HOUSEHOLD = "permanent.household",
        PERMANENT_SINCE = "permanent.since", TEMPORARY_DWELLING = "temporary.dwelling",
        TEMPORARY_COMMUNE = "temporary.commune", TEMPORARY_LINE = "temporary.line",
        TEMPORARY_HOUSEHOLD = "temporary.household", TEMPORARY_SINCE = "temporary.since",
        TEMPORARY_UNTIL = "temporary.until", TEMPORARY_REGISTRATION = "temporary.registration",
        TEMPORARY_RELATION = "temporary.relation", ABODE_SINCE = "abode.since",
        ABSENCE_SINCE = "absence.since", ABSENCE_UNTIL = "absence.until",
        ABSENCE_REASON = "absence.reason", ABSENCE_DESTINATION = "absence.destination",
        ABSENCE_REGISTRATION = "absence.registration", RESIDENCE_FILE = "residence_file",
        RELATION = "relation", DEATH_ON = "death.on", CHILDREN = "relatives.children",
        WARDS = "relatives.wards", DISPUTED = "disputed", MORE = "more", OTHER = "other",
    }
}

/// The number of a column.
pub(crate) fn column(name: &str) -> Option<usize> {
    static BY_NAME: OnceLock<HashMap<&'static str, usize>> = OnceLock::new();
    let all = BY_NAME.get_or_init(|| COLUMNS.iter().enumerate().map(|(i, n)| (*n, i)).collect());
    all.get(name).copied()
}

/// Whether a column holds JSON.
pub(crate) fn is_json(column: usize) -> bool {
    use at::{ABSENCE_DESTINATION, CHILDREN, DISPUTED, MORE, OTHER, WARDS};
    matches!(column, CHILDREN | WARDS | ABSENCE_DESTINATION | OTHER | DISPUTED | MORE)
}

/// The column a heading means: its own name, or words of `data/registers/columns.csv` with or without
/// marks, in any case.
pub(crate) fn by_heading(heading: &str) -> Option<usize> {
    static ALIASES: OnceLock<HashMap<String, usize>> = OnceLock::new();
    let key = |text: &str| {
        let key = vietnamese::search_key(text);
        let words = key.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        words.collect::<Vec<_>>().join(" ")
    };
    if let Some(own) = column(heading.trim()) {
        return Some(own);
    }
    let aliases = ALIASES.get_or_init(|| {
        let text = include_str!("../../../../data/registers/columns.csv");
        let pairs = text.lines().skip(1).filter_map(|l| l.split_once(','));
        pairs.filter_map(|(name, alias)| Some((key(alias), column(name)?))).collect()
    });
    aliases.get(&key(heading)).copied()
}

/// One person of a list: cells by column, in the order of columns, none empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cells(pub Vec<(usize, String)>);

impl Cells {
    /// A cell, if it has one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let wanted = column(name)?;
        let at = self.0.binary_search_by_key(&wanted, |(c, _)| *c).ok()?;
        self.0.get(at).map(|(_, text)| text.as_str())
    }

    /// In the order of columns; of two of one column the first counts.
    pub(crate) fn sorted(mut cells: Vec<(usize, String)>) -> Self {
        cells.retain(|(_, text)| !text.is_empty());
        cells.sort_by_key(|(column, _)| *column);
        cells.dedup_by_key(|(column, _)| *column);
        Self(cells)
    }

    /// The cells of items. What no column holds goes into the column `more`.
    pub(crate) fn of<'i>(items: impl IntoIterator<Item = (&'i str, Json)>) -> Self {
        let mut found = Finder::default();
        for (item, value) in items {
            found.path.clear();
            found.path.push_str(item);
            found.take(value);
        }
        let Finder { mut cells, more, .. } = found;
        if let (false, Some(at)) = (more.is_empty(), column("more")) {
            cells.push((at, Json::Object(more).to_string()));
        }
        Self::sorted(cells)
    }

    /// The items that the cells make up, each with its parts in the order of columns.
    pub(crate) fn items(&self) -> Map<String, Json> {
        let mut out = Map::new();
        for (column, text) in &self.0 {
            let name = COLUMNS[*column];
            let value = match is_json(*column) {
                true => serde_json::from_str(text).unwrap_or_else(|_| Json::from(text.as_str())),
                false => Json::from(text.as_str()),
            };
            if name == "more" {
                put_back(&mut out, value);
            } else {
                put(&mut out, name, value);
            }
        }
        out
    }
}

/// Walks through items and collects cells.
#[derive(Default)]
struct Finder {
    path: String,
    cells: Vec<(usize, String)>,
    more: Map<String, Json>,
}

impl Finder {
    fn take(&mut self, value: Json) {
        match (column(&self.path), value) {
            (_, Json::Null) => {}
            (Some(at), Json::String(text)) => self.cells.push((at, text)),
            (Some(at), value) if is_json(at) => {
                if value.as_array().is_none_or(|list| !list.is_empty()) {
                    self.cells.push((at, value.to_string()));
                }
            }
            (None, Json::Object(parts)) if self.path.matches('.').count() < 2 => {
                let length = self.path.len();
                for (key, part) in parts {
                    self.path.push('.');
                    self.path.push_str(&key);
                    self.take(part);
                    self.path.truncate(length);
                }
            }
            (_, other) => drop(self.more.insert(self.path.clone(), other)),
        }
    }
}

fn put(out: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        None => drop(out.insert(path.to_owned(), value)),
        Some((head, rest)) => {
            let slot = out.entry(head).or_insert_with(|| Json::Object(Map::new()));
            if let Some(inner) = slot.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// What no column held goes back to its path. A path that a column holds, or a whole item, is none of
/// these: it would go past the checks of its column.
fn put_back(out: &mut Map<String, Json>, more: Json) {
    let Json::Object(more) = more else { return };
    for (path, value) in more {
        let held = COLUMNS.iter().any(|c| {
            c.strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let item = path.split('.').next().unwrap_or_default();
        let of_parts = COLUMNS.iter().any(|c| c.split_once('.').is_some_and(|(i, _)| i == item));
        if path.contains('.') && of_parts && !held {
            put(out, &path, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_become_cells_and_cells_items() {
        let items = json!({
            "name": "Trần Văn Hùng", "contact": {"email": null, "phone": "0000"},
            "birth": "1970", "card": {"expires": null, "issued": "2021-03-01", "class": 2},
            "relatives": {"mother": {"pid": "1"}, "children": [{"pid": "2"}], "wards": []},
            "absence": {"destination": {"commune": "00004"}}, "native_place": {"old": {"x": "y"}},
        });
        let pairs = items.as_object().unwrap().iter().map(|(k, v)| (k.as_str(), v.clone()));
        let cells = Cells::of(pairs);
        assert_eq!(cells.get("relatives.mother.pid"), Some("1"));
        assert_eq!(cells.get("relatives.children"), Some("[{\"pid\":\"2\"}]"));
        assert_eq!(cells.get("contact.email"), None);
        assert_eq!(cells.get("more"), Some("{\"card.class\":2,\"native_place.old.x\":\"y\"}"));
        let back = cells.items();
        let again = Cells::of(back.iter().map(|(k, v)| (k.as_str(), v.clone())));
        assert_eq!(cells, again);
        assert_eq!(back["native_place"], json!({"old": {"x": "y"}}));
        assert_eq!(back["contact"], json!({"phone": "0000"}));
    }

    #[test]
    fn headings_are_understood() {
        let of = |h: &str| by_heading(h).map(|c| COLUMNS[c]);
        assert_eq!(of("Họ và tên"), Some("name"));
        assert_eq!(of(" HO VA TEN "), Some("name"));
        assert_eq!(of("Ngày, tháng, năm sinh"), Some("birth"));
        assert_eq!(of("relatives.father.pid"), Some("relatives.father.pid"));
        assert_eq!(of("Số thứ tự"), None);
        let text = include_str!("../../../../data/registers/columns.csv");
        for line in text.lines().skip(1) {
            let (name, alias) = line.split_once(',').unwrap();
            assert_eq!(of(alias), Some(name), "{alias}");
        }
    }
}
