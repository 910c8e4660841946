//! Traces for OpenTelemetry: each request's span, sent as OTLP over HTTP with JSON to a collector's agent
//! on this machine. Why our own sender: docs/decisions/0015.
//!
//! What leaves is chosen by name: [`FIELDS`] of spans, and nothing else of them, so that no personal data
//! can slip in with a new field. The queue is bounded; what finds it full, or a collector that is away,
//! is dropped and counted. Nobody ever waits for a trace.

use aws_lc_rs::rand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The fields of spans that leave, and the names they have outside.
const FIELDS: [(&str, &str); 4] = [
    ("route", "http.route"),
    ("method", "http.request.method"),
    ("status", "http.response.status_code"),
    ("trace", "lienthong.trace"),
];
/// Spans that wait to be sent.
const QUEUE_MAX: usize = 2_048;
/// Spans in one message.
const BATCH_MAX: usize = 256;
/// How long a batch gathers.
const GATHER: Duration = Duration::from_millis(500);
/// How long the collector may take.
const SEND_MAX: Duration = Duration::from_secs(5);
/// How long the end of the program waits for the last spans.
const FAREWELL_MAX: Duration = Duration::from_secs(2);
/// Longest first line of an answer that is read, bytes.
const ANSWER_BYTES_MAX: u64 = 4_096;

static SENT: AtomicU64 = AtomicU64::new(0);
static DROPPED: AtomicU64 = AtomicU64::new(0);
static QUEUE: OnceLock<SyncSender<Message>> = OnceLock::new();

/// Where the collector is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    path: String,
}

impl Endpoint {
    /// Reads `http://HOST:PORT`, perhaps with a path before `/v1/traces`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const WHY: &str =
            "http://HOST:PORT of a collector's agent on this machine; TLS is its task";
        let rest = text.strip_prefix("http://").ok_or(WHY)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (name, port) = host.rsplit_once(':').ok_or(WHY)?;
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_graphic() && !b"@?#\\".contains(&b));
        if name.is_empty() || port.parse::<u16>().is_err() || !plain(rest) {
            return Err(WHY);
        }
        let before = path.trim_matches('/');
        let path = if before.is_empty() { String::new() } else { format!("/{before}") };
        Ok(Self { host: host.to_owned(), path: format!("{path}/v1/traces") })
    }
}

/// Which part of the requests is traced: over 0 and at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Sample(f64);

impl Sample {
    /// Each of them.
    pub const ALL: Self = Self(1.0);

    /// Whether a request is traced, of which chance drew this number.
    fn takes(self, drawn: u32) -> bool {
        f64::from(drawn) < self.0 * (f64::from(u32::MAX) + 1.0)
    }
}

impl TryFrom<f64> for Sample {
    type Error = &'static str;
    fn try_from(part: f64) -> Result<Self, &'static str> {
        match part > 0.0 && part <= 1.0 {
            true => Ok(Self(part)),
            false => {
                Err("a part of the requests: over 0 and at most 1; leave out `endpoint` for none")
            }
        }
    }
}

impl From<Sample> for f64 {
    fn from(part: Sample) -> Self {
        part.0
    }
}

