//! What every page needs around its content: `{% extends "frame.html" %}`.

use crate::icons::icon;
use crate::markup::Markup;
use crate::nav::{NavItem, Section, Who};
use crate::reply::Tone;
use crate::req::{FORM_FIELD, Req, TOKEN_FIELD};
use crate::site::{Settings, Visitor, Web};
use crate::{cookie, token};
use kernel::{Lang, Say, limits};

/// Which skeleton the page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Header, one column of text, footer.
    Page,
    /// An officer's desk: full width, small type, no footer.
    Desk,
    /// A screen on a wall: dark, no header, no scrolling.
    Wall,
}

/// One step of the breadcrumb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// Its words.
    pub text: String,
    /// Where it leads; the last has none.
    pub href: Option<String>,
}

/// A message from the page before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// Its words.
    pub text: String,
}

/// A section as this visitor sees it.
#[derive(Clone, Debug)]
pub struct NavLink {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub text: String,
    /// Its name in the phone's bottom bar.
    pub short: String,
    /// Its icon.
    pub icon: String,
    /// The page stands here.
    pub here: bool,
    /// A number to be seen to; 0 shows nothing.
    pub badge: i64,
}

impl NavLink {
    /// The number as it stands beside the words, where there is little room.
    pub fn badge_text(&self) -> String {
        match self.badge {
            n if n > limits::BADGE_MAX => format!("{}+", limits::BADGE_MAX),
            n => n.to_string(),
        }
    }
}

/// Parts of the frame that do not belong to a page, rendered once here instead of in every page's
/// own code (a page's template stays small, and so does the time to compile it).
#[derive(askama::Template)]
#[template(path = "frame/header.html")]
struct Header<'a> {
    f: &'a Frame,
    other: (&'static str, &'static str),
}
#[derive(askama::Template)]
#[template(path = "frame/above.html")]
struct Above<'a> {
    f: &'a Frame,
}
#[derive(askama::Template)]
#[template(path = "frame/footer.html")]
struct Footer<'a> {
    f: &'a Frame,
}
#[derive(askama::Template)]
#[template(path = "frame/bar.html")]
struct Bar<'a> {
    f: &'a Frame,
}

fn render(part: &impl askama::Template) -> Markup {
    // Our own templates do not fail while writing into memory.
    Markup::trusted(part.render().unwrap_or_default())
}

/// What templates that extend `frame.html` need.
#[derive(Clone)]
pub struct Frame {
    /// The words: `frame.say.t("key")`.
    pub say: Say,
    /// The language.
    pub lang: Lang,
    /// The page's title, without the site's name.
    pub title: String,
    /// The skeleton.
    pub layout: Layout,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// The sections.
    pub nav: Vec<NavLink>,
    /// The way here; empty shows nothing.
    pub crumbs: Vec<Crumb>,
    /// A message from the page before.
    pub flash: Option<Flash>,
    /// The address of this page with its query.
    pub here: String,
    /// Where live news of this page come from; see [`Frame::live`].
    pub live_at: Option<String>,
    /// A page that shall not be kept by search engines.
    pub private: bool,
    binding: std::sync::Arc<dyn Fn() -> String + Send + Sync>,
    web: Web,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({})", self.title)
    }
}

impl Frame {
    pub(crate) fn new(req: &Req, title: String, section: Section, layout: Layout) -> Self {
        Self::seen_by(req, req.visitor.as_ref(), title, section, layout)
    }
    /// A frame as this visitor would see it; the gallery shows made-up ones.
    pub(crate) fn seen_by(
        req: &Req,
        visitor: Option<&Visitor>,
        title: String,
        section: Section,
        layout: Layout,
    ) -> Self {
        let web = req.web().clone();
        let (known, notes) = (req.binding().map(str::to_owned), req.notes.clone());
        let binding = move || match &known {
            Some(b) => b.clone(),
            None => notes.anonymous.get_or_init(token::fresh_id).clone(),
        };
        let flash = req.cookie(cookie::FLASH).and_then(|c| web.sealer.open("flash", c));
        let flash = flash.and_then(|text| {
            req.note_flash_shown();
            let (class, text) = text.split_once('|')?;
            Some(Flash { tone: Tone::from_class(class), text: text.to_owned() })
        });
        Self {
            say: req.say.clone(),
            lang: req.lang,
            title,
            layout,
            nav: sections(&web, &req.say, visitor, section),
            visitor: visitor.cloned(),
            crumbs: Vec::new(),
            flash,
            here: req.page(),
            live_at: None,
            private: visitor.is_some(),
            binding: std::sync::Arc::new(binding),
            web,
        }
    }

