//! A small balancer in front of the nodes: each request to the next node, and once more to another one
//! when it got no answer or one that says «not now».

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use tests::http::read_answer;

/// A node that says nothing for so long is passed over.
const SILENT: Duration = Duration::from_secs(40);

pub struct Balancer {
    /// `http://localhost:PORT`.
    pub address: String,
    shared: Arc<Shared>,
}

struct Shared {
    nodes: Mutex<Vec<String>>,
    next: AtomicUsize,
    over: AtomicBool,
    retried: AtomicUsize,
    failed: Mutex<Vec<String>>,
}

impl Balancer {
    /// In front of nodes such as `localhost:8080`.
    pub fn before(nodes: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let shared = Arc::new(Shared {
            nodes: Mutex::new(nodes.iter().map(|n| (*n).to_owned()).collect()),
            next: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            retried: AtomicUsize::new(0),
            failed: Mutex::default(),
        });
        let all = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if all.over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&all);
                thread::spawn(move || shared.pass_on(stream));
            }
        });
        Self { address, shared }
    }

    /// Another node takes the place of one.
    pub fn replace(&self, node: &str, by: &str) {
        let mut nodes = self.shared.nodes.lock().unwrap();
        nodes.iter_mut().filter(|n| *n == node).for_each(|n| by.clone_into(n));
    }

    /// Requests that were sent a second time.
    pub fn retried(&self) -> usize {
        self.shared.retried.load(Ordering::Relaxed)
    }

    /// Requests that failed on both nodes, and how.
    pub fn failed(&self) -> Vec<String> {
        self.shared.failed.lock().unwrap().clone()
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

impl Shared {
    fn pass_on(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let Ok(request) = request(&mut stream) else { return };
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let mut last = Vec::new();
        let mut why = String::new();
        for turn in 0..2 {
            let nodes = self.nodes.lock().unwrap().clone();
            let node = &nodes[(first + turn) % nodes.len()];
            match ask(node, &request) {
                Ok((status, answer)) if status < 500 && status != 429 => {
                    let _ = stream.get_mut().write_all(&answer);
                    return;
                }
                Ok((status, answer)) => {
                    why.push_str(&format!("{node}: {status}; "));
                    last = answer;
                }
                Err(e) => why.push_str(&format!("{node}: {e}; ")),
            }
            self.retried.fetch_add(usize::from(turn == 0), Ordering::Relaxed);
        }
        let line = String::from_utf8_lossy(&request);
        let line = line.lines().next().unwrap_or_default();
        self.failed.lock().unwrap().push(format!("{line}: {why}"));
        let _ = stream.get_mut().write_all(&last);
    }
}

/// One request, which the node is asked to answer and hang up.
fn request(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(n) = lower.strip_prefix("content-length:") {
            length = n.trim().parse().map_err(io::Error::other)?;
        }
        if lower.starts_with("connection:") {
            continue;
        }
        if line.trim().is_empty() {
            head.push_str("connection: close\r\n\r\n");
            break;
        }
        head.push_str(&line);
    }
    let mut all = head.into_bytes();
    let begins = all.len();
    all.resize(begins + length, 0);
    stream.read_exact(&mut all[begins..])?;
    Ok(all)
}

/// Status and whole answer; half of one is none.
fn ask(node: &str, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(node)?;
    stream.set_read_timeout(Some(SILENT))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let read = read_answer(&mut answer.as_slice())?;
    Ok((read.status, answer))
}
