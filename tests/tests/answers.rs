//! Answers that cannot be right: each gets a sentence with a next step beside its box, and what was
//! typed stays.

use tests::{
    folder::Folder,
    forms::{self, Form},
    http::{Answer, File},
    program::{Options, Program},
    rows::Rows,
    walks::{self, Abode, TEMPORARY_RESIDENCE, Walker},
};

const KHAI: &str = "/cu-tru/dang-ky-tam-tru/khai";
const CORRECTION: &str = "/cu-tru/dieu-chinh-thong-tin";
const STAY: &str = "/cu-tru/thong-bao-luu-tru";
const MB: usize = 1024 * 1024;

fn on(day: &str) -> Options {
    Options { today: Some(day.into()), ..Options::small() }
}

fn home(program: &Program) -> Abode {
    walks::home_of(&mut Walker::as_role(program, "owner").unwrap()).unwrap()
}

/// What sent answers led to.
struct Tried {
    wrong: bool,
    page: Answer,
}

fn followed(citizen: &mut Walker, answer: Answer) -> Tried {
    let wrong = walks::is_wrong(answer.header("location").unwrap_or_default());
    let page = citizen.follow(answer).unwrap();
    assert_eq!(page.status, 200);
    Tried { wrong, page }
}

/// Answers the form of temporary residence with the usual answers, some of them changed.
fn tried(citizen: &mut Walker, at: &Abode, changed: &[(&str, &str)]) -> Tried {
    let page = citizen.open(KHAI).unwrap();
    let mut fields = vec![
        ("abode.commune", at.commune.as_str()),
        ("abode.line", at.line.as_str()),
        ("join", "join"),
        ("relation", "not_related"),
    ];
    fields.extend_from_slice(changed);
    let answer = citizen.send(&page, KHAI, &fields).unwrap();
    followed(citizen, answer)
}

/// Refused with this sentence, and every answer still in its box.
fn refused(tried: &Tried, sentence: &str, typed: &[(&str, &str)]) {
    let words = forms::words(&tried.page.text());
    assert!(tried.wrong, "{sentence}: {words}");
    assert!(words.contains(sentence), "{sentence} is not in {words}");
    assert!(!words.contains('⟦'), "{words}");
    let form = Form::of(&tried.page, KHAI).unwrap();
    for (name, value) in typed {
        assert_eq!(form.value(name), Some(*value), "{name} is kept");
    }
}

#[test]
fn places_and_days_that_are_none() {
    let program = Program::start(&on("2026-11-23")).unwrap();
    let at = home(&program);
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let c = &mut citizen;
    let day = |d: &'static str, m: &'static str, y: &'static str| {
        [("until.day", d), ("until.month", m), ("until.year", y)]
    };
    // A code of before July 2025, a code of nobody, half a code.
    for (code, sentence) in [
        ("00001", "phường Hồng Hà"),
        ("99999", "Không có xã, phường nào mang mã 99999"),
        ("1359", "Chưa rõ bạn muốn nói xã, phường nào"),
        ("Trần", "Chưa rõ bạn muốn nói xã, phường nào"),
    ] {
        let typed = [("abode.commune", code)];
        refused(&tried(c, &at, &typed), sentence, &typed);
    }
    for (d, m, y) in
        [("31", "2", "2027"), ("0", "1", "2027"), ("12", "13", "2027"), ("x", "1", "2027")]
    {
        let typed = day(d, m, y);
        refused(&tried(c, &at, &typed), "Ngày này không có trong lịch", &typed);
    }
    let half = [("until.day", "3"), ("until.month", ""), ("until.year", "2027")];
    assert!(tried(c, &at, &half).wrong);
    // Two years to the day are allowed; a day more is not; nor is today.
    for typed in [day("24", "11", "2028"), day("23", "11", "2026"), day("1", "1", "2199")] {
        refused(&tried(c, &at, &typed), "nhiều nhất 2 năm", &typed);
    }
    assert!(!tried(c, &at, &day("23", "11", "2028")).wrong);
    assert!(tried(c, &at, &[("abode.line", "")]).wrong);
    let long = "đ".repeat(201);
    let typed = [("abode.line", long.as_str())];
    refused(&tried(c, &at, &typed), "200", &typed);
    // Options nobody offered.
    for changed in
        [[("join", "both"), ("_asked", "join")], [("with", "037095001234"), ("_asked", "with")]]
    {
        let page = c.open(KHAI).unwrap();
        let mut form = Form::of(&page, KHAI).unwrap();
        for (name, value) in changed {
            form.fields.push((name.into(), value.into()));
        }
        let answer = c.client.post(KHAI, &form.pairs()).unwrap();
        assert!(followed(c, answer).wrong, "{changed:?}");
    }
    // In English the sentences are English.
    c.client.headers.push(("accept-language".into(), "en".into()));
    c.client.cookies.insert("lang".into(), "en".into());
    refused(&tried(c, &at, &day("31", "2", "2027")), "There is no such date", &[]);
    assert_eq!(Rows::of(program.data()).count("SELECT COUNT(*) FROM dossier", []), 0);
}

