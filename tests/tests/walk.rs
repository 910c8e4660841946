//! The cast walks through one dossier's life over HTTP: what every other test here builds on.

use tests::program::{Options, Program};
use tests::walks::{self, Cast, Walker};

#[test]
fn a_dossier_from_filing_to_the_result() {
    let program = Program::start(&Options { persons: 500, ..Options::default() }).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.done().unwrap();
    let page = cast.citizen.open(&format!("/ho-so/{code}")).unwrap().text();
    assert!(page.contains(&code));
    assert!(walks::consents_asked(&mut cast.owner).unwrap().is_empty());
    // Done: the officer's queue has no step left for it.
    let desk = cast.officer.open(&format!("/ban-lam-viec/{code}")).unwrap();
    assert!(Walker::form(&desk, &format!("/ban-lam-viec/{code}")).is_err());
}
