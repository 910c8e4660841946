//! Files on their way into a dossier: kept with the draft as soon as they come, so that a mistake
//! elsewhere loses none of them.

use crate::app::Services;
use crate::commands::{self, NewFile};
use crate::definition::model::Evidence;
use crate::plan::Asked;
use kernel::{Result, Say};
use serde_json::{Value as Json, json};
use web::{Form, Markup, Req, Upload};

/// The files of a draft live among its answers under this key, which no question can have.
const KEY: &str = "_files";

/// The files a draft keeps; their bytes are in the vault.
pub fn kept(draft: &Json) -> Vec<NewFile> {
    let rows = draft[KEY].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|r| {
            let text = |k: &str| r[k].as_str().unwrap_or_default().to_owned();
            NewFile {
                evidence: text("evidence"),
                name: text("name"),
                kind: text("kind"),
                bytes: r["bytes"].as_i64().unwrap_or(0),
                hash: text("hash"),
            }
        })
        .collect()
}

/// Puts new files into the vault and into the draft, which is to be saved afterwards. The same file
/// for the same paper is kept once; a file for a paper nobody asked for is not. More than a dossier
/// takes are refused, all that came with this form.
pub fn keep(
    s: &Services,
    draft: &mut Json,
    uploads: &[Upload],
    asked_for: impl Fn(&str) -> bool,
) -> Result<()> {
    let mut rows = draft[KEY].as_array().cloned().unwrap_or_default();
    let mut new: Vec<(&Upload, Json)> = Vec::new();
    for u in uploads.iter().filter(|u| asked_for(&u.field)) {
        let row = json!({"evidence": u.field, "name": u.name, "kind": u.kind.media_type(),
                         "bytes": u.bytes.len(), "hash": s.env.vault.name(&u.bytes)});
        let same = |r: &Json| r["evidence"] == row["evidence"] && r["hash"] == row["hash"];
        if !rows.iter().any(same) && !new.iter().any(|(_, r)| same(r)) {
            new.push((u, row));
        }
    }
    commands::file_count(rows.len() + new.len())?;
    for (u, row) in new {
        let bytes = u.bytes.clone();
        s.write(move |tx, env| env.vault.put(tx, &bytes))?;
        rows.push(row);
    }
    if !rows.is_empty() {
        draft[KEY] = Json::Array(rows);
    }
    Ok(())
}

/// Takes the files of a sent form into the draft, unless the form became a dossier before.
pub fn take(s: &Services, req: &Req, asked: &mut Asked) -> Result<()> {
    if req.files().is_empty() {
        return Ok(());
    }
    let papers = asked.procedure.clone();
    let named = |field: &str| papers.file().evidence.iter().any(|e| e.id == field);
    keep(s, &mut asked.answers, req.files(), named)?;
    let (pid, code) = (asked.applicant.clone(), papers.file().code.clone());
    let (answers, form) = (asked.answers.clone(), req.form_id().to_owned());
    s.store.write(move |tx| commands::save_draft_of(tx, &pid, &code, &answers, &form)).map(drop)
}

/// The draft's answers without its files.
pub fn without(draft: &Json) -> Json {
    let mut answers = draft.clone();
    if let Some(map) = answers.as_object_mut() {
        map.remove(KEY);
    }
    answers
}

/// A box for each paper, with what is kept for it already.
pub fn questions(papers: &[&Evidence], form: &Form, kept: &[NewFile], say: &Say) -> Vec<Markup> {
    let one = |e: &&Evidence| {
        let mut q = form.file(&e.id, say.local(&e.label)).many();
        if let Some(h) = &e.hint {
            q = q.hint(say.local(h));
        }
        if e.optional {
            q = q.optional();
        }
        for f in kept.iter().filter(|f| f.evidence == e.id) {
            q = q.kept(&f.name);
        }
        (&q).into()
    };
    papers.iter().map(one).collect()
}
