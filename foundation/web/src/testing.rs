//! For tests of crates with pages: words, a site without network, a client that keeps cookies and
//! fills in anti-forgery tokens as a browser would.

use crate::{NoSessions, Reply, Sessions, Settings, Web, req};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use kernel::{Instant, Lang, Result, Say, Words};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

/// The kernel's and this crate's words, and those given.
pub fn words(more: &[(&str, &str)]) -> Arc<Words> {
    let mut files = vec![kernel::TEXT, crate::TEXT];
    files.extend_from_slice(more);
    match Words::build(&files) {
        Ok(words) => words,
        Err(faults) => panic!("word files: {faults:?}"),
    }
}

/// Vietnamese words of the kernel and this crate.
pub fn say() -> Say {
    Say::new(words(&[]), Lang::Vi)
}

/// The clock of test sites: 09:42:10 on Monday 23/11/2026.
pub const NOW: Instant = Instant(1_795_401_730_000_000);

/// Settings that give the same pages each time.
pub fn settings() -> Settings {
    // A test asks as often as it likes; those of the budgets say otherwise.
    let budgets = crate::Budgets { on: false, ..crate::Budgets::default() };
    Settings {
        secret: [7; 32],
        clock: Arc::new(|| NOW),
        demo: true,
        budgets,
        ..Settings::default()
    }
}

/// A site with words, and sessions if any.
pub fn site(more: &[(&str, &str)], sessions: Option<Arc<dyn Sessions>>) -> Web {
    Web::new(settings(), words(more), sessions.unwrap_or_else(|| Arc::new(NoSessions)))
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// A header's value; empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A browser without a screen: keeps cookies, remembers the token of the last page.
pub struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    token: Option<String>,
    form: Option<String>,
    /// Headers sent with each request.
    pub headers: Vec<(String, String)>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// A client of a mounted site.
    pub fn new(router: Router) -> Self {
        let headers = vec![
            ("host".to_owned(), "localhost:8080".to_owned()),
            ("accept".to_owned(), "text/html,*/*".to_owned()),
        ];
        Self { router, cookies: BTreeMap::new(), token: None, form: None, headers }
    }
    /// Sets a cookie, as if a page had.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }
    /// The cookies kept now.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }
    /// Changes or removes a cookie.
    pub fn set_cookie(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(v) => self.cookies.insert(name.to_owned(), v.to_owned()),
            None => self.cookies.remove(name),
        };
    }
    /// The token of the last page with a form.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty());
        self.send(request).await
    }
    /// Sends a form with the token and the form name of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        for (name, value) in [(req::TOKEN_FIELD, &self.token), (req::FORM_FIELD, &self.form)] {
            if let Some(v) = value
                && !fields.iter().any(|(n, _)| *n == name)
            {
                body.append_pair(name, v);
            }
        }
        let request = self
            .request("POST", path)
            .header("origin", "http://localhost:8080")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.finish()));
        self.send(request).await
    }
    /// Sends a form with files: `(field, file name, content)`.
    pub async fn post_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        let own = [(req::TOKEN_FIELD, self.token.clone()), (req::FORM_FIELD, self.form.clone())];
        let own = own.iter().filter_map(|(n, v)| v.as_deref().map(|v| (*n, v)));
        for (name, value) in own.chain(fields.iter().copied()) {
            let part = format!(
                "--XX\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        for (name, file, content) in files {
            let head = format!(
                "--XX\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--XX--\r\n");
        let request = self
            .request("POST", path)
            .header("origin", "http://localhost:8080")
            .header("content-type", "multipart/form-data; boundary=XX")
            .header("content-length", body.len().to_string())
            .body(Body::from(body));
        self.send(request).await
    }
    /// Begins a request with this client's cookies and headers.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        request
    }
    /// Sends a request and reads the answer; keeps its cookies and its token.
    pub async fn send(
        &mut self,
        request: std::result::Result<Request<Body>, axum::http::Error>,
    ) -> Answer {
        let request = match request {
            Ok(r) => r,
            Err(e) => panic!("request: {e}"),
        };
        let response = match self.router.clone().oneshot(request).await {
            Ok(r) => r,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec();
        for line in parts.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap_or_default();
            let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let gone = rest.contains("Max-Age=0");
            self.set_cookie(name, (!gone).then_some(value));
        }
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        let text = answer.text();
        // The page's own form, before those of the header's menu.
        let main = text.split_once("<main").map_or("", |(_, main)| main);
        let part = if hidden(main, req::TOKEN_FIELD).is_some() { main } else { &text };
        if let Some(token) = hidden(part, req::TOKEN_FIELD) {
            self.token = Some(token);
            self.form = hidden(part, req::FORM_FIELD);
        }
        answer
    }
}

/// The value of a hidden field in a page.
pub fn hidden(html: &str, name: &str) -> Option<String> {
    let at = html.find(&format!("name=\"{name}\" value=\""))?;
    let rest = &html[at..];
    let rest = rest.split_once("value=\"")?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Runs a handler as the pipeline would and gives its page; for tests of one page.
pub fn html(reply: Result<Reply>) -> String {
    match reply {
        Ok(Reply::Html(html) | Reply::Status(_, html)) => html,
        other => panic!("not a page: {other:?}"),
    }
}
