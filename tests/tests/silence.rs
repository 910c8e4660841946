//! What must not be told: no name and no number of a person in logs, measurements and addresses.

use std::collections::BTreeSet;
use tests::{
    forms::{self, Form},
    http::File,
    program::{Options, Program},
    rows::Rows,
    until,
    walks::{self, Cast, Walker},
};

/// Runs of exactly twelve digits: personal numbers, whoever's.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 12).collect()
}

/// The names of everybody in the cast, and what they are called in an address.
fn names(rows: &Rows) -> BTreeSet<String> {
    let names = rows.texts("SELECT DISTINCT name FROM account", []);
    assert!(names.len() >= 9, "{names:?}");
    let all = names.iter().flat_map(|n| {
        let key = n.split_whitespace().map(tests::http::percent).collect::<Vec<_>>();
        [n.clone(), key.join("%20"), key.join("+")]
    });
    all.collect()
}

fn silent(what: &str, text: &str, names: &BTreeSet<String>) {
    assert_eq!(numbers(text), [] as [&str; 0], "numbers in {what}");
    for name in names {
        let line = text.lines().find(|l| l.contains(name.as_str()));
        assert_eq!(line, None, "{name} in {what}");
    }
}

/// A day at the province: filing with a paper, mistakes, consent, payment, decisions, a refusal, an
/// audit, searches, wrong addresses, wrong passwords.
fn a_day(program: &Program) -> Vec<String> {
    let mut cast = Cast::of(program).unwrap();
    let code = cast.done().unwrap();
    let number = cast.citizen.number().unwrap();
    let name = Rows::of(program.data())
        .texts("SELECT name FROM account WHERE pid = ?1", [&number])
        .remove(0);
    let mut seen = Vec::new();
    let mut keep = |w: &Walker| seen.extend(w.client.locations.iter().cloned());
    // A paper with the person's name and number as its name.
    let correction = "/cu-tru/dieu-chinh-thong-tin";
    let answers = [("item", "other_name"), ("right_text", name.as_str())];
    let check = walks::answer(&mut cast.citizen, correction, &answers).unwrap();
    let file_name = format!("{name} {number}.pdf");
    let paper = File {
        field: "proof",
        name: &file_name,
        media_type: "application/pdf",
        bytes: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
    };
    let send = format!("{correction}/gui");
    let answer = cast.citizen.send_files(&check, &send, &[], &[paper]).unwrap();
    walks::expect("send", 303, answer).unwrap();
    keep(&cast.citizen);
    // Numbers and names in wrong places: the path, the query, forms that fail.
    for path in [
        format!("/ho-so/{number}"),
        format!("/ban-lam-viec?q={}", tests::http::percent(&name)),
        format!("/{number}/x"),
        format!("/api/v1/places?q={}", tests::http::percent(&name)),
        format!("/dang-nhap?tiep=/ho-so/{code}"),
    ] {
        for walker in [&mut cast.citizen, &mut cast.officer, &mut Walker::stranger(program)] {
            walker.client.get(&path).unwrap();
        }
    }
    let mut stranger = Walker::stranger(program);
    for password in ["sai rồi", "demo-lien-thong-2026"] {
        let door = stranger.open("/dang-nhap").unwrap();
        let fields = [("pid", number.as_str()), ("password", password)];
        stranger.send(&door, "/dang-nhap", &fields).unwrap();
    }
    keep(&stranger);
    let mut auditor = Walker::as_role(program, "auditor").unwrap();
    let page = auditor.open("/kiem-toan").unwrap();
    let form = forms::all(&page.text()).into_iter().find(|f| f.value("reason").is_some()).unwrap();
    let fields = [("pid", number.as_str()), ("reason", "Đơn 12/2026")];
    let answer = auditor.send(&page, &form.action, &fields).unwrap();
    assert!(answer.status < 400, "{}", forms::words(&answer.text()));
    keep(&auditor);
    let mut operator = Walker::as_role(program, "operator").unwrap();
    let page = operator.open("/quan-tri/nhan-su").unwrap();
    operator.send(&page, "/quan-tri/nhan-su", &[("q", &name)]).unwrap();
    keep(&operator);
    let mut clerk = Walker::as_role(program, "clerk").unwrap();
    let page = clerk.open("/quay/lam-thay").unwrap();
    let mut help = Form::of(&page, "/quay/lam-thay").unwrap();
    help.set("person", &number);
    help.set("how", "code");
    help.set("otp", "000000");
    clerk.client.post("/quay/lam-thay", &help.pairs()).unwrap();
    keep(&clerk);
    for walker in [&cast.citizen, &cast.owner, &cast.officer, &cast.head] {
        keep(walker);
    }
    let signed = "SELECT COUNT(*) FROM dossier_letter WHERE signed_at IS NULL";
    let rows = Rows::of(program.data());
    until("every letter is signed", || rows.count(signed, []) == 0);
    seen
}

#[test]
fn logs_measurements_and_addresses_name_nobody() {
    for variables in [
        vec![],
        vec![("LIENTHONG_LOG".to_owned(), "json".to_owned())],
        vec![("RUST_LOG".to_owned(), "debug".to_owned())],
    ] {
        let mut program = Program::start(&Options { variables, ..Options::small() }).unwrap();
        let names = names(&Rows::of(program.data()));
        let addresses = a_day(&program);
        assert!(addresses.len() > 10, "{addresses:?}");
        silent("addresses", &addresses.join("\n"), &names);
        let metrics = program.metrics();
        assert!(metrics.contains("route=\"/ho-so/{code}\""), "{metrics}");
        silent("measurements", &metrics, &names);
        assert!(program.stop());
        let said = program.said();
        assert!(said.len() > 60, "it says what it does: {said:?}");
        silent("the log", &said.join("\n"), &names);
    }
}

#[test]
fn health_tells_whether_it_can_serve() {
    let program = Program::small();
    let mut client = program.client();
    let health = client.get("/health").unwrap();
    assert_eq!(health.status, 200);
    assert_eq!(health.json()["status"], "ok", "{}", health.text());
    assert!(health.header("set-cookie").is_none());
    let before = program.metrics();
    client.get("/dich-vu").unwrap();
    let after = program.metrics();
    let count = |text: &str| -> u64 {
        let line = "web_requests_total{method=\"GET\",route=\"/dich-vu\",status=\"2xx\"} ";
        text.lines().find_map(|l| l.strip_prefix(line)).map_or(0, |n| n.parse().unwrap())
    };
    assert_eq!(count(&after), count(&before) + 1);
}
