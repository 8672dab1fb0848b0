//! What the writer, the readers and the recovery have in common, and who may touch what.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use arc_swap::ArcSwapOption;
use radarr_proto::model::Cursor;
use tokio::sync::watch;

use super::directory::Directory;
use super::engine::Engine;
use super::index::Index;
use super::reserve::Reservations;
use super::snapshot::Kept;
use crate::storage::{StoreError, StoreHealth};

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) directory: Directory,
    /// Set by the writer (closing) and the recovery (opening anew); read by all.
    pub(super) engine: ArcSwapOption<Engine>,
    /// Written by the writer after its sync, and by the recovery.
    pub(super) index: RwLock<Index>,
    /// The version of the last commit that is on disk. Sent anew when the recovery is done.
    pub(super) durable: watch::Sender<u64>,
    /// The last event that is on disk.
    pub(super) cursor: watch::Sender<Cursor>,
    /// Whether sled is usable; the free space is asked each time.
    pub(super) health: RwLock<StoreHealth>,
    /// Keys of large documents that were read, for the readers alone.
    pub(super) read_lately: Mutex<Vec<Vec<u8>>>,
    /// Snapshots that are being read: the writer keeps for them what it changes.
    pub(super) snapshots: Mutex<Vec<Arc<Kept>>>,
    /// Jobs that are about to be taken.
    pub(super) reservations: Reservations,
    /// Held for reading by snapshots, for writing by what takes away what they still need.
    pub(super) upkeep: Arc<tokio::sync::RwLock<()>>,
}

impl Shared {
    pub(super) fn new(directory: Directory, engine: Engine, index: Index) -> Self {
        Self {
            directory,
            engine: ArcSwapOption::from_pointee(engine),
            durable: watch::Sender::new(index.log.version),
            cursor: watch::Sender::new(Cursor(index.log.cursor)),
            index: RwLock::new(index),
            health: RwLock::new(StoreHealth::Good),
            read_lately: Mutex::default(),
            snapshots: Mutex::default(),
            reservations: Reservations::default(),
            upkeep: Arc::default(),
        }
    }

    /// Why nothing can be written at the moment.
    pub(super) fn trouble(&self) -> Option<StoreError> {
        match &*read(&self.health) {
            StoreHealth::Good => None,
            StoreHealth::Broken { why, hint, .. } => {
                Some(StoreError::Unavailable { why: why.clone(), hint: hint.clone() })
            }
        }
    }

    /// Whether it is in trouble and does not come back by itself.
    pub(super) fn is_given_up(&self) -> bool {
        matches!(&*read(&self.health), StoreHealth::Broken { recovering: false, .. })
    }

    /// Lets go of the database; dropping it writes what sled still holds.
    pub(super) fn close(&self) {
        let engine: Option<Arc<Engine>> = self.engine.swap(None);
        drop(engine);
        *write(&self.health) = StoreHealth::Broken {
            why: "the storage is closed".to_owned(),
            hint: "the daemon is ending; connect again when it is back".to_owned(),
            recovering: false,
        };
        self.directory.release();
    }
}

/// A thread that panicked with the lock left the data whole: each holder only assigns.
pub(super) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
