//! Back from an error: sled keeps an error for good, so the database is closed and opened again, in a thread of its
//! own and with a limit on the time that each try may take.
//!
//! Until then documents are read point by point from the old handle, which works; nothing is iterated, which may spin
//! for ever; nothing is written.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tracing::{error, info, warn};

use super::engine::Engine;
use super::exchange::{held, let_go, open, take_over};
use super::index::Index;
use super::shared::{Shared, write};
use super::writer::out_of_space;
use crate::storage::{StoreError, StoreHealth};

/// Between two tries; doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Closing and opening took under a second where they worked at all; where they hung, they hung for ever. Readers are
/// waited for within it.
const TRY_MAX: Duration = Duration::from_secs(40);

/// Tries at which a reader holds on to the old handle, until it is taken for one that spins: sled's walks may do so
/// after an error, and only the end of the process stops them.
const HELD_MAX: u32 = 3;

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
    let mut times_held = 0;
    loop {
        thread::sleep(pause);
        pause = (pause * 2).min(PAUSE_MAX);
        if let Some(full) = out_of_space(shared, 0) {
            set_trouble(shared, &full, true);
            continue;
        }
        let (done, result) = mpsc::channel();
        let helper = Arc::clone(shared);
        thread::spawn(move || {
            if done.send(reopen(&helper)).is_err() {
                warn!("the storage was opened again too late");
            }
        });
        match result.recv_timeout(TRY_MAX) {
            Ok(Ok((engine, index))) => {
                take_over(shared, engine, index);
                info!("the storage takes changes again");
                return;
            }
            Ok(Err(error)) => {
                times_held = if error == held() { times_held + 1 } else { 0 };
                warn!(%error, "the storage can't be opened again yet");
                set_trouble(shared, &error, times_held < HELD_MAX);
                if times_held == HELD_MAX {
                    return;
                }
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

/// A reader that does not let go leaves the old handle in use: point reads go on with it.
fn reopen(shared: &Shared) -> Result<(Engine, Index), StoreError> {
    if let Some(old) = shared.engine.swap(None)
        && let Err(old) = let_go(old)
    {
        shared.engine.store(Some(old));
        return Err(held());
    }
    open(shared)
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
        | StoreError::SchemaBehind { .. }
        | StoreError::Database { .. }
        | StoreError::NoSpace { .. }
        | StoreError::NotLocal { .. }
        | StoreError::Directory { .. }
        | StoreError::Closed => error.to_string(),
    }
}
