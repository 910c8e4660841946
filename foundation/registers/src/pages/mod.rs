//! Pages of the registers: what is held about me, who read it, the household book; looking people up,
//! who lives in a dwelling, how its households change and all of them move, records that may be one person; the auditor's desk;
//! communes that are merged.

mod access;
mod audit;
mod book;
mod communes;
mod dwelling;
mod export;
mod lookup;
mod own;
mod pairs;
mod regroup;
mod resettle;
mod show;

use crate::errors::{AT_WORK, LEVEL_LOW};
use crate::law::Law;
use kernel::{Actor, DossierCode, Error, PersonalId, Result};
use std::sync::Arc;
use store::{ReadTx, Store};
use web::{Pages, Req, Routes};

/// Whether a dossier is the person's own, so that its page opens for them.
pub type OwnDossier = dyn Fn(&mut ReadTx, &PersonalId, &DossierCode) -> Result<bool> + Send + Sync;

/// The state of these pages.
#[derive(Clone)]
pub struct Registers {
    /// The database.
    pub store: Store,
    /// Items, purposes, access rules.
    pub law: Arc<Law>,
    /// The journal and its keys: for the proof of each line.
    pub journal: evidence::pages::Journal,
    /// Where a person says that something is wrong: the path of a procedure's start page.
    pub correction: String,
    /// Where a person reports a reading that should not have been: an own path.
    pub report: String,
    /// Which dossiers of the log open for the reader. Without it their codes are plain text.
    pub own_dossier: Option<Arc<OwnDossier>>,
}

impl std::fmt::Debug for Registers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registers")
    }
}

/// The pages of this crate.
pub fn routes(state: Registers) -> Pages {
    Routes::new(state)
        .get("/du-lieu-cua-toi", own::page)
        .get("/du-lieu-cua-toi/ai-da-doc", access::page)
        .get("/du-lieu-cua-toi/ai-da-doc/truc-tiep", access::live)
        .get("/du-lieu-cua-toi/ai-da-doc/tai-ve", export::table)
        .get("/du-lieu-cua-toi/ai-da-doc/bang-chung", export::proof)
        .get("/so-ho-khau", book::page)
        .get("/tra-cuu", lookup::page)
        .post_search("/tra-cuu", lookup::find)
        .post("/tra-cuu/nguoi", lookup::open)
        .get("/tra-cuu/cho-o/{id}", dwelling::page)
        .get("/tra-cuu/cho-o/{id}/chuyen", resettle::page)
        .post("/tra-cuu/cho-o/{id}/chuyen", resettle::post)
        .get("/tra-cuu/cho-o/{id}/tach-ho", regroup::split)
        .post("/tra-cuu/cho-o/{id}/tach-ho", regroup::post_split)
        .get("/tra-cuu/cho-o/{id}/nhap-ho", regroup::merge)
        .post("/tra-cuu/cho-o/{id}/nhap-ho", regroup::post_merge)
        .get("/tra-cuu/cho-o/{id}/chu-ho", regroup::head)
        .post("/tra-cuu/cho-o/{id}/chu-ho", regroup::post_head)
        .get("/tra-cuu/co-the-trung", pairs::page)
        .get("/tra-cuu/co-the-trung/{id}", pairs::compare)
        .post("/tra-cuu/co-the-trung/{id}", pairs::decide)
        .get("/quan-tri/sap-nhap-xa", communes::page)
        .post("/quan-tri/sap-nhap-xa", communes::change)
        .get("/kiem-toan", audit::page)
        .post_search("/kiem-toan", audit::look)
        .into_pages()
}

/// Who looks at these pages, and whose matter it is: a citizen with an account of level 2, for
/// themself or for the child they act for; never somebody at work in a post.
pub(crate) fn citizen(req: &Req) -> Result<(Actor, PersonalId)> {
    let actor = req.actor()?;
    if actor.appointment.is_some() {
        return Err(Error::new(AT_WORK));
    }
    if !req.level_two() {
        return Err(Error::new(LEVEL_LOW));
    }
    let subject = actor.subject().cloned().ok_or_else(|| Error::new(kernel::error::NOT_ALLOWED))?;
    Ok((actor.clone(), subject))
}

/// Whether somebody acts for another person: the pages then speak of that person.
fn for_another(actor: &Actor) -> bool {
    actor.acting_for.as_ref().is_some_and(|a| actor.person.as_ref() != Some(&a.person))
}
