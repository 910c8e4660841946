//! The security headers of every answer.

use crate::site::Web;
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

/// Adds what is not there already: a handler may set a stricter or a page-specific value.
pub(crate) fn add(web: &Web, trace: &str, headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        put(headers, HeaderName::from_static(name), value);
    }
    if web.settings().origin.starts_with("https:") {
        let csp = format!("{CSP}; upgrade-insecure-requests");
        put(headers, header::CONTENT_SECURITY_POLICY, &csp);
        let hsts = "max-age=63072000; includeSubDomains";
        put(headers, header::STRICT_TRANSPORT_SECURITY, hsts);
    } else {
        put(headers, header::CONTENT_SECURITY_POLICY, CSP);
    }
    put(headers, HeaderName::from_static("x-trace"), trace);
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.entry(name).or_insert(value);
    }
}
