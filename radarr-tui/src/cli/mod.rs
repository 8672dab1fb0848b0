//! The command line: every verb, one file per group of nouns. Without a verb the TUI runs.
//!
//! [`args`] is the list of all verbs, [`run`] does one. How answers look: [`output`]; how they fail: [`failure`].

pub mod activity;
pub mod args;
pub mod ask;
mod audit;
pub mod backup;
pub mod declared;
pub mod download_client;
pub mod failure;
mod follow;
pub mod group;
pub mod indexer;
pub mod job;
pub mod movie;
pub mod output;
pub mod pick;
pub mod profile;
pub mod release;
pub mod rename;
pub mod rules;
pub mod run;
pub mod settings;
pub mod system;
