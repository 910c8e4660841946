//! Letters of a dossier: ordered in the transaction that causes them, set and signed afterwards by a
//! job, which may run twice without harm.

use super::machine::Written;
use super::submit::NewFile;
use crate::app::{Env, Services};
use crate::definition::model::Outcome;
use crate::definition::{Channel, Procedure, Situation};
use crate::errors::LETTER_NOT_READY;
use crate::inbox;
use crate::model::Dossier;
use crate::plan;
use crate::queries;
use crate::vault::sha256_hex;
use kernel::{Actor, DossierCode, Error, Instant, Result};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use store::{Entry, Job, WriteTx, params};
use trust::SignerName;

/// The job that sets and signs one letter.
pub const LETTER_JOB: &str = "services.letter";

/// Letters of the verification code: no 0/O, 1/I/L.
const CODE_ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRTUVWXYZ";
/// Characters of a verification code: 58 bits, not to be guessed.
const CODE_CHARS: usize = 12;

struct Order<'a> {
    letter: &'a str,
    /// Its number among letters of the same name, if it is known.
    n: Option<i64>,
    template: &'a str,
    /// Short sign of the kind of letter in its number: `TB`, `TC` …
    sign: &'a str,
    form: Option<&'a str>,
    signer: Json,
    data: Map<String, Json>,
}

fn order(tx: &mut WriteTx, env: &Env, d: &Dossier, o: Order) -> Result<()> {
    let now = tx.now();
    let n = match o.n {
        Some(n) => n,
        None => tx.one(NEXT_LETTER, params![&d.code, o.letter], |r| r.get(0))?,
    };
    let code = verification_code(tx)?;
    let number = letter_number(tx, &d.place, o.sign, now)?;
    let mut data = common(env, d, now)?;
    data.insert("number".into(), json!(number));
    data.insert("form".into(), json!(o.form));
    data.insert(
        "verify".into(),
        json!({"url": format!("{}/xac-minh?ma={code}", env.settings.url), "code": code}),
    );
    data.insert("signer".into(), o.signer.clone());
    for (key, value) in o.data {
        merge(&mut data, key, value);
    }
    tx.send(
        "INSERT INTO dossier_letter (dossier, letter, n, template, data, code, signer, pdf, hash, \
         at, signed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL, ?8, NULL)",
        params![
            &d.code,
            o.letter,
            n,
            o.template,
            serde_json::to_string(&Json::Object(data))?,
            code.as_str(),
            serde_json::to_string(&o.signer)?,
            now
        ],
    )?;
    tx.enqueue(Job {
        kind: LETTER_JOB,
        key: &format!("{}/{}/{n}", d.code, o.letter),
        payload: json!({"dossier": d.code, "letter": o.letter, "n": n}),
        not_before: None,
    })
}

/// The name of the letter with which a dossier ends, and its short sign.
fn of_result(procedure: &Procedure, d: &Dossier) -> (&'static str, &'static str) {
    if procedure.refuses(&d.state) { ("refusal", "TC") } else { ("result", "TB") }
}

const NEXT_LETTER: &str =
    "SELECT COALESCE(MAX(n), 0) + 1 FROM dossier_letter WHERE dossier = ?1 AND letter = ?2";

/// Values of the same table are joined, so that a definition can add to `person` or `dossier`.
fn merge(into: &mut Map<String, Json>, key: String, value: Json) {
    match (into.get_mut(&key), value) {
        (Some(Json::Object(old)), Json::Object(new)) => old.extend(new),
        (_, value) => {
            into.insert(key, value);
        }
    }
}

pub(super) fn verification_code(tx: &mut WriteTx) -> Result<String> {
    let mut random = [0u8; CODE_CHARS];
    tx.random(&mut random)?;
    let mut code = String::with_capacity(CODE_CHARS + 2);
    for (i, b) in random.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(CODE_ALPHABET[usize::from(*b) % CODE_ALPHABET.len()]));
    }
    Ok(code)
}

