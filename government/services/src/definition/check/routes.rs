//! Routing: from every commune in force there is exactly one agency, and the posts that act exist.

use super::Findings;
use super::words::nearest;
use crate::definition::load::Procedure;
use kernel::Date;
use std::collections::BTreeMap;

pub(super) fn check(p: &Procedure, today: Date, findings: &mut Findings) {
    let library = p.library();
    let name = &p.file().decider.role;
    let Some(role) = library.roles.get(name) else {
        let near = nearest(name, library.roles.keys().map(String::as_str)).unwrap_or("none");
        let args = [("role", name.clone()), ("near", near.to_owned())];
        findings.add(p.source(), "decider.role", "route-role", &args);
        return;
    };
    let on = today.max(p.file().valid.from.0);
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut unresolved = 0_usize;
    for commune in places::all().communes(on) {
        match library.route(name, &commune.code(), on) {
            Ok(route) if role.level == "commune" => {
                let before = seen.insert(route.agency.as_str().to_owned(), route.place);
                unresolved += usize::from(before.is_some());
            }
            Ok(_) => {}
            Err(_) => unresolved += 1,
        }
    }
    if unresolved > 0 {
        let args = [("role", name.clone()), ("count", unresolved.to_string())];
        findings.add(p.source(), "decider.role", "route-communes", &args);
    }
}
