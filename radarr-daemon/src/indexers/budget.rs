//! When an indexer may be asked: pace, requests in an hour, fetches in an hour, and the back-off (D17).
//!
//! Pure: the value is kept in the storage, so that restarts share it, and `now` is an argument.

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::IndexerBudget;
use serde::{Deserialize, Serialize};

use super::IndexerError;
use super::backoff::Backoff;

/// Two requests to one indexer are this far apart; Radarr's and Sonarr's pace, which trackers are used to.
pub const SPACING: SignedDuration = SignedDuration::from_secs(2);
/// Torrent files in an hour, beside the searches: more than any library needs, less than a tracker minds.
pub const FETCHES_PER_HOUR: u32 = 60;
/// The part of an hour's searches that learning may take: one in so many.
pub const LEARN_ONE_IN: u32 = 4;
/// Searches in an hour when the settings say 0.
pub const REQUESTS_PER_HOUR_DEFAULT: u32 = 120;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A list: recent releases or a search.
    List,
    /// A torrent file.
    Fetch,
    /// A page of the listing, for what is known of groups. It is a list as well, and never takes more than a share of
    /// them: searches come first.
    Learn,
}

/// Why a request must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The last one was less than [`SPACING`] ago.
    Pace,
    /// The hour's requests are used up.
    HourUsedUp,
    /// It failed or asked to be left alone.
    Blocked,
}

/// Not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBefore {
    /// From then on.
    pub at: Timestamp,
    /// The longest of the reasons.
    pub because: Because,
}

/// What was used, and what went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// When the running hour began: with its first request.
    pub hour_began: Option<Timestamp>,
    /// Lists asked for in it.
    pub lists: u32,
    /// Of these for what is known of groups.
    pub learned: u32,
    /// Torrent files fetched in it.
    pub fetches: u32,
    /// Before it no request goes out.
    pub next_at: Option<Timestamp>,
    /// Failures.
    pub backoff: Backoff,
    /// The last one, in words.
    pub last_error: Option<String>,
}

impl Budget {
    /// Counts a request that goes out at `now`, or says when it may.
    pub fn take(&mut self, purpose: Purpose, per_hour: u32, now: Timestamp) -> Result<(), NotBefore> {
        // A clock that was set back must not lock the indexer for longer than an hour.
        let hour_over = self.hour_began.is_none_or(|began| now.duration_since(began).abs() >= HOUR);
        if hour_over {
            (self.hour_began, self.lists, self.learned, self.fetches) = (None, 0, 0, 0);
        }
        let lists = allowed(per_hour);
        let used_up = match purpose {
            Purpose::List => self.lists >= lists,
            Purpose::Fetch => self.fetches >= FETCHES_PER_HOUR,
            Purpose::Learn => self.lists >= lists || self.learned >= (lists / LEARN_ONE_IN).max(1),
        };
        let hour_end = self.hour_began.and_then(|began| began.checked_add(HOUR).ok());
        let pace = self.next_at.filter(|next| next.duration_since(now) <= SPACING);
        let reasons = [
            (pace, Because::Pace),
            (hour_end.filter(|_| used_up), Because::HourUsedUp),
            (self.backoff.blocked_until, Because::Blocked),
        ];
        let wait = reasons.into_iter().filter_map(|(at, because)| Some(NotBefore { at: at?, because }));
        if let Some(wait) = wait.filter(|wait| wait.at > now).max_by_key(|wait| wait.at) {
            return Err(wait);
        }
        self.hour_began.get_or_insert(now);
        self.next_at = now.checked_add(SPACING).ok();
        match purpose {
            Purpose::List => self.lists += 1,
            Purpose::Fetch => self.fetches += 1,
            Purpose::Learn => {
                self.lists += 1;
                self.learned += 1;
            }
        }
        Ok(())
    }

    /// Takes in how a request ended. `started_at` is when the daemon started.
    pub fn record(&mut self, result: Result<(), &IndexerError>, now: Timestamp, started_at: Timestamp) {
        let Err(error) = result else {
            self.backoff.succeeded();
            self.last_error = None;
            return;
        };
        self.last_error = Some(error.to_string());
        match error {
            IndexerError::Limit { wait, .. } => {
                self.backoff.limited(now, SignedDuration::try_from(*wait).unwrap_or(HOUR));
            }
            IndexerError::Account { .. } | IndexerError::Outage { .. } | IndexerError::Refused { .. } => {
                self.backoff.failed(now, started_at);
            }
            // Neither says anything of the indexer: our network, one torrent, our settings.
            IndexerError::Unreachable { .. } | IndexerError::Gone { .. } | IndexerError::Settings { .. } => {}
        }
    }

