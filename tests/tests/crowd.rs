//! Slow, large, idle and broken connections: whoever sends them is told or let go, and nobody else
//! notices.

use std::{
    fs,
    io::{BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};
use tests::{
    forms::{self, Form},
    http::{self, Answer, Client, File},
    program::Program,
    walks::{self, Walker},
};

const MB: usize = 1024 * 1024;
const VERIFY: &str = "/xac-minh";

fn connect(client: &Client) -> TcpStream {
    let stream = TcpStream::connect(client.host()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    stream
}

/// Sends these bytes by hand; the answer, if there is one.
fn raw(client: &Client, parts: &[&[u8]]) -> Option<Answer> {
    let mut stream = connect(client);
    for part in parts {
        // The program may answer and hang up before it has heard everything.
        if stream.write_all(part).is_err() {
            break;
        }
    }
    http::read_answer(&mut BufReader::new(stream)).ok()
}

fn told(answer: &Answer, status: u16, what: &str) {
    let words = forms::words(&answer.text());
    assert_eq!(answer.status, status, "{what}: {words}");
    assert!(words.len() > 60 && !words.contains('⟦'), "{what}: {words}");
}

/// Somebody who has nothing to do with the others gets every kind of page.
fn everybody_else_is_served(program: &Program) {
    let mut walker = Walker::as_role(program, "citizen").unwrap();
    for page in ["/", "/dich-vu", "/du-lieu-cua-toi", "/health"] {
        assert_eq!(walker.get(page).unwrap().status, 200, "{page}");
    }
    let letter = File {
        field: "file",
        name: "a.pdf",
        media_type: "application/pdf",
        bytes: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
    };
    let page = walker.open(VERIFY).unwrap();
    let answer = walker.send_files(&page, VERIFY, &[], &[letter]).unwrap();
    let words = forms::words(&answer.text());
    assert_eq!(answer.status, 200, "an upload: {words}");
}

#[test]
fn slow_uploads_keep_nobody_from_uploading() {
    let program = Program::small();
    let client = program.client();
    let (kind, body) = http::multipart(
        &[],
        &[File {
            field: "file",
            name: "a.pdf",
            media_type: "application/pdf",
            bytes: &vec![b'x'; MB],
        }],
    );
    let head = client.head("POST", VERIFY, &[("content-type", &kind)], body.len() as u64);
    // Forty forms that have begun and do not go on.
    let mut slow: Vec<TcpStream> = (0..40)
        .map(|n| {
            let mut stream = connect(&client);
            stream.write_all(&head).unwrap();
            stream.write_all(&body[..200 + n * 10_000]).unwrap();
            stream
        })
        .collect();
    everybody_else_is_served(&program);
    // One of them goes on after all, piece by piece, and is heard to its end.
    let mut last = slow.pop().unwrap();
    for piece in body[200 + 39 * 10_000..].chunks(50_000) {
        last.write_all(piece).unwrap();
    }
    let answer = http::read_answer(&mut BufReader::new(last)).unwrap();
    assert!(answer.status < 500, "{}", forms::words(&answer.text()));
    // Who stays silent is told so and let go.
    let silent = slow.pop().unwrap();
    match http::read_answer(&mut BufReader::new(silent)) {
        Ok(answer) => told(&answer, 503, "a silent upload"),
        Err(e) => panic!("let go without a word: {e}"),
    }
}

#[test]
fn idle_connections_stop_nobody() {
    let program = Program::small();
    let client = program.client();
    let silent: Vec<TcpStream> = (0..100).map(|_| connect(&client)).collect();
    let half: Vec<TcpStream> = (0..100)
        .map(|n| {
            let mut stream = connect(&client);
            let head = client.head("GET", "/", &[], 0);
            stream.write_all(&head[..20 + n % 20]).unwrap();
            stream
        })
        .collect();
    let begun: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut stream = connect(&client);
            let kind = ("content-type", "application/x-www-form-urlencoded");
            stream.write_all(&client.head("POST", "/dang-nhap", &[kind], 1_000)).unwrap();
            stream.write_all(b"pid=0").unwrap();
            stream
        })
        .collect();
    everybody_else_is_served(&program);
    // Heads and bodies that never end are hung up on; nothing was done.
    for mut stream in [half, silent].into_iter().filter_map(|all| all.into_iter().next()) {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        let text = String::from_utf8_lossy(&rest);
        assert!(!text.contains("200 OK"), "{text}");
    }
    let stream = begun.into_iter().next().unwrap();
    let answer = http::read_answer(&mut BufReader::new(stream)).unwrap();
    told(&answer, 503, "half a form");
    everybody_else_is_served(&program);
}

