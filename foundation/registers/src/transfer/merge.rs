//! A person who is in the register already: what the list adds is filled in, what it says otherwise is
//! kept beside it and makes the item disputed. Nothing is overwritten.

use super::settle::Under;
use super::sheet;
use crate::journal;
use crate::model::Source;
use crate::person::{self, Change, OF_RESIDENCE, Person, STORED};
use aws_lc_rs::digest::{SHA256, digest};
use kernel::{Actor, Date, PersonalId, Result, vietnamese};
use serde_json::{Map, Value as Json, json};
use store::{Entry, WriteTx, params};

/// What a list says of somebody.
pub(crate) struct Said {
    pub pid: PersonalId,
    /// Item → value, as the register holds it.
    pub items: Map<String, Json>,
}

impl Said {
    pub(crate) fn of(p: &sheet::Person) -> Result<Self> {
        Ok(Self { pid: p.pid()?, items: p.cells.items() })
    }
}

/// What became of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    /// Empty items were filled in.
    pub filled: bool,
    /// Items are disputed now because of this list.
    pub disputed: bool,
    /// The record has ended in another one: nothing was compared.
    pub ended: bool,
}

/// How a value of the list stands to the one held.
pub(crate) enum Standing {
    Same,
    /// The register has less: this is the whole of it.
    Fills(Json),
    Differs,
}

/// Compares one person with the register and writes what follows.
pub(crate) fn merge(
    tx: &mut WriteTx,
    p: &Said,
    under: &Under,
    run: &str,
    actor: &Actor,
) -> Result<Merged> {
    let held = person::get(tx, &p.pid)?;
    if held.merged_into.is_some() {
        return Ok(Merged { filled: false, disputed: false, ended: true });
    }
    let (mut changes, mut claims) = (Vec::new(), Vec::new());
    for item in STORED {
        let Some(said) = p.items.get(item).filter(|v| !v.is_null()) else { continue };
        match standing(item, &held.value(item)?, said) {
            Standing::Same => {}
            Standing::Fills(whole) => {
                let true_from = from(tx, item, &held, under.at.date())?;
                changes.push(Change::new(item, whole, true_from));
            }
            Standing::Differs => claims.push((item, said.clone())),
        }
    }
    let filled = !changes.is_empty();
    let source = Source {
        basis: Some(under.source.to_owned()),
        certainty: Some(under.certainty),
        ..Source::default()
    };
    let by = person::Under { act: journal::IMPORTED, actor, source: &source };
    if filled {
        let items: Vec<&str> = changes.iter().map(|c| c.item).collect();
        let body = json!({"items": items});
        person::change(tx, &held, &changes, &by)?;
        record(tx, journal::PERSON_CHANGED, &held, body, actor)?;
    }
    let mut disputed = false;
    for (item, said) in claims {
        disputed |= claim(tx, &p.pid, item, &said, under, run)?;
    }
    if disputed {
        dispute(tx, &held, under, actor)?;
    }
    Ok(Merged { filled, disputed, ended: false })
}

/// Items that somebody is born with.
const BORN_WITH: [&str; 10] = [
    "name",
    "other_name",
    "birth",
    "sex",
    "birth_place",
    "birth_registration",
    "native_place",
    "ethnic",
    "nationality",
    "blood",
];

/// From when a value that fills a gap is true: since birth for what one is born with, else from now on.
/// An item that was changed before goes on from now.
pub(crate) fn from(tx: &mut WriteTx, item: &str, held: &Person, now: Date) -> Result<Date> {
    let acts = "SELECT 1 FROM person_act WHERE pid = ?1 AND item = ?2 LIMIT 1";
    let changed = tx.row(acts, params![&held.pid, item], |_| Ok(()))?.is_some();
    let birth = held.birth().filter(|_| BORN_WITH.contains(&item) && !changed);
    Ok(birth.unwrap_or(now))
}

pub(crate) fn standing(item: &str, held: &Json, said: &Json) -> Standing {
    if held.is_null() {
        // Where somebody lives and that somebody has died is changed by a decision, not by a list.
        let decided = OF_RESIDENCE.contains(&item) || item == "death";
        return if decided { Standing::Differs } else { Standing::Fills(said.clone()) };
    }
    let text = |v: &Json| v.as_str().map(|t| vietnamese::fold_tone_placement(t).to_lowercase());
    let part = |v: &Json, key: &str| text(&v[key]);
    let alike =
        |keys: &[&str]| keys.iter().all(|k| said[*k].is_null() || part(held, k) == part(said, k));
    let same = match item {
        "name" => return name(held, said),
        "birth" => return birth(held, said),
        "relatives" => return relatives(held, said),
        "birth_place" | "birth_registration" | "native_place" => alike(&["commune"]),
        "ethnic" | "religion" | "nationality" => alike(&["code"]),
        "card" => alike(&["issued", "expires"]),
        "permanent" | "temporary" => {
            let line = |v: &Json| v["line"].as_str().map(vietnamese::search_key);
            alike(&["commune"]) && (said["line"].is_null() || line(held) == line(said))
        }
        "abode" => alike(&["kind", "commune"]),
        "absence" => alike(&["since", "until", "reason"]),
        "death" => alike(&["on", "kind"]),
        "contact" => return parts(held, said, &["phone", "email"]),
        "other" => held == said,
        _ => text(held) == text(said),
    };
    if same { Standing::Same } else { Standing::Differs }
}

