//! How much room a file system has.

use std::path::Path;

use super::FileError;

/// Room on a file system, as the daemon's user may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSpace {
    /// Bytes that are free for us.
    pub free_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// Room where `path` lies, or would lie: of a path that is not there its nearest folder above is asked.
pub fn free_space(path: &Path) -> Result<FreeSpace, FileError> {
    let there = path.ancestors().find(|folder| folder.exists()).unwrap_or(path);
    let found = rustix::fs::statvfs(there)
        .map_err(|error| FileError::new("ask for free space of", there, error.into()))?;
    Ok(FreeSpace {
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
        total_bytes: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_will_be_made_is_asked_for_through_the_one_above() {
        let folder = tempfile::tempdir().unwrap();
        let space = free_space(&folder.path().join("not/there/yet")).unwrap();
        assert!(space.total_bytes >= space.free_bytes && space.total_bytes > 0);
    }
}
