//! The web edge: page frame, components, forms, uploads, live parts, static files, error pages and
//! the guards around every request.
//!
//! Handlers are synchronous functions `fn(&S, &Req) -> Result<Reply>` listed in [`Routes`]; they run
//! on the blocking pool. Each request is read within limits, its text made NFC and trimmed, its
//! session looked up through [`Sessions`], its anti-forgery token checked, before a handler sees it;
//! each error comes back as a page or as `application/problem+json`.
//!
//! # A page
//! ```text
//! // pages.rs
//! #[derive(Template)]
//! #[template(path = "stay_form.html")]
//! struct StayForm { frame: Frame, form: Form }
//!
//! fn form(state: &Lodging, req: &Req) -> Result<Reply> {
//!     req.actor()?;                                    // else to the sign-in page and back
//!     show(req, Form::new(&req.say))
//! }
//! fn send(state: &Lodging, req: &Req) -> Result<Reply> {
//!     match state.notify(req.actor()?, req.form_id(), req.form_line("guest"), req.form_date("until")) {
//!         Ok(code) => Ok(Reply::redirect(format!("/ho-so/{code}")).flash(Tone::Good, req.say.t("stay-sent"))),
//!         Err(e) if e.kind() == Kind::BadInput => show(req, req.typed().wrong(&e)),   // 422, nothing lost
//!         Err(e) => Err(e),                            // the pipeline shows it
//!     }
//! }
//! fn show(req: &Req, form: Form) -> Result<Reply> {
//!     let status = if form.errors.any() { 422 } else { 200 };
//!     let frame = req.frame(req.say.t("stay-title"), Section::Services).crumb(req.say.t("services"), "/dich-vu");
//!     Ok(Reply::page(&StayForm { frame, form })?.status(status))
//! }
//! pub fn routes(state: Lodging) -> web::Pages {
//!     Routes::new(state).get("/luu-tru", form).post("/luu-tru", send).into_pages()
//! }
//!
//! {# templates/stay_form.html #}
//! {% extends "split.html" %}{% import "components.html" as c %}
//! {% block main %}
//! {{ c::errors(form) }}
//! <h1>{{ frame.title }}</h1>
//! <form method="post" data-autosave="/luu-tru/nhap">{{ frame.csrf() }}
//! {{ form.text("guest", frame.t("stay-guest")).hint(frame.t("stay-guest-hint")) }}
//! {{ c::date(form, "until", frame.t("stay-until")) }}
//! <button class="btn">{{ frame.t("stay-send") }}</button></form>
//! {% endblock %}
//! {% block aside %}…{% endblock %}
//! ```
//! Frames to extend: `frame.html` (block `main`), `split.html` (`top`, `main`, `aside`), `desk.html`
//! (three columns: `.queue`, `.middle`, `.pane`; with `frame.desk()`), `wall.html` (with
//! `frame.wall()`). A form without [`Frame::csrf`] is refused. `/design` shows all components.
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
pub mod peer;
pub mod qr;
pub mod rates;
pub mod reply;
pub mod req;
pub mod routes;
pub mod site;
pub mod testing;
pub mod ui;
pub mod upload;

mod answer;
mod assets;
mod dimensions;
mod errors;
mod gate;
mod headers;
mod hold;
mod lang;
mod own;
mod parse;
mod pipeline;
mod readers;
mod rest;
mod serve;
mod token;
mod waiting;

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
pub use peer::{Network, Proxy};
pub use rates::{Budget, Budgets};
pub use reply::{Download, Reply, Tone};
pub use req::{AddressAnswer, Req};
pub use routes::{Listed, Pages, Routes};
pub use site::{Clock, Durable, HealthCheck, Ledger, NoSessions, Sessions, Settings, Visitor, Web};
pub use upload::{FileKind, Upload};

/// This crate's words, `(vi, en)`.
pub const TEXT: (&str, &str) = (include_str!("../text/vi.ftl"), include_str!("../text/en.ftl"));
