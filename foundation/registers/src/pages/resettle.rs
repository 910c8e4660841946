//! `/tra-cuu/cho-o/{id}/chuyen`: whole households move to another dwelling. What is asked, then who
//! moves where, then the act: three steps of one address, none of which needs scripts.

use super::Registers;
use super::dwelling::{self, Shown, look, officer, shown, title};
use crate::errors::{ADDRESS_LINE, COMMUNE_UNKNOWN, MOVE_BASIS};
use crate::model::{Source, Where};
use crate::residence::{Resettled, WholeMove, rehearse_resettle, resettle};
use crate::residents::{HouseholdThen, Residents};
use kernel::error::{ANSWER_MISSING, CHANGED_MEANWHILE};
use kernel::vietnamese::{first_upper, tidy};
use kernel::{
    Actor, CommuneCode, Date, DwellingId, Error, HouseholdId, Kind, Result, Say, limits, time,
};
use web::ui::{Choice, Fact, Facts};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "registers_resettle.html")]
struct AskPage {
    frame: Frame,
    form: Form,
    from: String,
    to: Markup,
    /// Which households, where there are several.
    households: Vec<Choice>,
    /// The only household.
    only: String,
    action: String,
    back: String,
}

#[derive(Template)]
#[template(path = "registers_resettle_check.html")]
struct CheckPage {
    frame: Frame,
    facts: Facts,
    moving: Vec<Shown>,
    hidden: Vec<(String, String)>,
    confirm: String,
    action: String,
    back: String,
}

/// What is asked.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let then = look(s, req, &actor, req.now.date())?;
    let mut form = Form::new(&req.say).with_date("on", req.now.date());
    for h in then.households.iter().filter(|h| h.here) {
        form.push("household", h.id.as_str());
    }
    ask(req, &then, form)
}

fn ask(req: &Req, then: &Residents, form: Form) -> Result<Reply> {
    let say = &req.say;
    let form = form
        .called("household", say.t("registers-move-who"))
        .called("to.commune", say.t("registers-move-commune"))
        .called("to.line", say.t("web-address-line"))
        .called("on", say.t("registers-move-on"))
        .called("basis", say.t("registers-pair-basis"));
    let here: Vec<&HouseholdThen> = then.households.iter().filter(|h| h.here).collect();
    let back = dwelling::path(&then.dwelling);
    let page = AskPage {
        frame: frame(req, "registers-move", &back, &then.text),
        from: first_upper(&then.text),
        to: address(&form, say, req.now.date()),
        households: match here.as_slice() {
            [] | [_] => Vec::new(),
            several => several.iter().map(|h| choice(say, h)).collect(),
        },
        only: match here.as_slice() {
            [one] => one.id.as_str().to_owned(),
            _ => String::new(),
        },
        action: format!("{back}/chuyen"),
        back,
        form,
    };
    Reply::page(&page)
}

fn frame(req: &Req, key: &str, dwelling: &str, address: &str) -> Frame {
    let say = &req.say;
    req.frame(say.t(key), Section::Lookup)
        .crumb(say.t("registers-lookup"), "/tra-cuu")
        .crumb(first_upper(address), dwelling)
}

fn choice(say: &Say, h: &HouseholdThen) -> Choice {
    let size = i64::try_from(h.members.len()).unwrap_or(i64::MAX);
    Choice::new(h.id.as_str(), title(say, h)).hint(say.count("registers-move-size", size))
}

/// The question where to, with the communes that fit what was typed.
fn address(form: &Form, say: &Say, today: Date) -> Markup {
    let mut q = form.address("to", say.t("registers-move-commune"));
    let typed = form.value("to.commune");
    if q.error.is_some() && !typed.is_empty() {
        q = q.candidates(candidates(typed, today));
    }
    (&q.line_label(say.t("web-address-line"), say.t("registers-move-line-hint"))).into()
}

/// The communes of today that fit what was typed.
pub(super) fn candidates(typed: &str, today: Date) -> Vec<Choice> {
    let hits = places::suggest(typed, today, None).hits;
    let choice = |h: &places::Suggestion| {
        Choice::new(h.code, first_upper(&h.full_name())).hint(h.was.clone().unwrap_or_default())
    };
    hits.iter().map(choice).collect()
}

/// What was typed, as the command takes it.
struct Typed {
    input: WholeMove,
    source: Source,
    to: String,
}

fn typed(req: &Req, households: Vec<(HouseholdId, i64)>) -> Result<Typed> {
    let today = req.now.date();
    let at = req.form_address("to");
    let missing = |field: &str| Error::new(ANSWER_MISSING).field(field);
    let commune = match at.code.as_deref() {
        Some(code) => CommuneCode::parse(code).ok(),
        None if at.typed.is_empty() => return Err(missing("to.commune")),
        None => places::meant(&at.typed, today),
    };
    let commune = commune.ok_or_else(|| {
        Error::new(COMMUNE_UNKNOWN).arg("code", at.typed.clone()).field("to.commune")
    })?;
    let line = tidy(&at.line);
    if line.is_empty() || line.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(ADDRESS_LINE).field("to.line"));
    }
    let on = req.form_date("on")?.ok_or_else(|| missing("on"))?;
    let basis = tidy(req.form("basis").unwrap_or_default());
    if basis.is_empty() || basis.chars().count() > limits::LINE_CHARS_MAX {
        return Err(Error::new(MOVE_BASIS).field("basis"));
    }
    let to = crate::geo::address(Some(&line), commune.as_str(), today).unwrap_or_default();
    let to = first_upper(&to);
    let input = WholeMove {
        from: DwellingId::from(req.param("id")),
        households,
        to: Where::Address { commune, line },
        on,
    };
    Ok(Typed { input, source: Source { basis: Some(basis), ..Source::default() }, to })
}

