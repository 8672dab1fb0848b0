//! The ladder that an indexer climbs while it fails; a plain value that the storage keeps.
//!
//! Source: Radarr's escalation of provider failures.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Minutes out of use at each level.
const LADDER_MINUTES: [i64; 10] = [0, 1, 5, 15, 30, 60, 180, 360, 720, 1440];
/// For so long after the daemon's start failures climb no higher than five minutes: the network may not be up.
const START_GRACE: SignedDuration = SignedDuration::from_mins(15);
const START_MINUTES_MAX: i64 = 5;

/// How often it failed, and until when it is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Backoff {
    /// Rung of the ladder; 0 = all is well.
    pub level: u8,
    /// When the trouble began.
    pub failing_since: Option<Timestamp>,
    /// Not before.
    pub blocked_until: Option<Timestamp>,
}

impl Backoff {
    /// A failure that says something about the indexer: one rung up.
    pub fn failed(&mut self, now: Timestamp, started_at: Timestamp) {
        let top = u8::try_from(LADDER_MINUTES.len() - 1).unwrap_or(u8::MAX);
        let just_started = now.duration_since(started_at) < START_GRACE;
        if self.level == 0 || !just_started {
            self.level = self.level.saturating_add(1).min(top);
        }
        self.failing_since.get_or_insert(now);
        let mut minutes = LADDER_MINUTES.get(usize::from(self.level)).copied().unwrap_or(0);
        if just_started {
            minutes = minutes.min(START_MINUTES_MAX);
        }
        self.block(now, SignedDuration::from_mins(minutes));
    }

    /// The indexer said how long to stay away: up until the rung is as long.
    pub fn limited(&mut self, now: Timestamp, wait: SignedDuration) {
        let rung = LADDER_MINUTES.iter().position(|minutes| SignedDuration::from_mins(*minutes) >= wait);
        let rung = u8::try_from(rung.unwrap_or(LADDER_MINUTES.len() - 1)).unwrap_or(u8::MAX);
        self.level = self.level.max(rung);
        self.failing_since.get_or_insert(now);
        self.block(now, wait);
    }

    /// A success: one rung down, and usable at once.
    pub fn succeeded(&mut self) {
        self.level = self.level.saturating_sub(1);
        self.blocked_until = None;
        if self.level == 0 {
            self.failing_since = None;
        }
    }

    fn block(&mut self, now: Timestamp, wait: SignedDuration) {
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        self.blocked_until = Some(self.blocked_until.map_or(until, |known| known.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn each_failure_is_a_rung_up_to_a_day_and_each_success_one_down() {
        let mut backoff = Backoff::default();
        let mut now = at(1000);
        let mut waits = Vec::new();
        for _ in 0..11 {
            backoff.failed(now, at(0));
            let until = backoff.blocked_until.unwrap();
            waits.push(until.duration_since(now).as_mins());
            now = until;
        }
        assert_eq!(waits, [1, 5, 15, 30, 60, 180, 360, 720, 1440, 1440, 1440]);
        backoff.succeeded();
        assert_eq!((backoff.level, backoff.blocked_until, backoff.failing_since), (8, None, Some(at(1000))));
        (0..8).for_each(|_| backoff.succeeded());
        assert_eq!(backoff, Backoff::default());
    }

    #[test]
    fn just_after_the_start_failures_climb_one_rung() {
        let mut backoff = Backoff::default();
        backoff.failed(at(1), at(0));
        backoff.failed(at(3), at(0));
        assert_eq!((backoff.level, backoff.blocked_until), (1, Some(at(4))));
        let mut high = Backoff { level: 7, ..Backoff::default() };
        high.failed(at(10), at(0));
        assert_eq!((high.level, high.blocked_until), (7, Some(at(15))));
    }

    #[test]
    fn a_limit_holds_for_as_long_as_was_said() {
        let mut backoff = Backoff::default();
        backoff.limited(at(100), SignedDuration::from_mins(15));
        assert_eq!((backoff.level, backoff.blocked_until), (3, Some(at(115))));
        backoff.limited(at(101), SignedDuration::from_mins(1));
        assert_eq!(backoff.blocked_until, Some(at(115)));
    }
}
