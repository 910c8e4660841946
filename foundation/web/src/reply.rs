//! What a handler answers.

use crate::cookie::Cookie;
use crate::live::Live;
use askama::Template;
use kernel::{Error, Result};

/// How a message on the next page is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain information.
    Info,
    /// Something succeeded.
    Good,
    /// Needs attention.
    Warn,
    /// Went wrong, was refused.
    Bad,
}

impl Tone {
    /// The CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
    /// The icon that says the same without colour.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "check",
            Self::Warn => "warning",
            Self::Bad => "cross",
        }
    }
    pub(crate) fn from_class(class: &str) -> Self {
        match class {
            "good" => Self::Good,
            "warn" => Self::Warn,
            "bad" => Self::Bad,
            _ => Self::Info,
        }
    }
}

/// A file to download or to show.
#[derive(Clone)]
pub struct Download {
    /// The name it gets on the person's device; Vietnamese letters are fine.
    pub name: String,
    /// The media type.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// Show it in the browser instead of saving it. Only for types that cannot run script.
    pub inline: bool,
}

/// What a handler answers. Builders add cookies, headers and a message for the next page.
pub enum Reply {
    /// A page.
    Html(String),
    /// A page with another status than 200.
    Status(u16, String),
    /// 303 to one of our own paths (anything else becomes the home page).
    Redirect(String),
    /// A file.
    File(Download),
    /// JSON.
    Json(serde_json::Value),
    /// Text with its media type.
    Text(&'static str, String),
    /// Server-sent events.
    Live(Live),
    /// Another answer with additions.
    Dressed(Box<Reply>, Dress),
}

/// Additions to an answer.
#[derive(Default)]
pub struct Dress {
    pub(crate) status: Option<u16>,
    pub(crate) cookies: Vec<Cookie>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) flash: Option<(Tone, String)>,
    pub(crate) outside: bool,
}

impl Reply {
    /// Renders a page's template.
    pub fn page(template: &impl Template) -> Result<Self> {
        template.render().map(Self::Html).map_err(|e| Error::bug(format_args!("template: {e}")))
    }
    /// 303 to one of our own paths, the usual answer to a POST.
    pub fn redirect(path: impl Into<String>) -> Self {
        Self::Redirect(path.into())
    }
    /// 303 to another site. Only for addresses that a definition or a registration gives, never for
    /// one that came with the request.
    pub fn leave_to(address: impl Into<String>) -> Self {
        Self::Redirect(address.into()).dress(|d| d.outside = true)
    }
    /// A file to save.
    pub fn download(name: impl Into<String>, media_type: &str, bytes: Vec<u8>) -> Self {
        let (name, media_type) = (name.into(), media_type.to_owned());
        Self::File(Download { name, media_type, bytes, inline: false })
    }
    /// A PDF shown in the browser.
    pub fn pdf(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (name, media_type) = (name.into(), "application/pdf".to_owned());
        Self::File(Download { name, media_type, bytes, inline: true })
    }
    /// JSON of anything that can be written as JSON.
    pub fn json(value: &impl serde::Serialize) -> Result<Self> {
        Ok(Self::Json(serde_json::to_value(value)?))
    }
    /// 204: done, nothing to show. For calls of our own modules.
    pub fn done() -> Self {
        Self::Text("text/plain; charset=utf-8", String::new()).status(204)
    }
    /// Another status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.dress(|d| d.status = Some(status))
    }
    /// Sets a cookie.
    #[must_use]
    pub fn cookie(self, cookie: Cookie) -> Self {
        self.dress(|d| d.cookies.push(cookie))
    }
    /// Sets a header (ASCII; a header that is not is left out).
    #[must_use]
    pub fn header(self, name: &str, value: impl Into<String>) -> Self {
        self.dress(|d| d.headers.push((name.to_owned(), value.into())))
    }
    /// Shows a message once, on the next page.
    #[must_use]
    pub fn flash(self, tone: Tone, text: impl Into<String>) -> Self {
        self.dress(|d| d.flash = Some((tone, text.into())))
    }

    fn dress(self, change: impl FnOnce(&mut Dress)) -> Self {
        let (inner, mut dress) = match self {
            Self::Dressed(inner, dress) => (inner, dress),
            plain => (Box::new(plain), Dress::default()),
        };
        change(&mut dress);
        Self::Dressed(inner, dress)
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Html(h) => write!(f, "Html({} bytes)", h.len()),
            Self::Status(s, h) => write!(f, "Status({s}, {} bytes)", h.len()),
            Self::Redirect(to) => write!(f, "Redirect({to})"),
            Self::File(d) => write!(f, "File({}, {} bytes)", d.media_type, d.bytes.len()),
            Self::Json(_) => f.write_str("Json"),
            Self::Text(t, b) => write!(f, "Text({t}, {} bytes)", b.len()),
            Self::Live(_) => f.write_str("Live"),
            Self::Dressed(inner, _) => write!(f, "Dressed({inner:?})"),
        }
    }
}

/// The `Content-Disposition` of RFC 6266: an ASCII name for old readers and the real one in UTF-8.
pub(crate) fn disposition(name: &str, inline: bool) -> String {
    let name = crate::upload::clean_name(name);
    let plain: String = kernel_ascii(&name);
    let encoded: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let kind = if inline { "inline" } else { "attachment" };
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Letters without their marks, for the ASCII name.
fn kernel_ascii(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd()
        .filter_map(|c| match c {
            'đ' => Some('d'),
            'Đ' => Some('D'),
            '"' | '\\' | '%' => Some('_'),
            c if c.is_ascii_graphic() || c == ' ' => Some(c),
            c if unicode_normalization::char::is_combining_mark(c) => None,
            _ => Some('_'),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_in_vietnamese() {
        assert_eq!(
            disposition("Thông báo kết quả \"Đặng Ễ\".pdf", false),
            "attachment; filename=\"Thong bao ket qua _Dang E_.pdf\"; \
             filename*=UTF-8''Th%C3%B4ng%20b%C3%A1o%20k%E1%BA%BFt%20qu%E1%BA%A3%20%22%C4%90%E1%BA%B7ng%20%E1%BB%84%22.pdf"
        );
        assert_eq!(
            disposition("a\r\nX: y.pdf", true),
            "inline; filename=\"a X: y.pdf\"; filename*=UTF-8''a%20X%3A%20y.pdf"
        );
    }

    #[test]
    fn additions_gather_in_one_dress() {
        let r = Reply::redirect("/x").status(307).header("a", "b").flash(Tone::Good, "ok");
        let Reply::Dressed(inner, dress) = r else { panic!("not dressed") };
        assert!(matches!(*inner, Reply::Redirect(_)));
        assert_eq!((dress.status, dress.headers.len()), (Some(307), 1));
        assert_eq!(dress.flash, Some((Tone::Good, "ok".to_owned())));
    }
}
