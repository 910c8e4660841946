//! Answers of handlers that only read are kept until the reading is on record.

use super::Site;
use crate::site::{Durable, Ledger};
use axum::http::StatusCode;
use kernel::{Error, Result, error};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// What is recorded is durable when the test says so.
#[derive(Default)]
struct Kept {
    receipts: Mutex<Vec<oneshot::Sender<Result<()>>>>,
    /// What runs here left nothing.
    nothing: bool,
}

impl Ledger for Kept {
    fn hold(&self, work: &mut dyn FnMut()) -> Option<Box<dyn Durable>> {
        work();
        if self.nothing {
            return None;
        }
        let (tell, told) = oneshot::channel();
        self.receipts.lock().unwrap().push(tell);
        Some(Box::new(OnTheWay(told)))
    }
}

struct OnTheWay(oneshot::Receiver<Result<()>>);

impl Durable for OnTheWay {
    fn then(self: Box<Self>, then: Box<dyn FnOnce(Result<()>) + Send>) {
        std::thread::spawn(move || {
            then(self.0.blocking_recv().unwrap_or_else(|_| Err(Error::bug("lost"))));
        });
    }
}

fn site(kept: &Arc<Kept>) -> Site {
    let ledger: Arc<dyn Ledger> = kept.clone();
    Site::with(|s| crate::Settings { ledger: Some(ledger), ..s }, |w| w)
}

async fn receipt(kept: &Kept) -> oneshot::Sender<Result<()>> {
    loop {
        if let Some(receipt) = kept.receipts.lock().unwrap().pop() {
            return receipt;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nothing_leaves_before_the_reading_is_on_record() {
    let kept = Arc::new(Kept::default());
    let site = site(&kept);
    let mut client = site.client();
    let asked = tokio::spawn(async move { client.get("/?q=Lan").await });
    let ready = receipt(&kept).await;
    // The handler has answered; its turn is still taken, the answer still here.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!asked.is_finished());
    ready.send(Ok(())).unwrap();
    let answer = asked.await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains("<p>Lan</p>"));
}

#[tokio::test]
async fn what_could_not_be_recorded_is_not_told() {
    let kept = Arc::new(Kept::default());
    let site = site(&kept);
    let mut client = site.client();
    let asked = tokio::spawn(async move { client.get("/?q=Lan").await });
    let ready = receipt(&kept).await;
    ready.send(Err(Error::new(error::UNAVAILABLE).because("the disk is full"))).unwrap();
    let answer = asked.await.unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.text().contains("Lan"));
}

#[tokio::test]
async fn a_reading_that_leaves_nothing_and_a_change_are_answered_at_once() {
    let kept = Arc::new(Kept { nothing: true, ..Kept::default() });
    let site = site(&kept);
    let mut client = site.signed_in("lan");
    assert_eq!(client.get("/form").await.status, StatusCode::OK);
    assert_eq!(client.get("/hong/panic").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    // One who changes something waits for it in the handler, on a thread of its own.
    let kept = Arc::new(Kept::default());
    let site = self::site(&kept);
    let mut sender = site.signed_in("lan");
    let token = client.token().unwrap().to_owned();
    let sent = sender.post("/gui", &[("ten", "Lan"), (crate::req::TOKEN_FIELD, &token)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(kept.receipts.lock().unwrap().is_empty());
}