/// The clerk acts for the person at the counter, and opens the procedure's first page.
fn at_the_counter(program: &Program, number: &str) -> Walker {
    let mut clerk = Walker::as_role(program, "clerk").unwrap();
    let page = clerk.open("/quay/lam-thay").unwrap();
    let mut form = Form::of(&page, "/quay/lam-thay").unwrap();
    form.set("person", number);
    form.set("how", "presence");
    for tick in ["card", "agreed"] {
        form.fields.push(("presence".into(), tick.into()));
    }
    let answer = clerk.client.post("/quay/lam-thay", &form.pairs()).unwrap();
    walks::expect("act at the counter", 303, answer).unwrap();
    clerk
}

#[test]
fn the_dead_and_children_alone_file_nothing() {
    let folder = Folder::new();
    let mut program = Program::start(&Options::kept_in(folder.path())).unwrap();
    assert!(program.stop());
    let rows = Rows::of(folder.path());
    let of_age = |from: i64, to: i64| {
        rows.texts(
            "SELECT pid FROM person WHERE death IS NULL AND temporary IS NULL AND commune <> '13594' \
             AND pid NOT IN (SELECT pid FROM account_of) \
             AND CAST(substr(birth, 1, 4) AS INTEGER) BETWEEN ?1 AND ?2 ORDER BY pid LIMIT 1",
            [from, to],
        )
        .remove(0)
    };
    let (dead, child) = (of_age(1950, 1990), of_age(2011, 2014));
    let death =
        "UPDATE person SET death = '{\"on\":\"2026-11-01\",\"kind\":\"dead\"}' WHERE pid = ?1";
    assert_eq!(rows.change(death, [&dead]), 1);
    assert_eq!(rows.change("UPDATE person SET relatives = NULL WHERE pid = ?1", [&child]), 1);
    let program = Program::start(&Options::kept_in(folder.path())).unwrap();
    let at = home(&program);
    for (number, sentence) in [(&dead, "đã mất hoặc mất tích"), (&child, "chưa đủ 18 tuổi")]
    {
        let mut clerk = at_the_counter(&program, number);
        let first = clerk.open(TEMPORARY_RESIDENCE).unwrap();
        let words = forms::words(&first.text());
        assert!(words.contains(sentence), "{sentence} is not in {words}");
        assert!(Form::of(&first, KHAI).is_none(), "the form is not offered");
        // Who opens the form by its address is told the same and gets no further.
        let why = walks::answer_temporary_residence(&mut clerk, &at).unwrap_err().to_string();
        assert!(why.contains(sentence), "{why}");
        let form = Form::of(&clerk.open("/vai-tro").unwrap(), "/vai-tro").unwrap();
        let send = format!("{TEMPORARY_RESIDENCE}/gui");
        let answer = clerk.client.post_files(&send, &form.pairs(), &[]).unwrap();
        let tried = followed(&mut clerk, answer);
        assert!(tried.wrong && forms::words(&tried.page.text()).contains(sentence), "{sentence}");
    }
    assert_eq!(Rows::of(program.data()).count("SELECT COUNT(*) FROM dossier", []), 0);
}

#[test]
fn a_number_of_no_province_is_a_warning_and_no_obstacle() {
    let program = Program::small();
    let mut owner = Walker::as_role(&program, "owner").unwrap();
    let guest = |number: &'static str| {
        [
            ("guests.0.name", "Trần Văn Khách"),
            ("guests.0.birth", "23/11/1990"),
            ("guests.0.sex", "male"),
            ("guests.0.pid", number),
            ("reason", "family"),
        ]
    };
    let warning = "Ba số đầu không phải mã của tỉnh nào";
    let known = walks::answer(&mut owner, STAY, &guest("037090001234")).unwrap();
    assert!(!forms::words(&known.text()).contains(warning));
    let unknown = walks::answer(&mut owner, STAY, &guest("999090001234")).unwrap();
    let words = forms::words(&unknown.text());
    assert!(words.contains(warning) && words.contains("Trần Văn Khách"), "{words}");
    let code = walks::send(&mut owner, STAY, &unknown).unwrap();
    // The officer sees the same.
    let mut officer = Walker::as_role(&program, "officer").unwrap();
    let desk = officer.open(&format!("/ban-lam-viec/{code}")).unwrap();
    assert!(forms::words(&desk.text()).contains(warning));
    walks::decide(&mut officer, &code, "acknowledge", &[]).unwrap();
    // Eleven digits are no number at all.
    let why = walks::answer(&mut owner, STAY, &guest("03709000123")).unwrap_err().to_string();
    assert!(why.contains("12 chữ số"), "{why}");
}

/// A correction up to the page with its papers.
fn correction(citizen: &mut Walker) -> Answer {
    let answers = [("item", "other_name"), ("right_text", "Nguyễn Thị Hoa")];
    walks::answer(citizen, CORRECTION, &answers).unwrap()
}

