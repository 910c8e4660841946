//! Dossiers of others, officers of elsewhere, appointments that are over: nothing is there for them.

use tests::{
    folder::Folder,
    forms::{self, Form},
    live::Live,
    program::{Options, Program},
    rows::Rows,
    walks::{self, Cast, Walker},
};

/// A dossier with a file, a letter and every page it can have.
struct Busy {
    code: String,
    file: String,
}

fn busy(program: &Program, cast: &mut Cast) -> Busy {
    let code = cast.accepted().unwrap();
    let note = [("note", "Gửi thêm hợp đồng thuê nhà")];
    walks::decide(&mut cast.officer, &code, "ask-more", &note).unwrap();
    let page = cast.citizen.open(&format!("/ho-so/{code}")).unwrap();
    let paper = tests::http::File {
        field: "abode_proof",
        name: "hop-dong.pdf",
        media_type: "application/pdf",
        bytes: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
    };
    let send = format!("/ho-so/{code}/bo-sung");
    let answer = cast.citizen.send_files(&page, &send, &[], &[paper]).unwrap();
    walks::expect("supplement", 303, answer).unwrap();
    let rows = Rows::of(program.data());
    let file = rows.texts("SELECT file FROM dossier_file WHERE dossier = ?1", [&code]).remove(0);
    let ready = "SELECT COUNT(*) FROM dossier_letter WHERE dossier = ?1 AND letter = 'receipt' \
                 AND signed_at IS NOT NULL";
    tests::until("the receipt is signed", || rows.count(ready, [&code]) == 1);
    Busy { code, file }
}

/// Every address of the dossier that can be read.
fn readable(b: &Busy) -> Vec<String> {
    let own = format!("/ho-so/{}", b.code);
    let tails = ["", "/truc-tiep", "/van-ban/receipt/1", "/nop-phi"];
    let mut all: Vec<String> = tails.iter().map(|t| format!("{own}{t}")).collect();
    all.push(format!("{own}/tep/{}", b.file));
    all
}

#[test]
fn another_citizens_dossier_is_not_there() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let b = busy(&program, &mut cast);
    for path in readable(&b) {
        let answer = if path.ends_with("/truc-tiep") {
            Live::open(&cast.citizen.client, &path).unwrap();
            continue;
        } else {
            cast.citizen.get(&path).unwrap()
        };
        assert_eq!(answer.status, 200, "the applicant's own {path}");
    }
    let before = Rows::of(program.data()).count("SELECT COUNT(*) FROM journal", []);
    for role in ["parent", "owner"] {
        let mut other = Walker::as_citizen(&program, role).unwrap();
        for path in readable(&b) {
            let answer = other.get(&path).unwrap();
            assert_eq!(answer.status, 404, "{role} {path}");
            assert!(!answer.text().contains("Gửi thêm"), "{role} {path}");
        }
        // A form of one's own, its token good, sent to the other's addresses.
        let form = Form::of(&other.open("/dang-xuat").unwrap(), "/dang-xuat").unwrap();
        for tail in ["rut", "bo-sung", "nop-phi/mo-phong"] {
            let path = format!("/ho-so/{}/{tail}", b.code);
            assert_eq!(other.client.post(&path, &form.pairs()).unwrap().status, 404, "{path}");
            let answer = other.client.post_files(&path, &form.pairs(), &[]).unwrap();
            assert_eq!(answer.status, 404, "{path} with files");
        }
        // What is not there looks the same.
        let (mut there, mut nowhere) = (
            other.get(&format!("/ho-so/{}", b.code)).unwrap(),
            other.get("/ho-so/H37.13594-261123-9999").unwrap(),
        );
        for page in [&mut there, &mut nowhere] {
            page.body = forms::words(&page.text()).into_bytes();
        }
        assert_eq!((there.status, there.text()), (nowhere.status, nowhere.text()), "{role}");
    }
    let rows = Rows::of(program.data());
    let moved = "SELECT COUNT(*) FROM journal WHERE seq > ?1 AND kind LIKE 'dossier.%'";
    assert_eq!(rows.count(moved, [before]), 0, "nothing has moved");
    let mut nobody = Walker::stranger(&program);
    for path in readable(&b) {
        assert_ne!(nobody.get(&path).unwrap().status, 200, "{path}");
    }
}

#[test]
fn another_persons_consent_is_not_there() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    walks::file_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let link = walks::consents_asked(&mut cast.owner).unwrap().remove(0);
    let form = Form::of(&cast.owner.open(&link).unwrap(), &link).unwrap();
    for role in ["citizen", "parent"] {
        let mut other = Walker::as_citizen(&program, role).unwrap();
        assert_eq!(other.get(&link).unwrap().status, 404, "{role}");
        let mut own = Form::of(&other.open("/dang-xuat").unwrap(), "/dang-xuat").unwrap();
        own.set("answer", "yes");
        assert_eq!(other.client.post(&link, &own.pairs()).unwrap().status, 404, "{role}");
    }
    let mut yes = form;
    yes.set("answer", "yes");
    assert_eq!(cast.owner.client.post(&link, &yes.pairs()).unwrap().status, 303);
}

