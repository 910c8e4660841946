//! Steps and states: every one can be reached and left, somebody acts in it, and it ends somewhere.

use super::Findings;
use super::words::nearest;
use crate::definition::load::{Procedure, WITHDRAWN};
use crate::definition::model::{Ending, Given, Step};
use std::collections::{BTreeMap, BTreeSet};

/// Actions that pages have words for.
pub const ACTIONS: [&str; 12] = [
    "accept",
    "reject",
    "propose",
    "propose-refuse",
    "ask-more",
    "send",
    "approve",
    "refuse",
    "return",
    "withdraw",
    "acknowledge",
    "confirm",
];

/// States that pages have words for.
pub const STATES: [&str; 8] = [
    "filed",
    "accepted",
    "wait-supplement",
    "proposed",
    "done",
    "refused",
    "refused-intake",
    "withdrawn",
];

pub(super) fn check(p: &Procedure, findings: &mut Findings) {
    actions(p, findings);
    actors(p, findings);
    reach(p, findings);
    results(p, findings);
    named_states(p, findings);
    clock(p, findings);
    norms(p, findings);
    four_eyes(p, findings);
}

fn all_states(p: &Procedure) -> BTreeSet<&str> {
    let f = p.file();
    let steps = f.step.iter().map(|s| s.id.as_str());
    let targets = f.step.iter().flat_map(|s| s.does.values().map(String::as_str));
    steps.chain(targets).chain([WITHDRAWN]).collect()
}

/// Actions have words; automatic ones are actions of a system step; a refusal asks for its reason.
fn actions(p: &Procedure, findings: &mut Findings) {
    let f = p.file();
    for (i, s) in f.step.iter().enumerate() {
        if s.does.is_empty() {
            let args = [("state", s.id.clone())];
            findings.add(p.source(), &format!("step[{i}].do"), "step-no-way-out", &args);
        }
        for (action, to) in &s.does {
            let path = format!("step[{i}].do.{action}");
            if !ACTIONS.contains(&action.as_str()) {
                let near = nearest(action, ACTIONS.iter().copied()).unwrap_or("none").to_owned();
                let args = [("action", action.clone()), ("near", near)];
                findings.add(p.source(), &path, "step-action", &args);
            }
            let given = s.needs.get(action).map_or(&[][..], Vec::as_slice);
            let refuses = p.refuses(to) || action == "propose-refuse";
            let full = given.contains(&Given::Reason) && given.contains(&Given::Basis);
            if refuses && s.who != "system" && !full {
                findings.add(p.source(), &path, "refusal-reason", &[("state", s.id.clone())]);
            }
        }
        for key in s.auto.keys().chain(s.needs.keys()) {
            if !s.does.contains_key(key) {
                let near = nearest(key, s.does.keys().map(String::as_str)).unwrap_or("none");
                let args = [("action", key.clone()), ("near", near.to_owned())];
                let table = if s.auto.contains_key(key) { "auto" } else { "needs" };
                findings.add(p.source(), &format!("step[{i}].{table}.{key}"), "step-action", &args);
            }
        }
    }
}

/// Every state has an actor that exists: the applicant, the system, or a post of the deciding role.
fn actors(p: &Procedure, findings: &mut Findings) {
    let f = p.file();
    let Some(role) = p.library().roles.get(&f.decider.role) else { return };
    let known: Vec<&str> =
        ["system", "applicant"].into_iter().chain(role.posts.iter().map(String::as_str)).collect();
    for (i, s) in f.step.iter().enumerate() {
        if !known.contains(&s.who.as_str()) {
            let near = nearest(&s.who, known.iter().copied()).unwrap_or("none").to_owned();
            let args = [("who", s.who.clone()), ("near", near)];
            findings.add(p.source(), &format!("step[{i}].who"), "step-who", &args);
        }
        match (s.who == "system", s.auto.is_empty()) {
            (true, true) => {
                findings.add(
                    p.source(),
                    &format!("step[{i}].who"),
                    "step-auto-missing",
                    &[("state", s.id.clone())],
                );
            }
            (false, false) => {
                findings.add(p.source(), &format!("step[{i}].auto"), "step-auto-person", &[]);
            }
            _ => {}
        }
    }
    for (i, r) in f.result.iter().enumerate() {
        let Some(sign) = &r.sign else { continue };
        if sign != "system" && !role.posts.contains(sign) {
            let near = nearest(sign, known.iter().copied()).unwrap_or("none").to_owned();
            let args = [("who", sign.clone()), ("near", near)];
            findings.add(p.source(), &format!("result[{i}].sign"), "step-who", &args);
        }
    }
}

