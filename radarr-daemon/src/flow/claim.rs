//! What only one movie may have: a number of TMDB's, a folder in a root folder.
//!
//! A claim is a document of its own, written in the commit that gives the movie what it claims. Two clients that add
//! the same movie at once, on one daemon or on two, meet at it: one commit is kept, the other one is a conflict.

use radarr_proto::model::{MovieId, RootFolderId, TmdbId};
use serde::{Deserialize, Serialize};

use super::FlowError;
use crate::storage::{Collection, Commit, DocKey, Document, Expect, SharedStore, StoreError};

/// A movie's hold on something that no other may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claim {
    /// What: see [`of_tmdb`] and [`of_folder`].
    pub(super) what: String,
    /// Whose.
    pub(super) movie_id: MovieId,
}

impl Document for Claim {
    type Id = String;
    const COLLECTION: Collection = Collection::Claim;
    fn id(&self) -> String {
        self.what.clone()
    }
}

/// The claim on a movie of TMDB's.
pub(super) fn of_tmdb(id: TmdbId) -> String {
    format!("tmdb/{id}")
}

/// The claim on a folder. Folders that differ in case only are one: on many network disks they are.
pub(super) fn of_folder(root: RootFolderId, folder: &str) -> String {
    format!("folder/{root}/{}", folder.to_lowercase())
}

/// Adds a claim to the commit that needs it.
pub(super) fn claim(commit: Commit, what: String, movie_id: MovieId) -> Commit {
    commit.put(&Claim { what, movie_id }, Expect::Absent)
}

/// Lets go of a claim.
pub(super) fn release(commit: Commit, what: String) -> Commit {
    commit.delete::<Claim>(what, Expect::Any)
}

/// Whether a commit failed at that claim.
pub(super) fn is_taken(error: &StoreError, what: &str) -> bool {
    matches!(error, StoreError::Conflict { key, .. } if *key == Claim::key_of(&what.to_owned()))
}

/// The movie that lies in that folder, in one above it or in one below it.
pub(super) async fn holder_of_folder(
    store: &SharedStore,
    root: RootFolderId,
    folder: &str,
) -> Result<Option<MovieId>, FlowError> {
    let mut path = folder;
    loop {
        if let Some(claim) = store.load::<Claim>(of_folder(root, path)).await? {
            return Ok(Some(claim.movie_id));
        }
        match path.rsplit_once('/') {
            Some((above, _)) => path = above,
            None => break,
        }
    }
    let below = format!("{}/", of_folder(root, folder));
    let next = store.list(Collection::Claim, Some(&below), 1).await?;
    match next.into_iter().next().filter(|(id, _)| id.starts_with(&below)) {
        Some((id, stored)) => Ok(Some(Claim::decode(&DocKey::new(Collection::Claim, id), &stored)?.movie_id)),
        None => Ok(None),
    }
}
