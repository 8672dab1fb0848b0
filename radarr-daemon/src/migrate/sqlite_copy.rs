//! A database file that can be read without a trace beside it.
//!
//! `SQLite` writes an index (`-shm`) beside a database in write-ahead mode even for a reader, and a database that is in
//! use has its newest rows in the log (`-wal`) alone. So: a database that nobody has open is read as it is, as one
//! that does not change; one that is in use is copied together with its log, and the copy is read. Whether it changed
//! in the meantime is told by size and time of the files.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;

use super::source::SourceError;

/// Copies that are tried: Radarr writes a few times in a minute.
const TRIES_MAX: usize = 5;

const CHANGES: &str = "stop Radarr while its data is taken over, then repeat";

/// Where the rows are read from.
#[derive(Debug)]
pub enum Readable {
    /// The file itself, which nobody writes.
    AsItIs {
        /// Where.
        uri: String,
        /// What it was when the reading began.
        stamps: Stamps,
    },
    /// A copy, which goes when this is dropped.
    Copy {
        /// Where.
        uri: String,
        /// Holds it; for the owner's eyes alone, as there are secrets in it.
        _folder: TempDir,
    },
}

/// Size and time of the database and of what lies beside it.
type Stamps = [Option<(u64, SystemTime)>; 3];

impl Readable {
    /// What `SQLite` opens.
    pub fn uri(&self) -> &str {
        match self {
            Self::AsItIs { uri, .. } | Self::Copy { uri, .. } => uri,
        }
    }

    /// Whether it is a copy.
    pub fn is_copy(&self) -> bool {
        matches!(self, Self::Copy { .. })
    }

    /// An error when the file changed while it was read as one that does not.
    pub fn still_as_it_was(&self, file: &Path) -> Result<(), SourceError> {
        match self {
            Self::AsItIs { stamps, .. } if *stamps != stamps_of(file) => Err(SourceError::File {
                path: file.display().to_string(),
                why: "it changed while it was read".to_owned(),
                hint: CHANGES,
            }),
            Self::AsItIs { .. } | Self::Copy { .. } => Ok(()),
        }
    }
}

/// Looks at a database and makes it readable. Blocks.
pub fn readable(file: &Path) -> Result<Readable, SourceError> {
    look_at(file)?;
    let [_, log, journal] = beside(file);
    let in_use =
        [&log, &journal].into_iter().any(|file| fs::metadata(file).is_ok_and(|about| about.len() > 0))
            || fs::exists(shared_index(file)).unwrap_or(false);
    if in_use {
        return copy(file);
    }
    Ok(Readable::AsItIs { uri: uri(file, "mode=ro&immutable=1")?, stamps: stamps_of(file) })
}

/// What a person may have given instead.
fn look_at(file: &Path) -> Result<(), SourceError> {
    let mut start = Vec::new();
    let opened = fs::File::open(file).and_then(|file| file.take(16).read_to_end(&mut start));
    opened.map_err(|error| SourceError::File {
        path: file.display().to_string(),
        why: error.to_string(),
        hint: "check the path and who may read it",
    })?;
    let not_usable = |why: &str, hint| {
        Err(SourceError::NotUsable { path: file.display().to_string(), why: why.to_owned(), hint })
    };
    if start.starts_with(b"PK") {
        return not_usable("it is a zip file", "unpack it and give the radarr.db that is in it");
    }
    if !start.starts_with(b"SQLite format 3\0") {
        return not_usable(
            "it is no database of SQLite's",
            "give the file radarr.db of Radarr's data folder, that folder, or the address of its API",
        );
    }
    Ok(())
}

fn copy(file: &Path) -> Result<Readable, SourceError> {
    let failed = |error: std::io::Error| SourceError::File {
        path: file.display().to_string(),
        why: format!("it is in use, and can't be copied to be read: {error}"),
        hint: "make room in the folder for temporary files (TMPDIR), or stop Radarr",
    };
    for _ in 0..TRIES_MAX {
        // Whatever the umask: nobody else may read it.
        let owner_only = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix("radarr-import.").permissions(owner_only).tempdir();
        let folder = folder.map_err(failed)?;
        let copied = folder.path().join("radarr.db");
        let before = stamps_of(file);
        for (from, to) in beside(file).iter().zip(beside(&copied)) {
            if from == file || fs::exists(from).map_err(failed)? {
                match fs::copy(from, to) {
                    Ok(_) => {}
                    // The log went in this moment: the stamps tell so.
                    Err(error) if from != file && error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(failed(error)),
                }
            }
        }
        if before == stamps_of(file) {
            return Ok(Readable::Copy { uri: uri(&copied, "mode=rw")?, _folder: folder });
        }
    }
    Err(SourceError::File {
        path: file.display().to_string(),
        why: format!("it changed during each of {TRIES_MAX} copies"),
        hint: CHANGES,
    })
}

/// The database, its write-ahead log, its rollback journal.
fn beside(file: &Path) -> [PathBuf; 3] {
    [file.to_owned(), with_ending(file, "-wal"), with_ending(file, "-journal")]
}

fn shared_index(file: &Path) -> PathBuf {
    with_ending(file, "-shm")
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn stamps_of(file: &Path) -> Stamps {
    beside(file).map(|file| {
        let about = fs::metadata(file).ok()?;
        Some((about.len(), about.modified().ok()?))
    })
}

/// A path as `SQLite`'s addresses have it.
fn uri(file: &Path, how: &str) -> Result<String, SourceError> {
    let absolute = std::path::absolute(file).ok();
    let address = absolute.and_then(|path| url::Url::from_file_path(path).ok());
    let address = address.ok_or_else(|| SourceError::File {
        path: file.display().to_string(),
        why: "it is no path".to_owned(),
        hint: "check the path",
    })?;
    Ok(format!("{address}?{how}"))
}
