//! Questions: each asks what no register holds; names are names; lists and words are complete.

use super::Findings;
use super::words::nearest;
use crate::definition::facts;
use crate::definition::library::ItemWords;
use crate::definition::load::Procedure;
use crate::definition::model::{Ask, AskKind, Register};
use crate::definition::schema::is_snake;
use std::collections::BTreeSet;

pub(super) fn check(p: &Procedure, findings: &mut Findings) {
    ids(p, findings);
    known(p, findings);
    for (i, ask) in p.file().ask.iter().enumerate() {
        once_only(p, i, ask, findings);
        answers(p, i, ask, findings);
    }
    evidence(p, findings);
    theme(p, findings);
    uncertain(p, findings);
    remind(p, findings);
}

/// Ids are `snake_case` and unique in their table.
fn ids(p: &Procedure, findings: &mut Findings) {
    let f = p.file();
    let tables: [(&str, Vec<&str>); 5] = [
        ("case", f.case.iter().map(|x| x.id.as_str()).collect()),
        ("ask", f.ask.iter().map(|x| x.id.as_str()).collect()),
        ("evidence", f.evidence.iter().map(|x| x.id.as_str()).collect()),
        ("fee", f.fee.iter().map(|x| x.id.as_str()).collect()),
        ("step", f.step.iter().map(|x| x.id.as_str()).collect()),
    ];
    for (table, list) in tables {
        unique(p, table, "id", &list, findings);
        for (i, id) in list.iter().enumerate() {
            // states are words of the journal and of pages: `wait-supplement`
            let plain = id.replace('-', "_");
            if !is_snake(if table == "step" { &plain } else { id }) {
                let args = [("id", (*id).to_owned())];
                findings.add(p.source(), &format!("{table}[{i}].id"), "id-shape", &args);
            }
        }
    }
    let checks = p.checks().iter().map(|c| (c.row.id.as_str(), c.path.as_str()));
    unique_rows(p, checks, findings);
    let consents = p.consents().iter().map(|c| (c.row.id.as_str(), c.path.as_str()));
    unique_rows(p, consents, findings);
    let mut ended = BTreeSet::new();
    for (i, r) in f.result.iter().enumerate() {
        for (j, state) in r.on.iter().enumerate().filter(|(_, s)| !ended.insert(s.as_str())) {
            let args = [("id", state.clone())];
            findings.add(p.source(), &format!("result[{i}].on[{j}]"), "id-twice", &args);
        }
    }
    for (i, ask) in f.ask.iter().enumerate() {
        let options: Vec<&str> = ask.options.iter().map(|o| o.id.as_str()).collect();
        unique(p, &format!("ask[{i}].options"), "id", &options, findings);
        for (j, id) in options.iter().enumerate().filter(|(_, id)| !is_snake(id)) {
            let args = [("id", (*id).to_owned())];
            findings.add(p.source(), &format!("ask[{i}].options[{j}].id"), "id-shape", &args);
        }
    }
}

/// Rows of the file and shared ones together.
fn unique_rows<'a>(
    p: &Procedure,
    rows: impl Iterator<Item = (&'a str, &'a str)>,
    findings: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for (id, path) in rows {
        let args = [("id", id.to_owned())];
        let at = if path.starts_with("shared") { path.to_owned() } else { format!("{path}.id") };
        if !seen.insert(id) {
            findings.add(p.source(), &at, "id-twice", &args);
        }
        if !is_snake(id) {
            findings.add(p.source(), &at, "id-shape", &args);
        }
    }
}

fn unique(p: &Procedure, table: &str, key: &str, ids: &[&str], findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (i, id) in ids.iter().enumerate() {
        if !seen.insert(*id) {
            let args = [("id", (*id).to_owned())];
            findings.add(p.source(), &format!("{table}[{i}].{key}"), "id-twice", &args);
        }
    }
}

