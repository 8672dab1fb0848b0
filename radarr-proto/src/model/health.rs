//! What is wrong, and what to do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Notice,
    /// Works, but not as it should.
    Warning,
    /// Something does not work until a person acts.
    Error,
    /// A severity that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthItem {
    /// Stable name of the check, e.g. `indexer`.
    pub check: String,
    /// What it is about, e.g. the indexer's name.
    #[serde(default)]
    pub subject: String,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do, one sentence.
    pub hint: String,
    /// Since when.
    pub since: Timestamp,
}
