//! What is public of the journal: checkpoints and tiles of hashes (C2SP tlog-tiles, the site's
//! address is the prefix), and a page that says what they are good for. Entries are not public, and
//! `/tile/entries/…` does not exist: an entry's leaf tells when and where something was done.

use crate::checkpoints::{self, Kept};
use crate::rules::{self, TileAddress};
use kernel::{Error, Result, error::NOT_FOUND};
use store::Store;
use trust::Keys;
use web::ui::{Cell, Column, Empty, Row, Table};
use web::{Download, Frame, Markup, Pages, Reply, Req, Routes, Section, Template};

/// Days of the public list.
const DAYS: i64 = 30;
const TEXT: &str = "text/plain; charset=utf-8";
/// A whole tile never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What the pages need.
#[derive(Clone)]
pub struct Journal {
    /// The database.
    pub store: Store,
    /// The journal's keys.
    pub keys: Keys,
}

/// The routes of this crate.
pub fn routes(journal: Journal) -> Pages {
    Routes::new(journal)
        .get("/checkpoint", newest)
        .get("/checkpoint/{size}", of_size)
        .get("/tile/{*path}", tile)
        .get("/nhat-ky", page)
        .get("/nhat-ky/khoa", |j, _| Ok(Reply::Text(TEXT, keys_text(&j.keys))))
        .into_pages()
}

fn keys_text(keys: &Keys) -> String {
    keys.journal_keys().join("\n") + "\n"
}

fn newest(j: &Journal, _: &Req) -> Result<Reply> {
    let kept = j.store.read(checkpoints::newest)?.ok_or_else(|| Error::new(NOT_FOUND))?;
    Ok(Reply::Text(TEXT, kept.note).header("cache-control", "no-cache"))
}

/// One that was kept; those let go of can be worked out from the tiles.
fn of_size(j: &Journal, req: &Req) -> Result<Reply> {
    let size: i64 = req.param("size").parse().map_err(|_| Error::new(NOT_FOUND))?;
    let kept = j.store.read(|tx| checkpoints::of_size(tx, size))?;
    let kept = kept.ok_or_else(|| Error::new(NOT_FOUND))?;
    Ok(Reply::Text(TEXT, kept.note).header("cache-control", FOR_EVER))
}

fn tile(j: &Journal, req: &Req) -> Result<Reply> {
    let not_found = || Error::new(NOT_FOUND);
    let TileAddress { level, index, width } =
        rules::tile_address(req.param("path")).ok_or_else(not_found)?;
    let bytes = j.store.read(|tx| {
        // Only what a published checkpoint speaks of.
        let size = checkpoints::newest(tx)?.map_or(0, |k| k.size);
        if (size >> (8 * level)) < index.saturating_mul(rules::TILE_WIDTH).saturating_add(width) {
            return Err(not_found());
        }
        tx.journal_tile(level, index, width)
    })?;
    let file = Download {
        name: rules::tile_name(index).replace('/', "-"),
        media_type: "application/octet-stream".into(),
        bytes,
        inline: true,
    };
    Ok(Reply::File(file).header("cache-control", FOR_EVER))
}

#[derive(Template)]
#[template(path = "evidence.html")]
struct Page {
    frame: Frame,
    origin: String,
    size: String,
    at: String,
    root: String,
    keys: String,
    days: Markup,
    /// Whoever works in a post has no data of their own meanwhile.
    at_work: bool,
}

fn page(j: &Journal, req: &Req) -> Result<Reply> {
    let say = &req.say;
    let (newest, daily) =
        j.store.read(|tx| Ok((checkpoints::newest(tx)?, checkpoints::daily(tx, DAYS)?)))?;
    let row = |k: &Kept| {
        Row::new(vec![
            Cell::link(k.at.clock_and_day(), format!("/checkpoint/{}", k.size)),
            Cell::text(say.number(k.size)),
            Cell::two(&rules::hex(&k.root)[..16], ""),
        ])
    };
    let columns = vec![
        Column::new(say.t("evidence-at")),
        Column::new(say.t("evidence-entries")).number(),
        Column::new(say.t("evidence-root-short")),
    ];
    let days = Table::new(say.t("evidence-days"), columns, daily.iter().map(row).collect())
        .empty(Empty::new("shield", say.t("evidence-none"), String::new()));
    let shown = newest.as_ref();
    Reply::page(&Page {
        frame: req.frame(say.t("evidence-title"), Section::None),
        origin: j.keys.journal_name(),
        size: shown.map_or_else(|| "0".into(), |k| say.number(k.size)),
        at: shown.map_or_else(String::new, |k| k.at.clock_and_day()),
        root: shown.map_or_else(String::new, checkpoints::root_text),
        keys: keys_text(&j.keys),
        days: Markup::from(&days),
        at_work: req.actor().is_ok_and(|a| a.appointment.is_some()),
    })
}
