//! radarr's daemon as a library: `domain` holds the rules, `flow` the story, everything else what the story uses.

pub mod clock;
pub mod domain;
pub mod tasks;
