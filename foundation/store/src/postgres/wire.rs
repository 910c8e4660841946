//! The wire to the server: what is asked goes out in its order, several requests before the first is
//! answered. Each time the other side is waited for costs both a turn of the processor, and in a province
//! whose database is another machine the way there and back; a transaction asks many things whose answer
//! nobody needs before its end.

use kernel::{Error as Fault, Result as Outcome};
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{Client, Config, Connection, Error, NoTls, Socket};

/// Requests whose answers nobody has waited for yet.
const UNDER_WAY_MAX: usize = 64;
/// How long the last answers are waited for when a connection is closed.
const FAREWELL: Duration = Duration::from_secs(1);

type Asked = Pin<Box<dyn Future<Output = Result<(), Broken>> + Send>>;

/// Why something that was asked did not go well.
pub(super) enum Broken {
    /// The server, or the network, says so.
    Told(Error),
    /// It changed another number of rows than it must.
    Missed,
}

impl From<Error> for Broken {
    fn from(e: Error) -> Self {
        Self::Told(e)
    }
}

pub(super) struct Wire {
    runtime: Runtime,
    client: Arc<Client>,
    line: Line,
}

/// What is on its way.
struct Line {
    /// None: closed by the other side, or broken.
    connection: Option<Connection<Socket, NoTlsStream>>,
    under_way: Vec<Asked>,
    /// What the server, or the network, said when it closed.
    lost: Option<Error>,
}

impl Wire {
    pub(super) fn connect(config: &Config) -> Outcome<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Fault::bug)?;
        let connected = runtime.block_on(config.connect(NoTls));
        let (client, connection) = connected.map_err(|e| crate::errors::postgres(&e))?;
        let line = Line { connection: Some(connection), under_way: Vec::new(), lost: None };
        Ok(Self { runtime, client: Arc::new(client), line })
    }

    /// Who asks.
    pub(super) fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Asks this; it goes out with what is waited for next, and its failure is told then.
    pub(super) fn ask(
        &mut self,
        what: impl Future<Output = Result<(), Broken>> + Send + 'static,
    ) -> Result<(), Broken> {
        if self.line.under_way.len() >= UNDER_WAY_MAX {
            self.wait_for(ready(Ok(())))?;
        }
        let mut what: Asked = Box::pin(what);
        // Looked at once, so that it stands in the line.
        if let Poll::Ready(outcome) = what.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            what = Box::pin(ready(outcome));
        }
        self.line.under_way.push(what);
        Ok(())
    }

    /// Waits for the answer to this, and to everything that was asked before. The first failure counts:
    /// those after it are its consequences.
    pub(super) fn wait_for<T>(
        &mut self,
        asked: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Broken> {
        let (mut asked, mut answer, mut failed) = (pin!(asked), None, None);
        let line = &mut self.line;
        let answer = self.runtime.block_on(poll_fn(|cx| {
            // Before the line moves, so that all of it leaves together.
            look(&mut answer, asked.as_mut(), cx);
            line.turn(cx);
            line.under_way.retain_mut(|one| match one.as_mut().poll(cx) {
                Poll::Ready(outcome) => {
                    failed = failed.take().or(outcome.err());
                    false
                }
                Poll::Pending => true,
            });
            look(&mut answer, asked.as_mut(), cx);
            match answer.take() {
                Some(done) if line.under_way.is_empty() => Poll::Ready(done),
                other => {
                    answer = other;
                    Poll::Pending
                }
            }
        }));
        // Why the connection ended says more than that it is closed.
        failed.map_or(answer.map_err(Broken::Told), Err).map_err(|e| match e {
            Broken::Told(e) if e.is_closed() => Broken::Told(self.line.lost.take().unwrap_or(e)),
            e => e,
        })
    }

    /// Sends what was asked, without waiting for the answers.
    pub(super) fn send(&mut self) {
        let line = &mut self.line;
        self.runtime.block_on(poll_fn(|cx| {
            line.turn(cx);
            Poll::Ready(())
        }));
    }

    /// Hears what has come meanwhile: that the server has closed the connection, for one.
    pub(super) fn hear(&mut self) {
        // Lets the runtime look at the network.
        self.runtime.block_on(tokio::task::yield_now());
        self.send();
    }

    /// Nobody waits any more for the answers to what was asked.
    pub(super) fn forget(&mut self) {
        self.line.under_way.clear();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.under_way.is_empty() || self.is_closed() {
            return;
        }
        let line = &mut self.line;
        let last = poll_fn(|cx| {
            line.turn(cx);
            line.under_way.retain_mut(|one| one.as_mut().poll(cx).is_pending());
            if line.under_way.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        });
        // What was left open is undone by the server in any case.
        let _ = self.runtime.block_on(async { tokio::time::timeout(FAREWELL, last).await });
    }
}

impl Line {
    /// Sends and receives what can be without waiting.
    fn turn(&mut self, cx: &mut Context<'_>) {
        while let Some(connection) = &mut self.connection {
            match connection.poll_message(cx) {
                // Notices and settings of the server: nothing that anybody waits for.
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(e))) => {
                    self.lost = Some(e);
                    self.connection = None;
                }
                Poll::Ready(None) => self.connection = None,
                Poll::Pending => return,
            }
        }
    }
}

fn look<F: Future>(answer: &mut Option<F::Output>, asked: Pin<&mut F>, cx: &mut Context<'_>) {
    if answer.is_none()
        && let Poll::Ready(done) = asked.poll(cx)
    {
        *answer = Some(done);
    }
}
