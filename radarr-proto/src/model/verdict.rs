//! What one rule says of one release or file, with the numbers that it used.

use serde::{Deserialize, Serialize};

/// Whether waiting can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permanence {
    /// It stays so.
    Permanent,
    /// Time changes it.
    Temporary,
    /// A kind that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// A value that a rule looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// What it is, e.g. `size`.
    pub at: String,
    /// Its value in words, with the unit, e.g. `4.1 GiB`.
    pub value: String,
}

/// What came out of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RuleOutcome {
    /// The rule has nothing against it.
    Pass,
    /// The rule does not concern it; the reason in words.
    NotApplicable {
        /// Why it does not.
        because: String,
    },
    /// The rule refuses it.
    Reject {
        /// Stable name of the reason, as Radarr has it: `BelowMinimumSize`.
        reason: String,
        /// Whether waiting helps.
        permanence: Permanence,
        /// One sentence for people.
        message: String,
        /// What would have to change; `None` when nothing the user can do would.
        remedy: Option<String>,
    },
    /// An outcome that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// One rule's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleVerdict {
    /// The rule's name, as Radarr has it: `AcceptableSize`.
    pub rule: String,
    /// What came out.
    #[serde(flatten)]
    pub outcome: RuleOutcome,
    /// The values that it looked at.
    #[serde(default)]
    pub looked: Vec<Looked>,
}

impl RuleVerdict {
    /// Whether the rule refuses.
    pub fn is_reject(&self) -> bool {
        matches!(self.outcome, RuleOutcome::Reject { .. })
    }
}