    /// Adds a step to the breadcrumb.
    #[must_use]
    pub fn crumb(mut self, text: impl Into<String>, href: &str) -> Self {
        self.crumbs.push(Crumb { text: text.into(), href: Some(href.to_owned()) });
        self
    }
    /// The officer's desk: full width, small type, no footer.
    #[must_use]
    pub fn desk(mut self) -> Self {
        self.layout = Layout::Desk;
        self
    }
    /// A screen on a wall: dark, full height, no navigation.
    #[must_use]
    pub fn wall(mut self) -> Self {
        self.layout = Layout::Wall;
        self
    }
    /// The page's live parts come from this address (an SSE route that answers [`crate::Reply::Live`]).
    #[must_use]
    pub fn live(mut self, address: impl Into<String>) -> Self {
        self.live_at = Some(address.into());
        self
    }
    /// The words of a key.
    pub fn t(&self, key: &str) -> String {
        self.say.t(key)
    }
    /// The hidden fields every form that posts must hold: the anti-forgery token and the form's
    /// single-use name.
    pub fn csrf(&self) -> Markup {
        self.csrf_of(&token::fresh_id())
    }
    /// As [`Frame::csrf`], keeping a form's name: the same form, sent again.
    pub(crate) fn csrf_of(&self, form: &str) -> Markup {
        let token = self.token();
        Markup::trusted(format!(
            "<input type=\"hidden\" name=\"{TOKEN_FIELD}\" value=\"{token}\">\
             <input type=\"hidden\" name=\"{FORM_FIELD}\" value=\"{form}\">"
        ))
    }
    /// The same token for a module that posts by itself: header `x-form-token`.
    pub fn token(&self) -> String {
        self.web.sealer.issue(&(self.binding)(), self.web.now())
    }
    /// The address of a static file.
    pub fn asset(&self, name: &str) -> String {
        self.web.asset(name)
    }
    /// An icon of `icons.svg`.
    pub fn icon(&self, name: &str) -> Markup {
        icon(name)
    }
    /// The site's settings.
    pub fn site(&self) -> &Settings {
        self.web.settings()
    }
    /// The site's name in the reader's language.
    pub fn site_name(&self) -> &str {
        self.say.local(&self.site().name)
    }
    /// Whether somebody is signed in.
    pub fn signed_in(&self) -> bool {
        self.visitor.is_some()
    }
    /// The agency in which the visitor works now, else the place the site serves.
    pub fn where_at(&self) -> &str {
        let post = self.visitor.as_ref().and_then(|v| v.actor.appointment.as_ref());
        match post {
            Some(a) => self.say.local(&a.agency_name),
            None => self.say.local(&self.site().place),
        }
    }
    /// The other language: its tag and its own name.
    pub fn other_language(&self) -> (&'static str, &'static str) {
        match self.lang {
            Lang::Vi => ("en", "English"),
            Lang::En => ("vi", "Tiếng Việt"),
        }
    }
    /// Where signing in leads back to.
    pub fn sign_in_href(&self) -> String {
        format!("/dang-nhap?tiep={}", crate::paths::query_value(&self.here))
    }
    /// The visitor's short name: the given name, last in Vietnamese.
    pub fn given_name(&self) -> &str {
        let name = self.visitor.as_ref().map_or("", |v| v.name.as_str());
        name.rsplit(' ').next().unwrap_or_default()
    }
    /// The state band, the header, the sections, the visitor's menu.
    pub fn header(&self) -> Markup {
        render(&Header { f: self, other: self.other_language() })
    }
    /// The breadcrumb and the message from the page before.
    pub fn above(&self) -> Markup {
        render(&Above { f: self })
    }
    /// The footer and the phone's bottom bar.
    pub fn footer(&self) -> Markup {
        render(&Footer { f: self })
    }
    /// The phone's bottom bar.
    pub fn bottom_bar(&self) -> Markup {
        render(&Bar { f: self })
    }
    /// The message from the page before.
    pub fn flash_toast(&self) -> Markup {
        let toast = self.flash.as_ref().map(|f| crate::ui::Toast::new(&self.say, f.tone, &f.text));
        toast.as_ref().map(Markup::from).unwrap_or_default()
    }
    /// «Trực tiếp»: the state of the page's live connection.
    pub fn live_badge(&self) -> Markup {
        Markup::from(&crate::ui::LiveBadge::new(&self.say))
    }
    /// The last digits of the person in whose matter the visitor acts now, and where that ends.
    pub(crate) fn acting_for(&self) -> Option<(String, &'static str)> {
        let acting = self.visitor.as_ref()?.actor.acting_for.as_ref()?;
        let href = if acting.as_ == "counter" { "/quay" } else { "/tai-khoan/lam-thay" };
        Some((acting.person.as_str()[9..].to_owned(), href))
    }
    pub(crate) fn works_in(&self, post: &kernel::Appointment) -> bool {
        let now = self.visitor.as_ref().and_then(|v| v.actor.appointment.as_ref());
        now.is_some_and(|a| a.id == post.id)
    }
    /// The class of `<html>`.
    pub fn body_class(&self) -> &'static str {
        match self.layout {
            Layout::Page => "page",
            Layout::Desk => "page work",
            Layout::Wall => "wall",
        }
    }
    /// The browser's title: the page's and the site's.
    pub fn title_line(&self) -> String {
        format!("{} — {}", self.title, self.site_name())
    }
}

fn sections(web: &Web, say: &Say, visitor: Option<&Visitor>, at: Section) -> Vec<NavLink> {
    let post = visitor.and_then(|v| v.actor.appointment.as_ref()).map(|a| a.post.as_str());
    let sees = |item: &&NavItem| match (&item.who, post) {
        (Who::Public, None) => true,
        (Who::Citizen, None) => visitor.is_some(),
        (Who::Post(p), Some(post)) => p == post,
        _ => false,
    };
    let link = |item: &NavItem| {
        let short = format!("{}-short", item.key);
        let text = say.t(&item.key);
        NavLink {
            href: item.href.clone(),
            short: if say.has(&short) { say.t(&short) } else { text.clone() },
            text,
            icon: item.icon.clone(),
            here: item.section == at,
            badge: if item.section == Section::Inbox { visitor.map_or(0, |v| v.unread) } else { 0 },
        }
    };
    web.settings().nav.iter().filter(sees).map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_has_two_digits_at_most() {
        let link = |badge| NavLink {
            href: "/hop-thu".into(),
            text: "Hộp thư".into(),
            short: "Hộp thư".into(),
            icon: "inbox".into(),
            here: false,
            badge,
        };
        assert_eq!([1, 99, 100].map(|n| link(n).badge_text()), ["1", "99", "99+"]);
    }
}
