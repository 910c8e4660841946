//! Live parts of pages: server-sent events that follow the journal.

use crate::limits as l;
use crate::site::Web;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, header};
use kernel::Result;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until, timeout};

/// One thing the browser does to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveEvent {
    /// What is done with the HTML; see the constructors.
    pub name: String,
    /// HTML whose top elements carry an `id`.
    pub html: String,
}

impl LiveEvent {
    /// Puts each top element in the place of the element with the same id.
    pub fn swap(html: impl Into<String>) -> Self {
        Self { name: "swap".to_owned(), html: html.into() }
    }
    /// Puts the elements at the start of the element with this id; one that is there already is
    /// replaced where it stands.
    pub fn prepend(id: &str, html: impl Into<String>) -> Self {
        Self { name: format!("prepend:{id}"), html: html.into() }
    }
    /// As [`LiveEvent::prepend`], at the end.
    pub fn append(id: &str, html: impl Into<String>) -> Self {
        Self { name: format!("append:{id}"), html: html.into() }
    }
    /// Takes the element with this id away.
    pub fn remove(id: &str) -> Self {
        Self { name: format!("remove:{id}"), html: String::new() }
    }
    /// Shows a passing message, announced to screen readers.
    pub fn toast(text: &str) -> Self {
        Self { name: "toast".to_owned(), html: crate::markup::escape(text) }
    }
}

/// What comes after a journal number: the new number, and what changed for this page.
pub type Next = Box<dyn FnMut(i64) -> Result<(i64, Vec<LiveEvent>)> + Send>;

/// An answer that stays open and follows the journal.
pub struct Live {
    /// The journal number the page was rendered at; `None` begins at the present head. A browser
    /// that reconnects goes on from its last event instead.
    pub after: Option<i64>,
    /// Asked whenever the journal has grown. Runs on the blocking pool.
    pub next: Next,
}

impl Live {
    /// Follows the journal from `after`.
    pub fn new(
        after: Option<i64>,
        next: impl FnMut(i64) -> Result<(i64, Vec<LiveEvent>)> + Send + 'static,
    ) -> Self {
        Self { after, next: Box::new(next) }
    }
}

