//! The watch at start: is the database's journal still the one that was signed?
//!
//! A database restored from yesterday lacks what was signed since, or soon holds something else in
//! its place. Going on would write a second history under the same name, which anybody who kept a
//! checkpoint can show. So it is refused, until an operator says that it is meant; then the journal
//! says so too, and the contradicting checkpoints are kept.

use crate::checkpoints::{self, Kept};
use crate::journal::FORK_ACCEPTED;
use crate::outside::{Found, Outside};
use crate::{JOURNAL_FORKED, rules};
use kernel::{Actor, Error, Result};
use serde_json::json;
use store::{Entry, Store};
use trust::Keys;

/// Compares the checkpoints kept outside and inside with the journal. With `accept` a contradiction
/// is recorded and put aside; without it is an error.
pub fn watch(store: &Store, keys: &Keys, outside: &Outside, accept: bool) -> Result<()> {
    store.settle()?;
    let found = outside.found(keys)?;
    let known: Vec<Found> = found.clone();
    let (contradicting, inside) = store.read(move |tx| {
        let mut bad = Vec::new();
        for f in known {
            let (true, _) = checkpoints::agrees(tx, f.size, &f.root)? else {
                bad.push(f);
                continue;
            };
        }
        let inside = match checkpoints::newest(tx)? {
            Some(k) if !checkpoints::agrees(tx, k.size, &k.root)?.0 => Some(k),
            _ => None,
        };
        Ok((bad, inside))
    })?;
    if contradicting.is_empty() && inside.is_none() {
        return Ok(());
    }
    if !accept {
        let here = store.read(|tx| tx.journal_head())?;
        let (file, size) = match (contradicting.first(), &inside) {
            (Some(f), _) => (f.file.display().to_string(), f.size),
            (None, Some(k)) => ("journal_checkpoint".to_owned(), k.size),
            (None, None) => return Ok(()),
        };
        return Err(Error::new(JOURNAL_FORKED)
            .arg("file", file)
            .arg("size", size.to_string())
            .arg("here", here.to_string()));
    }
    accepted(store, &contradicting, inside.as_ref())
}

fn accepted(store: &Store, found: &[Found], inside: Option<&Kept>) -> Result<()> {
    let forks: Vec<(i64, store::Hash, Option<String>)> = found
        .iter()
        .map(|f| (f.size, f.root, Some(f.note.clone())))
        .chain(inside.map(|k| (k.size, k.root, None)))
        .collect();
    store.write(move |tx| {
        let (size, root) = (tx.journal_head()?, tx.journal_tree_root()?);
        let told: Vec<_> =
            forks.iter().map(|f| json!({ "size": f.0, "root": rules::hex(&f.1) })).collect();
        tx.record(Entry::new(FORK_ACCEPTED, &Actor::system("operator")).body(json!({
            "forks": told, "size": size, "root": rules::hex(&root),
        })))?;
        for (size, root, note) in &forks {
            if let Some(note) = note {
                let at = tx.now();
                let kept = Kept { size: *size, root: *root, at, note: note.clone() };
                checkpoints::keep(tx, &kept, true)?;
            }
        }
        checkpoints::set_aside(tx)
    })?;
    // After the journal knows: a crash in between only asks again.
    found.iter().try_for_each(Found::set_aside)
}
