//! Runs the jobs: leases what is ready, renews while it runs, ends it with what came out. Sleeps until something
//! changes or falls due; there is no polling.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{Job, JobId, JobStatus};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, error, info, warn};

use super::leased_store::WhileLeased;
use super::policy::policy;
use super::pulse::Pulse;
use super::queue::{JobQueue, Leased, again, changed, ended, handed_back};
use super::schedule::Schedule;
use crate::storage::{Commit, Committed, Expect, SharedStore, StoreError};
use crate::telemetry::metrics::{JOB_DURATION, JOBS};

/// The worker looks again after that long even if nobody wakes it: the clock may have been set.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// The shortest pause: other daemons are taking what is due, and one of them may die before it has.
const WHILE_TAKEN: Duration = Duration::from_millis(50);

/// The pause after the storage refused something.
const AFTER_TROUBLE: Duration = Duration::from_secs(2);

/// A job that is cancelled or handed back may go on for that long; then it is dropped where it waits.
const GRACE: Duration = Duration::from_secs(5);

/// What a job ended with.
#[derive(Debug, Default)]
pub struct Done {
    /// How it ended, one sentence.
    pub note: Option<String>,
    /// Documents, events and next jobs that are kept together with the job's end.
    pub commit: Option<Commit>,
}

impl Done {
    /// Ended well, with a sentence on how.
    pub fn note(note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), commit: None }
    }

    /// Adds what is to be kept together with the job's end.
    #[must_use]
    pub fn with(mut self, commit: Commit) -> Self {
        self.commit = Some(commit);
        self
    }
}

/// Why a job did not end well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// Worth another try.
    #[error("{why}")]
    Retry {
        /// Why, one sentence without secrets.
        why: String,
        /// Not before; `None` = the usual pause.
        after: Option<SignedDuration>,
    },
    /// No further try helps.
    #[error("{why}")]
    GiveUp {
        /// Why, one sentence without secrets.
        why: String,
    },
    /// It was asked to end and did.
    #[error("ended on request")]
    Stopped,
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Retry { why: error.to_string(), after: None }
    }
}

/// What runs a job, by its kind.
pub type Handler = Arc<dyn Fn(Job, JobContext) -> BoxFuture<'static, Result<Done, JobError>> + Send + Sync>;

/// What a running job has of the queue. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    queue: JobQueue,
    clock: fn() -> Timestamp,
    token: u64,
    job: Arc<Mutex<Job>>,
    stop: CancellationToken,
    /// Until when it is ours, in milliseconds since 1970; moves with each renewal.
    ours_until: Arc<AtomicI64>,
}

impl JobContext {
    /// The storage for what the job does: it keeps nothing any more once the job was taken over.
    pub fn store(&self) -> SharedStore {
        Arc::new(WhileLeased { inner: Arc::clone(self.queue.store()), job: self.clone() })
    }

