//! The cast walks through one dossier's life over HTTP: what the other tests here build on.

use tests::{
    program::Program,
    walks::{self, Cast, Walker},
};

#[test]
fn a_dossier_from_filing_to_the_result() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.done().unwrap();
    let page = cast.citizen.open(&format!("/ho-so/{code}")).unwrap();
    assert!(page.text().contains(&code));
    // Done: nothing is left to be taken back, answered or decided.
    assert!(Walker::form(&page, &format!("/ho-so/{code}/rut")).is_err());
    assert!(walks::consents_asked(&mut cast.owner).unwrap().is_empty());
    assert!(!cast.head.open("/ban-lam-viec").unwrap().text().contains(&code));
}

#[test]
fn everybody_of_the_cast_signs_in_also_as_a_citizen() {
    let program = Program::small();
    for role in walks::NEWCOMERS {
        let mut walker = Walker::as_citizen(&program, role).unwrap();
        assert_eq!(walker.number().unwrap().len(), 12, "{role}");
        assert_eq!(walker.get(walks::TEMPORARY_RESIDENCE).unwrap().status, 200, "{role}");
    }
    assert!(Walker::as_role(&program, "nobody").is_err());
}
