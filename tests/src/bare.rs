//! The yardstick of HTTP figures: an axum server that answers a fixed text and does nothing else.

use axum::{Router, routing::get};
use std::{io, net::SocketAddr, thread};

/// Starts it on a free port of this machine, on threads of its own; it lives as long as the process.
pub fn serve() -> io::Result<SocketAddr> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        let app = Router::new().route("/", get(|| async { "Xin chào" }));
        runtime.block_on(async move { axum::serve(listener, app).await })
    });
    Ok(address)
}
