//! The queue, the schedule and the worker on a real storage.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{
    EventKind, Job, JobKind, JobRhythm, JobStatus, MovieId, SearchKind, Slot, Tag, TagId,
};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::flow::By;
use crate::storage::sled::SledStore;
use crate::storage::{AuditRange, Commit, Expect, SharedStore};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn empty() -> (JobQueue, tempfile::TempDir) {
    let temp = tempfile::tempdir().unwrap();
    let store: SharedStore = Arc::new(SledStore::open(temp.path()).unwrap());
    (JobQueue::new(store, "us"), temp)
}

fn ada() -> By {
    By::caller("ada", "r1").from("192.0.2.7")
}

fn search(movie: u64) -> JobKind {
    JobKind::SearchMovie { movie_id: MovieId(movie), slot: Slot(0), by: SearchKind::User }
}

async fn add(queue: &JobQueue, kind: JobKind, priority: Priority, due: i64) -> Job {
    queue.enqueue(kind, priority, at(due), "test", at(0)).await.unwrap()
}

#[tokio::test]
async fn a_person_comes_before_a_story_and_the_schedule_and_nobody_before_its_time() {
    let (queue, _temp) = empty();
    add(&queue, JobKind::ReadRecent, Priority::Schedule, 0).await;
    add(&queue, search(1), Priority::Story, 0).await;
    add(&queue, search(2), Priority::Person, 5).await;
    assert_eq!(queue.lease(at(0)).await.unwrap().unwrap().job.kind, search(1));
    assert_eq!(queue.lease(at(5)).await.unwrap().unwrap().job.kind, search(2));
    assert_eq!(queue.lease(at(5)).await.unwrap().unwrap().job.kind, JobKind::ReadRecent);
    assert_eq!(queue.lease(at(5)).await.unwrap(), None);
}

#[tokio::test]
async fn a_job_that_waits_is_not_queued_twice_but_brought_forward() {
    let (queue, _temp) = empty();
    let first = add(&queue, search(1), Priority::Schedule, 60).await;
    let second = add(&queue, search(1), Priority::Person, 0).await;
    assert_eq!(second.id, first.id);
    let open = queue.open_jobs().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].priority, open[0].due_at), (0, at(0)));
}

