//! Quầy một cửa: a clerk files for the person present. Whose matter it is, and that the person
//! confirmed, comes from `identity` (acting for another); this page begins from there.

use super::common::state_tag;
use crate::app::Services;
use crate::commands::{self, Payment};
use crate::errors::DOSSIER_UNKNOWN;
use crate::model::{Dossier, Letter};
use crate::queries;
use kernel::{DossierCode, Error, Instant, Result, Say};
use store::ReadTx;
use web::markup::escape;
use web::ui::{Cell, Column, Empty, Panel, Row, Table, Tile};
use web::{Frame, Live, LiveEvent, Markup, Reply, Req, Section, Template, Tone};

/// The post at the counter.
pub(super) const CLERK: &str = "one-stop.clerk";
/// Dossiers listed.
const LISTED: i64 = 30;

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    frame: Frame,
    done: Option<Done>,
    helping: Option<Helping>,
    tiles: Vec<Tile>,
    filed: Markup,
    unpaid: Vec<Unpaid>,
}

/// The dossier that was filed a moment ago.
struct Done {
    panel: Panel,
    receipt: String,
}

/// Whom the clerk acts for now.
struct Helping {
    name: String,
    number: String,
    until: String,
}

struct Unpaid {
    code: String,
    name: String,
    amount: String,
}

/// The counter: whom the clerk helps now, what can be filed, what was filed.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    req.post(CLERK)?;
    let say = &req.say;
    let (account, actor) = (account(req)?, req.actor()?.clone());
    let (filed, acting, head) = s.store.read(move |tx| {
        let filed = filed_by(tx, &account)?;
        let of = actor.acting_for.as_ref().map(|a| &a.person);
        let held = identity::queries::acting_by(tx, &actor.account)?;
        let acting = held.into_iter().find(|a| Some(&a.person) == of);
        Ok((filed, acting, tx.journal_head()?))
    })?;
    let tiles = match acting {
        None => Vec::new(),
        Some(_) => tiles(s, req),
    };
    // Only what this clerk filed is told of, whatever the address says.
    let just = req.query("xong").and_then(|code| filed.iter().find(|f| f.d.code.as_str() == code));
    let page = CounterPage {
        frame: req
            .frame(say.t("web-nav-counter"), Section::Counter)
            .live(format!("/quay/truc-tiep?tu={head}")),
        done: just.map(|f| done(s, &f.d, say)).transpose()?,
        helping: acting.map(|a| Helping {
            number: a.person.spaced(),
            name: a.person_name,
            until: a.until_at.clock_and_day(),
        }),
        tiles,
        unpaid: filed
            .iter()
            .map(|f| &f.d)
            .filter(|d| d.paid_at.is_none() && !d.is_done())
            .map(|d| Unpaid {
                code: d.code.as_str().to_owned(),
                name: d.name.clone(),
                amount: d.fee.to_string(),
            })
            .collect(),
        filed: filed_box(s, &filed, req.now, say)?,
    };
    Reply::page(&page)
}

/// A dossier the clerk filed, and its letters.
struct Filed {
    d: Dossier,
    letters: Vec<Letter>,
}

fn filed_by(tx: &mut ReadTx<'_>, account: &str) -> Result<Vec<Filed>> {
    let all = queries::filed_by(tx, account, LISTED)?;
    all.into_iter().map(|d| Ok(Filed { letters: queries::letters(tx, &d.code)?, d })).collect()
}

fn account(req: &Req) -> Result<String> {
    Ok(req.actor()?.account.as_str().to_owned())
}

fn tiles(s: &Services, req: &Req) -> Vec<Tile> {
    let say = &req.say;
    let tile = |p: &std::sync::Arc<crate::definition::Procedure>| {
        let about = say.local(&p.file().summary);
        Tile::new(p.file().icon.as_str(), say.local(p.name()), about, p.path())
    };
    let all = s.env.catalogue.all_in_force(req.now.date());
    all.iter().filter(|p| p.takes("counter")).map(tile).collect()
}

fn done(s: &Services, d: &Dossier, say: &Say) -> Result<Done> {
    let p = s.env.catalogue.version(&d.procedure, d.version)?;
    let panel = Panel::new(say.t("counter-done"))
        .code(say, say.t("list-code"), d.code.as_str())
        .line(say.t2("counter-done-for", "name", &d.name, "what", say.local(p.name())));
    Ok(Done { panel, receipt: receipt(d) })
}

fn receipt(d: &Dossier) -> String {
    format!("{}/van-ban/receipt/1", d.path())
}

/// The code, and below it what can be handed out.
fn papers(f: &Filed, say: &Say) -> Markup {
    let mut html = format!("<span class=\"num\">{}</span>", escape(f.d.code.as_str()));
    for l in f.letters.iter().filter(|l| l.signed_at.is_some()) {
        let href = format!("{}/van-ban/{}/{}", f.d.path(), l.letter, l.n);
        let name = escape(&say.t(&format!("letter-{}", l.letter)));
        html.push_str(&format!("<br><a href=\"{}\">{name}</a>", escape(&href)));
    }
    Markup::trusted(html)
}

/// What this clerk filed, as an element that live news replace.
fn filed_box(s: &Services, filed: &[Filed], now: Instant, say: &Say) -> Result<Markup> {
    let mut rows = Vec::new();
    for f in filed {
        let d = &f.d;
        let p = s.env.catalogue.version(&d.procedure, d.version)?;
        rows.push(Row::new(vec![
            Cell::two(&d.name, say.local(p.name())),
            Cell::with(papers(f, say)),
            Cell::text(web::ui::moment_words(d.filed_at, now, say)),
            Cell::with(&state_tag(&p, d, say)),
        ]));
    }
    let columns = ["counter-person", "counter-papers", "list-filed", "list-state"]
        .map(|k| Column::new(say.t(k)));
    let empty = Empty::new("queue", say.t("counter-empty"), say.t("counter-empty-text"));
    let table = Table::new(say.t("counter-filed"), columns.to_vec(), rows).empty(empty);
    Ok(Markup::trusted(format!("<div id=\"filed\">{table}</div>")))
}

/// Server-sent events: the list moves when a dossier in it does.
pub fn live(s: &Services, req: &Req) -> Result<Reply> {
    req.post(CLERK)?;
    let after = req.query("tu").and_then(|v| v.parse().ok());
    let (s, say, account) = (s.clone(), req.say.clone(), account(req)?);
    Ok(Reply::Live(Live::new(after, move |after| {
        let (entries, filed) = s.store.read(|tx| {
            let entries = tx.journal_after(after, kernel::limits::FOLLOW_BATCH_MAX)?;
            Ok((entries, filed_by(tx, &account)?))
        })?;
        let head = entries.last().map_or(after, |e| e.seq);
        let mine = |code: &DossierCode| filed.iter().any(|f| f.d.code == *code);
        if !entries.iter().any(|e| e.dossier.as_ref().is_some_and(mine)) {
            return Ok((head, Vec::new()));
        }
        let html = filed_box(&s, &filed, s.store.clock().now(), &say)?;
        Ok((head, vec![LiveEvent::swap(html.as_str())]))
    })))
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
    Ok(Reply::redirect(format!("/quay?xong={}", d.code)).flash(Tone::Good, req.say.t("pay-thanks")))
}
