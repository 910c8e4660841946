//! `/tra-cuu/co-the-trung`: pairs of records of the officer's commune that may be one person. The list
//! says nothing of the people; both records are read, side by side, on the pair's own page.

use super::Registers;
use super::show::{number, words};
use crate::errors::{PAIR_KEEP, PAIR_LIVES};
use crate::matching::{self, ITEMS, MERGE, PURPOSE, Pair, PairState};
use crate::model::{Facts, Reading};
use kernel::{Actor, Error, Kind, PersonalId, Result, Say, limits, time, vietnamese};
use web::ui::{Cell, Choice, Column, Empty, Pagination, Row, Table, Tag};
use web::{Form, Frame, Markup, Reply, Req, Section, Template, Tone};

const LIST: &str = "/tra-cuu/co-the-trung";

#[derive(Template)]
#[template(path = "registers_pairs.html")]
struct ListPage {
    frame: Frame,
    place: String,
    heading: String,
    list: Table,
    pages: Pagination,
    /// Pairs that were merged, for whoever may take it back; nothing where there are none.
    merged: Option<Table>,
}

#[derive(Template)]
#[template(path = "registers_pair.html")]
struct PairPage {
    frame: Frame,
    form: Form,
    signs: Vec<String>,
    table: Table,
    action: String,
    /// Which record goes on, for whoever may merge.
    keep: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "registers_pair_merged.html")]
struct MergedPage {
    frame: Frame,
    form: Form,
    on: String,
    action: String,
}

/// Whether somebody looks at pairs at all.
pub(super) fn may(s: &Registers, actor: &Actor) -> bool {
    matching::may(&s.law, actor, PURPOSE)
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
    let merged = match matching::may(&s.law, &actor, MERGE) {
        true => s.store.read(|tx| matching::merged_pairs(tx, &place))?,
        false => Vec::new(),
    };
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
        // Where there are none the list says so itself.
        heading: match count {
            0 => say.t("registers-pairs-list"),
            n => say.count("registers-pairs-count", n),
        },
        list: Table::new(say.t("registers-pairs-list"), columns.to_vec(), rows).empty(empty),
        pages: Pagination::of(req, count, limits::PAGE_ROWS_MAX),
        merged: (!merged.is_empty()).then(|| merged_table(say, &merged)),
        place: crate::geo::commune(&place, req.now.date()).map_or(place, |c| c.label()),
    };
    Reply::page(&page)
}

fn signs(say: &Say, pair: &Pair) -> Vec<String> {
    pair.signs.iter().map(|s| say.t(&format!("registers-sign-{}", s.code()))).collect()
}

fn row(say: &Say, p: &Pair) -> Row {
    let alike =
        if p.score >= matching::VERY { "registers-pairs-very" } else { "registers-pairs-likely" };
    Row::new(vec![
        Cell::link(say.t(alike), format!("{LIST}/{}", p.id)),
        Cell::text(signs(say, p).join(" · ")),
        Cell::text(time::day(p.found_at.date())),
    ])
}

fn merged_table(say: &Say, pairs: &[Pair]) -> Table {
    let day = |p: &Pair| p.decided_at.map(|at| time::day(at.date())).unwrap_or_default();
    let row = |p: &Pair| {
        let href = format!("{LIST}/{}", p.id);
        let when = say.t1("registers-merged-on", "date", day(p));
        Row::new(vec![Cell::link(when, href), Cell::text(signs(say, p).join(" · "))])
    };
    let columns = ["registers-pairs-pair", "registers-pairs-why"].map(|k| Column::new(say.t(k)));
    let rows = pairs.iter().map(row).collect();
    Table::new(say.t("registers-merged"), columns.to_vec(), rows)
}

/// Both records side by side; of a merged pair the way back.
pub(super) fn compare(s: &Registers, req: &Req) -> Result<Reply> {
    render(s, req, Form::new(&req.say))
}