#[tokio::test]
async fn equal_kinds_run_one_after_the_other_and_a_need_that_comes_meanwhile_is_not_lost() {
    let (queue, _temp) = empty();
    for _ in 0..3 {
        let (_, commit) = queue.queued(search(1), Priority::Story, at(0), "test", at(0)).await.unwrap();
        queue.store().commit(commit).await.unwrap();
    }
    let leased = queue.lease(at(0)).await.unwrap().unwrap();
    assert_eq!(queue.open_jobs().await.unwrap().len(), 1, "the two others are done along");
    add(&queue, search(1), Priority::Story, 0).await;
    assert_eq!(queue.lease(at(1)).await.unwrap(), None);
    queue.store().commit(super::queue::ended(&leased.job, JobStatus::Done, None, at(1))).await.unwrap();
    assert!(queue.lease(at(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_the_former_owner_is_fenced_off() {
    let (queue, _temp) = empty();
    add(&queue, search(1), Priority::Story, 0).await;
    let dead = queue.lease(at(0)).await.unwrap().unwrap();
    assert_eq!(queue.lease(at(59)).await.unwrap(), None);
    assert_eq!(queue.next_due().await.unwrap(), Some(at(60)));
    let rival = JobQueue::new(Arc::clone(queue.store()), "them");
    let taken = rival.lease(at(60)).await.unwrap().unwrap();
    assert!(taken.token > dead.token);
    let late = queue.store().commit(super::queue::ended(&dead.job, JobStatus::Done, None, at(61))).await;
    assert!(late.unwrap_err().is_conflict());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_equal_kinds_one_runs_whoever_leases() {
    let (queue, _temp) = empty();
    for round in 0..20 {
        for _ in 0..4 {
            let (_, commit) = queue.queued(search(1), Priority::Story, at(9), "test", at(0)).await.unwrap();
            queue.store().commit(commit).await.unwrap();
        }
        // Each due a moment later, so that the first lease does not take the others along.
        for (number, mut job) in queue.open_jobs().await.unwrap().into_iter().enumerate() {
            job.due_at = at(i64::try_from(number).unwrap());
            let version = Expect::Version(job.doc_version);
            queue.store().commit(Commit::new("test", at(0)).put(&job, version)).await.unwrap();
        }
        let rivals = ["us", "them", "others"].map(|owner| JobQueue::new(Arc::clone(queue.store()), owner));
        let leased = futures::future::join_all(rivals.iter().map(|rival| rival.lease(at(0)))).await;
        let leased: Vec<_> = leased.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(leased.len(), 1, "round {round}");
        for job in queue.open_jobs().await.unwrap() {
            queue.store().commit(super::queue::ended(&job, JobStatus::Done, None, at(1))).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_that_lease_at_once_get_a_job_each() {
    let (queue, _temp) = empty();
    for movie in 1..=10 {
        add(&queue, search(movie), Priority::Story, 0).await;
    }
    let rivals: Vec<JobQueue> =
        (0..10).map(|number| JobQueue::new(Arc::clone(queue.store()), &format!("daemon {number}"))).collect();
    let leased = futures::future::join_all(rivals.iter().map(|rival| rival.lease(at(0)))).await;
    let mut jobs: Vec<_> = leased.into_iter().map(|leased| leased.unwrap().unwrap().job.id).collect();
    jobs.sort_unstable();
    jobs.dedup();
    assert_eq!(jobs.len(), 10);
}

#[tokio::test]
async fn one_whose_lease_ran_out_is_taken_over_before_another_of_its_kind_begins() {
    let (queue, _temp) = empty();
    add(&queue, search(1), Priority::Story, 0).await;
    let dead = queue.lease(at(0)).await.unwrap().unwrap().job;
    let waits = add(&queue, search(1), Priority::Person, 0).await;
    assert_ne!(waits.id, dead.id);
    let rival = JobQueue::new(Arc::clone(queue.store()), "them");
    assert_eq!(rival.lease(at(60)).await.unwrap().unwrap().job.id, dead.id);
    assert!(queue.open_jobs().await.unwrap().iter().all(|job| job.id != waits.id), "it is done along");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_taken_over_keeps_nothing_any_more() {
    let (queue, _temp) = empty();
    let job = add(&queue, search(1), Priority::Person, 0).await;
    let rival = JobQueue::new(Arc::clone(queue.store()), "them");
    let seen = Arc::new(tokio::sync::Mutex::new(None));
    let told = Arc::clone(&seen);
    let handler: Handler = Arc::new(move |_, context| {
        let (rival, told) = (rival.clone(), Arc::clone(&told));
        async move {
            let tag = |id| Tag { id: TagId(id), label: format!("tag {id}") };
            let store = context.store();
            let put = |id| Commit::new("test", crate::clock::now()).put(&tag(id), Expect::Absent);
            store.commit(put(1)).await?;
            // As if this daemon had slept for an hour.
            let later = crate::clock::now() + SignedDuration::from_hours(1);
            let taken = rival.lease(later).await?.expect("the lease has run out");
            let late = store.commit(put(2)).await;
            rival.store().commit(super::queue::ended(&taken.job, JobStatus::Done, None, later)).await?;
            let stopped = context.should_stop();
            *told.lock().await = Some((late.map(|_| ()), stopped));
            Ok(Done::note("too late"))
        }
        .boxed()
    });
    run_until_empty(&queue, handler).await;
    let (late, stopped) = seen.lock().await.take().unwrap();
    assert!(late.unwrap_err().to_string().contains("taken over") && stopped);
    let tags = queue.store().load_all::<Tag>().await.unwrap();
    assert_eq!(tags.iter().map(|tag| tag.id.0).collect::<Vec<_>>(), [1]);
    assert_ne!(queue.job(job.id).await.unwrap().unwrap().note.as_deref(), Some("too late"));
}

#[tokio::test]
async fn a_failure_is_tried_again_later_and_has_an_end() {
    let (queue, _temp) = empty();
    let job = add(&queue, search(1), Priority::Story, 0).await;
    let tries = policy(&job.kind).tries_max;
    let mut now = at(0);
    for round in 1..=tries {
        let leased = queue.lease(now).await.unwrap().unwrap();
        assert_eq!(leased.job.tries, round);
        let (commit, _) = super::queue::again(&leased.job, "no", None, now);
        queue.store().commit(commit).await.unwrap();
        assert_eq!(queue.lease(now).await.unwrap(), None);
        now += SignedDuration::from_hours(2);
    }
    let failed = queue.job(job.id).await.unwrap().unwrap();
    assert_eq!(failed.status, JobStatus::Failed);
    assert_eq!(failed.note.as_deref(), Some("no (tried 5 times)"));
    assert!(queue.open_jobs().await.unwrap().is_empty());
    assert_eq!(queue.ended_jobs(10).await.unwrap(), [failed]);
}

#[tokio::test]
async fn jobs_of_a_daemon_that_died_go_back_at_the_start() {
    let (queue, _temp) = empty();
    add(&queue, search(1), Priority::Story, 0).await;
    let dead = queue.lease(at(0)).await.unwrap().unwrap();
    assert_eq!(queue.reclaim_all(at(1)).await.unwrap(), 1);
    let again = queue.lease(at(1)).await.unwrap().unwrap();
    assert!(again.token > dead.token);
    assert_eq!(again.job.tries, 1);
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked() {
    let (queue, _temp) = empty();
    let waiting = add(&queue, search(1), Priority::Story, 60).await;
    let cancelled = queue.cancel(waiting.id, &ada(), at(1)).await.unwrap().unwrap();
    assert_eq!(
        (cancelled.status, cancelled.note.as_deref()),
        (JobStatus::Cancelled, Some("cancelled by ada"))
    );
    add(&queue, search(2), Priority::Story, 0).await;
    let running = queue.lease(at(1)).await.unwrap().unwrap().job;
    let asked = queue.cancel(running.id, &ada(), at(1)).await.unwrap().unwrap();
    assert_eq!((asked.status, asked.cancel_asked), (JobStatus::Running, true));
    assert_eq!(queue.cancel(radarr_proto::model::JobId(99), &ada(), at(1)).await.unwrap(), None);
    let told = queue.store().audit(AuditRange::default(), 10).await.unwrap().events;
    let told: Vec<_> =
        told.iter().map(|event| (event.from.as_deref(), event.movie_id, event.kind.clone())).collect();
    let of = |job: &Job, movie| {
        let kind = EventKind::JobCancelled { job_id: job.id, job: "search_movie".to_owned() };
        (Some("192.0.2.7"), Some(MovieId(movie)), kind)
    };
    assert_eq!(told, [of(&running, 2), of(&waiting, 1)], "the audit tells each once");
}

#[tokio::test]
async fn the_schedule_neither_doubles_nor_catches_up() {
    let (queue, _temp) = empty();
    let table = [Scheduled {
        kind: JobKind::ReadRecent,
        every: Duration::from_mins(15),
        first_after: Duration::from_secs(30),
    }];
    let schedule = || Schedule::new(queue.clone(), &table, Arc::new(|_| None));
    let count = async || queue.open_jobs().await.unwrap().len();
    let coming = async |now: i64| {
        let told = schedule().coming(at(now)).await.unwrap();
        let [job] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&job.kind, &job.runs), (&JobKind::ReadRecent, &JobRhythm::Every { seconds: 900 }));
        (job.last_at, job.next_at)
    };
    assert_eq!(coming(0).await, (None, None));
    assert_eq!(schedule().queue_due(at(0)).await.unwrap(), Some(at(30)));
    assert_eq!(coming(10).await, (None, Some(at(30))));
    assert_eq!(count().await, 0);
    assert_eq!(schedule().queue_due(at(30)).await.unwrap(), Some(at(930)));
    assert_eq!(schedule().queue_due(at(40)).await.unwrap(), Some(at(930)));
    assert_eq!(coming(50).await, (Some(at(30)), Some(at(930))));
    assert_eq!(count().await, 1);
    // A week off is one run, not 672.
    assert_eq!(schedule().queue_due(at(604_800)).await.unwrap(), Some(at(605_700)));
    assert_eq!(count().await, 2);
    // A clock that was set back, and an interval that was shortened.
    assert_eq!(schedule().queue_due(at(1_000)).await.unwrap(), Some(at(1_900)));
    let often =
        Schedule::new(queue.clone(), &table, Arc::new(|_| Some(Rhythm::Every(Duration::from_mins(1)))));
    assert_eq!(often.queue_due(at(1_000)).await.unwrap(), Some(at(1_060)));
}

/// Runs `handler` until `queue` has nothing open any more.
async fn run_until_empty(queue: &JobQueue, handler: Handler) {
    let stop = CancellationToken::new();
    let worker = Worker {
        queue: queue.clone(),
        schedule: Schedule::new(queue.clone(), &[], Arc::new(|_| None)),
        handler,
        at_once: 2,
        clock: crate::clock::now,
        pulse: Pulse::default(),
    };
    let watch = async {
        let mut changes = queue.store().watch();
        while !queue.open_jobs().await.unwrap().is_empty() {
            changes.changed().await.unwrap();
        }
        stop.cancel();
    };
    let both = async { tokio::join!(worker.run(stop.clone()), watch) };
    tokio::time::timeout(Duration::from_secs(30), both).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_job_and_what_it_found_are_kept_together() {
    let (queue, _temp) = empty();
    let job = add(&queue, search(1), Priority::Person, 0).await;
    let next = queue.clone();
    let handler: Handler = Arc::new(move |job, context| {
        let queue = next.clone();
        async move {
            if job.kind != search(1) {
                return Ok(Done::note("second"));
            }
            context.progress("half", Some((1, 2))).await?;
            let now = crate::clock::now();
            let (_, queued) = queue.queued(search(2), Priority::Story, now, "test", now).await?;
            let tag = Tag { id: TagId(1), label: "found".to_owned() };
            Ok(Done::note("first").with(queued.put(&tag, Expect::Absent)))
        }
        .boxed()
    });
    run_until_empty(&queue, handler).await;
    assert!(queue.store().load::<Tag>(TagId(1)).await.unwrap().is_some());
    let done = queue.job(job.id).await.unwrap().unwrap();
    assert_eq!(
        (done.status, done.note.as_deref(), done.progress),
        (JobStatus::Done, Some("first"), Some((1, 2)))
    );
    assert_eq!(queue.ended_jobs(10).await.unwrap()[0].note.as_deref(), Some("second"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_ends_one_try_of_one_job() {
    let (queue, _temp) = empty();
    let job = add(&queue, search(1), Priority::Person, 0).await;
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let next = queue.clone();
    let handler: Handler = Arc::new(move |_, _| {
        let (counted, queue) = (Arc::clone(&counted), next.clone());
        async move {
            assert!(counted.fetch_add(1, Ordering::SeqCst) > 0, "on purpose");
            drop(queue);
            Ok(Done::note("well"))
        }
        .boxed()
    });
    // The pause after the first failure is taken out by bringing the job forward.
    let bring_forward = async {
        let mut changes = queue.store().watch();
        while tries.load(Ordering::SeqCst) == 0
            || queue.open_jobs().await.unwrap()[0].status != JobStatus::Queued
        {
            changes.changed().await.unwrap();
        }
        let now = crate::clock::now();
        queue.enqueue(search(1), Priority::Person, now, "test", now).await.unwrap();
    };
    tokio::join!(run_until_empty(&queue, handler), bring_forward);
    let done = queue.job(job.id).await.unwrap().unwrap();
    assert_eq!((done.status, done.tries), (JobStatus::Done, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_job_that_is_cancelled_ends_as_cancelled() {
    let (queue, _temp) = empty();
    let job = add(&queue, search(1), Priority::Person, 0).await;
    let next = queue.clone();
    let handler: Handler = Arc::new(move |job, context| {
        let queue = next.clone();
        async move {
            queue.cancel(job.id, &ada(), crate::clock::now()).await?;
            context.stopped().await;
            Err(JobError::Stopped)
        }
        .boxed()
    });
    run_until_empty(&queue, handler).await;
    assert_eq!(queue.job(job.id).await.unwrap().unwrap().status, JobStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_under_way_is_handed_back_at_shutdown() {
    let (queue, _temp) = empty();
    let job = add(&queue, search(1), Priority::Person, 0).await;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let worker = Worker {
        queue: queue.clone(),
        schedule: Schedule::new(queue.clone(), &[], Arc::new(|_| None)),
        handler: Arc::new(move |_, context| {
            stopping.cancel();
            async move {
                context.stopped().await;
                Err(JobError::Stopped)
            }
            .boxed()
        }),
        at_once: 1,
        clock: crate::clock::now,
        pulse: Pulse::default(),
    };
    tokio::time::timeout(Duration::from_secs(30), worker.run(stop)).await.unwrap();
    let back = queue.job(job.id).await.unwrap().unwrap();
    assert_eq!((back.status, back.tries), (JobStatus::Queued, 0));
    assert!(queue.lease(crate::clock::now()).await.unwrap().is_some());
}

#[tokio::test]
async fn only_so_many_ended_jobs_are_kept() {
    let (queue, _temp) = empty();
    let mut all = Commit::new("test", at(0));
    for movie in 0..505 {
        let (job, _) = queue.queued(search(movie), Priority::Story, at(0), "test", at(0)).await.unwrap();
        let mut end = super::queue::ended(&job, JobStatus::Done, None, at(0));
        end.writes.remove(0);
        all = all.and(end);
    }
    queue.store().commit(all).await.unwrap();
    assert_eq!(queue.trim(at(1)).await.unwrap(), 5);
    assert_eq!(queue.ended_jobs(1_000).await.unwrap().len(), 500);
}
