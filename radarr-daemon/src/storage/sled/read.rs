//! Reads of documents: the index says what is there and on disk, the tree has the text.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::engine::Engine;
use super::layout;
use super::shared::{Shared, read};
use crate::storage::{Collection, DocKey, StoreError, StoredDoc};

/// How long a reader waits for a commit that is on its way to the disk, or for the storage to come back.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The document, as it is on disk.
pub(super) async fn document(shared: &Shared, key: &DocKey) -> Result<Option<StoredDoc>, StoreError> {
    let mut durable = shared.durable.subscribe();
    loop {
        match try_document(shared, key, How::Alone)? {
            Seen::Settled(found) => return Ok(found),
            Seen::OnItsWay => {}
        }
        let waited = tokio::time::timeout(WAIT_MAX, durable.changed()).await;
        if !matches!(waited, Ok(Ok(()))) {
            return Err(shared.trouble().unwrap_or_else(not_back));
        }
    }
}

/// Pages of smaller documents may stay in memory.
const LARGE_BYTES: usize = 1024;

/// Large documents that are read until sled is told to let go of them.
const LATELY_MAX: usize = 64;

/// Documents behind `after`; those that are deleted meanwhile are left out.
pub(super) async fn page(
    shared: Arc<Shared>,
    collection: Collection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, StoredDoc)>, StoreError> {
    let ids = read(&shared.index).ids_after(collection, after, limit);
    let mut documents = Vec::with_capacity(ids.len());
    // Those that are settled are read in one go, off the runtime's threads.
    let reader = Arc::clone(&shared);
    let seen = blocking(move || {
        let mut seen = Vec::with_capacity(ids.len());
        for id in ids {
            let key = DocKey::new(collection, id);
            let found = try_document(&reader, &key, How::InAWalk)?;
            seen.push((key, found));
        }
        Ok(seen)
    })
    .await?;
    for (key, found) in seen {
        let found = match found {
            Seen::Settled(found) => found,
            Seen::OnItsWay => document(&shared, &key).await?,
        };
        if let Some(found) = found {
            documents.push((key.id, found));
        }
    }
    Ok(documents)
}

/// Runs a read that may touch the disk off the runtime's threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Unavailable {
        why: format!("a read ended badly ({error})"),
        hint: "repeat it; if it happens again, report it with the daemon's log".to_owned(),
    })?
}

/// The engine for a scan: never one with an error, sled may spin for ever there.
pub(super) async fn healthy_engine(shared: &Shared) -> Result<Arc<Engine>, StoreError> {
    match shared.trouble() {
        Some(error) => Err(error),
        None => present(shared).await,
    }
}

/// The engine for point reads; waits while it is exchanged for another.
pub(super) async fn present(shared: &Shared) -> Result<Arc<Engine>, StoreError> {
    let mut durable = shared.durable.subscribe();
    loop {
        if let Some(engine) = shared.engine.load_full() {
            return Ok(engine);
        }
        if shared.is_given_up() {
            return Err(shared.trouble().unwrap_or_else(not_back));
        }
        let waited = tokio::time::timeout(WAIT_MAX, durable.changed()).await;
        if !matches!(waited, Ok(Ok(()))) {
            return Err(shared.trouble().unwrap_or_else(not_back));
        }
    }
}

enum Seen {
    Settled(Option<StoredDoc>),
    /// The tree is ahead of the disk.
    OnItsWay,
}

/// Remembers what was read, and now and then has sled let go of it, beside whoever waits for the document.
fn let_go(shared: &Shared, engine: &Arc<Engine>, name: Vec<u8>) {
    let mut lately = shared.read_lately.lock().unwrap_or_else(PoisonError::into_inner);
    if lately.contains(&name) {
        return;
    }
    lately.push(name);
    if lately.len() < LATELY_MAX {
        return;
    }
    let keys = std::mem::take(&mut *lately);
    // Held for a moment at a time, so that the database can be closed in between.
    let engine = Arc::downgrade(engine);
    tokio::task::spawn_blocking(move || {
        for key in keys {
            let Some(engine) = engine.upgrade() else { return };
            if let Err(error) = engine.has_read(&key) {
                tracing::debug!(%error, "sled keeps what was read");
                return;
            }
        }
    });
}

/// How a document is read.
#[derive(Clone, Copy)]
enum How {
    Alone,
    InAWalk,
}

fn try_document(shared: &Shared, key: &DocKey, how: How) -> Result<Seen, StoreError> {
    if read(&shared.index).find(key).is_none() {
        return Ok(Seen::Settled(None));
    }
    let Some(engine) = shared.engine.load_full() else { return Ok(Seen::OnItsWay) };
    let name = layout::document_key(key);
    let Some(value) = engine.get(&name)? else { return Ok(Seen::OnItsWay) };
    match how {
        How::Alone if value.len() >= LARGE_BYTES => let_go(shared, &engine, name),
        How::Alone => {}
        How::InAWalk => engine.walked_past(&name)?,
    }
    let found = layout::read_document(key, &value)?;
    if found.version.0 > *shared.durable.borrow() {
        return Ok(Seen::OnItsWay);
    }
    Ok(Seen::Settled(Some(found)))
}

pub(super) fn not_back() -> StoreError {
    StoreError::Unavailable {
        why: "the storage is being opened again".to_owned(),
        hint: "repeat it in a moment".to_owned(),
    }
}