/// Every state is reached from the first step, and an end is reached from every state.
fn reach(p: &Procedure, findings: &mut Findings) {
    let steps: BTreeMap<&str, &Step> = p.file().step.iter().map(|s| (s.id.as_str(), s)).collect();
    let mut reached = BTreeSet::new();
    let mut todo: Vec<&str> = p.file().step.iter().take(1).map(|s| s.id.as_str()).collect();
    while let Some(state) = todo.pop() {
        if reached.insert(state)
            && let Some(s) = steps.get(state)
        {
            todo.extend(s.does.values().map(String::as_str));
        }
    }
    let mut ends: BTreeSet<&str> = BTreeSet::new();
    loop {
        let more: Vec<&str> = steps
            .values()
            .filter(|s| !ends.contains(s.id.as_str()))
            .filter(|s| {
                s.does
                    .values()
                    .any(|to| !steps.contains_key(to.as_str()) || ends.contains(to.as_str()))
            })
            .map(|s| s.id.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        ends.extend(more);
    }
    for (i, s) in p.file().step.iter().enumerate() {
        let args = [("state", s.id.clone())];
        if !reached.contains(s.id.as_str()) {
            findings.add(p.source(), &format!("step[{i}].id"), "step-unreached", &args);
        }
        if !s.does.is_empty() && !ends.contains(s.id.as_str()) {
            findings.add(p.source(), &format!("step[{i}].id"), "step-endless", &args);
        }
        for (action, to) in &s.does {
            let named = STATES.contains(&to.as_str())
                || steps.get(to.as_str()).is_some_and(|t| t.name.is_some());
            let ended = p.results_on(to).next().is_some() || to == WITHDRAWN;
            let path = format!("step[{i}].do.{action}");
            if !steps.contains_key(to.as_str()) && !ended {
                let known = all_states(p);
                let near = nearest(to, known.into_iter().filter(|k| *k != to)).unwrap_or("none");
                let args = [("state", to.clone()), ("near", near.to_owned())];
                findings.add(p.source(), &path, "state-no-result", &args);
            } else if !named {
                findings.add(p.source(), &path, "state-name", &[("state", to.clone())]);
            }
        }
    }
}

/// Results stand on states that end a dossier; a refusal needs reason and basis.
fn results(p: &Procedure, findings: &mut Findings) {
    let states = all_states(p);
    for (i, r) in p.file().result.iter().enumerate() {
        for (j, state) in r.on.iter().enumerate() {
            let path = format!("result[{i}].on[{j}]");
            if !states.contains(state.as_str()) {
                state_unknown(p, &path, state, findings);
            } else if p.file().step.iter().any(|s| s.id == *state) {
                findings.add(p.source(), &path, "result-on-step", &[("state", state.clone())]);
            }
        }
        let full = r.needs.contains(&Given::Reason) && r.needs.contains(&Given::Basis);
        let state = r.on.first().cloned().unwrap_or_default();
        if r.outcome == Ending::Refused && !full {
            findings.add(
                p.source(),
                &format!("result[{i}].on"),
                "refusal-reason",
                &[("state", state)],
            );
        }
        if r.outcome == Ending::Granted && !p.source().has(&format!("result[{i}].writes")) {
            findings.add(p.source(), &format!("result[{i}].on"), "result-writes", &[]);
        }
        if r.outcome == Ending::Granted && r.on.iter().any(|s| s.starts_with("refused")) {
            findings.add(p.source(), &format!("result[{i}].outcome"), "result-outcome", &[]);
        }
    }
    let granted = p.file().result.iter().any(|r| r.outcome == Ending::Granted);
    if !granted {
        findings.add(p.source(), "result", "result-none-granted", &[]);
    }
}

fn state_unknown(p: &Procedure, path: &str, state: &str, findings: &mut Findings) {
    let known = all_states(p);
    let near = nearest(state, known.into_iter()).unwrap_or("none").to_owned();
    findings.add(p.source(), path, "state-unknown", &[("state", state.to_owned()), ("near", near)]);
}

/// `starts`, `stops`, `withdraw` and `notify` name states of the file.
fn named_states(p: &Procedure, findings: &mut Findings) {
    let f = p.file();
    let steps: BTreeSet<&str> = f.step.iter().map(|s| s.id.as_str()).collect();
    let states = all_states(p);
    let mut check = |path: String, state: &str, step: bool| {
        let fits = if step { steps.contains(state) } else { states.contains(state) };
        if !fits {
            state_unknown(p, &path, state, findings);
        }
    };
    check("clock.starts".to_owned(), &f.clock.starts, true);
    for (i, s) in f.clock.stops.iter().enumerate() {
        check(format!("clock.stops[{i}]"), s, true);
    }
    for (i, s) in f.withdraw.iter().enumerate() {
        check(format!("withdraw[{i}]"), s, true);
    }
    for (i, s) in f.notify.on.iter().enumerate().filter(|(_, s)| *s != "late") {
        check(format!("notify.on[{i}]"), s, false);
    }
}

/// While the applicant is waited for, the clock stands still.
fn clock(p: &Procedure, findings: &mut Findings) {
    let f = p.file();
    for (i, s) in f.step.iter().enumerate().filter(|(i, s)| *i > 0 && s.who == "applicant") {
        if !f.clock.stops.contains(&s.id) {
            let args = [("state", s.id.clone())];
            findings.add(p.source(), &format!("step[{i}].who"), "clock-runs-on", &args);
        }
    }
}

/// A service norm has exactly one unit.
fn norms(p: &Procedure, findings: &mut Findings) {
    for (i, s) in p.file().step.iter().enumerate() {
        let Some(w) = s.within else { continue };
        if [w.working_days, w.days, w.hours].iter().flatten().count() != 1 {
            findings.add(p.source(), &format!("step[{i}].within"), "limit-unit", &[]);
        }
    }
}

/// Where another person must act, it is another post, and that other state comes before.
fn four_eyes(p: &Procedure, findings: &mut Findings) {
    let steps = &p.file().step;
    for (i, s) in steps.iter().enumerate() {
        let Some(other) = &s.not_same_person_as else { continue };
        let path = format!("step[{i}].not_same_person_as");
        match steps.iter().find(|o| o.id == *other) {
            None => state_unknown(p, &path, other, findings),
            Some(o) if o.who == s.who => {
                let args = [("who", s.who.clone()), ("state", other.clone())];
                findings.add(p.source(), &path, "four-eyes", &args);
            }
            Some(_) => {}
        }
    }
}
