//! Values of items as people read them.

use crate::law::Law;
use crate::own::{Origin, OwnRecord};
use kernel::{Date, PersonalId, Say, time};
use serde_json::Value as Json;

/// One item of a record, in words.
pub(super) struct Line {
    pub id: String,
    pub label: String,
    /// The value, one thing a line; empty when nothing is held.
    pub values: Vec<String>,
    /// What it rests on.
    pub source: String,
    pub disputed: bool,
    /// What other sources say, each with where from.
    pub claims: Vec<(String, String)>,
}

/// A date as far as it is known: «1951», «04/1951», «30/04/1951».
pub(super) fn day(text: &str) -> String {
    match text.parse::<Date>() {
        Ok(d) => time::day(d),
        Err(_) => match text.split_once('-') {
            Some((year, month)) => format!("{month}/{year}"),
            None => text.to_owned(),
        },
    }
}

/// A number in groups; anything else as it is.
pub(super) fn number(text: &str) -> String {
    PersonalId::parse(text).map_or_else(|_| text.to_owned(), |p| p.spaced())
}

/// One item of a record.
pub(super) fn line(law: &Law, say: &Say, record: &OwnRecord, id: &str) -> Line {
    let value = record.facts.get(id).unwrap_or(&Json::Null);
    let label = law.item_label(id).map_or_else(|| id.to_owned(), |l| say.local(l).to_owned());
    Line {
        label,
        values: words(law, say, id, value),
        source: record.origins.get(id).map(|o| source(say, o)).unwrap_or_default(),
        disputed: record.facts.disputed().contains(&id),
        claims: claims(law, say, record, id),
        id: id.to_owned(),
    }
}

/// What other sources say of an item that is disputed.
fn claims(law: &Law, say: &Say, record: &OwnRecord, id: &str) -> Vec<(String, String)> {
    let of = record.claims.iter().filter(|c| c.item == id);
    of.map(|c| {
        let value = words(law, say, id, &c.value).join(" · ");
        let source = say.with(
            "registers-claim-source",
            &[
                ("source", c.source.clone()),
                ("date", time::day(c.recorded_at.date())),
                ("certainty", say.t(&format!("registers-certainty-{}", c.certainty.as_str()))),
            ],
        );
        (say.t1("registers-claim", "value", value), source)
    })
    .collect()
}

/// «Đăng ký cư trú, ghi ngày 23/11/2026».
fn source(say: &Say, origin: &Origin) -> String {
    let key = format!("registers-act-{}", origin.act.replace(['.', '_'], "-"));
    let act = if say.has(&key) { say.t(&key) } else { say.t("registers-act-other") };
    let on = time::day(origin.recorded_at.date());
    let mut text = say.t2("registers-recorded", "act", act, "date", on);
    let basis = origin.basis.as_deref().unwrap_or_default();
    let dossier = origin.dossier.as_ref().map_or("", |d| d.as_str());
    let certainty = origin.certainty.map(|c| say.t(&format!("registers-certainty-{}", c.as_str())));
    let certainty = certainty.unwrap_or_default();
    for more in [basis, dossier, &certainty].into_iter().filter(|t| !t.is_empty()) {
        text.push_str(" · ");
        text.push_str(more);
    }
    text
}

/// A value in words, one thing a line; nothing for nothing.
pub(super) fn words(law: &Law, say: &Say, id: &str, value: &Json) -> Vec<String> {
    if value.is_null() {
        return Vec::new();
    }
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    let one = |s: String| if s.is_empty() { Vec::new() } else { vec![s] };
    match id {
        "pid" => one(number(value.as_str().unwrap_or_default())),
        "birth" => one(day(value.as_str().unwrap_or_default())),
        "sex" | "marital" => {
            one(say.t(&format!("registers-{id}-{}", value.as_str().unwrap_or_default())))
        }
        "ethnic" | "religion" | "nationality" => one(text("name").to_owned()),
        "birth_place" | "birth_registration" | "native_place" => one(text("text").to_owned()),
        "card" => card(say, value),
        "relatives" => relatives(say, value),
        "permanent" | "temporary" | "abode" => residence(say, value),
        "absence" => absence(say, value),
        "relation" => one(relation(law, say, value.as_str().unwrap_or_default())),
        "household" => household(law, say, value),
        "death" => {
            one(say.t1(&format!("registers-death-{}", text("kind")), "date", day(text("on"))))
        }
        "contact" => [text("phone"), text("email")]
            .iter()
            .filter(|t| !t.is_empty())
            .map(|t| (*t).to_owned())
            .collect(),
        _ => one(plain(value)),
    }
}

