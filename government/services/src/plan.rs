//! Between a dossier and its definition: facts read through the door, the situation of a filed
//! dossier, the clock's arithmetic, and small readings pages share.

use crate::app::Env;
use crate::definition::model::{AskKind, Evidence, Need, Register};
use crate::definition::{
    Channel, ConsentNeeded, Inputs, Procedure, Read, Signals, Situation, Subject,
};
use crate::errors::LEVEL_LOW;
use crate::model::{Consent, ConsentState, Dossier};
use kernel::calendar::{self, Budget, Calendar, Stop};
use kernel::{Actor, CommuneCode, Date, Error, Instant, PersonalId, PurposeId, Result, Say, time};
use registers::rules::NumberWarning;
use registers::{Reading, Sex};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use store::RecordTx;

/// Rounds of reading: facts about an answer may uncover a question whose answer needs facts again.
const READ_ROUNDS_MAX: usize = 6;
/// Where the case chosen on the start page stands among a draft's answers.
pub const CASE_KEY: &str = "_case";

/// Facts, or the refusal of the register (whose entry must be let stand).
pub enum Known {
    /// By group, and the request as it stands with them.
    Facts(Json, Box<Situation>),
    /// May not be read.
    Refused(Error),
}

/// What a form says so far.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The procedure.
    pub procedure: Arc<Procedure>,
    /// Whose matter.
    pub applicant: PersonalId,
    /// By which way.
    pub channel: Channel,
    /// The answers, with [`CASE_KEY`] if a case was chosen.
    pub answers: Json,
}

impl Asked {
    /// The situation with these facts on this day.
    pub fn situation(&self, known: &Json, today: Date) -> Result<Situation> {
        Situation::new(
            &self.procedure,
            Inputs {
                today,
                channel: self.channel,
                chosen: self.answers[CASE_KEY].as_str().unwrap_or_default(),
                known,
                answers: &self.answers,
            },
        )
    }
}

/// Reads every fact the form needs, through the door, under the procedure's purpose: first about the
/// person, then about what the answers name.
pub fn read_known(tx: &mut RecordTx, env: &Env, actor: &Actor, asked: &Asked) -> Result<Known> {
    let today = tx.now().date();
    let mut known = json!({});
    let mut reads = asked.procedure.first_reads();
    for _ in 0..READ_ROUNDS_MAX {
        for r in &reads {
            match read_group(tx, env, actor, asked, r)? {
                Reading::Granted(facts) => known[&r.group] = facts,
                Reading::Refused(e) => return Ok(Known::Refused(e)),
            }
        }
        let situation = asked.situation(&known, today)?;
        reads = situation.reads().to_vec();
        if reads.is_empty() {
            return Ok(Known::Facts(known, Box::new(situation)));
        }
    }
    Err(Error::bug(format_args!("{}: facts never complete", asked.procedure.code())))
}

fn read_group(
    tx: &mut RecordTx,
    env: &Env,
    actor: &Actor,
    asked: &Asked,
    read: &Read,
) -> Result<Reading<Json>> {
    let purpose = PurposeId::from(asked.procedure.file().known.purpose.as_str());
    let items: Vec<&str> = read.items.iter().map(String::as_str).collect();
    match (&read.of, read.from) {
        (Subject::Place(address), _) => {
            let law = &env.law;
            let reading = match address["dwelling"].as_str() {
                Some(id) => {
                    let id = id.into();
                    registers::read_dwelling(tx, law, actor, &purpose, &id, &items, None)?
                }
                None => {
                    let commune = address["commune"].as_str().unwrap_or_default();
                    let commune = CommuneCode::parse(commune)?;
                    let at = (&commune, address["line"].as_str().unwrap_or_default());
                    match registers::read_dwelling_at(tx, law, actor, &purpose, at, &items)? {
                        Some(reading) => reading,
                        // A place the register does not know yet: nothing is known of it.
                        None => return Ok(Reading::Granted(json!({}))),
                    }
                }
            };
            Ok(match reading {
                Reading::Granted(facts) => Reading::Granted(plain_items(facts.into_json())),
                Reading::Refused(e) => Reading::Refused(e),
            })
        }
        (Subject::Login, Register::Dwelling) => Err(Error::bug("a dwelling of nobody")),
        (Subject::Login, Register::Population) => {
            person(tx, env, actor, &purpose, &asked.applicant, &items)
        }
        (Subject::People(people), _) => {
            let mut list = Vec::new();
            for pid in people {
                match person(tx, env, actor, &purpose, pid, &items)? {
                    Reading::Granted(facts) => list.push(facts),
                    Reading::Refused(e) => return Ok(Reading::Refused(e)),
                }
            }
            Ok(Reading::Granted(Json::Array(list)))
        }
    }
}

