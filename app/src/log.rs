//! Lines of the log on standard error, shaped by the settings.
//!
//! A program that serves has a thread that writes them (`tracing-appender`), many at once: each write wakes
//! whoever collects them, and one for every request took a sixth of the processor's time.

use crate::{config, traces};
use kernel::limits::LOG_LINES_MAX;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Bytes in one write: what goes into a pipe as a whole, so that nothing else said there cuts a line.
const WRITE_BYTES: usize = 4_096;
/// How long lines are gathered after a write.
const GATHER: Duration = Duration::from_millis(10);

/// Lines that were dropped.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Begins. What still waits is written when the guard goes, so it is kept until the end. `RUST_LOG` and
/// `LIENTHONG_LOG=json` say otherwise than the settings for one run. `serves`: there will be many lines;
/// else each is written as it comes, between what a command says.
pub fn start(
    settings: &config::Log,
    serves: bool,
    traces: Option<traces::Traces>,
) -> Option<WorkerGuard> {
    let filter = EnvFilter::try_from_default_env()
        .or_else(|_| EnvFilter::try_new(&settings.filter))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let (writer, guard) = if serves {
        let (lines, guard) = gathered(io::stderr());
        let _ = DROPPED.set(lines.error_counter());
        (BoxMakeWriter::new(lines), Some(guard))
    } else {
        (BoxMakeWriter::new(io::stderr), None)
    };
    // Colours are for eyes; what a file or a collector gets is plain.
    let eyes = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_ansi(eyes).with_writer(writer);
    let json = settings.format == config::LogFormat::Json
        || std::env::var("LIENTHONG_LOG").is_ok_and(|v| v == "json");
    let lines = match json {
        true => lines.json().with_filter(filter).boxed(),
        false => lines.with_target(false).with_filter(filter).boxed(),
    };
    // What is logged and what is traced are chosen apart.
    tracing_subscriber::registry().with(lines).with(traces).init();
    guard
}

/// What is measured of this.
pub fn measure(metrics: &web::metrics::Metrics) {
    let help = "Lines of the log dropped: whoever collects them stood still";
    metrics.asked_counter("log_lines_dropped_total", help, &[], || {
        DROPPED.get().map_or(0, |dropped| dropped.dropped_lines() as u64)
    });
}

fn gathered(to: impl Write + Send + 'static) -> (NonBlocking, WorkerGuard) {
    let to = Gathered(BufWriter::with_capacity(WRITE_BYTES, to));
    NonBlockingBuilder::default().buffered_lines_limit(LOG_LINES_MAX).thread_name("log").finish(to)
}

/// Whole lines, as many in one write as fit. Flushed when no more wait; then more may come together.
struct Gathered<W: Write>(BufWriter<W>);

impl<W: Write> Write for Gathered<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.0.flush();
        thread::sleep(GATHER);
        flushed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use tracing_subscriber::fmt::MakeWriter;

    /// Tells of each write, and waits before it if there is a door.
    struct Told {
        tell: SyncSender<Vec<u8>>,
        door: Option<Receiver<()>>,
    }

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(door) = &self.door {
                let _ = door.recv();
            }
            let _ = self.tell.send(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(n: usize) -> String {
        format!("{n:05} {}\n", "a line like that of a request ".repeat(3))
    }

    #[test]
    fn lines_are_written_whole_and_in_order_many_at_once() {
        let (tell, told) = sync_channel(5_000);
        let (lines, guard) = gathered(Told { tell, door: None });
        for n in 0..5_000 {
            lines.make_writer().write_all(line(n).as_bytes()).unwrap();
        }
        drop(guard);
        let writes: Vec<Vec<u8>> = told.try_iter().collect();
        assert!(writes.iter().all(|w| w.len() <= WRITE_BYTES && w.ends_with(b"\n")));
        assert!(writes.len() < 500, "{}", writes.len());
        assert_eq!(writes.concat(), (0..5_000).map(line).collect::<String>().into_bytes());
        assert_eq!(lines.error_counter().dropped_lines(), 0);
    }

    #[test]
    fn where_nobody_takes_the_lines_they_are_dropped_and_counted() {
        let (tell, told) = sync_channel(5_000);
        let (open, door) = sync_channel(1);
        let (lines, guard) = gathered(Told { tell, door: Some(door) });
        // More than waits, and than the one write holds at which the thread stands.
        let many = LOG_LINES_MAX + 1_000;
        for n in 0..many {
            lines.make_writer().write_all(line(n).as_bytes()).unwrap();
        }
        let dropped = lines.error_counter().dropped_lines();
        assert!((900..=1_000).contains(&dropped), "{dropped}");
        drop(open);
        drop(guard);
        let written: Vec<u8> = told.try_iter().collect::<Vec<_>>().concat();
        assert_eq!(written.iter().filter(|b| **b == b'\n').count(), many - dropped);
    }
}
