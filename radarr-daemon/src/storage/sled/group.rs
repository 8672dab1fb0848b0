//! A group of commits that go to the disk together: each is checked against the ones before it, all share one batch
//! and one sync.

use std::collections::HashMap;
use std::sync::Arc;

use ::sled::Batch;
use radarr_proto::model::{Cursor, DocVersion, Event};

use super::engine::Engine;
use super::index::{Index, Known, stored_counter};
use super::layout::{self, LogState};
use crate::storage::{BODY_BYTES_MAX, Change, Collection, Commit, Committed, DocKey, NewEvent, StoreError};

/// What a group has come to so far.
pub(super) struct Group<'a> {
    index: &'a Index,
    engine: &'a Engine,
    /// Documents that this group writes; `None` = deleted.
    changed: HashMap<DocKey, Option<Known>>,
    /// Counters as the group leaves them in the database.
    counters: HashMap<Collection, u64>,
    log: LogState,
    batch: Batch,
    bytes: u64,
}

/// What the index has to learn once the group is on disk.
pub(super) struct Outcome {
    pub(super) changed: HashMap<DocKey, Option<Known>>,
    pub(super) counters: HashMap<Collection, u64>,
    pub(super) log: LogState,
    /// Bytes of keys and values in the batch, about.
    pub(super) bytes: u64,
}

impl<'a> Group<'a> {
    pub(super) fn new(index: &'a Index, engine: &'a Engine) -> Self {
        Self {
            index,
            engine,
            changed: HashMap::new(),
            counters: HashMap::new(),
            log: index.log,
            batch: Batch::default(),
            bytes: 0,
        }
    }

    /// Adds a commit, or says why it can't be kept; then the group is as before.
    pub(super) fn add(&mut self, commit: Commit) -> Result<Committed, StoreError> {
        if let Some(refused) = commit.refused {
            return Err(refused);
        }
        for write in &commit.writes {
            let found = self.find(&write.key).map(|known| DocVersion(known.version));
            if !write.expect.holds(found) {
                return Err(StoreError::Conflict { key: write.key.clone(), expected: write.expect, found });
            }
            if let Change::Put(body) = &write.change {
                check_size(&write.key.to_string(), body.len())?;
            }
        }
        let first_cursor = self.log.cursor + 1;
        let mut events = Vec::with_capacity(commit.events.len());
        for (cursor, NewEvent { movie_id, kind, at }) in (first_cursor..).zip(commit.events) {
            let event = Event {
                cursor: Cursor(cursor),
                at: at.unwrap_or(commit.at),
                actor: commit.actor.clone(),
                request_id: commit.request_id.clone(),
                from: commit.from.clone(),
                movie_id,
                kind,
            };
            let body = serde_json::to_vec(&event).map_err(|error| StoreError::Corrupt {
                what: "an event".to_owned(),
                why: error.to_string(),
            })?;
            check_size("an event", body.len())?;
            events.push((Arc::new(event), body));
        }

        // From here on nothing is refused.
        let version = self.log.version + 1;
        self.log.version = version;
        for write in commit.writes {
            match write.change {
                Change::Put(body) => self.put(write.key, version, &body)?,
                Change::Delete => self.delete(write.key),
                Change::Keep => {}
            }
        }
        let events = events.into_iter().map(|(event, body)| self.append(event, body)).collect();
        Ok(Committed { version: DocVersion(version), cursor: Cursor(self.log.cursor), events })
    }

    /// The batch and what it does.
    pub(super) fn finish(mut self) -> (Batch, Outcome) {
        for (collection, number) in &self.counters {
            self.batch.insert(layout::counter_key(*collection), &number.to_be_bytes());
        }
        self.batch.insert(layout::LOG_KEY, self.log.encode());
        let Self { batch, changed, counters, log, bytes, .. } = self;
        (batch, Outcome { changed, counters, log, bytes })
    }

    fn find(&self, key: &DocKey) -> Option<Known> {
        match self.changed.get(key) {
            Some(known) => *known,
            None => self.index.find(key),
        }
    }

    fn put(&mut self, key: DocKey, version: u64, body: &[u8]) -> Result<(), StoreError> {
        if let Ok(number) = key.id.parse::<u64>() {
            let stored = match self.counters.get(&key.collection) {
                Some(stored) => *stored,
                None => stored_counter(self.engine, key.collection)?,
            };
            if number > stored {
                self.counters.insert(key.collection, number);
            }
        }
        let name = layout::document_key(&key);
        let value = layout::document_value(version, body);
        let bytes = u32::try_from(name.len() + value.len()).unwrap_or(u32::MAX);
        let before = self.find(&key).map_or(0, |known| u64::from(known.bytes));
        self.log.live_bytes = (self.log.live_bytes + u64::from(bytes)).saturating_sub(before);
        self.bytes += u64::from(bytes);
        self.batch.insert(name, value);
        self.changed.insert(key, Some(Known { version, bytes }));
        Ok(())
    }

    fn delete(&mut self, key: DocKey) {
        let before = self.find(&key).map_or(0, |known| u64::from(known.bytes));
        self.log.live_bytes = self.log.live_bytes.saturating_sub(before);
        self.batch.remove(layout::document_key(&key));
        self.changed.insert(key, None);
    }

    fn append(&mut self, event: Arc<Event>, body: Vec<u8>) -> Arc<Event> {
        let cursor = event.cursor.0;
        self.log.cursor = cursor;
        self.log.live_bytes += event_bytes(body.len());
        self.bytes += event_bytes(body.len());
        self.batch.insert(layout::event_key(cursor), body);
        for name in layout::history_keys(&event) {
            self.batch.insert(name, &[]);
        }
        event
    }
}

/// Bytes that an event takes, its keys in the indexes included.
pub(super) fn event_bytes(body_len: usize) -> u64 {
    u64::try_from(body_len).unwrap_or(u64::MAX) + 35
}

pub(super) fn check_size(what: &str, bytes: usize) -> Result<(), StoreError> {
    if bytes > BODY_BYTES_MAX {
        return Err(StoreError::TooLarge { what: what.to_owned(), bytes, max: BODY_BYTES_MAX });
    }
    Ok(())
}