    /// Keeps `commit` only if the job is still ours: another daemon may have taken it over. Conflicts of the job's
    /// own documents are the caller's.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let mut job = self.job.lock().await;
        self.hold(&mut job).await?;
        loop {
            let fenced = commit.clone().guard::<Job>(job.id, Expect::Version(job.doc_version));
            match self.queue.store().commit(fenced).await {
                Err(error) if is_about(&error, &job) => self.reload(&mut job).await?,
                result => return result,
            }
        }
    }

    /// Says what the job is doing and how far it is.
    pub async fn progress(&self, note: &str, steps: Option<(u64, u64)>) -> Result<(), StoreError> {
        self.update(|job| {
            job.note = Some(note.to_owned());
            job.progress = steps;
        })
        .await
    }

    /// Whether the job should end: it was cancelled, lost, or the daemon stops. Return [`JobError::Stopped`] then.
    pub fn should_stop(&self) -> bool {
        self.stop.is_cancelled() || self.has_run_out()
    }

    /// Whether others may take it over by now: the daemon was paused, or the storage was away.
    fn has_run_out(&self) -> bool {
        self.queue.store().is_shared()
            && (self.clock)().as_millisecond() > self.ours_until.load(Ordering::Acquire)
    }

    /// Waits until the job should end.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// The name that commits of this job carry as their request.
    pub async fn request_id(&self) -> String {
        format!("job-{}", self.job.lock().await.id)
    }

    async fn update(&self, change: impl Fn(&mut Job)) -> Result<(), StoreError> {
        let mut job = self.job.lock().await;
        self.hold(&mut job).await?;
        loop {
            let mut next = job.clone();
            change(&mut next);
            let commit = Commit::new("system", (self.clock)()).put(&next, Expect::Version(job.doc_version));
            match self.queue.store().commit(changed(commit, &next)).await {
                Ok(committed) => {
                    next.doc_version = committed.version;
                    *job = next;
                    return Ok(());
                }
                Err(error) if is_about(&error, &job) => self.reload(&mut job).await?,
                Err(error) => return Err(error),
            }
        }
    }

    /// Renews the lease; no event, nobody needs to know.
    async fn renew(&self) -> Result<(), StoreError> {
        let mut job = self.job.lock().await;
        self.extend(&mut job).await
    }

    /// Nothing is kept under a lease that ran out: it is won again first, if nobody else has won it meanwhile.
    async fn hold(&self, job: &mut Job) -> Result<(), StoreError> {
        if self.has_run_out() { self.extend(job).await } else { Ok(()) }
    }

    async fn extend(&self, job: &mut Job) -> Result<(), StoreError> {
        loop {
            let now = (self.clock)();
            let mut next = job.clone();
            if let Some(lease) = &mut next.lease {
                lease.until = now + self.queue.lease_lasts();
            }
            let commit = Commit::new("system", now).put(&next, Expect::Version(job.doc_version));
            match self.queue.store().commit(commit).await {
                Ok(committed) => {
                    next.doc_version = committed.version;
                    *job = next;
                    self.ours_until.store(until_of(job), Ordering::Release);
                    return Ok(());
                }
                Err(error) if is_about(&error, job) => self.reload(job).await?,
                Err(error) => return Err(error),
            }
        }
    }

    /// Somebody changed the job. Asked to end: fine, it is still ours. Another token: it is not.
    async fn reload(&self, job: &mut Job) -> Result<(), StoreError> {
        let found = self.queue.store().load::<Job>(job.id).await?;
        let ours = |found: &Job| found.lease.as_ref().is_some_and(|lease| lease.token == self.token);
        match found.filter(|found| ours(found) && found.status == JobStatus::Running) {
            Some(found) => {
                *job = found;
                if job.cancel_asked {
                    self.stop.cancel();
                }
                Ok(())
            }
            None => {
                self.stop.cancel();
                Err(StoreError::Unavailable {
                    why: format!("job {} was taken over by another daemon", job.id),
                    hint: "nothing is to be done; the other one goes on with it".to_owned(),
                })
            }
        }
    }

    /// Ends the job with what came out.
    async fn end(&self, outcome: Result<Done, JobError>, shutdown: bool) -> Result<JobStatus, StoreError> {
        let mut job = self.job.lock().await;
        let mut outcome = outcome;
        self.hold(&mut job).await?;
        loop {
            let now = (self.clock)();
            let (commit, status) = match &outcome {
                Ok(done) => {
                    let end = ended(&job, JobStatus::Done, done.note.clone(), now);
                    let commit = done.commit.clone().unwrap_or_else(|| Commit::new("system", now)).and(end);
                    (commit, JobStatus::Done)
                }
                Err(JobError::GiveUp { why }) => {
                    (ended(&job, JobStatus::Failed, Some(why.clone()), now), JobStatus::Failed)
                }
                Err(_) if job.cancel_asked => (
                    ended(&job, JobStatus::Cancelled, Some("cancelled".to_owned()), now),
                    JobStatus::Cancelled,
                ),
                Err(JobError::Stopped) if shutdown => (handed_back(&job, now), JobStatus::Queued),
                Err(JobError::Stopped) => again(&job, "it ended early", None, now),
                Err(JobError::Retry { why, after }) => again(&job, why, *after, now),
            };
            match self.queue.store().commit(commit).await {
                Ok(_) => return Ok(status),
                Err(error) if is_about(&error, &job) => self.reload(&mut job).await?,
                // What the job wanted to keep is based on something old, or can't be kept: it has to look again.
                Err(error) if outcome.is_ok() => outcome = Err(error.into()),
                Err(error) => return Err(error),
            }
        }
    }
}

