//! What settings refer to must be there, and still be there when they are kept.

use radarr_proto::model::{
    ClientId, CustomFormat, CustomFormatId, DownloadClient, Indexer, IndexerId, Tag, TagId,
};

use crate::flow::{Flow, FlowError};
use crate::storage::{Commit, Document, Expect};

/// Adds to the commit that a document stays as it is; refuses when it is not there.
async fn must_be<T: Document>(
    flow: &Flow,
    commit: Commit,
    id: T::Id,
    missing: impl FnOnce() -> FlowError,
) -> Result<Commit, FlowError> {
    match flow.store.get(&T::key_of(&id)).await? {
        Some(stored) => Ok(commit.guard::<T>(id, Expect::Version(stored.version))),
        None => Err(missing()),
    }
}

/// All of these tags are there. Tells them apart: each is kept once.
pub(super) async fn tags(
    flow: &Flow,
    mut commit: Commit,
    tags: &mut Vec<TagId>,
) -> Result<Commit, FlowError> {
    tags.sort_unstable();
    tags.dedup();
    for tag in tags.iter().copied() {
        commit = must_be::<Tag>(flow, commit, tag, || {
            FlowError::invalid(format!("there is no tag {tag}"), "see: radarr-tui tag list")
        })
        .await?;
    }
    Ok(commit)
}

/// The client is there, if one is named.
pub(super) async fn client(flow: &Flow, commit: Commit, id: Option<ClientId>) -> Result<Commit, FlowError> {
    let Some(id) = id else { return Ok(commit) };
    must_be::<DownloadClient>(flow, commit, id, || {
        FlowError::invalid(format!("there is no download client {id}"), "see: radarr-tui client list")
    })
    .await
}

/// The indexer is there, if one is named.
pub(super) async fn indexer(flow: &Flow, commit: Commit, id: Option<IndexerId>) -> Result<Commit, FlowError> {
    let Some(id) = id else { return Ok(commit) };
    must_be::<Indexer>(flow, commit, id, || {
        FlowError::invalid(format!("there is no indexer {id}"), "see: radarr-tui indexer list")
    })
    .await
}

/// All of these formats are there.
pub(super) async fn formats(
    flow: &Flow,
    mut commit: Commit,
    ids: impl Iterator<Item = CustomFormatId>,
) -> Result<Commit, FlowError> {
    for id in ids {
        commit = must_be::<CustomFormat>(flow, commit, id, || {
            FlowError::invalid(format!("there is no custom format {id}"), "remove its score")
        })
        .await?;
    }
    Ok(commit)
}
