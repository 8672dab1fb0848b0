//! How asking TMDB goes wrong, by what the caller does about it.

use std::time::Duration;

use crate::net::NetError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TmdbError {
    /// No key is set: ask the user.
    #[error("no TMDB key is set")]
    NoKey,
    /// TMDB refused the key: ask the user, do not repeat.
    #[error("TMDB refused the key (HTTP {http}, code {code}): {message}")]
    Key {
        /// HTTP status.
        http: u16,
        /// TMDB's own code; 0 = none given.
        code: u32,
        /// TMDB's words.
        message: String,
    },
    /// Too many requests: come back later.
    #[error("TMDB asks to wait {} s", wait.as_secs())]
    RateLimited {
        /// How long.
        wait: Duration,
    },
    /// TMDB is not itself: come back later.
    #[error("TMDB is in trouble: {message}")]
    Unavailable {
        /// What was seen.
        message: String,
        /// The fault of the connection, when it is one.
        #[source]
        source: Option<NetError>,
    },
    /// TMDB does not take the request: repeating does not help.
    #[error("TMDB refused the request (HTTP {http}, code {code}): {message}")]
    Refused {
        /// HTTP status.
        http: u16,
        /// TMDB's own code; 0 = none given.
        code: u32,
        /// TMDB's words.
        message: String,
    },
    /// What answers is not TMDB, or not as we know it.
    #[error("the answer is not TMDB's: {message}")]
    Unreadable {
        /// What was seen.
        message: String,
    },
}

impl TmdbError {
    /// What to do, one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoKey => {
                "get a free key at themoviedb.org (Settings, API), then: radarr-tui tmdb set --key-file FILE"
            }
            Self::Key { .. } => {
                "copy the API key or the read access token again from themoviedb.org (Settings, API)"
            }
            Self::RateLimited { .. } => "nothing: it is asked again after that time",
            Self::Unavailable { .. } => {
                "check the network and tmdb.base_url; some providers block TMDB; it is asked again later"
            }
            Self::Refused { .. } => "check tmdb.language and tmdb.country; if they are right, report this",
            Self::Unreadable { .. } => {
                "check tmdb.base_url: a proxy or a log-in page may answer in TMDB's place"
            }
        }
    }

    /// Whether the same request may succeed later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Unavailable { .. } => true,
            Self::NoKey | Self::Key { .. } | Self::Refused { .. } | Self::Unreadable { .. } => false,
        }
    }

    /// The label of the metric `radarr_tmdb_requests_total`.
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::NoKey | Self::Key { .. } => "key",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::Refused { .. } => "refused",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}
