//! The one door: personal data leave the registers here only. Every reading is checked against the
//! purposes and access rules and leaves an entry in the journal, refused ones too.

use crate::errors::{
    ACCESS_OUTSIDE, ACCESS_REFUSED, DWELLING_UNKNOWN, ITEM_OUTSIDE_PURPOSE, PURPOSE_UNKNOWN,
};
use crate::facts::{self, Seen};
use crate::household;
use crate::journal::{self, ReadBody};
use crate::law::{Asking, Case, Law, Purpose, Role, Subject};
use crate::model::{Facts, Reading};
use crate::person::{self, Person};
use crate::{cases, geo};
use kernel::{
    Actor, Code, CommuneCode, Date, DossierCode, DwellingId, Error, Instant, PersonalId, PurposeId,
    Result,
};
use store::{Entry, ReadTx, RecordTx, Store};

/// Who asks, what for.
pub(crate) struct Ask<'a> {
    pub law: &'a Law,
    pub actor: &'a Actor,
    pub purpose: &'a PurposeId,
    pub dossier: Option<&'a DossierCode>,
    pub what: &'static str,
}

/// Reads items of one person's record.
///
/// The rules are checked and the entry (`data.read`, `data.read_own`, `data.read_refused`) is written
/// in `tx`. A refusal is a value, not an error: let the transaction commit, so that the entry stays.
/// An item may name a part (`household.minors`): then only that part is given and recorded.
pub fn read(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    subject: &PersonalId,
    items: &[&str],
    dossier: Option<&DossierCode>,
) -> Result<Reading> {
    let ask = Ask { law, actor, purpose, dossier, what: "record" };
    let (person, role) = match admit(tx, &ask, subject, items)? {
        Ok(admitted) => admitted,
        Err(refusal) => return Ok(Reading::Refused(refusal)),
    };
    let today = tx.now().date();
    let given = facts::of_person(tx, &person, items, Seen::Now(today))?;
    leave_read(tx, &ask, &role, &person, items, &given.others)?;
    Ok(Reading::Granted(given.facts))
}

/// The record as it was on a day, as known at a moment (both through the same checks).
#[allow(clippy::too_many_arguments)]
pub fn read_as_of(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    subject: &PersonalId,
    items: &[&str],
    dossier: Option<&DossierCode>,
    on: Date,
    known: Instant,
) -> Result<Reading> {
    let ask = Ask { law, actor, purpose, dossier, what: "history" };
    let (person, role) = match admit(tx, &ask, subject, items)? {
        Ok(admitted) => admitted,
        Err(refusal) => return Ok(Reading::Refused(refusal)),
    };
    let then = person::as_of(tx, &person, on, known)?;
    let given = facts::of_person(tx, &then, items, Seen::AsOf { on, known })?;
    leave_read(tx, &ask, &role, &person, items, &given.others)?;
    Ok(Reading::Granted(given.facts))
}

/// One registration of a person's residence, in force or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidenceLine {
    /// `permanent`, `temporary`, `absence`, `stay`.
    pub kind: String,
    /// The readable address, with today's names while it holds, else with those of its last day; none for
    /// an absence.
    pub text: Option<String>,
    /// Commune code.
    pub commune: Option<String>,
    /// First day.
    pub since: Date,
    /// Last day of a term.
    pub until: Option<Date>,
    /// The day it ended, if it has.
    pub ended_on: Option<Date>,
    /// The dossier that led to it.
    pub dossier: Option<DossierCode>,
}

/// All registrations of a person's residence, newest first: what a confirmation of residence tells.
/// Needs the items `permanent`, `temporary` and `absence`; recorded as a reading of the history.
pub fn residence_history(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    subject: &PersonalId,
    dossier: Option<&DossierCode>,
) -> Result<Reading<Vec<ResidenceLine>>> {
    let ask = Ask { law, actor, purpose, dossier, what: "history" };
    let items = ["permanent", "temporary", "absence"];
    let (person, role) = match admit(tx, &ask, subject, &items)? {
        Ok(admitted) => admitted,
        Err(refusal) => return Ok(Reading::Refused(refusal)),
    };
    let today = tx.now().date();
    let lines = tx.rows(
        "SELECT r.kind, r.commune, r.since, r.until, r.ended_on, r.dossier, d.line FROM residence r \
         LEFT JOIN dwelling d ON d.id = r.dwelling WHERE r.pid = ?1 ORDER BY r.since DESC, r.id DESC",
        store::params![subject],
        |r| {
            let (commune, line): (Option<String>, Option<String>) = (r.get(1)?, r.get(6)?);
            let ended: Option<Date> = r.get(4)?;
            let on = ended.map_or(today, |end| end.min(today)).max(places::REFORM);
            let text = line.and_then(|l| geo::address(Some(&l), commune.as_deref()?, on));
            Ok(ResidenceLine {
                kind: r.get(0)?,
                text,
                commune,
                since: r.get(2)?,
                until: r.get(3)?,
                ended_on: ended,
                dossier: r.get::<Option<String>>(5)?.map(Into::into),
            })
        },
    )?;
    leave_read(tx, &ask, &role, &person, &items, &[])?;
    Ok(Reading::Granted(lines))
}

