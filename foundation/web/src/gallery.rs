//! `/design`: every component with its options and examples (demo only).

use crate::site::Web;
use axum::Router;

/// The routes of the gallery.
pub fn routes() -> Router<Web> {
    Router::new()
}