/// A value without a shape of its own.
fn plain(value: &Json) -> String {
    match value {
        Json::String(s) => s.clone(),
        Json::Object(o) => {
            let parts: Vec<String> = o.values().map(plain).filter(|t| !t.is_empty()).collect();
            parts.join(" · ")
        }
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// The name of a relation to the head.
pub(super) fn relation(law: &Law, say: &Say, code: &str) -> String {
    law.relation(code).map_or_else(|| code.to_owned(), |r| say.local(&r.label).to_owned())
}

fn card(say: &Say, v: &Json) -> Vec<String> {
    let text = |key: &str| v[key].as_str().unwrap_or_default();
    let mut out = Vec::new();
    if !text("issued").is_empty() {
        out.push(say.t2("registers-card-issued", "date", day(text("issued")), "by", text("by")));
    }
    match text("expires") {
        "" => out.push(say.t("registers-card-lasting")),
        date => out.push(say.t1("registers-card-until", "date", day(date))),
    }
    out
}

fn relatives(say: &Say, v: &Json) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |who: &str, r: &Json| {
        if let Some(name) = r["name"].as_str() {
            out.push(say.t1(&format!("registers-relative-{who}"), "name", name));
        }
    };
    for who in ["father", "mother", "spouse"] {
        add(who, &v[who]);
    }
    for child in v["children"].as_array().into_iter().flatten() {
        add("child", child);
    }
    add("guardian", &v["guardian"]);
    for ward in v["wards"].as_array().into_iter().flatten() {
        add("ward", ward);
    }
    out
}

fn residence(say: &Say, v: &Json) -> Vec<String> {
    let text = |key: &str| v[key].as_str().unwrap_or_default();
    let address = if text("text").is_empty() { text("line") } else { text("text") };
    let mut out = vec![address.to_owned()];
    out.retain(|t| !t.is_empty());
    match (text("since"), text("until")) {
        ("", _) => {}
        (since, "") => out.push(say.t1("registers-since", "date", day(since))),
        (since, until) => {
            out.push(say.t2("registers-since-until", "since", day(since), "until", day(until)));
        }
    }
    if v["in_force"].as_bool() == Some(false) {
        out.push(say.t("registers-lapsed"));
    }
    out
}

fn absence(say: &Say, v: &Json) -> Vec<String> {
    let text = |key: &str| v[key].as_str().unwrap_or_default();
    let mut out = vec![match (text("since"), text("until")) {
        (since, "") => say.t1("registers-away-since", "date", day(since)),
        (since, until) => say.t2("registers-away-until", "since", day(since), "until", day(until)),
    }];
    let to = v["destination"]["text"].as_str().or(v["destination"].as_str()).unwrap_or_default();
    if !to.is_empty() {
        out.push(say.t1("registers-away-to", "place", to));
    }
    out
}

fn household(law: &Law, say: &Say, v: &Json) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(head) = v["head"]["name"].as_str() {
        out.push(say.t1("registers-household-head", "name", head));
    }
    for m in v["members"].as_array().into_iter().flatten() {
        let text = |key: &str| m[key].as_str().unwrap_or_default();
        if text("relation") != "head" {
            let as_ = relation(law, say, text("relation"));
            out.push(format!("{} ({})", text("name"), as_.to_lowercase()));
        }
    }
    out
}
