//! Facts and answers as people read them.

use crate::definition::model::AskKind;
use crate::definition::{Procedure, Question, Situation};
use crate::model::Dossier;
use crate::plan;
use kernel::{Date, PersonalId, Say, time};
use serde_json::Value as Json;
use web::Tone;
use web::ui::{Answer, Banner, Fact};

/// A day as text, or the text itself when it is none (a birth year).
pub fn day(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), time::day)
}

/// The person facts every form begins with: who, number, where registered.
pub fn person_facts(person: &Json, say: &Say) -> Vec<Fact> {
    let text = |key: &str| person[key].as_str().unwrap_or_default();
    let mut who = vec![text("name").to_owned()];
    if let sex @ ("male" | "female") = text("sex") {
        who.push(say.t(&format!("sex-{sex}")));
    }
    if !text("birth").is_empty() {
        who.push(say.t1("born", "date", day(text("birth"))));
    }
    let mut facts = vec![Fact::new(say.t("fact-applicant"), who.join(" · "))];
    if let Ok(pid) = PersonalId::parse(text("pid")) {
        facts.push(Fact::new(say.t("fact-pid"), pid.spaced()));
    }
    for (item, key) in [("permanent", "fact-permanent"), ("temporary", "fact-temporary")] {
        let Some(address) = person[item]["text"].as_str() else { continue };
        let fact = Fact::new(say.t(key), address);
        facts.push(match person[item]["until"].as_str() {
            Some(until) => fact.small(say.t1("until-day", "date", day(until))),
            None => fact,
        });
    }
    facts
}

/// One answer in words.
fn words(situation: &Situation, q: &Question, say: &Say) -> String {
    let given = q.given;
    let text = match (&q.ask.kind, given) {
        (AskKind::Date, Json::String(d)) => match d.parse::<Date>() {
            Ok(d) => kernel::vietnamese::first_upper(&time::weekday_and_day(d, say)),
            Err(_) => d.clone(),
        },
        (AskKind::Pick(_), Json::Array(picked)) => {
            let name = |pid: &Json| {
                let found = q.options.iter().find(|o| pid.as_str() == Some(&o.id));
                found.map_or_else(String::new, |o| say.local(&o.label).to_owned())
            };
            let names: Vec<String> = picked.iter().map(name).collect();
            if names.is_empty() { say.t("answer-nobody") } else { names.join(", ") }
        }
        (AskKind::People, Json::Array(rows)) => {
            rows.iter().map(person_row).collect::<Vec<_>>().join("; ")
        }
        _ => say.local(&situation.shown(q.ask)).to_owned(),
    };
    if text.is_empty() { say.t("answer-none") } else { text }
}

fn person_row(row: &Json) -> String {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let mut parts = vec![text("name").to_owned(), day(text("birth")), text("pid").to_owned()];
    parts.retain(|p| !p.is_empty());
    parts.join(" · ")
}

/// All answers, in the file's order; `change` is where they can be changed.
pub fn answers(situation: &Situation, say: &Say, change: Option<&str>) -> Vec<Answer> {
    situation
        .questions()
        .iter()
        .filter(|q| !q.ask.optional || !q.given.is_null())
        .map(|q| {
            let line = Answer::new(say.local(&q.ask.label), words(situation, q, say));
            match change {
                Some(href) => line.change(format!("{href}#f-{}", q.ask.id)),
                None => line,
            }
        })
        .collect()
}

/// The facts a dossier was filed with.
pub fn dossier_facts(d: &Dossier, say: &Say) -> Vec<Fact> {
    person_facts(plan::applicant(&d.known), say)
}

/// Numbers that deserve a second look.
pub fn number_banners(p: &Procedure, answers: &Json, say: &Say) -> Vec<Banner> {
    let warned = plan::number_warnings(p, answers, say).into_iter();
    warned.map(|text| Banner::new(Tone::Warn, say.t("people-number-title"), text)).collect()
}
