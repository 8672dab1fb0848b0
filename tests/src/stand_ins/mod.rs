//! Stand-ins of what lies outside of radarr: TMDB, HDBits, a Torznab server, a tracker, a seeding peer, qBittorrent.
//!
//! They are ordinary servers on loopback that behave as the originals do, odd data and limits included, and that
//! misbehave on request (`gate/`). `world/` is what they know; `start.rs` starts them all.

pub mod gate;
pub mod hdbits;
pub mod media;
pub mod qbittorrent;
pub mod radarr;
pub mod seeder;
pub mod serve;
mod start;
pub mod tmdb;
pub mod torrent;
pub mod torznab;
pub mod tracker;
pub mod world;

pub use start::{Settings, StandIns};