fn person(
    tx: &mut RecordTx,
    env: &Env,
    actor: &Actor,
    purpose: &PurposeId,
    pid: &PersonalId,
    items: &[&str],
) -> Result<Reading<Json>> {
    Ok(match registers::read(tx, &env.law, actor, purpose, pid, items, None)? {
        Reading::Granted(facts) => {
            let mut json = facts.into_json();
            json["pid"] = json!(pid.as_str());
            Reading::Granted(json)
        }
        Reading::Refused(e) => Reading::Refused(e),
    })
}

/// `dwelling.owner` → `owner`.
fn plain_items(json: Json) -> Json {
    let Json::Object(map) = json else { return json };
    let plain = |(k, v): (String, Json)| match k.strip_prefix("dwelling.") {
        Some(short) => (short.to_owned(), v),
        None => (k, v),
    };
    Json::Object(map.into_iter().map(plain).collect::<Map<_, _>>())
}

/// By which way this actor files: a clerk for the person present, a team member or other helper for
/// somebody who confirmed, else the person (or a parent) online.
pub fn channel(actor: &Actor) -> Channel {
    match actor.acting_for.as_ref().map(|a| a.as_.as_str()) {
        Some("counter") => Channel::Counter,
        Some("team") => Channel::Assisted,
        _ => Channel::Online,
    }
}

/// The level the procedure asks for online. At the counter the officer has seen the person's card.
pub fn level(procedure: &Procedure, actor: &Actor) -> Result<()> {
    if channel(actor) != Channel::Online {
        return Ok(());
    }
    if actor.level.number() < procedure.assurance() {
        return Err(Error::new(LEVEL_LOW).arg("level", procedure.assurance().to_string()));
    }
    Ok(())
}

/// The situation of a filed dossier, as on the day it was filed.
pub fn situation(procedure: &Arc<Procedure>, d: &Dossier) -> Result<Situation> {
    Situation::new(
        procedure,
        Inputs {
            today: d.filed_at.date(),
            channel: d.channel,
            chosen: &d.case,
            known: &d.known,
            answers: &d.answers,
        },
    )
}

/// What the automatic steps look at.
pub fn signals(
    procedure: &Arc<Procedure>,
    d: &Dossier,
    consents: &[Consent],
    now: Instant,
) -> Result<Signals> {
    let needs = procedure.consents();
    let mut s = Signals {
        checks: situation(procedure, d)?.problems().is_empty(),
        consents: true,
        paid: d.paid_at.is_some(),
        evidence: true,
        ..Signals::default()
    };
    let mut ids: Vec<&str> = consents.iter().map(|c| c.consent.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let one_is_enough = needs.iter().any(|n| n.row.id == id && n.row.need == Need::One);
        let of = || consents.iter().filter(move |c| c.consent == id);
        let count = |state| of().filter(|c| c.state == state).count();
        let (given, refused) = (count(ConsentState::Given), count(ConsentState::Refused));
        let silent = of().filter(|c| c.state == ConsentState::Asked && c.expires_at < now).count();
        let all = of().count();
        if one_is_enough {
            s.consents &= given > 0;
            s.consent_refused |= given == 0 && refused == all;
            s.consent_expired |= given == 0 && refused < all && refused + silent == all;
        } else {
            s.consents &= given == all;
            s.consent_refused |= refused > 0;
            s.consent_expired |= refused == 0 && silent > 0;
        }
    }
    Ok(s)
}

/// The group of facts about the applicant.
pub fn applicant(known: &Json) -> &Json {
    &known["applicant"]
}

/// The applicant's name.
pub fn applicant_name(known: &Json) -> String {
    applicant(known)["name"].as_str().unwrap_or_default().to_owned()
}

/// A person's name as the dossier's own facts give it (nothing is read again); empty if they do not.
pub fn person_name(d: &Dossier, pid: &PersonalId) -> String {
    fn find(json: &Json, pid: &str) -> Option<String> {
        match json {
            Json::Object(map) => {
                if map.get("pid").and_then(Json::as_str) == Some(pid)
                    && let Some(name) = map.get("name").and_then(Json::as_str)
                {
                    return Some(name.to_owned());
                }
                map.values().find_map(|v| find(v, pid))
            }
            Json::Array(list) => list.iter().find_map(|v| find(v, pid)),
            _ => None,
        }
    }
    find(&d.known, pid.as_str()).unwrap_or_default()
}

