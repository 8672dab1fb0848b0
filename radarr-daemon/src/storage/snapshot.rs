//! Everything that a storage holds, as it was at one moment: what a backup is written from, and what a storage is
//! filled from. A backup file is one as well, so that a file is the way from one storage to another.

use std::collections::BTreeMap;

use async_trait::async_trait;
use radarr_proto::model::Event;
use serde::{Deserialize, Serialize};

use super::{DocKey, StoreError, StoredDoc};

/// Documents in one page: about a megabyte of movies.
pub const SNAPSHOT_PAGE: usize = 256;

/// How far versions go on behind those of what a storage is filled from. A document that a client still holds from
/// after the backup is so never taken for one that is written from then on.
pub const VERSIONS_SKIPPED: u64 = 1 << 32;

/// Where the storage stood at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Marks {
    /// The last version that was given.
    pub version: u64,
    /// The cursor of the last event.
    pub cursor: u64,
    /// Up to this cursor everything was cleaned away.
    pub gone_all: u64,
    /// Up to this cursor everything but history was cleaned away; at least `gone_all`.
    pub gone_noise: u64,
    /// The largest number that was given to a document, by name of its collection.
    pub numbers: BTreeMap<String, u64>,
}

/// A storage as it was at one moment, read once from front to back: all documents, then all events.
#[async_trait]
pub trait Snapshot: Send {
    /// Where it stood.
    fn marks(&self) -> &Marks;

    /// The next documents, each one once; none = all were given.
    async fn documents(&mut self) -> Result<Vec<(DocKey, StoredDoc)>, StoreError>;

    /// The next events, oldest first; none = all were given. Asked when there are no documents left.
    async fn events(&mut self) -> Result<Vec<Event>, StoreError>;
}

/// What a storage was filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filled {
    /// Documents.
    pub documents: u64,
    /// Events.
    pub events: u64,
}

/// Something that does not agree with the documents and events that it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Which entry.
    pub what: String,
    /// In what.
    pub why: String,
    /// Whether it can be made again from what it disagrees with.
    pub can_mend: bool,
    /// Whether it was.
    pub mended: bool,
}

/// What giving back room did, bytes on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
}
