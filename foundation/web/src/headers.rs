//! The security headers of every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// No inline script or style, nothing from elsewhere, no frame around us.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    // The browser must still name the origin of our own forms; nothing leaves the site.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=(), interest-cohort=()",
    ),
    ("x-frame-options", "DENY"),
];

/// The headers of a site, made once.
pub(crate) struct Security(Vec<(HeaderName, HeaderValue)>);

impl Security {
    /// Those of a site at this address.
    pub(crate) fn of(origin: &str) -> Self {
        let fixed =
            FIXED.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)));
        let mut all: Vec<_> = fixed.collect();
        let https = origin.starts_with("https:");
        let more = if https { "; upgrade-insecure-requests" } else { "" };
        if let Ok(csp) = HeaderValue::from_str(&format!("{CSP}{more}")) {
            all.push((header::CONTENT_SECURITY_POLICY, csp));
        }
        if https {
            let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
            all.push((header::STRICT_TRANSPORT_SECURITY, hsts));
        }
        Self(all)
    }

    /// Adds what is not there already: a handler may set a stricter or a page-specific value.
    pub(crate) fn add(&self, trace: &str, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        if let Ok(trace) = HeaderValue::from_str(trace) {
            headers.insert(HeaderName::from_static("x-trace"), trace);
        }
    }
}
