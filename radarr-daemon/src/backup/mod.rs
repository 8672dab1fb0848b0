//! The whole storage as one portable file, and back; the same file from each storage.
//!
//! A file is JSON lines in gzip, one [`Line`](line::Line) each: a head with the format, the moment and where the
//! storage stood; documents; events; an end with the counts and the SHA-256 of all that is before it. It shows one
//! moment. Secrets, and the addresses of downloads that are as good as one, are left out or encrypted with a passphrase
//! (`backup.passphrase`); only the copy that a restore makes of what it replaces has them as they are stored, for the
//! key of this storage.
//!
//! Files by subject: `line`, `secrets` and `links` (what is in it), `write`, `read` (and whether a file is whole),
//! `restore`, `folder` (the daemon's own backups: which there are, which stay).

mod error;
mod folder;
mod line;
mod links;
mod read;
mod restore;
mod secrets;
#[cfg(test)]
mod tests;
mod write;

pub use error::BackupError;
pub use folder::{Backups, newest};
pub use read::{Summary, verify};
pub use restore::{Restored, Target, WithSecrets, restore};
pub use secrets::{Passphrase, Sealing};
pub use write::{Written, write};