/// `ID:version`
fn seen(text: &str) -> Option<(HouseholdId, i64)> {
    let (id, version) = text.rsplit_once(':')?;
    Some((HouseholdId::from(id), version.parse().ok()?))
}

/// The households that were chosen, as they are now.
fn chosen(req: &Req, then: &Residents) -> Vec<(HouseholdId, i64)> {
    let picked = req.form_all("household");
    let here = then.households.iter().filter(|h| h.here);
    here.filter(|h| picked.contains(&h.id.as_str())).map(|h| (h.id.clone(), h.version)).collect()
}

/// The steps behind the first. Nobody's data are read again for the act itself.
pub(super) fn post(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let today = req.now.date();
    let done = match req.form("step").unwrap_or_default() {
        "change" => return ask(req, &look(s, req, &actor, today)?, req.typed()),
        "confirm" => {
            let seen = req.form_all("seen").iter().filter_map(|s| seen(s)).collect();
            typed(req, seen).and_then(|t| act(s, req, &actor, t))
        }
        _ => {
            let then = look(s, req, &actor, today)?;
            typed(req, chosen(req, &then)).and_then(|t| check(s, req, &actor, &then, &t))
        }
    };
    let status = match &done {
        Err(e) if e.kind() == Kind::BadInput => 422,
        // Somebody changed a household meanwhile: the page shows it as it is now.
        Err(e) if e.is(CHANGED_MEANWHILE) => 409,
        _ => return done,
    };
    let form = done.map_or_else(|e| req.typed().wrong(&e), |_| req.typed());
    Ok(ask(req, &look(s, req, &actor, today)?, form)?.status(status))
}

/// Who moves where: nothing is changed.
fn check(s: &Registers, req: &Req, actor: &Actor, then: &Residents, t: &Typed) -> Result<Reply> {
    let (law, by, input, source) =
        (s.law.clone(), actor.clone(), t.input.clone(), t.source.clone());
    let would = s.store.write(move |tx| rehearse_resettle(tx, &law, &by, &input, &source))?;
    let say = &req.say;
    let back = dwelling::path(&then.dwelling);
    let chosen = |h: &&HouseholdThen| t.input.households.iter().any(|(id, _)| id == &h.id);
    let moving: Vec<&HouseholdThen> = then.households.iter().filter(chosen).collect();
    let basis = t.source.basis.clone().unwrap_or_default();
    let facts = vec![
        Fact::new(say.t("registers-move-from"), first_upper(&then.text)),
        Fact::new(say.t("registers-move-to"), &t.to),
        Fact::new(say.t("registers-move-on"), time::day(t.input.on)),
        Fact::new(say.t("registers-pair-basis"), &basis),
    ];
    let persons = i64::try_from(would.persons).unwrap_or(i64::MAX);
    let page = CheckPage {
        frame: frame(req, "registers-move-check", &back, &then.text),
        facts: Facts::new(say.t("registers-move-check"), facts),
        moving: moving.iter().map(|h| shown(s, say, h)).collect(),
        hidden: hidden(req, t, &basis),
        confirm: say.count("registers-move-do", persons),
        action: format!("{back}/chuyen"),
        back,
    };
    Reply::page(&page)
}

/// What goes on to the next step.
fn hidden(req: &Req, t: &Typed, basis: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut push = |name: &str, value: &str| out.push((name.to_owned(), value.to_owned()));
    if let Where::Address { commune, line } = &t.input.to {
        let name = places::all().full_name(commune, req.now.date()).unwrap_or_default();
        let name = first_upper(&name);
        push("to.code", commune.as_str());
        push("to.commune", &name);
        push("to.shown", &name);
        push("to.line", line);
    }
    push("on.day", &t.input.on.day().to_string());
    push("on.month", &t.input.on.month().to_string());
    push("on.year", &t.input.on.year().to_string());
    push("basis", basis);
    for (id, version) in &t.input.households {
        push("household", id.as_str());
        push("seen", &format!("{}:{version}", id.as_str()));
    }
    out
}

fn act(s: &Registers, req: &Req, actor: &Actor, t: Typed) -> Result<Reply> {
    let (law, by, Typed { input, source, .. }) = (s.law.clone(), actor.clone(), t);
    let left = dwelling::path(&input.from);
    let done: Resettled = s.store.write(move |tx| resettle(tx, &law, &by, &input, &source))?;
    let persons = i64::try_from(done.persons).unwrap_or(i64::MAX);
    let said = req.say.count("registers-move-done", persons);
    // The new dwelling opens for an officer of its own commune only.
    let here = actor.appointment.as_ref().map(|a| a.place.as_str());
    let next = match here == Some(places::code_on(&done.commune, req.now.date())) {
        true => dwelling::path(&done.dwelling),
        false => left,
    };
    Ok(Reply::redirect(next).flash(Tone::Good, said))
}
