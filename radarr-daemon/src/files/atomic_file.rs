//! Writing a small file so that a crash leaves the old one or the new one, never half of one.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::RenameFlags;

use super::FileError;
use super::place::{rename, sync_folder, temp_path};
use super::remove::remove_name;

/// Writes a file that only the daemon's user may read.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write(path, content, 0o600)
}

/// Writes a file that everybody may read.
pub fn write_public(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write(path, content, 0o644)
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), FileError> {
    let token = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let temp = temp_path(path, &token);
    remove_name(&temp)?;
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&temp)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
    if let Err(error) = written {
        let error = FileError::new("write", path, error);
        return remove_name(&temp).and(Err(error));
    }
    rename(&temp, path, RenameFlags::empty())?;
    sync_folder(path.parent().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_a_private_one_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_public(&path, b"old and longer").unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