/// The purpose is in the register of purposes and covers every item; the applicant is read.
fn known(p: &Procedure, findings: &mut Findings) {
    let known = &p.file().known;
    let library = p.library();
    let purpose = library.purposes.get(&known.purpose);
    if purpose.is_none() {
        let all = library.purposes.keys().map(String::as_str);
        let near = nearest(&known.purpose, all).unwrap_or("none").to_owned();
        let args = [("purpose", known.purpose.clone()), ("near", near)];
        findings.add(p.source(), "known.purpose", "known-purpose", &args);
    }
    let applicant = known.facts.get("applicant");
    if !applicant.is_some_and(|a| a.of == "login" && a.items.iter().any(|i| i == "name")) {
        findings.add(p.source(), "known.facts", "known-applicant", &[]);
    }
    for (group, fact) in &known.facts {
        if let Some(id) = fact.of.strip_prefix("ask.")
            && !p.file().ask.iter().any(|a| a.id == id)
        {
            let near = nearest(id, p.file().ask.iter().map(|a| a.id.as_str())).unwrap_or("none");
            let args = [("id", id.to_owned()), ("near", near.to_owned())];
            findings.add(p.source(), &format!("known.facts.{group}.of"), "known-ask", &args);
            continue;
        }
        for (i, item) in fact.items.iter().enumerate() {
            let full = match fact.from {
                Register::Population => item.clone(),
                Register::Dwelling => format!("dwelling.{item}"),
            };
            let real = facts::item_type(fact.from, item).is_some();
            if !real {
                continue;
            }
            let path = format!("known.facts.{group}.items[{i}]");
            if purpose.is_some_and(|p| !p.covers(&full)) {
                let args = [("item", full), ("purpose", known.purpose.clone())];
                findings.add(p.source(), &path, "known-not-covered", &args);
            } else if !looked_at(p, group, item) {
                findings.add(p.source(), &path, "known-unused", &[("item", full)]);
            }
        }
    }
}

/// Facts every page about a person shows: who it is, where they live, how they are reached.
const SHOWN: [&str; 8] =
    ["name", "birth", "sex", "pid", "permanent", "temporary", "abode", "contact"];

/// Data that nobody looks at are not read: an item is shown, or some expression speaks of it.
fn looked_at(p: &Procedure, group: &str, item: &str) -> bool {
    let path = format!("known.{group}.{item}");
    let guardians = format!("guardians(known.{group})");
    let speaks =
        |text: &str| text.contains(&path) || (item == "relatives" && text.contains(&guardians));
    let checks = p.checks().iter().flat_map(|c| [Some(&c.row.that), c.row.when.as_ref()]);
    let consents = p.consents().iter().flat_map(|c| [Some(&c.row.who), c.row.when.as_ref()]);
    SHOWN.contains(&item)
        || speaks(&p.source().text)
        || checks.chain(consents).flatten().any(|e| speaks(e.text()))
}

/// Once only: what a register holds is never asked. Every typed question says why it is asked; one
/// that looks like a register item must name that item and say why it is not the same.
fn once_only(p: &Procedure, i: usize, ask: &Ask, findings: &mut Findings) {
    if matches!(ask.kind, AskKind::Pick(_)) {
        return; // ticks names that a register gave
    }
    let path = format!("ask[{i}].id");
    let held = held(&p.library().words, ask);
    match (&ask.why, held) {
        (None, Some(item)) => {
            let args = [("id", ask.id.clone()), ("item", item.to_owned())];
            findings.add(p.source(), &path, "ask-known", &args);
        }
        (None, None) => {
            findings.add(p.source(), &path, "ask-why", &[("id", ask.id.clone())]);
        }
        (Some(why), Some(item)) if why.not.as_deref() != Some(item) => {
            let args = [("id", ask.id.clone()), ("item", item.to_owned())];
            findings.add(p.source(), &path, "ask-known", &args);
        }
        (Some(why), _) => {
            if let Some(item) = &why.not
                && facts::item_type(Register::Population, item).is_none()
            {
                let items = facts::items_of(Register::Population);
                let near = nearest(item, items.iter().copied()).unwrap_or("none");
                let args = [("item", item.clone()), ("near", near.to_owned())];
                findings.add(p.source(), &format!("ask[{i}].why.not"), "known-item", &args);
            }
        }
    }
}

/// The register item a question asks for, judged by its id and by its words in both languages.
fn held<'a>(words: &'a [ItemWords], ask: &Ask) -> Option<&'a str> {
    let vi = ask.label.vi.to_lowercase();
    let en = ask.label.en.to_lowercase();
    let id_parts: Vec<&str> = ask.id.split('_').collect();
    let names = |w: &ItemWords| {
        w.ids.iter().any(|id| *id == ask.id || id_parts.contains(&id.as_str()))
            || w.vi.iter().any(|t| contains_words(&vi, t))
            || w.en.iter().any(|t| contains_words(&en, t))
    };
    words.iter().find(|w| names(w)).map(|w| w.item.as_str())
}

