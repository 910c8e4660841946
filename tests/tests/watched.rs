//! What an operator's tools see: measurements as docs/operating.md lists them, traces at a collector.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Command,
    sync::{Arc, Mutex},
};
use tests::{
    built,
    folder::Folder,
    http::Client,
    program::{Options, Program, write_settings},
    root, until,
    walks::Cast,
};

/// Name, type and labels of every measurement in the page.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let page = fs::read_to_string(root().join("docs/operating.md")).unwrap();
    let page = page.split("## Measurements").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = page.lines().filter_map(|l| l.strip_prefix("| `"));
    let rows = rows.filter_map(|l| {
        let (name, rest) = l.split_once('`')?;
        let cells: Vec<&str> = rest.split('|').map(str::trim).collect();
        let labels = cells.get(2)?.split(',').map(|l| l.trim().trim_matches('`').to_owned());
        let labels = labels.filter(|l| !l.is_empty() && l != "–").collect();
        Some((name.to_owned(), ((*cells.get(1)?).to_owned(), labels)))
    });
    rows.collect()
}

/// The same of what the program gives out.
fn given(text: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut all: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            all.insert(name.to_owned(), (kind.to_owned(), BTreeSet::new()));
        } else if !line.starts_with('#') {
            let series = line.split(' ').next().unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let base = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| name.strip_suffix(end).filter(|base| all.contains_key(*base)));
            let (_, kept) = all.get_mut(base.unwrap_or(name)).expect("a type before its series");
            let names = labels.split("\",").filter_map(|l| l.split_once('=')).map(|(n, _)| n);
            kept.extend(names.filter(|n| *n != "le").map(str::to_owned));
        }
    }
    all
}

#[test]
fn every_measurement_is_described_and_every_described_one_is_there() {
    // The usual budgets, which an ordinary day does not meet.
    let options = Options { rates: Some(String::new()), ..Options::small() };
    let program = Program::start(&options).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    cast.done().unwrap();
    let text = program.metrics();
    let (said, is) = (documented(), given(&text));
    assert!(is.len() >= 8, "{text}");
    let names = |of: &BTreeMap<String, _>| of.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&said), names(&is), "docs/operating.md on the left");
    for (name, is) in &is {
        assert_eq!(&said[name], is, "{name}: docs/operating.md on the left");
    }
    for line in text.lines().filter_map(|l| l.strip_prefix("# HELP ")) {
        assert!(line.split_once(' ').is_some_and(|(_, help)| help.len() > 10), "{line}");
    }
}

#[test]
fn measurements_are_not_given_out_where_everybody_comes() {
    let program = Program::small();
    assert_eq!(program.client().get("/metrics").unwrap().status, 404);
    // By the settings: an address of its own, only on this machine unless somebody says otherwise.
    let folder = Folder::new();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (listen, watched, file) = (free(), free(), folder.path().join("lienthong.toml"));
    write_settings(&file, &folder.path().join("data"), &listen);
    let text = fs::read_to_string(&file).unwrap().replace("127.0.0.1:0", &watched);
    fs::write(&file, text).unwrap();
    let mut child =
        Command::new(built("lienthong")).arg("serve").arg("--config").arg(&file).spawn().unwrap();
    let mut pages = Client::new(&listen);
    until("it answers", || pages.get("/health").is_ok());
    let mut measurements = Client::new(&watched);
    let all = measurements.get("/metrics").unwrap();
    let (other, outside) = (measurements.get("/").unwrap(), pages.get("/metrics").unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((all.status, other.status, outside.status), (200, 404, 404));
    assert!(all.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    assert!(all.text().contains("web_requests_total"), "{}", all.text());
    let example = fs::read_to_string(root().join("data/config/lienthong.toml")).unwrap();
    assert!(
        example.contains("metrics_listen = \"127.0.0.1:"),
        "the usual address is this machine's"
    );
}

/// Heads and bodies of what came.
type Kept = Mutex<Vec<(String, String)>>;

/// Takes real HTTP and keeps it.
fn collector(status: &'static str) -> (String, Arc<Kept>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let kept: Arc<Kept> = Arc::default();
    let into = Arc::clone(&kept);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(stream);
            let mut head = String::new();
            while lines.read_line(&mut head).is_ok_and(|n| n > 2) {}
            let length = head
                .lines()
                .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            let mut body = vec![0; length];
            if lines.read_exact(&mut body).is_ok() {
                into.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\n{{}}");
                let _ = lines.get_mut().write_all(answer.as_bytes());
            }
        }
    });
    (address, kept)
}

