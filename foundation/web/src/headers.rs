//! The security headers of every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Pages: no inline script or style, nothing from elsewhere, no frame around us.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Everything else loads nothing by itself.
const CSP_OTHER: &str = "default-src 'none'; frame-ancestors 'none'";

/// On every answer.
const ALWAYS: [(&str, &str); 4] = [
    // The browser must still name the origin of our own forms; nothing leaves the site.
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// On pages only: for styles, scripts and data a browser does not look at them, and old phones pay
/// for every byte.
const PAGES: [(&str, &str); 2] = [
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// The headers of a site, made once.
pub(crate) struct Security {
    pages: Vec<(HeaderName, HeaderValue)>,
    others: Vec<(HeaderName, HeaderValue)>,
}

impl Security {
    /// Those of a site at this address.
    pub(crate) fn of(origin: &str) -> Self {
        let https = origin.starts_with("https:");
        let more = if https { "; upgrade-insecure-requests" } else { "" };
        let set = |fixed: &[(&'static str, &'static str)], csp: &str| {
            let all = ALWAYS.iter().chain(fixed);
            let mut all: Vec<_> = all
                .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
                .collect();
            if let Ok(csp) = HeaderValue::from_str(csp) {
                all.push((header::CONTENT_SECURITY_POLICY, csp));
            }
            if https {
                let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
                all.push((header::STRICT_TRANSPORT_SECURITY, hsts));
            }
            all
        };
        Self { pages: set(&PAGES, &format!("{CSP}{more}")), others: set(&[], CSP_OTHER) }
    }

    /// Adds what is not there already: a handler may set a stricter or a page-specific value.
    pub(crate) fn add(&self, trace: &str, headers: &mut HeaderMap) {
        let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        let page = kind.is_none_or(|k| k.starts_with(b"text/html"));
        for (name, value) in if page { &self.pages } else { &self.others } {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        if let Ok(trace) = HeaderValue::from_str(trace) {
            headers.insert(HeaderName::from_static("x-trace"), trace);
        }
    }
}
