//! A small HTTP client, as an outsider: cookies kept, nothing else clever.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

const WAIT_MAX: Duration = Duration::from_secs(60);
const BODY_MAX: u64 = 64 * 1024 * 1024;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers, names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, as sent (compressed if one asked for it).
    pub body: Vec<u8>,
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
#[derive(Clone, Debug)]
pub struct Client {
    host: String,
    cookies: BTreeMap<String, String>,
    /// Headers sent with every request.
    pub headers: Vec<(String, String)>,
}

impl Client {
    /// A client of `http://localhost:PORT`, with an empty jar.
    pub fn new(address: &str) -> Self {
        let host = address.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { host, cookies: BTreeMap::new(), headers: Vec::new() }
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

    /// Any request. Cookies of the answer are kept; redirects are not followed.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.host)?;
        stream.set_read_timeout(Some(WAIT_MAX))?;
        stream.write_all(&self.request(method, path, headers, body, "close"))?;
        let answer = read_answer(&mut BufReader::new(stream))?;
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

    /// The bytes of a request on a connection that stays open: for the load generator.
    pub fn lasting(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        self.request(method, path, &[], body, "keep-alive")
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        connection: &str,
    ) -> Vec<u8> {
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: {connection}\r\ncontent-length: {}\r\n",
            self.host,
            body.len()
        );
        let own = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        for (name, value) in headers.iter().copied().chain(own) {
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
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }
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
            stream.by_ref().take(size.min(BODY_MAX)).read_to_end(&mut body)?;
            line(stream)?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = find("content-length").and_then(|v| v.parse::<u64>().ok()) {
        stream.by_ref().take(length.min(BODY_MAX)).read_to_end(&mut body)?;
    } else if !matches!(status, 100..=199 | 204 | 304) {
        stream.by_ref().take(BODY_MAX).read_to_end(&mut body)?;
    }
    Ok(Answer { status, headers, body })
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