/// A name written without marks says less than the same with them, and nothing else.
fn name(held: &Json, said: &Json) -> Standing {
    let (Some(h), Some(s)) = (held.as_str(), said.as_str()) else { return Standing::Differs };
    let lower = |t: &str| vietnamese::fold_tone_placement(t).to_lowercase();
    let folded = vietnamese::search_key(h) == vietnamese::search_key(s);
    match (lower(h) == lower(s), folded) {
        (true, _) => Standing::Same,
        (false, true) if s.is_ascii() => Standing::Same,
        (false, true) if h.is_ascii() => Standing::Fills(said.clone()),
        _ => Standing::Differs,
    }
}

/// A birth date that is known more exactly fills in what was missing.
fn birth(held: &Json, said: &Json) -> Standing {
    let (Some(h), Some(s)) = (held.as_str(), said.as_str()) else { return Standing::Differs };
    match (h.starts_with(s), s.starts_with(h)) {
        (true, _) => Standing::Same,
        (false, true) => Standing::Fills(said.clone()),
        (false, false) => Standing::Differs,
    }
}

/// An item whose parts are facts of their own.
fn parts(held: &Json, said: &Json, keys: &[&str]) -> Standing {
    let (mut whole, mut fills) = (held.clone(), false);
    for key in keys {
        match (&held[*key], &said[*key]) {
            (_, Json::Null) => {}
            (Json::Null, new) => {
                whole[*key] = new.clone();
                fills = true;
            }
            (h, s) if h == s => {}
            _ => return Standing::Differs,
        }
    }
    if fills { Standing::Fills(whole) } else { Standing::Same }
}

/// Relatives are compared one by one; a number added to a name fills in.
fn relatives(held: &Json, said: &Json) -> Standing {
    let (mut whole, mut fills) = (held.clone(), false);
    for who in ["father", "mother", "spouse", "guardian"] {
        let (h, s) = (&held[who], &said[who]);
        if s.is_null() {
            continue;
        }
        if h.is_null() {
            whole[who] = s.clone();
            fills = true;
            continue;
        }
        match (h["pid"].as_str(), s["pid"].as_str()) {
            (Some(a), Some(b)) if a == b => {}
            (Some(_), Some(_)) => return Standing::Differs,
            (Some(_), None) => {}
            (None, Some(_)) if same_name(h, s) => {
                whole[who] = s.clone();
                fills = true;
            }
            (None, None) if same_name(h, s) => {}
            (None, _) => return Standing::Differs,
        }
    }
    for list in ["children", "wards"] {
        for one in said[list].as_array().into_iter().flatten() {
            let there = whole[list].as_array().is_some_and(|l| {
                l.iter().any(|o| {
                    o["pid"] == one["pid"] && (one["pid"].is_string() || same_name(o, one))
                })
            });
            if there {
                continue;
            }
            match whole[list].as_array_mut() {
                Some(l) => l.push(one.clone()),
                None => whole[list] = json!([one]),
            }
            fills = true;
        }
    }
    if fills { Standing::Fills(whole) } else { Standing::Same }
}

