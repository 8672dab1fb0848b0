//! What is known of all documents without reading them: ids, versions, sizes; and where the event log stands.
//!
//! It shows what is on disk, never what is on its way there. Lists walk it and read point by point, so that a
//! database with an error is never iterated.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use radarr_proto::model::DocVersion;

use super::engine::Engine;
use super::layout::{self, LogState};
use crate::storage::{Collection, DocKey, StoreError};

/// Version and bytes (key and value) of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) version: u64,
    pub(super) bytes: u32,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    documents: BTreeMap<Collection, BTreeMap<Box<str>, Known>>,
    /// The largest number that was used or handed out, by collection.
    counters: HashMap<Collection, u64>,
    pub(super) log: LogState,
}

impl Index {
    /// Reads the keys and versions of a healthy database.
    pub(super) fn read(engine: &Engine) -> Result<Self, StoreError> {
        let mut index = Self::default();
        if let Some(log) = engine.get(layout::LOG_KEY)? {
            index.log = LogState::decode(&log)?;
        }
        for item in engine.scan(layout::DOCUMENTS, layout::DOCUMENTS) {
            let (key, value) = item?;
            engine.walked_past(&key)?;
            let doc_key = layout::read_document_key(&key)?;
            let version = value.get(..8).and_then(layout::number).ok_or_else(|| StoreError::Corrupt {
                what: doc_key.to_string(),
                why: "it has no version".to_owned(),
            })?;
            let bytes = u32::try_from(key.len() + value.len()).unwrap_or(u32::MAX);
            index.set(&doc_key, Some(Known { version, bytes }));
        }
        for item in engine.scan(layout::COUNTERS, layout::COUNTERS) {
            let (key, value) = item?;
            let name = key.get(1..).and_then(|name| std::str::from_utf8(name).ok());
            if let (Some(collection), Some(number)) =
                (name.and_then(Collection::from_name), layout::number(&value))
            {
                index.counters.insert(collection, number);
            }
        }
        Ok(index)
    }

    pub(super) fn find(&self, key: &DocKey) -> Option<Known> {
        self.documents.get(&key.collection)?.get(key.id.as_str()).copied()
    }

    pub(super) fn set(&mut self, key: &DocKey, known: Option<Known>) {
        let ids = self.documents.entry(key.collection).or_default();
        match known {
            Some(known) => {
                if let Some(present) = ids.get_mut(key.id.as_str()) {
                    *present = known;
                } else {
                    ids.insert(key.id.as_str().into(), known);
                }
            }
            None => {
                ids.remove(key.id.as_str());
            }
        }
    }

    pub(super) fn ids_after(&self, collection: Collection, after: Option<&str>, limit: usize) -> Vec<String> {
        let Some(ids) = self.documents.get(&collection) else { return Vec::new() };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        ids.range::<str, _>((from, Bound::Unbounded)).take(limit).map(|(id, _)| id.to_string()).collect()
    }

    pub(super) fn versions(&self, collection: Collection) -> Vec<(String, DocVersion)> {
        let Some(ids) = self.documents.get(&collection) else { return Vec::new() };
        ids.iter().map(|(id, known)| (id.to_string(), DocVersion(known.version))).collect()
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        self.documents.values().map(BTreeMap::len).sum()
    }

    /// All documents with their versions, in the order of their keys.
    pub(super) fn everything(&self) -> Vec<(Collection, Box<str>, u64)> {
        let mut all = Vec::with_capacity(self.len());
        for (collection, ids) in &self.documents {
            all.extend(ids.iter().map(|(id, known)| (*collection, id.clone(), known.version)));
        }
        all
    }

    /// The largest number that was used or handed out, by name of the collection.
    pub(super) fn numbers(&self) -> BTreeMap<String, u64> {
        self.counters.iter().map(|(collection, number)| (collection.name().to_owned(), *number)).collect()
    }

    /// Hands out the next number.
    pub(super) fn next_number(&mut self, collection: Collection) -> u64 {
        let counter = self.counters.entry(collection).or_insert(0);
        *counter += 1;
        *counter
    }

    /// Learns that a number is used.
    pub(super) fn number_used(&mut self, collection: Collection, number: u64) {
        let counter = self.counters.entry(collection).or_insert(0);
        *counter = number.max(*counter);
    }

    /// Takes over the numbers that `older` has handed out and that no commit has used yet.
    pub(super) fn keep_numbers_of(&mut self, older: &Self) {
        for (collection, number) in &older.counters {
            self.number_used(*collection, *number);
        }
    }
}

/// The largest number that documents of a collection had, as the database holds it.
pub(super) fn stored_counter(engine: &Engine, collection: Collection) -> Result<u64, StoreError> {
    let stored = engine.get(&layout::counter_key(collection))?;
    Ok(stored.and_then(|value| layout::number(&value)).unwrap_or(0))
}
