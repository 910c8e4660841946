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

/// Where is listened.
pub struct Doors {
    /// For everybody.
    pub pages: std::net::TcpListener,
    /// For whoever watches the installation.
    pub metrics: Option<std::net::TcpListener>,
}

/// The page of measurements, at an address of its own: nobody else's business.
fn metrics(web: &Web) -> axum::Router {
    let web = web.clone();
    let text = move || {
        let text = web.metrics().text();
        async move { ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    axum::Router::new().route("/metrics", axum::routing::get(text))
}

/// Serves until Ctrl-C or SIGTERM; open requests are finished. `ready` is called when both would be
/// heard and connections are taken: who waits for its word may send either.
pub fn run(web: &Web, doors: Doors, router: axum::Router, ready: impl FnOnce()) -> Result<()> {
    take_handles();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("web")
        .build()
        .map_err(Error::bug)?;
    runtime.block_on(async {
        let taken = |l| tokio::net::TcpListener::from_std(l).map_err(Error::bug);
        let listener = taken(doors.pages)?;
        let watched = doors.metrics.map(taken).transpose()?;
        let heard = |kind| signal(kind).map_err(Error::bug);
        let mut interrupt = heard(SignalKind::interrupt())?;
        let mut terminate = heard(SignalKind::terminate())?;
        let stop = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        let (over, ended) = tokio::sync::oneshot::channel::<()>();
        if let Some(listener) = watched {
            let (web, router) = (web.clone(), metrics(web));
            let end = async { drop(ended.await) };
            tokio::spawn(async move { web.serve(listener, router, end).await });
        }
        ready();
        let served = web.serve(listener, router, stop).await.map_err(Error::bug);
        drop(over);
        served
    })
}
