//! The dossier in the middle of the desk: what is known, what was answered, what can be done now, and
//! the law and history beside it.

use crate::app::Services;
use crate::definition::{Procedure, Situation};
use crate::errors::{DOSSIER_UNKNOWN, OWN_MATTER, SAME_PERSON};
use crate::model::{ConsentState, Evidence};
use crate::pages::common::{deadline_tag, state_tag};
use crate::pages::dossier::{Opened, open, timeline};
use crate::pages::show;
use crate::plan;
use crate::queries;
use crate::rules::{StepView, holds_here, may_act};
use kernel::{Appointment, DossierCode, Error, Kind, PersonalId, PurposeId, Result, Say};
use registers::Reading;
use serde_json::Value as Json;
use std::sync::Arc;
use web::ui::{Answers, Banner, Fact, Facts, Tag, Timeline};
use web::{Form, Markup, Req, Tone};

/// The dossier in the middle and what stands beside it.
pub(super) struct Middle {
    pub title: String,
    pub tags: Vec<Tag>,
    pub line: String,
    pub facts: Facts,
    pub answers: Answers,
    pub checks: Vec<Tag>,
    pub warnings: Vec<Banner>,
    pub files: Vec<(String, String)>,
    /// What the one before wrote.
    pub before: Option<Facts>,
    /// Somebody else was quicker: what was typed in vain.
    pub late: Option<Option<Facts>>,
    pub buttons: Vec<Button>,
    /// Why something that belongs to this step cannot be done now.
    pub cannot: Vec<String>,
    pub path: String,
    pub version: i64,
    pub form: Form,
    pub basis: Vec<String>,
    pub limit: String,
    pub household: Vec<(String, String)>,
    pub timeline: Timeline,
    pub letters: Vec<(String, String)>,
    pub common_bases: Vec<String>,
}

/// One thing the officer can do now.
pub(super) struct Button {
    pub action: String,
    pub text: String,
    pub key: &'static str,
    pub class: &'static str,
    /// Words that have to be written first.
    pub needs: Needs,
}

#[derive(PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    Note,
    Refusal,
}

/// Opens a dossier for an officer: of this place and of a post its procedure names, else it does not
/// exist.
pub(super) fn open_for(
    s: &Services,
    req: &Req,
    post: &Appointment,
    code: &DossierCode,
) -> Result<Opened> {
    let o = open(s, code)?;
    let actor = req.actor()?;
    let province = &s.env.settings.province;
    let mine = plan::posts(&o.p).iter().any(|p| holds_here(actor, p, &o.d.place, province));
    if mine && post.place == o.d.place { Ok(o) } else { Err(Error::new(DOSSIER_UNKNOWN)) }
}

/// What the officer reads about the applicant: through the door, with the dossier's code. Once the
/// dossier has ended the register is closed to it; what the dossier keeps is shown, and that too stands
/// in the applicant's log.
fn read_now(s: &Services, req: &Req, o: &Opened) -> Result<(Json, Vec<(String, String)>)> {
    let purpose = PurposeId::from(o.p.file().known.purpose.as_str());
    let items: Vec<&str> =
        o.p.file()
            .known
            .facts
            .values()
            .filter(|f| f.of == "login")
            .flat_map(|f| f.items.iter().map(String::as_str))
            .collect();
    let (law, actor, pid, code) = (&s.env.law, req.actor()?, &o.d.applicant, &o.d.code);
    let dwelling = o.d.known["dwelling"]["id"].as_str();
    if o.d.is_done() {
        let again = s.store.record(|tx| {
            registers::cases::look_again(tx, law, actor, &purpose, pid, &items, code)
        })?;
        again.into_result()?;
        return Ok((plan::applicant(&o.d.known).clone(), Vec::new()));
    }
    let (person, house) = s.store.record(|tx| {
        let person = registers::read(tx, law, actor, &purpose, pid, &items, Some(code))?;
        let house = match dwelling {
            None => None,
            Some(id) => {
                let id = id.into();
                let items = ["households", "owner"];
                let r =
                    registers::read_dwelling(tx, law, actor, &purpose, &id, &items, Some(code))?;
                Some(r)
            }
        };
        Ok((person, house))
    })?;
    let person = person.into_result()?.into_json();
    let mut members = Vec::new();
    if let Some(Reading::Granted(facts)) = house {
        let json = facts.into_json();
        let get = |k: &str| {
            if json[k].is_null() { json[format!("dwelling.{k}")].clone() } else { json[k].clone() }
        };
        if let Some(owner) = get("owner")["name"].as_str() {
            members.push((owner.to_owned(), req.say.t("desk-owner")));
        }
        for h in get("households").as_array().into_iter().flatten() {
            let name = h["head"]["name"].as_str().or(h["head"].as_str()).unwrap_or_default();
            let size = h["size"].as_i64().unwrap_or(0);
            if !name.is_empty() {
                members.push((name.to_owned(), req.say.count("desk-household-size", size)));
            }
        }
    }
    Ok((person, members))
}

