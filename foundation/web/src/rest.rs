//! What is left of a request that was answered before all of it was read: too large, from another site, too
//! many of them. Hung up on at once, the sender would lose the answer with the connection, and a proxy or a
//! browser that keeps connections would send its next request into one that is about to go. So the answer
//! says that the connection ends with it, and what is still on its way is taken and thrown away, so much and
//! so long.

use crate::limits::{REST_BYTES_MAX, REST_WAIT_MAX};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Version, header};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

/// Whether a request's body was read to its end.
pub(crate) struct Heard(Option<Arc<AtomicBool>>);

impl Heard {
    /// Watches the body of this request. One without a body has been heard.
    pub(crate) fn of(request: &mut Request) -> Self {
        // A stream of HTTP/2 ends by itself, and others go on beside it.
        if request.body().is_end_stream() || request.version() > Version::HTTP_11 {
            return Self(None);
        }
        let ended = Arc::new(AtomicBool::new(false));
        // Who asks first sends nothing once refused; to read on would be to invite it.
        let asks = request.headers().contains_key(header::EXPECT);
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = Body::new(Watched { body, ended: ended.clone(), asks });
        Self(Some(ended))
    }

    /// Tells the other end that the connection ends with this answer, if its request was not read.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        if self.0.as_ref().is_some_and(|ended| !ended.load(Ordering::Relaxed)) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
    asks: bool,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.ended.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if self.asks || self.ended.load(Ordering::Relaxed) {
            return;
        }
        // Outside the runtime there is nobody to take it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let rest = take(std::mem::take(&mut self.body));
            runtime.spawn(async { tokio::time::timeout(REST_WAIT_MAX, rest).await });
        }
    }
}

/// Takes what still comes, up to the limit.
async fn take(mut body: Body) {
    let mut taken = 0;
    while taken < REST_BYTES_MAX {
        let next = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        let Some(Ok(frame)) = next else { return };
        taken += frame.data_ref().map_or(0, Bytes::len);
    }
}
