//! How patient the queue is with each kind of job.

use std::time::Duration;

use jiff::SignedDuration;
use radarr_proto::model::JobKind;

/// A lease lasts that long without a renewal; the worker renews after a third of it. A daemon that was killed keeps
/// its jobs from others for so long.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// The same where others are there to take over: they do so within fifteen seconds.
pub(super) const LEASE_SHARED: SignedDuration = SignedDuration::from_secs(9);

/// The first pause after a failure; four times as long after each further one.
const PAUSE_MIN_SECONDS: u64 = 10;

/// The longest pause between two tries.
const PAUSE_MAX_SECONDS: u64 = 60 * 60;

/// How often and how long a kind is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Tries until it counts as failed for good.
    pub tries_max: u32,
    /// One try may take that long.
    pub time_max: Duration,
}

/// The policy of a kind. What the schedule starts again by itself is not repeated much; what carries a story on is.
pub fn policy(kind: &JobKind) -> Policy {
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    match kind {
        JobKind::SendGrab { .. } | JobKind::HandleFailure { .. } => {
            Policy { tries_max: 12, time_max: minutes(5) }
        }
        // A copy of 100 GB to a slow network disk takes hours.
        JobKind::ImportGrab { .. } => Policy { tries_max: 8, time_max: minutes(12 * 60) },
        // A movie that moves to another disk is copied by it.
        JobKind::RescanMovie { .. } => Policy { tries_max: 5, time_max: minutes(12 * 60) },
        JobKind::SearchMovie { .. } | JobKind::RefreshMovie { .. } => {
            Policy { tries_max: 5, time_max: minutes(15) }
        }
        JobKind::RefreshLibrary | JobKind::RescanLibrary | JobKind::Backup => {
            Policy { tries_max: 3, time_max: minutes(6 * 60) }
        }
        JobKind::SearchWanted
        | JobKind::ReadRecent
        | JobKind::ReviewPending
        | JobKind::CheckDownloads
        | JobKind::CleanRecycleBins
        | JobKind::LearnGroups
        | JobKind::CheckHealth => Policy { tries_max: 2, time_max: minutes(30) },
        JobKind::Unknown => Policy { tries_max: 1, time_max: minutes(1) },
    }
}

/// The pause before the next try. `salt` spreads jobs that failed together: up to a quarter is added.
pub(super) fn pause(tries: u32, salt: u64) -> SignedDuration {
    let base = PAUSE_MIN_SECONDS
        .saturating_mul(4_u64.saturating_pow(tries.saturating_sub(1)))
        .min(PAUSE_MAX_SECONDS);
    // A step of a prime: neighbouring numbers land far apart.
    let spread = salt.wrapping_mul(2_654_435_761) % (base / 4 + 1);
    SignedDuration::from_secs(i64::try_from(base + spread).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_have_an_end() {
        let seconds = |tries| pause(tries, 0).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6, 100].map(seconds), [10, 40, 160, 640, 2560, 3600, 3600]);
        assert!((10..=12).contains(&pause(1, 12345).as_secs()));
    }
}
