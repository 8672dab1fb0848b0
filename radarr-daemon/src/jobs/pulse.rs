//! When the worker last went round: whether it still gives out jobs is told from that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A worker's sign of life. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Pulse {
    began: Instant,
    last_ms: Arc<AtomicU64>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { began: Instant::now(), last_ms: Arc::default() }
    }
}

impl Pulse {
    /// One that has not beaten for so long.
    #[cfg(test)]
    pub(crate) fn that_began_before(age: Duration) -> Self {
        Self { began: Instant::now().checked_sub(age).unwrap(), last_ms: Arc::default() }
    }

    /// The worker goes round.
    pub fn beat(&self) {
        let since = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(since, Ordering::Release);
    }

    /// How long ago it last did.
    pub fn age(&self) -> Duration {
        self.began.elapsed().saturating_sub(Duration::from_millis(self.last_ms.load(Ordering::Acquire)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_ages_until_the_next_beat() {
        let pulse = Pulse::that_began_before(Duration::from_secs(61));
        assert!(pulse.age() >= Duration::from_secs(61));
        pulse.clone().beat();
        assert!(pulse.age() < Duration::from_secs(61));
    }
}
