//! sled's file never shrinks. When it has grown far beyond what lives in it, everything is copied into a fresh
//! database, and the two directories change places: at the start, before anybody uses it, when it has grown very
//! far; by the writer, at a quiet hour, when it has grown far.

use std::path::Path;
use std::sync::Arc;

use ::sled::Batch;
use tracing::{info, warn};

use super::directory::{Directory, remove_tree, sync};
use super::engine::Engine;
use super::exchange::exchange;
use super::layout::LogState;
use super::room::Room;
use super::shared::{Shared, read, write};
use crate::storage::{Compacted, StoreError};

/// Below this nobody minds: segments cost half a megabyte.
const WORTH_IT_BYTES: u64 = 64 * 1024 * 1024;

/// How many times its data the file may be before the start is held up for it.
const START_FACTOR_TENTHS: u64 = 40;

/// How many times its data the file may be before a quiet hour is used for it. A fresh file has 1.8 times its data,
/// one whose documents were all written once again 2.6 times (measured).
const QUIET_FACTOR_TENTHS: u64 = 26;

/// Many small documents take more room from the start: it must have grown by half since it was last compact.
const SINCE_LAST_TENTHS: u64 = 15;

/// Keys in one batch of the copy.
const COPY_STEP: usize = 512;

/// Whether a file of `size` is worth it.
fn is_worth_it(size: u64, log: LogState, factor_tenths: u64) -> bool {
    let grown = |from: u64, tenths: u64| size.saturating_mul(10) > from.saturating_mul(tenths);
    size >= WORTH_IT_BYTES
        && grown(log.live_bytes, factor_tenths)
        && grown(log.compacted_bytes, SINCE_LAST_TENTHS)
}

/// Compacts at the start if it is worth it and there is room; gives back the database to use.
pub(super) fn if_grown(directory: &Directory, engine: Engine, log: LogState) -> Result<Engine, StoreError> {
    if !is_worth_it(directory.size_bytes(), log, START_FACTOR_TENTHS) || !has_room(directory, log)? {
        return Ok(engine);
    }
    let before = directory.size_bytes();
    write_copy(directory, &engine)?;
    drop(engine);
    directory.swap_in_compact_copy()?;
    directory.remove_half_snapshots()?;
    let engine = Engine::open(&directory.database())?;
    info!(before, after = directory.size_bytes(), "the storage was compacted");
    Ok(engine)
}

/// Compacts the database in use if it is worth it; the writer calls it. Changes wait meanwhile, readers do not.
pub(super) fn at_a_quiet_hour(
    shared: &Arc<Shared>,
    engine: Arc<Engine>,
) -> Result<Option<Compacted>, StoreError> {
    let log = read(&shared.index).log;
    let size = shared.directory.size_bytes();
    if !is_worth_it(size, log, QUIET_FACTOR_TENTHS) || !has_room(&shared.directory, log)? {
        return Ok(None);
    }
    in_use(shared, engine).map(Some)
}

/// Compacts the database in use.
pub(super) fn in_use(shared: &Arc<Shared>, engine: Arc<Engine>) -> Result<Compacted, StoreError> {
    let before = shared.directory.size_bytes();
    write_copy(&shared.directory, &engine)?;
    drop(engine);
    exchange(shared)?;
    let after = shared.directory.size_bytes();
    // Stored with the next commit.
    write(&shared.index).log.compacted_bytes = after;
    info!(before, after, "the storage was compacted");
    Ok(Compacted { before, after })
}

fn has_room(directory: &Directory, log: LogState) -> Result<bool, StoreError> {
    let room = Room::at(directory.path())?;
    let needed = log.live_bytes.saturating_mul(3).saturating_add(room.to_start());
    if room.free < needed {
        warn!(free = room.free, needed, "the storage has grown, but there is no room to compact it");
    }
    Ok(room.free >= needed)
}

/// Copies everything into a fresh database beside the one in use, and brings it to the disk.
fn write_copy(directory: &Directory, engine: &Engine) -> Result<(), StoreError> {
    let target = directory.compact_copy();
    remove_tree(&target)?;
    let copy = Engine::open(&target)?;
    let mut batch = Batch::default();
    for (count, item) in (1_usize..).zip(engine.scan_all()) {
        let (key, value) = item?;
        engine.walked_past(&key)?;
        batch.insert(key, value);
        if count.is_multiple_of(COPY_STEP) {
            copy.apply(std::mem::take(&mut batch))?;
        }
    }
    copy.apply(batch)?;
    copy.sync()?;
    // Dropping it writes what sled still holds and frees its lock.
    drop(copy);
    bring_to_disk(&target)
}

/// Syncs every file and folder of a database that nobody has open.
pub(super) fn bring_to_disk(target: &Path) -> Result<(), StoreError> {
    for entry in walkdir::WalkDir::new(target) {
        let entry = entry
            .map_err(|error| StoreError::Directory { path: target.to_owned(), why: error.to_string() })?;
        sync(entry.path())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1024 * 1024;

    #[test]
    fn a_file_is_worth_it_when_it_is_large_and_has_grown_beyond_its_data() {
        let log = |live, compacted| LogState {
            live_bytes: live * MB,
            compacted_bytes: compacted * MB,
            ..LogState::default()
        };
        for (size, live, compacted, want) in [
            (63, 1, 0, false),
            (64, 1, 0, true),
            (180, 100, 0, false),
            (260, 100, 0, false),
            (261, 100, 0, true),
            // Small documents: that large from the start.
            (300, 100, 290, false),
            (440, 100, 290, true),
        ] {
            let found = is_worth_it(size * MB, log(live, compacted), QUIET_FACTOR_TENTHS);
            assert_eq!(found, want, "{size} MB with {live} MB, once compacted to {compacted}");
        }
    }
}
