//! One request, parsed and limited, as handlers see it.

use crate::codes::{
    DATE_PART_MISSING, NOT_A_NUMBER, NOT_IN_POST, NOT_MONEY, NOT_SIGNED_IN, UNREADABLE,
};
use crate::cookie;
use crate::form::Form;
use crate::frame::{Frame, Layout};
use crate::nav::Section;
use crate::parse::Posted;
use crate::site::{Visitor, Web};
use crate::upload::Upload;
use axum::http::{HeaderMap, Method, Uri};
use kernel::{
    Actor, Appointment, Date, Error, FieldError, Instant, Lang, Level, Result, Say, Vnd, error,
    limits,
};
use std::net::IpAddr;
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The hidden field of the anti-forgery token.
pub const TOKEN_FIELD: &str = "_token";
/// The hidden field of the form's single-use name.
pub const FORM_FIELD: &str = "_form";

/// One request, given to synchronous handlers on the blocking pool.
pub struct Req {
    /// Who is signed in, if anybody.
    pub visitor: Option<Visitor>,
    /// The words in the visitor's language.
    pub say: Say,
    /// The visitor's language.
    pub lang: Lang,
    /// The path, without the query.
    pub path: String,
    /// The pattern of the route: `/ho-so/{code}`. This, not the path, may be logged.
    pub route: String,
    /// The number that is also in the log.
    pub trace: String,
    /// When the request came, by the site's clock. Inside a transaction use the transaction's time.
    pub now: Instant,
    pub(crate) web: Web,
    pub(crate) method: Method,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) peer: Option<IpAddr>,
    pub(crate) posted: Posted,
    pub(crate) body: Vec<u8>,
    /// Made when first asked for: most requests never are.
    pub(crate) form_id: OnceLock<String>,
    pub(crate) notes: Arc<Notes>,
}

/// What an address question was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct AddressAnswer {
    /// The commune as typed or as shown by the suggestion.
    pub typed: String,
    /// The commune's code, if one was chosen for just these words. Without it the handler searches
    /// for `typed` and, when several fit, shows the page again with them as candidates.
    pub code: Option<String>,
    /// House, hamlet.
    pub line: String,
}

impl std::fmt::Debug for AddressAnswer {
    /// Where somebody lives is not for logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AddressAnswer(code: {:?}, …)", self.code)
    }
}

/// What rendering leaves behind for the answer.
#[derive(Default)]
pub(crate) struct Notes {
    /// A new anonymous cookie, made when a form was put on the page.
    pub(crate) anonymous: OnceLock<String>,
    /// The flash message was shown and can go.
    pub(crate) flash_shown: AtomicBool,
    /// Too many: so many seconds until the next is taken.
    pub(crate) retry_after: OnceLock<u64>,
    /// The refusal that [`Req::admitted`] gives.
    pub(crate) refusal: OnceLock<Error>,
    /// The handler asked for it.
    pub(crate) refusal_asked: AtomicBool,
}

impl std::fmt::Debug for Req {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Req({} {} {})", self.method, self.route, self.trace)
    }
}

impl Drop for Req {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl ZeroizeOnDrop for Req {}

impl Req {
    /// What was typed (passwords among it) and the cookies do not stay in memory that is given back.
    fn wipe(&mut self) {
        for (_, value) in self.posted.fields.iter_mut().chain(&mut self.cookies) {
            value.zeroize();
        }
        self.body.zeroize();
    }

    /// What the request's head tells.
    pub(crate) fn from_head(
        web: &Web,
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        trace: String,
    ) -> Self {
        let text = |h: &axum::http::HeaderValue| h.to_str().unwrap_or_default().to_owned();
        let lines: Vec<String> = headers.get_all("cookie").iter().map(text).collect();
        let cookies = cookie::parse(lines.iter().map(String::as_str));
        let chosen = cookies.iter().find(|(n, _)| n == cookie::LANGUAGE).map(|(_, v)| v.as_str());
        let accepted = headers.get("accept-language").map(text);
        let lang = crate::lang::choose(chosen, accepted.as_deref());
        // An unreadable query is no query: links from outside may carry anything.
        let query = crate::parse::pairs(uri.query().unwrap_or_default().as_bytes());
        Self {
            visitor: None,
            say: web.say(lang),
            lang,
            path: uri.path().to_owned(),
            route: String::new(),
            trace,
            now: web.now(),
            web: web.clone(),
            method,
            params: Vec::new(),
            query: query.unwrap_or_default(),
            headers,
            cookies,
            peer: None,
            posted: Posted::default(),
            body: Vec::new(),
            form_id: OnceLock::new(),
            notes: Arc::default(),
        }
    }

