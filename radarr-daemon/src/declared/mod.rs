//! Settings that are declared in files, by `radarr-tui apply` or in a folder that the daemon watches.
//!
//! `read` makes declarations of texts, `nouns/` has one file for each section: what it looks like in a file, and how it
//! is brought about through the functions of `settings/` that a user's own changes go through. `apply` does that on a
//! trial of the storage, so that everything is checked first, and keeps all of it as one change or nothing;
//! `difference` says what that is. `export` writes what is there in the same form, so that what is written changes
//! nothing when it is applied. `folder` watches one; `generation` tells whose counts where daemons have others. Who
//! manages what: `settings/managed.rs`.

mod apply;
mod applying;
mod difference;
mod drift;
mod export;
mod folder;
mod folder_fault;
mod generation;
mod guides;
mod known;
mod nouns;
mod read;
mod release;
mod secrets;
#[cfg(test)]
mod tests;

pub use apply::apply_settings;
pub use drift::{Drift, drifts};
pub use export::export_settings;
pub use folder::Folder;
pub use folder_fault::{FolderFault, folder_faults};
