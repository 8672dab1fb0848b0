//! A custom format tried on a release name before it is saved.

use serde::{Deserialize, Serialize};

use crate::model::CustomFormat;

/// Tries a custom format on a release name. Nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFormat {
    /// The format; its name and number do not matter.
    pub format: CustomFormat,
    /// The release name.
    pub name: String,
    /// Bytes; 0 = unknown.
    #[serde(default)]
    pub size_bytes: u64,
}

/// What one condition says of the name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConditionTested {
    /// Whether it is met, `negate` taken in.
    pub met: bool,
    /// Why it can't be used, with the place in an expression.
    pub fault: Option<String>,
}

/// What a custom format says of a release name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormatTested {
    /// Whether it matches. Not when a condition can't be used.
    pub matches: bool,
    /// Its conditions, in their order.
    pub conditions: Vec<ConditionTested>,
}
