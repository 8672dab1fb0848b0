//! How asking an indexer goes wrong, by what the caller does about it.

use std::time::Duration;

use crate::net::NetError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexerError {
    /// The account was refused: ask the user, do not repeat.
    #[error("{indexer} refused the account ({said})")]
    Account {
        /// Which indexer.
        indexer: String,
        /// Its status and words.
        said: String,
    },
    /// The indexer's limit is reached: not before that time is over.
    #[error("{indexer} has had enough requests for now ({said}); next in {} min", wait.as_secs().div_ceil(60))]
    Limit {
        /// Which indexer.
        indexer: String,
        /// Its status and words.
        said: String,
        /// How long to leave it alone.
        wait: Duration,
    },
    /// It can't be reached at all: come back later; no reason to trust it less.
    #[error("{indexer} can't be reached: {source}")]
    Unreachable {
        /// Which indexer.
        indexer: String,
        /// The fault of the connection.
        #[source]
        source: NetError,
    },
    /// It is out of order: come back later. Never taken for "nothing found".
    #[error("{indexer} is out of order: {seen}")]
    Outage {
        /// Which indexer.
        indexer: String,
        /// What was seen.
        seen: String,
    },
    /// It does not take the request: repeating does not help.
    #[error("{indexer} refused the request ({said})")]
    Refused {
        /// Which indexer.
        indexer: String,
        /// Its status and words.
        said: String,
    },
    /// The release is not there any more.
    #[error("{indexer} has no {guid} any more")]
    Gone {
        /// Which indexer.
        indexer: String,
        /// Which release.
        guid: String,
    },
    /// The settings can't work.
    #[error("{indexer}: {problem}")]
    Settings {
        /// Which indexer.
        indexer: String,
        /// What is wrong.
        problem: String,
    },
}

impl IndexerError {
    /// Why there is no answer, by how the connection failed.
    pub(super) fn of_net(indexer: &str, error: NetError) -> Self {
        let indexer = indexer.to_owned();
        match error {
            NetError::Unreachable(_) | NetError::Timeout(_) => Self::Unreachable { indexer, source: error },
            NetError::Broken(_) | NetError::TooLarge { .. } => {
                Self::Outage { indexer, seen: error.to_string() }
            }
            NetError::BadRequest(_) => Self::Settings { indexer, problem: error.to_string() },
        }
    }

    /// What to do, one sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Account { indexer, .. } => {
                format!("copy its passkey or API key again from your page there, then: radarr-tui indexer edit {indexer}")
            }
            Self::Limit { .. } => {
                "nothing: it is asked again after that time; fewer requests per hour avoid it".to_owned()
            }
            Self::Unreachable { .. } => "check the network and the indexer's address; it is asked again later".to_owned(),
            Self::Outage { .. } => {
                "see in a browser whether the site works; if it does, check the address; it is asked again later".to_owned()
            }
            Self::Refused { .. } => "check the indexer's settings; if they are right, report this".to_owned(),
            Self::Gone { .. } => "choose another release".to_owned(),
            Self::Settings { indexer, .. } => format!("set it right: radarr-tui indexer edit {indexer}"),
        }
    }

    /// Whether the same request may succeed later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Limit { .. } | Self::Unreachable { .. } | Self::Outage { .. })
    }

    /// The label of the metric `radarr_indexer_requests_total`.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Account { .. } => "account",
            Self::Limit { .. } => "limit",
            Self::Unreachable { .. } => "unreachable",
            Self::Outage { .. } => "outage",
            Self::Refused { .. } | Self::Settings { .. } => "refused",
            Self::Gone { .. } => "gone",
        }
    }
}

/// Counts a request to an indexer of a kind under its outcome.
pub(super) async fn counted<T>(
    kind: &'static str,
    request: impl Future<Output = Result<T, IndexerError>>,
) -> Result<T, IndexerError> {
    let result = request.await;
    let outcome = result.as_ref().map_or_else(IndexerError::outcome, |_| "ok");
    metrics::counter!("radarr_indexer_requests_total", "indexer" => kind, "outcome" => outcome).increment(1);
    result
}
