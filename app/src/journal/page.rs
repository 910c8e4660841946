//! The journal's health, for whoever runs or audits the province.

use crate::province::Province;
use evidence::{Health, checkpoints, rules};
use kernel::Result;
use services::Services;
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;
use web::ui::{Banner, Fact, Facts};
use web::{Frame, Markup, Pages, Reply, Req, Routes, Section, Template, Tone};

/// Entries that are recomputed each time the page is opened: the newest.
const CHECKED_MAX: i64 = 50_000;

struct State {
    store: Store,
    services: Services,
    health: Arc<Mutex<Health>>,
}

/// The page's route.
pub fn routes(province: &Province) -> Pages {
    let state = State {
        store: province.store.clone(),
        services: province.services.clone(),
        health: province.journal_health.clone(),
    };
    Routes::new(state).get("/quan-tri/nhat-ky", page).into_pages()
}

#[derive(Template)]
#[template(path = "journal.html")]
struct JournalPage {
    frame: Frame,
    state: Banner,
    facts: Facts,
    faults: Vec<String>,
    forked: Vec<(String, String)>,
    checkpoint: String,
}

fn page(s: &State, req: &Req) -> Result<Reply> {
    req.any_post(&["operator", "auditor"])?;
    let say = &req.say;
    let begun = std::time::Instant::now();
    let (health, checked) = s.store.verify_journal_newest(CHECKED_MAX)?;
    let took = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (newest, forked) =
        s.store.read(|tx| Ok((checkpoints::newest(tx)?, checkpoints::forked(tx)?)))?;
    let keeping = s.health.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut faults: Vec<String> = health.faults.iter().map(|f| f.text(say)).collect();
    faults.extend(keeping.fault.map(|e| e.text(say)));
    let state = if faults.is_empty() {
        let (n, ms) = (say.number(checked), say.number(took.max(1)));
        let values = [("n", n), ("ms", ms), ("time", req.now.clock_and_day())];
        Banner::new(Tone::Good, say.t("op-sound"), say.with("op-sound-text", &values))
    } else {
        Banner::new(Tone::Bad, say.t("op-unsound"), say.t("op-unsound-text"))
    };
    let sealed = match health.dropped {
        0 => say.t("op-none"),
        n => say.t1("op-sealed-text", "n", say.number(n)),
    };
    let signed_at = newest.as_ref().map_or_else(|| say.t("op-none"), |k| k.at.clock_and_day());
    let outside = match keeping.folders.as_slice() {
        [] => say.t("op-outside-good"),
        failed => failed.join("; "),
    };
    let backup = crate::backup::newest_recorded(&s.store)?;
    let backup = backup.map_or_else(|| say.t("op-none"), |at| at.clock_and_day());
    let root = rules::hex(&health.root);
    let facts = vec![
        Fact::new(say.t("op-entries"), say.number(health.size)),
        Fact::new(say.t("op-sealed"), sealed),
        Fact::with(
            say.t("op-root"),
            Markup::trusted(format!("<span class=\"num wrap-any\">{root}</span>")),
        ),
        Fact::new(say.t("op-signed-at"), signed_at),
        Fact::new(say.t("op-outside"), outside),
        Fact::new(say.t("op-backup"), backup),
    ];
    let frame = req.frame(say.t("op-journal"), Section::Operator);
    let page = JournalPage {
        // The auditor has no administration to go back to.
        frame: match req.post("operator") {
            Ok(_) => frame.crumb(say.t("op-title"), "/quan-tri"),
            Err(_) => frame,
        },
        state,
        facts: Facts::new(say.t("op-journal"), facts),
        faults,
        forked: forked.iter().map(|k| (say.number(k.size), k.at.clock_and_day())).collect(),
        checkpoint: match newest {
            Some(kept) => kept.note,
            None => s.services.keys.checkpoint_of(health.size, &health.root)?,
        },
    };
    Reply::page(&page)
}