#[test]
fn an_officer_of_the_next_commune_sees_nothing() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let b = busy(&program, &mut cast);
    let desk = format!("/ban-lam-viec/{}", b.code);
    let mut next = Walker::as_role(&program, "next-door").unwrap();
    assert_eq!(next.get("/ban-lam-viec").unwrap().status, 200);
    assert!(!next.open("/ban-lam-viec?xem=mo").unwrap().text().contains(&b.code));
    assert_eq!(next.get(&desk).unwrap().status, 404);
    for tail in [format!("tep/{}", b.file), "van-ban/receipt/1".to_owned()] {
        let path = format!("/ho-so/{}/{tail}", b.code);
        assert_eq!(next.get(&path).unwrap().status, 404, "{path}");
    }
    let form = Form::of(&next.open("/dang-xuat").unwrap(), "/dang-xuat").unwrap();
    for action in ["propose", "ask-more", "approve", "withdraw", "nonsense"] {
        let mut form = form.clone();
        form.set("action", action);
        form.set("version", "1");
        form.set("note", "x");
        assert_eq!(next.client.post(&desk, &form.pairs()).unwrap().status, 404, "{action}");
    }
    // The attempts read nobody's data.
    let read = "SELECT COUNT(*) FROM journal WHERE kind LIKE 'data.read%' AND dossier = ?1 \
                AND actor LIKE '%commune-police.officer%' AND actor NOT LIKE '%13594%'";
    assert_eq!(Rows::of(program.data()).count(read, [&b.code]), 0);
    // A clerk, an auditor and the operator have no desk at all.
    for role in ["clerk", "auditor", "viewer", "operator", "citizen"] {
        let mut other = Walker::as_role(&program, role).unwrap();
        assert_eq!(other.get(&desk).unwrap().status, 403, "{role}");
        assert_eq!(other.get("/ban-lam-viec").unwrap().status, 403, "{role}");
    }
}

#[test]
fn an_ended_appointment_closes_the_open_desk_at_once() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    let desk = format!("/ban-lam-viec/{code}");
    let page = cast.officer.open(&desk).unwrap();
    let mut propose = Form::of(&page, &desk).unwrap();
    propose.set("action", "propose");
    let live = Live::open(&cast.officer.client, "/ban-lam-viec/truc-tiep?tu=0").unwrap();
    let rows = Rows::of(program.data());
    let name = rows.texts(
        "SELECT a.name FROM demo_role d JOIN account a ON a.id = d.account WHERE d.n = 3",
        [],
    );
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    walks::dismiss(&mut operator, &name[0]).unwrap();

    for path in [desk.as_str(), "/ban-lam-viec", "/ban-lam-viec/truc-tiep"] {
        assert_eq!(cast.officer.get(path).unwrap().status, 403, "{path}");
    }
    assert_eq!(cast.officer.client.post(&desk, &propose.pairs()).unwrap().status, 403);
    live.ends().unwrap();
    let state = rows.texts("SELECT state FROM dossier WHERE dossier = ?1", [&code]);
    assert_eq!(state, ["accepted"]);
    // The person is a citizen still, and cannot take the post again.
    assert!(cast.officer.work_as("Cán bộ Công an").is_err());
    assert_eq!(cast.officer.get("/du-lieu-cua-toi").unwrap().status, 200);
}

#[test]
fn an_appointment_of_days_ends_with_its_last_day() {
    let folder = Folder::new();
    let on = |day: &str| {
        let options = Options { today: Some(day.into()), ..Options::kept_in(folder.path()) };
        Program::start(&options).unwrap()
    };
    let mut program = on("2026-11-23");
    let number = Walker::as_citizen(&program, "viewer").unwrap().number().unwrap();
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    const PATH: &str = "/quan-tri/nhan-su/phan-cong";
    let page = operator.open(PATH).unwrap();
    let fields = [
        ("person", number.as_str()),
        ("agency", "CA.13594"),
        ("post", "commune-police.officer"),
        ("until.day", "24"),
        ("until.month", "11"),
        ("until.year", "2026"),
    ];
    walks::expect("appoint", 303, operator.send(&page, PATH, &fields).unwrap()).unwrap();
    for (day, works) in [("2026-11-23", true), ("2026-11-24", true), ("2026-11-25", false)] {
        assert!(program.stop());
        program = on(day);
        let mut person = Walker::as_role(&program, "viewer").unwrap();
        assert_eq!(person.work_as("Cán bộ Công an").is_ok(), works, "{day}");
        let desk = person.get("/ban-lam-viec").unwrap();
        assert_eq!(desk.status, if works { 200 } else { 403 }, "{day}");
    }
}