/// A span as it leaves.
struct Ended {
    trace: String,
    span: String,
    parent: Option<String>,
    name: &'static str,
    begun: u128,
    ended: u128,
    fields: Vec<(&'static str, Value)>,
}

enum Message {
    Span(Box<Ended>),
    /// Send what is there and say so.
    Flush(SyncSender<()>),
}

/// The layer that gathers spans.
pub struct Traces {
    queue: SyncSender<Message>,
    sample: Sample,
}

/// Starts the sender; the layer is to be put into the subscriber.
pub fn start(to: Endpoint, sample: Sample) -> Traces {
    let (queue, spans) = sync_channel(QUEUE_MAX);
    let sender = std::thread::Builder::new().name("traces".into());
    if let Err(e) = sender.spawn(move || send_all(&to, &spans)) {
        tracing::warn!(cause = %e, "no traces");
    }
    let _ = QUEUE.set(queue.clone());
    Traces { queue, sample }
}

/// Sends what still waits; returns soon also when nobody takes it.
pub fn finish() {
    let Some(queue) = QUEUE.get() else { return };
    let (done, is_done) = sync_channel(1);
    if queue.try_send(Message::Flush(done)).is_ok() {
        let _ = is_done.recv_timeout(FAREWELL_MAX);
    }
}

/// What is measured of this.
pub fn measure(metrics: &web::metrics::Metrics) {
    let of = |counter: &'static AtomicU64| move || counter.load(Ordering::Relaxed);
    metrics.asked_counter("traces_sent_total", "Spans the collector took", &[], of(&SENT));
    let help = "Spans dropped: the queue was full, or the collector did not take them";
    metrics.asked_counter("traces_dropped_total", help, &[], of(&DROPPED));
}

/// What a span carries until it ends.
struct Open {
    trace: String,
    span: String,
    parent: Option<String>,
    begun: u128,
    fields: Vec<(&'static str, Value)>,
}

struct Allowed<'a>(&'a mut Vec<(&'static str, Value)>);

impl Allowed<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        if let Some((_, outside)) = FIELDS.iter().find(|(own, _)| *own == field.name()) {
            self.0.push((outside, value));
        }
    }
}

impl Visit for Allowed<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!({ "stringValue": value }));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        // OTLP's JSON writes whole numbers as text.
        self.put(field, json!({ "intValue": value.to_string() }));
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// The crates whose spans are ours.
fn ours(metadata: &Metadata<'_>) -> bool {
    let room = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span()
        && *metadata.level() <= Level::INFO
        && matches!(room, "web" | "services" | "store")
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Traces {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id).filter(|s| ours(s.metadata())) else { return };
        let above = span.parent().filter(|p| ours(p.metadata()));
        let inside = above.is_some();
        let above = above
            .and_then(|p| p.extensions().get::<Open>().map(|o| (o.trace.clone(), o.span.clone())));
        // Decided once, for the request: what is inside of one that is not traced is not traced either.
        if (inside && above.is_none()) || (!inside && !self.sample.takes(draw())) {
            return;
        }
        let (trace, parent) = above.map_or_else(|| (random::<16>(), None), |(t, s)| (t, Some(s)));
        let mut open =
            Open { trace, span: random::<8>(), parent, begun: now(), fields: Vec::new() };
        attributes.record(&mut Allowed(&mut open.fields));
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut Allowed(&mut open.fields));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>() else { return };
        let ended = Ended {
            trace: open.trace,
            span: open.span,
            parent: open.parent,
            name: span.metadata().name(),
            begun: open.begun,
            ended: now(),
            fields: open.fields,
        };
        if self.queue.try_send(Message::Span(Box::new(ended))).is_err() {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn send_all(to: &Endpoint, spans: &Receiver<Message>) {
    let mut away = false;
    loop {
        let Ok(first) = spans.recv() else { return };
        let mut batch = Vec::new();
        let mut waiting = None;
        let mut next = Ok(first);
        loop {
            match next {
                Ok(Message::Span(span)) => batch.push(*span),
                Ok(Message::Flush(done)) => waiting = Some(done),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if waiting.is_some() || batch.len() >= BATCH_MAX {
                break;
            }
            next = spans.recv_timeout(GATHER);
        }
        let count = batch.len() as u64;
        let sent = if batch.is_empty() { Ok(()) } else { send(to, &message(&batch)) };
        // Once for each time it goes away: a collector that is down is no news every half second.
        if let Err(e) = &sent
            && !away
        {
            tracing::warn!(cause = %e, "the collector does not take traces");
        }
        away = sent.is_err();
        let counter = if away { &DROPPED } else { &SENT };
        counter.fetch_add(count, Ordering::Relaxed);
        if let Some(done) = waiting {
            let _ = done.send(());
        }
    }
}

/// `ExportTraceServiceRequest` as JSON.
fn message(batch: &[Ended]) -> Value {
    let text = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
    let spans: Vec<Value> = batch
        .iter()
        .map(|s| {
            let attributes: Vec<Value> =
                s.fields.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
            let failed = s.fields.iter().any(|(key, value)| {
                *key == "http.response.status_code"
                    && value["intValue"].as_str().is_some_and(|v| v.starts_with('5'))
            });
            let mut span = json!({
                "traceId": s.trace, "spanId": s.span, "name": s.name,
                "kind": if s.parent.is_none() { 2 } else { 1 },
                "startTimeUnixNano": s.begun.to_string(), "endTimeUnixNano": s.ended.to_string(),
                "attributes": attributes,
                "status": if failed { json!({ "code": 2 }) } else { json!({}) },
            });
            if let Some(parent) = &s.parent {
                span["parentSpanId"] = json!(parent);
            }
            span
        })
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    json!({ "resourceSpans": [{
        "resource": { "attributes": [
            text("service.name", "lienthong"), text("service.version", version),
        ] },
        "scopeSpans": [{ "scope": { "name": "lienthong", "version": version }, "spans": spans }],
    }] })
}

/// One POST on a connection of its own.
fn send(to: &Endpoint, message: &Value) -> std::io::Result<()> {
    let failed = |why: String| Err(std::io::Error::other(why));
    let Some(address) = to.host.to_socket_addrs()?.next() else {
        return failed("no such host".to_owned());
    };
    let mut stream = TcpStream::connect_timeout(&address, SEND_MAX)?;
    stream.set_read_timeout(Some(SEND_MAX))?;
    stream.set_write_timeout(Some(SEND_MAX))?;
    let body = message.to_string();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        to.path,
        to.host,
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut line = String::new();
    BufReader::new(std::io::Read::take(stream, ANSWER_BYTES_MAX)).read_line(&mut line)?;
    match line.split(' ').nth(1) {
        Some(status) if status.starts_with('2') => Ok(()),
        status => failed(format!("answered {status:?}")),
    }
}

/// Nanoseconds since 1970, by the machine's clock: traces of several machines are laid side by side.
#[allow(clippy::disallowed_methods)]
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos())
}