    /// As people see it.
    pub fn shown(&self, per_hour: u32, now: Timestamp) -> IndexerBudget {
        let running = self.hour_began.is_some_and(|began| now.duration_since(began).abs() < HOUR);
        let next = self.clone().take(Purpose::List, per_hour, now).err();
        IndexerBudget {
            used: if running { self.lists } else { 0 },
            allowed: allowed(per_hour),
            next_at: next.map(|wait| wait.at),
            blocked_until: self.backoff.blocked_until.filter(|until| *until > now),
            last_error: self.last_error.clone(),
        }
    }
}

fn allowed(per_hour: u32) -> u32 {
    if per_hour == 0 { REQUESTS_PER_HOUR_DEFAULT } else { per_hour }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn requests_are_two_seconds_apart_whatever_they_are_for() {
        let mut budget = Budget::default();
        assert_eq!(budget.take(Purpose::List, 10, at(0)), Ok(()));
        assert_eq!(
            budget.take(Purpose::Fetch, 10, at(1)),
            Err(NotBefore { at: at(2), because: Because::Pace })
        );
        assert_eq!(budget.take(Purpose::Fetch, 10, at(2)), Ok(()));
    }

    #[test]
    fn an_hour_has_so_many_requests_and_then_a_new_one_begins() {
        let mut budget = Budget::default();
        for n in 0..3 {
            assert_eq!(budget.take(Purpose::List, 3, at(n * 10)), Ok(()));
        }
        let full = Err(NotBefore { at: at(3600), because: Because::HourUsedUp });
        assert_eq!(budget.take(Purpose::List, 3, at(100)), full);
        assert_eq!(
            budget.take(Purpose::Fetch, 3, at(100)),
            Ok(()),
            "torrent files have a budget of their own"
        );
        let kept: Budget = serde_json::from_str(&serde_json::to_string(&budget).unwrap()).unwrap();
        assert_eq!(kept, budget, "a restart changes nothing");
        assert_eq!(kept.shown(3, at(100)).used, 3);
        assert_eq!(budget.take(Purpose::List, 3, at(3600)), Ok(()));
    }

    #[test]
    fn learning_takes_a_quarter_of_the_hour_and_never_what_searches_used() {
        let mut budget = Budget::default();
        let mut ask = |purpose, n: i64| budget.take(purpose, 8, at(n * 10)).is_ok();
        assert_eq!([0, 1, 2].map(|n| ask(Purpose::Learn, n)), [true, true, false]);
        assert_eq!(
            [3, 4, 5, 6, 7, 8, 9].map(|n| ask(Purpose::List, n)),
            [true, true, true, true, true, true, false]
        );
        let mut budget = Budget::default();
        assert!((0..2).all(|n| budget.take(Purpose::List, 2, at(n * 10)).is_ok()));
        assert!(budget.take(Purpose::Learn, 2, at(100)).is_err());
    }

    #[test]
    fn a_limit_blocks_until_it_is_over_but_a_dead_network_does_not() {
        let mut budget = Budget::default();
        let limit =
            IndexerError::Limit { indexer: "x".into(), said: "403".into(), wait: Duration::from_mins(15) };
        budget.record(Err(&limit), at(0), at(0));
        assert_eq!(
            budget.take(Purpose::List, 3, at(10)),
            Err(NotBefore { at: at(900), because: Because::Blocked })
        );
        budget.record(Ok(()), at(901), at(0));
        assert_eq!((budget.backoff.blocked_until, budget.last_error.as_deref()), (None, None));
        let gone = IndexerError::Gone { indexer: "x".into(), guid: "g".into() };
        budget.record(Err(&gone), at(902), at(0));
        assert_eq!(budget.take(Purpose::List, 3, at(903)), Ok(()));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_the_indexer() {
        let mut budget = Budget::default();
        assert_eq!(budget.take(Purpose::List, 1, at(100_000)), Ok(()));
        assert_eq!(budget.take(Purpose::List, 1, at(0)), Ok(()));
    }
}
