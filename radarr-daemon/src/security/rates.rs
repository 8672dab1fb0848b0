//! How often one principal may ask: a bucket that fills with time and is emptied by calls.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seconds of calls that may come at once: a client that starts asks much.
const BURST_SECONDS: f64 = 5.0;
/// Principals that are remembered. There are no more than tokens; full buckets need not be kept.
const PRINCIPALS_MAX: usize = 4096;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// The buckets of all principals.
#[derive(Debug, Default)]
pub struct Rates {
    /// Calls in a second; 0 = as many as they like.
    per_second: u32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

impl Rates {
    /// With that many calls in a second; 0 = without a limit.
    pub fn new(per_second: u32) -> Self {
        Self { per_second, buckets: Mutex::default() }
    }

    /// Takes one call. The error is how long to wait for the next.
    pub fn take(&self, principal: &str, now: Instant) -> Result<(), Duration> {
        if self.per_second == 0 {
            return Ok(());
        }
        let rate = f64::from(self.per_second);
        let full = rate * BURST_SECONDS;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |bucket: &Bucket| {
            (bucket.left + now.saturating_duration_since(bucket.at).as_secs_f64() * rate).min(full)
        };
        if buckets.len() >= PRINCIPALS_MAX {
            buckets.retain(|_, bucket| filled(bucket) < full);
        }
        let before = buckets.get(principal).map_or(full, filled);
        let (left, answer) = if before >= 1.0 {
            (before - 1.0, Ok(()))
        } else {
            let wait = Duration::try_from_secs_f64((1.0 - before) / rate).unwrap_or(Duration::from_secs(1));
            (before, Err(wait.max(Duration::from_millis(1))))
        };
        let has_room = buckets.len() < PRINCIPALS_MAX;
        match buckets.get_mut(principal) {
            Some(bucket) => *bucket = Bucket { left, at: now },
            None if has_room => {
                buckets.insert(principal.to_owned(), Bucket { left, at: now });
            }
            None => {}
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_through_and_then_as_many_as_the_rate_says() {
        let (rates, began) = (Rates::new(10), Instant::now());
        let goes = |principal: &str, at: Duration| rates.take(principal, began + at);
        let burst = (0..100).filter(|_| goes("token:a", Duration::ZERO).is_ok()).count();
        assert_eq!(burst, 50);
        let wait = goes("token:a", Duration::ZERO).unwrap_err();
        assert!(wait > Duration::from_millis(50) && wait <= Duration::from_millis(100), "{wait:?}");
        assert!(goes("token:b", Duration::ZERO).is_ok(), "another principal has a bucket of its own");
        let later = Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| goes("token:a", later).is_ok()).count(), 10);
        let day = Duration::from_hours(24);
        assert_eq!((0..100).filter(|_| goes("token:a", day).is_ok()).count(), 50, "it never overflows");
    }

    #[test]
    fn without_a_limit_everything_goes_and_nothing_is_remembered() {
        let rates = Rates::new(0);
        assert!((0..10_000).all(|_| rates.take("token:a", Instant::now()).is_ok()));
        assert!(rates.buckets.lock().unwrap().is_empty());
    }
}
