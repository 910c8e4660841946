//! Letting go of old backups and of chunks that nobody needs any more.

use crate::errors::away;
use crate::key::Public;
use crate::manifest::Address;
use crate::place::{Named, Place, sync_folder};
use crate::rules::{Keep, may_go};
use kernel::{Instant, Result};
use std::collections::HashSet;
use std::fs;

/// What was let go of.
#[derive(Clone, Debug, Default)]
pub struct Pruned {
    /// Backups.
    pub backups: Vec<Named>,
    /// Chunks.
    pub chunks: u64,
    /// Bytes of their files.
    pub bytes: u64,
}

/// Removes the backups that `keep` lets go, then the chunks that no backup left needs. If a backup that
/// stays cannot be read nothing is removed: nobody knows what it needs. A place opened by
/// [`Place::make`], so that no backup is being made meanwhile.
pub fn prune(place: &Place, key: &Public, keep: Keep, now: Instant) -> Result<Pruned> {
    let all = place.backups()?;
    let times: Vec<Instant> = all.iter().map(|n| n.at).collect();
    let going: HashSet<usize> = may_go(&times, keep, now).into_iter().collect();
    let mut needed: HashSet<Address> = HashSet::new();
    for (_, named) in all.iter().enumerate().filter(|(n, _)| !going.contains(n)) {
        let manifest = place.manifest(named, key)?;
        needed.extend(manifest.files.iter().flat_map(|f| &f.chunks));
    }
    let mut pruned = Pruned::default();
    // Manifests first: a backup whose chunks were gone would be a promise that cannot be kept.
    for (_, named) in all.iter().enumerate().filter(|(n, _)| going.contains(n)) {
        fs::remove_file(&named.file).map_err(away(&named.file))?;
        pruned.backups.push(named.clone());
    }
    if let Some(folder) = pruned.backups.first().and_then(|b| b.file.parent()) {
        sync_folder(folder)?;
    }
    place.each_chunk(&mut |address, file| {
        if !needed.contains(&address) {
            pruned.bytes += fs::metadata(file).map_err(away(file))?.len();
            fs::remove_file(file).map_err(away(file))?;
            pruned.chunks += 1;
        }
        Ok(())
    })?;
    Ok(pruned)
}
