//! What comes from others: dependencies with their weaknesses, licences and sources; and what must not have slipped
//! into the repository's history. All of it without a network.

#![cfg(test)]

mod advisories;
mod history;
mod metadata;
mod policy;

use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).canonicalize().unwrap()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
