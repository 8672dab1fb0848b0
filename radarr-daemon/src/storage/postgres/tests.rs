//! The contract on a real PostgreSQL, and what only it has: several stores on one database, a server that goes away.

#[path = "../../../../tests/src/harness/free_port.rs"]
#[expect(unreachable_pub, reason = "the end-to-end tests use the same file")]
mod free_port;
#[path = "../../../../tests/src/harness/postgres.rs"]
#[expect(unreachable_pub, dead_code, reason = "the end-to-end tests use the same file, and all of it")]
pub(super) mod harness;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use radarr_proto::model::{SecretText, Tag, TagId};

use self::harness::{Cluster, ClusterSettings};
use super::*;
use crate::security::mounted::Mounted;
use crate::storage::contract::{now, storage_contract, tag, vanished};
use crate::storage::figures::print_figures;
use crate::storage::{Expect, Schema, SharedStore};

/// One cluster for the tests that run at the same time; the last one ends it.
pub(super) fn cluster() -> Arc<Cluster> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(Cluster::start(&ClusterSettings::default()).unwrap());
    *shared = Arc::downgrade(&cluster);
    cluster
}

pub(super) fn settings(url: String) -> PostgresSettings {
    PostgresSettings {
        url: Mounted::new(SecretText::new(url), None),
        password: Mounted::default(),
        connections_max: 4,
        connect: Duration::from_secs(5),
        statement: Duration::from_secs(5),
        schema: Schema::Migrate,
    }
}

pub(super) async fn open(url: String) -> SharedStore {
    Arc::new(PostgresStore::open(settings(url), Some(Duration::from_secs(30))).await.unwrap())
}

/// Closes before the cluster goes.
pub(super) struct Opened {
    pub(super) cluster: Arc<Cluster>,
    pub(super) database: String,
}

impl Opened {
    pub(super) async fn again(&self) -> SharedStore {
        open(self.cluster.url(&self.database)).await
    }
}

