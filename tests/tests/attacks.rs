//! The attacks that docs/security.md names, tried on the running program. Forged forms and sessions that
//! are over stand in `forgery`, strangers in `strangers`, floods in `rates`.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpStream,
};
use tests::{
    http::{Answer, Client, File, percent},
    program::Program,
    root,
    rows::Rows,
    until,
    walks::{self, Cast, Walker},
};

const SESSION: &str = "__Host-lt";

/// Every address that is read, with something in its `{parts}`.
fn readable(fill: &str) -> Vec<String> {
    let table = fs::read_to_string(root().join("tests/policy.tsv")).unwrap();
    let paths = table.lines().filter_map(|l| l.split('\t').next()?.strip_prefix("GET "));
    let filled = |path: &str| {
        let part = |p: &str| if p.starts_with('{') { fill.to_owned() } else { p.to_owned() };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    paths.filter(|p| !p.ends_with("/truc-tiep")).map(filled).collect()
}

#[test]
fn a_session_given_to_somebody_is_not_the_one_they_sign_in_to() {
    let program = Program::small();
    let mut attacker = Walker::as_role(&program, "parent").unwrap();
    let planted = attacker.client.cookies[SESSION].clone();
    let rows = Rows::of(program.data());
    let number = Walker::as_role(&program, "citizen").unwrap().number().unwrap();
    let made_up = format!("{}.{}", planted.split_once('.').unwrap().0, "x".repeat(43));
    for planted in [planted.as_str(), made_up.as_str(), "AAAA"] {
        let mut victim = Walker::stranger(&program);
        victim.open("/dang-nhap").unwrap();
        victim.client.cookies.insert(SESSION.to_owned(), planted.to_owned());
        // With the attacker's living session the page of signing in leads away: signed out first.
        if victim.get("/dang-nhap").unwrap().status == 303 {
            let page = victim.open("/dang-xuat").unwrap();
            victim.send(&page, "/dang-xuat", &[]).unwrap();
        }
        let page = victim.open("/dang-nhap").unwrap();
        let fields = [("pid", number.as_str()), ("password", "demo-lien-thong-2026")];
        let answer = victim.send(&page, "/dang-nhap", &fields).unwrap();
        walks::expect("sign in", 303, answer).unwrap();
        assert_ne!(victim.client.cookies[SESSION], planted);
        let mut with_planted = Walker::stranger(&program);
        with_planted.client.cookies.insert(SESSION.to_owned(), planted.to_owned());
        let own = with_planted.get("/du-lieu-cua-toi").unwrap();
        assert!(!own.text().contains(&number), "what was planted opens nothing of the victim");
    }
    drop(rows);
    assert_ne!(attacker.get("/du-lieu-cua-toi").unwrap().status, 500);
}

#[test]
fn no_page_can_be_put_into_a_frame_and_nothing_runs_that_is_not_ours() {
    let program = Program::small();
    let mut seen = 0;
    for role in [None, Some("citizen"), Some("officer"), Some("operator")] {
        let mut walker = match role {
            None => Walker::stranger(&program),
            Some(role) => Walker::as_role(&program, role).unwrap(),
        };
        for path in readable("khong-co") {
            let answer = walker.get(&path).unwrap();
            let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
            let csp = header("content-security-policy");
            assert!(
                csp.contains("frame-ancestors 'none'") || csp.contains("sandbox"),
                "{role:?} {path}: {csp:?}"
            );
            assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{path}: {csp}");
            assert_eq!(header("x-frame-options"), "DENY", "{role:?} {path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{role:?} {path}");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

/// Addresses of other sites, as clever as they come.
const ELSEWHERE: [&str; 14] = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "///evil.example",
    "/%09/evil.example\r\nlocation: https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\u{feff}//evil.example",
    "/./\\evil.example",
    " https://evil.example",
];

fn stays(what: &str, to: &str) {
    let second = to.as_bytes().get(1);
    let own = to.starts_with('/') && !matches!(second, Some(b'/' | b'\\'));
    assert!(own && !to.contains('\\') && to.bytes().all(|b| b > 0x20), "{what} leads to {to:?}");
}

#[test]
fn no_redirect_leaves_the_site() {
    let program = Program::small();
    let mut citizen = Walker::as_role(&program, "citizen").unwrap();
    let number = citizen.number().unwrap();
    for to in ELSEWHERE {
        let mut stranger = Walker::stranger(&program);
        let page = stranger.open(&format!("/dang-nhap?tiep={}", percent(to))).unwrap();
        let fields = [("pid", number.as_str()), ("password", "demo-lien-thong-2026"), ("tiep", to)];
        let answer = stranger.send(&page, "/dang-nhap", &fields).unwrap();
        assert_eq!(answer.status, 303, "{to}");
        stays(to, answer.header("location").unwrap());
        let signed_in = stranger.get(&format!("/dang-nhap?tiep={}", percent(to))).unwrap();
        stays(to, signed_in.header("location").unwrap());
        let answer = program.client().post("/ngon-ngu", &[("lang", "en"), ("tiep", to)]).unwrap();
        stays(to, answer.header("location").unwrap());
        // Whatever else takes an address back.
        for path in readable("khong-co") {
            let answer =
                citizen.get(&format!("{path}?tiep={0}&xem={0}&q={0}", percent(to))).unwrap();
            if let Some(location) = answer.header("location") {
                stays(&path, location);
            }
        }
    }
}

/// Everything of an answer, as it came over the line.
fn raw(host: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

fn head_of(answer: &str) -> String {
    answer.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase()
}

#[test]
fn nothing_that_is_sent_becomes_a_header() {
    let program = Program::small();
    let bad = "x%0d%0ax-injected:%20yes%0d%0aset-cookie:%20a=b";
    for path in readable(bad) {
        for address in [path.clone(), format!("{path}?tiep=/{bad}&lang={bad}&q={bad}")] {
            let host = program.host();
            let request =
                format!("GET {address} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            let head = head_of(&raw(host, &request));
            assert!(!head.contains("\nx-injected"), "{address}: {head}");
            assert!(!head.contains("\nset-cookie: a=b"), "{address}: {head}");
        }
    }
    // Values of cookies, of the language, of a file's name.
    let mut client = program.client();
    let answer = client
        .post("/ngon-ngu", &[("lang", "en\r\nx-injected: yes"), ("tiep", "/\r\nx: y")])
        .unwrap();
    assert!(answer.header("x-injected").is_none() && answer.header("x").is_none());

    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    walks::decide(&mut cast.officer, &code, "ask-more", &[("note", "Gửi hợp đồng")]).unwrap();
    let page = cast.citizen.open(&format!("/ho-so/{code}")).unwrap();
    let names =
        ["a%0d%0ax-injected: yes.pdf", "a\\\"; x-injected=yes; b=\\\".pdf", "../../x\u{202e}.pdf"];
    let files: Vec<File<'_>> = names
        .iter()
        .map(|name| File {
            field: "abode_proof",
            name,
            media_type: "text/html; x=\"y",
            bytes: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
        })
        .collect();
    let send = format!("/ho-so/{code}/bo-sung");
    let answer = cast.citizen.send_files(&page, &send, &[], &files).unwrap();
    walks::expect("supplement", 303, answer).unwrap();
    let rows = Rows::of(program.data());
    let kept = rows.texts("SELECT file FROM dossier_file WHERE dossier = ?1", [&code]);
    assert!(!kept.is_empty());
    for file in kept {
        let answer = cast.citizen.get(&format!("/ho-so/{code}/tep/{file}")).unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.header("x-injected").is_none());
        let disposition = answer.header("content-disposition").unwrap();
        let quotes = disposition.matches('"').count();
        assert_eq!(quotes, 2, "one name in quotes: {disposition}");
        assert!(!disposition.contains('/') && !disposition.contains('\\'), "{disposition}");
        assert!(answer.header("content-security-policy").unwrap().contains("sandbox"));
        assert_eq!(answer.header("content-type"), Some("application/pdf"));
    }
}

#[test]
fn no_address_leads_to_a_file_of_the_machine() {
    let program = Program::small();
    let secret = fs::read(program.data().join("keys/web.secret")).unwrap();
    let secret = &secret[..secret.len().min(16)];
    let outside = ["root:x:", "[package]", "SQLite format 3"];
    let host = program.host();
    let mut statuses = BTreeSet::new();
    for target in ["etc/passwd", "keys/web.secret", "province.db", "Cargo.toml"] {
        for up in [
            "../",
            "..%2f",
            "%2e%2e/",
            "%2e%2e%2f",
            "..%5c",
            "..\\",
            "%252e%252e%252f",
            "..%00/",
            "./../",
            "..;/",
            "%c0%ae%c0%ae/",
            "/",
            "//",
            "%2f",
        ] {
            let way = up.repeat(6) + target;
            for room in [
                "/a/",
                "/tile/",
                "/tile/0/",
                "/checkpoint/",
                "/ho-so/",
                "/ho-so/x/tep/",
                "/api/v1/places/",
                "/ho-so/x/van-ban/x/",
                "/so-ho-khau/",
                "/xac-minh/",
                "/",
            ] {
                for tail in ["", "%00.css", "%00"] {
                    let address = format!("{room}{way}{tail}");
                    let request = format!(
                        "GET {address} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
                    );
                    let answer = raw(host, &request);
                    let status = answer.split(' ').nth(1).unwrap_or("none").to_owned();
                    assert!(
                        ["303", "400", "403", "404", "422"].contains(&status.as_str()),
                        "{address}: {status}"
                    );
                    assert!(!outside.iter().any(|o| answer.contains(o)), "{address}");
                    let found = answer.as_bytes().windows(secret.len()).any(|w| w == secret);
                    assert!(!found, "{address} gives a secret");
                    statuses.insert(status);
                }
            }
        }
    }
    assert!(statuses.contains("404"), "{statuses:?}");
}

fn compressed() -> Vec<u8> {
    // gzip of ten million zeros, made by `gzip`: a thousand times smaller than what it holds.
    let mut child = std::process::Command::new("gzip")
        .arg("-9c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let feed = std::thread::spawn(move || input.write_all(&vec![b'0'; 10_000_000]));
    let out = child.wait_with_output().unwrap().stdout;
    feed.join().unwrap().unwrap();
    assert!(out.len() < 50_000, "{}", out.len());
    out
}

#[test]
fn nothing_is_unpacked_and_no_picture_is_larger_than_a_camera_makes() {
    let program = Program::small();
    let before = program.resident_kib().unwrap();
    // A packed body is not a form: it is read as the bytes it is.
    let mut client = program.client();
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")];
    let packed = compressed();
    for _ in 0..20 {
        let answer = client.send("POST", "/dang-nhap", &headers, &packed).unwrap();
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    walks::decide(&mut cast.officer, &code, "ask-more", &[("note", "Gửi hợp đồng")]).unwrap();
    let page = cast.citizen.open(&format!("/ho-so/{code}")).unwrap();
    let send = format!("/ho-so/{code}/bo-sung");
    let png = |w: u32, h: u32| {
        let mut all = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        all.extend(w.to_be_bytes().into_iter().chain(h.to_be_bytes()));
        all.extend_from_slice(b"\x08\x06\0\0\0....IEND\xaeB`\x82");
        all
    };
    let mut sent = |name: &str, bytes: &[u8]| {
        let file = File { field: "abode_proof", name, media_type: "image/png", bytes };
        cast.citizen.send_files(&page, &send, &[], &[file]).unwrap()
    };
    for (w, h) in [(60_000, 60_000), (u32::MAX, u32::MAX), (30_001, 1)] {
        let refused = sent("bom.png", &png(w, h));
        assert_eq!(refused.status, 422, "{w} × {h}");
        assert!(refused.text().contains("kích thước quá lớn"), "{w} × {h}");
    }
    // A packed file that lies about its type, and a nested one, are no paper.
    for (name, bytes) in
        [("a.zip", b"PK\x03\x04".as_slice()), ("a.pdf", &packed), ("a.png", &packed)]
    {
        assert_eq!(sent(name, bytes).status, 422, "{name}");
    }
    assert_eq!(sent("anh.png", &png(4_000, 3_000)).status, 303);
    let grown = program.resident_kib().unwrap().saturating_sub(before);
    assert!(grown < 150 * 1024, "the program grew by {grown} KiB");
}

/// Hashes computed so far.
fn hashes(program: &Program) -> u64 {
    let metrics = program.metrics();
    let line = metrics.lines().find_map(|l| l.strip_prefix("identity_hashes_total "));
    line.unwrap().parse().unwrap()
}

#[test]
fn known_and_unknown_numbers_cost_the_same_work_and_get_the_same_answer() {
    let program = Program::small();
    let number = Walker::as_role(&program, "citizen").unwrap().number().unwrap();
    let tries = |pid: &str| {
        let mut stranger = Walker::stranger(&program);
        let page = stranger.open("/dang-nhap").unwrap();
        let before = hashes(&program);
        let answer = stranger
            .send(&page, "/dang-nhap", &[("pid", pid), ("password", "sai rồi nhé")])
            .unwrap();
        (hashes(&program) - before, answer)
    };
    let (work_known, known) = tries(&number);
    let (work_unknown, unknown) = tries("037080999999");
    assert_eq!((work_known, work_unknown), (1, 1));
    let same = |a: &Answer, pid: &str| {
        let text = a.text();
        // What differs by nature: the token, the form's name, the trace, the number as it was typed.
        let words = tests::forms::words(&text);
        (a.status, words.replace(pid, "PID"))
    };
    assert_eq!(same(&known, &number), same(&unknown, "037080999999"));
    let keys = |a: &Answer| a.headers.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&known), keys(&unknown));
    until("it still answers", || Client::new(&program.address).get("/health").is_ok());
}
