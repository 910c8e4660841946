//! A small HTTP client, as an outsider: cookies kept, nothing else clever.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

const WAIT_MAX: Duration = Duration::from_secs(60);
const BODY_MAX: u64 = 64 * 1024 * 1024;

/// An answer.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers, names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, as sent (compressed if one asked for it).
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    /// The body as text, cut: bytes help nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text().chars().take(500).collect();
        write!(f, "{} {:?}\n{text}", self.status, self.headers)
    }
}

impl Answer {
    /// The first header of this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
    /// The value of a hidden field of the page, such as its anti-forgery token.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let text = self.text();
        let tag = text.split('<').find(|t| t.contains(&format!("name=\"{name}\"")))?;
        let value = tag.split_once("value=\"")?.1;
        value.split('"').next().map(str::to_owned)
    }
}

/// Somebody with a cookie jar.
#[derive(Debug)]
pub struct Client {
    host: String,
    /// Cookies, by name.
    pub cookies: BTreeMap<String, String>,
    /// Headers sent with every request.
    pub headers: Vec<(String, String)>,
    /// Where redirects led, the first thousand.
    pub locations: Vec<String>,
    /// Whether the connection stays open for the next request.
    lasting: bool,
    connection: Option<BufReader<TcpStream>>,
}

impl Clone for Client {
    /// The same cookies, another connection.
    fn clone(&self) -> Self {
        Self {
            host: self.host.clone(),
            cookies: self.cookies.clone(),
            headers: self.headers.clone(),
            locations: self.locations.clone(),
            lasting: self.lasting,
            connection: None,
        }
    }
}

/// A file of a form.
#[derive(Clone, Debug)]
pub struct File<'a> {
    /// The form field.
    pub field: &'a str,
    /// The name the device gives it.
    pub name: &'a str,
    /// The media type the browser claims.
    pub media_type: &'a str,
    /// The content.
    pub bytes: &'a [u8],
}

impl Client {
    /// A client of `http://localhost:PORT`, with an empty jar.
    pub fn new(address: &str) -> Self {
        let host = address.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self {
            host,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
            locations: Vec::new(),
            lasting: false,
            connection: None,
        }
    }

    /// The same client on one connection that stays open.
    #[must_use]
    pub fn lasting(mut self) -> Self {
        self.lasting = true;
        self
    }

    /// The same browser at another address: the program has started again.
    #[must_use]
    pub fn moved(mut self, address: &str) -> Self {
        address.trim_start_matches("http://").trim_end_matches('/').clone_into(&mut self.host);
        self.connection = None;
        self
    }

