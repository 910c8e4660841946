//! `/xac-minh`: anybody checks a letter, by the code printed on it or by the file itself. Strangers
//! learn that the letter is real, who signed it and when; never what is in it.

use crate::app::Services;
use crate::errors::{VERIFY_MANY, VERIFY_NO_PDF, VERIFY_UNKNOWN};
use crate::issued::{self, Issued, tidy_code};
use crate::vault::sha256_hex;
use kernel::{Error, Instant, Kind, Result, Say};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use trust::{SignatureReport, Verification};
use web::ui::{Banner, Fact, Facts};
use web::upload::FileKind;
use web::{Form, Frame, Markup, Pages, Reply, Req, Routes, Section, Template, Tone};

/// Checks by one address in a minute.
const A_MINUTE_MAX: u32 = 30;
/// Checks by everybody in a minute.
const ALL_A_MINUTE_MAX: u32 = 1_200;
/// Addresses counted at once; more in one minute are counted together.
const ADDRESSES_MAX: usize = 20_000;

/// Where the code is read and where the file is sent.
const PATH: &str = "/xac-minh";
const FILE: &str = "file";

/// Counts checks by address and minute.
#[derive(Default)]
struct Turns(Mutex<(i64, u32, HashMap<String, u32>)>);

impl Turns {
    /// Takes a turn, or says that there were too many.
    fn take(&self, who: &str, now: Instant) -> Result<()> {
        let minute = now.0.div_euclid(60_000_000);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 != minute {
            *held = (minute, 0, HashMap::new());
        }
        held.1 += 1;
        let room = held.2.len() < ADDRESSES_MAX || held.2.contains_key(who);
        let mine = held.2.entry(if room { who } else { "" }.to_owned()).or_default();
        *mine += 1;
        let over = *mine > A_MINUTE_MAX;
        if over || held.1 > ALL_A_MINUTE_MAX { Err(Error::new(VERIFY_MANY)) } else { Ok(()) }
    }
}

struct State {
    services: Services,
    turns: Turns,
}

/// The public pages of verification.
pub fn routes(services: &Services) -> Pages {
    Routes::new(State { services: services.clone(), turns: Turns::default() })
        .get(PATH, page)
        .post_files(PATH, check)
        .into_pages()
}

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    frame: Frame,
    code: Form,
    upload: Form,
    outcome: Option<Outcome>,
}

/// What was found, in plain words.
struct Outcome {
    banner: Banner,
    facts: Option<Facts>,
    reasons: Vec<String>,
    signatures: Vec<Facts>,
}

fn render(req: &Req, code: Form, upload: Form, outcome: Option<Outcome>) -> Result<Reply> {
    let frame = req.frame(req.say.t("verify-title"), Section::Verify);
    Reply::page(&VerifyPage { frame, code, upload, outcome })
}

/// The form, and what the code of the address leads to.
fn page(s: &State, req: &Req) -> Result<Reply> {
    let (code, upload) = (Form::new(&req.say), Form::new(&req.say));
    let Some(typed) = req.query("ma") else { return render(req, code, upload, None) };
    let code = code.with("ma", typed);
    match by_code(s, req, typed) {
        Ok(found) => render(req, code, upload, Some(known(&req.say, &found))),
        Err(e) if [Kind::NotFound, Kind::Busy].contains(&e.kind()) => {
            let status = e.kind().status();
            let code = code.wrong(&e.field("ma"));
            Ok(render(req, code, upload, None)?.status(status))
        }
        Err(e) => Err(e),
    }
}

fn by_code(s: &State, req: &Req, typed: &str) -> Result<Issued> {
    s.turns.take(&address(req), req.now)?;
    let code = tidy_code(typed);
    s.services
        .store
        .read(|tx| issued::by_code(tx, &code))?
        .ok_or_else(|| Error::new(VERIFY_UNKNOWN))
}

/// Who asks, for counting: the connection, and what a proxy before us says of it.
fn address(req: &Req) -> String {
    let peer = req.peer().map_or_else(|| "?".to_owned(), |p| p.to_string());
    let told = req.header("x-forwarded-for").and_then(|f| f.rsplit(',').next()).unwrap_or_default();
    format!("{peer} {}", told.trim().chars().take(45).collect::<String>())
}

/// A letter that was given out.
fn known(say: &Say, found: &Issued) -> Outcome {
    let banner = match found.signed_at {
        Some(_) => Banner::new(Tone::Good, say.t("verify-good"), say.t("verify-good-code")),
        None => Banner::new(Tone::Warn, say.t("verify-making"), say.t("verify-making-text")),
    };
    let facts = Some(letter_facts(say, found));
    Outcome { banner, facts, reasons: Vec::new(), signatures: Vec::new() }
}

