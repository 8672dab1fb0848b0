//! Qualities: the one that has a given source, resolution and modifier.

pub mod find;

pub use find::find_quality;
