//! The contract on a real PostgreSQL, and what only it has: several stores on one database, a server that goes away.

#[path = "../../../../tests/src/harness/postgres.rs"]
#[expect(unreachable_pub, dead_code, reason = "the end-to-end tests use the same file, and all of it")]
mod harness;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use radarr_proto::model::{Tag, TagId};

use self::harness::{Cluster, ClusterSettings};
use super::*;
use crate::storage::contract::{now, storage_contract, tag, vanished};
use crate::storage::{Expect, SharedStore};

/// One cluster for the tests that run at the same time; the last one ends it.
fn cluster() -> Arc<Cluster> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(Cluster::start(&ClusterSettings::default()).unwrap());
    *shared = Arc::downgrade(&cluster);
    cluster
}

fn settings(url: String) -> PostgresSettings {
    PostgresSettings {
        url: SecretText::new(url),
        password: SecretText::default(),
        connections_max: 4,
        connect: Duration::from_secs(5),
        statement: Duration::from_secs(5),
    }
}

async fn open(url: String) -> SharedStore {
    Arc::new(PostgresStore::open(settings(url), Some(Duration::from_secs(30))).await.unwrap())
}

/// Closes before the cluster goes.
struct Opened {
    cluster: Arc<Cluster>,
    database: String,
}

impl Opened {
    async fn again(&self) -> SharedStore {
        open(self.cluster.url(&self.database)).await
    }
}

async fn empty() -> (SharedStore, Opened) {
    let opened = tokio::task::spawn_blocking(|| {
        let cluster = cluster();
        let database = cluster.database().unwrap();
        Opened { cluster, database }
    });
    let opened = opened.await.unwrap();
    (opened.again().await, opened)
}

storage_contract!(empty);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemons_that_start_together_make_the_schema_once() {
    let (first, opened) = empty().await;
    let many = futures::future::join_all((0..4).map(|_| opened.again())).await;
    let steps = opened.cluster.sql(&opened.database, "SELECT count(*) FROM radarr.migration").unwrap();
    assert_eq!(steps, migrate::MIGRATIONS.len().to_string());
    first.commit(Commit::new("system", now()).put(&tag(1, "a"), Expect::Absent)).await.unwrap();
    for store in many {
        assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(tag(1, "a")));
        assert!(store.next_id(Collection::Tag).await.unwrap() > 1);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_daemons_commit_wakes_who_follows() {
    let (first, opened) = empty().await;
    let second = opened.again().await;
    let mut changes = second.watch();
    let committed = first.commit(Commit::new("system", now()).event(None, vanished("x"))).await.unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(20), changes.wait_for(|at| *at >= committed.cursor));
    assert_eq!(*seen.await.unwrap().unwrap(), committed.cursor);
    assert_eq!(second.events_after(Cursor(0), 10).await.unwrap().events.len(), 1);
    let late = second.commit(Commit::new("system", now()).put(&tag(1, "b"), Expect::Absent)).await.unwrap();
    assert!(late.version > committed.version);
}

#[test]
fn the_log_is_checked_by_the_same_list_of_noise_as_events_say() {
    use radarr_proto::model::EventKind;
    let event = |kind: &str| {
        let fields = serde_json::json!({
            "kind": kind, "title": "", "year": 0, "changes": [], "files_deleted": false, "found": 0, "accepted": 0,
            "note": null, "grab_id": 1, "job_id": 1, "job": "", "status": "done", "state": "", "release": "",
            "progress": 0, "check": "", "key": "", "message": "", "permille": 0, "size_bytes": 0, "left_bytes": 0,
        });
        serde_json::from_value::<EventKind>(fields)
    };
    for kind in ["movie_added", "movie_edited", "movie_deleted", "job_changed", "unknown"] {
        let event = event(kind).unwrap();
        assert_eq!(event.is_history(), !check::NOISE.contains(&kind), "{kind}");
    }
}
