//! How much room the storage's file system has, and how much must be left.
//!
//! A write of sled's that hits the end of the disk breaks sled until it is opened again, so it is kept away from there.
//! The limits follow the size of the file system: on a volume of some megabytes a library of some hundred movies fits.

use std::path::Path;

use rustix::fs::statvfs;

use super::directory::at;
use crate::storage::StoreError;

/// Below this the storage does not start: sled writes in segments of half a megabyte and needs room to move them.
const TO_START: u64 = 50 * 1024 * 1024;

/// Below this a change is refused before sled is asked.
const FOR_A_CHANGE: u64 = 16 * 1024 * 1024;

/// Two segments of sled's, which any group of commits may begin.
const LEAST: u64 = 1024 * 1024;

/// How often a change may be written: as itself, as part of a page that is written anew, and in a snapshot.
const TIMES_WRITTEN: u64 = 4;

/// Bytes of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// What this user may still write.
    pub(super) free: u64,
    pub(super) total: u64,
}

impl Room {
    /// The room where `path` lies.
    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        let status = statvfs(path).map_err(|error| at(path, &error.into()))?;
        let bytes = |blocks: u64| blocks.saturating_mul(status.f_frsize);
        Ok(Self { free: bytes(status.f_bavail), total: bytes(status.f_blocks) })
    }

    /// What must be free for a start: more than for a change, because a start makes some.
    pub(super) fn to_start(self) -> u64 {
        TO_START.min(self.total / 6).max(LEAST)
    }

    /// What must be free for a change of that many bytes.
    pub(super) fn for_a_change(self, bytes: u64) -> u64 {
        FOR_A_CHANGE.min(self.total / 8).max(LEAST).saturating_add(bytes.saturating_mul(TIMES_WRITTEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1024 * 1024;

    #[test]
    fn limits_follow_the_size_of_the_file_system() {
        // Megabytes in all, to start, for a change.
        for (total, start, change) in
            [(4, MB, MB), (16, 16 * MB / 6, 2 * MB), (128, 128 * MB / 6, 16 * MB), (10_000, 50 * MB, 16 * MB)]
        {
            let room = Room { free: 0, total: total * MB };
            assert_eq!((room.to_start(), room.for_a_change(0)), (start, change), "{total} MB");
            assert_eq!(room.for_a_change(1000), change + 4000, "{total} MB");
        }
    }
}
