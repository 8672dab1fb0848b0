//! Which daemons are alive, where several share a storage.
//!
//! Each says so every few seconds in a document of its own. What a daemon holds outside a job's lease (an import that
//! a person asked for, a folder that is being moved) carries its name, and is left alone as long as that name is
//! alive. Who was paused and wakes finds that others have taken its work over: the documents have another version.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::storage::{Collection, Commit, DocKey, Document, Expect, SharedStore, StoreError};

/// A daemon that says nothing for so long is dead to the others.
pub const LASTS: SignedDuration = SignedDuration::from_secs(9);
/// How often a daemon says that it lives.
pub const BEAT: std::time::Duration = std::time::Duration::from_secs(2);
/// After a storage that was away nobody has said anything for a while: the living get this long to do so.
pub const GRACE: std::time::Duration = std::time::Duration::from_secs(4);

/// Daemons on one storage; far more than anybody runs.
const DAEMONS_MAX: usize = 256;
const PREFIX: &str = "daemon/";

/// A daemon as the others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Presence {
    /// Its name in leases; another one after each start.
    daemon: String,
    /// Its version, for people who look into the storage during an update.
    version: String,
    /// Dead after this.
    until: Timestamp,
    /// The keys that it opens secrets with, as fingerprints.
    #[serde(default)]
    keys: Vec<String>,
}

impl Presence {
    fn id_of(daemon: &str) -> String {
        format!("{PREFIX}{daemon}")
    }
}

impl Document for Presence {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        Self::id_of(&self.daemon)
    }
}

/// Says that `daemon` lives and which keys it has. Nothing on a storage that nobody shares.
pub async fn beat(
    store: &SharedStore,
    daemon: &str,
    keys: Vec<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !store.is_shared() {
        return Ok(());
    }
    let presence = Presence {
        daemon: daemon.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        until: now.checked_add(LASTS).unwrap_or(Timestamp::MAX),
        keys,
    };
    store.commit(Commit::new("system", now).put(&presence, Expect::Any)).await?;
    Ok(())
}

/// Says that `daemon` ends, so that others go on with its work at once.
pub async fn leave(store: &SharedStore, daemon: &str, now: Timestamp) -> Result<(), StoreError> {
    if store.is_shared() {
        let gone = Commit::new("system", now).delete::<Presence>(Presence::id_of(daemon), Expect::Any);
        store.commit(gone).await?;
    }
    Ok(())
}

/// The names of the daemons that live.
pub async fn living(store: &SharedStore, now: Timestamp) -> Result<HashSet<String>, StoreError> {
    Ok(all(store).await?.into_iter().filter(|found| found.until > now).map(|found| found.daemon).collect())
}

/// How many daemons live beside `daemon` that have not this key, by its fingerprint.
pub async fn without_key(
    store: &SharedStore,
    daemon: &str,
    key: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let others = all(store).await?.into_iter().filter(|found| found.until > now && found.daemon != daemon);
    Ok(others.filter(|other| other.keys.iter().all(|known| known != key)).count())
}

/// Takes away what the dead left of themselves. How many there were that nobody else had noticed.
pub async fn bury(store: &SharedStore, now: Timestamp) -> Result<usize, StoreError> {
    let mut buried = 0;
    for dead in all(store).await?.into_iter().filter(|found| found.until <= now) {
        let Some(stored) = store.get(&dead.key()).await? else { continue };
        let gone = Commit::new("system", now).delete::<Presence>(dead.id(), Expect::Version(stored.version));
        match store.commit(gone).await {
            Ok(_) => buried += 1,
            // It woke up, or another daemon was faster.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(buried)
}

async fn all(store: &SharedStore) -> Result<Vec<Presence>, StoreError> {
    if !store.is_shared() {
        return Ok(Vec::new());
    }
    let found = store.list(Collection::Checkpoint, Some(PREFIX), DAEMONS_MAX).await?;
    found
        .into_iter()
        .take_while(|(id, _)| id.starts_with(PREFIX))
        .map(|(id, stored)| Presence::decode(&DocKey::new(Collection::Checkpoint, id), &stored))
        .collect()
}
