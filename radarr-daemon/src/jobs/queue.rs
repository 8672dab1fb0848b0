//! The queue as it is stored: queueing, leasing, ending, cancelling.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{DocVersion, EventKind, Job, JobId, JobKind, JobStatus, Lease, MovieId};
use tokio::sync::Mutex;

use super::policy::{LEASE, LEASE_SHARED, pause, policy};
use crate::flow::By;
use crate::storage::{
    Change, Collection, Commit, DocKey, Document, Expect, SharedStore, StoreError, Write, number_id,
};

/// Ended jobs that are kept.
const ENDED_MAX: usize = 500;

/// Tries to win a document that others write as well.
const CONFLICTS_MAX: usize = 8;

/// Jobs that are offered at a time to whoever takes one: more than there are daemons.
const CANDIDATES_MAX: usize = 32;

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// A person waits for it.
    Person,
    /// A story goes on.
    Story,
    /// The schedule asked for it.
    Schedule,
}

impl Priority {
    fn number(self) -> u8 {
        match self {
            Self::Person => 0,
            Self::Story => 1,
            Self::Schedule => 2,
        }
    }
}

/// A job that is ours for the time of its lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// As it is stored.
    pub job: Job,
    /// What fences others off.
    pub token: u64,
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct JobQueue {
    store: SharedStore,
    owner: Arc<str>,
    /// The open jobs as they were last read; the storage has the word.
    open: Arc<Mutex<HashMap<JobId, Job>>>,
}

impl JobQueue {
    /// The queue in `store`. `owner` names this daemon in its leases; each start should have another name.
    pub fn new(store: SharedStore, owner: &str) -> Self {
        Self { store, owner: owner.into(), open: Arc::default() }
    }

    /// The name of this daemon in its leases.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// How long a lease lasts without a renewal.
    pub(super) fn lease_lasts(&self) -> jiff::SignedDuration {
        if self.store.is_shared() { LEASE_SHARED } else { LEASE }
    }

    /// The storage that it is in.
    pub fn store(&self) -> &SharedStore {
        &self.store
    }

    /// A job to be queued, and the commit that does so: add it to the one that causes the job with
    /// [`Commit::and`].
    pub async fn queued(
        &self,
        kind: JobKind,
        priority: Priority,
        due_at: Timestamp,
        asked_by: &str,
        now: Timestamp,
    ) -> Result<(Job, Commit), StoreError> {
        let job = Job {
            id: JobId(self.store.next_id(Collection::Job).await?),
            doc_version: DocVersion(0),
            kind,
            status: JobStatus::Queued,
            priority: priority.number(),
            due_at,
            queued_at: now,
            started_at: None,
            ended_at: None,
            tries: 0,
            lease: None,
            asked_by: asked_by.to_owned(),
            note: None,
            progress: None,
            cancel_asked: false,
        };
        let commit = Commit::new(asked_by, now).put(&job, Expect::Absent);
        Ok((job.clone(), changed(commit, &job)))
    }

    /// Queues a job by itself. When one of equal kind waits already, that one is brought forward if need be and given
    /// back.
    pub async fn enqueue(
        &self,
        kind: JobKind,
        priority: Priority,
        due_at: Timestamp,
        asked_by: &str,
        now: Timestamp,
    ) -> Result<Job, StoreError> {
        let by = By { actor: asked_by.to_owned(), ..By::system() };
        self.enqueue_told(kind, priority, due_at, now, &by, |commit, _| commit).await
    }

    /// Queues a job that a person waits for. That somebody asked is in the audit, also where one of equal kind waited
    /// already.
    pub async fn enqueue_asked(&self, kind: JobKind, by: &By, now: Timestamp) -> Result<Job, StoreError> {
        self.enqueue_told(kind, Priority::Person, now, now, by, asked).await
    }

