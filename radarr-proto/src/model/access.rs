//! Who may do what (D7).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::TokenId;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look.
    Viewer,
    /// Add, search, grab, remove.
    Operator,
    /// Settings and tokens as well.
    Admin,
    /// A role that a newer peer knows; may do nothing here.
    #[serde(other)]
    Unknown,
}

impl Role {
    /// Whether this role may do what needs `needed`.
    pub fn allows(self, needed: Self) -> bool {
        let rank = |role| match role {
            Self::Unknown => 0,
            Self::Viewer => 1,
            Self::Operator => 2,
            Self::Admin => 3,
        };
        needed != Self::Unknown && rank(self) >= rank(needed)
    }
}

/// Somebody who is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// `user:NAME` over the Unix socket, `token:NAME` or `certificate:NAME` over TCP.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// A client token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenInfo {
    /// Its number.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// What it allows.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// The name in a client certificate that stands for it; then there is no secret.
    #[serde(default)]
    pub certificate: Option<String>,
}
