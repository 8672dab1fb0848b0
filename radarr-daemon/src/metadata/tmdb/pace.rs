//! A token bucket: so many requests at once, so many in a second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The bucket. `take` says how long to wait before the request may go.
#[derive(Debug)]
pub(super) struct Bucket {
    spacing: Duration,
    burst: u32,
    /// When the bucket will be full again; it moves on by `spacing` for each request.
    full_at: Mutex<Instant>,
}

impl Bucket {
    pub(super) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        Self { spacing: Duration::from_secs(1) / per_second.max(1), burst, full_at: Mutex::new(now) }
    }

    /// Takes one token, if need be from the future.
    pub(super) fn take(&self, now: Instant) -> Duration {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        *full_at = (*full_at).max(now) + self.spacing;
        (*full_at).saturating_duration_since(now).saturating_sub(self.spacing * self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_is_spaced() {
        let start = Instant::now();
        let bucket = Bucket::new(20, 5, start);
        let waits: Vec<_> = (0..7).map(|_| bucket.take(start).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 50, 100]);
        assert_eq!(bucket.take(start + Duration::from_secs(5)), Duration::ZERO);
    }
}