    /// `localhost:PORT`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// GET.
    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, &[], b"")
    }

    /// POST of form fields.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
            .collect::<Vec<_>>()
            .join("&");
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send("POST", path, &[kind], body.as_bytes())
    }

    /// POST of JSON.
    pub fn post_json(&mut self, path: &str, body: &serde_json::Value) -> io::Result<Answer> {
        let kind = ("content-type", "application/json");
        self.send("POST", path, &[kind], body.to_string().as_bytes())
    }

    /// Any request. Cookies of the answer are kept; redirects are not followed. `Origin` is our own
    /// unless another one is given; a header with an empty value is left out.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let kept = self.connection.take().filter(|c| still_open(c.get_ref()));
        let mut stream = match kept {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.host)?;
                stream.set_read_timeout(Some(WAIT_MAX))?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let connection = if self.lasting { "keep-alive" } else { "close" };
        stream.get_mut().write_all(&self.request(method, path, headers, body, connection))?;
        let answer = read_answer(&mut stream)?;
        if self.lasting && answer.header("connection") != Some("close") {
            self.connection = Some(stream);
        }
        if let Some(to) = answer.header("location").filter(|_| self.locations.len() < 1_000) {
            self.locations.push(to.to_owned());
        }
        for (_, set) in answer.headers.iter().filter(|(n, _)| n == "set-cookie") {
            let pair = set.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                if value.is_empty() || set.to_ascii_lowercase().contains("max-age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        Ok(answer)
    }

    /// POST of a form with files.
    pub fn post_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[File<'_>],
    ) -> io::Result<Answer> {
        let (kind, body) = multipart(fields, files);
        self.send("POST", path, &[("content-type", &kind)], &body)
    }

    /// The bytes of a request on a connection that stays open: for the load generator.
    pub fn lasting_request(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        self.request(method, path, &[], body, "keep-alive")
    }

    /// The head of a request whose body is sent by hand.
    pub fn head(&self, method: &str, path: &str, headers: &[(&str, &str)], length: u64) -> Vec<u8> {
        self.head_of(method, path, headers, length, "close")
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        connection: &str,
    ) -> Vec<u8> {
        let mut bytes = self.head_of(method, path, headers, body.len() as u64, connection);
        bytes.extend_from_slice(body);
        bytes
    }

    fn head_of(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        length: u64,
        connection: &str,
    ) -> Vec<u8> {
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: {connection}\r\ncontent-length: {length}\r\n",
            self.host,
        );
        let own = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        let all = headers.iter().copied().chain(own);
        for (name, value) in all.filter(|(_, value)| !value.is_empty()) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if method != "GET" && !headers.iter().any(|(n, _)| *n == "origin") {
            text.push_str(&format!("origin: http://{}\r\n", self.host));
        }
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            text.push_str(&format!("cookie: {}\r\n", jar.join("; ")));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// Whether the other end of an idle connection is still there.
fn still_open(stream: &TcpStream) -> bool {
    let nothing_said = || {
        stream.set_nonblocking(true)?;
        let peeked = stream.peek(&mut [0]);
        stream.set_nonblocking(false)?;
        Ok::<_, io::Error>(matches!(peeked, Err(e) if e.kind() == io::ErrorKind::WouldBlock))
    };
    nothing_said().unwrap_or(false)
}

/// The content type and body of a form with files.
pub fn multipart(fields: &[(&str, &str)], files: &[File<'_>]) -> (String, Vec<u8>) {
    const EDGE: &str = "----lien-thong-form-7f3c21";
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for f in files {
        let head = format!(
            "--{EDGE}\r\ncontent-disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             content-type: {}\r\n\r\n",
            f.field, f.name, f.media_type
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(f.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={EDGE}"), body)
}

/// Reads one answer: by content length, in chunks, or to the end of the connection.
pub fn read_answer(stream: &mut impl BufRead) -> io::Result<Answer> {
    let first = line(stream)?;
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .ok_or_else(|| io::Error::other(format!("no HTTP answer: {first:?}")))?;
    let mut headers = Vec::new();
    loop {
        let text = line(stream)?;
        if text.is_empty() {
            break;
        }
        if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let mut body = Vec::new();
    if find("transfer-encoding").is_some_and(|v| v.contains("chunked")) {
        loop {
            let size = u64::from_str_radix(line(stream)?.trim(), 16).map_err(io::Error::other)?;
            piece(stream, size, &mut body)?;
            line(stream)?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = find("content-length").and_then(|v| v.parse::<u64>().ok()) {
        piece(stream, length, &mut body)?;
    } else if !matches!(status, 100..=199 | 204 | 304) {
        stream.by_ref().take(BODY_MAX).read_to_end(&mut body)?;
    }
    Ok(Answer { status, headers, body })
}

/// Reads so many bytes; fewer are a broken connection, not an answer.
fn piece(stream: &mut impl BufRead, size: u64, into: &mut Vec<u8>) -> io::Result<()> {
    let size = size.min(BODY_MAX);
    let read = stream.by_ref().take(size).read_to_end(into)?;
    if read as u64 == size { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut text = String::new();
    if stream.take(64 * 1024).read_line(&mut text)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(text.trim_end().to_owned())
}

/// Percent-encoding of one form value.
pub fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => (b as char).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}