    /// `told` adds what is told of the asking.
    async fn enqueue_told(
        &self,
        kind: JobKind,
        priority: Priority,
        due_at: Timestamp,
        now: Timestamp,
        by: &By,
        told: fn(Commit, &Job) -> Commit,
    ) -> Result<Job, StoreError> {
        for _ in 0..CONFLICTS_MAX {
            let waiting = self
                .open_jobs()
                .await?
                .into_iter()
                .find(|job| job.status == JobStatus::Queued && job.kind == kind);
            let (mut job, commit) = match waiting {
                Some(job) if job.due_at <= due_at && job.priority <= priority.number() => {
                    let commit = told(by.commit(now), &job);
                    if !commit.is_empty() {
                        self.store.commit(commit).await?;
                    }
                    return Ok(job);
                }
                Some(mut job) => {
                    job.due_at = job.due_at.min(due_at);
                    job.priority = job.priority.min(priority.number());
                    let commit = told(by.commit(now), &job).put(&job, Expect::Version(job.doc_version));
                    let commit = changed(commit, &job);
                    (job, commit)
                }
                None => {
                    let (job, commit) = self.queued(kind.clone(), priority, due_at, &by.actor, now).await?;
                    let commit = told(by.commit(now), &job).and(commit);
                    (job, commit)
                }
            };
            match self.store.commit(commit).await {
                Ok(committed) => {
                    job.doc_version = committed.version;
                    return Ok(job);
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Err(busy())
    }

    /// All open jobs, what runs first in front.
    pub async fn open_jobs(&self) -> Result<Vec<Job>, StoreError> {
        let mut open = self.open.lock().await;
        let versions = self.store.versions(Collection::Job).await?;
        let mut before = std::mem::take(&mut *open);
        for (id, version) in versions {
            let Ok(number) = id.parse().map(JobId) else { continue };
            let known = before.remove(&number).filter(|job| job.doc_version == version);
            let job = match known {
                Some(job) => Some(job),
                None => self.store.load::<Job>(number).await?,
            };
            open.extend(job.map(|job| (number, job)));
        }
        let mut jobs: Vec<Job> = open.values().cloned().collect();
        drop(open);
        jobs.sort_by_key(|job| (job.status != JobStatus::Running, job.priority, job.due_at, job.id));
        Ok(jobs)
    }

    /// Ended jobs, the newest first.
    pub async fn ended_jobs(&self, limit: usize) -> Result<Vec<Job>, StoreError> {
        let mut ids = self.store.versions(Collection::EndedJob).await?;
        ids.sort_by_key(|(_, version)| std::cmp::Reverse(*version));
        let mut jobs = Vec::new();
        for (id, _) in ids.into_iter().take(limit) {
            jobs.extend(self.ended(&id).await?);
        }
        Ok(jobs)
    }

    /// The job of that number, open or ended.
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        match self.store.load::<Job>(id).await? {
            Some(job) => Ok(Some(job)),
            None => self.ended(&number_id(id.0)).await,
        }
    }

    async fn ended(&self, id: &str) -> Result<Option<Job>, StoreError> {
        let key = DocKey::new(Collection::EndedJob, id);
        let stored = self.store.get(&key).await?;
        stored.map(|stored| Job::decode(&key, &stored)).transpose()
    }

    /// Takes the job that comes first, if one is ready; and ends those of equal kind that wait as well, which it does
    /// along. A job whose lease ran out is ready. What other daemons are taking at this moment is passed over, so that
    /// many of them at once take a job each.
    pub async fn lease(&self, now: Timestamp) -> Result<Option<Leased>, StoreError> {
        for _ in 0..CONFLICTS_MAX {
            let open = self.open_jobs().await?;
            let ready = ready(&open, now);
            let candidates: Vec<JobId> = ready.iter().map(|job| job.id).take(CANDIDATES_MAX).collect();
            if candidates.is_empty() {
                return Ok(None);
            }
            let Some(id) = self.store.reserve_job(&candidates, &self.owner).await? else { return Ok(None) };
            let Some(mut job) = ready.into_iter().find(|job| job.id == id).cloned() else { return Ok(None) };
            let token = job.lease.as_ref().map_or(0, |lease| lease.token) + 1;
            job.lease = Some(Lease { owner: self.owner.to_string(), token, until: now + self.lease_lasts() });
            job.status = JobStatus::Running;
            job.started_at = Some(now);
            job.tries += 1;
            let mut commit = Commit::new("system", now).put(&job, Expect::Version(job.doc_version));
            commit = changed(commit, &job);
            for twin in open.iter().filter(|twin| twin.id != job.id && twin.kind == job.kind) {
                commit = if twin.status == JobStatus::Queued && twin.due_at <= now {
                    let note = format!("done along with job {}", job.id);
                    commit.and(ended(twin, JobStatus::Done, Some(note), now))
                } else {
                    // Its version moves: of two that lease jobs of equal kind at once, the second one looks again.
                    commit.put(twin, Expect::Version(twin.doc_version))
                };
            }
            match self.store.commit(commit).await {
                Ok(committed) => {
                    job.doc_version = committed.version;
                    return Ok(Some(Leased { job, token }));
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// When the next job becomes ready, if none is now; `None` = not before another is queued.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let open = self.open_jobs().await?;
        let running = running_kinds(&open);
        Ok(open
            .iter()
            .filter_map(|job| match job.status {
                JobStatus::Queued if running.contains(&&job.kind) => None,
                JobStatus::Queued => Some(job.due_at),
                JobStatus::Running => job.lease.as_ref().map(|lease| lease.until),
                JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled | JobStatus::Unknown => None,
            })
            .min())
    }

    /// Ends a job that waits, or asks one that runs to end; the audit tells who did.
    pub async fn cancel(&self, id: JobId, by: &By, now: Timestamp) -> Result<Option<Job>, StoreError> {
        for _ in 0..CONFLICTS_MAX {
            let Some(mut job) = self.store.load::<Job>(id).await? else { return self.job(id).await };
            let told = EventKind::JobCancelled { job_id: job.id, job: job.kind.name().to_owned() };
            let commit = by.commit(now).event(movie_of(&job.kind), told);
            let commit = if job.status == JobStatus::Running {
                job.cancel_asked = true;
                changed(commit.put(&job, Expect::Version(job.doc_version)), &job)
            } else {
                let note = Some(format!("cancelled by {}", by.actor));
                commit.and(ended(&job, JobStatus::Cancelled, note, now))
            };
            match self.store.commit(commit).await {
                Ok(_) => return self.job(id).await,
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Err(busy())
    }

    /// Puts all jobs back that were at work. For the start of a daemon that has the storage for itself: whoever held
    /// their leases is dead.
    pub async fn reclaim_all(&self, now: Timestamp) -> Result<usize, StoreError> {
        let open = self.open_jobs().await?;
        let orphans = open.iter().filter(|job| job.status == JobStatus::Running);
        let commit =
            orphans.fold(Commit::new("system", now), |commit, job| commit.and(handed_back(job, now)));
        let reclaimed = commit.writes.len();
        if reclaimed > 0 {
            self.store.commit(commit).await?;
        }
        Ok(reclaimed)
    }

    /// Takes the oldest ended jobs away. Call it about once an hour.
    pub async fn trim(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut ids = self.store.versions(Collection::EndedJob).await?;
        ids.sort_by_key(|(_, version)| std::cmp::Reverse(*version));
        let mut commit = Commit::new("system", now);
        for (id, _) in ids.into_iter().skip(ENDED_MAX) {
            let key = DocKey::new(Collection::EndedJob, id);
            commit = commit.write(Write { key, expect: Expect::Any, change: Change::Delete });
        }
        let removed = commit.writes.len();
        if removed > 0 {
            self.store.commit(commit).await?;
        }
        Ok(removed)
    }
}

/// The jobs that may run, of each kind the first, in the order in which they should.
fn ready(open: &[Job], now: Timestamp) -> Vec<&Job> {
    let running = running_kinds(open);
    let mut ready: Vec<&Job> = open
        .iter()
        .filter(|job| match job.status {
            JobStatus::Queued => job.due_at <= now && !running.contains(&job.kind),
            JobStatus::Running => job.lease.as_ref().is_none_or(|lease| lease.until <= now),
            JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled | JobStatus::Unknown => false,
        })
        .collect();
    ready.sort_by_key(|job| (job.priority, job.due_at, job.id));
    let mut kinds = HashSet::new();
    ready.retain(|job| kinds.insert(&job.kind));
    ready
}

/// Kinds that are at work. One whose lease ran out is taken over before another of its kind begins.
fn running_kinds(open: &[Job]) -> HashSet<&JobKind> {
    open.iter().filter(|job| job.status == JobStatus::Running).map(|job| &job.kind).collect()
}

/// Adds the event that tells of a job's change.
pub(super) fn changed(commit: Commit, job: &Job) -> Commit {
    let event = EventKind::JobChanged {
        job_id: job.id,
        job: job.kind.name().to_owned(),
        status: job.status,
        note: job.note.clone(),
    };
    commit.event(movie_of(&job.kind), event)
}

/// Adds the event that tells that somebody asked for a job.
fn asked(commit: Commit, job: &Job) -> Commit {
    let event = EventKind::JobAsked { job_id: job.id, job: job.kind.name().to_owned() };
    commit.event(movie_of(&job.kind), event)
}

fn movie_of(kind: &JobKind) -> Option<MovieId> {
    match kind {
        JobKind::SearchMovie { movie_id, .. }
        | JobKind::RefreshMovie { movie_id }
        | JobKind::RescanMovie { movie_id } => Some(*movie_id),
        JobKind::SearchWanted
        | JobKind::ReadRecent
        | JobKind::ReviewPending
        | JobKind::SendGrab { .. }
        | JobKind::CheckDownloads
        | JobKind::ImportGrab { .. }
        | JobKind::HandleFailure { .. }
        | JobKind::RefreshLibrary
        | JobKind::RescanLibrary
        | JobKind::CleanRecycleBins
        | JobKind::CheckHealth
        | JobKind::Backup
        | JobKind::LearnGroups
        | JobKind::Unknown => None,
    }
}

/// What ends a job: it goes from the open ones to the ended ones.
pub(super) fn ended(job: &Job, status: JobStatus, note: Option<String>, now: Timestamp) -> Commit {
    let mut end = job.clone();
    end.status = status;
    end.ended_at = Some(now);
    end.note = note.or(end.note);
    let commit = Commit::new("system", now).put(&end, Expect::Any);
    let writes = commit.writes.into_iter().map(|mut write| {
        write.key = DocKey::new(Collection::EndedJob, write.key.id);
        write
    });
    let mut commit = Commit::new("system", now).delete::<Job>(job.id, Expect::Version(job.doc_version));
    commit.writes.extend(writes);
    changed(commit, &end)
}

/// What puts a job back: tried again later, or failed for good when it was tried often enough.
pub(super) fn again(
    job: &Job,
    why: &str,
    after: Option<jiff::SignedDuration>,
    now: Timestamp,
) -> (Commit, JobStatus) {
    if job.tries >= policy(&job.kind).tries_max {
        let note = format!("{why} (tried {} times)", job.tries);
        return (ended(job, JobStatus::Failed, Some(note), now), JobStatus::Failed);
    }
    let mut next = job.clone();
    next.status = JobStatus::Queued;
    next.due_at =
        now.checked_add(after.unwrap_or_else(|| pause(job.tries, job.id.0))).unwrap_or(Timestamp::MAX);
    next.note = Some(why.to_owned());
    free(&mut next, now);
    let commit = Commit::new("system", now).put(&next, Expect::Version(job.doc_version));
    (changed(commit, &next), JobStatus::Queued)
}

/// What gives a job back untried, because this daemon ends.
pub(super) fn handed_back(job: &Job, now: Timestamp) -> Commit {
    let mut next = job.clone();
    next.status = JobStatus::Queued;
    next.tries = next.tries.saturating_sub(1);
    free(&mut next, now);
    changed(Commit::new("system", now).put(&next, Expect::Version(job.doc_version)), &next)
}

/// Ends the lease but keeps its token, so that the next one is higher.
fn free(job: &mut Job, now: Timestamp) {
    if let Some(lease) = &mut job.lease {
        lease.until = now;
    }
}

fn busy() -> StoreError {
    StoreError::Unavailable {
        why: "the job is changed by others all the time".to_owned(),
        hint: "repeat it in a moment".to_owned(),
    }
}