fn spans(kept: &Kept) -> Vec<serde_json::Value> {
    let kept = kept.lock().unwrap();
    let messages = kept.iter().map(|(_, b)| serde_json::from_str::<serde_json::Value>(b).unwrap());
    let lists = messages.map(|m| m["resourceSpans"][0]["scopeSpans"][0]["spans"].clone());
    lists.flat_map(|l| l.as_array().unwrap().clone()).collect()
}

fn attribute(span: &serde_json::Value, key: &str) -> String {
    let all = span["attributes"].as_array().unwrap();
    let value =
        all.iter().find(|a| a["key"] == key).map(|a| a["value"].clone()).unwrap_or_default();
    value["stringValue"].as_str().or(value["intValue"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn requests_are_traced_to_a_collector_and_nobody_stands_in_a_trace() {
    let (address, kept) = collector("200 OK");
    let more = vec!["--traces".to_owned(), address];
    let mut program = Program::start(&Options { more, ..Options::small() }).unwrap();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.done().unwrap();
    let number = cast.citizen.number().unwrap();
    let answer = cast.citizen.get(&format!("/ho-so/{code}?q={number}")).unwrap();
    let trace = answer.header("x-trace").unwrap().to_owned();
    cast.citizen.get(&format!("/ho-so/{number}")).unwrap();
    let name = tests::rows::Rows::of(program.data())
        .texts("SELECT name FROM account WHERE pid = ?1", [&number])
        .remove(0);
    assert!(program.stop(), "the end sends what still waits");
    let all = spans(&kept);
    let mine = all.iter().find(|s| attribute(s, "lienthong.trace") == trace).expect("that request");
    assert_eq!(attribute(mine, "http.route"), "/ho-so/{code}");
    assert_eq!(attribute(mine, "http.request.method"), "GET");
    assert_eq!(attribute(mine, "http.response.status_code"), "200");
    let time = |s: &serde_json::Value, key: &str| s[key].as_str().unwrap().parse::<u128>().unwrap();
    for span in &all {
        assert_eq!(span["traceId"].as_str().unwrap().len(), 32);
        assert_eq!(span["spanId"].as_str().unwrap().len(), 16);
        assert!(time(span, "startTimeUnixNano") <= time(span, "endTimeUnixNano"));
    }
    let kept = kept.lock().unwrap();
    for (head, body) in kept.iter() {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
        assert!(head.to_ascii_lowercase().contains("content-type: application/json"), "{head}");
        for personal in [number.as_str(), name.as_str(), code.as_str(), "demo-lien-thong-2026"] {
            assert!(!body.contains(personal), "{personal} in {body}");
        }
    }
}

#[test]
fn a_collector_that_is_away_or_refuses_costs_nothing_but_traces() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (refusing, _) = collector("503 Service Unavailable");
    for address in [format!("http://{nobody}"), refusing] {
        let more = vec!["--traces".to_owned(), address.clone()];
        let program = Program::start(&Options { more, ..Options::small() }).unwrap();
        let mut client = program.client().lasting();
        for _ in 0..30 {
            assert_eq!(client.get("/dich-vu").unwrap().status, 200);
        }
        let dropped = || {
            let text = program.metrics();
            let line = text.lines().find_map(|l| l.strip_prefix("traces_dropped_total "));
            line.unwrap().parse::<u64>().unwrap()
        };
        until("they are counted", || dropped() >= 30);
        let told = program.said().iter().filter(|l| l.contains("does not take traces")).count();
        assert_eq!(told, 1, "once, not each time");
    }
}
