//! Listening, and ending in good order.

use kernel::{Error, Result};
use web::Web;

/// Listens on the address; the port that was given (0 takes a free one) comes back before serving.
pub fn bind(address: &str) -> Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)
        .map_err(|e| Error::new(crate::ADDRESS_TAKEN).arg("address", address).because(e))?;
    listener.set_nonblocking(true).map_err(Error::bug)?;
    Ok(listener)
}

/// Serves until Ctrl-C or SIGTERM; open requests are finished.
pub fn run(web: &Web, listener: std::net::TcpListener, router: axum::Router) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("web")
        .build()
        .map_err(Error::bug)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::bug)?;
        web.serve(listener, router, stop()).await.map_err(Error::bug)
    })
}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = term.recv() => {}
    }
}
