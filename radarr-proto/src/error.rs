//! Errors as a client sees them: a code to act on, a message to read, a hint on what to do.

use std::time::Duration;

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
    /// The caller asks too much at once. Nothing was begun: any call may be sent again, after
    /// [`ApiError::retry_after_ms`].
    Busy,
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
    /// When another try makes sense, where that is known; milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl ApiError {
    /// An error without a hint.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, retry_after_ms: None }
    }

    /// The same with a sentence on what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Too much at once; another try makes sense after `wait`.
    pub fn busy(message: &str, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let retry_after_ms = Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        let told = Self::new(ErrorCode::Busy, format!("busy: {message}"));
        Self { retry_after_ms, ..told.with_hint(format!("try again in {seconds} s")) }
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
