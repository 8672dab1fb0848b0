//! The queue in memory: the open grabs, always as they are stored.
//!
//! Grabs are kept for ever and few of them are open, so that a queue must not read them all. What is known of each is
//! its version: a grab is read again when that changed, and only then. Nothing has to tell the view of a change.

use std::collections::HashMap;

use radarr_proto::model::{DocVersion, Grab, GrabState};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::storage::{Collection, DocKey, Document, SharedStore, StoreError, StoredDoc};

/// Grabs that are read at a time.
const READ_PAGE: usize = 256;

/// What is known of a grab. An ended one takes no more room than its version.
#[derive(Debug)]
struct Known {
    version: DocVersion,
    open: Option<Box<Grab>>,
}

/// The open grabs. Hold it in an [`Arc`](std::sync::Arc).
pub struct QueueView {
    store: SharedStore,
    known: Mutex<HashMap<String, Known>>,
}

impl QueueView {
    /// Reads all grabs once.
    pub async fn build(store: SharedStore) -> Result<Self, StoreError> {
        let mut known = HashMap::new();
        let mut after: Option<String> = None;
        loop {
            let page = store.list(Collection::Grab, after.as_deref(), READ_PAGE).await?;
            let full = page.len() == READ_PAGE;
            after = page.last().map(|(id, _)| id.clone());
            for (id, stored) in page {
                let known_now = read(&id, &stored)?;
                known.insert(id, known_now);
            }
            if !full {
                return Ok(Self { store, known: Mutex::new(known) });
            }
        }
    }

    /// The open grabs, in the order in which they were grabbed.
    pub async fn open(&self) -> Result<Vec<Grab>, StoreError> {
        let mut known = self.known.lock().await;
        let versions = self.store.versions(Collection::Grab).await?;
        let mut before = std::mem::replace(&mut *known, HashMap::with_capacity(versions.len()));
        for (id, version) in versions {
            let same = before.remove(&id).filter(|known| known.version == version);
            let now = match same {
                Some(same) => Some(same),
                None => match self.store.get(&DocKey::new(Collection::Grab, id.clone())).await? {
                    Some(stored) => Some(read(&id, &stored)?),
                    None => None,
                },
            };
            known.extend(now.map(|now| (id, now)));
        }
        let mut open: Vec<Grab> = known.values().filter_map(|known| known.open.as_deref().cloned()).collect();
        drop(known);
        open.sort_by_key(|grab| grab.id);
        Ok(open)
    }
}

/// The part of a grab that tells whether the rest is needed.
#[derive(Deserialize)]
struct Stand {
    state: GrabState,
}

fn read(id: &str, stored: &StoredDoc) -> Result<Known, StoreError> {
    let key = DocKey::new(Collection::Grab, id);
    let stand: Stand = serde_json::from_slice(&stored.body)
        .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })?;
    let open = if stand.state.is_open() { Some(Box::new(Grab::decode(&key, stored)?)) } else { None };
    Ok(Known { version: stored.version, open })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use radarr_proto::model::{GrabId, ParsedRelease};
    use serde_json::json;

    use super::*;
    use crate::storage::sled::SledStore;
    use crate::storage::{Commit, Expect};

    fn grab(id: u64) -> Grab {
        let grab = json!({
            "id": id, "movie_id": 1, "movie_title": "Heat", "parsed": ParsedRelease::default(), "languages": [],
            "release": {
                "guid": "g", "indexer_id": 1, "indexer": "HDBits", "title": "Heat.1995", "protocol": "torrent",
                "size_bytes": 1, "indexer_priority": 1,
            },
            "score": {"score": 0}, "matched_by": "title", "found_by": "user", "asked_by": "test", "client_id": 1,
            "client": "qb", "protocol": "torrent", "grabbed_at": Timestamp::UNIX_EPOCH,
            "state": {"state": "downloading"},
        });
        serde_json::from_value(grab).unwrap()
    }

    async fn put(store: &SharedStore, grab: &Grab) {
        store.commit(Commit::new("test", Timestamp::UNIX_EPOCH).put(grab, Expect::Any)).await.unwrap();
    }

    async fn ids(view: &QueueView) -> Vec<u64> {
        view.open().await.unwrap().iter().map(|grab| grab.id.0).collect()
    }

    #[tokio::test]
    async fn shows_the_open_grabs_as_they_are_stored() {
        let temp = tempfile::tempdir().unwrap();
        let store: SharedStore = Arc::new(SledStore::open(temp.path()).unwrap());
        put(&store, &grab(2)).await;
        put(&store, &Grab { state: GrabState::Removed, ..grab(3) }).await;
        let view = QueueView::build(Arc::clone(&store)).await.unwrap();
        assert_eq!(ids(&view).await, [2]);

        put(&store, &grab(1)).await;
        put(&store, &Grab { warning: Some("slow".to_owned()), ..grab(2) }).await;
        let open = view.open().await.unwrap();
        assert_eq!((open.len(), open[1].warning.as_deref()), (2, Some("slow")));

        put(&store, &Grab { state: GrabState::Gone, ..grab(1) }).await;
        let gone = Commit::new("test", Timestamp::UNIX_EPOCH).delete::<Grab>(GrabId(2), Expect::Any);
        store.commit(gone).await.unwrap();
        put(&store, &grab(4)).await;
        assert_eq!(ids(&view).await, [4]);
    }
}
