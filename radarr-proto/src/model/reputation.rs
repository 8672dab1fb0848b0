//! What release groups are like.

use serde::{Deserialize, Serialize};

/// What is known of a release group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupReputation {
    /// The group.
    pub group: String,
    /// 0 to 100, shrunk towards the mean of all groups when little is known.
    pub score: u8,
    /// What the score is made of: name, points in tenths, the figures in words.
    pub components: Vec<ReputationComponent>,
    /// Releases seen.
    pub releases: u32,
    /// Of these marked internal.
    pub internal: u32,
    /// Of these encodes.
    pub encodes: u32,
    /// Of these remuxes.
    pub remuxes: u32,
    /// Of these from the web.
    pub web: u32,
    /// Median bytes for each minute, by quality name.
    pub median_bytes_per_minute: Vec<(String, u64)>,
    /// Grabs of ours.
    pub grabs: u32,
    /// Of these failed.
    pub failures: u32,
    /// Imports of ours that were replaced within 30 days.
    pub replaced: u32,
}

/// A part of a reputation score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReputationComponent {
    /// Its name.
    pub name: String,
    /// Tenths of a point, may be negative.
    pub tenths: i32,
    /// The figures, in words.
    pub because: String,
}
