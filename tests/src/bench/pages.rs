//! Rows about starting the program and its first page.

use super::{Bench, Figure, middle, timed};
use crate::{program::Program, root};
use std::{process::Command, thread, time::Duration};

const CONNECTIONS: usize = 16;

fn first_page(program: &Program) -> Result<usize, String> {
    let answer = program.client().get("/").map_err(|e| e.to_string())?;
    if answer.status == 200 {
        Ok(answer.body.len())
    } else {
        Err(format!("/ gave {}", answer.status))
    }
}

/// An empty folder becomes a province.
pub fn first_start(bench: &mut Bench) -> Result<Figure, String> {
    let persons = bench.persons;
    let options = crate::program::Options { persons, ..Default::default() };
    let (_, time) = timed(|| Program::start(&options).and_then(|p| first_page(&p)))?;
    Ok(Figure::of(time.as_secs_f64()).note(format!("{persons} persons")))
}

/// The second and later starts.
pub fn start(bench: &mut Bench) -> Result<Figure, String> {
    bench.program()?; // makes the data if nobody has
    bench.stop();
    let options = bench.options();
    let time = middle(5, || {
        let (mut program, time) =
            timed(|| Program::start(&options).and_then(|p| first_page(&p).map(|_| p)))?;
        program.stop();
        Ok(time)
    })?;
    Ok(Figure::of(time.as_secs_f64()).note(format!("{} persons", bench.persons)))
}

/// Memory at rest.
pub fn idle_memory(bench: &mut Bench) -> Result<Figure, String> {
    bench.program()?; // makes the data if nobody has: that is another process's memory
    bench.stop();
    let program = bench.program()?;
    first_page(program)?;
    thread::sleep(Duration::from_secs(5));
    let kib = program.resident_kib().ok_or("no /proc here")?;
    Ok(Figure::of(kib as f64 * 1024.0 / 1e6).note(format!("{} persons", bench.persons)))
}

/// What a first visit costs on the wire.
pub fn first_page_bytes(bench: &mut Bench) -> Result<Figure, String> {
    let measured = browser(bench, "first-page")?;
    let bytes = measured["bytes"].as_f64().ok_or("no figure")?;
    Ok(Figure::of(bytes).note(format!("{} requests", measured["requests"])))
}

/// What a whole journey costs on the wire.
pub fn journey_bytes(bench: &mut Bench) -> Result<Figure, String> {
    let measured = browser(bench, "journey")?;
    let bytes = measured["bytes"].as_f64().ok_or("no figure")?;
    let dearest = measured["dearest"].as_str().unwrap_or_default();
    Ok(Figure::of(bytes).note(format!(
        "{} bytes without the first page, {} bytes with the fee paid as well: {} pages, {} requests; \
         dearest: {dearest}",
        measured["after_first"], measured["paid"], measured["pages"], measured["requests"]
    )))
}

/// Runs tests/browser/measure.mjs on the province; gives its JSON.
pub fn browser(bench: &mut Bench, what: &str) -> Result<serde_json::Value, String> {
    let address = bench.program()?.address.clone();
    let out = Command::new("node")
        .args(["measure.mjs", what, &address])
        .current_dir(root().join("tests/browser"))
        .output()
        .map_err(|e| format!("node: {e}"))?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned());
    }
    serde_json::from_slice(&out.stdout).map_err(|e| e.to_string())
}

/// The page everybody opens first.
pub fn home_page(bench: &mut Bench) -> Result<Figure, String> {
    let request = bench.program()?.client().lasting_request("GET", "/", b"");
    let load = bench.load(CONNECTIONS, vec![request])?;
    let bare = bench.bare_rate(CONNECTIONS)?;
    Ok(Figure::of(load.per_second())
        .against("bare axum answer, /s", bare)
        .note(format!("half within {} µs, 99 % within {} µs", load.half_us, load.p99_us)))
}
