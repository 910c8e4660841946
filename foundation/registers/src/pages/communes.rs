//! `/quan-tri/sap-nhap-xa`: the operator records that a commune becomes part of another one from a day to
//! come on, sees what was recorded, and takes it back until its day. Every process reads it within half
//! a minute, so nothing has to be told to it here.

use super::Registers;
use crate::communes::{Decided, merge, mergers, withdraw};
use crate::errors::MERGER_LATE;
use kernel::error::ANSWER_MISSING;
use kernel::vietnamese::first_upper;
use kernel::{CommuneCode, Date, Error, Kind, Result, Say, time};
use places::Merger;
use web::markup::escape;
use web::ui::{Cell, Column, Empty, Row, Table};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

const PATH: &str = "/quan-tri/sap-nhap-xa";
const POST: &str = "operator";

#[derive(Template)]
#[template(path = "registers_communes.html")]
struct CommunesPage {
    frame: Frame,
    form: Form,
    list: Table,
    code: Markup,
    into: Markup,
    action: &'static str,
}

/// The list, and the form.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    req.post(POST)?;
    render(s, req, Form::new(&req.say))
}

fn render(s: &Registers, req: &Req, form: Form) -> Result<Reply> {
    let (say, today) = (&req.say, req.now.date());
    let form = form
        .called("code.commune", say.t("registers-communes-code"))
        .called("into.commune", say.t("registers-communes-into"))
        .called("on", say.t("registers-communes-on"))
        .called("basis", say.t("registers-communes-basis"));
    let all = s.store.read(mergers)?;
    let page = CommunesPage {
        frame: req
            .frame(say.t("registers-communes"), Section::Operator)
            .crumb(say.t("web-nav-operator"), "/quan-tri"),
        list: table(say, &all, today),
        code: question(&form, say, "code", today),
        into: question(&form, say, "into", today),
        action: PATH,
        form,
    };
    Reply::page(&page)
}

fn question(form: &Form, say: &Say, name: &str, today: Date) -> Markup {
    let mut q = form.address(name, say.t(&format!("registers-communes-{name}"))).without_line();
    let typed = form.value(&format!("{name}.commune"));
    if q.error.is_some() && !typed.is_empty() {
        q = q.candidates(super::resettle::candidates(typed, today));
    }
    (&q).into()
}

fn table(say: &Say, all: &[Decided], today: Date) -> Table {
    let name = |code: &CommuneCode| {
        let place = places::all().full_name(code, places::REFORM);
        place.map_or_else(|_| code.as_str().to_owned(), |n| first_upper(&n))
    };
    let row = |d: &Decided| {
        let back = match d.merger.on > today {
            true => Markup::trusted(format!(
                "<button class=\"btn second small\" name=\"withdraw\" value=\"{}\">{}<span \
                 class=\"sr\">: {}</span></button>",
                escape(d.merger.code.as_str()),
                escape(&say.t("registers-communes-withdraw")),
                escape(&name(&d.merger.code)),
            )),
            false => Markup::text(&say.t("registers-communes-in-force")),
        };
        Row::new(vec![
            Cell::text(time::day(d.merger.on)),
            Cell::two(name(&d.merger.code), d.merger.code.as_str()),
            Cell::two(name(&d.merger.into), d.merger.into.as_str()),
            Cell::text(&d.basis),
            Cell::with(back),
        ])
    };
    let columns = ["on", "code", "into", "basis", "state"]
        .map(|k| Column::new(say.t(&format!("registers-communes-{k}"))));
    let empty =
        Empty::new("list", say.t("registers-communes-none"), say.t("registers-communes-none-text"));
    Table::new(say.t("registers-communes-list"), columns.to_vec(), all.iter().map(row).collect())
        .empty(empty)
}

/// Records one, or takes one back.
pub(super) fn change(s: &Registers, req: &Req) -> Result<Reply> {
    req.post(POST)?;
    let actor = req.actor()?.clone();
    let back = req.form("withdraw").map(str::to_owned);
    let said = match back {
        Some(_) => "registers-communes-withdrawn",
        None => "registers-communes-recorded",
    };
    let done = match back {
        Some(code) => CommuneCode::parse(&code).and_then(|code| {
            let why = req.say.t("registers-communes-why");
            s.store.write(move |tx| withdraw(tx, &actor, &code, &why))
        }),
        None => typed(req).and_then(|(merger, basis)| {
            s.store.write(move |tx| merge(tx, &actor, &merger, &basis))
        }),
    };
    match done {
        Ok(()) => Ok(Reply::redirect(PATH).flash(Tone::Good, req.say.t(said))),
        Err(e) if matches!(e.kind(), Kind::BadInput | Kind::Conflict) => {
            Ok(render(s, req, req.typed().wrong(&e))?.status(422))
        }
        Err(e) => Err(e),
    }
}

fn typed(req: &Req) -> Result<(Merger, String)> {
    let today = req.now.date();
    let commune = |name: &str| {
        let at = req.form_address(name);
        let field = format!("{name}.commune");
        if at.typed.is_empty() && at.code.is_none() {
            return Err(Error::new(ANSWER_MISSING).field(&field));
        }
        let chosen = at.code.as_deref().and_then(|c| CommuneCode::parse(c).ok());
        let unknown = || {
            Error::new(crate::errors::COMMUNE_UNKNOWN).arg("code", at.typed.clone()).field(&field)
        };
        chosen.or_else(|| places::meant(&at.typed, today)).ok_or_else(unknown)
    };
    let (code, into) = (commune("code")?, commune("into")?);
    let on = req.form_date("on")?.ok_or_else(|| Error::new(ANSWER_MISSING).field("on"))?;
    if on <= today {
        return Err(Error::new(MERGER_LATE).field("on"));
    }
    let basis = req.form("basis").unwrap_or_default().to_owned();
    Ok((Merger { code, into, on }, basis))
}
