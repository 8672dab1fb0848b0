//! PostgreSQL as a storage: several daemons on one library, each answering any call.
//!
//! Files by subject: `settings`, `address` (the URL), `place` (the hosts by the secrets of now), `connect` (which host),
//! `link` (the pool, following the log), `login` (a password that was changed), `fault` (what errors mean), `migrate`
//! (the schema), `tables` (what lies where), `writer` (commits), `reserve` (jobs), `read`, `clean`, `snapshot`, `fill`,
//! `check`.
//!
//! The order of the log is the order in which commits become visible, because whoever commits holds the row of the
//! log's state until it is through (`writer`). So a cursor is the truth, and a notification only says that there is
//! something new.

mod address;
mod check;
mod clean;
mod connect;
pub mod facts;
mod fault;
mod fill;
mod link;
mod login;
mod migrate;
mod place;
mod read;
#[cfg(test)]
mod replicas;
mod reserve;
mod settings;
mod snapshot;
mod tables;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use radarr_proto::model::{Cursor, DocVersion, Event, JobId};
use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot, watch};

pub use self::settings::PostgresSettings;

use self::link::{Limits, Link, unsigned};
use self::place::Place;
use self::read::Versions;
use self::writer::Waiting;
use super::{
    AuditPage, AuditRange, Collection, Commit, Committed, Compacted, Disagreement, DocKey, EventPage, Filled,
    HistoryRange, Maintained, Retention, Snapshot, Store, StoreError, StoreHealth, StoredDoc,
};
use crate::tasks::Tasks;
use crate::telemetry::metrics::STORAGE_DURATION;

/// Tasks of the storage have nothing to finish; connections close at once.
const END_MAX: Duration = Duration::from_millis(500);

/// A storage in a PostgreSQL database.
pub struct PostgresStore {
    link: Arc<Link>,
    commits: mpsc::Sender<Waiting>,
    versions: Versions,
    tasks: Tasks,
}

impl PostgresStore {
    /// Connects, and brings the schema up to date if it may. Waits for a database that is away, at most for `patience`.
    pub async fn open(settings: PostgresSettings, patience: Option<Duration>) -> Result<Self, StoreError> {
        let limits = Limits {
            // One listens, one writes, one reads.
            connections: settings.connections_max.max(3),
            connect: settings.connect,
            statement: settings.statement,
            schema: settings.schema,
        };
        let link = Arc::new(Link::new(Place::new(settings.url, settings.password)?, limits));
        link.open(patience).await?;
        let (commits, waiting) = mpsc::channel(writer::QUEUE_MAX);
        let tasks = Tasks::new();
        tasks.spawn_until_stop("storage writer", writer::run(Arc::clone(&link), waiting));
        tasks.spawn_until_stop("storage link", Arc::clone(&link).supervise());
        Ok(Self { link, commits, versions: Versions::default(), tasks })
    }
}

/// Measures an operation, whatever comes of it.
async fn timed<T>(operation: &'static str, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let result = work.await;
    metrics::histogram!(STORAGE_DURATION, "operation" => operation).record(started.elapsed());
    result
}

#[async_trait]
impl Store for PostgresStore {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn get(&self, key: &DocKey) -> Result<Option<StoredDoc>, StoreError> {
        timed("get", read::document(&self.link, key)).await
    }

    async fn list(
        &self,
        collection: Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, StoredDoc)>, StoreError> {
        timed("list", read::page(&self.link, collection, after, limit)).await
    }

    async fn versions(&self, collection: Collection) -> Result<Vec<(String, DocVersion)>, StoreError> {
        timed("versions", self.versions.of(&self.link, collection)).await
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        if self.link.is_closed() {
            return Err(StoreError::Closed);
        }
        let (answer, answered) = oneshot::channel();
        self.commits.send((Box::new(commit), answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    async fn reserve_job(&self, candidates: &[JobId], owner: &str) -> Result<Option<JobId>, StoreError> {
        timed("reserve", reserve::first_free(&self.link, candidates, owner)).await
    }

    async fn next_id(&self, collection: Collection) -> Result<u64, StoreError> {
        // What a later commit makes durable makes this durable as well: the write-ahead log is written in order. A
        // number that a crash takes back was never used.
        const SQL: &str = "WITH lazily AS (SELECT set_config('synchronous_commit', 'off', true)) \
            INSERT INTO counter (collection, value) SELECT $1, 1 FROM lazily \
            ON CONFLICT (collection) DO UPDATE SET value = counter.value + 1 RETURNING value";
        let number: i64 = self
            .link
            .read(|pool: PgPool| async move {
                sqlx::query_scalar(SQL).bind(collection.name()).fetch_one(&pool).await
            })
            .await?;
        let number = unsigned(number);
        let mut numbers = self.link.numbers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = numbers.entry(collection).or_default();
        *known = number.max(*known);
        Ok(number)
    }

    async fn events_after(&self, after: Cursor, limit: usize) -> Result<EventPage, StoreError> {
        timed("events", read::events_after(&self.link, after, limit)).await
    }

    async fn history(&self, range: HistoryRange, limit: usize) -> Result<Vec<Event>, StoreError> {
        timed("history", read::history(&self.link, range, limit)).await
    }

    async fn audit(&self, range: AuditRange, limit: usize) -> Result<AuditPage, StoreError> {
        timed("audit", read::audit(&self.link, range, limit)).await
    }

    fn last_cursor(&self) -> Cursor {
        *self.link.cursor.borrow()
    }

    fn watch(&self) -> watch::Receiver<Cursor> {
        self.link.cursor.subscribe()
    }

    fn health(&self) -> StoreHealth {
        self.link.health()
    }

    fn size_bytes(&self) -> Option<u64> {
        self.link.size_bytes()
    }

    async fn maintain(&self, now: Timestamp, retention: Retention) -> Result<Maintained, StoreError> {
        clean::clean(&self.link, now, retention).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        snapshot::begin(&self.link).await
    }

    async fn fill(&self, source: &mut dyn Snapshot) -> Result<Filled, StoreError> {
        fill::fill(&self.link, source).await
    }

    async fn check(&self, mend: bool) -> Result<Vec<Disagreement>, StoreError> {
        check::check(&self.link, mend).await
    }

    async fn compact(&self) -> Result<Option<Compacted>, StoreError> {
        // The server's own vacuum does it all the time.
        Ok(None)
    }

    async fn close(&self) {
        self.link.close().await;
        self.tasks.stop(END_MAX).await;
    }
}
