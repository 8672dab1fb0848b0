//! What the disk says: *there*, *gone* or *unknown*. Whatever goes wrong is unknown, never gone (D10).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files::{FileError, Scan, ScanError, blocking, scan};

/// A movie's folder.
pub(super) enum Folder {
    /// What lies in it; nothing, when it is not there and its root folder is.
    Seen(Scan),
    /// Nothing can be said, because of this.
    Unknown(String),
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is there.
    There {
        /// Bytes.
        size_bytes: u64,
    },
    /// It is not there, and the folders above it are as they should be.
    Gone,
    /// Nothing can be said, because of this.
    Unknown(String),
}

/// Looks into a movie's folder.
pub(super) async fn folder(root: &Path, folder: &Path) -> Result<Folder, FileError> {
    let (root, folder) = (root.to_owned(), folder.to_owned());
    blocking(move || {
        if let Some(why) = why_unmounted(&root) {
            return Ok(Folder::Unknown(why));
        }
        Ok(match scan(&folder) {
            Ok(scan) => Folder::Seen(scan),
            Err(ScanError::NotThere { .. }) => Folder::Seen(Scan::default()),
            Err(error) => Folder::Unknown(error.to_string()),
        })
    })
    .await
}

/// Why a root folder is taken as not mounted; `None` when it is there with something in it.
pub(super) fn why_unmounted(root: &Path) -> Option<String> {
    let shown = root.display();
    match std::fs::read_dir(root).map(|mut entries| entries.next()) {
        Ok(Some(Ok(_))) => None,
        Ok(None) => Some(format!("{shown} is empty and is taken as not mounted")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Some(format!("{shown} is not there and is taken as not mounted"))
        }
        Ok(Some(Err(error))) | Err(error) => Some(format!("{shown} can't be read: {error}")),
    }
}

/// Asks about one file.
pub(super) async fn presence(file: PathBuf) -> Result<Presence, FileError> {
    blocking(move || Ok(presence_now(&file))).await
}

/// The same, for who blocks anyway.
pub(super) fn presence_now(file: &Path) -> Presence {
    match file.metadata() {
        Ok(found) if found.is_file() => Presence::There { size_bytes: found.len() },
        Ok(_) => Presence::Unknown(format!("{} is no file any more", file.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Presence::Gone,
        Err(error) => Presence::Unknown(format!("{} can't be looked at: {error}", file.display())),
    }
}
