//! What holds with several daemons on one database: claims, the order of the log, notifications that are lost, the
//! audit by its indexes, old and new schemas side by side.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use radarr_proto::model::{Cursor, JobKind, MovieId, SearchKind, Slot, Tag, TagId};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use super::migrate::{MIGRATIONS, migrate};
use super::read::audit_sql;
use super::tests::harness::Cluster;
use super::tests::{Opened, cluster, empty, open, put};
use crate::jobs::{JobQueue, Priority};
use crate::storage::contract::{now, tag};
use crate::storage::{AuditRange, Commit, Document as _, Expect, SharedStore};

/// Longer than anything here takes on a loaded machine.
const WITHIN: Duration = Duration::from_secs(30);

fn search(movie: u64) -> JobKind {
    JobKind::SearchMovie { movie_id: MovieId(movie), slot: Slot(0), by: SearchKind::User }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_daemons_that_lease_at_once_get_a_job_each_and_none_waits_for_another() {
    let (first, opened) = empty().await;
    let queue = JobQueue::new(Arc::clone(&first), "first");
    for movie in 1..=20 {
        queue.enqueue(search(movie), Priority::Story, now(), "test", now()).await.unwrap();
    }
    let mut rivals = Vec::new();
    for number in 0..10 {
        rivals.push(JobQueue::new(opened.again().await, &format!("daemon {number}")));
    }
    // Somebody holds the first one for long; it is passed over.
    let mut holder = connection(&opened).await;
    let mut held = holder.begin().await.unwrap();
    sqlx::raw_sql("SELECT 1 FROM radarr.job ORDER BY id LIMIT 1 FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    let began = Instant::now();
    let leased = futures::future::join_all(rivals.iter().map(|rival| rival.lease(now()))).await;
    let jobs: BTreeSet<_> = leased.into_iter().map(|leased| leased.unwrap().unwrap().job.id).collect();
    assert_eq!(jobs.len(), 10);
    assert!(jobs.first().is_some_and(|job| job.0 > 1), "the held one was waited for");
    println!("ten leases at once took {:?}", began.elapsed());
    held.rollback().await.unwrap();
    // Of equal kind one runs, whoever leases.
    for round in 0..10 {
        let (_, twin) =
            queue.queued(JobKind::ReadRecent, Priority::Person, now(), "test", now()).await.unwrap();
        first.commit(twin).await.unwrap();
        let leased = futures::future::join_all(rivals.iter().map(|rival| rival.lease(now()))).await;
        let kinds = leased.into_iter().filter_map(|leased| Some(leased.unwrap()?.job.kind));
        let recent = kinds.filter(|kind| *kind == JobKind::ReadRecent).count();
        assert_eq!(recent, usize::from(round == 0), "round {round}");
    }
    for rival in rivals {
        rival.store().close().await;
    }
}

/// A connection of its own to the database.
async fn connection(opened: &Opened) -> PgConnection {
    PgConnection::connect(&opened.cluster.url(&opened.database)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_becomes_visible_late_is_skipped_by_nobody() {
    let (store, opened) = empty().await;
    let reader = opened.again().await;
    store.commit(put(1, "first")).await.unwrap();
    let mut other = connection(&opened).await;
    let mut late = other.begin().await.unwrap();
    // As a daemon commits: the log first, then the event; and then it takes its time.
    let begin = "UPDATE radarr.log_state SET cursor = cursor + 1, version = version + 1; \
                 INSERT INTO radarr.event (cursor, at, actor, is_history, body) \
                 SELECT cursor, now(), 'late', true, jsonb_set(body, '{cursor}', '2') || '{\"actor\": \"late\"}' \
                 FROM (SELECT 2 AS cursor, body FROM radarr.event) AS copied";
    sqlx::raw_sql(begin).execute(&mut *late).await.unwrap();
    let mut after = JoinSet::new();
    after.spawn({
        let store = Arc::clone(&store);
        async move { store.commit(put(2, "after")).await }
    });
    // The commit that began later waits; who reads meanwhile sees neither.
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let began = Instant::now();
    while opened.cluster.sql(&opened.database, waits).unwrap() != "1" {
        assert!(began.elapsed() < WITHIN, "nobody waits");
    }
    let page = reader.events_after(Cursor(0), 10).await.unwrap();
    assert_eq!((page.events.len(), page.cursor), (1, Cursor(1)));
    late.commit().await.unwrap();
    let after = after.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(after.cursor, Cursor(3));
    let page = reader.events_after(page.cursor, 10).await.unwrap();
    let seen: Vec<u64> = page.events.iter().map(|event| event.cursor.0).collect();
    assert_eq!((seen, page.gap), (vec![2, 3], false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_that_is_lost_delays_and_loses_nothing() {
    let (writer, opened) = empty().await;
    let reader = opened.again().await;
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND query ILIKE 'LISTEN%'";
    let (mut seen, mut at, mut slowest) = (Vec::new(), Cursor(0), Duration::ZERO);
    for round in 0..10 {
        let ended = opened.cluster.sql(&opened.database, end).unwrap();
        // Whoever writes may have lost its connections as well; it tries again until it is told that it is kept.
        let began = Instant::now();
        let kept = loop {
            match writer.commit(put(1, &round.to_string())).await {
                Ok(kept) => break kept,
                Err(error) => assert!(began.elapsed() < WITHIN, "{error}"),
            }
        };
        let began = Instant::now();
        let mut changes = reader.watch();
        let newest = changes.wait_for(|newest| *newest >= kept.cursor);
        tokio::time::timeout(WITHIN, newest).await.expect("it was lost").unwrap();
        slowest = slowest.max(began.elapsed());
        let page = loop {
            match reader.events_after(at, 100).await {
                Ok(page) => break page,
                Err(error) => assert!(began.elapsed() < WITHIN, "{error}"),
            }
        };
        assert!(!page.gap, "round {round}, {ended} listeners were ended");
        seen.extend(page.events.iter().map(|event| event.cursor.0));
        at = page.cursor;
    }
    assert!(seen.iter().copied().eq(1..=at.0), "{seen:?}");
    println!("with its listener ended before each commit a follower saw it after {slowest:?} at the latest");

    // One that was never sent.
    let silent = "UPDATE radarr.log_state SET cursor = cursor + 1; \
                  INSERT INTO radarr.event (cursor, at, actor, is_history, body) SELECT cursor + 1, at, actor, true, \
                  jsonb_set(body, '{cursor}', to_jsonb(cursor + 1)) FROM radarr.event ORDER BY cursor DESC LIMIT 1";
    opened.cluster.sql(&opened.database, silent).unwrap();
    let began = Instant::now();
    let mut changes = reader.watch();
    tokio::time::timeout(WITHIN, changes.wait_for(|newest| newest.0 > at.0))
        .await
        .expect("it was lost")
        .unwrap();
    println!("an event without a notification was seen after {:?}", began.elapsed());
    assert_eq!(reader.events_after(at, 100).await.unwrap().events.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_is_found_by_who_and_by_when_with_an_index() {
    let (store, opened) = empty().await;
    let sql = |statement: &str| opened.cluster.sql(&opened.database, statement).unwrap();
    sql("UPDATE radarr.log_state SET cursor = 30000; \
         INSERT INTO radarr.event (cursor, at, actor, is_history, body) \
         SELECT n, at, who, true, jsonb_build_object('cursor', n, 'at', to_char(at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), \
            'actor', who, 'caller_from', '127.0.0.1', 'kind', 'settings_changed', 'what', 'tag', 'name', 'kids', \
            'changes', jsonb_build_array(jsonb_build_object('field', 'label', 'before', 'a', 'after', 'b'))) \
         FROM (SELECT n, timestamptz '2026-01-01' + n * interval '1 minute' AS at, 'user:' || n % 1500 AS who \
               FROM generate_series(1, 30000) AS n) AS told");
    sql("ANALYZE radarr.event, radarr.audit");
    let row = sql(
        "SELECT who, from_where, noun, name, before ->> 'label', after ->> 'label' FROM radarr.audit LIMIT 1",
    );
    assert_eq!(row, "user:1|127.0.0.1|tag|kids|a|b");
    let plan = |range: &AuditRange, values: &[&str]| {
        let mut statement =
            audit_sql(range).replace("audit ", "radarr.audit ").replace("event ", "radarr.event ");
        for (number, value) in values.iter().enumerate().rev() {
            statement = statement.replace(&format!("${}", number + 1), value);
        }
        let statement =
            statement.replace("JOIN event", "JOIN radarr.event").replace("FROM audit", "FROM radarr.audit");
        sql(&format!("SET search_path TO radarr; EXPLAIN {}", statement.replace("radarr.radarr.", "radarr.")))
    };
    let since = "2026-01-21T00:00:00Z";
    let by = AuditRange { actor: Some("user:7".to_owned()), ..AuditRange::default() };
    let late = AuditRange { since: Some(since.parse().unwrap()), ..AuditRange::default() };
    let both = AuditRange { actor: by.actor.clone(), ..late.clone() };
    let quoted = format!("'{since}'");
    for (range, values, indexes) in [
        (&by, vec!["40000", "100", "'user:7'"], ["audit_by", "audit_by"]),
        (&late, vec!["40000", "100", &quoted], ["audit_at", "audit_pkey"]),
        (&both, vec!["40000", "100", "'user:7'", &quoted], ["audit_by", "audit_at"]),
    ] {
        let plan = plan(range, &values);
        let is_found = indexes.iter().any(|index| plan.contains(index));
        assert!(is_found && !plan.contains("Seq Scan on audit"), "{plan}");
    }
    assert_eq!(store.audit(by, 1_000).await.unwrap().events.len(), 20);
    assert_eq!(store.check(false).await.unwrap(), []);
    // What the table has lost is made again from the log.
    sql("DELETE FROM radarr.audit WHERE cursor < 100");
    let found = store.check(true).await.unwrap();
    assert!(
        found.iter().all(|found| found.what == "the audit" && found.mended) && found.len() == 1,
        "{found:?}"
    );
    assert_eq!(store.check(false).await.unwrap(), []);
}

/// What a radarr that knows the first schema alone says to the database, as it was recorded there.
const OLDER: &str = include_str!("fixtures/schema1.sql");

async fn at_schema(cluster: &Arc<Cluster>, steps: usize) -> (String, PgConnection) {
    let database = cluster.database().unwrap();
    let mut db = PgConnection::connect(&cluster.url(&database)).await.unwrap();
    let made = migrate(&mut db, &MIGRATIONS[..steps]).await;
    assert!(made.is_ok(), "the first {steps} steps can't be made");
    (database, db)
}

/// What each of the older version's statements gives.
fn older_version_works(cluster: &Cluster, database: &str) -> String {
    cluster.sql(database, &format!("SET search_path TO radarr; {OLDER}")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_version_before_says_works_beside_the_newer_schema() {
    let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
    let (alone, _db) = at_schema(&cluster, 1).await;
    let before = older_version_works(&cluster, &alone);
    let (database, mut db) = at_schema(&cluster, 1).await;
    assert_eq!(older_version_works(&cluster, &database), before);
    // The newer one starts beside it and reads what is there; the older one goes on and says the same again.
    assert!(migrate(&mut db, MIGRATIONS).await.is_ok());
    let again = "SET search_path TO radarr; DELETE FROM event; DELETE FROM movie; DELETE FROM job; DELETE FROM document; \
                 DELETE FROM ended_job; DELETE FROM deletion; DELETE FROM counter; UPDATE log_state SET cursor = 0, version = 0";
    cluster.sql(&database, again).unwrap();
    assert_eq!(older_version_works(&cluster, &database), before);
    let store: SharedStore = open(cluster.url(&database)).await;
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(tag(1, "older")));
    let audit = store.audit(AuditRange::default(), 10).await.unwrap();
    assert_eq!(audit.events.len(), 1, "what the older one did is in the audit as well");
    let files = "SELECT movie_id, slot, folder, relative_path, size_bytes FROM radarr.movie_file";
    assert_eq!(cluster.sql(&database, files).unwrap(), "7|0|General|general.mkv|1024");
    assert_eq!(store.check(false).await.unwrap(), []);
    // Each sees what the other one writes.
    let both = Commit::new("system", now()).put(&tag(2, "newer"), Expect::Absent);
    store.commit(both).await.unwrap();
    let newer = format!("SELECT body ->> 'label' FROM radarr.document WHERE id = '{}'", tag(2, "").key().id);
    assert_eq!(cluster.sql(&database, &newer).unwrap(), "newer");
}

#[test]
fn every_step_of_the_schema_says_with_what_it_works() {
    for (number, step) in (1..).zip(MIGRATIONS) {
        assert_eq!(step.number, number, "{}", step.name);
        assert!(step.works_with <= step.number, "{}", step.name);
        // What takes something away leaves out the versions that still use it.
        let takes_away = ["DROP ", "RENAME ", "SET NOT NULL", "ALTER COLUMN"];
        let is_contracting = takes_away.iter().any(|word| step.sql.contains(word));
        assert!(!is_contracting || step.works_with > 1, "step {number} takes something away");
    }
}
