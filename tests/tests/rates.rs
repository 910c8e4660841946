//! How often somebody may ask, of the running program: neighbours behind one address, spoofed addresses,
//! what is typed when it has to wait.

use std::{
    net::TcpListener,
    process::{Child, Command},
};
use tests::{
    built,
    folder::Folder,
    forms,
    http::{Answer, Client},
    program::{Options, Program, write_settings},
    until,
    walks::{self, Walker},
};

/// Little for strangers, something for accounts.
const SMALL: &str = "\
account = { reading = [60, 40], searching = [60, 10], sending = [60, 6], uploading = [60, 5], signing_in = [60, 5] }
device = { reading = [600, 600], searching = [600, 600], sending = [600, 600], uploading = [600, 600], signing_in = [600, 600] }
address = { reading = [60, 30], searching = [60, 8], sending = [60, 20], uploading = [60, 3], signing_in = [60, 4] }
";

fn tight() -> Program {
    let options = Options { rates: Some(SMALL.to_owned()), ..Options::small() };
    Program::start(&options).unwrap()
}

/// Asks until it is refused; the refusal. Far more often than any burst allows.
fn until_refused(mut ask: impl FnMut() -> Answer) -> Answer {
    let refused = (0..400).map(|_| ask()).find(|a| a.status == 429);
    refused.expect("a refusal within four hundred requests")
}

fn wait_of(refused: &Answer) -> u64 {
    refused.header("retry-after").expect("how long to wait").parse().unwrap()
}

