//! Reading everything back: what is missing or changed, and which backups need it.

use crate::errors::KEY_OTHER;
use crate::key::Key;
use crate::manifest::Address;
use crate::place::{Named, Place};
use kernel::{Error, Result};
use std::collections::{BTreeMap, HashSet};

/// Faults that are listed; more are only counted.
const FAULTS_MAX: usize = 100;

/// Something that is not as it was written.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What, and which file.
    pub error: Error,
    /// The backups that cannot be restored because of it.
    pub of: Vec<Named>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Backups.
    pub backups: u64,
    /// Chunks they need.
    pub chunks: u64,
    /// Bytes of the chunks' files.
    pub bytes: u64,
    /// Whether they were opened too, not only compared with what was written.
    pub opened: bool,
    /// The first faults.
    pub faults: Vec<Fault>,
    /// All faults.
    pub faults_count: u64,
}

/// Reads every manifest and every chunk that one of them needs. With the private key each is opened
/// and compared with its name; with the public one only the sign on its file is checked. `told` hears
/// chunks and chunks in all.
pub fn verify(place: &Place, key: &Key, told: &mut dyn FnMut(u64, u64)) -> Result<Report> {
    let public = key.public();
    let mut report = Report { opened: key.private().is_some(), ..Report::default() };
    let mut needed: HashSet<Address> = HashSet::new();
    let backups = place.backups()?;
    for named in &backups {
        report.backups += 1;
        match place.manifest(named, public) {
            Ok(m) => needed.extend(m.files.iter().flat_map(|f| &f.chunks)),
            Err(error) => report.fault(Fault { error, of: vec![named.clone()] }),
        }
    }
    let mut bad: BTreeMap<Address, Error> = BTreeMap::new();
    let of = needed.len() as u64;
    for address in &needed {
        let read = match key.private() {
            Some(private) => place.get(private, address).map(|(_, bytes)| bytes),
            None => place.check(public, address),
        };
        match read {
            Ok(bytes) => report.bytes += bytes,
            // Not this chunk's fault.
            Err(e) if e.is(KEY_OTHER) => return Err(e),
            Err(e) => drop(bad.insert(*address, e)),
        }
        report.chunks += 1;
        told(report.chunks, of);
    }
    if bad.is_empty() {
        return Ok(report);
    }
    let mut users: BTreeMap<Address, Vec<Named>> = BTreeMap::new();
    for named in &backups {
        let Ok(manifest) = place.manifest(named, public) else { continue };
        let uses: HashSet<&Address> = manifest.files.iter().flat_map(|f| &f.chunks).collect();
        for address in bad.keys().filter(|a| uses.contains(a)) {
            users.entry(*address).or_default().push(named.clone());
        }
    }
    for (address, error) in bad {
        report.fault(Fault { error, of: users.remove(&address).unwrap_or_default() });
    }
    Ok(report)
}

impl Report {
    fn fault(&mut self, fault: Fault) {
        self.faults_count += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}
