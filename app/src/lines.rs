//! Commands that read and write lines: the calendar and the places.

use crate::cli::{CalendarCommand, PlacesCommand};
use kernel::{Error, Lang, Result, Say, calendar::calendar_due_line};
use std::io::{BufRead, Write};

fn failed(e: std::io::Error) -> Error {
    Error::new(kernel::error::UNAVAILABLE).because(e)
}

/// `lienthong calendar due`: a due date for each line; a line that cannot be read gives a line that
/// starts with `!` and says why, and the exit code tells that there was one.
pub fn calendar(command: &CalendarCommand, say: &Say) -> Result<bool> {
    let CalendarCommand::Due = command;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut all_good = true;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(failed)?;
        if line.trim().is_empty() {
            continue;
        }
        match calendar_due_line(&line) {
            Ok(due) => writeln!(out, "{due}").map_err(failed)?,
            Err(e) => {
                all_good = false;
                writeln!(out, "! {}", e.text(say)).map_err(failed)?;
            }
        }
    }
    out.flush().map_err(failed)?;
    Ok(all_good)
}

/// `lienthong places …`
pub fn places(command: &PlacesCommand, say: impl Fn(Lang) -> Say) -> Result<()> {
    let today = store::Clock::system().now().date();
    let day =
        |text: &str| text.parse().map_err(|_| Error::new(kernel::error::DATE_UNREAL).field("on"));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let lines = match command {
        PlacesCommand::Find { query, on, lang } => {
            let on = on.as_deref().map_or(Ok(today), day)?;
            places::find_lines(&query.join(" "), on, &say(Lang::from_tag(lang)))
        }
        PlacesCommand::Resolve { code, on, lang } => {
            places::resolve_lines(code, day(on)?, &say(Lang::from_tag(lang)))?
        }
    };
    for line in lines {
        writeln!(out, "{line}").map_err(failed)?;
    }
    out.flush().map_err(failed)
}
