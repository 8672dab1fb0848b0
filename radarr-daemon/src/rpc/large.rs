//! Large answers, such as the whole library, one at a time for each client and a few at once for all.
//!
//! Such an answer takes megabytes from the moment it is made until it was read. A client that asks for many and reads
//! slowly waits here for itself: the next one is not made before the last was read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use radarr_proto::answer_room::Unread;
use radarr_proto::error::ApiError;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Rows from which on an answer counts as large.
pub const LARGE_ROWS: u64 = 500;
/// Large answers that are made at once, whoever asks.
pub const LARGE_AT_ONCE: usize = 4;
/// How long a turn is waited for before the client is told to come back.
const WAIT_MAX: Duration = Duration::from_secs(4);
/// Between two looks whether the last answer was read.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// When a client that was turned away should ask again.
const COME_BACK_AFTER: Duration = Duration::from_secs(1);

/// The turns of one connection.
#[derive(Debug)]
pub struct Large {
    unread: Unread,
    own: Semaphore,
    all: Arc<Semaphore>,
}

/// A turn; the next begins when it is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    _own: SemaphorePermit<'a>,
    _all: SemaphorePermit<'a>,
}

impl Large {
    /// For a connection whose answers wait in `unread`.
    pub fn new(unread: Unread, all: Arc<Semaphore>) -> Self {
        Self { unread, own: Semaphore::new(1), all }
    }

    /// Waits for a turn, not as long as the caller would.
    pub async fn turn(&self, deadline: Instant) -> Result<Turn<'_>, ApiError> {
        let patience = deadline.saturating_duration_since(Instant::now()) / 2;
        let turn = async {
            let own = self.own.acquire().await.ok()?;
            while self.unread.is_waiting() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Some(Turn { _own: own, _all: self.all.acquire().await.ok()? })
        };
        let turn = tokio::time::timeout(WAIT_MAX.min(patience), turn).await.ok().flatten();
        turn.ok_or_else(|| ApiError::busy("too many large lists are asked for", COME_BACK_AFTER))
    }
}

impl Default for Large {
    fn default() -> Self {
        Self::new(Unread::default(), Arc::new(Semaphore::new(LARGE_AT_ONCE)))
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::error::ErrorCode;

    use super::*;

    #[tokio::test]
    async fn a_client_has_one_turn_at_a_time_and_all_have_a_few_together() {
        let all = Arc::new(Semaphore::new(2));
        let connection = || Large::new(Unread::default(), Arc::clone(&all));
        let (one, two, three) = (connection(), connection(), connection());
        let soon = || Instant::now() + Duration::from_millis(200);
        let turn = one.turn(soon()).await.unwrap();
        assert_eq!(one.turn(soon()).await.unwrap_err().code, ErrorCode::Busy);
        let other = two.turn(soon()).await.unwrap();
        let refused = three.turn(soon()).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after_ms), (ErrorCode::Busy, Some(1000)));
        drop(other);
        three.turn(soon()).await.unwrap();
        drop(turn);
        one.turn(soon()).await.unwrap();
    }
}
