//! What each call does, one file per noun. A handler calls one function of the flow, the settings or the library and
//! gives back what came out.

pub mod daemon;
pub mod events;
pub mod groups;
pub mod jobs;
pub mod movies;
pub mod queue;
pub mod releases;
pub mod settings;
pub mod tokens;
pub mod upkeep;
