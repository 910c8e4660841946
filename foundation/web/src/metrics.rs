//! Counters, gauges and histograms in Prometheus' text format. Labels are few and known beforehand:
//! route patterns, methods, status classes; never a path, a name or a number of a person.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// Upper bounds of the buckets of request times, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// A number that only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);
impl Counter {
    /// Adds.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }
    /// The present value.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicI64>);
impl Gauge {
    /// Adds (or takes away).
    pub fn add(&self, n: i64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }
    /// Sets.
    pub fn set(&self, n: i64) {
        self.0.store(n, Ordering::Relaxed);
    }
    /// The present value.
    pub fn value(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How long things took, in buckets.
#[derive(Clone, Debug, Default)]
pub struct Histogram(Arc<Buckets>);
#[derive(Debug, Default)]
struct Buckets {
    counts: [AtomicU64; BOUNDS.len() + 1],
    sum_us: AtomicU64,
}
impl Histogram {
    /// Takes one measurement.
    pub fn observe(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let at = BOUNDS.iter().position(|b| seconds <= *b).unwrap_or(BOUNDS.len());
        self.0.counts[at].fetch_add(1, Ordering::Relaxed);
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.sum_us.fetch_add(us, Ordering::Relaxed);
    }
    /// How many measurements.
    pub fn count(&self) -> u64 {
        self.0.counts.iter().map(|c| c.load(Ordering::Relaxed)).sum()
    }
}

#[derive(Clone)]
enum Series {
    Counter(Counter),
    Gauge(Gauge),
    Asked(Arc<dyn Fn() -> f64 + Send + Sync>),
    AskedCounter(Arc<dyn Fn() -> u64 + Send + Sync>),
    /// One gauge for each value of a label that is known only when it is asked.
    AskedEach(&'static str, Arc<dyn Fn() -> Vec<(String, f64)> + Send + Sync>),
    Histogram(Histogram),
}

#[derive(Default)]
struct Family {
    help: &'static str,
    unit: &'static str,
    series: BTreeMap<String, Series>,
}

/// The methods that become a label; every other one is a stranger's text.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "other"];
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// The series of one route pattern, so that a request does not look them up by their labels.
struct OfRoute {
    took: Histogram,
    counts: [[OnceLock<Counter>; CLASSES.len()]; METHODS.len()],
}

/// All measurements of the process.
pub struct Metrics {
    families: Mutex<BTreeMap<&'static str, Family>>,
    routes: RwLock<HashMap<String, Arc<OfRoute>>>,
    pub(crate) live_open: Gauge,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let (families, routes, live_open) = Default::default();
        let metrics = Self { families, routes, live_open };
        let help = "Live connections open now";
        metrics.put("web_live_open", help, "", Series::Gauge(metrics.live_open.clone()), &[]);
        metrics
    }

    /// So many were told to come again.
    pub(crate) fn told_to_wait(&self, n: u64) {
        let help = "Requests told to come again because all turns were taken";
        self.counter("web_told_to_wait_total", help, &[]).add(n);
    }
    /// A counter of this name and labels; the same one when asked again. Names end in `_total`.
    pub fn counter(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
    ) -> Counter {
        match self.put(name, help, "", Series::Counter(Counter::default()), labels) {
            Series::Counter(c) => c,
            _ => Counter::default(),
        }
    }
    /// A gauge of this name and labels.
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Gauge {
        match self.put(name, help, "", Series::Gauge(Gauge::default()), labels) {
            Series::Gauge(g) => g,
            _ => Gauge::default(),
        }
    }
    /// A gauge that is asked for when the text is made (rows in a queue, lag of a follower).
    pub fn asked(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
        ask: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.put(name, help, "", Series::Asked(Arc::new(ask)), labels);
    }
    /// Gauges that are asked for when the text is made, one for each value of this label: few, and never
    /// about a person.
    pub fn asked_each(
        &self,
        name: &'static str,
        help: &'static str,
        label: &'static str,
        ask: impl Fn() -> Vec<(String, f64)> + Send + Sync + 'static,
    ) {
        self.put(name, help, "", Series::AskedEach(label, Arc::new(ask)), &[]);
    }
    /// A counter that is kept elsewhere and asked for when the text is made.
    pub fn asked_counter(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
        ask: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        self.put(name, help, "", Series::AskedCounter(Arc::new(ask)), labels);
    }
    /// A histogram of times. Names end in `_seconds`.
    pub fn histogram(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
    ) -> Histogram {
        match self.put(name, help, "seconds", Series::Histogram(Histogram::default()), labels) {
            Series::Histogram(h) => h,
            _ => Histogram::default(),
        }
    }

    fn put(
        &self,
        name: &'static str,
        help: &'static str,
        unit: &'static str,
        series: Series,
        labels: &[(&str, &str)],
    ) -> Series {
        let mut families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let family = families.entry(name).or_default();
        (family.help, family.unit) = (help, unit);
        family.series.entry(label_text(labels)).or_insert(series).clone()
    }

    /// One request, by route pattern.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let of = self.of_route(route);
        of.took.observe(took);
        let m = METHODS.iter().position(|m| *m == method).unwrap_or(METHODS.len() - 1);
        let class = usize::from(status / 100).clamp(2, 5) - 2;
        let labels = [("method", METHODS[m]), ("route", route), ("status", CLASSES[class])];
        let count = of.counts[m][class]
            .get_or_init(|| self.counter("web_requests_total", "Requests answered", &labels));
        count.add(1);
    }

    fn of_route(&self, route: &str) -> Arc<OfRoute> {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(route).cloned();
        known.unwrap_or_else(|| {
            let help = "Time to the head of the answer";
            let took = self.histogram("web_request_seconds", help, &[("route", route)]);
            let new = Arc::new(OfRoute { took, counts: Default::default() });
            let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
            routes.entry(route.to_owned()).or_insert(new).clone()
        })
    }

    /// What is measured: name, meaning, unit. For the operator's page.
    pub fn list(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        families.iter().map(|(name, f)| (*name, f.help, f.unit)).collect()
    }

    /// The Prometheus text.
    pub fn text(&self) -> String {
        // Copied out first: an asked gauge may itself measure something.
        let copy: Vec<_> = {
            let families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
            let all = families.iter();
            all.map(|(name, f)| (*name, f.help, f.series.clone())).collect()
        };
        let mut out = String::new();
        for (name, help, series) in copy {
            let kind = match series.values().next() {
                Some(Series::Counter(_) | Series::AskedCounter(_)) => "counter",
                Some(Series::Histogram(_)) => "histogram",
                _ => "gauge",
            };
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, s) in series {
                write_series(&mut out, name, &labels, &s);
            }
        }
        out
    }
}

fn write_series(out: &mut String, name: &str, labels: &str, series: &Series) {
    let braces =
        |inner: &str| if inner.is_empty() { String::new() } else { format!("{{{inner}}}") };
    let _ = match series {
        Series::Counter(c) => writeln!(out, "{name}{} {}", braces(labels), c.value()),
        Series::Gauge(g) => writeln!(out, "{name}{} {}", braces(labels), g.value()),
        Series::AskedEach(label, ask) => {
            for (value, number) in ask() {
                let _ = writeln!(out, "{name}{} {number}", braces(&label_text(&[(label, &value)])));
            }
            Ok(())
        }
        Series::AskedCounter(ask) => writeln!(out, "{name}{} {}", braces(labels), ask()),
        Series::Asked(ask) => writeln!(out, "{name}{} {}", braces(labels), ask()),
        Series::Histogram(h) => {
            let comma = if labels.is_empty() { "" } else { "," };
            let mut sum = 0;
            for (i, count) in h.0.counts.iter().enumerate() {
                sum += count.load(Ordering::Relaxed);
                let bound = BOUNDS.get(i).map_or("+Inf".to_owned(), f64::to_string);
                let _ = writeln!(out, "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {sum}");
            }
            let seconds = Duration::from_micros(h.0.sum_us.load(Ordering::Relaxed)).as_secs_f64();
            let all = braces(labels);
            writeln!(out, "{name}_sum{all} {seconds}\n{name}_count{all} {sum}")
        }
    };
}

fn label_text(labels: &[(&str, &str)]) -> String {
    let clean = |v: &str| v.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let one = |(n, v): &(&str, &str)| format!("{n}=\"{}\"", clean(v));
    labels.iter().map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let m = Metrics::new();
        m.request("GET", "/ho-so/{code}", 200, Duration::from_millis(3));
        m.request("GET", "/ho-so/{code}", 404, Duration::from_millis(30));
        m.request("BREW", "(none)", 404, Duration::ZERO);
        m.asked_each("lag", "Behind", "view", || vec![("log".into(), 2.0), ("sums".into(), 0.0)]);
        m.asked("queue_length", "Waiting", &[("kind", "a\"b")], || 4.5);
        let text = m.text();
        for line in [
            "# TYPE web_requests_total counter",
            "web_requests_total{method=\"GET\",route=\"/ho-so/{code}\",status=\"2xx\"} 1",
            "web_requests_total{method=\"other\",route=\"(none)\",status=\"4xx\"} 1",
            "web_request_seconds_bucket{route=\"/ho-so/{code}\",le=\"0.005\"} 1",
            "web_request_seconds_bucket{route=\"/ho-so/{code}\",le=\"+Inf\"} 2",
            "web_request_seconds_sum{route=\"/ho-so/{code}\"} 0.033",
            "web_request_seconds_count{route=\"/ho-so/{code}\"} 2",
            "queue_length{kind=\"a\\\"b\"} 4.5",
            "web_live_open 0",
            "# TYPE lag gauge",
            "lag{view=\"log\"} 2",
            "lag{view=\"sums\"} 0",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} missing in\n{text}");
        }
        assert!(
            m.list().iter().any(|(n, _, unit)| *n == "web_request_seconds" && *unit == "seconds")
        );
    }

    #[test]
    fn the_same_name_and_labels_are_one_counter() {
        let m = Metrics::new();
        m.counter("x_total", "x", &[("a", "1")]).add(2);
        m.counter("x_total", "x", &[("a", "1")]).add(3);
        assert_eq!(m.counter("x_total", "x", &[("a", "1")]).value(), 5);
    }
}
