//! What goes wrong on a disk, by what the caller does about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be placed, moved or removed. Nothing was lost by it.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Try again when there is room.
    #[error("no room left in {folder:?}")]
    NoSpace {
        /// Where.
        folder: PathBuf,
    },
    /// Ask the user: permissions.
    #[error("no permission to {doing} {path:?}")]
    NotAllowed {
        /// What was tried.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// Ask the user: the file system takes no changes.
    #[error("{path:?} lies on a file system that is mounted read-only")]
    ReadOnly {
        /// Where.
        path: PathBuf,
    },
    /// Ask the user: a hardlink is required and can't be made.
    #[error("no hardlink can be made from {from:?} to {to:?}: {why}")]
    CannotLink {
        /// The file.
        from: PathBuf,
        /// The second name it should get.
        to: PathBuf,
        /// Why, in words.
        why: &'static str,
    },
    /// Look again: it is not there any more.
    #[error("{path:?} is not there")]
    NotThere {
        /// What.
        path: PathBuf,
    },
    /// Ask the user: something else is there.
    #[error("{path:?} is there already, and it is another file")]
    TargetExists {
        /// What.
        path: PathBuf,
    },
    /// Try again: anything else that the system says.
    #[error("could not {doing} {path:?}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The daemon is ending.
    #[error("the work was ended before it was done")]
    Ended,
}

impl FileError {
    /// What a person can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoSpace { .. } => "make room on that disk; it is tried again by itself",
            Self::NotAllowed { .. } => {
                "give the daemon's user read and write permission there, or run it as the user that has it"
            }
            Self::ReadOnly { .. } => {
                "mount it writable; a disk with errors is often mounted read-only by the system"
            }
            Self::CannotLink { .. } => {
                "put the download folder and the root folder on one file system and into one mount, or allow \
                 copies: radarr-tui library set --link-mode hardlink-preferred"
            }
            Self::NotThere { .. } => {
                "see whether the disk is mounted, and the remote path mapping of the client"
            }
            Self::TargetExists { .. } => {
                "move that file away, or change the naming format, then import again"
            }
            Self::Io { .. } | Self::Ended => {
                "it is tried again by itself; if it stays, look at the system's log"
            }
        }
    }

    /// Whether the two places lie on two file systems or in two mounts, so that only a copy gets from one to the other.
    pub fn is_across(&self) -> bool {
        let Self::Io { source, .. } = self else { return false };
        source.kind() == io::ErrorKind::CrossesDevices
    }

    /// What a failed call of the system means.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the system has more kinds of errors than anybody acts on"
    )]
    pub(crate) fn new(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::NoSpace { folder: path.parent().unwrap_or(&path).to_owned() }
            }
            io::ErrorKind::PermissionDenied => Self::NotAllowed { doing, path, source },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::NotFound => Self::NotThere { path },
            io::ErrorKind::AlreadyExists => Self::TargetExists { path },
            _ => Self::Io { doing, path, source },
        }
    }
}