/// A person is going to be read: nothing is told or recorded yet.
pub fn foresee(tx: &mut ReadTx, pid: &PersonalId) -> Result<()> {
    person::foresee(tx, pid)
}

/// [`read`] on a snapshot; a refusal becomes an error after its entry is durable.
pub fn read_now(
    store: &Store,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    subject: &PersonalId,
    items: &[&str],
    dossier: Option<&DossierCode>,
) -> Result<Facts> {
    store.record(|tx| read(tx, law, actor, purpose, subject, items, dossier))?.into_result()
}

/// Reads items of a dwelling (`owner`, `head`, `title`, …; the prefix `dwelling.` may be left out).
/// The owner and the heads named in it find the reading in their own logs.
pub fn read_dwelling(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    dwelling: &DwellingId,
    items: &[&str],
    dossier: Option<&DossierCode>,
) -> Result<Reading> {
    let found = household::find_dwelling(tx, dwelling)?;
    give_dwelling(tx, Ask { law, actor, purpose, dossier, what: "dwelling" }, found, items)
}

/// As [`read_dwelling`], by the address (see [`crate::dwellings::at`]). None, and nothing is recorded, if the
/// register does not know a dwelling there.
pub fn read_dwelling_at(
    tx: &mut RecordTx,
    law: &Law,
    actor: &Actor,
    purpose: &PurposeId,
    (commune, line): (&CommuneCode, &str),
    items: &[&str],
) -> Result<Option<Reading>> {
    let Some(found) = crate::dwellings::find_at(tx, commune, line)? else { return Ok(None) };
    let ask = Ask { law, actor, purpose, dossier: None, what: "dwelling" };
    give_dwelling(tx, ask, Some(found), items).map(Some)
}

fn give_dwelling(
    tx: &mut RecordTx,
    ask: Ask,
    found: Option<household::Dwelling>,
    items: &[&str],
) -> Result<Reading> {
    let full: Vec<String> = items
        .iter()
        .map(|i| if i.starts_with("dwelling.") { (*i).to_owned() } else { format!("dwelling.{i}") })
        .collect();
    let full: Vec<&str> = full.iter().map(String::as_str).collect();
    let today = tx.now().date();
    let role = Role::towards(ask.actor, None);
    let subject = found.as_ref().map_or_else(Subject::default, |d| d.subject(today));
    let case = match ask.dossier {
        Some(code) => cases::of_dossier(tx, code)?,
        None => None,
    };
    if let Err(refusal) = judge(&ask, &role, &subject, case.as_ref(), &full) {
        leave_refused(tx, &ask, &role, None, &full, &refusal)?;
        return Ok(Reading::Refused(refusal));
    }
    let Some(found) = found else {
        return Ok(Reading::Refused(Error::new(DWELLING_UNKNOWN)));
    };
    let (given, people) = facts::of_dwelling(tx, &found, &full, today)?;
    let people = people.into_iter().map(|(pid, item)| (pid, vec![item])).collect();
    let (made, body) = named(entry(journal::READ, &ask, &role, &full), people);
    record(tx, (made, body), Some(&found.commune))?;
    Ok(Reading::Granted(given))
}

/// Checks one person's record; refused readings leave their entry here.
fn admit(
    tx: &mut RecordTx,
    ask: &Ask,
    subject: &PersonalId,
    items: &[&str],
) -> Result<std::result::Result<(Person, Role), Error>> {
    let role = Role::towards(ask.actor, Some(subject));
    let today = tx.now().date();
    if let Some(code) = ask.dossier {
        person::foresee(tx, subject)?;
        cases::foresee_about(tx, code, subject)?;
    }
    let person = person::find(tx, subject)?;
    let case = match ask.dossier {
        Some(code) => cases::about(tx, code, subject)?,
        None => None,
    };
    let known = person.as_ref().map_or_else(Subject::default, |p| p.subject(today));
    let verdict = judge(ask, &role, &known, case.as_ref(), items);
    let there = person.is_some();
    let refusal = match (verdict, person) {
        (Ok(()), Some(person)) => return Ok(Ok((person, role))),
        (Ok(()), None) => Error::new(ACCESS_OUTSIDE),
        (Err(e), _) => e,
    };
    leave_refused(tx, ask, &role, there.then_some(subject), items, &refusal)?;
    Ok(Err(refusal))
}

/// Purpose, items, role, condition: in this order.
pub(crate) fn judge(
    ask: &Ask,
    role: &Role,
    subject: &Subject,
    case: Option<&Case>,
    items: &[&str],
) -> std::result::Result<(), Error> {
    let refuse = |code: Code| Err(Error::new(code));
    let Some(purpose) = ask.law.purpose(ask.purpose) else { return refuse(PURPOSE_UNKNOWN) };
    if items.is_empty() || !items.iter().all(|i| covered(purpose, i)) {
        return refuse(ITEM_OUTSIDE_PURPOSE);
    }
    let role = role.name();
    let asking = Asking { actor: ask.actor, purpose: ask.purpose.as_str(), subject, case };
    if ask.law.access().refused(&role, &asking, items).is_empty() {
        return Ok(());
    }
    // A rule exists but its condition does not hold: another area. Else: no rule at all.
    if ask.law.may_ever(&role, ask.purpose.as_str(), items) {
        refuse(ACCESS_OUTSIDE)
    } else {
        refuse(ACCESS_REFUSED)
    }
}