fn render(s: &Registers, req: &Req, form: Form) -> Result<Reply> {
    let actor = officer(s, req)?;
    let merges = matching::may(&s.law, &actor, MERGE);
    let (pair, reading) = s.store.record(|tx| {
        let pair = matching::pair(tx, &actor, req.param("id"))?;
        let back = merges && pair.state == PairState::Merged;
        let reading = match back {
            true => None,
            false => Some(matching::look(tx, &s.law, &actor, &pair)?),
        };
        Ok((pair, reading))
    })?;
    let Some(reading) = reading else { return way_back(req, form, &pair) };
    let both = Reading::into_result(reading)?;
    let say = &req.say;
    let page = PairPage {
        frame: frame(req, "registers-pair"),
        form,
        signs: signs(say, &pair),
        table: side_by_side(s, say, &both),
        action: format!("{LIST}/{}", pair.id),
        keep: if merges { keep(say) } else { Vec::new() },
    };
    Reply::page(&page)
}

/// The frame of one pair's page.
fn frame(req: &Req, title: &str) -> Frame {
    req.frame(req.say.t(title), Section::Lookup)
        .crumb(req.say.t("registers-lookup"), "/tra-cuu")
        .crumb(req.say.t("registers-pairs"), LIST)
}

/// By place on the page: numbers are not for a form's values.
fn keep(say: &Say) -> Vec<Choice> {
    ["first", "second"]
        .map(|which| Choice::new(which, say.t(&format!("registers-pair-{which}"))))
        .to_vec()
}

fn way_back(req: &Req, form: Form, pair: &Pair) -> Result<Reply> {
    let page = MergedPage {
        frame: frame(req, "registers-merged"),
        form,
        on: pair.decided_at.map(|at| time::day(at.date())).unwrap_or_default(),
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
        let label = Markup::trusted(format!("<b>{}</b>", web::markup::escape(&label)));
        Some(Row::new(vec![Cell::with(label), first, second, what]))
    });
    let columns = ["item", "first", "second"]
        .map(|k| Column::new(say.t(&format!("registers-pair-{k}"))))
        .into_iter()
        .chain([Column::new(say.t("registers-pair-differs")).quiet()]);
    Table::new(say.t("registers-pair"), columns.collect(), rows.collect())
}

/// They are two people, or one, or two after all.
pub(super) fn decide(s: &Registers, req: &Req) -> Result<Reply> {
    let actor = officer(s, req)?;
    let (law, id) = (s.law.clone(), req.param("id").to_owned());
    let outcome = req.form("outcome").unwrap_or_default().to_owned();
    let which = match req.form("keep") {
        Some("first") => Some(0),
        Some("second") => Some(1),
        _ => None,
    };
    let said = match outcome.as_str() {
        "merge" => "registers-pair-merge-done",
        "unmerge" => "registers-merged-back-done",
        "apart" => "registers-pair-apart-done",
        _ => {
            let e = Error::new(kernel::error::ANSWER_MISSING).field("outcome");
            return Ok(render(s, req, req.typed().wrong(&e))?.status(422));
        }
    };
    let decided = req.form_line("basis").and_then(|basis| {
        s.store.write(move |tx| match outcome.as_str() {
            "merge" => {
                let pair = matching::pair(tx, &actor, &id)?;
                let keep: Option<&PersonalId> = which.and_then(|n: usize| pair.people.get(n));
                let keep = keep.ok_or_else(|| Error::new(PAIR_KEEP).field("keep"))?;
                matching::merge(tx, &law, &actor, &id, keep, &basis)
            }
            "unmerge" => matching::unmerge(tx, &law, &actor, &id, &basis),
            _ => matching::keep_apart(tx, &law, &actor, &id, &basis),
        })
    });
    match decided {
        Ok(()) => Ok(Reply::redirect(LIST).flash(Tone::Good, req.say.t(said))),
        Err(e) if e.kind() == Kind::BadInput || e.is(PAIR_LIVES) => {
            Ok(render(s, req, req.typed().wrong(&e))?.status(422))
        }
        Err(e) => Err(e),
    }
}
