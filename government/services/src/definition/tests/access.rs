//! The access rules let the form read what each procedure lists.

use super::TODAY;
use crate::definition::Catalogue;
use crate::definition::model::Register;
use registers::Law;

#[test]
fn whoever_files_may_read_every_fact_the_form_needs() {
    let law = Law::load().expect("the law of the registers");
    let catalogue = Catalogue::built_in().expect("catalogue");
    for p in catalogue.all_in_force(TODAY) {
        let purpose = p.file().known.purpose.as_str();
        for (group, fact) in &p.file().known.facts {
            let full: Vec<String> = match fact.from {
                Register::Population => fact.items.clone(),
                Register::Dwelling => fact.items.iter().map(|i| format!("dwelling.{i}")).collect(),
            };
            let items: Vec<&str> = full.iter().map(String::as_str).collect();
            let roles: &[&str] = match fact.from {
                Register::Population => &["self", "acting.parent", "one-stop.clerk"],
                Register::Dwelling => &["citizen", "one-stop.clerk"],
            };
            for role in roles.iter().chain(&["commune-police.officer", "commune-police.head"]) {
                let unread: Vec<&&str> =
                    items.iter().filter(|i| !law.may_ever(role, purpose, &[i])).collect();
                assert!(unread.is_empty(), "{}: {group}: {role} may not read {unread:?}", p.code());
            }
        }
    }
}