fn letter_facts(say: &Say, l: &Issued) -> Facts {
    let kind = say.t(&format!("letter-{}", l.letter));
    let what = Fact::new(say.t("verify-kind"), kind);
    let mut facts = vec![match &l.procedure {
        Some(procedure) => what.small(procedure),
        None => what,
    }];
    let mut add = |key: &str, value: &str| {
        if !value.is_empty() {
            facts.push(Fact::new(say.t(key), value));
        }
    };
    add("verify-number", &l.number);
    add("verify-agency", &l.agency);
    add("verify-post", &l.post);
    add("verify-signed", &l.signed_at.map_or_else(String::new, Instant::clock_and_day));
    add("verify-dossier", l.dossier.as_ref().map_or("", |d| d.as_str()));
    add("verify-holder", &l.holder);
    add("verify-code", &l.code);
    if let Some(hash) = &l.hash {
        facts.push(Fact::with(say.t("verify-hash"), code(hash)));
    }
    Facts::new(say.t("verify-letter"), facts)
}

fn code(hash: &str) -> Markup {
    Markup::trusted(format!("<code>{}</code>", web::markup::escape(hash)))
}

/// The file itself.
fn check(s: &State, req: &Req) -> Result<Reply> {
    let code = Form::new(&req.say);
    match by_file(s, req) {
        Ok(outcome) => render(req, code, Form::new(&req.say), Some(outcome)),
        Err(e) if [Kind::BadInput, Kind::Busy].contains(&e.kind()) => {
            let status = e.kind().status();
            let e = if e.field_errors().is_empty() { e.field(FILE) } else { e };
            Ok(render(req, code, Form::new(&req.say).wrong(&e), None)?.status(status))
        }
        Err(e) => Err(e),
    }
}

fn by_file(s: &State, req: &Req) -> Result<Outcome> {
    s.turns.take(&address(req), req.now)?;
    let file = req.checked_files()?.iter().find(|f| f.field == FILE && f.kind == FileKind::Pdf);
    let file = file.ok_or_else(|| Error::new(VERIFY_NO_PDF).field(FILE))?;
    let hash = sha256_hex(&file.bytes);
    let checked = trust::verify_pdf(&file.bytes, &s.services.keys.roots());
    let found = s.services.store.read(|tx| issued::by_hash(tx, &hash))?;
    Ok(judged(&req.say, &checked, found.as_ref(), &hash))
}

/// The four ends of a check: real; rightly signed but not in our books; in our books though its
/// certificate no longer holds; not real.
fn judged(say: &Say, checked: &Verification, found: Option<&Issued>, hash: &str) -> Outcome {
    let (tone, key) = match (checked.ok, found) {
        (true, Some(_)) => (Tone::Good, "verify-good"),
        (true, None) => (Tone::Warn, "verify-foreign"),
        (false, Some(_)) => (Tone::Warn, "verify-doubt"),
        (false, None) => (Tone::Bad, "verify-bad"),
    };
    let facts = match found {
        Some(letter) => letter_facts(say, letter),
        None => {
            let own = Fact::with(say.t("verify-hash"), code(hash));
            Facts::new(say.t("verify-letter"), vec![own]).tone(tone)
        }
    };
    Outcome {
        banner: Banner::new(tone, say.t(key), say.t(&format!("{key}-file"))),
        facts: Some(facts),
        reasons: checked.all_problems().iter().map(|p| say.t(p.key())).collect(),
        signatures: checked.signatures.iter().map(|sig| signature(say, sig)).collect(),
    }
}

/// One signature of the file. A broken one is not quoted: what it says may be a lie.
fn signature(say: &Say, sig: &SignatureReport) -> Facts {
    let label = say.t("verify-signature");
    if !sig.ok {
        let facts = vec![Fact::new(&label, say.t("verify-signature-bad"))];
        return Facts::new(label, facts).tone(Tone::Bad);
    }
    let mut who = vec![sig.post.as_str(), sig.agency.as_str()];
    who.retain(|t| !t.is_empty());
    let mut facts = vec![Fact::new(&label, who.join(" · "))];
    if let Some(at) = sig.at {
        facts.push(Fact::new(say.t("verify-signed"), at.clock_and_day()));
    }
    let whole = if sig.covers_whole_file { "verify-whole" } else { "verify-part" };
    facts.push(Fact::new(say.t("verify-covers"), say.t(whole)));
    Facts::new(label, facts)
}

#[cfg(test)]
mod tests;