    /// The site.
    pub fn web(&self) -> &Web {
        &self.web
    }
    /// GET, POST…
    pub fn method(&self) -> &Method {
        &self.method
    }
    /// Whether the address is an API's: errors are then JSON.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
    /// A part of the path, such as `code` of `/ho-so/{code}`; empty when the route has none.
    pub fn param(&self, name: &str) -> &str {
        find(&self.params, name).unwrap_or_default()
    }
    /// A value of the query, trimmed, NFC; `None` when it is missing or empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name).filter(|v| !v.is_empty())
    }
    /// All values of a name in the query.
    pub fn query_all(&self, name: &str) -> Vec<&str> {
        all(&self.query, name)
    }
    /// The page of a list, from 1, out of `?trang=`.
    pub fn page_number(&self) -> i64 {
        self.query("trang").and_then(|v| v.parse().ok()).unwrap_or(1).clamp(1, 100_000)
    }
    /// This address with one query parameter changed or taken away.
    pub fn with_query(&self, name: &str, value: Option<&str>) -> String {
        crate::paths::with_query(&self.path, &self.query, name, value)
    }
    /// This address with its query.
    pub fn here(&self) -> String {
        crate::paths::with_query(&self.path, &self.query, "", None)
    }
    /// The page the person is on: this address, or for a form's answer the page that held the form.
    pub(crate) fn page(&self) -> String {
        if matches!(self.method, Method::GET | Method::HEAD) {
            return self.here();
        }
        let referer = self.header("referer").and_then(|r| r.split_once("://"));
        let from = referer.and_then(|(_, rest)| rest.split_at_checked(rest.find('/')?));
        match from {
            Some((host, path)) if self.header("host") == Some(host) => {
                crate::paths::own(path).to_owned()
            }
            _ => self.path.clone(),
        }
    }
    /// A value of the form, trimmed, NFC; `None` when it is missing or empty.
    pub fn form(&self, name: &str) -> Option<&str> {
        find(&self.posted.fields, name).filter(|v| !v.is_empty())
    }
    /// All values of a name in the form, empty ones left out.
    pub fn form_all(&self, name: &str) -> Vec<&str> {
        all(&self.posted.fields, name)
    }
    /// Every field of the form but the hidden ones of this crate.
    pub fn form_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.posted.fields.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        fields.filter(|(n, _)| *n != TOKEN_FIELD && *n != FORM_FIELD)
    }
    /// A form value that must be there, at most [`limits::LINE_CHARS_MAX`] characters.
    pub fn form_line(&self, name: &str) -> Result<String> {
        self.form_text(name, limits::LINE_CHARS_MAX)
    }
    /// A form value that must be there, at most `max` characters.
    pub fn form_text(&self, name: &str, max: usize) -> Result<String> {
        let value = self.form(name).ok_or_else(|| Error::new(error::ANSWER_MISSING).field(name))?;
        if value.chars().count() > max {
            return Err(Error::new(error::ANSWER_LONG).number("max", max).field(name));
        }
        Ok(value.to_owned())
    }
    /// A date from its three inputs `name.day`, `name.month`, `name.year`; `None` when all are
    /// empty. 31/02 is an error at the field.
    pub fn form_date(&self, name: &str) -> Result<Option<Date>> {
        let part = |p: &str| self.form(&format!("{name}.{p}"));
        parse_date(part("day"), part("month"), part("year")).map_err(|e| e.field(name))
    }
    /// A date of the address, `?name.day=…&name.month=…&name.year=…`; `None` when all are empty.
    pub fn query_date(&self, name: &str) -> Result<Option<Date>> {
        let part = |p: &str| self.query(&format!("{name}.{p}")).filter(|v| !v.is_empty());
        parse_date(part("day"), part("month"), part("year")).map_err(|e| e.field(name))
    }
    /// A whole number; `None` when empty.
    pub fn form_number(&self, name: &str) -> Result<Option<i64>> {
        let Some(text) = self.form(name) else { return Ok(None) };
        match grouped_number(text) {
            Some(n) => Ok(Some(n)),
            None => Err(Error::new(NOT_A_NUMBER).field(name)),
        }
    }
    /// An amount of money, `15.000`, `15 000 đ`; `None` when empty.
    pub fn form_money(&self, name: &str) -> Result<Option<Vnd>> {
        let Some(text) = self.form(name) else { return Ok(None) };
        let bare = text.trim_end_matches(['đ', 'Đ', '₫']).trim_end_matches("VND");
        match grouped_number(bare) {
            Some(n) if n >= 0 => Ok(Some(Vnd(n))),
            _ => Err(Error::new(NOT_MONEY).field(name)),
        }
    }
    /// An address question's answer, see [`AddressAnswer`]. The field names are those of
    /// [`crate::Form::address`].
    pub fn form_address(&self, name: &str) -> AddressAnswer {
        let part = |p: &str| self.form(&format!("{name}.{p}"));
        let typed = part("commune").unwrap_or_default();
        // A code belongs to the words it was chosen for; new words without a new choice void it.
        let chosen_for_these_words = part("shown").unwrap_or_default() == typed;
        AddressAnswer {
            typed: typed.to_owned(),
            code: part("code").filter(|_| chosen_for_these_words).map(str::to_owned),
            line: part("line").unwrap_or_default().to_owned(),
        }
    }
    /// The files that passed their checks.
    pub fn files(&self) -> &[Upload] {
        &self.posted.files
    }
    /// What is wrong with files that did not pass. A handler that takes files shows these first.
    pub fn file_problems(&self) -> &[FieldError] {
        &self.posted.problems
    }
    /// The files, or an error with the problem of each file that did not pass.
    pub fn checked_files(&self) -> Result<&[Upload]> {
        if self.posted.problems.is_empty() {
            Ok(&self.posted.files)
        } else {
            Err(Error::fields(self.posted.problems.clone()))
        }
    }
    /// What the form carried, to show it again.
    pub fn typed(&self) -> Form {
        let mut form = Form::new(&self.say);
        for (name, value) in self.form_fields() {
            form.push(name, value);
        }
        form
    }
    /// The single-use name of this form: the same form sent twice carries the same name, so a
    /// command can take it as its idempotency key. From the hidden field, or from the header
    /// `Idempotency-Key` of an API call; a request without one gets a fresh name.
    pub fn form_id(&self) -> &str {
        self.form_id.get_or_init(|| {
            let given = self.form(FORM_FIELD).or_else(|| self.header("idempotency-key"));
            let good = |id: &&str| {
                (8..=64).contains(&id.len())
                    && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            given.filter(good).map_or_else(crate::token::fresh_id, str::to_owned)
        })
    }
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        find(&self.cookies, name).filter(|v| !v.is_empty())
    }
    /// The session cookie as the browser sent it.
    pub fn session_cookie(&self) -> Option<&str> {
        self.cookie(cookie::SESSION)
    }
    /// Whether this request may try a secret; an error when there were too many of its kind. Only a
    /// route of [`crate::Routes::post_secret`] can fail here, all others are refused before.
    pub fn admitted(&self) -> Result<()> {
        self.notes.refusal_asked.store(true, Ordering::Relaxed);
        self.notes.refusal.get().cloned().map_or(Ok(()), Err)
    }
    /// Counts this request; the error when it has to wait.
    pub(crate) fn count(&self, budget: crate::Budget) -> Option<Error> {
        let refusal = crate::rates::count(self, budget)?;
        let error = refusal.error();
        let _ = self.notes.retry_after.set(refusal.seconds);
        let _ = self.notes.refusal.set(error.clone());
        Some(error)
    }
    /// A refusal the handler did not ask about.
    pub(crate) fn unasked_refusal(&self) -> Option<Error> {
        let asked = self.notes.refusal_asked.load(Ordering::Relaxed);
        self.notes.refusal.get().filter(|_| !asked).cloned()
    }
    /// The account that signed in on this browser before, by a cookie of ours.
    pub(crate) fn known_account(&self) -> Option<String> {
        self.web.sealer.open("known", self.cookie(cookie::KNOWN)?)
    }
    /// The address of the connection's other end.
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }
    /// The raw body, when it was neither a form nor files.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
    /// The body as JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|e| {
            let place = format!("{}:{}", e.line(), e.column());
            Error::new(UNREADABLE).because(format_args!("JSON at {place}"))
        })
    }

    /// Who acts; else [`NOT_SIGNED_IN`], which sends a page's reader to the sign-in page and back.
    pub fn actor(&self) -> Result<&Actor> {
        Ok(&self.signed_in()?.actor)
    }
    /// The visitor; else [`NOT_SIGNED_IN`].
    pub fn signed_in(&self) -> Result<&Visitor> {
        self.visitor.as_ref().ok_or_else(|| Error::new(NOT_SIGNED_IN))
    }
    /// The appointment in which the person works now, if it is of this post.
    pub fn post(&self, post: &str) -> Result<&Appointment> {
        self.any_post(&[post])
    }
    /// The appointment in which the person works now, if it is of one of these posts.
    pub fn any_post(&self, posts: &[&str]) -> Result<&Appointment> {
        let held = self.actor()?.appointment.as_ref();
        held.filter(|a| posts.contains(&a.post.as_str())).ok_or_else(|| Error::new(NOT_IN_POST))
    }
    /// Whether the account has level 2.
    pub fn level_two(&self) -> bool {
        self.visitor.as_ref().is_some_and(|v| v.actor.level == Level::Two)
    }

    /// What a page that extends `frame.html` needs.
    pub fn frame(&self, title: impl Into<String>, section: Section) -> Frame {
        Frame::new(self, title.into(), section, Layout::Page)
    }

    /// What forms of this visitor are bound to: the session cookie, else the anonymous one.
    pub(crate) fn binding(&self) -> Option<&str> {
        self.cookie(cookie::SESSION).or_else(|| self.cookie(cookie::ANONYMOUS))
    }
    pub(crate) fn note_flash_shown(&self) {
        self.notes.flash_shown.store(true, Ordering::Relaxed);
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}
fn all<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str()).collect()
}

