//! Grabs: releases that were handed to a download client, and how far they are. The open ones are the queue.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ClientId, DocVersion, GrabId, InfoHash, Language, MatchedBy, MovieId, ParsedRelease, Protocol, Release,
    SearchKind, Slot, StoredScore,
};

/// Where a grab stands. A state carries what only it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum GrabState {
    /// Decided and recorded; not yet known to have reached the client.
    Intended,
    /// The client has it and is not done.
    Downloading,
    /// The client has it and nothing moves.
    Stalled {
        /// Since when.
        since: Timestamp,
    },
    /// A person paused it in the client.
    Paused,
    /// Complete; waiting for its import.
    ImportPending,
    /// An import is at work.
    Importing,
    /// Complete, but it may not come in; a person decides.
    ImportBlocked {
        /// Why, one sentence each.
        reasons: Vec<String>,
    },
    /// In the library.
    Imported {
        /// Since when.
        at: Timestamp,
    },
    /// It will not come; blocklisted.
    Failed {
        /// Why.
        reason: String,
    },
    /// Taken out by a person.
    Removed,
    /// The client says that it has no such torrent; a person took it out there.
    Gone,
    /// A state that a newer peer knows.
    #[serde(other)]
    Unknown,
}

impl GrabState {
    /// Whether it still takes part in the queue.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Intended
            | Self::Downloading
            | Self::Stalled { .. }
            | Self::Paused
            | Self::ImportPending
            | Self::Importing
            | Self::ImportBlocked { .. } => true,
            Self::Imported { .. } | Self::Failed { .. } | Self::Removed | Self::Gone | Self::Unknown => false,
        }
    }
}

/// How far a download is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes in all; 0 = not known yet.
    pub size_bytes: u64,
    /// Bytes still to come.
    pub left_bytes: u64,
    /// Bytes in a second.
    pub speed_bytes: u64,
    /// Seconds; `None` = can't be told.
    pub eta_seconds: Option<u64>,
    /// Upload ratio in thousandths.
    #[serde(default)]
    pub ratio_thousandths: u64,
}

impl Progress {
    /// Hundredths done, 0 to 100.
    pub fn percent(&self) -> u8 {
        if self.size_bytes == 0 {
            return 0;
        }
        let done = self.size_bytes.saturating_sub(self.left_bytes);
        u8::try_from(u128::from(done) * 100 / u128::from(self.size_bytes)).unwrap_or(100)
    }
}

/// One release that was handed to a download client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grab {
    /// Its number.
    pub id: GrabId,
    /// Version of the stored document.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// For which movie.
    pub movie_id: MovieId,
    /// For which of its versions.
    #[serde(default)]
    pub slot: Slot,
    /// The movie's title at the time, for display.
    pub movie_title: String,
    /// What was grabbed.
    pub release: Release,
    /// What its name says.
    pub parsed: ParsedRelease,
    /// Languages as they were judged.
    pub languages: Vec<Language>,
    /// What it scored (D14).
    pub score: StoredScore,
    /// How the movie was found.
    pub matched_by: MatchedBy,
    /// What it was found by.
    pub found_by: SearchKind,
    /// Who asked.
    pub asked_by: String,
    /// Where it was handed to.
    pub client_id: ClientId,
    /// Its name at the time.
    pub client: String,
    /// How.
    pub protocol: Protocol,
    /// The torrent's hash: how it is found again.
    pub info_hash: Option<InfoHash>,
    /// When it was decided.
    pub grabbed_at: Timestamp,
    /// Where it stands.
    pub state: GrabState,
    /// How far it is.
    #[serde(default)]
    pub progress: Progress,
    /// Where the client put it, as the daemon sees it.
    #[serde(default)]
    pub output_path: Option<String>,
    /// What the client says is wrong.
    #[serde(default)]
    pub warning: Option<String>,
    /// When the client was last heard of it.
    #[serde(default)]
    pub seen_at: Option<Timestamp>,
}

/// A release that waits for its delay, its client, or a better one (D5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingRelease {
    /// Its number, drawn like a grab's.
    pub id: GrabId,
    /// The decision as it was.
    pub decision: super::Decision,
    /// What it was found by.
    pub found_by: SearchKind,
    /// Why it waits.
    pub because: PendingReason,
    /// Since when.
    pub added_at: Timestamp,
    /// Looked at again then.
    pub until: Timestamp,
}

/// Why a release waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingReason {
    /// The delay profile says so.
    Delay,
    /// The download client does not answer.
    ClientUnavailable,
    /// A better one was taken; this one stays in case it fails.
    Fallback,
    /// A reason that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// A release that is not taken again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Its number.
    pub id: super::BlockId,
    /// For which movie.
    pub movie_id: MovieId,
    /// The release's name.
    pub title: String,
    /// Where it came from.
    pub indexer: String,
    /// Its number.
    pub indexer_id: super::IndexerId,
    /// How.
    pub protocol: Protocol,
    /// Bytes.
    pub size_bytes: u64,
    /// The torrent's hash.
    pub info_hash: Option<InfoHash>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was put here.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}