pub(super) async fn empty() -> (SharedStore, Opened) {
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

pub(super) fn put(id: u64, label: &str) -> Commit {
    Commit::new("system", now()).put(&tag(id, label), Expect::Any).event(None, vanished(label))
}

/// Waits until the store says that it is well, and gives back nothing else.
pub(super) async fn until_well(store: &SharedStore) {
    let well = async {
        while store.health() != StoreHealth::Good {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), well).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_of_many_daemons_stand_in_the_log_in_the_order_in_which_they_are_seen() {
    let (first, opened) = empty().await;
    let stores = [Arc::clone(&first), opened.again().await, opened.again().await];
    let writers = (0..6_u64).map(|writer| {
        let store = Arc::clone(&stores[usize::try_from(writer % 3).unwrap()]);
        async move {
            for round in 0..20 {
                let mut commit = put(writer + 1, &round.to_string());
                // Long ones are overtaken by short ones, unless the log holds them in order.
                for _ in 0..(writer * 7) {
                    commit = commit.event(None, vanished("more"));
                }
                store.commit(commit).await.unwrap();
            }
        }
    });
    let follow = async |store: &SharedStore| {
        let (mut at, mut seen) = (Cursor(0), Vec::new());
        while seen.len() < 20 * (6 + 7 * 15) {
            let page = store.events_after(at, 50).await.unwrap();
            assert!(!page.gap);
            seen.extend(page.events.iter().map(|event| event.cursor.0));
            at = page.cursor;
        }
        seen
    };
    let (seen, other, _) =
        tokio::join!(follow(&stores[1]), follow(&stores[2]), futures::future::join_all(writers));
    let want: Vec<u64> = (1..=u64::try_from(seen.len()).unwrap()).collect();
    assert_eq!((&seen, &other), (&want, &want));
    assert_eq!(first.check(false).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_is_waited_for_and_has_all_that_was_acknowledged() {
    let mut cluster =
        tokio::task::spawn_blocking(|| Cluster::start(&ClusterSettings::default())).await.unwrap().unwrap();
    let database = cluster.database().unwrap();
    let store = open(cluster.url(&database)).await;
    for round in 0..3 {
        let writers = (1..=16_u64).map(|writer| {
            let store = Arc::clone(&store);
            async move {
                let mut kept = 0;
                while store.commit(put(writer, &format!("{round} {kept}"))).await.is_ok() {
                    kept += 1;
                }
                (writer, kept)
            }
        });
        let crash = async {
            // Nobody ends by itself: this is how long the server lives.
            drop(tokio::time::timeout(Duration::from_millis(150), std::future::pending::<()>()).await);
            cluster.stop("QUIT").unwrap();
        };
        let (kept, ()) = tokio::join!(futures::future::join_all(writers), crash);
        assert!(matches!(store.health(), StoreHealth::Broken { recovering: true, .. }));
        let refused = store.commit(put(99, "x")).await.unwrap_err();
        assert!(refused.to_string().contains("storage unavailable, retrying"), "{refused}");
        cluster.start_again().unwrap();
        until_well(&store).await;
        for (writer, kept) in kept {
            let found = store.load::<Tag>(TagId(writer)).await.unwrap();
            let Some(last) = found.and_then(|tag| tag.label.split_once(' ')?.1.parse::<i32>().ok()) else {
                assert_eq!(kept, 0);
                continue;
            };
            // What was under way may have been kept as well.
            assert!(kept == 0 || last == kept - 1 || last == kept, "{writer}: {last} of {kept}");
        }
        assert_eq!(store.check(false).await.unwrap(), []);
    }
    store.close().await;
}

/// Tries a commit until the connection is back.
async fn wait_until_kept(store: &SharedStore, id: u64) -> Committed {
    for _ in 0..200 {
        if let Ok(committed) = store.commit(put(id, "next")).await {
            return committed;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the storage did not come back: {:?}", store.health());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_lost_something_gives_no_cursor_and_no_version_twice() {
    let (first, opened) = empty().await;
    let second = opened.again().await;
    let lost = first.commit(put(1, "lost")).await.unwrap();
    let mut seen = second.watch();
    seen.wait_for(|cursor| *cursor >= lost.cursor).await.unwrap();
    // As a standby that had not everything: the last commit never was. The connection ends with the old primary.
    let sql = "UPDATE radarr.log_state SET version = version - 1, cursor = cursor - 1; DELETE FROM radarr.event; \
               DELETE FROM radarr.document; \
               SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    opened.cluster.sql(&opened.database, sql).unwrap();
    let next = wait_until_kept(&first, 2).await;
    assert!(next.cursor > lost.cursor && next.version > lost.version, "{next:?} after {lost:?}");
    let page = second.events_after(lost.cursor, 10).await.unwrap();
    assert!(page.gap, "who saw what is lost reads anew");
    assert_eq!(first.check(false).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_changes_goes_on_with_reads_and_recovers() {
    let (store, opened) = empty().await;
    store.commit(put(1, "there")).await.unwrap();
    // The server's own answer when it has no room, given by a trigger: filling a disk would stop its neighbours.
    let full = "CREATE FUNCTION radarr.full() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$; \
                CREATE TRIGGER no_room BEFORE INSERT ON radarr.event EXECUTE FUNCTION radarr.full()";
    opened.cluster.sql(&opened.database, full).unwrap();
    let error = store.commit(put(2, "no")).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Unavailable { .. }) && error.to_string().contains("no room"),
        "{error}"
    );
    assert_eq!(store.load_all::<Tag>().await.unwrap(), [tag(1, "there")]);
    opened.cluster.sql(&opened.database, "DROP TRIGGER no_room ON radarr.event").unwrap();
    store.commit(put(2, "yes")).await.unwrap();
    until_well(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_statement_is_given_up_and_nothing_of_it_is_kept() {
    let (first, opened) = empty().await;
    first.close().await;
    let quick = PostgresSettings {
        statement: Duration::from_secs(1),
        ..settings(opened.cluster.url(&opened.database))
    };
    let store: SharedStore =
        Arc::new(PostgresStore::open(quick, Some(Duration::from_secs(30))).await.unwrap());
    let slow = "CREATE FUNCTION radarr.slow() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$; \
                CREATE TRIGGER slow BEFORE INSERT ON radarr.event FOR EACH ROW EXECUTE FUNCTION radarr.slow()";
    opened.cluster.sql(&opened.database, slow).unwrap();
    let error = store.commit(put(1, "no")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    opened.cluster.sql(&opened.database, "DROP TRIGGER slow ON radarr.event").unwrap();
    assert_eq!(store.load_all::<Tag>().await.unwrap(), []);
    store.commit(put(1, "yes")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_database_does_not_take_of_one_commit_keeps_no_other_out() {
    let (store, opened) = empty().await;
    let strict = "ALTER TABLE radarr.document ADD CONSTRAINT strict CHECK (body ->> 'label' <> 'bad')";
    opened.cluster.sql(&opened.database, strict).unwrap();
    let labels = ["a", "bad", "c", "d"];
    let all = labels.iter().zip(1..).map(|(label, id)| store.commit(put(id, label)));
    let results = futures::future::join_all(all).await;
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true]);
    let text = "a\0b \\u0000 \u{1f3ac}";
    store.commit(put(9, text)).await.unwrap();
    assert_eq!(store.load::<Tag>(TagId(9)).await.unwrap(), Some(tag(9, &text.replace('\0', "\u{fffd}"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_worked_with_as_long_as_it_says_so() {
    let (store, opened) = empty().await;
    store.close().await;
    let newer = |number: i32, works_with: i32| {
        let sql = format!("INSERT INTO radarr.migration VALUES ({number}, 'x', 'x', {works_with})");
        opened.cluster.sql(&opened.database, &sql).unwrap()
    };
    let known = migrate::MIGRATIONS.last().unwrap().number;
    newer(known + 1, known);
    opened.again().await.close().await;
    newer(known + 2, known + 1);
    let refused = PostgresStore::open(settings(opened.cluster.url(&opened.database)), None).await;
    assert!(matches!(refused, Err(StoreError::NewerSchema { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_looks_changes_no_schema() {
    use crate::storage::Document as _;

    let (store, opened) = empty().await;
    store.commit(put(1, "kept")).await.unwrap();
    store.close().await;
    let new = opened.cluster.database().unwrap();
    let look = |database: &str| {
        let settings = PostgresSettings { schema: Schema::Leave, ..settings(opened.cluster.url(database)) };
        PostgresStore::open(settings, None)
    };
    let known = u32::try_from(migrate::MIGRATIONS.last().unwrap().number).unwrap();
    let behind = |found| StoreError::SchemaBehind { found, known };
    assert_eq!(look(&new).await.err(), Some(behind(0)));
    assert_eq!(opened.cluster.sql(&new, "SELECT to_regnamespace('radarr') IS NULL").unwrap(), "t");
    let seen = look(&opened.database).await.unwrap();
    assert!(seen.get(&tag(1, "kept").key()).await.unwrap().is_some());
    seen.close().await;
    opened.cluster.sql(&opened.database, "DELETE FROM radarr.migration WHERE number > 1").unwrap();
    assert_eq!(look(&opened.database).await.err(), Some(behind(1)));
    let steps = opened.cluster.sql(&opened.database, "SELECT max(number) FROM radarr.migration").unwrap();
    assert_eq!(steps, "1");
    // What a start would refuse is refused here as well.
    opened.cluster.sql(&opened.database, "UPDATE radarr.migration SET checksum = 'another'").unwrap();
    let error = look(&opened.database).await.err();
    assert!(matches!(error, Some(StoreError::Corrupt { .. })), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_told_at_once_and_not_shown() {
    let (_store, opened) = empty().await;
    let wrong = PostgresSettings {
        password: Mounted::new(SecretText::new("hunter2"), None),
        ..settings(opened.cluster.url(&opened.database))
    };
    let Err(error) = PostgresStore::open(wrong, None).await else { panic!("it was let in") };
    let text = format!("{error} {error:?} {}", error.hint());
    assert!(matches!(error, StoreError::Database { .. }) && text.contains("password"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains(harness::PASSWORD), "{text}");
}

/// Why a change is refused for its password, as soon as one is.
async fn wait_until_locked_out(store: &SharedStore) -> StoreError {
    let refused = async {
        loop {
            match store.commit(put(1, "refused")).await {
                Err(error) if error.to_string().contains("password") => break error,
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), refused).await.unwrap()
}

/// Connections that are open go on whatever the password is, so each case cuts them or asks for more than there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_changed_counts_without_a_new_start_whichever_side_has_it_first() {
    let (first, opened) = empty().await;
    first.close().await;
    let sql = |statement: &str| opened.cluster.sql(&opened.database, statement).unwrap();
    let user = format!("keeper_of_{}", opened.database);
    sql(&format!("CREATE ROLE {user} LOGIN PASSWORD 'one'"));
    sql(&format!(
        "GRANT CREATE ON DATABASE {0} TO {user}; GRANT ALL ON SCHEMA radarr TO {user}",
        opened.database
    ));
    sql(&format!("GRANT ALL ON ALL TABLES IN SCHEMA radarr TO {user}"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "one\n").unwrap();
    let (login, rest) = (format!("postgres://{}:", harness::USER), format!("postgres://{user}:"));
    let own = PostgresSettings {
        password: Mounted::new(SecretText::new("one"), Some(file.clone())),
        ..settings(opened.cluster.url(&opened.database).replace(&login, &rest))
    };
    let store = Arc::new(PostgresStore::open(own, Some(Duration::from_secs(30))).await.unwrap());
    let shared: SharedStore = Arc::clone(&store) as SharedStore;
    let cut = || {
        sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'"));
    };
    let change = |password: &str| sql(&format!("ALTER ROLE {user} PASSWORD '{password}'"));
    shared.commit(put(1, "one")).await.unwrap();

    // The server has it first: who is not let in is told to ask again, until the file says it as well.
    change("two");
    cut();
    let error = wait_until_locked_out(&shared).await;
    assert!(matches!(error, StoreError::Unavailable { .. }) && !error.to_string().contains("two"), "{error}");
    std::fs::write(&file, "two\n").unwrap();
    until_well(&shared).await;
    shared.commit(put(1, "two")).await.unwrap();

    // The file has it first: the one before goes on, also for connections that are made anew.
    std::fs::write(&file, "three\n").unwrap();
    let connected = store.link.pool().await.unwrap();
    assert!(!store.link.renew_login(&connected).await);
    drop(store.link.connection().await.unwrap());
    change("three");
    // Nobody has looked since: the first who is not let in does, and is served.
    drop(store.link.connection().await.unwrap());
    shared.commit(put(1, "three")).await.unwrap();
    cut();
    until_well(&shared).await;
    assert_eq!(shared.load_all::<Tag>().await.unwrap(), [tag(1, "three")]);
    let before = store.link.place.in_force();
    std::fs::write(&file, "three\n").unwrap();
    assert!(store.link.place.changed().is_none() && Arc::ptr_eq(&before, &store.link.place.in_force()));
    shared.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, and proves nothing"]
async fn figures_of_postgres() {
    // With syncs, as in earnest.
    let real = ClusterSettings { fsync: true, ..ClusterSettings::default() };
    let cluster = tokio::task::spawn_blocking(move || Cluster::start(&real)).await.unwrap().unwrap();
    let store = open(cluster.url(&cluster.database().unwrap())).await;
    print_figures(&store).await;
    store.close().await;
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
