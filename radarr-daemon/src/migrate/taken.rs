//! What was taken over earlier: a digest of the thing as it was at Radarr, and its number here.
//!
//! With it a second run leaves alone what a user has renamed or changed here since the first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::fields::Fields;
use crate::flow::{By, Flow, FlowError};
use crate::storage::{Collection, Document, Expect};

/// The things of a noun that were taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    noun: String,
    /// Our numbers under the digests; 0 for what has none.
    numbers: BTreeMap<String, u64>,
}

impl Document for Taken {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        id(&self.noun)
    }
}

fn id(noun: &str) -> String {
    format!("taken-from-radarr/{noun}")
}

impl Taken {
    /// What was taken over of that noun.
    pub async fn load(flow: &Flow, noun: &str) -> Result<Self, FlowError> {
        let taken = flow.store.load(id(noun)).await?;
        Ok(taken.unwrap_or_else(|| Self { noun: noun.to_owned(), ..Self::default() }))
    }

    /// Our number of a thing that was taken over.
    pub fn number(&self, digest: &str) -> Option<u64> {
        self.numbers.get(digest).copied()
    }

    /// A thing was taken over.
    pub fn insert(&mut self, digest: String, number: u64) {
        self.numbers.insert(digest, number);
    }

    /// Writes it down, when there is more in it than `before`.
    pub async fn keep(&self, flow: &Flow, by: &By, before: &Self) -> Result<(), FlowError> {
        if self != before {
            flow.store.commit(by.commit(flow.now()).put(self, Expect::Any)).await?;
        }
        Ok(())
    }
}

/// A digest of these members. Never give it one that is secret or holds secrets.
pub fn digest(fields: &Fields, members: &[&str]) -> String {
    let mut hash = Sha256::new();
    for name in members {
        let value = fields.get(name).map(ToString::to_string).unwrap_or_default();
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(value.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
