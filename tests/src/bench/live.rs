//! Rows about live pages: from a decision's commit to the event at an open screen.

use super::{Bench, Figure};
use crate::{
    http::Client,
    live::Live,
    walks::{Cast, Walker},
};
use std::{
    sync::mpsc::{Receiver, sync_channel},
    thread,
    time::{Duration, Instant},
};

/// Decisions watched.
const SAMPLES: usize = 40;
/// The longest wait for one event.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Between two decisions, so that each is news of its own.
const PAUSE: Duration = Duration::from_millis(320);

/// Milliseconds from sending a decision to its arrival at the desk that is open, sorted.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    fn at(&self, share: f64) -> f64 {
        let n = (self.0.len() as f64 * share) as usize;
        self.0.get(n.min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Half of the events come within this.
pub fn median(bench: &mut Bench) -> Result<Figure, String> {
    let samples = samples(bench)?;
    Ok(Figure::of(samples.at(0.5)).note(format!("{} decisions", samples.0.len())))
}

/// All but one in a hundred come within this.
pub fn p99(bench: &mut Bench) -> Result<Figure, String> {
    let samples = samples(bench)?;
    Ok(Figure::of(samples.at(0.99)).note(format!("{} decisions", samples.0.len())))
}

fn samples(bench: &mut Bench) -> Result<Samples, String> {
    if let Some(samples) = &bench.live {
        return Ok(samples.clone());
    }
    let samples = measure(bench)?;
    Ok(bench.live.insert(samples).clone())
}

/// An officer's desk stays open; a person saves, files or pays elsewhere. Counted from just before
/// the request that commits is sent, so the request itself is in the figure.
fn measure(bench: &mut Bench) -> Result<Samples, String> {
    let program = bench.program()?;
    let mut cast = Cast::of(program).map_err(|e| e.to_string())?;
    let watcher = Walker::as_role(program, "head").map_err(|e| e.to_string())?;
    let code = cast.accepted().map_err(|e| e.to_string())?;
    let events = follow(&watcher.client, "/ban-lam-viec/truc-tiep")?;
    thread::sleep(Duration::from_secs(1));
    let mut took = Vec::new();
    // The two steps a dossier can take for ever: the officer proposes, the head returns it.
    for n in 0..SAMPLES {
        while events.try_recv().is_ok() {}
        let (by, action, words): (_, _, &[(&str, &str)]) = if n % 2 == 0 {
            (&mut cast.officer, "propose", &[])
        } else {
            (&mut cast.head, "return", &[("note", "Xem lại giúp tôi.")])
        };
        let path = format!("/ban-lam-viec/{code}");
        let page = by.open(&path).map_err(|e| e.to_string())?;
        thread::sleep(PAUSE);
        while events.try_recv().is_ok() {}
        let mut fields = vec![("action", action)];
        fields.extend_from_slice(words);
        let begun = Instant::now();
        let answer = by.send(&page, &path, &fields).map_err(|e| e.to_string())?;
        if answer.status != 303 {
            return Err(format!("{action}: {}", answer.status));
        }
        let at = events.recv_timeout(WAIT_MAX).map_err(|_| "no event came".to_owned())?;
        took.push(at.saturating_duration_since(begun).as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    Ok(Samples(took))
}

/// Opens a stream of events; each event's arrival comes through the channel.
fn follow(client: &Client, path: &str) -> Result<Receiver<Instant>, String> {
    let mut live = Live::open(client, path).map_err(|e| e.to_string())?;
    let (send, receive) = sync_channel(1_000);
    thread::spawn(
        move || {
            while live.says("data: swap").is_ok() && send.send(Instant::now()).is_ok() {}
        },
    );
    Ok(receive)
}
