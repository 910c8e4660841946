//! Paying the fee: a VietQR code that any bank's program reads, the payment side's signed message,
//! and, in demo mode only, a simulated bank that sends such a message.

use super::dossier::open_own;
use crate::app::Services;
use crate::commands::{self, Payment};
use crate::errors::PAYMENT_SIGNATURE;
use crate::model::Dossier;
use crate::vietqr;
use aws_lc_rs::hmac;
use base64::Engine as _;
use kernel::{Actor, DossierCode, Error, Result, Say, Vnd};
use serde::Deserialize;
use serde_json::json;
use web::ui::{Fact, Facts};
use web::{Frame, Markup, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "pay.html")]
struct PayPage {
    frame: Frame,
    code: String,
    amount: String,
    qr: Markup,
    payload: String,
    transfer: Facts,
    path: String,
    paid: bool,
    demo: bool,
}

/// The amount, the code, the QR.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    let o = open_own(s, req)?;
    let d = &o.d;
    let say = &req.say;
    let payload = payload(s, d);
    let view = PayPage {
        frame: req
            .frame(say.t("pay-title"), Section::Dossiers)
            .crumb(say.t("web-nav-dossiers"), "/ho-so")
            .crumb(d.code.as_str(), &d.path())
            .live(format!("{}/truc-tiep?tu={}", d.path(), o.head)),
        code: d.code.as_str().to_owned(),
        amount: d.fee.to_string(),
        qr: web::qr::svg(&payload, &say.t("pay-qr")),
        payload,
        transfer: transfer(s, d, say),
        path: d.path(),
        paid: d.paid_at.is_some(),
        demo: s.env.settings.demo,
    };
    Reply::page(&view)
}

/// What the transfer says it is for: the dossier's code, letters and digits only.
fn purpose(d: &Dossier) -> String {
    d.code.as_str().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn payload(s: &Services, d: &Dossier) -> String {
    vietqr::payload(&s.env.settings.treasury, d.fee, &purpose(d))
}

/// The same as the code, to be typed: who opened this page on the phone cannot scan it.
fn transfer(s: &Services, d: &Dossier, say: &Say) -> Facts {
    let account = &s.env.settings.treasury;
    let facts = [
        ("pay-account-name", account.name.clone()),
        ("pay-account", account.number.clone()),
        ("pay-bank", account.bank.clone()),
        ("pay-amount", d.fee.to_string()),
        ("pay-purpose", purpose(d)),
    ];
    let facts = facts.map(|(key, value)| Fact::new(say.t(key), value)).to_vec();
    Facts::new(say.t("pay-by-hand"), facts)
}

/// The payment side's message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    dossier: String,
    vnd: i64,
    reference: String,
}

/// `POST /api/v1/payments`: signed with the shared secret (`X-Signature: base64(HMAC-SHA256(body))`).
/// Told twice, it counts once.
pub fn callback(s: &Services, req: &Req) -> Result<Reply> {
    let bad = || Error::new(PAYMENT_SIGNATURE);
    let signature = req.header("x-signature").ok_or_else(bad)?;
    let signature =
        base64::engine::general_purpose::STANDARD.decode(signature).map_err(|_| bad())?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &s.env.settings.payment_secret);
    hmac::verify(&key, req.body(), &signature).map_err(|_| bad())?;
    let message: Message = req.json()?;
    receive(s, &message, "bank")?;
    Reply::json(&json!({"status": "received"}))
}

fn receive(s: &Services, message: &Message, method: &'static str) -> Result<()> {
    let payment = Payment {
        dossier: DossierCode::new(message.dossier.as_str()),
        amount: Vnd(message.vnd),
        method,
        reference: message.reference.chars().take(80).collect(),
    };
    let actor = Actor::system("payments");
    s.write(move |tx, env| commands::pay(tx, env, &actor, &payment))
}

/// Demo mode only: the simulated bank tells that the amount was paid.
pub fn demo_bank(s: &Services, req: &Req) -> Result<Reply> {
    if !s.env.settings.demo {
        return Err(Error::new(kernel::error::NOT_FOUND));
    }
    let o = open_own(s, req)?;
    let message = Message {
        dossier: o.d.code.as_str().to_owned(),
        vnd: o.d.fee.0,
        reference: format!("DEMO-{}", req.form_id()),
    };
    receive(s, &message, "demo-bank")?;
    Ok(Reply::redirect(o.d.path()).flash(Tone::Good, req.say.t("pay-thanks")))
}
