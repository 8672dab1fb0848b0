//! The embedded storage on sled 0.34: one daemon, no server, no set-up.
//!
//! Files by subject: `directory` (whose it is, what a crash left), `file_system` (what it may lie on), `room` (how full
//! the disk may be), `engine` (an open database), `layout` (keys and values), `index` (what is there, in memory),
//! `group` and `writer` (commits), `read` and `events` (reads), `reserve` (jobs), `snapshot`, `fill` and `check` (all
//! of it), `exchange` (another database in the place of this one), `recover` (back from an error), `compact`,
//! `migrate`.

mod check;
mod compact;
mod directory;
mod engine;
mod events;
mod exchange;
mod file_system;
mod fill;
mod group;
mod index;
mod layout;
mod migrate;
mod read;
mod recover;
mod reserve;
mod room;
mod shared;
mod snapshot;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use async_trait::async_trait;
use jiff::Timestamp;
use radarr_proto::model::{Cursor, DocVersion, Event, JobId};
use tokio::sync::{mpsc, oneshot, watch};

use self::directory::Directory;
pub use self::directory::holds_storage;
use self::engine::Engine;
use self::index::Index;
use self::shared::Shared;
use self::snapshot::SledSnapshot;
use self::writer::{Compaction, Request};
use super::{
    Collection, Commit, Committed, Compacted, Disagreement, DocKey, EventPage, Filled, HistoryRange,
    Maintained, Retention, Snapshot, Store, StoreError, StoreHealth, StoredDoc,
};
use crate::telemetry::metrics::STORAGE_DURATION;

/// Measures an operation, whatever comes of it.
async fn timed<T>(operation: &'static str, work: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let result = work.await;
    metrics::histogram!(STORAGE_DURATION, "operation" => operation).record(started.elapsed());
    result
}

/// A storage in a directory of this machine.
#[derive(Debug)]
pub struct SledStore {
    shared: Arc<Shared>,
    requests: mpsc::Sender<Request>,
}

impl SledStore {
    /// Opens the storage in `path`, or makes it there. Takes some ten milliseconds for 10,000 movies; blocks.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let directory = Directory::take(path)?;
        let mut engine = match Engine::open(&directory.database()) {
            // Cut off while it was made: nothing in it was confirmed to anybody.
            Err(StoreError::Corrupt { .. }) if !directory.was_filled() => {
                directory.put_unfinished_aside()?;
                Engine::open(&directory.database())?
            }
            opened => opened?,
        };
        if directory.was_filled() && engine.get(layout::SCHEMA_KEY)?.is_none() {
            // sled takes a file that it can't make sense of for an empty one.
            return Err(StoreError::Corrupt {
                what: format!("the database in {}", path.display()),
                why: "nothing of what was stored can be found in it".to_owned(),
            });
        }
        migrate::migrate(&engine, migrate::MIGRATIONS)?;
        directory.mark_filled()?;
        let log = match engine.get(layout::LOG_KEY)? {
            Some(bytes) => layout::LogState::decode(&bytes)?,
            None => layout::LogState::default(),
        };
        engine = compact::if_grown(&directory, engine, log)?;
        let index = Index::read(&engine)?;
        let shared = Arc::new(Shared::new(directory, engine, index));
        let (requests, waiting) = mpsc::channel(writer::QUEUE_MAX);
        let writers = Arc::clone(&shared);
        thread::Builder::new()
            .name("storage-writer".to_owned())
            .spawn(move || writer::run(&writers, waiting))
            .map_err(|error| directory::at(path, &error))?;
        Ok(Self { shared, requests })
    }

    /// Compacts the database whether it is worth it or not. Changes wait meanwhile.
    pub async fn compact_anyway(&self) -> Result<Option<Compacted>, StoreError> {
        let _alone = self.shared.upkeep.write().await;
        self.ask(|answer| Request::Compact(Compaction::Anyway, answer)).await?
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)
    }
}

