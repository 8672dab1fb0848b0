//! Filling the storage from a snapshot: everything goes into a fresh database beside the one in use, is brought to the
//! disk, and the two change places. A crash at any moment leaves the old one or the new one.

use std::collections::HashMap;
use std::sync::Arc;

use ::sled::Batch;
use radarr_proto::model::Event;

use super::compact::bring_to_disk;
use super::directory::{Directory, remove_tree};
use super::engine::Engine;
use super::group::{check_size, event_bytes};
use super::layout::{self, LogState};
use super::migrate;
use super::read::blocking;
use super::shared::{Shared, read};
use super::writer::out_of_space;
use crate::storage::{Collection, DocKey, Filled, Marks, Snapshot, StoreError, StoredDoc, VERSIONS_SKIPPED};

/// How far cursors go on behind those of the source: more events than happen between two backups, so that a client
/// that saw what was lost is not taken for one that is up to date.
const CURSORS_SKIPPED: u64 = 10_000;

/// Writes everything of `source` into the copy beside the database. The writer then puts it in its place.
pub(super) async fn write_copy(
    shared: &Arc<Shared>,
    source: &mut dyn Snapshot,
) -> Result<Filled, StoreError> {
    let made = Arc::clone(shared);
    let copy = blocking(move || Copy::begin(&made.directory)).await?;
    match write_all(shared, copy, source).await {
        Ok(filled) => Ok(filled),
        Err(error) => {
            let left = Arc::clone(shared);
            blocking(move || remove_tree(&left.directory.compact_copy())).await?;
            Err(error)
        }
    }
}

async fn write_all(
    shared: &Arc<Shared>,
    mut copy: Copy,
    source: &mut dyn Snapshot,
) -> Result<Filled, StoreError> {
    loop {
        let documents = source.documents().await?;
        if documents.is_empty() {
            break;
        }
        copy = step(shared, copy, move |copy| copy.documents(documents)).await?;
    }
    loop {
        let events = source.events().await?;
        if events.is_empty() {
            break;
        }
        copy = step(shared, copy, move |copy| copy.events(events)).await?;
    }
    let (marks, own) = (source.marks().clone(), read(&shared.index).log);
    let filled = copy.filled;
    let shared = Arc::clone(shared);
    blocking(move || copy.finish(&shared.directory, &marks, own)).await?;
    Ok(filled)
}

async fn step(
    shared: &Arc<Shared>,
    mut copy: Copy,
    work: impl FnOnce(&mut Copy) -> Result<(), StoreError> + Send + 'static,
) -> Result<Copy, StoreError> {
    let shared = Arc::clone(shared);
    blocking(move || {
        if let Some(full) = out_of_space(&shared, 0) {
            return Err(full);
        }
        work(&mut copy)?;
        Ok(copy)
    })
    .await
}

/// A fresh database on its way.
struct Copy {
    engine: Engine,
    filled: Filled,
    counters: HashMap<Collection, u64>,
    log: LogState,
}

impl Copy {
    fn begin(directory: &Directory) -> Result<Self, StoreError> {
        let target = directory.compact_copy();
        remove_tree(&target)?;
        Ok(Self {
            engine: Engine::open(&target)?,
            filled: Filled::default(),
            counters: HashMap::new(),
            log: LogState::default(),
        })
    }

    fn documents(&mut self, documents: Vec<(DocKey, StoredDoc)>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (key, stored) in documents {
            check_size(&key.to_string(), stored.body.len())?;
            if let Ok(number) = key.id.parse::<u64>() {
                let used = self.counters.entry(key.collection).or_insert(0);
                *used = number.max(*used);
            }
            let (name, value) =
                (layout::document_key(&key), layout::document_value(stored.version.0, &stored.body));
            self.log.version = self.log.version.max(stored.version.0);
            self.log.live_bytes += u64::try_from(name.len() + value.len()).unwrap_or(u64::MAX);
            self.filled.documents += 1;
            batch.insert(name, value);
        }
        self.engine.apply(batch)
    }

    fn events(&mut self, events: Vec<Event>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for event in events {
            let cursor = event.cursor.0;
            if cursor <= self.log.cursor {
                return Err(StoreError::Corrupt {
                    what: format!("event {cursor}"),
                    why: format!("it stands behind event {}", self.log.cursor),
                });
            }
            self.log.cursor = cursor;
            let body = serde_json::to_vec(&event).map_err(|error| StoreError::Corrupt {
                what: format!("event {cursor}"),
                why: error.to_string(),
            })?;
            check_size("an event", body.len())?;
            self.log.live_bytes += event_bytes(body.len());
            self.filled.events += 1;
            for name in layout::history_keys(&event) {
                batch.insert(name, &[]);
            }
            batch.insert(layout::event_key(cursor), body);
        }
        self.engine.apply(batch)
    }

    /// Writes where everything stands, and brings all of it to the disk.
    fn finish(mut self, directory: &Directory, marks: &Marks, own: LogState) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (name, number) in &marks.numbers {
            if let Some(collection) = Collection::from_name(name) {
                let used = self.counters.entry(collection).or_insert(0);
                *used = (*number).max(*used);
            }
        }
        for (collection, number) in &self.counters {
            batch.insert(layout::counter_key(*collection), &number.to_be_bytes());
        }
        let cursor = self.log.cursor.max(marks.cursor).saturating_add(CURSORS_SKIPPED).max(own.cursor);
        let version = self.log.version.max(marks.version).max(own.version);
        let log = LogState {
            version: version.saturating_add(VERSIONS_SKIPPED),
            cursor,
            trimmed_all: marks.gone_all,
            trimmed_noise: marks.gone_noise.max(marks.gone_all),
            live_bytes: self.log.live_bytes,
            compacted_bytes: 0,
            anew_before: cursor,
        };
        batch.insert(layout::LOG_KEY, log.encode());
        batch.insert(layout::SCHEMA_KEY, &migrate::newest().to_be_bytes());
        self.engine.apply(batch)?;
        self.engine.sync()?;
        // Dropping it writes what sled still holds and frees its lock.
        drop(self.engine);
        bring_to_disk(&directory.compact_copy())
    }
}