#[test]
fn a_file_is_taken_for_what_it_is() {
    let program = Program::small();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let check = correction(&mut citizen);
    let send = format!("{CORRECTION}/gui");
    let pdf = b"%PDF-1.7\nstartxref\n9\n%%EOF\n".as_slice();
    let png = b"\x89PNG\r\n\x1a\n....IHDR\0\0\0\x09\0\0\0\x09IEND\xaeB`\x82".as_slice();
    let mut large = pdf.to_vec();
    large.resize(10 * MB + 1, b'\n');
    large.extend_from_slice(b"%%EOF");
    let file = |name, media_type, bytes| File { field: "proof", name, media_type, bytes };
    for (what, file, sentence) in [
        (
            "a program",
            file("giay.pdf", "application/pdf", b"MZ\x90\0 a program".as_slice()),
            "không phải",
        ),
        ("a page", file("giay.pdf", "application/pdf", b"<script>alert(1)</script>"), "không phải"),
        ("a picture that says PDF", file("giay.pdf", "application/pdf", png), "không khớp"),
        ("nothing", file("giay.pdf", "application/pdf", b""), "không có nội dung"),
        ("cut off", file("giay.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj"), "hỏng"),
        ("too large", file("giay.pdf", "application/pdf", large.as_slice()), "10 MB"),
    ] {
        let answer = citizen.send_files(&check, &send, &[], &[file]).unwrap();
        let words = forms::words(&answer.text());
        assert_eq!(answer.status, 422, "{what}: {words}");
        assert!(words.contains(sentence) && words.contains("giay.pdf"), "{what}: {words}");
    }
    assert_eq!(citizen.send_files(&check, &send, &[], &[]).unwrap().status, 422, "no paper at all");
    // A good file beside a bad one is kept, so that only the bad one has to be chosen again.
    let both = [file("tot.pdf", "application/pdf", pdf), file("xau.pdf", "application/pdf", b"MZ")];
    let answer = citizen.send_files(&check, &send, &[], &both).unwrap();
    assert_eq!(answer.status, 422);
    assert!(forms::words(&answer.text()).contains("tot.pdf"));
    // The name may lie about folders; what counts is what the applicant gets back.
    let named = file("../../etc/Giấy khai sinh.png", "text/html", png);
    let answer = citizen.send_files(&check, &send, &[], &[named]).unwrap();
    let code = walks::code_of(&walks::expect("send", 303, answer).unwrap()).unwrap();
    let rows = Rows::of(program.data());
    let kept = rows.texts("SELECT name FROM dossier_file ORDER BY name", []);
    assert_eq!(kept, ["Giấy khai sinh.png", "tot.pdf"]);
    let id = rows.texts("SELECT file FROM dossier_file WHERE kind = 'image/png'", []).remove(0);
    let back = citizen.get(&format!("/ho-so/{code}/tep/{id}")).unwrap();
    assert_eq!((back.status, back.body.as_slice()), (200, png));
    assert_eq!(back.header("content-type"), Some("image/png"));
    assert!(back.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(back.header("x-content-type-options"), Some("nosniff"));
    let clear = rows.count("SELECT COUNT(*) FROM upload WHERE instr(sealed, ?1) > 0", [&png[..8]]);
    assert_eq!(clear, 0, "stored encrypted");
}

#[test]
fn more_files_than_a_dossier_takes_are_refused_and_told() {
    let program = Program::small();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let check = correction(&mut citizen);
    let send = format!("{CORRECTION}/gui");
    let papers: Vec<(String, String)> = (0..26)
        .map(|n| (format!("to-{n}.pdf"), format!("%PDF-1.7\n% {n}\nstartxref\n9\n%%EOF\n")))
        .collect();
    let all: Vec<File<'_>> = papers
        .iter()
        .map(|(name, bytes)| File {
            field: "proof",
            name,
            media_type: "application/pdf",
            bytes: bytes.as_bytes(),
        })
        .collect();
    let answer = citizen.send_files(&check, &send, &[], &all[..25]).unwrap();
    assert_eq!(answer.status, 422);
    assert!(forms::words(&answer.text()).contains("nhiều nhất 10 tệp"));
    // Ten were kept. In further goes it becomes twenty, and the twenty-first is one too many.
    let broken = File { bytes: b"MZ", name: "hong.pdf", ..all[0].clone() };
    for part in all[10..20].chunks(5) {
        let mut part = part.to_vec();
        part.push(broken.clone());
        let answer = citizen.send_files(&check, &send, &[], &part).unwrap();
        assert_eq!(answer.status, 422, "held back by the broken file");
    }
    let one_more = citizen.send_files(&check, &send, &[], &all[25..]).unwrap();
    let words = forms::words(&one_more.text());
    assert_eq!(one_more.status, 422, "{words}");
    assert!(words.contains("nhiều nhất 20 tệp"), "the limit is told: {words}");
    let rows = Rows::of(program.data());
    assert_eq!(rows.count("SELECT COUNT(*) FROM dossier", []), 0);
    let answer = citizen.send_files(&check, &send, &[], &[]).unwrap();
    walks::expect("send", 303, answer).unwrap();
    assert_eq!(rows.count("SELECT COUNT(*) FROM dossier_file", []), 20);
}
