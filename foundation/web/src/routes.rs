//! How a crate lists its pages: reads as its contents page.

use crate::pipeline::{self, Erased, Opts};
use crate::reply::Reply;
use crate::req::Req;
use crate::site::Web;
use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::routing::{MethodFilter, on};
use kernel::Result;
use std::sync::Arc;

/// The routes of one crate over its state `S`. Handlers are synchronous: `fn(&S, &Req) ->
/// Result<Reply>`, run on the blocking pool.
pub struct Routes<S> {
    state: Arc<S>,
    router: Router<Web>,
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Routes")
    }
}

impl<S: Send + Sync + 'static> Routes<S> {
    /// Begins a list.
    pub fn new(state: S) -> Self {
        Self { state: Arc::new(state), router: Router::new() }
    }
    /// A page, or any other thing to read.
    #[must_use]
    pub fn get<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::GET, path, Opts::default(), handler)
    }
    /// A form without files, or a JSON call. Anti-forgery is checked before the handler.
    #[must_use]
    pub fn post<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::POST, path, Opts::default(), handler)
    }
    /// A form that may carry files.
    #[must_use]
    pub fn post_files<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::POST, path, Opts { files: true, open: false }, handler)
    }
    /// A POST that needs no anti-forgery token, because it changes nothing for the person whose
    /// cookie it carries or is called by machines. Requests from other sites are refused still.
    #[must_use]
    pub fn post_open<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::POST, path, Opts { files: false, open: true }, handler)
    }
    /// As [`Routes::post_open`], with files.
    #[must_use]
    pub fn post_open_files<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::POST, path, Opts { files: true, open: true }, handler)
    }
    /// API: replaces a thing.
    #[must_use]
    pub fn put<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::PUT, path, Opts::default(), handler)
    }
    /// API: removes a thing.
    #[must_use]
    pub fn delete<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(MethodFilter::DELETE, path, Opts::default(), handler)
    }

    fn add<F>(mut self, method: MethodFilter, path: &str, opts: Opts, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        let state = self.state.clone();
        let erased: Erased = Arc::new(move |req: &Req| handler(&state, req));
        let run = move |State(web): State<Web>, params: RawPathParams, request: Request| {
            let params = params.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            pipeline::run(web, opts, erased.clone(), params, request)
        };
        self.router = self.router.route(path, on(method, run));
        self
    }

    /// The router to be merged with others and given to [`Web::mount`].
    pub fn into_router(self) -> Router<Web> {
        self.router
    }
}
