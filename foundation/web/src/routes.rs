//! How a crate lists its pages: reads as its contents page.

use crate::pipeline::{self, Erased, Opts};
use crate::rates::Budget;
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
    pages: Pages,
}

/// The addresses of one or several crates, ready to be served, and the list of them.
#[derive(Debug, Default)]
pub struct Pages {
    router: Router<Web>,
    listed: Vec<Listed>,
    /// Addresses without the walk of a request that are counted nevertheless.
    counted: Vec<(String, Budget)>,
}

/// One address as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The pattern, such as `/ho-so/{code}`.
    pub path: String,
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: &'static str,
}

impl Pages {
    /// Reading addresses that are served without the walk of a request (no session, no forms): `paths`
    /// are all of the router's.
    pub fn plain(router: Router<Web>, paths: &[&str]) -> Self {
        let listed = |p: &&str| Listed { path: (*p).to_owned(), method: "GET" };
        Self { router, listed: paths.iter().map(listed).collect(), counted: Vec::new() }
    }

    /// The same, counted against this budget.
    #[must_use]
    pub fn counted(mut self, budget: Budget) -> Self {
        self.counted = self.listed.iter().map(|l| (l.path.clone(), budget)).collect();
        self
    }

    pub(crate) fn counted_by_path(&self) -> std::collections::HashMap<String, Budget> {
        self.counted.iter().cloned().collect()
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.listed.extend(other.listed);
        self.counted.extend(other.counted);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Every address, sorted.
    pub fn listed(&self) -> Vec<Listed> {
        let mut all = self.listed.clone();
        all.sort();
        all
    }

    pub(crate) fn into_router(self) -> Router<Web> {
        self.router
    }
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Routes")
    }
}

impl<S: Send + Sync + 'static> Routes<S> {
    /// Begins a list.
    pub fn new(state: S) -> Self {
        Self { state: Arc::new(state), pages: Pages::default() }
    }
    /// A page, or any other thing to read.
    #[must_use]
    pub fn get<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::GET, "GET"), path, Opts::of(Budget::Reading), handler)
    }
    /// A form without files, or a JSON call. Anti-forgery is checked before the handler.
    #[must_use]
    pub fn post<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::POST, "POST"), path, Opts::of(Budget::Sending), handler)
    }
    /// A form that may carry files.
    #[must_use]
    pub fn post_files<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(
            (MethodFilter::POST, "POST"),
            path,
            Opts { files: true, ..Opts::of(Budget::Uploading) },
            handler,
        )
    }
    /// A POST that needs no anti-forgery token, because it changes nothing for the person whose
    /// cookie it carries or is called by machines. Requests from other sites are refused still.
    #[must_use]
    pub fn post_open<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(
            (MethodFilter::POST, "POST"),
            path,
            Opts { open: true, ..Opts::of(Budget::Sending) },
            handler,
        )
    }
    /// As [`Routes::post_open`], with files.
    #[must_use]
    pub fn post_open_files<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add(
            (MethodFilter::POST, "POST"),
            path,
            Opts { files: true, open: true, ..Opts::of(Budget::Uploading) },
            handler,
        )
    }
    /// A search that is read.
    #[must_use]
    pub fn search<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::GET, "GET"), path, Opts::of(Budget::Searching), handler)
    }
    /// A search by a form, because what is looked for must not stand in the address.
    #[must_use]
    pub fn post_search<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::POST, "POST"), path, Opts::of(Budget::Searching), handler)
    }
    /// A form that tries a secret. When there were too many, the handler runs and [`Req::admitted`]
    /// fails: so the form can be shown again with what was typed in it.
    #[must_use]
    pub fn post_secret<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::POST, "POST"), path, Opts::of(Budget::SigningIn), handler)
    }
    /// What is never refused: whether the program is well.
    #[must_use]
    pub(crate) fn get_uncounted<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::GET, "GET"), path, Opts::default(), handler)
    }
    /// API: replaces a thing.
    #[must_use]
    pub fn put<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::PUT, "PUT"), path, Opts::of(Budget::Sending), handler)
    }
    /// API: removes a thing.
    #[must_use]
    pub fn delete<F>(self, path: &str, handler: F) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        self.add((MethodFilter::DELETE, "DELETE"), path, Opts::of(Budget::Sending), handler)
    }

    fn add<F>(
        mut self,
        (method, name): (MethodFilter, &'static str),
        path: &str,
        opts: Opts,
        handler: F,
    ) -> Self
    where
        F: Fn(&S, &Req) -> Result<Reply> + Send + Sync + 'static,
    {
        let state = self.state.clone();
        let erased: Erased = Arc::new(move |req: &Req| handler(&state, req));
        let run = move |State(web): State<Web>, params: RawPathParams, request: Request| {
            let params = params.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            pipeline::run(web, opts, erased.clone(), params, request)
        };
        self.pages.router = self.pages.router.route(path, on(method, run));
        self.pages.listed.push(Listed { path: path.to_owned(), method: name });
        self
    }

    /// To be merged with others and given to [`Web::mount`].
    pub fn into_pages(self) -> Pages {
        self.pages
    }
}