/// `NUMBER/SIGN-CAX`, counted by agency and year.
pub(super) fn letter_number(
    tx: &mut WriteTx,
    place: &str,
    sign: &str,
    now: Instant,
) -> Result<String> {
    let series = format!("{}/{sign}", now.date().year());
    // In the transaction itself: the numbers of an agency's letters follow each other within a year, from 01
    // (NĐ 30/2020/NĐ-CP), so one that is undone may leave no gap.
    let n = tx.one(NEXT_SERIAL, params![place, series], |r| r.get::<i64>(0))?;
    Ok(format!("{n:02}/{sign}-CAX"))
}

/// The next number of a series of this place: of dossiers a day, of letters a year.
pub(super) const NEXT_SERIAL: &str = "INSERT INTO dossier_serial (place, day, serial) VALUES (?1, ?2, 1) \
    ON CONFLICT (place, day) DO UPDATE SET serial = dossier_serial.serial + 1 RETURNING serial";

/// What stands at the head of every letter: the agency of a commune, the place, the day.
pub(super) fn heading(env: &Env, place: &str, now: Instant) -> Result<Map<String, Json>> {
    let today = now.date();
    let commune = places::all().commune_text(place, today)?;
    let kind = commune.kind_lower;
    let data = json!({
        "demo": env.settings.demo,
        "agency": {
            "parent": police(env, lower_first(&env.settings.province_name.vi)),
            "name": police(env, format!("{kind} {}", commune.name)),
            "short": env.say_vi("letter-agency-short", &[]),
        },
        "place": commune.name,
        "date": today.to_string(),
    });
    match data {
        Json::Object(map) => Ok(map),
        _ => Err(Error::bug("letter data")),
    }
}

fn police(env: &Env, place: String) -> String {
    env.say_vi("agency-police", &[("place", place)])
}

/// What every letter of a dossier says.
fn common(env: &Env, d: &Dossier, now: Instant) -> Result<Map<String, Json>> {
    let mut data = heading(env, &d.place, now)?;
    data.insert(
        "dossier".into(),
        json!({
            "code": d.code,
            "procedure": env.catalogue.version(&d.procedure, d.version)?.name().vi,
            "filed_on": d.filed_at.date().to_string(),
        }),
    );
    data.insert("person".into(), person_for_letter(d));
    Ok(data)
}

