//! One line of a backup.

use jiff::Timestamp;
use radarr_proto::model::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::secrets::HeadSecrets;
use crate::storage::Marks;

/// Rises when a reader of today could not read it any more. Format 1 was plain JSON lines without versions and marks,
/// in which a later line of a document went before an earlier one.
pub(super) const FORMAT: u32 = 2;

/// The longest line there may be: a document of the largest size, with every character escaped, and what is around it.
pub(super) const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// What the first line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// [`FORMAT`].
    pub(super) format: u32,
    /// Version of the daemon that wrote it.
    pub(super) radarr: String,
    /// The moment that it shows.
    pub(super) at: Timestamp,
    /// Which storage it was written from.
    #[serde(default)]
    pub(super) storage: String,
    /// Where that stood.
    #[serde(default)]
    pub(super) marks: Marks,
    /// What became of the secrets.
    #[serde(default)]
    pub(super) secrets: HeadSecrets,
}

/// One line of a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(super) enum Line {
    /// The first.
    Head(Head),
    /// A document as it is.
    Document {
        /// Name of its collection.
        collection: String,
        /// Its id there.
        id: String,
        /// Its version.
        #[serde(default)]
        version: u64,
        /// Itself.
        body: Value,
    },
    /// Format 1: a document that an earlier line has, and that was deleted while the file was written.
    Deleted {
        /// Name of its collection.
        collection: String,
        /// Its id there.
        id: String,
    },
    /// Something that happened.
    Event {
        /// What.
        event: Event,
    },
    /// The last.
    End {
        /// Lines of documents before it.
        documents: u64,
        /// Lines of events before it.
        events: u64,
        /// SHA-256 of everything before this line, hexadecimal; none in format 1.
        #[serde(default)]
        sha256: String,
    },
}
