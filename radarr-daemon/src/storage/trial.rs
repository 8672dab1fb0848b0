//! A storage that forgets: what is read comes from the one below, what is changed stays in memory and goes with it.
//!
//! A trial of an import is the import itself on such a storage, so that all checks hold and its report is the one that
//! the import would give. What many steps changed can also be kept below as one change ([`Trial::gathered`]): then it
//! is all there or not at all, and holds only if nothing that it was based on changed meanwhile. Events are not kept.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use radarr_proto::model::{Cursor, DocVersion, Event, JobId};
use tokio::sync::watch;

use super::{
    Change, Collection, Commit, Committed, Compacted, Disagreement, DocKey, EventPage, Expect, Filled,
    HistoryRange, Maintained, Retention, SharedStore, Snapshot, Store, StoreError, StoreHealth, StoredDoc,
    Write,
};

/// A storage over another one, which stays as it is.
pub struct Trial {
    below: SharedStore,
    /// Whether numbers are drawn from the storage below, because what is made will be kept.
    draws: bool,
    state: Mutex<State>,
}

/// What became of a document in a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// Which.
    pub key: DocKey,
    /// What the trial found below when it first wrote or guarded it.
    pub base: Option<DocVersion>,
    /// What becomes of it.
    pub change: Change,
}

impl Gathered {
    /// As a part of a commit below.
    pub fn write(self) -> Write {
        let expect = self.base.map_or(Expect::Absent, Expect::Version);
        Write { key: self.key, expect, change: self.change }
    }
}

#[derive(Default)]
struct State {
    /// What was changed; `None` = deleted.
    changed: BTreeMap<DocKey, Option<StoredDoc>>,
    /// What was below of all that was written or guarded, when that was first done.
    bases: BTreeMap<DocKey, Option<DocVersion>>,
    /// The last number given out in each collection.
    numbers: HashMap<Collection, u64>,
    /// The highest number that a document was made under, given out or not.
    made: HashMap<Collection, u64>,
    /// The last version given out.
    version: u64,
}

/// Above every version that a storage has given.
const FIRST_VERSION: u64 = 1 << 62;

impl Trial {
    /// Nothing is changed yet.
    pub fn over(below: SharedStore) -> Self {
        Self { below, draws: false, state: Mutex::new(State { version: FIRST_VERSION, ..State::default() }) }
    }

    /// The same, for what will be kept: each number that it gives is given by the storage below.
    pub fn to_keep(below: SharedStore) -> Self {
        Self { draws: true, ..Self::over(below) }
    }

    /// All that was written or guarded, as one change of the storage below.
    pub fn gathered(&self) -> Vec<Gathered> {
        let state = self.state();
        let gathered = state.bases.iter().map(|(key, base)| {
            let change = match state.changed.get(key) {
                None => Change::Keep,
                Some(None) => Change::Delete,
                Some(Some(document)) => Change::Put(document.body.clone()),
            };
            Gathered { key: key.clone(), base: *base, change }
        });
        gathered.collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was changed in a collection behind that id, as far as a page of so many documents can need it.
    fn changed(
        &self,
        collection: Collection,
        after: Option<&str>,
        limit: usize,
    ) -> BTreeMap<String, Option<StoredDoc>> {
        let state = self.state();
        let start = match after {
            Some(after) => Bound::Excluded(DocKey::new(collection, after)),
            None => Bound::Included(DocKey::new(collection, "")),
        };
        let mut changed = BTreeMap::new();
        let mut there = 0;
        for (key, document) in state.changed.range((start, Bound::Unbounded)) {
            if key.collection != collection || there >= limit {
                break;
            }
            there += usize::from(document.is_some());
            changed.insert(key.id.clone(), document.clone());
        }
        changed
    }
}

#[async_trait]
impl Store for Trial {
    fn name(&self) -> &'static str {
        self.below.name()
    }

    fn is_shared(&self) -> bool {
        self.below.is_shared()
    }

    async fn get(&self, key: &DocKey) -> Result<Option<StoredDoc>, StoreError> {
        let changed = self.state().changed.get(key).cloned();
        match changed {
            Some(document) => Ok(document),
            None => self.below.get(key).await,
        }
    }

