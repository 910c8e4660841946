//! Commands that read and write lines: the calendar and the places.

use crate::cli::{CalendarCommand, PlacesCommand};
use kernel::{
    Error, Lang, Result, Say,
    calendar::{calendar_due_line, iso_date},
};
use std::io::{BufRead, Read, Write};

fn failed(e: std::io::Error) -> Error {
    Error::new(kernel::error::UNAVAILABLE).because(e)
}

/// The longest line that is looked at, bytes.
const LINE_BYTES_MAX: u64 = 1_000;

/// The next line without its end, whatever its bytes; of a longer one only the beginning is kept.
fn next_line(from: &mut impl BufRead) -> Result<Option<(String, bool)>> {
    let mut line = Vec::new();
    from.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(failed)?;
    if line.is_empty() {
        return Ok(None);
    }
    let whole = line.ends_with(b"\n") || (line.len() as u64) < LINE_BYTES_MAX;
    if !whole {
        from.skip_until(b'\n').map_err(failed)?;
    }
    Ok(Some((String::from_utf8_lossy(&line).into_owned(), whole)))
}

/// `lienthong calendar due`: a due date for each line; a line that cannot be read gives a line that
/// starts with `!` and says why, and the exit code tells that there was one.
pub fn calendar(command: &CalendarCommand, say: &Say) -> Result<bool> {
    let CalendarCommand::Due = command;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut lines = std::io::stdin().lock();
    let mut all_good = true;
    while let Some((line, whole)) = next_line(&mut lines)? {
        if line.trim().is_empty() {
            continue;
        }
        let due = if whole {
            calendar_due_line(&line)
        } else {
            let shown: String = line.trim().chars().take(60).collect();
            Err(Error::new(kernel::error::CALENDAR_LINE).arg("line", shown))
        };
        match due {
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

/// `lienthong places …`; false when nothing was found.
pub fn places(command: &PlacesCommand, say: impl Fn(Lang) -> Say) -> Result<bool> {
    let today = store::Clock::system().now().date();
    let day = |text: &str| iso_date(text).map_err(|e| e.field("on"));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut found = true;
    let lines = match command {
        PlacesCommand::Find { query, on, lang } => {
            let on = on.as_deref().map_or(Ok(today), day)?;
            let query = query.join(" ");
            found = !places::suggest(&query, on, None).hits.is_empty();
            places::find_lines(&query, on, &say(Lang::from_tag(lang)))
        }
        PlacesCommand::Resolve { code, on, lang } => {
            places::resolve_lines(code, day(on)?, &say(Lang::from_tag(lang)))?
        }
    };
    for line in lines {
        writeln!(out, "{line}").map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    Ok(found)
}
