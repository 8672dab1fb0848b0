//! The storage as a job sees it: what it commits is kept only while the job is its own.

use async_trait::async_trait;
use jiff::Timestamp;
use radarr_proto::model::{Cursor, DocVersion, Event, JobId};
use tokio::sync::watch;

use super::worker::JobContext;
use crate::storage::{
    AuditPage, AuditRange, Collection, Commit, Committed, Compacted, Disagreement, DocKey, EventPage, Filled,
    HistoryRange, Maintained, Retention, SharedStore, Snapshot, Store, StoreError, StoreHealth, StoredDoc,
};

/// A storage whose commits are fenced by a job's lease. Reads are as they are.
pub(super) struct WhileLeased {
    pub(super) inner: SharedStore,
    pub(super) job: JobContext,
}

#[async_trait]
impl Store for WhileLeased {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }

    async fn get(&self, key: &DocKey) -> Result<Option<StoredDoc>, StoreError> {
        self.inner.get(key).await
    }

    async fn list(
        &self,
        collection: Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, StoredDoc)>, StoreError> {
        self.inner.list(collection, after, limit).await
    }

    async fn versions(&self, collection: Collection) -> Result<Vec<(String, DocVersion)>, StoreError> {
        self.inner.versions(collection).await
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        self.job.commit(commit).await
    }

    async fn reserve_job(&self, candidates: &[JobId], owner: &str) -> Result<Option<JobId>, StoreError> {
        self.inner.reserve_job(candidates, owner).await
    }

    async fn next_id(&self, collection: Collection) -> Result<u64, StoreError> {
        self.inner.next_id(collection).await
    }

    async fn events_after(&self, after: Cursor, limit: usize) -> Result<EventPage, StoreError> {
        self.inner.events_after(after, limit).await
    }

    async fn history(&self, range: HistoryRange, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.inner.history(range, limit).await
    }

    async fn audit(&self, range: AuditRange, limit: usize) -> Result<AuditPage, StoreError> {
        self.inner.audit(range, limit).await
    }

    fn last_cursor(&self) -> Cursor {
        self.inner.last_cursor()
    }

    fn watch(&self) -> watch::Receiver<Cursor> {
        self.inner.watch()
    }

    fn health(&self) -> StoreHealth {
        self.inner.health()
    }

    fn size_bytes(&self) -> Option<u64> {
        self.inner.size_bytes()
    }

    async fn maintain(&self, now: Timestamp, retention: Retention) -> Result<Maintained, StoreError> {
        self.inner.maintain(now, retention).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.inner.snapshot().await
    }

    async fn fill(&self, source: &mut dyn Snapshot) -> Result<Filled, StoreError> {
        self.inner.fill(source).await
    }

    async fn check(&self, mend: bool) -> Result<Vec<Disagreement>, StoreError> {
        self.inner.check(mend).await
    }

    async fn compact(&self) -> Result<Option<Compacted>, StoreError> {
        self.inner.compact().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