/// A name that is not given agrees with any.
fn same_name(a: &Json, b: &Json) -> bool {
    let name =
        |v: &Json| v["name"].as_str().map(|t| vietnamese::fold_tone_placement(t).to_lowercase());
    match (name(a), name(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// Keeps what the list says. `false` if the same source has said the same before.
pub(crate) fn claim(
    tx: &mut WriteTx,
    pid: &PersonalId,
    item: &str,
    said: &Json,
    under: &Under,
    run: &str,
) -> Result<bool> {
    let value = said.to_string();
    let hash = digest(&SHA256, format!("{}\n{value}", under.source).as_bytes());
    let hash: String = hash.as_ref()[..16].iter().map(|b| format!("{b:02x}")).collect();
    let new = tx.execute(
        "INSERT INTO person_claim (pid, item, hash, value, source, certainty, recorded_at, run) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (pid, item, hash) DO NOTHING",
        params![pid, item, hash, value, under.source, under.certainty.as_str(), under.at, run],
    )?;
    Ok(new == 1)
}

/// Every item with a claim of this run is disputed from now on.
pub(crate) fn dispute(tx: &mut WriteTx, held: &Person, under: &Under, actor: &Actor) -> Result<()> {
    let claimed: Vec<String> = tx.rows(
        "SELECT DISTINCT item FROM person_claim WHERE pid = ?1 AND source = ?2 AND recorded_at = ?3 \
         ORDER BY item",
        params![&held.pid, under.source, under.at],
        |r| r.get(0),
    )?;
    let mut items = held.disputed();
    for item in claimed {
        if items.contains(&item) {
            continue;
        }
        tx.execute(
            "INSERT INTO person_dispute (pid, item, raised_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (pid, item, raised_at) DO NOTHING",
            params![&held.pid, &item, under.at],
        )?;
        let body = json!({"item": item, "outcome": null, "source": under.source});
        record(tx, journal::DISPUTED, held, body, actor)?;
        items.push(item);
    }
    person::set_disputed(tx, &held.pid, &items)
}

pub(crate) fn record(
    tx: &mut WriteTx,
    kind: &'static str,
    held: &Person,
    body: Json,
    actor: &Actor,
) -> Result<()> {
    let mut entry = Entry::new(kind, actor).about(&held.pid).body(body);
    if let Some(place) = &held.commune {
        entry = entry.at(place.clone());
    }
    tx.record(entry)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(item: &str, held: Json, said: Json) -> String {
        match standing(item, &held, &said) {
            Standing::Same => "same".into(),
            Standing::Fills(whole) => format!("fills {whole}"),
            Standing::Differs => "differs".into(),
        }
    }

    #[test]
    fn what_is_the_same_what_fills_and_what_differs() {
        assert_eq!(told("name", json!("Nguyễn Thị Hòa"), json!("NGUYỄN THỊ HOÀ")), "same");
        assert_eq!(told("name", json!("Nguyễn Văn Lý"), json!("Nguyễn Văn Lí")), "differs");
        assert_eq!(told("name", json!("Nguyễn Văn Lý"), json!("NGUYEN VAN LY")), "same");
        assert_eq!(
            told("name", json!("Nguyen Van Ly"), json!("Nguyễn Văn Lý")),
            "fills \"Nguyễn Văn Lý\""
        );
        assert_eq!(told("name", json!("Nguyễn Văn Lý"), json!("NGUYEN VAN LI")), "differs");
        assert_eq!(told("marital", Json::Null, json!("married")), "fills \"married\"");
        assert_eq!(told("death", Json::Null, json!({"on": "2020-01-01"})), "differs");
        assert_eq!(told("permanent", Json::Null, json!({"commune": "13594"})), "differs");
        assert_eq!(told("birth", json!("1951"), json!("1951-04-30")), "fills \"1951-04-30\"");
        assert_eq!(told("birth", json!("1951-04-30"), json!("1951")), "same");
        assert_eq!(told("birth", json!("1951-04-30"), json!("1951-05")), "differs");
        let home = |line: &str| json!({"commune": "13594", "line": line, "since": "2020-01-01"});
        assert_eq!(told("permanent", home("Số 12, thôn 3"), home("SỐ 12,  THÔN 3")), "same");
        assert_eq!(told("permanent", home("Số 12, thôn 3"), home("Số 13, thôn 3")), "differs");
        assert_eq!(
            told("contact", json!({"phone": "1", "email": null}), json!({"email": "a@b.invalid"})),
            "fills {\"phone\":\"1\",\"email\":\"a@b.invalid\"}"
        );
        assert_eq!(told("contact", json!({"phone": "1"}), json!({"phone": "2"})), "differs");
    }

    #[test]
    fn relatives_one_by_one() {
        let held = json!({"father": {"pid": "1"}, "mother": {"name": "Đỗ Thị Hòa"}, "children": [{"pid": "7"}]});
        let said = |v: Json| told("relatives", held.clone(), v);
        assert_eq!(said(json!({"father": {"pid": "1", "name": "x"}})), "same");
        assert_eq!(said(json!({"father": {"pid": "2"}})), "differs");
        assert_eq!(said(json!({"mother": {"name": "Đỗ Thị Hoà"}})), "same");
        assert_eq!(said(json!({"mother": {"name": "Đỗ Thị Mai"}})), "differs");
        assert!(
            said(json!({"mother": {"pid": "9", "name": "Đỗ Thị Hòa"}})).contains("\"pid\":\"9\"")
        );
        assert!(
            said(json!({"children": [{"pid": "7"}, {"pid": "8"}]}))
                .ends_with("[{\"pid\":\"7\"},{\"pid\":\"8\"}]}")
        );
        assert!(said(json!({"spouse": {"name": "A"}})).starts_with("fills"));
    }
}