/// A date from what was typed in three boxes.
pub(crate) fn parse_date(
    day: Option<&str>,
    month: Option<&str>,
    year: Option<&str>,
) -> Result<Option<Date>> {
    let (day, month, year) = match (day, month, year) {
        (None, None, None) => return Ok(None),
        (Some(d), Some(m), Some(y)) => (d, m, y),
        _ => return Err(Error::new(DATE_PART_MISSING)),
    };
    let unreal = || Error::new(error::DATE_UNREAL);
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !(digits(day) && digits(month) && digits(year)) || year.len() != 4 {
        return Err(unreal());
    }
    let (day, month) = (day.parse().map_err(|_| unreal())?, month.parse().map_err(|_| unreal())?);
    let year = year.parse().map_err(|_| unreal())?;
    Date::new(year, month, day).map(Some).map_err(|_| unreal())
}

/// `1.234.567`, `1 234 567`, `1234567`, each with an optional minus.
fn grouped_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |r| (-1, r));
    let groups: Vec<&str> = rest.split(['.', ' ', ',']).collect();
    let digits = |s: &&str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let well_grouped =
        groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|g| g.len() == 3));
    if !well_grouped || !groups.iter().all(digits) {
        return None;
    }
    groups.concat().parse::<i64>().ok().map(|n| sign * n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_does_not_stay_in_memory() {
        fn wiped_at_the_end<T: ZeroizeOnDrop>(_: &T) {}
        let web = crate::testing::site(&[], None);
        let mut headers = HeaderMap::new();
        headers.insert("cookie", "__Host-lt=secret".parse().unwrap());
        let uri = Uri::from_static("/dang-nhap");
        let mut req = Req::from_head(&web, Method::POST, &uri, headers, "T".to_owned());
        req.posted.fields.push(("password".to_owned(), "gạo nếp".to_owned()));
        req.body = b"{}".to_vec();
        wiped_at_the_end(&req);
        assert_eq!(req.form("password"), Some("gạo nếp"));
        req.wipe();
        assert_eq!((req.form("password"), req.session_cookie()), (None, None));
        assert!(req.body.is_empty());
        assert_eq!(web.settings().secret, [0; 32], "the key is in the sealer alone");
    }

    #[test]
    fn dates_that_exist() {
        let d = |d, m, y| parse_date(Some(d), Some(m), Some(y));
        assert_eq!(d("29", "2", "2028").unwrap(), Some(jiff::civil::date(2028, 2, 29)));
        assert_eq!(d("01", "09", "1945").unwrap(), Some(jiff::civil::date(1945, 9, 1)));
        for (day, month, year) in [
            ("31", "2", "2027"),
            ("0", "1", "2027"),
            ("1", "13", "2027"),
            ("1", "1", "27"),
            ("+1", "1", "2027"),
            ("1", "1", "20270"),
            ("một", "1", "2027"),
            ("999", "1", "2027"),
        ] {
            assert!(
                d(day, month, year).unwrap_err().is(error::DATE_UNREAL),
                "{day}/{month}/{year}"
            );
        }
        assert_eq!(parse_date(None, None, None).unwrap(), None);
        assert!(parse_date(Some("1"), None, Some("2027")).unwrap_err().is(DATE_PART_MISSING));
    }

    #[test]
    fn numbers_as_people_group_them() {
        for (typed, n) in [
            ("15.000", 15_000),
            ("15 000", 15_000),
            ("15000", 15_000),
            ("-7", -7),
            ("1.234.567", 1_234_567),
            ("1,000", 1_000),
        ] {
            assert_eq!(grouped_number(typed), Some(n), "{typed}");
        }
        for typed in ["", "-", "1.5", "1.0000", "1..000", "12a", "99999999999999999999", "--1"] {
            assert_eq!(grouped_number(typed), None, "{typed}");
        }
    }
}
