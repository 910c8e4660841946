//! Rows about readings over HTTP: somebody signed in, rules asked, entry durable before the answer.

use super::{Bench, Figure};
use crate::walks::Walker;

/// Connections: a morning's many people, so that commits meet in groups.
const CONNECTIONS: usize = 64;

/// The person's own record as JSON: six items through the door.
pub fn record(bench: &mut Bench) -> Result<Figure, String> {
    let path = "/api/v1/own-record?items=name,birth,sex,permanent,temporary,abode";
    signed_in(bench, path, ["citizen", "parent", "owner"])
}

/// The page with all items of the person's own record, in words.
pub fn page(bench: &mut Bench) -> Result<Figure, String> {
    signed_in(bench, "/du-lieu-cua-toi", ["citizen", "parent", "owner"])
}

fn signed_in(bench: &mut Bench, path: &str, roles: [&str; 3]) -> Result<Figure, String> {
    let mut requests = Vec::new();
    for role in roles {
        let program = bench.program()?;
        let walker = Walker::as_role(program, role).map_err(|e| e.to_string())?;
        requests.push(walker.client.lasting_request("GET", path, b""));
    }
    let before = entries(bench)?;
    let load = bench.load(CONNECTIONS, requests)?;
    let written = entries(bench)? - before;
    if written < load.good {
        return Err(format!("{} readings left {written} entries", load.good));
    }
    let bare = bench.bare_rate(CONNECTIONS)?;
    Ok(Figure::of(load.per_second()).against("bare axum answer, /s", bare).note(format!(
        "half within {:.1} ms, 99 % within {:.1} ms",
        load.half_us as f64 / 1e3,
        load.p99_us as f64 / 1e3
    )))
}

/// Entries in the province's journal.
fn entries(bench: &mut Bench) -> Result<u64, String> {
    let file = bench.program()?.data().join("province.db");
    let conn = super::bare_engines::sqlite(&file)?;
    let count =
        conn.query_row("SELECT COALESCE(MAX(seq), 0) FROM journal", [], |r| r.get::<_, i64>(0));
    count.map(i64::unsigned_abs).map_err(|e| e.to_string())
}
