//! What is kept of an indexer beside its settings: its budget, how far its listing was read, which of its releases
//! were read and counted. It goes with the indexer. What was learned of release groups stays: it was listed, whoever
//! listed it.

use radarr_proto::model::IndexerId;

use super::{learn_groups, recent};
use crate::storage::{Change, Collection, Commit, DocKey, Expect, SharedStore, StoreError, Write};

/// Where such documents are, and what their ids begin with before the indexer's number.
const PLACES: [(Collection, &str); 4] = [
    (Collection::Budget, ""),
    (Collection::Checkpoint, learn_groups::WALKS),
    (Collection::Checkpoint, recent::READ_BEFORE),
    (Collection::SeenRelease, ""),
];

/// Documents read at a time.
const PAGE: usize = 64;

/// Digits of a number in an id.
const DIGITS: usize = 20;

/// A document, and the indexer that it is kept of.
pub type Trace = (IndexerId, DocKey);

/// All that is kept of indexers.
pub async fn traces(store: &SharedStore) -> Result<Vec<Trace>, StoreError> {
    let mut traces = Vec::new();
    for (collection, front) in PLACES {
        let mut after = Some(front.to_owned()).filter(|front| !front.is_empty());
        loop {
            let page = store.list(collection, after.as_deref(), PAGE).await?;
            let ids: Vec<String> = page.into_iter().map(|(id, _)| id).collect();
            let full = ids.len() == PAGE && ids.last().is_some_and(|id| id.starts_with(front));
            after = ids.last().cloned();
            for id in ids {
                let number = id.strip_prefix(front).and_then(|rest| rest.get(..DIGITS)?.parse().ok());
                traces.extend(number.map(|number| (IndexerId(number), DocKey::new(collection, id))));
            }
            if !full {
                break;
            }
        }
    }
    Ok(traces)
}

/// Takes away what is kept of these indexers.
pub fn forget(commit: Commit, traces: Vec<Trace>, is_gone: impl Fn(IndexerId) -> bool) -> Commit {
    let gone = traces.into_iter().filter(|(indexer, _)| is_gone(*indexer));
    gone.fold(commit, |commit, (_, key)| {
        commit.write(Write { key, expect: Expect::Any, change: Change::Delete })
    })
}
