//! The web edge: page frame, components, forms, uploads, live parts, static files, error pages and
//! the guards around every request.
//!
//! Handlers are synchronous functions `fn(&S, &Req) -> Result<Reply>` listed in [`Routes`]; they run
//! on the blocking pool. Each request is read within limits, its text made NFC and trimmed, its
//! session looked up through [`Sessions`], its anti-forgery token checked, before a handler sees it;
//! each error comes back as a page or as `application/problem+json`.
//!
//! What this crate does **not** know: any business rule, procedure, register or table; how sessions
//! are kept (that is [`Sessions`]); who may do what. It sees a person only as a name for the header.

pub mod charts;
pub mod codes;
pub mod cookie;
pub mod form;
pub mod frame;
pub mod gallery;
pub mod icons;
pub mod limits;
pub mod live;
pub mod markup;
pub mod metrics;
pub mod nav;
pub mod paths;
pub mod qr;
pub mod reply;
pub mod req;
pub mod routes;
pub mod site;
pub mod testing;
pub mod ui;
pub mod upload;

mod answer;
mod assets;
mod errors;
mod headers;
mod lang;
mod own;
mod parse;
mod pipeline;
mod serve;
mod token;

#[cfg(test)]
mod tests;

pub use askama::{self, Template};
pub use assets::Asset;
pub use codes::CODES;
pub use cookie::Cookie;
pub use form::{Form, FormErrors};
pub use frame::{Crumb, Flash, Frame, Layout, NavLink};
pub use live::{Live, LiveEvent};
pub use markup::Markup;
pub use nav::{NavItem, Section, Who};
pub use reply::{Download, Reply, Tone};
pub use req::{AddressAnswer, Req};
pub use routes::Routes;
pub use site::{Clock, HealthCheck, NoSessions, Sessions, Settings, Visitor, Web};
pub use upload::{FileKind, Upload};

/// This crate's words, `(vi, en)`.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
