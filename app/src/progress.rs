//! How far a long command is: a bar on a terminal, a line now and then anywhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kernel::{Lang, Say};
use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// One long piece of work of which the length is known.
pub struct Progress {
    bar: ProgressBar,
    what: String,
    plain: bool,
    told: Cell<Instant>,
    begun: Instant,
    length: u64,
}

impl Progress {
    /// `what` names the sentence `app-progress-WHAT`.
    pub fn new(what: &str, length: u64) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let bar = match plain {
            true => ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden()),
            false => ProgressBar::new(length),
        };
        let what = words(what);
        let template =
            "{msg}  {bar:30} {percent:>3} %  {human_pos}/{human_len}  {elapsed}  ({eta})";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.clone());
        Self { bar, what, plain, told: Cell::new(Instant::now()), begun: Instant::now(), length }
    }

    /// So far.
    #[allow(clippy::print_stderr)]
    pub fn set(&self, n: u64) {
        self.bar.set_position(n.min(self.length));
        if self.plain && self.told.get().elapsed() >= LINE_EVERY {
            self.told.set(Instant::now());
            let percent = 100 * n / self.length.max(1);
            eprintln!("{}: {n}/{} ({percent} %), {} s", self.what, self.length, self.seconds());
        }
    }

    fn seconds(&self) -> u64 {
        self.begun.elapsed().as_secs()
    }

    /// Done.
    pub fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Both languages on one line: nobody has chosen one yet.
fn words(what: &str) -> String {
    let key = format!("app-progress-{what}");
    crate::province::words().map_or_else(
        |_| what.to_owned(),
        |w| {
            let both = [Lang::Vi, Lang::En].map(|lang| Say::new(w.clone(), lang).t(&key));
            both.join(" / ")
        },
    )
}
