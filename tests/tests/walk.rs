//! The cast walks through one dossier's life over HTTP: what the other tests here build on.

use tests::{
    program::Program,
    rows::Rows,
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
    // The police still find it among the ended ones; what it keeps is looked at again, and recorded.
    let read = "SELECT COUNT(*) FROM journal WHERE kind LIKE 'data.read%' AND dossier = ?1";
    let rows = Rows::of(program.data());
    let before = rows.count(read, [&code]);
    let desk = format!("/ban-lam-viec/{code}");
    assert!(cast.head.open("/ban-lam-viec?xem=xong").unwrap().text().contains(&desk));
    let ended = cast.head.open(&desk).unwrap();
    assert!(Walker::form(&ended, &desk).is_err());
    assert_eq!(rows.count(read, [&code]), before + 1);
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
