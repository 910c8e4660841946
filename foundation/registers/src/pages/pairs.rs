//! `/tra-cuu/co-the-trung`: pairs of records of the officer's commune that may be one person. The list
//! says nothing of the people; both records are read, side by side, on the pair's own page.

use super::Registers;
use super::show::{number, words};
use crate::law::Role;
use crate::matching::{self, ITEMS, PURPOSE, Pair};
use crate::model::{Facts, Reading};
use kernel::{Actor, Error, Kind, Result, Say, limits, time, vietnamese};
use web::ui::{Cell, Column, Empty, Pagination, Row, Table, Tag};
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

const LIST: &str = "/tra-cuu/co-the-trung";
/// Points from which a pair is very much alike: name, birth and something else.
const VERY: i64 = 70;

#[derive(Template)]
#[template(path = "registers_pairs.html")]
struct ListPage {
    frame: Frame,
    place: String,
    heading: String,
    list: Table,
    pages: Pagination,
}

#[derive(Template)]
#[template(path = "registers_pair.html")]
struct PairPage {
    frame: Frame,
    form: Form,
    signs: Vec<String>,
    table: Table,
    action: String,
}

/// Whether somebody looks at pairs at all.
pub(super) fn may(s: &Registers, actor: &Actor) -> bool {
    actor.appointment.is_some()
        && s.law.may_ever(&Role::towards(actor, None).name(), PURPOSE, &ITEMS)
}

fn officer(s: &Registers, req: &Req) -> Result<Actor> {
    let actor = req.actor()?;
    match may(s, actor) {
        true => Ok(actor.clone()),
        false => Err(Error::new(web::codes::NOT_IN_POST)),
    }
}

/// The list.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let say = &req.say;
    let place = actor.appointment.as_ref().map(|a| a.place.clone()).unwrap_or_default();
    let page = req.page_number() - 1;
    let (pairs, count) = s.store.read(|tx| matching::open_pairs(tx, &place, page))?;
    let columns = [
        Column::new(say.t("registers-pairs-pair")),
        Column::new(say.t("registers-pairs-why")),
        Column::new(say.t("registers-pairs-found")),
    ];
    let empty =
        Empty::new("search", say.t("registers-pairs-none"), say.t("registers-pairs-none-text"));
    let rows = pairs.iter().map(|p| row(say, p)).collect();
    let page = ListPage {
        frame: req
            .frame(say.t("registers-pairs"), Section::Lookup)
            .crumb(say.t("registers-lookup"), "/tra-cuu"),
        heading: say.count("registers-pairs-count", count),
        list: Table::new(say.t("registers-pairs-list"), columns.to_vec(), rows).empty(empty),
        pages: Pagination::of(req, count, limits::PAGE_ROWS_MAX),
        place: crate::geo::commune(&place, req.now.date()).map_or(place, |c| c.label()),
    };
    Reply::page(&page)
}

fn signs(say: &Say, pair: &Pair) -> Vec<String> {
    pair.signs.iter().map(|s| say.t(&format!("registers-sign-{}", s.code()))).collect()
}

fn row(say: &Say, p: &Pair) -> Row {
    let alike = if p.score >= VERY { "registers-pairs-very" } else { "registers-pairs-likely" };
    Row::new(vec![
        Cell::link(say.t(alike), format!("{LIST}/{}", p.id)),
        Cell::text(signs(say, p).join(" · ")),
        Cell::text(time::day(p.found_at.date())),
    ])
}

/// Both records side by side.
pub(super) fn compare(s: &Registers, req: &Req) -> Result<Reply> {
    render(s, req, Form::new(&req.say))
}

fn render(s: &Registers, req: &Req, form: Form) -> Result<Reply> {
    let actor = officer(s, req)?;
    let (law, id) = (s.law.clone(), req.param("id").to_owned());
    let (pair, reading) = s.store.write(move |tx| {
        let pair = matching::pair(tx, &actor, &id)?;
        let reading = matching::look(tx, &law, &actor, &pair)?;
        Ok((pair, reading))
    })?;
    let both = Reading::into_result(reading)?;
    let say = &req.say;
    let page = PairPage {
        frame: req
            .frame(say.t("registers-pair"), Section::Lookup)
            .crumb(say.t("registers-lookup"), "/tra-cuu")
            .crumb(say.t("registers-pairs"), LIST),
        form,
        signs: signs(say, &pair),
        table: side_by_side(s, say, &both),
        action: format!("{LIST}/{}", pair.id),
    };
    Reply::page(&page)
}

fn side_by_side(s: &Registers, say: &Say, both: &[Facts; 2]) -> Table {
    let text = |facts: &Facts, item: &str| {
        let value = facts.get(item).cloned().unwrap_or_default();
        match item {
            "pid" => number(value.as_str().unwrap_or_default()),
            _ => words(&s.law, say, item, &value).join(" · "),
        }
    };
    let rows = ITEMS.iter().filter_map(|item| {
        let label = s.law.item_label(item).map_or(*item, |l| say.local(l)).to_owned();
        let values = [text(&both[0], item), text(&both[1], item)];
        if values.iter().all(String::is_empty) {
            return None;
        }
        let [a, b] = [0, 1].map(|i| vietnamese::fold_tone_placement(&values[i]).to_lowercase());
        let differs = a != b && !values.iter().any(String::is_empty);
        let what = match differs && *item != "pid" {
            true => Cell::from(Tag::new(Tone::Warn, say.t("registers-pair-differs"))),
            false => Cell::text(""),
        };
        let shown = values.map(|v| match v.is_empty() {
            true => Cell::text(say.t("registers-pair-empty")),
            false => Cell::text(v),
        });
        let [first, second] = shown;
        Some(Row::new(vec![Cell::text(label), first, second, what]))
    });
    let columns = ["item", "first", "second"]
        .map(|k| Column::new(say.t(&format!("registers-pair-{k}"))))
        .into_iter()
        .chain([Column::new(say.t("registers-pair-differs")).quiet()]);
    Table::new(say.t("registers-pair"), columns.collect(), rows.collect())
}

/// They are two people.
pub(super) fn decide(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let (law, id) = (s.law.clone(), req.param("id").to_owned());
    let decided = req.form_line("basis").and_then(|basis| {
        s.store.write(move |tx| matching::keep_apart(tx, &law, &actor, &id, &basis))
    });
    match decided {
        Ok(()) => {
            Ok(Reply::redirect(LIST).flash(Tone::Good, req.say.t("registers-pair-apart-done")))
        }
        Err(e) if e.kind() == Kind::BadInput => {
            Ok(render(s, req, req.typed().wrong(&e))?.status(422))
        }
        Err(e) => Err(e),
    }
}