/// Others the answers name by their number: who comes along, guests.
pub fn companions(d: &Dossier) -> Vec<PersonalId> {
    let mut out = Vec::new();
    for value in d.answers.as_object().into_iter().flat_map(Map::values) {
        for row in value.as_array().into_iter().flatten() {
            let pid = row.as_str().or_else(|| row["pid"].as_str());
            if let Some(pid) = pid.and_then(|p| PersonalId::parse(p).ok())
                && pid != d.applicant
            {
                out.push(pid);
            }
        }
    }
    out
}

/// Papers that must be there before sending.
pub fn papers_needed<'a>(evidence: &[&'a Evidence]) -> Vec<&'a str> {
    evidence.iter().filter(|e| !e.optional).map(|e| e.id.as_str()).collect()
}

/// Whether this person files now, for themself or for their child: whoever files has agreed.
pub fn files(actor: &Actor, person: &PersonalId) -> bool {
    actor.appointment.is_none() && actor.person.as_ref() == Some(person)
}

/// People whose consent is noted, one by one. Where one is enough and that one files, nobody else is
/// asked.
pub fn consents_wanted<'n>(
    needed: &'n [ConsentNeeded],
    actor: &Actor,
) -> Vec<(&'n ConsentNeeded, &'n PersonalId, &'n str)> {
    let mut all = Vec::new();
    for c in needed {
        let settled = c.need == Need::One && c.people.iter().any(|(p, _)| files(actor, p));
        let of = c.people.iter().filter(|(p, _)| !settled || files(actor, p));
        all.extend(of.map(|(pid, name)| (c, pid, name.as_str())));
    }
    all
}

/// The consents a dossier still waits for: asked, and not settled by another's where one is enough.
pub fn consents_awaited<'c>(procedure: &Procedure, consents: &'c [Consent]) -> Vec<&'c Consent> {
    let one =
        |id: &str| procedure.consents().iter().any(|n| n.row.id == id && n.row.need == Need::One);
    let given =
        |id: &str| consents.iter().any(|c| c.consent == id && c.state == ConsentState::Given);
    let asked = consents.iter().filter(|c| c.state == ConsentState::Asked);
    asked.filter(|c| !(one(&c.consent) && given(&c.consent))).collect()
}

// --- The clock --------------------------------------------------------------------------------

/// When a result would be due if the clock started now.
pub fn due_from(budget: Budget, start: Instant) -> Result<Instant> {
    let cal = Calendar::vietnam();
    Ok(calendar::due(cal, budget, start, &[])?.map_or(start, |due| due.latest(cal)))
}

/// The due time of a dossier: budget and ledger. None while the clock stands.
pub fn due(
    procedure: &Arc<Procedure>,
    d: &Dossier,
    start: Instant,
    ledger: &[(String, Instant, String)],
) -> Result<Option<Instant>> {
    let budget = situation(procedure, d)?.limit()?.1;
    let cal = Calendar::vietnam();
    Ok(calendar::due(cal, budget, start, &stops(ledger))?.map(|due| due.latest(cal)))
}

/// A due time in words: the day, or for limits in hours the minute.
pub fn due_words(budget: Budget, due: Instant, say: &Say) -> String {
    match budget {
        Budget::Hours(_) => due.clock_and_day(),
        _ => time::weekday_and_day(due.date(), say),
    }
}

/// The stops of a ledger; the last may be open.
pub fn stops(ledger: &[(String, Instant, String)]) -> Vec<Stop> {
    let mut out: Vec<Stop> = Vec::new();
    for (what, at, _) in ledger {
        match what.as_str() {
            "stop" => out.push(Stop { from: *at, until: None }),
            "resume" => {
                if let Some(last) = out.last_mut() {
                    last.until = Some(*at);
                }
            }
            _ => {}
        }
    }
    out
}

/// The warnings of the procedure that are due: (index, to whom). «1 left» means that only one working
/// day is left after today; «0» is the last day itself; for limits in hours, the last quarter hour.
pub fn warnings_due(
    procedure: &Arc<Procedure>,
    d: &Dossier,
    now: Instant,
) -> Result<Vec<(usize, &'static str)>> {
    let Some(due) = d.due_at else { return Ok(Vec::new()) };
    let cal = Calendar::vietnam();
    let hours = matches!(situation(procedure, d)?.limit()?.1, Budget::Hours(_));
    let left = if hours {
        if due.seconds_since(now) > 900 { i64::MAX } else { 0 }
    } else {
        i64::from(cal.working_days_between(now.date(), due.date())?)
    };
    let warn = procedure.file().clock.warn.iter().enumerate();
    Ok(warn
        .filter(|(_, w)| left <= w.left)
        .map(|(i, w)| match w.to {
            crate::definition::model::WarnWhom::Officer => (i, "officer"),
            crate::definition::model::WarnWhom::Supervisor => (i, "supervisor"),
        })
        .collect())
}