#[test]
fn more_file_handles_than_usual_are_taken_where_allowed() {
    let program = Program::small();
    let limits = fs::read_to_string(format!("/proc/{}/limits", program.pid())).unwrap();
    let line = limits.lines().find(|l| l.starts_with("Max open files")).unwrap();
    let number = |n: usize| -> u64 {
        let word = line.split_whitespace().nth(n).unwrap();
        word.parse().unwrap_or(u64::MAX)
    };
    let (soft, hard) = (number(3), number(4));
    assert!(soft >= hard.min(24_000), "{line}: each connection is a handle");
}

#[test]
fn bodies_over_their_limits_are_refused_and_told() {
    let program = Program::small();
    let mut walker = Walker::as_role(&program, "citizen").unwrap();
    let khai = format!("{}/khai", walks::TEMPORARY_RESIDENCE);
    let page = walker.open(&khai).unwrap();
    let mut form = Form::of(&page, &khai).unwrap();
    form.set("abode.line", &"a".repeat(300 * 1024));
    let answer = walker.client.post(&khai, &form.pairs()).unwrap();
    told(&answer, 413, "a large form");
    assert_eq!(answer.header("connection"), Some("close"), "none of it was read");
    form.set("abode.line", "a");
    for n in 0..1_100 {
        form.fields.push((format!("x{n}"), "1".into()));
    }
    told(&walker.client.post(&khai, &form.pairs()).unwrap(), 400, "a thousand fields");

    let client = walker.client.clone();
    let urlencoded = ("content-type", "application/x-www-form-urlencoded");
    // Announced and never sent: refused at once.
    let head = client.head("POST", &khai, &[urlencoded], 5_000_000_000);
    told(&raw(&client, &[&head]).expect("an answer"), 413, "announced");
    // Not announced: counted while it comes.
    let mut chunked =
        client.head("POST", &khai, &[urlencoded, ("transfer-encoding", "chunked")], 0);
    let text = String::from_utf8(chunked).unwrap().replace("content-length: 0\r\n", "");
    chunked = text.into_bytes();
    let piece = format!("{:x}\r\n{}\r\n", 64 * 1024, "a".repeat(64 * 1024)).into_bytes();
    let mut parts: Vec<&[u8]> = vec![&chunked];
    parts.extend(std::iter::repeat_n(piece.as_slice(), 8));
    told(&raw(&client, &parts).expect("an answer"), 413, "chunked");

    // A form with files: each file, and all together.
    let large = vec![b'x'; 11 * MB];
    let file = |name| File { field: "file", name, media_type: "application/pdf", bytes: &large };
    let (kind, body) = http::multipart(&[], &[file("a.pdf"), file("b.pdf")]);
    let head = client.head("POST", VERIFY, &[("content-type", &kind)], body.len() as u64);
    told(&raw(&client, &[&head, &body]).expect("an answer"), 413, "22 MB of files");
    let page = walker.open(VERIFY).unwrap();
    let answer = walker.send_files(&page, VERIFY, &[], &[file("a.pdf")]).unwrap();
    told(&answer, 422, "11 MB");
    assert!(answer.text().contains("10 MB"));
    // Files where none are taken.
    let (kind, body) = http::multipart(&[("a", "b")], &[File { bytes: b"x", ..file("a.pdf") }]);
    let answer =
        walker.client.send("POST", "/dang-nhap", &[("content-type", &kind)], &body).unwrap();
    told(&answer, 400, "a file where none is taken");

    // Interfaces answer in their own form.
    let json = serde_json::json!({"dossier": "x".repeat(300 * 1024), "vnd": 1, "reference": ""});
    let answer = walker.client.post_json("/api/v1/payments", &json).unwrap();
    assert_eq!(answer.status, 413);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.json()["status"], 413);
    everybody_else_is_served(&program);
}

#[test]
fn broken_requests_break_nothing() {
    let program = Program::small();
    let client = program.client();
    let long_path = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(200_000));
    let long_header = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(2 * MB));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: y\r\n".repeat(5_000));
    let cookies = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "a=b; ".repeat(3_000));
    for (what, bytes) in [
        ("a long path", long_path.as_bytes()),
        ("a long header", long_header.as_bytes()),
        ("many headers", many.as_bytes()),
        ("many cookies", cookies.as_bytes()),
        ("nonsense", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03 TLS?\r\n\r\n".as_slice()),
        ("no version", b"GET /\r\n\r\n"),
        ("two lengths", b"POST /dang-nhap HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd"),
        ("length and chunks", b"POST /dang-nhap HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a bad chunk", b"POST /dang-nhap HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
        ("up and up", b"GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("encoded up", b"GET /a/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("bad percent", b"GET /%ff%fe%zz?q=%ff&%=%% HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("a strange method", b"BREW / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        ("a null", b"GET /a\0b HTTP/1.1\r\nhost: x\r\n\r\n"),
    ] {
        if let Some(answer) = raw(&client, &[bytes]) {
            assert!(answer.status < 500, "{what}: {}", answer.status);
            assert!(!answer.text().contains("root:"), "{what}");
        }
    }
    everybody_else_is_served(&program);
}