/// A number of chance.
fn draw() -> u32 {
    let mut bytes = [0u8; 4];
    let _ = rand::fill(&mut bytes);
    u32::from_le_bytes(bytes)
}

/// So many random bytes, hexadecimal.
fn random<const N: usize>() -> String {
    let mut bytes = [0u8; N];
    // Without randomness the program does not start; a trace would be the least of it.
    let _ = rand::fill(&mut bytes);
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_an_address_on_plain_http() {
        let at = |text: &str| Endpoint::parse(text).map(|e| (e.host, e.path));
        let (host, path) = at("http://127.0.0.1:4318").unwrap();
        assert_eq!((host.as_str(), path.as_str()), ("127.0.0.1:4318", "/v1/traces"));
        assert_eq!(at("http://[::1]:4318/otlp/").unwrap().1, "/otlp/v1/traces");
        for bad in [
            "",
            "https://x:1",
            "http://x",
            "http://:1",
            "http://x:99999",
            "http://a b:1",
            "http://u@h:1/\r\n",
        ] {
            assert!(at(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_fields_on_the_list_leave() {
        use tracing_subscriber::layer::SubscriberExt;
        let (queue, spans) = sync_channel(8);
        let subscriber = tracing_subscriber::registry().with(Traces { queue, sample: Sample::ALL });
        tracing::subscriber::with_default(subscriber, || {
            let pid = "037080001234";
            let span = tracing::info_span!(
                target: "web", "request", route = "/ho-so/{code}", pid, name = ?pid,
                status = tracing::field::Empty
            );
            span.record("status", 503u16);
            let _in = span.enter();
            drop(tracing::info_span!(target: "store", "write", route = "inner", pid));
            drop(tracing::info_span!(target: "typst", "layout", route = "foreign"));
            drop(tracing::debug_span!(target: "web", "detail", route = "fine"));
        });
        let all: Vec<Ended> = spans
            .try_iter()
            .filter_map(|m| match m {
                Message::Span(s) => Some(*s),
                Message::Flush(_) => None,
            })
            .collect();
        let message = message(&all);
        let text = message.to_string();
        assert!(!text.contains("037080001234"), "{text}");
        let spans =
            message["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone();
        assert_eq!(spans.len(), 2, "{text}");
        let (inner, outer) = (&spans[0], &spans[1]);
        assert_eq!(inner["traceId"], outer["traceId"]);
        assert_eq!(inner["parentSpanId"], outer["spanId"]);
        assert_eq!(outer["status"]["code"], 2);
        assert_eq!(outer["traceId"].as_str().unwrap().len(), 32);
        assert_eq!(outer["attributes"][0]["value"]["stringValue"], "/ho-so/{code}");
        assert_eq!(outer["attributes"][1]["value"]["intValue"], "503");
    }

    #[test]
    fn a_part_of_the_requests_is_traced_each_with_all_that_is_inside() {
        use tracing_subscriber::layer::SubscriberExt;
        assert!(Sample::ALL.takes(u32::MAX) && Sample::ALL.takes(0));
        let half = Sample::try_from(0.5).unwrap();
        assert!(half.takes(u32::MAX / 2) && !half.takes(u32::MAX / 2 + 1));
        for bad in [0.0, -0.1, 1.01, f64::NAN, f64::INFINITY] {
            assert!(Sample::try_from(bad).is_err(), "{bad}");
        }
        const REQUESTS: usize = 2_000;
        let (queue, spans) = sync_channel(2 * REQUESTS);
        let subscriber = tracing_subscriber::registry().with(Traces { queue, sample: half });
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..REQUESTS {
                let span = tracing::info_span!(target: "web", "request");
                let _in = span.enter();
                drop(tracing::info_span!(target: "store", "write"));
            }
        });
        let all: Vec<Message> = spans.try_iter().collect();
        let ended: Vec<&Ended> = all
            .iter()
            .filter_map(|m| match m {
                Message::Span(s) => Some(s.as_ref()),
                Message::Flush(_) => None,
            })
            .collect();
        let requests = ended.iter().filter(|s| s.parent.is_none()).count();
        // Ten standard deviations to either side.
        assert!((REQUESTS / 2 - 224..=REQUESTS / 2 + 224).contains(&requests), "{requests}");
        assert_eq!(ended.len(), 2 * requests, "each with its inside, nothing without");
        for s in ended.iter().filter(|s| s.parent.is_some()) {
            assert!(ended.iter().any(|r| r.parent.is_none() && r.trace == s.trace));
        }
    }
}