    async fn list(
        &self,
        collection: Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, StoredDoc)>, StoreError> {
        let mut changed = self.changed(collection, after, limit);
        let mut listed = Vec::new();
        let mut reached = after.map(str::to_owned);
        loop {
            let page = self.below.list(collection, reached.as_deref(), limit).await?;
            let is_last = page.len() < limit;
            for (id, stored) in page {
                // What was made before this one comes before it; what was changed of it is in its place.
                let behind = changed.split_off(&id);
                listed.extend(std::mem::replace(&mut changed, behind).into_iter().filter_map(kept));
                let stored = changed.remove(&id).map_or(Some(stored), |document| document);
                listed.extend(stored.map(|stored| (id.clone(), stored)));
                reached = Some(id);
            }
            if is_last {
                listed.extend(changed.into_iter().filter_map(kept));
                listed.truncate(limit);
                return Ok(listed);
            }
            if listed.len() >= limit {
                listed.truncate(limit);
                return Ok(listed);
            }
        }
    }

    async fn versions(&self, collection: Collection) -> Result<Vec<(String, DocVersion)>, StoreError> {
        let mut versions: BTreeMap<String, DocVersion> =
            self.below.versions(collection).await?.into_iter().collect();
        for (id, document) in self.changed(collection, None, usize::MAX) {
            match document {
                Some(document) => versions.insert(id, document.version),
                None => versions.remove(&id),
            };
        }
        Ok(versions.into_iter().collect())
    }

    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let mut found = Vec::with_capacity(commit.writes.len());
        for write in &commit.writes {
            found.push(self.get(&write.key).await?.map(|stored| stored.version));
        }
        let mut state = self.state();
        for (write, found) in commit.writes.iter().zip(found.iter().copied()) {
            if !write.expect.holds(found) {
                return Err(StoreError::Conflict { key: write.key.clone(), expected: write.expect, found });
            }
        }
        state.version += 1;
        let version = DocVersion(state.version);
        for (write, found) in commit.writes.into_iter().zip(found) {
            // A version that the trial gave is none of the storage below.
            if !state.changed.contains_key(&write.key) {
                state.bases.entry(write.key.clone()).or_insert(found);
            }
            match write.change {
                Change::Put(body) => {
                    if let Ok(number) = write.key.id.parse::<u64>() {
                        let made = state.made.entry(write.key.collection).or_default();
                        *made = number.max(*made);
                    }
                    state.changed.insert(write.key, Some(StoredDoc { version, body }));
                }
                Change::Delete => {
                    state.changed.insert(write.key, None);
                }
                Change::Keep => {}
            }
        }
        Ok(Committed { version, cursor: self.below.last_cursor(), events: Vec::new() })
    }

    /// No job runs in a trial.
    async fn reserve_job(&self, _candidates: &[JobId], _owner: &str) -> Result<Option<JobId>, StoreError> {
        Ok(None)
    }

    /// In a mere trial numbers are not drawn from the storage below: it gives none twice.
    async fn next_id(&self, collection: Collection) -> Result<u64, StoreError> {
        if self.draws {
            return self.below.next_id(collection).await;
        }
        let last = self.state().numbers.get(&collection).copied();
        let last = match last {
            Some(last) => last,
            None => {
                let ids = self.below.versions(collection).await?;
                ids.iter().filter_map(|(id, _)| id.parse::<u64>().ok()).max().unwrap_or(0)
            }
        };
        let mut state = self.state();
        let next = last.max(state.made.get(&collection).copied().unwrap_or(0)) + 1;
        state.numbers.insert(collection, next);
        Ok(next)
    }

    async fn events_after(&self, after: Cursor, limit: usize) -> Result<EventPage, StoreError> {
        self.below.events_after(after, limit).await
    }

    async fn history(&self, range: HistoryRange, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.below.history(range, limit).await
    }

    fn last_cursor(&self) -> Cursor {
        self.below.last_cursor()
    }

    fn watch(&self) -> watch::Receiver<Cursor> {
        self.below.watch()
    }

    fn health(&self) -> StoreHealth {
        self.below.health()
    }

    fn size_bytes(&self) -> Option<u64> {
        self.below.size_bytes()
    }

    /// Nothing is cleaned away in a trial.
    async fn maintain(&self, _now: Timestamp, _retention: Retention) -> Result<Maintained, StoreError> {
        Ok(Maintained::default())
    }

    /// What a trial changed is for no backup.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Err(only_a_trial())
    }

    async fn fill(&self, _source: &mut dyn Snapshot) -> Result<Filled, StoreError> {
        Err(only_a_trial())
    }

    async fn check(&self, _mend: bool) -> Result<Vec<Disagreement>, StoreError> {
        self.below.check(false).await
    }

    async fn compact(&self) -> Result<Option<Compacted>, StoreError> {
        Ok(None)
    }

    async fn close(&self) {
        self.below.close().await;
    }
}

