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
        // Of the first request it is known when it came; of a later one only when it was read.
        let accepted = std::sync::Mutex::new(Some(std::time::Instant::now()));
        tokio::spawn(async move {
            let _place = place;
            // Small answers go at once; a socket that cannot do that still works.
            let _ = stream.set_nodelay(true);
            let service =
                hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
                    request.extensions_mut().insert(ConnectInfo(peer));
                    if let Some(at) = accepted.lock().ok().and_then(|mut at| at.take()) {
                        request.extensions_mut().insert(Came(at));
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

/// When the connection of a first request was accepted.
#[derive(Clone, Copy)]
pub(crate) struct Came(pub(crate) std::time::Instant);

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
