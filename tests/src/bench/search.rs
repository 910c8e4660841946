//! Rows about the place search.

use super::{Bench, Figure};
use crate::{http::percent, load::Load};
use kernel::limits::PLACE_ANSWER_BYTES_MAX;
use std::time::Instant;

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 40;

/// What people type: old names, new names, without marks, with surroundings, unfinished, wrong.
const QUERIES: [&str; 16] = [
    "Trần Hưng Đạo, Lý Nhân, Hà Nam",
    "tran thuong",
    "xa tran thuong ninh binh",
    "Hoa Lư",
    "phuong 1",
    "Nam Định",
    "tt Vĩnh Trụ",
    "p. Bến Nghé q1 tphcm",
    "Thanh Bình",
    "an",
    "xã Tân Lập huyện Vũ Thư tỉnh Thái Bình",
    "dac khu phu quoc",
    "Nguyễn Du, Hai Bà Trưng, Hà Nội",
    "ninh binh",
    "Bà Rịa Vũng Tàu Côn Đảo",
    "không có nơi nào tên như thế này cả",
];

/// One search inside the process.
pub fn inside(_: &mut Bench) -> Result<Figure, String> {
    let mut took = Vec::new();
    let mut worst = ("", 0.0);
    for _ in 0..ROUNDS {
        for q in QUERIES {
            let begun = Instant::now();
            std::hint::black_box(places::suggest(q, places::REFORM, None));
            let ms = begun.elapsed().as_secs_f64() * 1e3;
            took.push(ms);
            if ms > worst.1 {
                worst = (q, ms);
            }
        }
    }
    let mean = took.iter().sum::<f64>() / took.len() as f64;
    took.sort_by(f64::total_cmp);
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Figure::of(p99).note(format!("99 % within; mean {mean:.2} ms; slowest «{}»", worst.0)))
}

/// The longest answer.
pub fn answer_bytes(_: &mut Bench) -> Result<Figure, String> {
    let length = |q: &str| {
        serde_json::to_vec(&places::suggest(q, places::REFORM, None))
            .map_or(usize::MAX, |j| j.len())
    };
    let longest = QUERIES.iter().map(|q| length(q)).max().unwrap_or_default();
    Ok(Figure::of(longest as f64).note(format!("limit {PLACE_ANSWER_BYTES_MAX}")))
}

/// The same searches over HTTP.
pub fn http(bench: &mut Bench) -> Result<Figure, String> {
    let client = bench.program()?.client();
    let requests = QUERIES
        .iter()
        .map(|q| client.lasting_request("GET", &format!("/api/v1/places?q={}", percent(q)), b""))
        .collect();
    let load: Load = bench.load(CONNECTIONS, requests)?;
    let bare = bench.bare_rate(CONNECTIONS)?;
    Ok(Figure::of(load.per_second())
        .against("bare axum answer, /s", bare)
        .note(format!("half within {} µs, 99 % within {} µs", load.half_us, load.p99_us)))
}
