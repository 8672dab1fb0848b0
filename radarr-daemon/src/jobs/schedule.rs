//! What runs by the clock. When each is due is stored, so that a restart neither skips nor doubles it, and of several
//! daemons one queues it.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{JobKind, JobRhythm, ScheduledJob};
use serde::{Deserialize, Serialize};

use super::queue::{JobQueue, Priority};
use crate::storage::{Collection, Commit, DocKey, Document, Expect, StoreError, StoredDoc};

/// A job that runs again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// What.
    pub kind: JobKind,
    /// How often, unless a setting says otherwise.
    pub every: Duration,
    /// How long after the first start of all.
    pub first_after: Duration,
}

const fn entry(kind: JobKind, every_minutes: u64, first_after_seconds: u64) -> Scheduled {
    Scheduled {
        kind,
        every: Duration::from_secs(every_minutes * 60),
        first_after: Duration::from_secs(first_after_seconds),
    }
}

/// Everything that the daemon does by itself.
pub const SCHEDULE: &[Scheduled] = &[
    entry(JobKind::CheckDownloads, 1, 5),
    entry(JobKind::ReviewPending, 1, 20),
    entry(JobKind::CheckHealth, 15, 2),
    entry(JobKind::ReadRecent, 15, 30),
    entry(JobKind::SearchWanted, 30, 5 * 60),
    entry(JobKind::RefreshLibrary, 12 * 60, 10 * 60),
    entry(JobKind::RescanLibrary, 24 * 60, 20 * 60),
    entry(JobKind::CleanRecycleBins, 24 * 60, 30 * 60),
    entry(JobKind::Backup, 24 * 60, 60 * 60),
    entry(JobKind::LearnGroups, 60, 15 * 60),
];

/// When a kind is next due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct NextRun {
    job: String,
    at: Timestamp,
    /// When it was last queued; `None` = not yet, or by a version that did not write it down.
    #[serde(default)]
    last: Option<Timestamp>,
}

impl NextRun {
    /// When it is due. After a long pause it runs once, not once for each time that was missed. A shortened interval
    /// counts at once; a clock that was set back does not stop the schedule for good.
    fn due(&self, rhythm: &Rhythm, now: Timestamp) -> Timestamp {
        self.at.min(rhythm.next(now))
    }
}

impl Document for NextRun {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        id_of(&self.job)
    }
}

/// Under which id a job's next run is stored.
fn id_of(job: &str) -> String {
    format!("schedule/{job}")
}

/// When a kind runs.
#[derive(Debug, Clone)]
pub enum Rhythm {
    /// After that time each.
    Every(Duration),
    /// Each day at that time there.
    Daily(Time, TimeZone),
}

impl Rhythm {
    /// As clients hear it.
    fn told(&self) -> JobRhythm {
        match self {
            Self::Every(every) => JobRhythm::Every { seconds: every.as_secs() },
            Self::Daily(time, _) => JobRhythm::Daily { at: time.strftime("%H:%M").to_string() },
        }
    }

    /// The next time behind `now`.
    fn next(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(every) => later(now, (*every).max(Duration::from_secs(1))),
            Self::Daily(time, zone) => {
                let today = zone.to_datetime(now).date();
                let days =
                    [Some(today), today.tomorrow().ok(), today.tomorrow().and_then(Date::tomorrow).ok()];
                let moments = days
                    .into_iter()
                    .flatten()
                    .filter_map(|day| zone.to_timestamp(day.to_datetime(*time)).ok());
                // A time that a change of the clocks skips is taken for the one that follows.
                moments.into_iter().find(|at| *at > now).unwrap_or(later(now, Duration::from_hours(24)))
            }
        }
    }
}

/// When a kind runs by the settings; `None` = as the table says.
pub type Interval = Arc<dyn Fn(&JobKind) -> Option<Rhythm> + Send + Sync>;

/// Reads when something is next due, for the check of the storage.
pub(crate) fn check_next_run(key: &DocKey, stored: &StoredDoc) -> Result<(), StoreError> {
    NextRun::decode(key, stored).map(drop)
}

