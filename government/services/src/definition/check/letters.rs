//! Letters: the template is there, everything it uses is given, nothing it does not know is given.

use super::Findings;
use super::words::nearest;
use crate::definition::load::Procedure;
use crate::definition::model::{Ending, Limit};
use paper::Uses;

/// What the runtime gives every letter.
pub const COMMON: [&str; 21] = [
    "agency.name",
    "agency.parent",
    "agency.short",
    "agency.phone",
    "place",
    "date",
    "signed_at",
    "signer.title",
    "signer.name",
    "signer.rank",
    "signer.on_behalf",
    "form",
    "number",
    "demo",
    "verify.url",
    "verify.code",
    "basis",
    "dossier.code",
    "dossier.procedure",
    "dossier.filed_on",
    "dossier.channel",
];

/// What it gives a refusal besides.
pub const REFUSAL: [&str; 4] =
    ["refusal.stage", "refusal.reasons", "refusal.basis", "refusal.next"];

/// What it gives the late letter besides.
pub const LATE: [&str; 3] = ["late.due", "late.new_due", "late.reason"];

/// Facts of the applicant as letters call them, and the item each needs.
pub const PERSON: [(&str, &str); 17] = [
    ("person.name", "name"),
    ("person.pid", "pid"),
    ("person.birth", "birth"),
    ("person.sex", "sex"),
    ("person.ethnic", "ethnic"),
    ("person.religion", "religion"),
    ("person.nationality", "nationality"),
    ("person.native_place", "native_place"),
    ("person.permanent", "permanent"),
    ("person.permanent_since", "permanent"),
    ("person.temporary", "temporary"),
    ("person.temporary_since", "temporary"),
    ("person.temporary_until", "temporary"),
    ("person.abode", "abode"),
    ("person.address", "abode"),
    ("person.phone", "contact"),
    ("person.email", "contact"),
];

pub(super) fn check(p: &Procedure, findings: &mut Findings) {
    // NĐ 118/2025/NĐ-CP: who is late says so in writing, with a new day. A limit in hours is over before
    // such a letter is read.
    let days = |l: &Limit| l.working_days.is_some() || l.days.is_some();
    if p.file().clock.late.is_none() && p.file().clock.limit.iter().any(days) {
        findings.add(p.source(), "clock", "clock-late", &[]);
    }
    for (i, r) in p.file().result.iter().enumerate() {
        let path = format!("result[{i}].template");
        if p.file().form.is_some() && r.form.is_none() {
            findings.add(p.source(), &path, "result-form", &[]);
        }
        let more: &[&str] = if r.outcome == Ending::Refused { &REFUSAL } else { &[] };
        let Some(letter) = template(p, &path, &r.template, findings) else { continue };
        let own: Vec<&str> = r.letter.keys().map(String::as_str).collect();
        uses(p, &path, &r.template, letter, &own, more, findings);
        for name in &own {
            let mut known = letter.needs.iter().chain(&letter.may).map(String::as_str);
            if !known.clone().any(|k| k == *name) {
                let near = known
                    .clone()
                    .next()
                    .map_or("none", |_| nearest(name, &mut known).unwrap_or("none"));
                let args = [
                    ("name", (*name).to_owned()),
                    ("template", r.template.clone()),
                    ("near", near.to_owned()),
                ];
                let path = format!("result[{i}].letter.{name}");
                findings.add(p.source(), &path, "letter-unknown", &args);
            }
        }
    }
    if let Some(late) = &p.file().clock.late
        && let Some(letter) = template(p, "clock.late", &late.letter, findings)
    {
        uses(p, "clock.late", &late.letter, letter, &[], &LATE, findings);
    }
}

fn template<'p>(
    p: &'p Procedure,
    path: &str,
    name: &str,
    findings: &mut Findings,
) -> Option<&'p Uses> {
    let letters = &p.library().letters;
    let found = letters.get(name);
    if found.is_none() {
        let near = nearest(name, letters.keys().map(String::as_str)).unwrap_or("none").to_owned();
        let args = [("template", name.to_owned()), ("near", near)];
        findings.add(p.source(), path, "letter-missing", &args);
    }
    found
}

fn uses(
    p: &Procedure,
    path: &str,
    template: &str,
    letter: &Uses,
    own: &[&str],
    more: &[&str],
    findings: &mut Findings,
) {
    let read = p.file().known.facts.get("applicant").map_or(&[][..], |f| &f.items);
    let person = |name: &str| {
        PERSON
            .iter()
            .any(|(n, item)| *n == name && (*item == "pid" || read.iter().any(|r| r == item)))
    };
    for name in &letter.needs {
        let name = name.as_str();
        if !COMMON.contains(&name) && !more.contains(&name) && !own.contains(&name) && !person(name)
        {
            let args = [("name", name.to_owned()), ("template", template.to_owned())];
            findings.add(p.source(), path, "letter-variable", &args);
        }
    }
}