fn only_a_trial() -> StoreError {
    StoreError::Unavailable {
        why: "it is a trial, in which nothing is kept".to_owned(),
        hint: "do it on the storage itself".to_owned(),
    }
}

fn kept((id, document): (String, Option<StoredDoc>)) -> Option<(String, StoredDoc)> {
    document.map(|document| (id, document))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use radarr_proto::model::{Tag, TagId};

    use super::*;
    use crate::settings::testing::{flow, now};

    fn tag(id: u64, label: &str) -> Tag {
        Tag { id: TagId(id), label: label.to_owned() }
    }

    async fn labels(store: &SharedStore) -> Vec<String> {
        store.load_all::<Tag>().await.unwrap().into_iter().map(|tag| tag.label).collect()
    }

    #[tokio::test]
    async fn what_is_changed_is_seen_and_the_storage_below_stays_as_it_is() {
        let (flow, _folder) = flow().await;
        let commit = || Commit::new("test", now());
        for id in [1, 3, 5] {
            let made = commit().put(&tag(id, &format!("below {id}")), Expect::Absent);
            flow.store.commit(made).await.unwrap();
        }
        let trial: SharedStore = Arc::new(Trial::over(Arc::clone(&flow.store)));
        assert_eq!(trial.next_id(Collection::Tag).await.unwrap(), 6);
        assert_eq!(trial.next_id(Collection::Tag).await.unwrap(), 7);
        let changes = commit()
            .put(&tag(2, "new"), Expect::Absent)
            .put(&tag(3, "changed"), Expect::Any)
            .put(&tag(9, "last"), Expect::Absent)
            .delete::<Tag>(TagId(5), Expect::Any);
        trial.commit(changes).await.unwrap();
        assert_eq!(trial.next_id(Collection::Tag).await.unwrap(), 10);
        assert_eq!(labels(&trial).await, ["below 1", "new", "changed", "last"]);
        let second = trial.list(Collection::Tag, Some(&crate::storage::number_id(1)), 1).await.unwrap();
        assert_eq!(second.len(), 1);
        assert!(String::from_utf8_lossy(&second[0].1.body).contains("new"));
        assert_eq!(trial.versions(Collection::Tag).await.unwrap().len(), 4);

        let conflict = commit().put(&tag(8, "no"), Expect::Absent).put(&tag(2, "no"), Expect::Absent);
        assert!(trial.commit(conflict).await.unwrap_err().is_conflict());
        assert_eq!(trial.load::<Tag>(TagId(8)).await.unwrap(), None);

        assert_eq!(labels(&flow.store).await, ["below 1", "below 3", "below 5"]);
    }

    #[tokio::test]
    async fn what_was_gathered_is_kept_as_one_change_and_only_on_what_it_was_based_on() {
        let (flow, _folder) = flow().await;
        let commit = || Commit::new("test", now());
        flow.store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap();
        flow.store.commit(commit().put(&tag(2, "b"), Expect::Absent)).await.unwrap();
        let trial = Arc::new(Trial::to_keep(Arc::clone(&flow.store)));
        let shared: SharedStore = Arc::clone(&trial) as SharedStore;
        shared.commit(commit().put(&tag(1, "a1"), Expect::Any)).await.unwrap();
        shared
            .commit(commit().put(&tag(1, "a2"), Expect::Any).guard::<Tag>(TagId(2), Expect::Any))
            .await
            .unwrap();
        shared.commit(commit().put(&tag(3, "c"), Expect::Absent)).await.unwrap();
        let below = || trial.gathered().into_iter().fold(commit(), |commit, part| commit.write(part.write()));
        let moved = commit().put(&tag(2, "moved"), Expect::Any);
        flow.store.commit(moved).await.unwrap();
        assert!(flow.store.commit(below()).await.unwrap_err().is_conflict(), "the guard tells");
        let again = Arc::new(Trial::to_keep(Arc::clone(&flow.store)));
        again
            .commit(commit().put(&tag(1, "a2"), Expect::Any).delete::<Tag>(TagId(2), Expect::Any))
            .await
            .unwrap();
        let kept = again.gathered().into_iter().fold(commit(), |commit, part| commit.write(part.write()));
        flow.store.commit(kept).await.unwrap();
        assert_eq!(labels(&flow.store).await, ["a2"]);
    }
}
