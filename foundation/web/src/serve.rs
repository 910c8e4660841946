//! Listening: connections are counted, heads must arrive in time, open requests end in good order.

use crate::limits::{CONNECTIONS_MAX, FAREWELL_MAX, STREAMS_PER_CONNECTION_MAX, TIMER_PERIOD};
use crate::pipeline;
use crate::site::Web;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Accepts until `stop` is done. `head_wait` is how long the head of a request may take.
pub(crate) async fn run(
    web: &Web,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    head_wait: Duration,
) -> std::io::Result<()> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_wait);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(head_wait))
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX);
    let builder = Arc::new(builder);
    let (places, graceful) = (Arc::new(Semaphore::new(CONNECTIONS_MAX)), GracefulShutdown::new());
    let timer = AbortOnDrop(tokio::spawn(feel(web.clone())));
    let mut stop = std::pin::pin!(stop);
    loop {
        // With all places taken nothing more is accepted; the backlog waits.
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place.map_err(std::io::Error::other)?,
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(pair) => pair,
            Err(e) => {
                rest_after(&e).await;
                continue;
            }
        };
        let (builder, router, watcher) = (builder.clone(), router.clone(), graceful.watcher());
        let accepted = std::time::Instant::now();
        tokio::spawn(async move {
            let came = std::sync::Mutex::new(spoke(&stream).then_some(Came(accepted)));
            let _place = place;
            // Small answers go at once; a socket that cannot do that still works.
            let _ = stream.set_nodelay(true);
            let service =
                hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
                    request.extensions_mut().insert(ConnectInfo(peer));
                    if let Some(came) = came.lock().ok().and_then(|mut came| came.take()) {
                        request.extensions_mut().insert(came);
                    }
                    router.clone().oneshot(request)
                });
            let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
            // A connection that breaks is the other end's matter; nothing to tell anybody.
            let _ = watcher.watch(connection).await;
        });
    }
    drop((listener, timer));
    web.close();
    if tokio::time::timeout(FAREWELL_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still open at the end");
    }
    Ok(())
}

/// When the connection of a first request was accepted that already stood there: since then it has waited
/// for the program. Of every other request it is only known when it was read.
#[derive(Clone, Copy)]
pub(crate) struct Came(pub(crate) std::time::Instant);

