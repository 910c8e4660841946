//! Who may go where: every address of the program, as everybody of the cast and as nobody, against a
//! stored table. An address without a row fails; so does a row without an address.
//!
//! `in`: asked to sign in; `no`: refused; `-`: not there for them (or not there at all: the walk asks
//! for things that do not exist); `yes`: past the gate, whatever the answer says then. The last column
//! holds the purposes under which the register was read on the way.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};
use tests::{
    folder::Folder,
    http::Client,
    program::{Program, run},
    root,
    rows::Rows,
    walks::{self, Cast, Walker},
};

const TABLE: &str = "tests/policy.tsv";
/// Set, the table is written anew, to be read and committed by a person.
const WRITE: &str = "LIENTHONG_POLICY_WRITE";
/// Columns between the address and the purposes. Citizens look after their own matters, the others
/// work in their posts.
const WHO: [&str; 9] =
    ["nobody", "citizen", "owner", "officer", "head", "clerk", "auditor", "viewer", "operator"];
/// The field of a form that holds the anti-forgery token.
const TOKEN: &str = "_token";

fn walker(program: &Program, who: &str) -> Walker {
    match who {
        "nobody" => Walker::stranger(program),
        "citizen" | "owner" => Walker::as_citizen(program, who).unwrap(),
        post => Walker::as_role(program, post).unwrap(),
    }
}

/// Status and redirect of one request. The body is not read: a live page has no end.
fn ask(client: &Client, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(client.host()).unwrap();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let head = client.head(method, path, &kind, body.len() as u64);
    stream.write_all(&head).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let to = lines
        .take_while(|l| !l.is_empty())
        .find_map(|l| l.to_ascii_lowercase().strip_prefix("location: ").map(str::to_owned));
    (status, to.unwrap_or_default())
}

fn outcome(address: &str, who: &str, (status, to): (u16, String)) -> &'static str {
    match status {
        303 if to.starts_with("/dang-nhap") => "in",
        401 => "in",
        403 => "no",
        404 => "-",
        200..=399 | 400 | 409 | 410 | 413 | 415 | 422 => "yes",
        other => panic!("{address} answers {who} with {other}"),
    }
}

/// What stands in an address for its `{parts}`: a dossier and a dwelling of the officer's commune are
/// there, everything else is not.
fn filled(path: &str, (code, dwelling): (&str, &str)) -> String {
    path.split('/')
        .map(|part| match part {
            "{code}" if path.starts_with("/api/v1/places") => "13594",
            "{code}" => code,
            "{id}" if path.starts_with("/tra-cuu/cho-o") => dwelling,
            "{letter}" => "receipt",
            "{n}" => "1",
            part if part.starts_with('{') => "khong-co",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The columns of one address.
fn row(program: &Program, method: &str, path: &str, there: (&str, &str)) -> String {
    let address = format!("{method} {path}");
    let rows = Rows::of(program.data());
    let before = rows.count("SELECT COALESCE(MAX(seq), 0) FROM journal", []);
    let path = filled(path, there);
    let mut columns = vec![address.clone()];
    for who in WHO {
        let mut by = walker(program, who);
        let body = match method {
            "GET" => String::new(),
            _ => {
                // A page with a form for each of them.
                let page = if who == "nobody" { "/dang-nhap" } else { "/dich-vu" };
                let token = by.open(page).unwrap().hidden(TOKEN).expect(page);
                format!("{TOKEN}={}", tests::http::percent(&token))
            }
        };
        columns.push(outcome(&address, who, ask(&by.client, method, &path, &body)).to_owned());
    }
    let read = "SELECT DISTINCT purpose FROM journal WHERE seq > ?1 AND kind LIKE 'data.%' \
                AND purpose IS NOT NULL";
    let purposes: BTreeSet<String> = rows.texts(read, [before]).into_iter().collect();
    columns.push(purposes.into_iter().collect::<Vec<_>>().join(","));
    columns.join("\t")
}

#[test]
fn every_address_is_open_to_those_in_the_table_and_to_nobody_else() {
    let folder = Folder::new();
    let listed = run(&["routes", "--data", folder.path().to_str().unwrap()], "").unwrap();
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    let addresses: BTreeSet<(&str, &str)> =
        listed.out.lines().map(|l| l.split_once(' ').unwrap()).map(|(m, p)| (p, m)).collect();
    assert!(addresses.len() > 60, "{addresses:?}");

    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = walks::file_temporary_residence(&mut cast.citizen, &cast.home).unwrap();
    let dwelling =
        "SELECT id FROM dwelling WHERE commune = (SELECT MIN(place) FROM dossier) LIMIT 1";
    let dwelling = Rows::of(program.data()).texts(dwelling, []).remove(0);
    let there = (code.as_str(), dwelling.as_str());
    let found: BTreeMap<String, String> = addresses
        .iter()
        .map(|(path, method)| (format!("{method} {path}"), row(&program, method, path, there)))
        .collect();

    let file = root().join(TABLE);
    if std::env::var_os(WRITE).is_some() {
        let head = format!("address\t{}\tpurposes", WHO.join("\t"));
        let rows: Vec<&str> =
            [head.as_str()].into_iter().chain(found.values().map(|r| &**r)).collect();
        fs::write(&file, rows.join("\n") + "\n").unwrap();
    }
    let table = fs::read_to_string(&file).unwrap();
    let stored: BTreeMap<&str, &str> =
        table.lines().skip(1).map(|l| (l.split('\t').next().unwrap(), l)).collect();
    let mut faults = Vec::new();
    for (address, row) in &found {
        match stored.get(address.as_str()) {
            None => faults.push(format!("no row: {row}")),
            Some(stored) if stored != row => faults.push(format!("is    {row}\nnot   {stored}")),
            Some(_) => {}
        }
    }
    faults.extend(
        stored.keys().filter(|a| !found.contains_key(**a)).map(|a| format!("no such address: {a}")),
    );
    assert!(faults.is_empty(), "{}\n{}", table.lines().next().unwrap(), faults.join("\n"));
}
