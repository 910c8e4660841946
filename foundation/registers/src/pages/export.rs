//! The log to take away: as a table, and with the proof that its lines stand in the journal.

use super::access::{Look, chosen, look};
use super::{Registers, citizen};
use crate::access_log::AccessRow;
use crate::journal::ReadBody;
use evidence::proofs;
use kernel::{Error, PersonalId, Result, Say};
use serde_json::json;
use store::{Part, RawEntry};
use web::{Reply, Req};

/// Pages of the log that one file takes: the newest lines.
const TABLE_PAGES_MAX: i64 = 100;
/// Pages whose lines are proved in one file; each line costs a path through the tree.
const PROOF_PAGES_MAX: i64 = 4;

/// The newest lines, as many pages as asked for.
fn lines(s: &Registers, req: &Req, pages: i64) -> Result<Vec<AccessRow>> {
    let (actor, subject) = citizen(req)?;
    let mut wanted = Look { actor, subject, show: chosen(req), page: 0 };
    let mut all = Vec::new();
    let mut last = i64::MAX;
    loop {
        let page = look(s, &wanted)?.page;
        // A reading that came meanwhile moves the pages: no line twice.
        all.extend(page.rows.into_iter().filter(|r| r.seq < last));
        last = all.last().map_or(last, |r: &AccessRow| r.seq);
        wanted.page += 1;
        if !page.more || wanted.page >= pages {
            return Ok(all);
        }
    }
}

/// CSV in UTF-8 with its mark, so that spreadsheets show Vietnamese letters.
pub(super) fn table(s: &Registers, req: &Req) -> Result<Reply> {
    let rows = lines(s, req, TABLE_PAGES_MAX)?;
    let bytes = csv(&req.say, &rows)?;
    let name = format!("{} {}.csv", req.say.t("registers-log-file"), req.now.date());
    Ok(Reply::download(name, "text/csv; charset=utf-8", bytes))
}

fn csv(say: &Say, rows: &[AccessRow]) -> Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    let heads = ["entry", "when", "who", "items", "purpose", "basis", "dossier", "outcome"]
        .map(|k| say.t(&format!("registers-log-{k}")));
    out.write_record(&heads).map_err(Error::bug)?;
    for r in rows {
        let items: Vec<&str> = r.items.iter().map(|i| say.local(i)).collect();
        let outcome = if r.refused { "registers-refused" } else { "registers-allowed" };
        out.write_record([
            r.seq.to_string(),
            r.at.rfc3339(),
            r.who(say),
            items.join("; "),
            say.local(&r.purpose_name).to_owned(),
            r.basis.join("; "),
            r.dossier.as_ref().map_or_else(String::new, |d| d.as_str().to_owned()),
            say.t(outcome),
        ])
        .map_err(Error::bug)?;
    }
    out.into_inner().map_err(Error::bug)
}

/// A proof file (`lienthong-proof/1`, docs/journal.md): for each line its leaf and the path to a
/// signed root, so that anybody can check later that no line was changed or taken away. What was read
/// is opened where the entry concerns nobody else; who read is told beside it, by office.
pub(super) fn proof(s: &Registers, req: &Req) -> Result<Reply> {
    let rows = lines(s, req, PROOF_PAGES_MAX)?;
    let (_, subject) = citizen(req)?;
    let last = rows.iter().map(|r| r.seq).max().unwrap_or(1);
    let kept = evidence::checkpoints::covering(&s.journal.store, &s.journal.keys, last)?;
    let say = req.say.clone();
    let file = s.store.read(move |tx| {
        let mut entries = Vec::with_capacity(rows.len());
        for r in &rows {
            let mut entry = proofs::proved(tx, r.seq, &kept, &|raw| openable(raw, &subject))?;
            let items: Vec<&str> = r.items.iter().map(|i| say.local(i)).collect();
            entry.insert(
                "about".into(),
                json!({
                    "at": r.at.rfc3339(), "who": r.who(&say), "items": items,
                    "purpose": say.local(&r.purpose_name), "dossier": r.dossier,
                    "refused": r.refused,
                }),
            );
            entries.push(entry);
        }
        Ok(proofs::file(&kept, entries))
    })?;
    let name = format!("{} {}.json", req.say.t("registers-log-proof-file"), req.now.date());
    Ok(Reply::download(name, "application/json", serde_json::to_vec_pretty(&file)?))
}

/// The parts of an entry that its subject may take away: subjects and body if the entry is about
/// nobody else, never the actor (the officer's own number), nor an auditor's reason.
fn openable(raw: &RawEntry, subject: &PersonalId) -> Vec<Part> {
    let text = |part| raw.opening(part).map_or("", |o| o.text.as_str());
    let of: Vec<PersonalId> = serde_json::from_str(text(Part::Subjects)).unwrap_or_default();
    let body = serde_json::from_str::<ReadBody>(text(Part::Body));
    if of != [subject.clone()] {
        return Vec::new();
    }
    match body {
        Ok(body) if body.because.is_none() => vec![Part::Subjects, Part::Body],
        _ => vec![Part::Subjects],
    }
}
