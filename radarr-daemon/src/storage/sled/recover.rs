//! Back from an error: sled keeps an error for good, so the database is closed and opened again, in a thread of its
//! own and with a limit on the time that each try may take.
//!
//! Until then documents are read point by point from the old handle, which works; nothing is iterated, which may spin
//! for ever; nothing is written.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use radarr_proto::model::Cursor;
use tracing::{error, info, warn};

use super::engine::Engine;
use super::index::Index;
use super::shared::{Shared, read, write};
use super::writer::out_of_space;
use crate::storage::{StoreError, StoreHealth};

/// Between two tries; doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Closing and opening took under a second where they worked at all; where they hung, they hung for ever.
const TRY_MAX: Duration = Duration::from_secs(20);

/// Marks the storage as broken and starts to bring it back.
pub(super) fn start(shared: &Arc<Shared>, cause: &StoreError) {
    error!(cause = %cause, "the storage is broken; it is opened again");
    *write(&shared.health) = StoreHealth::Broken { why: why(cause), hint: cause.hint(), recovering: true };
    let shared = Arc::clone(shared);
    let spawned =
        thread::Builder::new().name("storage-recovery".to_owned()).spawn(move || bring_back(&shared));
    if let Err(error) = spawned {
        error!(%error, "no thread for the recovery of the storage; restart the daemon");
    }
}

fn bring_back(shared: &Arc<Shared>) {
    let mut pause = PAUSE_MIN;
    loop {
        thread::sleep(pause);
        pause = (pause * 2).min(PAUSE_MAX);
        if let Some(full) = out_of_space(shared) {
            set_trouble(shared, &full, true);
            continue;
        }
        let old = shared.engine.swap(None);
        let (done, result) = mpsc::channel();
        let helper = Arc::clone(shared);
        thread::spawn(move || {
            let opened = close_old(old).and_then(|()| open(&helper));
            if done.send(opened).is_err() {
                warn!("the storage was opened again too late");
            }
        });
        match result.recv_timeout(TRY_MAX) {
            Ok(Ok((engine, index))) => return take_over(shared, engine, index),
            Ok(Err(error)) => {
                warn!(%error, "the storage can't be opened again yet");
                set_trouble(shared, &error, true);
            }
            Err(_) => {
                let stuck = StoreError::Unavailable {
                    why: "sled hangs while it is closed or opened again".to_owned(),
                    hint: "restart the daemon; nothing that was confirmed is lost".to_owned(),
                };
                error!(error = %stuck, "the storage does not come back");
                return set_trouble(shared, &stuck, false);
            }
        }
    }
}

/// Waits for the readers that are still at it, then drops the old handle: sled locks its file.
fn close_old(old: Option<Arc<Engine>>) -> Result<(), StoreError> {
    let Some(mut old) = old else { return Ok(()) };
    let started = Instant::now();
    while started.elapsed() < TRY_MAX {
        match Arc::try_unwrap(old) {
            Ok(engine) => {
                drop(engine);
                return Ok(());
            }
            Err(shared) => old = shared,
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(StoreError::Unavailable {
        why: "a reader does not let go of the database".to_owned(),
        hint: "restart the daemon; nothing that was confirmed is lost".to_owned(),
    })
}

fn open(shared: &Shared) -> Result<(Engine, Index), StoreError> {
    shared.directory.remove_half_snapshots()?;
    let engine = Engine::open(&shared.directory.database())?;
    let index = Index::read(&engine)?;
    Ok((engine, index))
}

fn take_over(shared: &Shared, engine: Engine, mut index: Index) {
    index.keep_numbers_of(&read(&shared.index));
    let log = index.log;
    *write(&shared.index) = index;
    shared.engine.store(Some(Arc::new(engine)));
    *write(&shared.health) = StoreHealth::Good;
    shared.durable.send_replace(log.version);
    shared.cursor.send_replace(Cursor(log.cursor));
    info!("the storage takes changes again");
}

fn set_trouble(shared: &Shared, error: &StoreError, recovering: bool) {
    *write(&shared.health) = StoreHealth::Broken { why: why(error), hint: error.hint(), recovering };
}

fn why(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable { why, .. } => why.clone(),
        StoreError::Conflict { .. }
        | StoreError::TooLarge { .. }
        | StoreError::Corrupt { .. }
        | StoreError::Locked { .. }
        | StoreError::NotOurs { .. }
        | StoreError::NewerSchema { .. }
        | StoreError::NoSpace { .. }
        | StoreError::Directory { .. }
        | StoreError::Closed => error.to_string(),
    }
}
