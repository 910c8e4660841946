//! Versions of one procedure follow one another without gap or overlap; addresses are unique.

use super::Findings;
use crate::definition::load::Procedure;
use kernel::time::{day, plus_days};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn check(all: &[Arc<Procedure>], findings: &mut Findings) {
    let mut by_code: BTreeMap<&str, Vec<&Arc<Procedure>>> = BTreeMap::new();
    for p in all {
        by_code.entry(p.file().code.as_str()).or_default().push(p);
        own_range(p, findings);
    }
    for versions in by_code.values_mut() {
        versions.sort_by_key(|p| (p.file().version, p.file().valid.from));
        for pair in versions.windows(2) {
            follows(pair[0], pair[1], findings);
        }
    }
    paths(all, findings);
    disputes(all, findings);
}

fn own_range(p: &Procedure, findings: &mut Findings) {
    let v = p.file().valid;
    if v.to.is_some_and(|to| to < v.from) {
        findings.add(p.source(), "valid.to", "valid-order", &[]);
    }
}

fn follows(a: &Procedure, b: &Procedure, findings: &mut Findings) {
    let (x, y) = (a.file(), b.file());
    if x.version == y.version {
        let args = [("version", y.version.to_string()), ("file", a.source().file.clone())];
        findings.add(b.source(), "version", "version-twice", &args);
        return;
    }
    let other = [("version", x.version.to_string()), ("file", a.source().file.clone())];
    let Some(to) = x.valid.to else {
        findings.add(b.source(), "valid.from", "valid-overlap", &other);
        return;
    };
    let next = plus_days(to.0, 1);
    let mut args = other.to_vec();
    args.push(("day", day(next)));
    if y.valid.from.0 < next {
        findings.add(b.source(), "valid.from", "valid-overlap", &args);
    } else if y.valid.from.0 > next {
        findings.add(b.source(), "valid.from", "valid-gap", &args);
    }
}

/// One address, one procedure, whenever both are in force.
fn paths(all: &[Arc<Procedure>], findings: &mut Findings) {
    for (i, p) in all.iter().enumerate() {
        let clash = all[..i].iter().find(|o| {
            let (a, b) = (o.file(), p.file());
            a.path == b.path
                && a.code != b.code
                && b.valid.to.is_none_or(|to| a.valid.from <= to)
                && a.valid.to.is_none_or(|to| b.valid.from <= to)
        });
        if let Some(o) = clash {
            let args = [("path", p.file().path.clone()), ("file", o.source().file.clone())];
            findings.add(p.source(), "path", "path-twice", &args);
        }
    }
}

/// The procedure that corrects a wrong fact is among the files, if more than one is checked.
fn disputes(all: &[Arc<Procedure>], findings: &mut Findings) {
    for p in all {
        let Some(code) = &p.file().known.dispute else { continue };
        if all.len() > 1 && !all.iter().any(|o| o.file().code == *code) {
            let args = [("code", code.clone())];
            findings.add(p.source(), "known.dispute", "dispute-unknown", &args);
        }
    }
}
