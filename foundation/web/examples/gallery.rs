//! Serves `/design` alone, to look at components while they are made:
//! `cargo run --release -p web --example gallery`.

use std::sync::Arc;
use web::{NoSessions, Settings, Web, testing};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let settings = Settings {
        demo: true,
        support: "1900 0000".to_owned(),
        origin: "http://localhost:8099".to_owned(),
        ..Settings::default()
    };
    let web = Web::new(settings, testing::words(&[]), Arc::new(NoSessions));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await?;
    let router = web.mount(axum::Router::new());
    web.serve(listener, router, async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}
