//! A commune is merged into another one by a command: until the day before everything is as it was,
//! from the day on the other commune is read, searched, decided in and counted, and nothing stored is
//! rewritten.

use tests::{
    folder::Folder,
    program::{Options, Program, Ran, run},
    rows::Rows,
    until,
    walks::{self, Cast, Walker},
};

const INTO: &str = "13591"; // xã Nam Xang, beside the demo's stage
const DAY: &str = "2026-11-26";

fn start(folder: &Folder, today: &str) -> Program {
    let options = Options { today: Some(today.to_owned()), ..Options::kept_in(folder.path()) };
    Program::start(&options).unwrap_or_else(|why| panic!("{why}"))
}

fn communes(folder: &Folder, args: &[&str]) -> Ran {
    let data = folder.path().to_str().unwrap();
    let all: Vec<&str> =
        ["communes"].iter().chain(args).chain(&["--data", data]).copied().collect();
    run(&all, "").unwrap()
}

/// How many people an officer finds by this family name, and the page.
fn look_up(officer: &mut Walker, name: &str) -> String {
    let page = officer.open("/tra-cuu").unwrap();
    officer.send(&page, "/tra-cuu#ket-qua", &[("name", name)]).unwrap().text()
}

#[test]
fn from_the_day_on_the_other_commune_goes_on_with_everything() {
    let folder = Folder::new();
    let mut program = start(&folder, "2026-11-24");
    let mut cast = Cast::of(&program).unwrap();
    let first = cast.accepted().unwrap();
    let own = cast.owner.open("/du-lieu-cua-toi").unwrap().text();
    assert!(own.contains("xã Trần Thương, tỉnh Ninh Bình"));
    // Two processes do not work on one folder.
    let merge = ["merge", "13594", INTO, "--on", DAY, "--basis", "Nghị quyết 15/NQ-HĐND"];
    assert_ne!(communes(&folder, &merge).code, Some(0));
    assert!(program.stop());

    let wrong = communes(&folder, &["merge", "13594", "00004", "--on", DAY, "--basis", "x"]);
    assert_ne!(wrong.code, Some(0));
    assert!(wrong.err.contains("hai tỉnh khác nhau"), "{}", wrong.err);
    let done = communes(&folder, &merge);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let line = "Từ 26/11/2026, xã Trần Thương, tỉnh Ninh Bình (13594) nhập vào xã Nam Xang";
    assert!(done.out.contains(line), "{}", done.out);
    let twice = communes(&folder, &merge);
    assert_ne!(twice.code, Some(0));
    assert!(communes(&folder, &["list"]).out.contains(line));
    let rows = Rows::of(folder.path());
    assert_eq!(rows.count("SELECT COUNT(*) FROM journal WHERE kind = 'commune.merged'", []), 1);
    let stored = |table: &str| {
        let all = format!("SELECT COUNT(*) FROM {table} WHERE commune = '13594'");
        Rows::of(folder.path()).count(&all, [])
    };
    let before = ["person", "dwelling"].map(stored);
    assert!(before.iter().all(|n| *n > 0));
    drop(rows);

    // The day before nothing has changed.
    let mut program = start(&folder, "2026-11-25");
    let mut cast = Cast::of(&program).unwrap();
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    let mut next_door = Walker::as_role(&program, "next-door").unwrap();
    assert!(cast.officer.open("/ban-lam-viec").unwrap().text().contains(&first));
    let found = look_up(&mut cast.officer, "nguyễn");
    assert!(found.contains("tại xã Trần Thương") && found.contains("name=\"pid\""), "{found}");
    let api = operator.open("/api/v1/places?q=tran%20thuong%20ninh%20binh").unwrap().text();
    assert!(api.contains("\"13594\""), "{api}");
    assert!(next_door.get(&format!("/ban-lam-viec/{first}")).unwrap().status >= 400);
    assert!(program.stop());

    // From the day on.
    let mut program = start(&folder, DAY);
    let mut cast = Cast::of(&program).unwrap();
    let own = cast.owner.open("/du-lieu-cua-toi").unwrap().text();
    assert!(own.contains("xã Nam Xang, tỉnh Ninh Bình") && !own.contains("xã Trần Thương, tỉnh"));
    // Whoever worked there works in the whole; what was begun goes on, also the dossier's letter.
    let found = look_up(&mut cast.officer, "nguyễn");
    assert!(found.contains("tại xã Nam Xang") && found.contains("name=\"pid\""), "{found}");
    let desk = cast.officer.open("/ban-lam-viec").unwrap().text();
    assert!(desk.contains(&first), "{desk}");
    walks::decide(&mut cast.officer, &first, "propose", &[]).unwrap();
    walks::decide(&mut cast.head, &first, "approve", &[]).unwrap();
    let rows = Rows::of(folder.path());
    until("the letter of the dossier", || {
        let letters = "SELECT COUNT(*) FROM dossier_letter WHERE dossier = ?1 AND pdf IS NULL";
        rows.count(letters, [&first]) == 0
    });
    // Nobody registers under the code that has ended: its name leads to the other commune.
    let mut operator = Walker::as_role(&program, "operator").unwrap();
    let page = operator.open("/api/v1/places?q=tran%20thuong%20ninh%20binh").unwrap().text();
    assert!(page.contains(INTO) && !page.contains("\"code\":\"13594\""), "{page}");
    // A sum begins with the day in the other commune; the day before stays where it was counted.
    let sum = "SELECT COALESCE(SUM(value), 0) FROM measure_sum WHERE indicator = ?1 AND place = ?2 \
               AND period = ?3";
    until("the sums", || rows.count(sum, ["dossier.done", INTO, DAY]) == 1);
    assert_eq!(rows.count(sum, ["dossier.done", "13594", DAY]), 0);
    assert_eq!(rows.count(sum, ["dossier.done", "37", DAY]), 1);
    assert_eq!(rows.count(sum, ["dossier.filed", "13594", "2026-11-24"]), 1);
    assert_eq!(rows.count(sum, ["dossier.filed", INTO, "2026-11-24"]), 0);
    assert_eq!(["person", "dwelling"].map(stored), before, "no row was rewritten");
    assert!(program.stop());
}
