//! Calls as a client makes them, on a real storage.

use std::sync::Arc;
use std::time::{Duration, Instant};

use radarr_proto::error::{ApiResult, ErrorCode};
use radarr_proto::model::{Cursor, EventKind, JobKind, Principal, Role};
use radarr_proto::request::{NextEvents, RunJob};
use radarr_proto::service::Radarr;
use tarpc::context;

use super::call::{Call, Calls, Kind, answer};
use super::server::RpcServer;
use crate::backup::Backups;
use crate::config::Config;
use crate::flow::testing::{Bench, bench};
use crate::jobs::{SCHEDULE, Schedule};
use crate::status::Daemon;
use crate::storage::Commit;
use crate::tasks::Tasks;

struct Desk {
    bench: Bench,
    calls: Arc<Calls>,
}

impl Desk {
    async fn open() -> Self {
        let bench = bench().await;
        let daemon = Daemon { started_at: bench.flow.now(), config_text: "[http]\n".to_owned() };
        let calls = Calls {
            flow: bench.flow.clone(),
            daemon: Arc::new(daemon),
            doorkeeper: Arc::default(),
            backups: Arc::new(Backups::of(&Config::default())),
            schedule: Schedule::new(bench.flow.queue.clone(), SCHEDULE, Arc::new(|_| None)),
            events: Arc::default(),
            tasks: Tasks::new(),
        };
        Self { bench, calls: Arc::new(calls) }
    }

    fn server(&self, role: Role) -> RpcServer {
        let principal = Principal { name: "token:test".to_owned(), role };
        RpcServer {
            calls: Arc::clone(&self.calls),
            principal: Arc::new(principal),
            from: "unix".into(),
            large: Arc::default(),
        }
    }

    fn call(&self) -> Call {
        Call {
            calls: Arc::clone(&self.calls),
            principal: self.server(Role::Admin).principal,
            from: "unix".into(),
            large: Arc::default(),
            request_id: "r".to_owned(),
            deadline: Instant::now() + Duration::from_secs(10),
        }
    }

    async fn happen(&self) {
        let event =
            EventKind::SettingsChanged { what: "tag".to_owned(), name: "x".to_owned(), changes: Vec::new() };
        let commit = Commit::new("test", self.bench.flow.now()).event(None, event);
        self.bench.flow.store.commit(commit).await.unwrap();
    }
}

fn ask(after: Option<Cursor>, wait_ms: u64) -> NextEvents {
    NextEvents { after, wait_ms, limit: None }
}

#[tokio::test]
async fn a_handler_that_panics_answers() {
    let desk = Desk::open().await;
    for kind in [Kind::Read, Kind::Change] {
        let broken = |_: Call| async { panic!("on purpose") };
        let result: ApiResult<()> = answer(desk.call(), "broken", Role::Viewer, kind, broken).await;
        assert_eq!(result.unwrap_err().code, ErrorCode::Internal, "{kind:?}");
    }
}

#[tokio::test]
async fn a_change_is_brought_to_its_end_although_its_caller_hangs_up_and_a_read_is_not() {
    let desk = Desk::open().await;
    for (kind, comes) in [(Kind::Change, true), (Kind::Read, false)] {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
        let (end, has_ended) = tokio::sync::oneshot::channel();
        let slow = move |_: Call| async move {
            begun.send(()).unwrap();
            may_go_on.await.unwrap();
            end.send(()).unwrap();
            Ok(())
        };
        let mut caller = Box::pin(answer(desk.call(), "slow", Role::Viewer, kind, slow));
        tokio::select! {
            _ = &mut caller => panic!("it can't have ended"),
            begun = has_begun => begun.unwrap(),
        }
        drop(caller);
        assert_eq!(go_on.send(()).is_ok(), comes, "{kind:?}");
        assert_eq!(has_ended.await.is_ok(), comes, "{kind:?}");
    }
}

#[tokio::test]
async fn a_role_allows_what_it_should_and_no_more() {
    let desk = Desk::open().await;
    let run = RunJob { job: JobKind::CheckHealth };
    let refused = desk.server(Role::Viewer).run_job(context::current(), run.clone()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    assert!(desk.server(Role::Operator).run_job(context::current(), run).await.is_ok());
    assert!(desk.server(Role::Operator).tokens(context::current()).await.is_err());
    assert!(desk.server(Role::Viewer).jobs(context::current()).await.unwrap().len() == 1);
}

#[tokio::test]
async fn events_come_when_they_happen_and_the_wait_ends_before_the_caller_gives_up() {
    let desk = Desk::open().await;
    let server = desk.server(Role::Viewer);
    let last = desk.bench.flow.store.last_cursor();

    let waiting = server.clone().next_events(context::current(), ask(None, 30_000));
    let (batch, ()) = tokio::join!(waiting, desk.happen());
    let batch = batch.unwrap();
    assert_eq!((batch.events.len(), batch.cursor > last, batch.gap), (1, true, false));

    let mut hurried = context::current();
    hurried.deadline = Instant::now() + Duration::from_millis(1100);
    let empty = server.clone().next_events(hurried, ask(None, 30_000)).await.unwrap();
    assert_eq!((empty.events.len(), empty.cursor), (0, batch.cursor));

    let again = server.clone().next_events(context::current(), ask(Some(last), 0)).await.unwrap();
    assert_eq!(again.events, batch.events);
    let future = Cursor(batch.cursor.0 + 1000);
    let beyond = server.next_events(context::current(), ask(Some(future), 30_000)).await.unwrap();
    assert_eq!((beyond.cursor, beyond.gap), (batch.cursor, true));
}

#[tokio::test]
async fn a_long_poll_ends_with_the_daemon() {
    let desk = Desk::open().await;
    let waiting = desk.server(Role::Viewer).next_events(context::current(), ask(None, 60_000));
    let stop = async { desk.calls.tasks.stopping().cancel() };
    let (batch, ()) = tokio::join!(waiting, stop);
    assert!(batch.unwrap().events.is_empty());
}

#[tokio::test]
async fn the_status_says_what_is_not_set_up() {
    let desk = Desk::open().await;
    let status = desk.server(Role::Viewer).status(context::current()).await.unwrap();
    assert_eq!(status.not_set_up, ["indexer", "client"]);
    assert_eq!((status.storage.as_str(), status.movies, status.queue), ("sled", 0, 0));
}