fn covered(purpose: &Purpose, item: &str) -> bool {
    purpose.items.contains(item)
        || item.split_once('.').is_some_and(|(whole, _)| purpose.items.contains(whole))
}

/// Who read, as the person's log says it.
fn who(role: &Role) -> &'static str {
    match role {
        Role::Own => "self",
        Role::Member => "member",
        Role::Acting(_) => "representative",
        Role::Post(_) => "post",
        Role::System => "system",
        Role::Citizen | Role::Nobody => "person",
    }
}

pub(crate) fn entry(
    kind: &'static str,
    ask: &Ask,
    role: &Role,
    items: &[&str],
) -> (Entry, ReadBody) {
    let mut entry = Entry::new(kind, ask.actor).purpose(ask.purpose);
    if let Some(code) = ask.dossier {
        entry = entry.dossier(code);
    }
    let body = ReadBody {
        what: ask.what.to_owned(),
        who: who(role).to_owned(),
        items: items.iter().map(|i| (*i).to_owned()).collect(),
        of: Vec::new(),
        notice_after_days: ask.law.purpose(ask.purpose).map_or(0, |p| p.notice_after_days),
        refused: None,
        because: None,
    };
    (entry, body)
}

/// Names the people of a reading, each with the items of theirs that were in it. The journal holds
/// the people of an entry sorted and each once, so the lists are put in the same order.
fn named(
    (mut made, mut body): (Entry, ReadBody),
    mut people: Vec<(PersonalId, Vec<String>)>,
) -> (Entry, ReadBody) {
    people.sort_by(|a, b| a.0.cmp(&b.0));
    people.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            let new = later.1.drain(..).filter(|i| !kept.1.contains(i)).collect::<Vec<_>>();
            kept.1.extend(new);
        }
        same
    });
    // A list that says the same of everybody is left out.
    let plain = people.iter().all(|(_, items)| *items == body.items);
    for (pid, items) in people {
        made = made.about(&pid);
        if !plain {
            body.of.push(items);
        }
    }
    (made, body)
}

/// The place of a reading is where the reader works, else where the person lives.
pub(crate) fn record(
    tx: &mut RecordTx,
    (entry, body): (Entry, ReadBody),
    lives: Option<&str>,
) -> Result<()> {
    let works = entry.actor.appointment.as_ref().map(|a| a.place.clone());
    let mut entry = entry.body(serde_json::to_value(body)?);
    if let Some(place) = works.or_else(|| lives.map(str::to_owned)) {
        entry = entry.at(place);
    }
    tx.record(entry)?;
    Ok(())
}

fn leave_read(
    tx: &mut RecordTx,
    ask: &Ask,
    role: &Role,
    person: &Person,
    items: &[&str],
    others: &[PersonalId],
) -> Result<()> {
    let kind = if *role == Role::Own { journal::READ_OWN } else { journal::READ };
    let all = items.iter().map(|i| (*i).to_owned()).collect();
    let mut people: Vec<(PersonalId, Vec<String>)> = vec![(person.pid.clone(), all)];
    people.extend(others.iter().map(|o| (o.clone(), vec!["household".to_owned()])));
    let (made, body) = named(entry(kind, ask, role, items), people);
    record(tx, (made, body), person.commune.as_deref())
}

/// One entry for many people, a page of a search or a whole dwelling: each finds it in their own log.
pub(crate) fn leave_all(
    tx: &mut RecordTx,
    ask: &Ask,
    role: &Role,
    items: &[&str],
    people: Vec<PersonalId>,
    lives: Option<&str>,
) -> Result<()> {
    let all: Vec<String> = items.iter().map(|i| (*i).to_owned()).collect();
    let people = people.into_iter().map(|pid| (pid, all.clone())).collect();
    let (made, body) = named(entry(journal::READ, ask, role, items), people);
    record(tx, (made, body), lives)
}

/// The entry of a refused reading. `subject` only if there is such a person: a number that belongs to
/// nobody has no log to stand in.
pub(crate) fn leave_refused(
    tx: &mut RecordTx,
    ask: &Ask,
    role: &Role,
    subject: Option<&PersonalId>,
    items: &[&str],
    refusal: &Error,
) -> Result<()> {
    let (mut made, mut body) = entry(journal::READ_REFUSED, ask, role, items);
    body.refused = Some(refusal.code().id.to_owned());
    if let Some(pid) = subject {
        made = made.about(pid);
    }
    record(tx, (made, body), None)
}

/// Which people an asking may see at all: used by the search.
pub(crate) fn allows(tx: &mut ReadTx, ask: &Ask, person: &Person, items: &[&str]) -> bool {
    let today = tx.now().date();
    let role = Role::towards(ask.actor, Some(&person.pid));
    judge(ask, &role, &person.subject(today), None, items).is_ok()
}
