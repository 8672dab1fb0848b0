//! One line of a backup.

use jiff::Timestamp;
use radarr_proto::model::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rises when a reader of today could not read it any more.
pub(super) const FORMAT: u32 = 1;

/// One line of a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(super) enum Line {
    /// The first.
    Head {
        /// [`FORMAT`].
        format: u32,
        /// Version of the daemon that wrote it.
        radarr: String,
        /// When.
        at: Timestamp,
    },
    /// A document as it is.
    Document {
        /// Name of its collection.
        collection: String,
        /// Its id there.
        id: String,
        /// Itself.
        body: Value,
    },
    /// A document that an earlier line has, and that was deleted while the file was written.
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
    },
}
