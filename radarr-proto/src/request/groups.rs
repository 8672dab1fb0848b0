//! Pages of what is known of release groups.

use serde::{Deserialize, Serialize};

use crate::model::GroupReputation;

/// Groups in one answer at most; some twenty thousand may be known, and each has a few hundred bytes.
pub const GROUPS_PAGE_MAX: u64 = 1_000;

/// Asks for a page of the release groups, best first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListGroups {
    /// Only those that have this in their name; letters are compared without case.
    pub text: String,
    /// Skips that many.
    pub offset: u64,
    /// At most that many; `None` and more than [`GROUPS_PAGE_MAX`] are as many as that.
    pub limit: Option<u64>,
}

/// A page of release groups.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupPage {
    /// The groups, best first.
    pub groups: Vec<GroupReputation>,
    /// How many there are in all.
    pub total: u64,
}