/// The other end has sent something. Browsers open spare connections and use them seconds later, and from a
/// far hill the first bytes take their time: neither is a request that waits here.
fn spoke(stream: &impl AsFd) -> bool {
    let flags = rustix::net::RecvFlags::PEEK | rustix::net::RecvFlags::DONTWAIT;
    let mut first = [0_u8; 1];
    matches!(rustix::net::recv(stream, &mut first, flags), Ok((1.., _)))
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Tells the gate how late everything is that does not run in a handler, and looks after those who read.
async fn feel(web: Web) {
    loop {
        let due = tokio::time::Instant::now() + TIMER_PERIOD;
        tokio::time::sleep_until(due).await;
        web.gate.felt(due.elapsed());
        web.readers.look(pipeline::stand_behind);
    }
}

/// An accept that failed for this connection only is forgotten; one that failed for want of file
/// handles waits for some to come free.
async fn rest_after(e: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(e.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(cause = %e, "cannot accept connections");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{REST_BYTES_MAX, TURN_WAIT_MAX};
    use crate::testing;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    struct Up {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        done: tokio::task::JoinHandle<std::io::Result<()>>,
    }

    async fn up(head_wait: Duration) -> Up {
        let web = testing::site(&[], None);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let done = tokio::spawn(async move {
            let router = web.mount(crate::routes::Pages::default());
            let stop = async move {
                let _ = stopped.await;
            };
            run(&web, listener, router, stop, head_wait).await
        });
        Up { address, stop, done }
    }

    #[tokio::test]
    async fn a_request_is_answered_and_the_end_is_orderly() {
        let up = up(Duration::from_secs(20)).await;
        let mut c = TcpStream::connect(up.address).await.unwrap();
        c.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut buf = [0; 1024];
        let n = c.read(&mut buf).await.unwrap();
        assert!(buf[..n].starts_with(b"HTTP/1.1 200 OK"));
        up.stop.send(()).unwrap();
        up.done.await.unwrap().unwrap();
        assert!(TcpStream::connect(up.address).await.is_err(), "nobody listens any more");
    }

    #[tokio::test]
    async fn a_connection_that_was_opened_long_before_its_first_request_has_not_waited() {
        let up = up(Duration::from_secs(20)).await;
        let mut spare = TcpStream::connect(up.address).await.unwrap();
        // Longer than anybody waits for a turn: counted from the opening, there would be none left.
        tokio::time::sleep(TURN_WAIT_MAX + Duration::from_millis(200)).await;
        spare.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut buf = [0; 1024];
        let n = spare.read(&mut buf).await.unwrap();
        let head = String::from_utf8_lossy(&buf[..n]);
        assert!(!head.starts_with("HTTP/1.1 429"), "{head}");
    }

    #[tokio::test]
    async fn a_first_request_that_stood_there_already_has_waited_since_its_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        assert!(!spoke(&stream));
        client.write_all(b"G").await.unwrap();
        stream.readable().await.unwrap();
        assert!(spoke(&stream) && spoke(&stream), "looked at, not taken");
        drop(client);
        let mut one = [0; 1];
        stream.readable().await.unwrap();
        assert_eq!(stream.try_read(&mut one).unwrap(), 1);
        stream.readable().await.unwrap();
        assert!(!spoke(&stream), "an end is no request");
    }

    /// Sends this head, reads the answer, goes on sending, and reads what comes after it.
    async fn goes_on(up: &Up, head: &str, pieces: usize) -> (String, std::io::Result<String>) {
        let mut c = TcpStream::connect(up.address).await.unwrap();
        let head = format!("POST /a HTTP/1.1\r\nhost: localhost\r\n{head}\r\n\r\n");
        c.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 64 * 1024];
        let n = c.read(&mut answer).await.unwrap();
        answer.truncate(n);
        let rest = async {
            for _ in 0..pieces {
                c.write_all(&vec![b'x'; 64 * 1024]).await?;
            }
            let mut rest = String::new();
            c.read_to_string(&mut rest).await.map(|_| rest)
        };
        let rest = rest.await;
        (String::from_utf8_lossy(&answer).into_owned(), rest)
    }

    #[tokio::test]
    async fn who_is_answered_while_still_sending_is_heard_out_and_told_that_the_connection_ends() {
        let up = up(Duration::from_secs(20)).await;
        let length = 64 * 64 * 1024;
        let head = format!("content-type: application/octet-stream\r\ncontent-length: {length}");
        let (answer, rest) = goes_on(&up, &head, 64).await;
        assert!(answer.contains("connection: close"), "{answer}");
        assert_eq!(rest.unwrap(), "", "ended in good order, all of it was taken");
        // Who asks before sending is told no, and nothing else.
        let (answer, rest) = goes_on(&up, &format!("{head}\r\nexpect: 100-continue"), 0).await;
        assert!(
            !answer.contains("100 Continue") && answer.contains("connection: close"),
            "{answer}"
        );
        assert_eq!(rest.unwrap(), "");
        // Without end: hung up on.
        let many = REST_BYTES_MAX / (64 * 1024) + 1_000;
        let (_, rest) = goes_on(&up, &format!("content-length: {}", u64::MAX / 4), many).await;
        rest.unwrap_err();
    }

    #[tokio::test]
    async fn a_request_that_was_read_leaves_the_connection_to_the_next_one() {
        let up = up(Duration::from_secs(20)).await;
        let mut c = TcpStream::connect(up.address).await.unwrap();
        let kind = "content-type: application/x-www-form-urlencoded";
        let request = format!(
            "POST /ngon-ngu HTTP/1.1\r\nhost: localhost\r\n{kind}\r\ncontent-length: 7\r\n\r\nlang=en"
        );
        for _ in 0..3 {
            c.write_all(request.as_bytes()).await.unwrap();
            let mut buf = [0; 64 * 1024];
            let n = c.read(&mut buf).await.unwrap();
            let answer = String::from_utf8_lossy(&buf[..n]);
            assert!(answer.starts_with("HTTP/1.1 303") && !answer.contains("close"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_hung_up_on() {
        let up = up(Duration::from_millis(30)).await;
        let mut c = TcpStream::connect(up.address).await.unwrap();
        c.write_all(b"GET /health HTTP/1.1\r\nhost: loc").await.unwrap();
        let mut rest = Vec::new();
        // Ends, at once or with an answer that says so; without the limit it would wait for ever.
        let _ = c.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
}