fn until_of(job: &Job) -> i64 {
    job.lease.as_ref().map_or(0, |lease| lease.until.as_millisecond())
}

/// Whether a commit failed because of the job itself.
fn is_about(error: &StoreError, job: &Job) -> bool {
    use crate::storage::Document;
    matches!(error, StoreError::Conflict { key, .. } if *key == job.key())
}

/// Runs jobs until it is told to stop.
pub struct Worker {
    /// Where they come from.
    pub queue: JobQueue,
    /// What is queued by the clock.
    pub schedule: Schedule,
    /// What runs them.
    pub handler: Handler,
    /// How many run at the same time.
    pub at_once: usize,
    /// The time.
    pub clock: fn() -> Timestamp,
    /// Beats each time that it goes round.
    pub pulse: Pulse,
}

type Running = HashMap<JobId, (JobContext, CancellationToken)>;

impl Worker {
    /// Runs until `stop`; then jobs under way are asked to end and handed back. Spawn it as one task.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.queue.store().watch();
        let mut tasks: JoinSet<JobId> = JoinSet::new();
        let mut running = Running::new();
        let mut is_told = false;
        while !stop.is_cancelled() {
            self.pulse.beat();
            changes.mark_unchanged();
            let pause = match self.start_ready(&mut tasks, &mut running, &stop).await {
                Ok(pause) => {
                    is_told = false;
                    pause
                }
                Err(error) => {
                    if !is_told {
                        warn!(%error, "the storage does not give out jobs; it is asked again until it does");
                    }
                    is_told = true;
                    AFTER_TROUBLE
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                Some(ended) = tasks.join_next() => forget(&mut running, ended),
                changed = changes.changed() => {
                    if changed.is_err() {
                        break;
                    }
                    self.notice_cancelled(&running).await;
                }
                () = tokio::time::sleep(pause) => {}
            }
        }
        while let Some(ended) = tasks.join_next().await {
            forget(&mut running, ended);
        }
    }

    /// Starts what is ready, and says how long to sleep if nothing changes.
    async fn start_ready(
        &self,
        tasks: &mut JoinSet<JobId>,
        running: &mut Running,
        stop: &CancellationToken,
    ) -> Result<Duration, StoreError> {
        let next_scheduled = self.schedule.queue_due((self.clock)()).await?;
        while tasks.len() < self.at_once {
            let Some(leased) = self.queue.lease((self.clock)()).await? else { break };
            let id = leased.job.id;
            let (context, one_stop) = self.context(&leased, stop);
            running.insert(id, (context.clone(), one_stop));
            let task = run_one(leased.job, context, Arc::clone(&self.handler), stop.clone());
            tasks.spawn(task);
        }
        let now = (self.clock)();
        // With all hands busy the next end wakes the loop.
        let next_job = if tasks.len() < self.at_once { self.queue.next_due().await? } else { None };
        let next = next_scheduled.into_iter().chain(next_job).min();
        // What is due and was not given out is being taken by another daemon.
        let pause = next.map_or(LOOK_AGAIN, |at| {
            Duration::try_from(at.duration_since(now)).unwrap_or_default().max(WHILE_TAKEN)
        });
        Ok(pause.min(LOOK_AGAIN))
    }

