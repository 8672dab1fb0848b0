//! Why there is no backup, or nothing came of one.

use std::path::{Path, PathBuf};

use radarr_proto::error::{ApiError, ErrorCode};

use crate::files::FileError;
use crate::flow::FlowError;
use crate::security::secrets::SecretError;
use crate::storage::StoreError;

/// Why there is no backup, or nothing came of one. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] FileError),
    /// The file can't be read.
    #[error("{} can't be read: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file holds something else, is damaged, or ends early.
    #[error("{} is no whole backup of radarr's: {why}", path.display())]
    NotABackup {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Its secrets need the passphrase.
    #[error("the secrets in {} can't be opened: {why}", path.display())]
    Passphrase {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// There is no such backup.
    #[error("there is no backup {name:?}")]
    NoSuch {
        /// What was asked for.
        name: String,
    },
    /// Nothing is overwritten unless it is asked for.
    #[error("the storage is not empty: it holds {documents} documents and {events} events")]
    NotEmpty {
        /// Documents there are.
        documents: u64,
        /// Events there were.
        events: u64,
    },
    /// A secret, or the key.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    pub(super) fn no_backup(path: &Path, why: impl Into<String>) -> Self {
        Self::NotABackup { path: path.to_owned(), why: why.into() }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Disk(error) => error.hint().to_owned(),
            Self::File { .. } => "check the path and who may read it".to_owned(),
            Self::NotABackup { .. } => "take another file; radarr-daemon backup list shows those there are".to_owned(),
            Self::Passphrase { .. } => {
                "give the passphrase that it was made with in backup.passphrase_file or \
                 RADARR__BACKUP__PASSPHRASE_FILE, or leave the secrets out: --without-secrets"
                    .to_owned()
            }
            Self::NoSuch { .. } => "radarr-tui backup list shows those there are".to_owned(),
            Self::NotEmpty { .. } => {
                "restore into an empty storage.path, or put the backup in the place of what is there: --replace"
                    .to_owned()
            }
            Self::Secret(error) => error.hint(),
            Self::Store(error) => error.hint(),
        }
    }
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> Self {
        let (text, hint) = (error.to_string(), error.hint());
        match error {
            BackupError::Store(error) => error.into(),
            BackupError::NoSuch { .. } => ApiError::not_found(text).with_hint(hint),
            BackupError::Disk(_) | BackupError::File { .. } => {
                ApiError::new(ErrorCode::Disk, text).with_hint(hint)
            }
            BackupError::NotABackup { .. }
            | BackupError::Passphrase { .. }
            | BackupError::NotEmpty { .. }
            | BackupError::Secret(_) => ApiError::invalid(text).with_hint(hint),
        }
    }
}

impl From<BackupError> for FlowError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => Self::Store(error),
            BackupError::Disk(error) => Self::File(error),
            other @ (BackupError::File { .. }
            | BackupError::NotABackup { .. }
            | BackupError::Passphrase { .. }
            | BackupError::NoSuch { .. }
            | BackupError::NotEmpty { .. }
            | BackupError::Secret(_)) => Self::Refused(other.into()),
        }
    }
}
