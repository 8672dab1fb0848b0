//! Why a command did not do what was asked, and the exit code that says so. The codes are stable.

use std::io;
use std::process::ExitCode;

use radarr_proto::error::{ApiError, ErrorCode};

use radarr_proto::client::{CallError, ConnectError};

use crate::open::OpenError;

/// What a script may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: nobody reads the output any more.
    Done,
    /// 1: it failed.
    Failed,
    /// 2: the command makes no sense as it was given.
    Usage,
    /// 2: it was asked whether something would change, and something would.
    Differs,
    /// 3: there is no such thing.
    NotFound,
    /// 4: it exists already, or it was changed in between.
    Conflict,
    /// 5: no connection, or not allowed.
    Unreachable,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage | Self::Differs => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Unreachable => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// Why a command ended early: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// For scripts.
    pub exit: Exit,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    /// The command makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// The same with a sentence on what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let exit = match error.code {
            ErrorCode::Invalid | ErrorCode::NeedsConfirmation => Exit::Usage,
            ErrorCode::NotFound => Exit::NotFound,
            ErrorCode::Conflict => Exit::Conflict,
            ErrorCode::Forbidden => Exit::Unreachable,
            ErrorCode::Upstream
            | ErrorCode::RateLimited
            | ErrorCode::Disk
            | ErrorCode::Unavailable
            | ErrorCode::Timeout
            | ErrorCode::Busy
            | ErrorCode::Internal
            | ErrorCode::Unknown => Exit::Failed,
        };
        Self { exit, message: error.message, hint: error.hint }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let hint = error.hint();
        match error {
            CallError::Api(api) => api.into(),
            CallError::Connect(error) => error.into(),
            CallError::OutcomeUnknown { .. } | CallError::Timeout { .. } => {
                Self { exit: Exit::Failed, message: error.to_string(), hint }
            }
        }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self { exit: Exit::Unreachable, hint: Some(error.hint()), message: error.to_string() }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self { exit: Exit::Unreachable, hint: error.hint(), message: error.to_string() }
    }
}

impl From<io::Error> for Failure {
    /// A reader that went away (`… | head`) is no failure.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "");
        }
        Self::new(Exit::Failed, format!("the output could not be written: {error}"))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        if error.io_error_kind() == Some(io::ErrorKind::BrokenPipe) {
            return Self::new(Exit::Done, "");
        }
        Self::new(Exit::Failed, format!("the answer could not be written as JSON: {error}"))
    }
}
