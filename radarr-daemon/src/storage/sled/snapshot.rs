//! Everything as it was at one moment, read while commits go on.
//!
//! The writer hands out the list of what there is, and from then on keeps the old text of each document that it
//! changes before the snapshot has come past it. Events only grow, and their clean-up waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use radarr_proto::model::{DocVersion, Event};
use tokio::sync::OwnedRwLockReadGuard;

use super::engine::Engine;
use super::events::decode;
use super::layout::{self, LogState};
use super::read::{blocking, present};
use super::shared::{Shared, read};
use crate::storage::{
    Collection, DocKey, EVENTS_PAGE_MAX, Marks, SNAPSHOT_PAGE, Snapshot, StoreError, StoredDoc,
};

/// Texts that are kept for one snapshot. A library that is rewritten while it is backed up is no reason to run out of
/// memory.
const KEPT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The old texts that an open snapshot still needs.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What is newer does not concern it.
    version: u64,
    texts: Mutex<Texts>,
}

#[derive(Debug, Default)]
struct Texts {
    documents: HashMap<DocKey, StoredDoc>,
    bytes: usize,
    read_up_to: Option<DocKey>,
    /// Why it can't be read to its end.
    broken: Option<StoreError>,
}

impl Kept {
    /// Keeps the text of a document that is about to change, where it is still needed.
    pub(super) fn keep(&self, engine: &Engine, key: &DocKey, version: u64) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = texts.read_up_to.as_ref().is_some_and(|reached| key <= reached);
        if version > self.version || passed || texts.broken.is_some() || texts.documents.contains_key(key) {
            return;
        }
        match engine.get(&layout::document_key(key)) {
            Ok(Some(value)) => match layout::read_document(key, &value) {
                Ok(stored) => {
                    texts.bytes += stored.body.len();
                    texts.documents.insert(key.clone(), stored);
                }
                Err(error) => texts.broken = Some(error),
            },
            Ok(None) => {}
            Err(error) => texts.broken = Some(error),
        }
        if texts.bytes > KEPT_BYTES_MAX {
            texts.documents = HashMap::new();
            texts.broken = Some(StoreError::Unavailable {
                why: format!("more than {KEPT_BYTES_MAX} bytes were changed while everything was read"),
                hint: "repeat it when less is going on".to_owned(),
            });
        }
    }

    /// The document as it was, whether it was changed since or not.
    fn read(&self, engine: &Engine, key: &DocKey, version: u64) -> Result<StoredDoc, StoreError> {
        let name = layout::document_key(key);
        let current = match engine.get(&name)? {
            Some(value) => Some(layout::read_document(key, &value)?),
            None => None,
        };
        engine.walked_past(&name)?;
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.read_up_to = Some(key.clone());
        let old = texts.documents.remove(key);
        texts.bytes -= old.as_ref().map_or(0, |old| old.body.len()).min(texts.bytes);
        if let Some(error) = &texts.broken {
            return Err(error.clone());
        }
        current.filter(|current| current.version == DocVersion(version)).or(old).ok_or_else(|| {
            StoreError::Corrupt {
                what: key.to_string(),
                why: format!("its version {version} is not there any more"),
            }
        })
    }
}

/// What the writer hands out.
pub(super) struct Beginning {
    log: LogState,
    marks: Marks,
    documents: Vec<(Collection, Box<str>, u64)>,
    kept: Arc<Kept>,
}

/// Begins a snapshot; the writer calls it between two groups.
pub(super) fn begin(shared: &Shared) -> Beginning {
    let index = read(&shared.index);
    let log = index.log;
    let kept = Arc::new(Kept { version: log.version, texts: Mutex::default() });
    shared.snapshots.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&kept));
    let marks = Marks {
        version: log.version,
        cursor: log.cursor,
        gone_all: log.trimmed_all,
        gone_noise: log.trimmed_noise,
        numbers: index.numbers(),
    };
    Beginning { log, marks, documents: index.everything(), kept }
}

/// Keeps for all open snapshots what a group is about to change.
pub(super) fn keep_for_all<'a>(
    shared: &Shared,
    engine: &Engine,
    changing: impl Iterator<Item = (&'a DocKey, u64)>,
) {
    let snapshots = shared.snapshots.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if snapshots.is_empty() {
        return;
    }
    for (key, version) in changing {
        for kept in &snapshots {
            kept.keep(engine, key, version);
        }
    }
}

/// A snapshot that is being read.
pub(super) struct SledSnapshot {
    shared: Arc<Shared>,
    marks: Marks,
    log: LogState,
    left: std::vec::IntoIter<(Collection, Box<str>, u64)>,
    kept: Arc<Kept>,
    next_event: u64,
    /// Nothing is cleaned away, and the database does not change places, as long as this lives.
    _alone: OwnedRwLockReadGuard<()>,
}

impl SledSnapshot {
    pub(super) fn new(shared: Arc<Shared>, beginning: Beginning, alone: OwnedRwLockReadGuard<()>) -> Self {
        Self {
            shared,
            marks: beginning.marks,
            log: beginning.log,
            left: beginning.documents.into_iter(),
            kept: beginning.kept,
            next_event: beginning.log.trimmed_all + 1,
            _alone: alone,
        }
    }
}

impl Drop for SledSnapshot {
    fn drop(&mut self) {
        let mut open = self.shared.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|kept| !Arc::ptr_eq(kept, &self.kept));
    }
}

#[async_trait]
impl Snapshot for SledSnapshot {
    fn marks(&self) -> &Marks {
        &self.marks
    }

    async fn documents(&mut self) -> Result<Vec<(DocKey, StoredDoc)>, StoreError> {
        let wanted: Vec<_> = self.left.by_ref().take(SNAPSHOT_PAGE).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let engine = present(&self.shared).await?;
        let kept = Arc::clone(&self.kept);
        blocking(move || {
            let read = wanted.into_iter().map(|(collection, id, version)| {
                let key = DocKey::new(collection, id);
                let stored = kept.read(&engine, &key, version)?;
                Ok((key, stored))
            });
            read.collect()
        })
        .await
    }

    async fn events(&mut self) -> Result<Vec<Event>, StoreError> {
        let (first, last) = (self.next_event, self.log.cursor);
        if first > last {
            return Ok(Vec::new());
        }
        let engine = present(&self.shared).await?;
        let (events, next) = blocking(move || {
            let mut events = Vec::new();
            let mut cursor = first;
            while cursor <= last && events.len() < EVENTS_PAGE_MAX {
                let name = layout::event_key(cursor);
                if let Some(body) = engine.get(&name)? {
                    events.push(decode(cursor, &body)?);
                    engine.walked_past(&name)?;
                }
                cursor += 1;
            }
            Ok((events, cursor))
        })
        .await?;
        self.next_event = next;
        Ok(events)
    }
}