#[async_trait]
impl Store for SledStore {
    fn name(&self) -> &'static str {
        "sled"
    }

    async fn get(&self, key: &DocKey) -> Result<Option<StoredDoc>, StoreError> {
        timed("get", read::document(&self.shared, key)).await
    }

    async fn list(
        &self,
        collection: Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, StoredDoc)>, StoreError> {
        timed("list", read::page(Arc::clone(&self.shared), collection, after, limit)).await
    }

    async fn versions(&self, collection: Collection) -> Result<Vec<(String, DocVersion)>, StoreError> {
        Ok(shared::read(&self.shared.index).versions(collection))
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        self.ask(|answer| Request::Commit(Box::new(commit), answer)).await?
    }

    async fn reserve_job(&self, candidates: &[JobId], owner: &str) -> Result<Option<JobId>, StoreError> {
        let index = shared::read(&self.shared.index);
        Ok(self.shared.reservations.first_free(&index, candidates, owner))
    }

    async fn next_id(&self, collection: Collection) -> Result<u64, StoreError> {
        Ok(shared::write(&self.shared.index).next_number(collection))
    }

    async fn events_after(&self, after: Cursor, limit: usize) -> Result<EventPage, StoreError> {
        timed("events", events::after(Arc::clone(&self.shared), after, limit)).await
    }

    async fn history(&self, range: HistoryRange, limit: usize) -> Result<Vec<Event>, StoreError> {
        timed("history", events::history(Arc::clone(&self.shared), range, limit)).await
    }

    fn last_cursor(&self) -> Cursor {
        *self.shared.cursor.borrow()
    }

    fn watch(&self) -> watch::Receiver<Cursor> {
        self.shared.cursor.subscribe()
    }

    fn health(&self) -> StoreHealth {
        let health = shared::read(&self.shared.health).clone();
        match (health, writer::out_of_space(&self.shared, 0)) {
            (StoreHealth::Good, Some(full)) => {
                StoreHealth::Broken { why: full.to_string(), hint: full.hint(), recovering: true }
            }
            (health, _) => health,
        }
    }

    fn size_bytes(&self) -> Option<u64> {
        Some(self.shared.directory.size_bytes())
    }

    async fn maintain(&self, now: Timestamp, retention: Retention) -> Result<Maintained, StoreError> {
        let _alone = self.shared.upkeep.write().await;
        events::clean(Arc::clone(&self.shared), &self.requests, now, retention).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        let alone = Arc::clone(&self.shared.upkeep).read_owned().await;
        let beginning = self.ask(Request::Snapshot).await??;
        Ok(Box::new(SledSnapshot::new(Arc::clone(&self.shared), beginning, alone)))
    }

    async fn fill(&self, source: &mut dyn Snapshot) -> Result<Filled, StoreError> {
        let _alone = self.shared.upkeep.try_write().map_err(|_| StoreError::Unavailable {
            why: "somebody else is reading or cleaning the storage".to_owned(),
            hint: "repeat it in a moment".to_owned(),
        })?;
        let filled = fill::write_copy(&self.shared, source).await?;
        self.ask(Request::Exchange).await??;
        Ok(filled)
    }

    async fn check(&self, mend: bool) -> Result<Vec<Disagreement>, StoreError> {
        self.ask(|answer| Request::Check(mend, answer)).await?
    }

    async fn compact(&self) -> Result<Option<Compacted>, StoreError> {
        // Whoever reads everything is not kept waiting; the next quiet hour comes.
        let Ok(_alone) = self.shared.upkeep.try_write() else { return Ok(None) };
        self.ask(|answer| Request::Compact(Compaction::IfGrown, answer)).await?
    }

    async fn close(&self) {
        // An error means that it is closed already.
        if self.ask(Request::Close).await.is_err() {
            tracing::debug!("the storage was closed before");
        }
    }
}