pub(super) fn middle(
    s: &Services,
    req: &Req,
    post: &Appointment,
    code: &DossierCode,
    wrong: Option<&Error>,
) -> Result<Middle> {
    let o = open_for(s, req, post, code)?;
    let say = &req.say;
    let (d, p) = (&o.d, &o.p);
    let (person, household) = read_now(s, req, &o)?;
    let mut facts = show::person_facts(&person, say);
    let awaited = plan::consents_awaited(p, &o.consents);
    for c in &o.consents {
        let name = plan::person_name(d, &c.person);
        let settled = !awaited.iter().any(|a| a.token == c.token);
        let (tone, key) = match c.state {
            ConsentState::Asked if settled => (Tone::Info, "desk-consent-settled"),
            ConsentState::Asked => (Tone::Warn, "desk-consent-asked"),
            ConsentState::Given => (Tone::Good, "desk-consent-given"),
            ConsentState::Refused => (Tone::Bad, "desk-consent-refused"),
        };
        facts
            .push(Fact::with(say.t1("desk-consent-of", "name", name), &Tag::new(tone, say.t(key))));
    }
    let situation = plan::situation(p, d)?;
    let find = code.clone();
    let files = s.store.read(move |tx| queries::evidence(tx, &find))?;
    let mut form = req.typed();
    if let Some(e) = wrong {
        form = form.wrong(e);
    }
    let late = wrong.is_some_and(|e| e.kind() == Kind::Conflict);
    let mut tags = vec![state_tag(p, d, say)];
    tags.extend(deadline_tag(p, d, req.now, say));
    let paid = match d.paid_at {
        Some(_) if d.fee.0 == 0 => say.t("desk-free"),
        Some(_) => say.t1("desk-paid", "amount", d.fee),
        None => say.t1("desk-unpaid", "amount", d.fee),
    };
    let line = [
        d.code.as_str().to_owned(),
        say.t1("desk-received", "time", web::ui::moment_words(d.filed_at, req.now, say)),
        say.t(&format!("channel-{}", d.channel)),
        paid,
    ];
    let (buttons, cannot) = buttons(s, req, &o, post)?;
    let link = |e: &Evidence| (e.name.clone(), format!("/ho-so/{code}/tep/{}", e.file));
    Ok(Middle {
        title: format!("{} — {}", say.local(p.name()), d.name),
        tags,
        line: line.join(" · "),
        facts: Facts::new(say.t("desk-known"), facts).source(match d.is_done() {
            true => say.t1("desk-kept-source", "time", d.filed_at.clock_and_day()),
            false => say.t("desk-known-source"),
        }),
        answers: Answers::new(say, show::answers(&situation, say, None)),
        checks: checks(&situation, say),
        warnings: show::number_banners(p, &d.answers, say),
        files: files.iter().map(link).collect(),
        before: before(&o, req),
        late: late.then(|| unsent(&form, say)),
        buttons,
        cannot,
        path: format!("/ban-lam-viec/{code}"),
        version: d.row_version,
        form,
        basis: p.file().basis.clone(),
        limit: situation.limit()?.1.text(say),
        household,
        timeline: timeline(&o, req.now, say),
        letters: o
            .letters
            .iter()
            .filter(|l| l.signed_at.is_some())
            .map(|l| {
                let href = format!("/ho-so/{code}/van-ban/{}/{}", l.letter, l.n);
                (say.t(&format!("letter-{}", l.letter)), href)
            })
            .collect(),
        common_bases: p.file().basis.clone(),
    })
}

