//! Arrivals at a rate of their own: people come whether or not those before them were served, each on a
//! connection of their own. So an overload is a real one: nobody waits politely for the program.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep_until, timeout},
};

/// Arrivals that are under way at the same time; one more stays at home, and is counted.
const AT_ONCE_MAX: usize = 6_000;
/// How long an answer may take before somebody gives up.
const PATIENCE: Duration = Duration::from_secs(20);
const ANSWER_BYTES_MAX: u64 = 4 << 20;

/// What comes.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// The program.
    pub address: SocketAddr,
    /// People a second.
    pub per_second: f64,
    /// For so long.
    pub seconds: f64,
    /// What they ask, in turn; each request says `connection: close`.
    pub requests: Vec<Vec<u8>>,
}

/// What became of them.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Connections that broke or were never answered.
    pub broken: u64,
    /// Who did not set out, because too many were under way.
    pub stayed: u64,
    /// Of answers under 400: milliseconds, sorted.
    served_ms: Vec<f32>,
}

impl Outcome {
    /// How many were served.
    pub fn served(&self) -> u64 {
        self.served_ms.len() as u64
    }
    /// How many got an answer with this status.
    pub fn with(&self, status: u16) -> u64 {
        self.statuses.get(&status).copied().unwrap_or(0)
    }
    /// All but so many of a hundred that were served waited at most this, milliseconds.
    pub fn served_within_ms(&self, of_hundred: usize) -> f64 {
        let at =
            (self.served_ms.len() * of_hundred / 100).min(self.served_ms.len().saturating_sub(1));
        self.served_ms.get(at).copied().unwrap_or(0.0).into()
    }
}

/// The status line of an answer that was read to its end.
async fn ask(address: SocketAddr, request: &[u8]) -> io::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    (&mut stream).take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    let status = answer.get(9..12).and_then(|s| std::str::from_utf8(s).ok()?.parse().ok());
    status.ok_or_else(|| io::Error::other("no status"))
}

/// Lets them come, and waits for the last answer.
pub fn run(arrivals: &Arrivals) -> io::Result<Outcome> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let told = Arc::new(Mutex::new(Outcome::default()));
    let under_way = Arc::new(AtomicUsize::new(0));
    let requests: Arc<[Vec<u8>]> = arrivals.requests.clone().into();
    runtime.block_on(async {
        let begin = Instant::now();
        let all = (arrivals.per_second * arrivals.seconds) as usize;
        for n in 0..all {
            let due = begin + Duration::from_secs_f64(n as f64 / arrivals.per_second);
            sleep_until(due.into()).await;
            if under_way.load(Ordering::Relaxed) >= AT_ONCE_MAX {
                told.lock().unwrap_or_else(PoisonError::into_inner).stayed += 1;
                continue;
            }
            under_way.fetch_add(1, Ordering::Relaxed);
            let (told, under_way) = (Arc::clone(&told), Arc::clone(&under_way));
            let (requests, address) = (Arc::clone(&requests), arrivals.address);
            tokio::spawn(async move {
                // From when they wanted to come, not from when the machine got round to it.
                let answer = timeout(PATIENCE, ask(address, &requests[n % requests.len()])).await;
                let took = due.elapsed();
                let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                match answer {
                    Ok(Ok(status)) => {
                        *told.statuses.entry(status).or_default() += 1;
                        if status < 400 {
                            told.served_ms.push(took.as_secs_f32() * 1e3);
                        }
                    }
                    _ => told.broken += 1,
                }
                under_way.fetch_sub(1, Ordering::Relaxed);
            });
        }
        while under_way.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    told.served_ms.sort_by(f32::total_cmp);
    Ok(told)
}
