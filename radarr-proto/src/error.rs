//! Errors as a client sees them: a code to act on, a message to read, a hint on what to do.

use serde::{Deserialize, Serialize};

/// What went wrong, as a program may act on it. Stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request makes no sense; repeating it does not help.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// It exists already, or somebody else changed it in between.
    Conflict,
    /// The role does not allow it.
    Forbidden,
    /// The request would do more than was said; it must be confirmed.
    NeedsConfirmation,
    /// A service outside (TMDB, indexer, client) failed or refused.
    Upstream,
    /// A service outside asks to wait.
    RateLimited,
    /// The disk refused: full, read-only, not there.
    Disk,
    /// The storage does not take changes at the moment.
    Unavailable,
    /// It took too long.
    Timeout,
    /// A fault in the daemon.
    Internal,
    /// A code that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// An error as it travels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct ApiError {
    /// What a program may act on.
    pub code: ErrorCode,
    /// What happened, with which value.
    pub message: String,
    /// What to do next.
    #[serde(default)]
    pub hint: Option<String>,
}

impl ApiError {
    /// An error without a hint.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// The same with a sentence on what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// There is no such thing.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, what)
    }

    /// The request makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }
}

/// What a call answers.
pub type ApiResult<T> = Result<T, ApiError>;