fn checks(situation: &Situation, say: &Say) -> Vec<Tag> {
    situation
        .checks()
        .iter()
        .filter_map(|c| {
            let name = say.local(&c.check.name);
            match c.holds {
                Some(true) => Some(Tag::new(Tone::Good, name).with_icon()),
                Some(false) => Some(Tag::new(Tone::Warn, name).with_icon()),
                None => None,
            }
        })
        .collect()
}

/// What the one before wrote: the officer's proposal for the head, the head's reason for sending it
/// back for the officer.
fn before(o: &Opened, req: &Req) -> Option<Facts> {
    let say = &req.say;
    let a = o.acts.iter().rev().find(|a| a.from != a.to)?;
    let told = a.action.starts_with("propose") || a.action == "return";
    if o.d.is_done() || !told {
        return None;
    }
    let mut facts = vec![
        Fact::new(say.t(&format!("act-{}", a.action)), &a.name)
            .small(web::ui::moment_words(a.at, req.now, say)),
    ];
    facts.extend(written(say, [&a.note, &a.reason, &a.basis]));
    Some(Facts::new(say.t("desk-proposal"), facts).tone(Tone::Info))
}

/// Note, reason and law, as far as they were written.
fn written(say: &Say, words: [&str; 3]) -> Vec<Fact> {
    let named = ["desk-note", "desk-reason", "desk-basis"].into_iter().zip(words);
    let filled = named.filter(|(_, text)| !text.is_empty());
    filled.map(|(key, text)| Fact::new(say.t(key), text)).collect()
}

/// What was typed for a decision that came too late: the box for it may be gone.
fn unsent(form: &Form, say: &Say) -> Option<Facts> {
    let facts = written(say, [form.value("note"), form.value("reason"), form.value("basis")]);
    let label = say.t("desk-unsent");
    (!facts.is_empty())
        .then(|| Facts::new(&label, facts).lead(Markup::text(&label)).tone(Tone::Warn))
}

/// What this officer can do now, and why the rest cannot be done.
fn buttons(
    s: &Services,
    req: &Req,
    o: &Opened,
    post: &Appointment,
) -> Result<(Vec<Button>, Vec<String>)> {
    let (p, d, say) = (&o.p, &o.d, &req.say);
    let Some(step) = p.step(&d.state).filter(|step| step.who == post.post.as_str()) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let mut concerned: Vec<PersonalId> = o.consents.iter().map(|c| c.person.clone()).collect();
    concerned.extend(plan::companions(d));
    let view = StepView { who: &step.who, not_same_person_as: step.not_same_person_as.as_deref() };
    match may_act(d, view, req.actor()?, &o.acts, &concerned, &s.env.settings.province) {
        Err(e) if e.is(SAME_PERSON) || e.is(OWN_MATTER) => {
            return Ok((Vec::new(), vec![e.text(say)]));
        }
        other => other?,
    }
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    for (action, to) in p.actions(&d.state, post.post.as_str()) {
        let max = plan::supplements_max(p, to);
        if action == "ask-more" && d.supplements >= max {
            cannot.push(say.count("desk-asked-already", max));
        } else {
            can.push(button(p, action, to, say));
        }
    }
    Ok((can, cannot))
}

fn button(p: &Arc<Procedure>, action: &str, to: &str, say: &Say) -> Button {
    let refusing = action.contains("refuse") || p.refuses(to);
    let (key, class) = match action {
        "propose" | "approve" | "confirm" | "acknowledge" => ("a", ""),
        "ask-more" => ("s", "second"),
        "return" => ("t", "second"),
        _ if refusing => ("r", "bad"),
        _ => ("", "second"),
    };
    let needs = if refusing {
        Needs::Refusal
    } else if action == "ask-more" || action == "return" {
        Needs::Note
    } else {
        Needs::Nothing
    };
    let text = say.t(&format!("do-{action}"));
    Button { action: action.to_owned(), text, key, class, needs }
}
