//! Whatever stands in an address: an answer, and never our mistake.

use std::fs;
use tests::{
    http::percent,
    program::Program,
    root,
    walks::{Cast, Walker},
};

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Names of query values that pages know.
const NAMES: &[&str] = &[
    "q", "trang", "tu", "sau", "tiep", "xem", "on", "near", "lang", "items", "thang", "ngay",
    "nam", "loc", "page", "post", "agency", "code", "n", "tim", "xep", "ky", "noi", "chi-tieu",
    "person",
];

/// Values that numbers, dates, cursors and texts do not expect.
const VALUES: &[&str] = &[
    "",
    "0",
    "-1",
    "1",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "1e9",
    "NaN",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "-2026-01-01",
    "2026-11-23T00:00:00",
    "null",
    "true",
    "\u{0}",
    "\u{202e}x",
    "Đỗ",
    "%",
    "%00",
    "'; DROP TABLE person; --",
    "\" OR 1=1",
    "%_%",
    "\\",
    "{{7*7}}",
    "<script>",
    "../..",
    "a\r\nb",
    "01KAZ00000000000000000000A",
    "037080001234",
    "x001/000",
    "😀",
    "ﷺ",
    "\u{fffd}",
    "1,2,3",
    "birth,name,,",
    "nil",
];

/// What may stand for a part of a path.
const PARTS: &[&str] = &[
    "0",
    "-1",
    "1",
    "9223372036854775808",
    "%00",
    "%ff%fe",
    "%2e",
    "khong-co",
    "13594",
    "%F0%9F%98%80",
    "a%0d%0ab",
    "01KAZ00000000000000000000A",
    "000",
    "x001",
    "000.p%2f1",
    "receipt",
    "H37-000",
    "null",
];

fn readable() -> Vec<String> {
    let table = fs::read_to_string(root().join("tests/policy.tsv")).unwrap();
    let paths = table.lines().filter_map(|l| l.split('\t').next()?.strip_prefix("GET "));
    paths.filter(|p| !p.ends_with("/truc-tiep")).map(str::to_owned).collect()
}

#[test]
fn no_query_and_no_cursor_is_our_mistake() {
    let program = Program::small();
    let mut cast = Cast::of(&program).unwrap();
    let code = cast.accepted().unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let long = "x".repeat(6_000);
    let paths = readable();
    let mut everybody =
        vec![Walker::stranger(&program), cast.citizen.clone(), cast.officer.clone()];
    for role in ["clerk", "auditor", "operator", "viewer"] {
        everybody.push(Walker::as_role(&program, role).unwrap());
    }
    let mut taken = 0;
    for walker in &mut everybody {
        for pattern in &paths {
            for round in 0..4 {
                let path = pattern.split('/').map(|part| match part {
                    "{code}" if round % 2 == 0 => code.clone(),
                    part if part.starts_with('{') => dice.of(PARTS).to_owned(),
                    part => part.to_owned(),
                });
                let path = path.collect::<Vec<_>>().join("/");
                let pairs = (0..dice.below(4)).map(|_| {
                    let value = if dice.below(40) == 0 { &long } else { dice.of(VALUES) };
                    format!("{}={}", dice.of(NAMES), percent(value))
                });
                let query = pairs.collect::<Vec<_>>().join("&");
                let address = format!("{path}?{query}");
                let answer = walker.get(&address).unwrap();
                let status = answer.status;
                assert!(status < 500, "{address} {answer:?}");
                taken += usize::from(status == 200);
            }
        }
    }
    assert!(taken > 500, "{taken} were pages");
}
