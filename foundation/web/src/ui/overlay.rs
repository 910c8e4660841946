//! Things over or beside the page: dialogs, passing messages, the live badge, codes to copy.

use crate::markup::Markup;
use crate::reply::Tone;
use askama::Template;
use kernel::Say;

/// A dialog. It is opened by a link `<a href="PAGE" data-dialog="ID">`: with scripts the dialog
/// opens in place, without scripts the link leads to the page that asks the same.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/dialog.html")]
pub struct Dialog {
    say: Say,
    id: String,
    title: String,
    body: Markup,
}

impl Dialog {
    /// A dialog with this body (a form, as a rule).
    pub fn new(say: &Say, id: &str, title: impl AsRef<str>, body: impl Into<Markup>) -> Self {
        Self {
            say: say.clone(),
            id: id.to_owned(),
            title: title.as_ref().to_owned(),
            body: body.into(),
        }
    }
}

/// A passing message. On a page without scripts it simply stands at the top.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/toast.html")]
pub struct Toast {
    say: Say,
    tone: Tone,
    text: String,
}

impl Toast {
    /// A message.
    pub fn new(say: &Say, tone: Tone, text: impl AsRef<str>) -> Self {
        Self { say: say.clone(), tone, text: text.as_ref().to_owned() }
    }
}

/// «Trực tiếp», «Mất kết nối, đang nối lại»: the state of the page's live connection.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/live_badge.html")]
pub struct LiveBadge {
    say: Say,
    state: &'static str,
}

impl LiveBadge {
    /// Before scripts have connected (and without scripts): says nothing.
    pub fn new(say: &Say) -> Self {
        Self { say: say.clone(), state: "off" }
    }
    /// Shown in one state, for the page of components: `on`, `wait`, `lost`.
    pub fn showing(say: &Say, state: &'static str) -> Self {
        Self { say: say.clone(), state }
    }
}

/// A code with a button that copies it.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/copy.html")]
pub struct CopyCode {
    say: Say,
    text: String,
}

impl CopyCode {
    /// A code.
    pub fn new(say: &Say, text: impl AsRef<str>) -> Self {
        Self { say: say.clone(), text: text.as_ref().to_owned() }
    }
}

/// Says when the draft was kept last. Stands inside a form with `data-autosave="ADDRESS"`: the form
/// is posted there while it is typed, and the handler answers [`crate::Reply::done`].
#[derive(Clone, Debug, Template)]
#[template(
    source = "<p class=\"draft-state\" role=\"status\" data-draft-state data-saved=\"{{ saved }}\" data-failed=\"{{ failed }}\">{{ now }}</p>",
    ext = "html"
)]
pub struct DraftState {
    saved: String,
    failed: String,
    now: String,
}

impl DraftState {
    /// Empty until the draft has been kept.
    pub fn new(say: &Say) -> Self {
        let (saved, failed) = (say.t("web-draft-saved"), say.t("web-draft-failed"));
        Self { saved, failed, now: String::new() }
    }
    /// Says that the draft was kept at this time (`09:42`) already.
    #[must_use]
    pub fn kept_at(mut self, time: &str) -> Self {
        self.now = self.saved.replace("{time}", time);
        self
    }
}

/// The dialog of an officer's keys, opened by `?`, with the switch that turns them off (WCAG 2.1.4).
pub fn desk_keys(say: &Say) -> Dialog {
    let keys = [
        ("j", "web-key-next"),
        ("k", "web-key-before"),
        ("Enter", "web-key-open"),
        ("a", "web-key-approve"),
        ("s", "web-key-ask"),
        ("r", "web-key-refuse"),
        ("/", "web-key-search"),
        ("?", "web-key-help"),
    ];
    let mut body = String::from("<dl class=\"keys\">");
    for (key, text) in keys {
        let text = crate::markup::escape(&say.t(text));
        body.push_str(&format!("<div><dt><kbd>{key}</kbd></dt><dd>{text}</dd></div>"));
    }
    let switch = crate::markup::escape(&say.t("web-keys-switch"));
    body.push_str(&format!(
        "</dl><label class=\"pick\"><input type=\"checkbox\" data-keys-switch checked>\
         <span class=\"pick-t\">{switch}</span></label>"
    ));
    Dialog::new(say, "phim", say.t("web-keys"), Markup::trusted(body))
}
