//! Quầy một cửa: a clerk files for the person present. Whose matter it is, and that the person
//! confirmed, comes from `identity` (acting for another); this page begins from there.

use super::common::state_tag;
use crate::app::Services;
use crate::commands::{self, Payment};
use crate::errors::DOSSIER_UNKNOWN;
use crate::queries;
use kernel::{DossierCode, Error, Result};
use web::ui::{Cell, Column, Empty, Panel, Row, Table, Tile};
use web::{Frame, Reply, Req, Section, Template, Tone};

const CLERK: &str = "one-stop.clerk";
/// Dossiers listed.
const LISTED: i64 = 30;

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    frame: Frame,
    done: Option<Panel>,
    helping: Option<String>,
    tiles: Vec<Tile>,
    table: Table,
    unpaid: Vec<(String, String, String)>,
}

/// The counter: whom the clerk helps now, what can be filed, what was filed.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    req.post(CLERK)?;
    let say = &req.say;
    let actor = req.actor()?;
    let account = actor.account.as_str().to_owned();
    let filed = s.store.read(move |tx| queries::filed_by(tx, &account, LISTED))?;
    let mut rows = Vec::new();
    let mut unpaid = Vec::new();
    for d in &filed {
        let p = s.env.catalogue.version(&d.procedure, d.version)?;
        rows.push(Row::new(vec![
            Cell::text(&d.name),
            Cell::text(say.local(p.name())),
            Cell::text(d.code.as_str()),
            Cell::text(web::ui::moment_words(d.filed_at, req.now, say)),
            Cell::with(&state_tag(&p, d, say)),
        ]));
        if d.paid_at.is_none() && !d.is_done() {
            unpaid.push((d.code.as_str().to_owned(), d.name.clone(), d.fee.to_string()));
        }
    }
    let columns = ["counter-person", "list-procedure", "list-code", "list-filed", "list-state"]
        .map(|k| Column::new(say.t(k)));
    let helping = actor.acting_for.as_ref().map(|a| a.person.spaced());
    let tiles = match helping {
        None => Vec::new(),
        Some(_) => s
            .env
            .catalogue
            .all_in_force(req.now.date())
            .iter()
            .filter(|p| p.takes("counter"))
            .map(|p| {
                let about = say.local(&p.file().summary);
                Tile::new(p.file().icon.as_str(), say.local(p.name()), about, p.path())
            })
            .collect(),
    };
    let page = CounterPage {
        frame: req.frame(say.t("web-nav-counter"), Section::Counter),
        done: req
            .query("xong")
            .map(|code| Panel::new(say.t("counter-done")).code(say, say.t("list-code"), code)),
        helping,
        tiles,
        table: Table::new(say.t("counter-filed"), columns.to_vec(), rows).empty(Empty::new(
            "queue",
            say.t("counter-empty"),
            say.t("counter-empty-text"),
        )),
        unpaid,
    };
    Reply::page(&page)
}

/// Cash at the counter: the clerk who filed it says that the fee was paid.
pub fn cash(s: &Services, req: &Req) -> Result<Reply> {
    req.post(CLERK)?;
    let actor = req.actor()?.clone();
    let code = DossierCode::new(req.param("code"));
    let find = code.clone();
    let d = s.store.read(move |tx| queries::dossier(tx, &find))?;
    if d.filed_by != actor.account.as_str() {
        return Err(Error::new(DOSSIER_UNKNOWN));
    }
    let payment = Payment {
        dossier: code,
        amount: d.fee,
        method: "cash",
        reference: format!("CASH-{}", req.form_id()),
    };
    s.write(move |tx, env| commands::pay(tx, env, &actor, &payment))?;
    Ok(Reply::redirect("/quay").flash(Tone::Good, req.say.t("pay-thanks")))
}
