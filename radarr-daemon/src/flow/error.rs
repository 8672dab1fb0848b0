//! Why a step did not come to its end, by what the caller does about it.

use jiff::SignedDuration;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::MovieId;

use super::import::ImportError;
use crate::clients::ClientError;
use crate::files::FileError;
use crate::indexers::IndexerError;
use crate::jobs::JobError;
use crate::metadata::tmdb::TmdbError;
use crate::outside::OutsideError;
use crate::storage::StoreError;
use crate::torrent::TorrentError;

/// Why a step did not come to its end. Nothing was lost by it.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The request makes no sense, or there is no such thing; repeating it does not help.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// TMDB.
    #[error(transparent)]
    Tmdb(#[from] TmdbError),
    /// An indexer.
    #[error(transparent)]
    Indexer(#[from] IndexerError),
    /// A download client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
    /// A torrent that must not be passed on.
    #[error(transparent)]
    Torrent(#[from] TorrentError),
    /// An import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A service whose settings or secret can't be read.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// A job was asked to end and did.
    #[error("ended on request; what is left is done in the next run")]
    Stopped,
}

impl FlowError {
    /// There is no such thing.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::Refused(ApiError::not_found(what))
    }

    /// The library has no movie of that number.
    pub fn no_movie(id: MovieId) -> Self {
        Self::Refused(
            ApiError::not_found(format!("there is no movie {id}")).with_hint("see: radarr-tui movie list"),
        )
    }

    /// The request makes no sense.
    pub fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused(ApiError::invalid(shortened(message.into())).with_hint(hint))
    }

    /// It exists already, or stands in the way of something.
    pub fn conflict(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused(ApiError::new(ErrorCode::Conflict, message).with_hint(hint))
    }

    /// Whether somebody else changed a document in between: read again, decide again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

/// Longest message about a request, in characters: it quotes what was given, and that may have megabytes.
const MESSAGE_CHARS_MAX: usize = 2_000;

fn shortened(message: String) -> String {
    match message.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message,
    }
}

impl From<FlowError> for ApiError {
    fn from(error: FlowError) -> Self {
        let text = error.to_string();
        match error {
            FlowError::Refused(error) => error,
            FlowError::Store(error) | FlowError::Import(ImportError::Store(error)) => error.into(),
            FlowError::Outside(error) => error.into(),
            FlowError::Stopped => ApiError::new(ErrorCode::Unavailable, text),
            FlowError::Tmdb(error) => {
                let code = match error {
                    TmdbError::RateLimited { .. } => ErrorCode::RateLimited,
                    TmdbError::NoKey
                    | TmdbError::Key { .. }
                    | TmdbError::Unavailable { .. }
                    | TmdbError::Refused { .. }
                    | TmdbError::Unreadable { .. } => ErrorCode::Upstream,
                };
                ApiError::new(code, text).with_hint(error.hint())
            }
            FlowError::Indexer(error) => {
                let limited = matches!(error, IndexerError::Limit { .. });
                let code = if limited { ErrorCode::RateLimited } else { ErrorCode::Upstream };
                ApiError::new(code, text).with_hint(error.hint())
            }
            FlowError::Client(error) => ApiError::new(ErrorCode::Upstream, text).with_hint(error.hint()),
            FlowError::Torrent(error) => ApiError::new(ErrorCode::Upstream, text).with_hint(error.hint()),
            FlowError::File(error) => ApiError::new(ErrorCode::Disk, text).with_hint(error.hint()),
            FlowError::Import(error) => ApiError::new(ErrorCode::Disk, text).with_hint(error.hint()),
        }
    }
}

impl From<FlowError> for JobError {
    fn from(error: FlowError) -> Self {
        let why = error.to_string();
        let again = |after| Self::Retry { why: why.clone(), after };
        match error {
            FlowError::Stopped | FlowError::Import(ImportError::Stopped) => Self::Stopped,
            FlowError::Refused(ref refused) => match refused.code {
                ErrorCode::RateLimited
                | ErrorCode::Unavailable
                | ErrorCode::Timeout
                | ErrorCode::Busy
                | ErrorCode::Upstream
                | ErrorCode::Disk
                | ErrorCode::Conflict => again(None),
                ErrorCode::Invalid
                | ErrorCode::NotFound
                | ErrorCode::Forbidden
                | ErrorCode::NeedsConfirmation
                | ErrorCode::Internal
                | ErrorCode::Unknown => Self::GiveUp { why },
            },
            FlowError::Tmdb(TmdbError::RateLimited { wait }) => again(SignedDuration::try_from(wait).ok()),
            FlowError::Tmdb(ref tmdb) if !tmdb.may_pass() => Self::GiveUp { why },
            FlowError::Indexer(IndexerError::Limit { wait, .. }) => {
                again(SignedDuration::try_from(wait).ok())
            }
            FlowError::Indexer(IndexerError::Gone { .. })
            | FlowError::Client(ClientError::Rejected { .. })
            | FlowError::Torrent(_) => Self::GiveUp { why },
            FlowError::Store(_)
            | FlowError::Tmdb(_)
            | FlowError::Indexer(_)
            | FlowError::Client(_)
            | FlowError::File(_)
            | FlowError::Import(_)
            | FlowError::Outside(_) => again(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_quotes_megabytes_is_cut() {
        for (chars, want) in [(MESSAGE_CHARS_MAX, MESSAGE_CHARS_MAX), (4_000_000, MESSAGE_CHARS_MAX + 1)] {
            let message = ApiError::from(FlowError::invalid("é".repeat(chars), "shorten it")).message;
            assert_eq!(message.chars().count(), want);
        }
    }
}