/// The text of one event: `id`, then the name and the HTML as data lines.
fn frame(cursor: i64, events: &[LiveEvent]) -> String {
    if events.is_empty() {
        // Sets the browser's last event id without waking the page.
        return format!("id: {cursor}\n\n");
    }
    let mut out = String::new();
    for (i, event) in events.iter().enumerate() {
        // Only the last of a batch carries the number: a connection that breaks inside a batch is
        // given the whole batch again.
        if i + 1 == events.len() {
            out.push_str(&format!("id: {cursor}\n"));
        }
        for line in std::iter::once(event.name.as_str()).chain(event.html.lines()) {
            out.push_str("data: ");
            out.push_str(line.trim_end_matches('\r'));
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

/// A place among the open connections, given back when the connection ends.
pub(crate) struct Place {
    web: Web,
    who: String,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    /// `None` when the site or this visitor holds as many as it may.
    pub(crate) fn take(web: &Web, who: String, most: usize) -> Option<Self> {
        let permit = web.live_places.clone().try_acquire_owned().ok()?;
        {
            let mut held = lock(&web.live_visitors);
            let n = held.entry(who.clone()).or_default();
            if *n >= most {
                return None;
            }
            *n += 1;
        }
        web.metrics.live_open.add(1);
        Some(Self { web: web.clone(), who, _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = lock(&self.web.live_visitors);
        if let Some(n) = held.get_mut(&self.who) {
            *n -= 1;
            if *n == 0 {
                held.remove(&self.who);
            }
        }
        self.web.metrics.live_open.add(-1);
    }
}

fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// How fast live connections move.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) pause: Duration,
    pub(crate) heartbeat: Duration,
    pub(crate) recheck: Duration,
    pub(crate) life: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            pause: l::LIVE_PAUSE,
            heartbeat: l::LIVE_HEARTBEAT,
            recheck: l::LIVE_RECHECK,
            life: l::LIVE_LIFE_MAX,
        }
    }
}

/// What a connection needs besides the handler's part.
pub(crate) struct Opening {
    pub(crate) live: Live,
    pub(crate) last_event_id: Option<i64>,
    /// The session cookie, and the actor it stood for: both must hold for the stream to go on.
    pub(crate) session: Option<(String, kernel::Actor)>,
    pub(crate) place: Place,
}

/// The open answer.
pub(crate) fn answer(web: &Web, opening: Opening) -> Response<Body> {
    let stream = futures_util::stream::unfold(Stream::new(web, opening), |mut s| async move {
        s.turn().await.map(|text| (Ok::<_, std::convert::Infallible>(Bytes::from(text)), s))
    });
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

struct Stream {
    web: Web,
    next: Option<Next>,
    session: Option<(String, kernel::Actor)>,
    cursor: i64,
    first: bool,
    looked: bool,
    /// When the last look began.
    looked_at: Option<Instant>,
    /// Set while the page's own view is behind the journal: the pause before the next look.
    lag: Option<Duration>,
    opened_at: Instant,
    checked_at: Instant,
    head: tokio::sync::watch::Receiver<i64>,
    closing: tokio::sync::watch::Receiver<bool>,
    _place: Place,
}

enum Woken {
    Look,
    Heartbeat,
    End,
}

impl Stream {
    fn new(web: &Web, o: Opening) -> Self {
        let head = web.head.subscribe();
        let known = o.last_event_id.or(o.live.after);
        let present = *head.borrow();
        Self {
            cursor: known.unwrap_or(present),
            // With a known start there may be news already, also when nothing moves from now on.
            looked: known.is_none(),
            looked_at: None,
            lag: None,
            next: Some(o.live.next),
            session: o.session,
            first: true,
            opened_at: Instant::now(),
            checked_at: Instant::now(),
            head,
            closing: web.closing.subscribe(),
            web: web.clone(),
            _place: o.place,
        }
    }

    /// The next text to send; `None` ends the connection (the browser then opens a new one).
    async fn turn(&mut self) -> Option<String> {
        if self.first {
            self.first = false;
            return Some(format!("retry: 2000\nid: {}\n\n", self.cursor));
        }
        loop {
            match self.wait().await {
                Woken::End => return None,
                Woken::Heartbeat => {
                    if !self.session_holds().await {
                        return None;
                    }
                    return Some(": nhịp\n\n".to_owned());
                }
                Woken::Look => {
                    let before = self.cursor;
                    let events = self.look().await?;
                    if !events.is_empty() || self.cursor != before {
                        return Some(frame(self.cursor, &events));
                    }
                }
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        if *self.closing.borrow() || self.opened_at.elapsed() > self.web.pace.life {
            return Woken::End;
        }
        if !self.looked {
            return Woken::Look;
        }
        let cursor = self.cursor;
        let (head, closing, lag) = (&mut self.head, &mut self.closing, self.lag);
        let news = async {
            match lag {
                None => {
                    let seen = head.wait_for(|h| *h > cursor).await.is_ok();
                    if seen { Woken::Look } else { Woken::End }
                }
                Some(pause) => {
                    // Either the pause is over or the journal has moved: both mean look.
                    let _ = timeout(pause, head.changed()).await;
                    Woken::Look
                }
            }
        };
        let news = async {
            tokio::select! {
                woken = news => woken,
                _ = closing.wait_for(|c| *c) => Woken::End,
            }
        };
        let woken = timeout(self.web.pace.heartbeat, news).await.unwrap_or(Woken::Heartbeat);
        if matches!(woken, Woken::Look)
            && let Some(at) = self.looked_at
        {
            // The first news go out at once; what comes soon after a look waits, so that many
            // commits a second become one look.
            let pause = self.web.pace.pause;
            sleep_until(at + lag.map_or(pause, |l| l.min(pause))).await;
        }
        woken
    }

    /// Asks the handler. `None` ends the connection.
    async fn look(&mut self) -> Option<Vec<LiveEvent>> {
        if !self.session_holds().await {
            return None;
        }
        self.looked_at = Some(Instant::now());
        // The head read before the look: what commits during it wakes us once more.
        let head = *self.head.borrow_and_update();
        let _turn = self.web.live_looks.clone().acquire_owned().await.ok()?;
        let mut next = self.next.take()?;
        let cursor = self.cursor;
        let (next, got) = tokio::task::spawn_blocking(move || {
            let got = next(cursor);
            (next, got)
        })
        .await
        .ok()?;
        self.next = Some(next);
        self.looked = true;
        match got {
            Ok((to, events)) => {
                // A page that reads a projection may lag behind the journal: look again, soon and
                // then ever more rarely, until it has caught up or the journal moves.
                let moved = to > cursor || !events.is_empty();
                self.lag = match (moved || to >= head, self.lag) {
                    (true, _) => None,
                    (false, None) => Some(self.web.pace.pause / 4),
                    (false, Some(pause)) => Some((pause * 2).min(self.web.pace.heartbeat / 2)),
                };
                self.cursor = to.max(cursor);
                Some(events)
            }
            Err(e) => {
                tracing::warn!(code = e.code().id, cause = e.cause(), "live look failed");
                None
            }
        }
    }

    /// Whether the session still stands for the same actor; asked at most every few seconds.
    async fn session_holds(&mut self) -> bool {
        let Some((cookie, actor)) = self.session.clone() else { return true };
        if self.checked_at.elapsed() < self.web.pace.recheck {
            return true;
        }
        self.checked_at = Instant::now();
        let sessions: Arc<dyn crate::Sessions> = self.web.sessions.clone();
        let seen = tokio::task::spawn_blocking(move || sessions.visitor(&cookie)).await;
        matches!(seen, Ok(Ok(Some(v))) if v.actor.appointment == actor.appointment
            && v.actor.account == actor.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_text_lines_with_a_number_at_the_end_of_its_batch() {
        let events = [LiveEvent::swap("<p id=\"a\">\r\nx</p>"), LiveEvent::remove("b")];
        assert_eq!(
            frame(7, &events),
            "data: swap\ndata: <p id=\"a\">\ndata: x</p>\n\nid: 7\ndata: remove:b\n\n"
        );
        assert_eq!(frame(8, &[]), "id: 8\n\n");
        assert_eq!(LiveEvent::toast("<x>").html, "&lt;x&gt;");
    }
}
