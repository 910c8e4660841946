//! Listening, and ending in good order.

use kernel::{Error, Result, limits};
use tokio::signal::unix::{SignalKind, signal};
use web::Web;

/// Listens on the address; the port that was given (0 takes a free one) comes back before serving.
pub fn bind(address: &str) -> Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)
        .map_err(|e| Error::new(crate::ADDRESS_TAKEN).arg("address", address).because(e))?;
    listener.set_nonblocking(true).map_err(Error::bug)?;
    // Asked for again with more room: with the usual 128 a crowd's connections are dropped by the system
    // and tried again after one, three, seven seconds, where no page can tell anybody why.
    rustix::net::listen(&listener, limits::BACKLOG_MAX).map_err(Error::bug)?;
    Ok(listener)
}

/// Takes as many file handles as the system allows: each connection is one, and the usual limit of
/// 1,024 would let a thousand idle connections keep everybody else out.
fn take_handles() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let all = Rlimit { current: now.maximum, maximum: now.maximum };
    if let Err(e) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(cause = %e, "file handles stay at the usual limit");
    }
}

/// Serves until Ctrl-C or SIGTERM; open requests are finished. `ready` is called when both would be
/// heard and connections are taken: who waits for its word may send either.
pub fn run(
    web: &Web,
    listener: std::net::TcpListener,
    router: axum::Router,
    ready: impl FnOnce(),
) -> Result<()> {
    take_handles();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("web")
        .build()
        .map_err(Error::bug)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::bug)?;
        let heard = |kind| signal(kind).map_err(Error::bug);
        let mut interrupt = heard(SignalKind::interrupt())?;
        let mut terminate = heard(SignalKind::terminate())?;
        let stop = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        ready();
        web.serve(listener, router, stop).await.map_err(Error::bug)
    })
}
