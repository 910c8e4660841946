//! A load generator: threads with one lasting connection each, bounded in time and in number. It
//! speaks to this machine only.

use crate::http::read_answer;
use std::{
    io::{self, BufReader, Write},
    net::{TcpStream, ToSocketAddrs},
    thread,
    time::{Duration, Instant},
};

const REQUESTS_MAX: u64 = 5_000_000;
const SECONDS_MAX: f64 = 120.0;

/// What to send.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `localhost:PORT`.
    pub host: String,
    /// Connections, each a thread of its own.
    pub connections: usize,
    /// Seconds that are measured, after a tenth of that to warm up.
    pub seconds: f64,
    /// The requests, ready to send; connection `n` begins with the `n`-th and goes round.
    pub requests: Vec<Vec<u8>>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    /// Answers with a status under 400 in the measured time.
    pub good: u64,
    /// Other answers, and connections that broke.
    pub bad: u64,
    /// Measured seconds.
    pub seconds: f64,
    /// Half of the answers took at most this, microseconds.
    pub half_us: u64,
    /// All but one in a hundred took at most this, microseconds.
    pub p99_us: u64,
}

impl Load {
    /// Good answers a second.
    pub fn per_second(&self) -> f64 {
        if self.seconds > 0.0 { self.good as f64 / self.seconds } else { 0.0 }
    }
}

/// Runs the plan and waits for its end.
pub fn run(plan: &Plan) -> io::Result<Load> {
    let address = plan
        .host
        .to_socket_addrs()?
        .find(|a| a.ip().is_loopback())
        .ok_or_else(|| io::Error::other("the load generator speaks to this machine only"))?;
    let seconds = plan.seconds.min(SECONDS_MAX);
    let begin = Instant::now() + Duration::from_secs_f64(seconds / 10.0);
    let end = begin + Duration::from_secs_f64(seconds);
    let share = REQUESTS_MAX / plan.connections.max(1) as u64;
    let workers: Vec<_> = (0..plan.connections)
        .map(|n| {
            let requests = plan.requests.clone();
            thread::spawn(move || one(address, &requests, n, share, begin, end))
        })
        .collect();
    let (mut times, mut bad) = (Vec::new(), 0);
    for worker in workers {
        let (took, wrong) = worker.join().map_err(|_| io::Error::other("a worker died"))?;
        times.extend(took);
        bad += wrong;
    }
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0);
    Ok(Load {
        good: times.len() as u64,
        bad,
        seconds,
        half_us: at(0.5).into(),
        p99_us: at(0.99).into(),
    })
}

/// One connection until the end; an answer that says `connection: close` is followed by a new one.
fn one(
    address: std::net::SocketAddr,
    requests: &[Vec<u8>],
    first: usize,
    requests_max: u64,
    begin: Instant,
    end: Instant,
) -> (Vec<u32>, u64) {
    let (mut times, mut bad, mut sent) = (Vec::new(), 0, 0);
    let mut connection: Option<BufReader<TcpStream>> = None;
    for request in requests.iter().cycle().skip(first % requests.len().max(1)) {
        let start = Instant::now();
        if start >= end || sent >= requests_max {
            break;
        }
        sent += 1;
        let outcome = ask(&mut connection, address, request);
        let now = Instant::now();
        match outcome {
            Ok(true) if start >= begin && now <= end => {
                times.push(u32::try_from((now - start).as_micros()).unwrap_or(u32::MAX));
            }
            Ok(true) => {}
            Ok(false) => bad += 1,
            Err(_) => {
                bad += 1;
                connection = None;
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
    (times, bad)
}

fn ask(
    connection: &mut Option<BufReader<TcpStream>>,
    address: std::net::SocketAddr,
    request: &[u8],
) -> io::Result<bool> {
    let stream = match connection {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(30)))?;
            connection.insert(BufReader::new(stream))
        }
    };
    stream.get_mut().write_all(request)?;
    let answer = read_answer(stream)?;
    if answer.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close")) {
        *connection = None;
    }
    Ok(answer.status < 400)
}