#[test]
fn two_accounts_behind_one_address_do_not_wait_for_each_other_nor_for_strangers() {
    let program = tight();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let mut owner = Walker::as_role(&program, "owner").unwrap();
    let refused = until_refused(|| citizen.client.get("/ho-so").unwrap());
    let text = forms::words(&refused.text());
    assert!((1..=60).contains(&wait_of(&refused)), "{refused:?}");
    assert!(text.contains(&format!("đợi {} giây", wait_of(&refused))), "{text}");
    citizen.client.cookies.insert("lang".into(), "en".into());
    let english = until_refused(|| citizen.client.get("/ho-so").unwrap());
    assert!(forms::words(&english.text()).contains("Wait"), "in the language of the person");
    assert_eq!(owner.get("/ho-so").unwrap().status, 200, "the neighbour");

    // Strangers behind the same address use up what strangers have there; whatever they say of their
    // address is not believed: no proxy is configured.
    let mut n = 0;
    let refused = until_refused(|| {
        n += 1;
        let mut stranger = program.client();
        stranger.headers.push(("x-forwarded-for".into(), format!("198.51.{n}.7")));
        stranger.get("/dich-vu").unwrap()
    });
    assert!(wait_of(&refused) >= 1);
    assert!(n <= 45, "a made-up address is a new budget: {n}");
    assert_eq!(owner.get("/ho-so").unwrap().status, 200, "who is signed in does not wait");
    assert_eq!(program.client().get("/health").unwrap().status, 200, "the proxy is told the truth");

    // The owner signs out: the browser is known, and has a budget that strangers cannot use up.
    let page = owner.open("/dang-xuat").unwrap();
    owner.send(&page, "/dang-xuat", &[]).unwrap();
    until_refused(|| program.client().get("/dich-vu").unwrap());
    assert_eq!(owner.get("/dang-nhap").unwrap().status, 200);

    let metrics = program.metrics();
    for (scope, budget) in [("account", "reading"), ("address", "reading")] {
        let series = format!("web_rates_refused_total{{scope=\"{scope}\",budget=\"{budget}\"}} ");
        let count = metrics.lines().find_map(|l| l.strip_prefix(&series)).unwrap();
        assert!(count.parse::<u64>().unwrap() >= 1, "{series}{count}");
    }
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_goes_through_later() {
    let program = tight();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let page = citizen.open("/cu-tru/khai-bao-tam-vang/khai").unwrap();
    let action = "/cu-tru/khai-bao-tam-vang/khai";
    let typed = "Thôn Đông <Hạ> & chợ";
    let refused = until_refused(|| {
        citizen.send(&page, action, &[("reason", typed), ("destination.line", typed)]).unwrap()
    });
    let form = walks::Walker::form(&refused, action).unwrap();
    assert!(form.fields.iter().any(|(_, v)| v == typed), "{:?}", form.fields);
    until("it is taken", || citizen.client.post(action, &form.pairs()).unwrap().status != 429);

    // Signing in: the form itself comes back, with the number and without the password.
    let mut stranger = Walker::stranger(&program);
    let door = stranger.open("/dang-nhap").unwrap();
    let fields = [("pid", "037080001234"), ("password", "thu-mat-khau-nay")];
    let refused = until_refused(|| stranger.send(&door, "/dang-nhap", &fields).unwrap());
    assert!(wait_of(&refused) >= 1);
    assert!(!refused.text().contains("thu-mat-khau-nay"));
    let forms = forms::all(&refused.text());
    assert!(forms.iter().any(|f| f.value("pid") == Some("037080001234")), "{forms:?}");
}

#[test]
fn searches_and_files_of_strangers_have_budgets_of_their_own() {
    let program = tight();
    let refused = until_refused(|| program.client().get("/api/v1/places?q=tran").unwrap());
    assert_eq!(refused.json()["code"], "rate.address", "{refused:?}");
    let mut stranger = Walker::stranger(&program);
    let page = stranger.open("/xac-minh").unwrap();
    let file = tests::http::File {
        field: "file",
        name: "a.pdf",
        media_type: "application/pdf",
        bytes: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
    };
    let to = forms::all(&page.text())
        .into_iter()
        .map(|f| f.action)
        .find(|a| a.starts_with("/xac-minh"))
        .unwrap();
    let refused = until_refused(|| {
        stranger.client.post_files(&to, &[], std::slice::from_ref(&file)).unwrap()
    });
    assert!(wait_of(&refused) >= 1);
    assert_eq!(program.client().get("/dich-vu").unwrap().status, 200, "reading goes on");
}

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

/// A real province behind a proxy on this machine.
fn served(folder: &Folder, more: &str) -> (Served, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let file = folder.path().join("lienthong.toml");
    write_settings(&file, &folder.path().join("data"), &listen);
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{more}\n{settings}[rates]\n{SMALL}")).unwrap();
    let child =
        Command::new(built("lienthong")).arg("serve").arg("--config").arg(&file).spawn().unwrap();
    let served = Served(child);
    let mut client = Client::new(&format!("http://{listen}"));
    until("it answers", || client.get("/health").is_ok());
    (served, listen)
}

fn from(listen: &str, header: &str, told: &str) -> u16 {
    let mut client = Client::new(&format!("http://{listen}"));
    client.send("GET", "/dich-vu", &[(header, told)], b"").unwrap().status
}

#[test]
fn behind_a_proxy_only_its_own_word_counts() {
    let folder = Folder::new();
    let (_served, listen) = served(&folder, "behind_proxy = true\nproxy_header = \"X-Real-Ip\"");
    let ask = |told: &str| from(&listen, "x-real-ip", told);
    let taken = (0..100).filter(|n| ask(&format!("203.0.113.{n}")) == 200).count();
    assert!((30..60).contains(&taken), "one /24 has one budget: {taken}");
    assert_eq!(ask("203.0.114.1"), 200, "the next one has its own");
    // A person who sends the header too only puts an entry before the proxy's.
    assert_eq!(ask("9.9.9.9, 203.0.113.7"), 429);
    assert_eq!(ask("203.0.113.7, 9.9.9.9"), 200);
    let other = |told: &str| from(&listen, "x-forwarded-for", told);
    let taken = (0..100).filter(|n| other(&format!("192.0.{n}.1")) == 200).count();
    assert!(taken < 60, "another header is nobody's word: {taken}");
}

#[test]
fn one_who_is_not_the_proxy_is_not_believed() {
    let folder = Folder::new();
    let (_served, listen) = served(&folder, "behind_proxy = true\nproxies = [\"10.1.2.3\"]");
    let ask = |n: usize| from(&listen, "x-forwarded-for", &format!("198.51.{n}.7"));
    let taken = (0..100).filter(|n| ask(*n) == 200).count();
    assert!((30..60).contains(&taken), "{taken}");
}
