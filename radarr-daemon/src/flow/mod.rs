//! The story of a movie, one file per step: read a snapshot, ask the outside, let the domain judge, commit.
//!
//! Every step takes a [`Flow`] (what it works with) and a [`By`] (in whose name), and answers with what came out or a
//! [`FlowError`], which both a person's call and a job understand. The next step of the story is a job that is queued
//! in the same commit as the event that caused it.

pub mod add;
pub mod adopt;
pub mod after_import;
mod ask;
mod by;
mod circumstances;
mod claim;
pub mod decision_record;
pub mod delete;
pub mod edit;
mod error;
pub mod explain;
pub mod fail;
pub mod files;
pub mod folder_work;
pub mod format_cache;
pub mod grab;
pub mod groups;
pub mod import;
pub mod import_now;
pub mod indexer_traces;
mod judge;
pub mod learn_groups;
pub mod pending;
pub mod recent;
pub mod recycle;
pub mod refresh;
pub mod remove;
pub mod rename;
pub mod rescan;
pub mod search;
pub mod send;
pub(crate) mod stored;
pub mod take;
#[cfg(test)]
pub(crate) mod testing;
pub mod track;
pub mod wanted;

use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::Grab;

use crate::group_view::GroupView;
use crate::jobs::JobQueue;
use crate::library_view::LibraryView;
use crate::outside::Outside;
use crate::queue_view::QueueView;
use crate::storage::{SharedStore, StoreError};

pub use by::By;
pub use error::FlowError;
pub use format_cache::FormatCache;

/// What every step works with. Cheap to clone.
#[derive(Clone)]
pub struct Flow {
    /// Documents and events.
    pub store: SharedStore,
    /// The library in memory, made from them.
    pub library: Arc<LibraryView>,
    /// The open grabs in memory.
    pub grabs: Arc<QueueView>,
    /// What is known of release groups, in memory.
    pub groups: Arc<GroupView>,
    /// The custom formats, compiled.
    pub formats: Arc<FormatCache>,
    /// Where the next steps are queued.
    pub queue: JobQueue,
    /// The services outside.
    pub outside: Arc<Outside>,
    /// Reads the time.
    pub clock: fn() -> Timestamp,
}

impl Flow {
    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The open grabs, in the order in which they were grabbed.
    pub async fn open_grabs(&self) -> Result<Vec<Grab>, StoreError> {
        self.grabs.open().await
    }
}
