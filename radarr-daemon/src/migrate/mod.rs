//! Moving in from a Radarr: its library, its rules and its past become ours.
//!
//! `source.rs` is what was read, by `sqlite.rs` from its database or by `api.rs` over its API. `nouns/` tells what each
//! thing is here: pure, one file per noun. `take/` keeps it through the functions that a user's own changes go through.
//! `run.rs` has the order of it, `report.rs` says what became of each thing; on a
//! [`Trial`](crate::storage::Trial) it happens without a change. Nothing is written at Radarr or into any root folder.

pub mod api;
mod command;
pub mod fields;
pub mod nouns;
pub mod paths;
pub mod report;
pub mod run;
pub mod source;
pub mod sqlite;
pub mod sqlite_copy;
pub mod take;
pub mod taken;
#[cfg(test)]
mod tests;

pub(crate) use command::idle_flow;
pub use command::{RadarrImport, import};
pub use paths::MapPath;
pub use source::SourceError;
