//! One opened sled database: point reads, one atomic batch at a time, and a sync that really reaches the disk.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use ::sled::{Batch, Db, IVec};

use super::directory::{at, sync, while_held};
use crate::storage::StoreError;

/// sled takes it as a wish. The documents that are read often are small; the library itself is held elsewhere.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// sled looks at the size of its cache only after that many accesses to pages of one of the cache's 256 parts. Reading
/// 10,000 movies makes too few, so that all of them would stay in memory (measured: 70 MB, and 20 MB with the accesses
/// that are missing). An access takes a microsecond.
const ACCESSES_WANTED: u32 = 64;

/// A page of sled's has 8 to 16 documents.
const DOCUMENTS_OF_A_PAGE: u32 = 11;

/// Nobody else has sled's lock: that is what the lock of the directory is for.
const LOCKED_MAX: Duration = Duration::from_secs(2);

/// An open database.
#[derive(Debug)]
pub(super) struct Engine {
    db: Db,
    /// Our own handle of sled's file, for `sync_data`.
    file: File,
}

impl Engine {
    /// Opens or makes the database in `path`.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let config = ::sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .mode(::sled::Mode::LowSpace)
            // Every group of commits is flushed and synced by the writer; nothing is left for a thread to do.
            .flush_every_ms(None);
        let opened = catch_unwind(AssertUnwindSafe(|| while_locked(|| config.open())));
        let db = match opened {
            Ok(Ok(db)) => db,
            Ok(Err(::sled::Error::Io(error))) => return Err(at(path, &error)),
            Ok(Err(error)) => return Err(corrupt(path, &error.to_string())),
            Err(_) => return Err(corrupt(path, "sled panicked while it read it")),
        };
        let name = path.join("db");
        let file = File::open(&name).map_err(|error| at(&name, &error))?;
        // sled never syncs its `conf`, without which it takes the database for a damaged one, nor any name.
        for made in [&path.join("conf"), path, path.parent().unwrap_or(path)] {
            sync(made)?;
        }
        Ok(Self { db, file })
    }

    /// Point read. Works on a database with an error as well.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        self.db.get(key).map_err(|error| broken(&error))
    }

    /// Tells sled that a walk over many documents has come past this key, so that it lets go of pages that the walk
    /// has left behind.
    pub(super) fn walked_past(&self, key: &[u8]) -> Result<(), StoreError> {
        self.access(key, ACCESSES_WANTED / DOCUMENTS_OF_A_PAGE)
    }

    /// The same for a document that was read alone: reads here and there would fill the memory as well.
    pub(super) fn has_read(&self, key: &[u8]) -> Result<(), StoreError> {
        self.access(key, ACCESSES_WANTED)
    }

    fn access(&self, key: &[u8], times: u32) -> Result<(), StoreError> {
        for _ in 0..times {
            self.get(key)?;
        }
        Ok(())
    }

    /// All keys from `from` on that start with `prefix`, in order. Never on a database with an error: sled may spin
    /// for ever there.
    pub(super) fn scan(
        &self,
        prefix: &[u8],
        from: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> + use<> {
        let end = after_prefix(prefix);
        self.db.range(from.to_vec()..end).map(|item| item.map_err(|error| broken(&error)))
    }

    /// The same up to `to`, itself left out.
    pub(super) fn scan_before(
        &self,
        prefix: &[u8],
        to: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> + use<> {
        self.db.range(prefix.to_vec()..to.to_vec()).map(|item| item.map_err(|error| broken(&error)))
    }

    /// Everything, in order; for the copy of a healthy database.
    pub(super) fn scan_all(&self) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> + use<> {
        self.db.iter().map(|item| item.map_err(|error| broken(&error)))
    }

    /// All or nothing of `batch`; not yet on disk.
    pub(super) fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.db.apply_batch(batch).map_err(|error| broken(&error))
    }

    /// Brings everything that was applied to the disk. sled's own flush ends with `sync_file_range`, which leaves
    /// the disk's cache and the file's length alone.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(|error| broken(&error))?;
        self.file.sync_data().map_err(|error| StoreError::Unavailable {
            why: format!("the disk refused to sync ({error})"),
            hint: BROKEN_HINT.to_owned(),
        })
    }
}

/// Opens again while sled's lock is held, for a moment. Blocks.
fn while_locked<T>(open: impl FnMut() -> ::sled::Result<T>) -> ::sled::Result<T> {
    // sled has a sentence for it and no kind of error.
    let is_held = |error: &::sled::Error| matches!(error, ::sled::Error::Io(error) if error.to_string().starts_with("could not acquire lock"));
    while_held(LOCKED_MAX, is_held, open)
}

const BROKEN_HINT: &str =
    "check the disk of storage.path (full, read-only, failing); the daemon tries again by itself";

fn broken(error: &::sled::Error) -> StoreError {
    StoreError::Unavailable { why: format!("sled reports: {error}"), hint: BROKEN_HINT.to_owned() }
}

fn corrupt(path: &Path, why: &str) -> StoreError {
    StoreError::Corrupt { what: format!("the database in {}", path.display()), why: why.to_owned() }
}

/// The first key behind all that start with `prefix`. Our prefixes never end with the byte 255.
fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use rustix::fs::{FlockOperation, flock};

    use super::*;

    #[test]
    fn a_lock_that_is_held_for_a_moment_is_waited_for_and_nothing_else_is() {
        let temp = tempfile::tempdir().unwrap();
        drop(Engine::open(temp.path()).unwrap());
        let name = temp.path().join("db");
        // As a program has it that is being started.
        let mut held = Some(File::open(&name).unwrap());
        flock(held.as_ref().unwrap().as_fd(), FlockOperation::LockExclusive).unwrap();
        let mut tries = 0;
        let opened = while_locked(|| {
            tries += 1;
            let opened = ::sled::Config::new().path(temp.path()).open();
            held = None;
            opened
        });
        assert!(opened.is_ok(), "{opened:?}");
        assert_eq!(tries, 2, "the first finds it held");

        let mut tries = 0;
        let full = || {
            tries += 1;
            Err::<(), _>(::sled::Error::Io(std::io::ErrorKind::StorageFull.into()))
        };
        assert!(while_locked(full).is_err());
        assert_eq!(tries, 1);
    }
}
