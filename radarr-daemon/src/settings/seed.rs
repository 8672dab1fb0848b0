//! What a new installation starts with.

use jiff::Timestamp;
use radarr_proto::model::{DelayProfile, QualityDefinition, QualityProfile};
use serde::{Deserialize, Serialize};

use super::edit::{Noun, changed};
use crate::domain::decide::delay;
use crate::domain::quality::defaults;
use crate::storage::{Collection, Commit, Document, Expect, SharedStore, StoreError};

/// Tells that it was done: what a user deleted afterwards stays deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seeded {
    at: Timestamp,
}

impl Document for Seeded {
    type Id = &'static str;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> &'static str {
        "settings/seeded"
    }
}

/// Writes the default quality profiles, size limits and the standard delay profile, if that was never done before.
/// Of several daemons that start at once one does it. Answers whether it was this one.
pub async fn seed(store: &SharedStore, now: Timestamp) -> Result<bool, StoreError> {
    let mark = Seeded { at: now };
    if store.get(&mark.key()).await?.is_some() {
        return Ok(false);
    }
    let mut commit = Commit::new("system", now).put(&mark, Expect::Absent);
    for profile in defaults::profiles() {
        commit = commit
            .put::<QualityProfile>(&profile, Expect::Absent)
            .event(None, changed(Noun::Profile, &profile.name));
    }
    for definition in defaults::definitions() {
        commit = commit.put::<QualityDefinition>(&definition, Expect::Absent);
    }
    commit = commit
        .event(None, changed(Noun::QualityDefinition, "all"))
        .put::<DelayProfile>(&delay::standard(), Expect::Absent)
        .event(None, changed(Noun::DelayProfile, "standard"));
    match store.commit(commit).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_conflict() => Ok(false),
        Err(error) => Err(error),
    }
}
