//! Changing the database in use for another: after an error, for a compact copy, for what a backup held.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use radarr_proto::model::Cursor;

use super::engine::Engine;
use super::index::Index;
use super::recover;
use super::shared::{Shared, read, write};
use crate::storage::{StoreError, StoreHealth};

/// Readers hold the database for milliseconds each.
const READERS_WAIT_MAX: Duration = Duration::from_secs(20);

/// Puts the copy beside the database, which must be complete and on disk, in its place; the writer calls it. Readers
/// wait meanwhile. When it fails the old database is in use again, or the recovery is at it.
pub(super) fn exchange(shared: &Arc<Shared>) -> Result<(), StoreError> {
    if let Some(old) = shared.engine.swap(None)
        && let Err(old) = let_go(old)
    {
        shared.engine.store(Some(old));
        return Err(held());
    }
    let swapped = shared.directory.swap_in_compact_copy();
    let settled = if swapped.is_err() { shared.directory.finish_swap() } else { Ok(()) };
    match settled.and_then(|()| open(shared)) {
        Ok((engine, index)) => take_over(shared, engine, index),
        Err(error) => {
            recover::start(shared, &error);
            return Err(error);
        }
    }
    swapped
}

/// Waits for the readers that are still at it, then drops the database: sled locks its file. Gives it back when one
/// does not let go.
pub(super) fn let_go(mut engine: Arc<Engine>) -> Result<(), Arc<Engine>> {
    let started = Instant::now();
    while started.elapsed() < READERS_WAIT_MAX {
        match Arc::try_unwrap(engine) {
            Ok(engine) => {
                drop(engine);
                return Ok(());
            }
            Err(shared) => engine = shared,
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(engine)
}

/// What is said when a reader does not let go: after an error a walk of sled's may never end.
pub(super) fn held() -> StoreError {
    StoreError::Unavailable {
        why: "a reader does not let go of the database".to_owned(),
        hint: "restart the daemon; nothing that was confirmed is lost".to_owned(),
    }
}

pub(super) fn open(shared: &Shared) -> Result<(Engine, Index), StoreError> {
    shared.directory.remove_half_snapshots()?;
    let engine = Engine::open(&shared.directory.database())?;
    let index = Index::read(&engine)?;
    Ok((engine, index))
}

/// Lets everybody use it.
pub(super) fn take_over(shared: &Shared, engine: Engine, mut index: Index) {
    index.keep_numbers_of(&read(&shared.index));
    let log = index.log;
    *write(&shared.index) = index;
    shared.engine.store(Some(Arc::new(engine)));
    *write(&shared.health) = StoreHealth::Good;
    shared.durable.send_replace(log.version);
    shared.cursor.send_replace(Cursor(log.cursor));
}