/// The applicant as letters name them.
fn person_for_letter(d: &Dossier) -> Json {
    let p = plan::applicant(&d.known);
    let text = |key: &str| p[key]["text"].clone();
    json!({
        "name": d.name, "pid": d.applicant, "birth": p["birth"], "sex": p["sex"],
        "permanent": text("permanent"), "permanent_since": p["permanent"]["since"],
        "temporary": text("temporary"), "temporary_since": p["temporary"]["since"],
        "temporary_until": p["temporary"]["until"], "abode": text("abode"),
        "address": text("abode"), "phone": p["contact"]["phone"],
    })
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// The seal of the receiving system, for letters no officer signs by hand.
fn system_signer(env: &Env) -> Json {
    json!({"title": env.say_vi("letter-receiver", &[]), "name": env.say_vi("letter-system", &[])})
}

/// The officer or head who acted last.
fn officer_signer(actor: &Actor, written: &Written) -> Json {
    let title = actor.appointment.as_ref().map_or("", |a| a.post_name.vi.as_str());
    json!({"title": title, "name": written.name})
}

/// Giấy tiếp nhận hồ sơ và hẹn trả kết quả: as soon as the dossier is filed at the counter, or
/// accepted online (only then is there a date to promise). The dossier begins now, with these files.
pub(super) fn order_receipt(
    tx: &mut WriteTx,
    env: &Env,
    d: &Dossier,
    situation: &Situation,
    files: &[NewFile],
) -> Result<()> {
    let budget = situation.limit()?.1;
    let received = json!({
        "received_at": d.filed_at.rfc3339(),
        "due": plan::due_from(budget, tx.now())?.date().to_string(),
        "limit": budget.text(&kernel::Say::new(env.words.clone(), kernel::Lang::Vi)),
        "channel": env.say_vi(&format!("channel-{}", d.channel.as_str()), &[]),
    });
    let mut papers = vec![env.say_vi("letter-declaration", &[])];
    papers.extend(files.iter().map(|f| f.name.clone()));
    let mut data = Map::new();
    data.insert("dossier".into(), received);
    data.insert("papers".into(), json!(papers));
    let pick_up = match d.channel {
        Channel::Counter => "letter-pick-up-counter",
        Channel::Online | Channel::Assisted => "letter-pick-up",
    };
    data.insert("pick_up".into(), json!(env.say_vi(pick_up, &[])));
    data.insert(
        "fee".into(),
        json!({"amount": d.fee.0, "note": env.say_vi("letter-fee-note", &[])}),
    );
    order(
        tx,
        env,
        d,
        Order {
            letter: "receipt",
            n: Some(1),
            template: "tiep-nhan-hen-tra",
            sign: "TNHS",
            form: None,
            signer: system_signer(env),
            data,
        },
    )
}

/// Letters that belong to a step on the way: the one request for more.
pub(super) fn order_for_state(
    tx: &mut WriteTx,
    env: &Env,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    actor: &Actor,
    written: &Written,
) -> Result<()> {
    if !procedure.clock_stops_in(&d.state) || written.note.is_empty() {
        return Ok(());
    }
    let items: Vec<&str> = written.note.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let mut data = Map::new();
    data.insert(
        "supplement".into(),
        json!({"items": items, "reason": env.say_vi("letter-supplement-reason", &[])}),
    );
    order(
        tx,
        env,
        d,
        Order {
            letter: "supplement",
            n: None,
            template: "yeu-cau-bo-sung",
            sign: "YCBS",
            form: None,
            signer: officer_signer(actor, written),
            data,
        },
    )
}

/// The result or the refusal, signed by the head who decided; of several, which.
pub(super) fn order_result(
    tx: &mut WriteTx,
    env: &Env,
    d: &Dossier,
    situation: &Situation,
    (n, outcome): (i64, &Outcome),
    actor: &Actor,
    written: &Written,
) -> Result<()> {
    let procedure = situation.procedure();
    let refusing = procedure.refuses(&d.state);
    let mut data = Map::new();
    if refusing {
        let stage = if actor.is_system() { "intake" } else { "decision" };
        let reasons: Vec<&str> = written.reason.lines().filter(|l| !l.trim().is_empty()).collect();
        data.insert(
            "refusal".into(),
            json!({"stage": stage, "reasons": reasons, "basis": [written.basis],
                   "next": env.say_vi("letter-refusal-next", &[])}),
        );
    } else {
        if let Json::Object(own) = situation.letter(outcome, d.filed_at)? {
            data.extend(own);
        }
        data.insert("basis".into(), json!(procedure.file().basis));
    }
    let signer = if outcome.sign.as_deref() == Some("system") || actor.is_system() {
        system_signer(env)
    } else {
        officer_signer(actor, written)
    };
    let (letter, sign) = of_result(procedure, d);
    order(
        tx,
        env,
        d,
        Order {
            letter,
            n: Some(n),
            template: &outcome.template,
            sign,
            form: outcome.form.as_deref(),
            signer,
            data,
        },
    )
}

/// Phiếu xin lỗi và hẹn lại ngày trả kết quả.
pub(super) fn order_late(
    tx: &mut WriteTx,
    env: &Env,
    d: &Dossier,
    procedure: &Arc<Procedure>,
    new_due: Instant,
) -> Result<()> {
    let Some(late) = &procedure.file().clock.late else { return Ok(()) };
    let due = d.due_at.unwrap_or(new_due);
    let mut data = Map::new();
    data.insert(
        "late".into(),
        json!({"due": due.date().to_string(), "new_due": new_due.date().to_string(),
               "reason": env.say_vi("letter-late-reason", &[])}),
    );
    order(
        tx,
        env,
        d,
        Order {
            letter: "late",
            n: None,
            template: &late.letter,
            sign: "XL",
            form: None,
            signer: system_signer(env),
            data,
        },
    )
}

/// A clerk printed a letter for the person at the counter.
pub fn note_handed_out(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    d: &Dossier,
    letter: &str,
) -> Result<()> {
    let mut entry = Entry::new("letter.handed_out", actor)
        .about(&d.applicant)
        .dossier(&d.code)
        .body(json!({"letter": letter}));
    if let Some(post) = &actor.appointment {
        entry = entry.at(&post.place);
    }
    tx.record(entry)?;
    Ok(())
}

/// Sets a letter and signs it: what readers of PDF show as the signature stands over the letter's own
/// signature block. `data` says the same `signed_at` as `at`.
pub(super) fn set_and_sign(
    services: &Services,
    template: &str,
    data: &Json,
    signer: &SignerName,
    reason: &str,
    at: Instant,
) -> Result<Vec<u8>> {
    let letter = services.paper.letter(template, data)?;
    let place = letter.signature.map(|p| trust::Place {
        page: p.page,
        left: p.left,
        top: p.top,
        width: p.width,
        height: p.height,
    });
    services.keys.sign_pdf_at(&letter.pdf, signer, reason, at, place)
}

/// The job: sets the letter, signs it, stores it, tells the applicant. Safe to repeat: a letter that
/// is signed already stays as it is.
pub fn set_letter(services: &Services, payload: &Json) -> Result<()> {
    let text = |key: &str| payload.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let code = DossierCode::new(text("dossier"));
    let (name, n) = (text("letter"), payload.get("n").and_then(Json::as_i64).unwrap_or(1));
    let find = code.clone();
    let letter = services.store.read(|tx| {
        let letters = queries::letters(tx, &find)?;
        letters
            .into_iter()
            .find(|l| l.letter == name && l.n == n)
            .ok_or_else(|| Error::new(LETTER_NOT_READY))
    })?;
    if letter.signed_at.is_some() {
        return Ok(());
    }
    let at = services.store.clock().now();
    let mut data = letter.data.clone();
    data["signed_at"] = json!(at.rfc3339());
    let part = |v: &Json, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let signer = SignerName {
        name: part(&letter.signer, "name"),
        post: part(&letter.signer, "title"),
        agency: part(&data["agency"], "name"),
    };
    let reason = format!("{} {}", part(&data["dossier"], "procedure"), code);
    let pdf = set_and_sign(services, &letter.template, &data, &signer, &reason, at)?;
    let hash = sha256_hex(&pdf);
    services.store.write(move |tx| {
        let done = tx.execute(
            "UPDATE dossier_letter SET pdf = ?4, hash = ?5, signed_at = ?6, data = ?7 \
             WHERE dossier = ?1 AND letter = ?2 AND n = ?3 AND signed_at IS NULL",
            params![
                &code,
                letter.letter.as_str(),
                letter.n,
                pdf.clone(),
                hash.as_str(),
                at,
                serde_json::to_string(&data)?
            ],
        )?;
        if done == 0 {
            return Ok(());
        }
        let d = queries::dossier(tx, &code)?;
        tx.record(
            Entry::new("letter.signed", &Actor::system("letters"))
                .at(&d.place)
                .about(&d.applicant)
                .dossier(&code)
                .body(json!({"letter": letter.letter, "sha256": hash})),
        )?;
        if letter.letter == "receipt" {
            return Ok(());
        }
        let args = json!({"code": code, "letter": letter.letter});
        inbox::send(tx, &d.applicant, "inbox-letter", &args, &d.path())
    })?;
    Ok(())
}
