//! Every component, every example: the HTML is kept beside this file and compared.

use super::*;
use crate::testing;
use kernel::{Lang, Say};
use std::collections::BTreeSet;

#[test]
fn every_component_looks_as_agreed() {
    for component in catalogue(&testing::say()) {
        if component.id == "icons" {
            continue;
        }
        let mut text = String::new();
        for e in &component.examples {
            text.push_str(&format!("── {} ──\n{}\n", e.name, e.html.as_str().trim()));
        }
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(component.id, text);
        });
    }
}

#[test]
fn components_speak_english_too() {
    let english = Say::new(testing::words(&[]), Lang::En);
    for component in catalogue(&english) {
        for e in &component.examples {
            assert!(!e.html.as_str().contains('⟦'), "{}: {}", component.id, e.html);
        }
    }
}

/// Ids are unique within the page: labels, hints and mistakes are tied by them.
#[test]
fn no_id_stands_twice() {
    let mut seen = BTreeSet::new();
    for component in catalogue(&testing::say()) {
        assert!(seen.insert(component.id.to_owned()), "{}", component.id);
        for e in &component.examples {
            for part in e.html.as_str().split(" id=\"").skip(1) {
                let id = part.split('"').next().unwrap_or_default();
                assert!(seen.insert(id.to_owned()), "{id} stands twice ({})", component.id);
            }
        }
    }
}

/// What points at an id must find it in the same example.
#[test]
fn what_describes_is_there() {
    for component in catalogue(&testing::say()) {
        for e in &component.examples {
            let html = e.html.as_str();
            for name in ["aria-describedby=\"", "aria-labelledby=\"", " for=\""] {
                for part in html.split(name).skip(1) {
                    for id in part.split('"').next().unwrap_or_default().split(' ') {
                        assert!(
                            html.contains(&format!(" id=\"{id}\"")),
                            "{}: {name}{id}",
                            component.id
                        );
                    }
                }
            }
        }
    }
}

/// The strict Content-Security-Policy would drop them without a word.
#[test]
fn nothing_inline() {
    for component in catalogue(&testing::say()) {
        for e in &component.examples {
            let html = e.html.as_str();
            for bad in [" style=", " onclick=", "<script", "javascript:"] {
                assert!(!html.contains(bad), "{}: {bad}", component.id);
            }
        }
    }
}