    fn context(&self, leased: &Leased, stop: &CancellationToken) -> (JobContext, CancellationToken) {
        let one_stop = stop.child_token();
        let context = JobContext {
            queue: self.queue.clone(),
            clock: self.clock,
            token: leased.token,
            ours_until: Arc::new(AtomicI64::new(until_of(&leased.job))),
            job: Arc::new(Mutex::new(leased.job.clone())),
            stop: one_stop.clone(),
        };
        (context, one_stop)
    }

    /// Tells jobs under way that a person wants them to end.
    async fn notice_cancelled(&self, running: &Running) {
        let Ok(open) = self.queue.open_jobs().await else { return };
        for job in open.iter().filter(|job| job.cancel_asked) {
            if let Some((_, stop)) = running.get(&job.id) {
                stop.cancel();
            }
        }
    }
}

fn forget(running: &mut Running, ended: Result<JobId, tokio::task::JoinError>) {
    match ended {
        Ok(id) => {
            running.remove(&id);
        }
        Err(error) => error!(%error, "the task of a job ended badly"),
    }
}

/// One job from lease to end.
async fn run_one(job: Job, context: JobContext, handler: Handler, shutdown: CancellationToken) -> JobId {
    let id = job.id;
    let name = job.kind.name();
    let span = tracing::info_span!("job", job = %id, kind = name);
    async {
        let time_max = policy(&job.kind).time_max;
        let began = Instant::now();
        let work = guarded(handler(job, context.clone()), time_max, &context);
        let outcome = with_renewal(work, &context).await;
        if let Err(error) = &outcome {
            debug!(%error, "the job did not end well");
        }
        let ended = context.end(outcome, shutdown.is_cancelled()).await;
        let label = ended.as_ref().map_or("not_kept", |status| outcome_label(*status));
        metrics::counter!(JOBS, "kind" => name, "outcome" => label).increment(1);
        metrics::histogram!(JOB_DURATION, "kind" => name).record(began.elapsed());
        match ended {
            Ok(JobStatus::Failed) => warn!("a job failed for good; see radarr-tui job list"),
            Ok(status) => debug!(?status, "a job ended"),
            Err(error) => info!(%error, "a job's end could not be kept; it is run again when its lease ends"),
        }
    }
    .instrument(span)
    .await;
    id
}

fn outcome_label(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Done => "done",
        JobStatus::Failed => "failed",
        JobStatus::Cancelled => "cancelled",
        JobStatus::Queued => "again",
        JobStatus::Running | JobStatus::Unknown => "other",
    }
}

/// The work with its limits: a panic counts as a failure, the time is limited, and who does not end when asked is
/// dropped after the grace.
async fn guarded(
    work: impl Future<Output = Result<Done, JobError>>,
    time_max: Duration,
    context: &JobContext,
) -> Result<Done, JobError> {
    let grace_over = async {
        context.stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = AssertUnwindSafe(work).catch_unwind() => result.unwrap_or_else(|_| {
            metrics::counter!("radarr_panics_total").increment(1);
            error!("a job panicked; report this with the log above it");
            Err(JobError::Retry { why: "a fault in the daemon ended it".to_owned(), after: None })
        }),
        () = tokio::time::sleep(time_max) => {
            let why = format!("it took longer than {} minutes", time_max.as_secs() / 60);
            Err(JobError::Retry { why, after: None })
        }
        () = grace_over => Err(JobError::Stopped),
    }
}

/// Renews the lease beside the work. A job that was taken over is told so by its stop sign.
async fn with_renewal(
    work: impl Future<Output = Result<Done, JobError>>,
    context: &JobContext,
) -> Result<Done, JobError> {
    let third = Duration::try_from(context.queue.lease_lasts()).unwrap_or_default() / 3;
    let renewal = async {
        loop {
            tokio::time::sleep(third).await;
            if let Err(error) = context.renew().await {
                warn!(%error, "a lease could not be renewed");
            }
        }
    };
    tokio::select! {
        outcome = work => outcome,
        () = renewal => Err(JobError::Stopped),
    }
}
