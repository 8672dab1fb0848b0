//! Documents of types that only the flow knows, for the check of the storage.

use radarr_proto::model::{MovieId, RootFolderId, TmdbId};
use serde_json::{Map, Value};

use super::after_import::AfterImport;
use super::claim::{Claim, of_folder, of_tmdb};
use super::decision_record::Page;
use super::delete::Preview;
use super::grab::LastGrab;
use super::recent::ReadBefore;
use super::rescan::HeldBack;
use crate::storage::{Commit, DocKey, Document, Expect, StoreError, StoredDoc};

/// Reads a claim: on what, and whose.
pub(crate) fn claim(key: &DocKey, stored: &StoredDoc) -> Result<(String, MovieId), StoreError> {
    let claim = Claim::decode(key, stored)?;
    if claim.what != key.id {
        let why = format!("it says that it is on {}", claim.what);
        return Err(StoreError::Corrupt { what: key.to_string(), why });
    }
    Ok((claim.what, claim.movie_id))
}

/// The claims that a movie holds.
pub(crate) fn claims_of<'a>(
    tmdb: TmdbId,
    folders: impl Iterator<Item = (RootFolderId, &'a str)>,
) -> impl Iterator<Item = String> {
    std::iter::once(of_tmdb(tmdb)).chain(folders.map(|(root, folder)| of_folder(root, folder)))
}

/// Gives a claim to a movie.
pub(crate) fn put_claim(commit: Commit, what: String, movie_id: MovieId, expect: Expect) -> Commit {
    commit.put(&Claim { what, movie_id }, expect)
}

/// Takes a claim away.
pub(crate) fn drop_claim(commit: Commit, what: String, expect: Expect) -> Commit {
    commit.delete::<Claim>(what, expect)
}

/// Reads what was decided of releases.
pub(crate) fn check_decisions(key: &DocKey, stored: &StoredDoc) -> Result<(), StoreError> {
    Page::decode(key, stored).map(drop)
}

/// Reads a mark of the flow's; of those that stand elsewhere, whether it is a JSON object.
pub(crate) fn check_checkpoint(key: &DocKey, stored: &StoredDoc) -> Result<(), StoreError> {
    match key.id.split_once('/') {
        Some(("after_import", _)) => AfterImport::decode(key, stored).map(drop),
        Some(("grab", _)) => LastGrab::decode(key, stored).map(drop),
        Some(("recent", _)) => ReadBefore::decode(key, stored).map(drop),
        Some(("delete-preview", _)) => Preview::decode(key, stored).map(drop),
        Some(("held-back", _)) => HeldBack::decode(key, stored).map(drop),
        Some(_) | None => {
            let read: Result<Map<String, Value>, _> = serde_json::from_slice(&stored.body);
            let corrupt = |error: serde_json::Error| StoreError::Corrupt {
                what: key.to_string(),
                why: error.to_string(),
            };
            read.map(drop).map_err(corrupt)
        }
    }
}
