//! Budgets as they are stored: taken before a request goes out, so that restarts and replicas share them (D17).

use std::time::Duration;

use jiff::Timestamp;
use radarr_proto::model::{Indexer, IndexerId};
use serde::{Deserialize, Serialize};

use super::IndexerError;
use super::budget::{Budget, NotBefore, Purpose};
use crate::storage::{
    Collection, Commit, DocKey, Document, DocumentId, Expect, SharedStore, StoreError, StoredDoc,
};

/// Tries to win the document against others who count as well.
const CONFLICTS_MAX: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredBudget {
    indexer_id: IndexerId,
    #[serde(flatten)]
    budget: Budget,
}

impl Document for StoredBudget {
    type Id = IndexerId;
    const COLLECTION: Collection = Collection::Budget;
    fn id(&self) -> IndexerId {
        self.indexer_id
    }
}

/// Reads a stored budget, for the check of the storage.
pub(crate) fn check_budget(key: &DocKey, stored: &StoredDoc) -> Result<(), StoreError> {
    StoredBudget::decode(key, stored).map(drop)
}

/// What an indexer has used, and what went wrong with it.
pub async fn load_budget(store: &SharedStore, id: IndexerId) -> Result<Budget, StoreError> {
    Ok(store.load::<StoredBudget>(id).await?.map(|stored| stored.budget).unwrap_or_default())
}

/// Counts a request that goes out at `now`, or says when it may.
pub async fn take(
    store: &SharedStore,
    indexer: &Indexer,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Result<(), NotBefore>, StoreError> {
    change(store, indexer.id, now, |budget| budget.take(purpose, indexer.requests_per_hour, now)).await
}

/// Takes in how a request ended; `started_at` is when the daemon started. A success changes nothing when all was
/// well before, and is not written then.
pub async fn record(
    store: &SharedStore,
    id: IndexerId,
    result: Result<(), &IndexerError>,
    now: Timestamp,
    started_at: Timestamp,
) -> Result<(), StoreError> {
    change(store, id, now, |budget| {
        budget.record(result, now, started_at);
        Ok::<(), NotBefore>(())
    })
    .await
    .map(drop)
}

/// How long it is from `now` until then.
pub fn wait_for(not_before: NotBefore, now: Timestamp) -> Duration {
    Duration::try_from(not_before.at.duration_since(now)).unwrap_or_default()
}

async fn change(
    store: &SharedStore,
    id: IndexerId,
    now: Timestamp,
    change: impl Fn(&mut Budget) -> Result<(), NotBefore>,
) -> Result<Result<(), NotBefore>, StoreError> {
    let key = DocKey::new(Collection::Budget, id.id_text());
    for _ in 0..CONFLICTS_MAX {
        let stored = store.get(&key).await?;
        let expect = stored.as_ref().map_or(Expect::Absent, |stored| Expect::Version(stored.version));
        let before = match &stored {
            Some(stored) => StoredBudget::decode(&key, stored)?.budget,
            None => Budget::default(),
        };
        let mut budget = before.clone();
        if let Err(wait) = change(&mut budget) {
            return Ok(Err(wait));
        }
        if budget == before {
            return Ok(Ok(()));
        }
        let commit = Commit::new("system", now).put(&StoredBudget { indexer_id: id, budget }, expect);
        match store.commit(commit).await {
            Ok(_) => return Ok(Ok(())),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Unavailable {
        why: "the budget of an indexer is changed by others all the time".to_owned(),
        hint: "repeat it in a moment".to_owned(),
    })
}