/// Whether whole words of `text` spell `part`.
fn contains_words(text: &str, part: &str) -> bool {
    let clean = |s: &str| {
        let words: Vec<String> = s
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        words
    };
    let (text, part) = (clean(text), clean(part));
    !part.is_empty() && text.windows(part.len()).any(|w| w == part)
}

/// Options, columns and limits fit the type of the question.
fn answers(p: &Procedure, i: usize, ask: &Ask, findings: &mut Findings) {
    let mut report = |key: &str, code| {
        let args = [("id", ask.id.clone()), ("key", key.to_owned())];
        findings.add(p.source(), &format!("ask[{i}].{key}"), code, &args);
    };
    match (&ask.kind, ask.options.len()) {
        (AskKind::Choice, 0 | 1) => report("options", "ask-options"),
        (AskKind::Choice, _) | (_, 0) => {}
        _ => report("options", "ask-options-not-choice"),
    }
    match (&ask.kind, ask.columns.is_empty()) {
        (AskKind::People, true) => report("columns", "ask-columns"),
        (AskKind::People, false) | (_, true) => {}
        _ => report("columns", "ask-columns-not-people"),
    }
    if ask.else_.is_some() && ask.check.is_none() {
        report("else", "ask-else");
    }
    if matches!(ask.kind, AskKind::Text | AskKind::People) && ask.max.is_none() {
        report("max", "ask-max");
    }
    if ask.min.zip(ask.max).is_some_and(|(low, high)| low > high) {
        report("min", "ask-range");
    }
    let chosen_from = matches!(ask.kind, AskKind::Choice | AskKind::Code(_));
    if ask.link.as_ref().is_some_and(|l| !chosen_from || !is_snake(l)) {
        report("link", "ask-link");
    }
    if let AskKind::Code(list) = &ask.kind
        && let Some(codes) = p.library().codes.get(list)
    {
        for (j, code) in ask.except.iter().enumerate() {
            if !codes.code.iter().any(|c| c.id == *code) {
                let near =
                    nearest(code, codes.code.iter().map(|c| c.id.as_str())).unwrap_or("none");
                let args =
                    [("code", code.clone()), ("list", list.clone()), ("near", near.to_owned())];
                findings.add(p.source(), &format!("ask[{i}].except[{j}]"), "code-unknown", &args);
            }
        }
    }
}

/// Kinds of paper are codes of the list `evidence-kind`.
fn evidence(p: &Procedure, findings: &mut Findings) {
    for (i, e) in p.file().evidence.iter().enumerate() {
        for (j, kind) in e.accept.iter().enumerate() {
            code(p, "evidence-kind", kind, &format!("evidence[{i}].accept[{j}]"), findings);
        }
    }
}

fn theme(p: &Procedure, findings: &mut Findings) {
    code(p, "theme", &p.file().theme, "theme", findings);
}

fn code(p: &Procedure, list: &str, code: &str, path: &str, findings: &mut Findings) {
    let empty = Vec::new();
    let codes = p.library().codes.get(list).map_or(&empty, |l| &l.code);
    if !codes.iter().any(|c| c.id == code) {
        let near = nearest(code, codes.iter().map(|c| c.id.as_str())).unwrap_or("none").to_owned();
        let args = [("code", code.to_owned()), ("list", list.to_owned()), ("near", near)];
        findings.add(p.source(), path, "code-unknown", &args);
    }
}

/// What is marked as not certain is in the file.
fn uncertain(p: &Procedure, findings: &mut Findings) {
    for (i, u) in p.file().uncertain.iter().enumerate() {
        if !p.source().has(&u.at) {
            let args = [("at", u.at.clone())];
            findings.add(p.source(), &format!("uncertain[{i}].at"), "uncertain-at", &args);
        }
    }
}

/// A reminder is about a day the register holds.
fn remind(p: &Procedure, findings: &mut Findings) {
    let Some(r) = &p.file().remind else { return };
    if r.item != "temporary.until" {
        findings.add(p.source(), "remind.item", "remind-item", &[("item", r.item.clone())]);
    }
}