/// The clockwork over the queue.
#[derive(Clone)]
pub struct Schedule {
    queue: JobQueue,
    table: Arc<[Scheduled]>,
    interval: Interval,
}

impl Schedule {
    /// A schedule of `table`, usually [`SCHEDULE`].
    pub fn new(queue: JobQueue, table: &[Scheduled], interval: Interval) -> Self {
        Self { queue, table: table.into(), interval }
    }

    fn rhythm(&self, scheduled: &Scheduled) -> Rhythm {
        (self.interval)(&scheduled.kind).unwrap_or(Rhythm::Every(scheduled.every))
    }

    /// All that it queues, and when: what comes first in front.
    pub async fn coming(&self, now: Timestamp) -> Result<Vec<ScheduledJob>, StoreError> {
        let mut coming = Vec::with_capacity(self.table.len());
        for scheduled in self.table.iter() {
            let rhythm = self.rhythm(scheduled);
            let run: Option<NextRun> = self.queue.store().load(id_of(scheduled.kind.name())).await?;
            coming.push(ScheduledJob {
                kind: scheduled.kind.clone(),
                last_at: run.as_ref().and_then(|run| run.last),
                next_at: run.map(|run| run.due(&rhythm, now)),
                runs: rhythm.told(),
            });
        }
        coming.sort_by_key(|job| (job.next_at.is_none(), job.next_at));
        Ok(coming)
    }

    /// Queues what is due, and says when the next will be.
    pub async fn queue_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut next = None;
        for scheduled in self.table.iter() {
            let at = self.queue_if_due(scheduled, now).await?;
            next = Some(next.map_or(at, |other: Timestamp| other.min(at)));
        }
        Ok(next)
    }

    async fn queue_if_due(&self, scheduled: &Scheduled, now: Timestamp) -> Result<Timestamp, StoreError> {
        let store = self.queue.store();
        let name = scheduled.kind.name();
        let rhythm = self.rhythm(scheduled);
        let key = NextRun::key_of(&id_of(name));
        let Some(stored) = store.get(&key).await? else {
            let at = match &rhythm {
                Rhythm::Every(_) => later(now, scheduled.first_after),
                Rhythm::Daily(..) => rhythm.next(now),
            };
            let first = NextRun { job: name.to_owned(), at, last: None };
            return self.keep(Commit::new("system", now).put(&first, Expect::Absent), first.at).await;
        };
        let run = NextRun::decode(&key, &stored)?;
        let at = run.due(&rhythm, now);
        if at > now {
            return Ok(at);
        }
        let next = NextRun { job: name.to_owned(), at: rhythm.next(now), last: Some(now) };
        let (_, queued) =
            self.queue.queued(scheduled.kind.clone(), Priority::Schedule, now, "system", now).await?;
        let commit = Commit::new("system", now).put(&next, Expect::Version(stored.version)).and(queued);
        self.keep(commit, next.at).await
    }

    /// Another daemon may have been faster; then it is done.
    async fn keep(&self, commit: Commit, at: Timestamp) -> Result<Timestamp, StoreError> {
        match self.queue.store().commit(commit).await {
            Ok(_) => Ok(at),
            Err(error) if error.is_conflict() => Ok(at),
            Err(error) => Err(error),
        }
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_time_is_the_next_one_there() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let daily = |zone: TimeZone| Rhythm::Daily(Time::constant(2, 0, 0, 0), zone);
        let (utc, east) = (daily(TimeZone::UTC), daily(TimeZone::fixed(jiff::tz::offset(9))));
        for (rhythm, now, want) in [
            (&utc, "2026-01-01T01:59:59Z", "2026-01-01T02:00:00Z"),
            (&utc, "2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"),
            (&utc, "2026-12-31T12:00:00Z", "2027-01-01T02:00:00Z"),
            (&east, "2026-01-01T01:59:59Z", "2026-01-01T17:00:00Z"),
            (&east, "2026-01-01T17:00:00Z", "2026-01-02T17:00:00Z"),
        ] {
            assert_eq!(rhythm.next(at(now)), at(want), "{rhythm:?} at {now}");
        }
    }
}
