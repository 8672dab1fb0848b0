//! The disk: how files get into the library and out of it without being lost. Only here are files renamed and removed.
//!
//! Everything here blocks; callers on the async side go through [`blocking`]. Nothing is decided here: which file is
//! taken, and what it is called, is told in `domain::import` and `domain::naming`; the order of the steps of an
//! import, and how it survives a crash, in `flow::import`.

pub mod atomic_file;
mod error;
mod free_space;
mod link_check;
mod place;
mod probe;
mod recycle;
mod remove;
mod scan;

pub use error::FileError;
pub use free_space::{FreeSpace, free_space};
pub use link_check::{LinkCheck, check_link, try_link};
pub use place::{
    TEMP_PREFIX, check_writable, create_folders, keep_second_name, link_or_copy, put_in_place, same_file,
    sync_folder, temp_path,
};
pub use probe::{ProbeError, probe};
pub use recycle::{bin_path, clean_bin};
pub use remove::{
    discard_folder, remove_empty_folders, remove_name, rename_folder, rename_name, replace_name,
};
pub use scan::{FoundFile, Scan, ScanError, scan};

/// Runs what blocks beside the async work.
pub async fn blocking<T, F>(work: F) -> Result<T, FileError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, FileError> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(FileError::Ended))
}
