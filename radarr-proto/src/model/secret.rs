//! Secrets on their way in. They never travel out: what comes back says only where a secret is.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A password, passkey, key or token. Its `Debug` prints `***`; it is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself; call it only where it leaves for its service.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A secret that was encrypted by the daemon, which alone can read it again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedText(String);

impl SealedText {
    /// Wraps what is encrypted already.
    pub fn new(sealed: impl Into<String>) -> Self {
        Self(sealed.into())
    }

    /// The encrypted text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SealedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sealed")
    }
}

/// Where a secret comes from; what clients see of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum SecretSource {
    /// There is none.
    #[default]
    None,
    /// The encrypted part of the storage.
    Stored,
    /// A file, read each time it is needed.
    File {
        /// Its path on the daemon's machine.
        path: String,
    },
    /// The daemon's configuration or environment; read-only here.
    Deployment,
    /// A source that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// A secret in an edit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "set", rename_all = "snake_case")]
pub enum SecretInput {
    /// As it is.
    #[default]
    Keep,
    /// This one, to be stored encrypted.
    Value {
        /// The secret.
        value: SecretText,
    },
    /// Whatever this file on the daemon's machine holds.
    File {
        /// Its path.
        path: String,
    },
    /// None any more.
    Clear,
    /// An input that a newer peer knows; refused.
    #[serde(other)]
    Unknown,
}
