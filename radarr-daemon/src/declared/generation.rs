//! Whose folder counts, where daemons on one storage have folders that differ.
//!
//! During a rolling update the old and the new daemons see other files, and each would undo what the other did. So the
//! storage says which content was taken over last, and which daemons have it. Content that is new counts at once: it
//! appeared in a running daemon, or at the start of one and was never seen before. Content that was replaced before
//! waits as long as a daemon with the newer one lives: it is an old daemon that was started again. When none is left
//! the update was taken back, and it counts again. So there is always one that counts, and nobody fights.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::flow::Flow;
use crate::presence;
use crate::storage::{Collection, Commit, Document, Expect, StoreError};

/// Contents that are remembered as replaced.
const REPLACED_MAX: usize = 32;
/// Tries to be the only one who writes it down.
const TRIES_MAX: usize = 8;

/// What was taken over last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Generation {
    number: u64,
    /// A hash of the files.
    digest: String,
    /// The daemons that have these files.
    holders: Vec<String>,
    /// Hashes of what was replaced, the last one last.
    replaced: Vec<String>,
    at: Timestamp,
}

impl Document for Generation {
    type Id = &'static str;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> &'static str {
        ID
    }
}

const ID: &str = "declared/generation";

/// How a daemon came to the content of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It started with it.
    AtStart,
    /// It appeared while it runs.
    Changed,
    /// It has had it for a while.
    Before,
}

/// Whether the folder of this daemon counts; writes down that it does.
pub(super) async fn counts(flow: &Flow, digest: &str, seen: Seen) -> Result<bool, StoreError> {
    let mut tries = 1;
    loop {
        match once(flow, digest, seen).await {
            Err(error) if error.is_conflict() && tries < TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

async fn once(flow: &Flow, digest: &str, seen: Seen) -> Result<bool, StoreError> {
    let me = flow.queue.owner();
    let now = flow.now();
    let found = flow.store.get(&Generation::key_of(&ID)).await?;
    let (before, expect) = match &found {
        Some(stored) => {
            let before = Generation::decode(&Generation::key_of(&ID), stored)?;
            (Some(before), Expect::Version(stored.version))
        }
        None => (None, Expect::Absent),
    };
    let living = presence::living(&flow.store, now).await?;
    let others = |before: &Generation| {
        flow.store.is_shared() && before.holders.iter().any(|holder| holder != me && living.contains(holder))
    };
    let next = match before {
        None => Generation {
            number: 1,
            digest: digest.to_owned(),
            holders: vec![me.to_owned()],
            replaced: Vec::new(),
            at: now,
        },
        Some(before) if before.digest == digest => {
            if before.holders.iter().any(|holder| holder == me) {
                return Ok(true);
            }
            let mut holders = before.holders.clone();
            holders.retain(|holder| living.contains(holder));
            holders.push(me.to_owned());
            Generation { holders, ..before }
        }
        Some(before) => {
            let was_replaced = before.replaced.iter().any(|replaced| replaced == digest);
            let waits = match seen {
                Seen::Changed => false,
                Seen::AtStart => was_replaced && others(&before),
                Seen::Before => others(&before),
            };
            if waits {
                return Ok(false);
            }
            let mut replaced = before.replaced.clone();
            replaced.retain(|other| *other != digest && *other != before.digest);
            replaced.push(before.digest.clone());
            let surplus = replaced.len().saturating_sub(REPLACED_MAX);
            replaced.drain(..surplus);
            Generation {
                number: before.number + 1,
                digest: digest.to_owned(),
                holders: vec![me.to_owned()],
                replaced,
                at: now,
            }
        }
    };
    flow.store.commit(Commit::new("system", now).put(&next, expect)).await?;
    Ok(true)
}
