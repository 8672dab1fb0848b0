//! The story of a movie, one file per step: read a snapshot, ask the outside, let the domain judge, commit.

pub mod import;
