//! What a storage refuses, by what the caller does about it.

use std::path::PathBuf;

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::DocVersion;

use super::{DocKey, Expect};
use crate::domain::quality::size::in_words;

/// Why the storage did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Read again, and decide again.
    #[error("{key} was changed by somebody else in between ({}, but {})", expected.words(), found_words(*found))]
    Conflict {
        /// Which document.
        key: DocKey,
        /// What the commit was based on.
        expected: Expect,
        /// What is there; `None` = nothing.
        found: Option<DocVersion>,
    },
    /// Try later; a person may have to act. What was under way may or may not have been kept.
    #[error("the storage does not take this at the moment: {why}")]
    Unavailable {
        /// What is wrong.
        why: String,
        /// What to do.
        hint: String,
    },
    /// A fault of ours: the document should not have grown so.
    #[error("{what} has {bytes} bytes, more than the {max} that the storage takes")]
    TooLarge {
        /// Which document or event.
        what: String,
        /// Its size.
        bytes: usize,
        /// The largest there may be.
        max: usize,
    },
    /// What is stored can't be read; leave it alone and tell a person.
    #[error("{what} can't be read from the storage: {why}")]
    Corrupt {
        /// Which document, event or file.
        what: String,
        /// Why.
        why: String,
    },
    /// Give up: another daemon has it.
    #[error("the storage {} is in use by another daemon", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// Give up: the directory holds something else.
    #[error("{} holds something that is not radarr's: {found}", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
        /// What lies there.
        found: String,
    },
    /// Give up: a newer radarr wrote it.
    #[error("the storage has schema {found}, this radarr knows up to {known}")]
    NewerSchema {
        /// What is stored.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// Only looked at: the schema is not yet what this radarr needs, and was not to be changed.
    #[error("{}", behind_words(*found, *known))]
    SchemaBehind {
        /// The newest step that is there; 0 = none.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// Give up: the disk is nearly full.
    #[error("the disk of {} is full: {} left, {} needed", path.display(), in_words(*free_bytes), in_words(*needed_bytes))]
    NoSpace {
        /// The directory.
        path: PathBuf,
        /// Bytes that are left.
        free_bytes: u64,
        /// Bytes that must be.
        needed_bytes: u64,
    },
    /// Give up: the directory lies where a commit can't be relied upon.
    #[error("{} lies on {kind}, {why}", path.display())]
    NotLocal {
        /// The directory.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Give up: the directory can't be used.
    #[error("{} can't be used: {why}", path.display())]
    Directory {
        /// The directory or a file in it.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// Give up: the database can't be used as it is set up.
    #[error("{why}")]
    Database {
        /// What is wrong, without a secret.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The daemon is ending.
    #[error("the storage is closed")]
    Closed,
}

fn found_words(found: Option<DocVersion>) -> String {
    match found {
        Some(version) => format!("version {version} is there"),
        None => "it is not there".to_owned(),
    }
}

fn behind_words(found: u32, known: u32) -> String {
    match found {
        0 => "the database has nothing of radarr's in it yet".to_owned(),
        _ => format!("the database's schema is at step {found}, this radarr's at {known}"),
    }
}

impl StoreError {
    /// What to do about it, one sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Conflict { .. } => "look at it again, then repeat the change".to_owned(),
            Self::Unavailable { hint, .. } | Self::Database { hint, .. } => hint.clone(),
            Self::TooLarge { .. } => {
                "shorten its texts or lists; if you did not write them, report this".to_owned()
            }
            Self::Corrupt { .. } => {
                "stop the daemon and restore the newest backup: radarr-daemon backup restore FILE --replace"
                    .to_owned()
            }
            Self::Locked { .. } => {
                "stop the other radarr-daemon, or give this one another directory with storage.path"
                    .to_owned()
            }
            Self::NotOurs { .. } => {
                "choose an empty directory for storage.path; nothing was changed in this one".to_owned()
            }
            Self::NewerSchema { .. } => {
                "start the newer radarr-daemon again, or restore a backup that this one made".to_owned()
            }
            Self::SchemaBehind { .. } => {
                "the next start of the daemon brings it up to date; make a backup before".to_owned()
            }
            Self::NotLocal { .. } => {
                "give storage.path a folder on a disk of this machine, or use PostgreSQL (storage.url); root folders \
                 and downloads may stay where they are"
                    .to_owned()
            }
            Self::NoSpace { .. } => "free some space on that file system, then start again".to_owned(),
            Self::Directory { .. } => {
                "check that it exists and that the daemon's user may write there".to_owned()
            }
            Self::Closed => "the daemon is ending; connect again when it is back".to_owned(),
        }
    }

    /// Whether somebody else changed a document that the commit was based on.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Conflict { .. } => ErrorCode::Conflict,
            StoreError::Unavailable { .. } | StoreError::Closed => ErrorCode::Unavailable,
            StoreError::TooLarge { .. } => ErrorCode::Invalid,
            StoreError::NoSpace { .. } | StoreError::NotLocal { .. } | StoreError::Directory { .. } => {
                ErrorCode::Disk
            }
            StoreError::Corrupt { .. }
            | StoreError::Locked { .. }
            | StoreError::NotOurs { .. }
            | StoreError::NewerSchema { .. }
            | StoreError::SchemaBehind { .. }
            | StoreError::Database { .. } => ErrorCode::Internal,
        };
        let hint = error.hint();
        ApiError::new(code, error.to_string()).with_hint(hint)
    }
}
