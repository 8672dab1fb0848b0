//! sled's file never shrinks. When it has grown far beyond what lives in it, everything is copied into a fresh
//! database at the start, before anybody uses it, and the two directories change places.

use ::sled::Batch;
use tracing::{info, warn};

use super::directory::{Directory, FREE_AT_START_MIN, free_bytes, remove_tree, sync};
use super::engine::Engine;
use crate::storage::StoreError;

/// Below this nobody minds: sled takes up to 2.6 times its data in normal use, and segments cost half a megabyte.
const WORTH_IT_BYTES: u64 = 64 * 1024 * 1024;

/// How many times its data the file may be.
const GROWN_FACTOR: u64 = 4;

/// Keys in one batch of the copy.
const COPY_STEP: usize = 512;

/// Compacts if it is worth it and there is room; gives back the database to use.
pub(super) fn if_grown(directory: &Directory, engine: Engine, live_bytes: u64) -> Result<Engine, StoreError> {
    let size = directory.size_bytes();
    if size < WORTH_IT_BYTES || size < live_bytes.saturating_mul(GROWN_FACTOR) {
        return Ok(engine);
    }
    let room = live_bytes.saturating_mul(3).saturating_add(FREE_AT_START_MIN);
    if free_bytes(directory.path())? < room {
        warn!(size, live_bytes, "the storage has grown, but there is no room to compact it");
        return Ok(engine);
    }
    compact(directory, engine)
}

/// Copies everything into a fresh database and puts it in the place of the old one.
pub(super) fn compact(directory: &Directory, engine: Engine) -> Result<Engine, StoreError> {
    let before = directory.size_bytes();
    let target = directory.compact_copy();
    remove_tree(&target)?;
    let copy = Engine::open(&target)?;
    let mut batch = Batch::default();
    for (count, item) in (1_usize..).zip(engine.scan_all()) {
        let (key, value) = item?;
        batch.insert(key, value);
        if count.is_multiple_of(COPY_STEP) {
            copy.apply(std::mem::take(&mut batch))?;
        }
    }
    copy.apply(batch)?;
    copy.sync()?;
    // Dropping them writes what sled still holds and frees its locks.
    drop(copy);
    drop(engine);
    for entry in walkdir::WalkDir::new(&target) {
        let entry =
            entry.map_err(|error| StoreError::Directory { path: target.clone(), why: error.to_string() })?;
        sync(entry.path())?;
    }
    directory.swap_in_compact_copy()?;
    directory.remove_half_snapshots()?;
    let engine = Engine::open(&directory.database())?;
    info!(before, after = directory.size_bytes(), "the storage was compacted");
    Ok(engine)
}
