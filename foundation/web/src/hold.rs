//! The memory that forms with files hold, all of them together. It is taken as their bytes arrive and
//! given back when the request is over, so that many slow senders hold little and keep nobody out.

use kernel::{Error, Result, error};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What one form holds of the memory for uploads.
pub(crate) struct Hold {
    all: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

impl Hold {
    /// Holds nothing yet. A permit of the semaphore is a byte.
    pub(crate) fn of(all: &Arc<Semaphore>) -> Self {
        Self { all: all.clone(), taken: None }
    }

    /// Takes room for bytes that have arrived; waits so long when others hold all of it.
    pub(crate) async fn take(&mut self, bytes: usize, wait: Duration) -> Result<()> {
        let busy = || Error::new(error::BUSY).because("no room for uploads");
        let n = u32::try_from(bytes).map_err(Error::bug)?;
        let more = timeout(wait, self.all.clone().acquire_many_owned(n)).await;
        let more = more.map_err(|_| busy())?.map_err(|_| busy())?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_held_is_given_back_and_the_next_one_waits() {
        let all = Arc::new(Semaphore::new(100));
        let (mut a, mut b) = (Hold::of(&all), Hold::of(&all));
        let (at_once, long) = (Duration::ZERO, Duration::from_secs(600));
        a.take(60, at_once).await.unwrap();
        a.take(30, at_once).await.unwrap();
        assert!(b.take(20, at_once).await.unwrap_err().is(error::BUSY));
        let waiting = tokio::spawn(async move { b.take(20, long).await });
        drop(a);
        waiting.await.unwrap().unwrap();
    }
}
