//! May this file come into the library, and as what?
//!
//! The way of a finished download: [`scan`] tells which of its files count, [`choose_file`] which of them is the movie,
//! [`aggregate`] what the file is by all that is known of it, [`rules`] whether it may come in, [`extras`] which other
//! files go with it. What it is called then is told in [`super::naming`]. Nothing here touches a disk; the files are
//! read and moved by the import flow. Read next: [`rules`].

pub mod aggregate;
pub mod aggregate_quality;
pub mod candidate;
pub mod choose_file;
#[cfg(test)]
mod examples;
pub mod extras;
pub mod rules;
pub mod sample;
pub mod scan;
mod verdict;

pub use candidate::{Candidate, FreeSpace, Origin, PastEvent, PastKind, Platform};
pub use rules::{is_accepted, judge};