/// The new date of the late letter: the same budget again, from the old date on.
pub fn late_due(procedure: &Arc<Procedure>, d: &Dossier) -> Result<Option<Instant>> {
    let Some(due) = d.due_at.filter(|_| procedure.file().clock.late.is_some()) else {
        return Ok(None);
    };
    let budget = situation(procedure, d)?.limit()?.1;
    due_from(budget, due).map(Some)
}

// --- Words shared by pages --------------------------------------------------------------------

/// The deciding agency's name. Agencies of one kind are named after their place, so the name can be
/// told before anybody is appointed there.
pub fn agency_name(say: &Say, place: &str, on: Date) -> String {
    let name = CommuneCode::parse(place)
        .and_then(|c| places::all().lies_in(&c, on).map(places::Commune::full_name))
        .unwrap_or_else(|_| place.to_owned());
    let short = name.split(',').next().unwrap_or(&name).to_owned();
    say.t1("agency-police", "place", short)
}

/// Whether the applicant has to do something in the present state.
pub fn waits_for_applicant(procedure: &Procedure, d: &Dossier) -> bool {
    procedure.step(&d.state).is_some_and(|s| s.who == "applicant")
}

/// The posts that take steps of this procedure.
pub fn posts(procedure: &Procedure) -> Vec<&str> {
    let who = procedure.file().step.iter().map(|s| s.who.as_str());
    let mut posts: Vec<&str> = who.filter(|w| *w != "system" && *w != "applicant").collect();
    posts.sort_unstable();
    posts.dedup();
    posts
}

/// How often a dossier may be sent back for more: as the step it goes to says, else once.
pub fn supplements_max(procedure: &Procedure, to: &str) -> i64 {
    procedure.step(to).and_then(|s| s.max).unwrap_or(1)
}

/// The states ahead on the good way from here: what the timeline shows as still to come.
pub fn steps_ahead<'p>(procedure: &'p Procedure, state: &str) -> Vec<&'p str> {
    let mut ahead: Vec<&str> = Vec::new();
    let mut at = state.to_owned();
    while let Some(step) = procedure.step(&at) {
        let good = ["send", "accept", "propose", "approve", "confirm", "acknowledge"];
        let Some(to) = good.iter().find_map(|a| step.goes(a)) else { break };
        if ahead.contains(&to) || ahead.len() > 6 {
            break;
        }
        ahead.push(to);
        to.clone_into(&mut at);
    }
    ahead
}

/// The chapter of the catalogue.
pub fn theme_name(procedure: &Procedure, say: &Say) -> String {
    let label = procedure.library().label("theme", &procedure.file().theme);
    say.local(&label).to_owned()
}

/// Minutes as people say them: «38 phút», «3 giờ», «2 ngày».
pub fn minutes_words(minutes: i64, say: &Say) -> String {
    match minutes {
        0..=119 => say.count("minutes", minutes.max(1)),
        120..=2879 => say.count("hours", minutes / 60),
        _ => say.count("days", minutes / 1440),
    }
}

/// Thousandths as a percentage: «99,7 %».
pub fn percent_words(thousandths: i64) -> String {
    match thousandths % 10 {
        0 => format!("{} %", thousandths / 10),
        rest => format!("{},{rest} %", thousandths / 10),
    }
}

/// What the numbers of people named in the answers say against what stands beside them: worth a second
/// look, never an obstacle, because a number was given for life. One sentence each.
pub fn number_warnings(procedure: &Procedure, answers: &Json, say: &Say) -> Vec<String> {
    let asks = procedure.file().ask.iter().filter(|a| matches!(a.kind, AskKind::People));
    let rows = asks.flat_map(|a| answers[&a.id].as_array().into_iter().flatten());
    rows.flat_map(|row| {
        let text = |k: &str| row[k].as_str().unwrap_or_default();
        let (pid, sex) = (PersonalId::parse(text("pid")), Sex::parse(text("sex")));
        let found = pid.map_or_else(
            |_| Vec::new(),
            |pid| {
                let prefixes = registers::number::PREFIXES;
                let shown = sex.unwrap_or(Sex::Male);
                registers::rules::number_warnings(&pid, text("birth"), shown, prefixes)
            },
        );
        let told = found.into_iter().filter_map(|w| match w {
            NumberWarning::UnknownProvince => Some("people-number-province"),
            NumberWarning::BirthDiffers => Some("people-number-birth"),
            NumberWarning::SexDiffers => sex.map(|_| "people-number-sex"),
        });
        told.map(|key| say.t1(key, "name", text("name"))).collect::<Vec<_>>()
    })
    .collect()
}
