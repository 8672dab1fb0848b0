//! Durable jobs (D5).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DocVersion, GrabId, JobId, MovieId, SearchKind, Slot};

/// Every kind of job there is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobKind {
    /// Search for one version of a movie and grab the best.
    SearchMovie { movie_id: MovieId, slot: Slot, by: SearchKind },
    /// Search for the next missing or unmet movies, within the budget.
    SearchWanted,
    /// Read the indexers' recent releases.
    ReadRecent,
    /// Look at what waits for its delay.
    ReviewPending,
    /// Make sure that a grab reached its client.
    SendGrab { grab_id: GrabId },
    /// Ask the clients how far the grabs are.
    CheckDownloads,
    /// Bring a complete grab into the library.
    ImportGrab { grab_id: GrabId },
    /// Blocklist a failed grab and search again.
    HandleFailure { grab_id: GrabId, reason: String },
    /// Ask TMDB again for one movie.
    RefreshMovie { movie_id: MovieId },
    /// Ask TMDB again for those that are due.
    RefreshLibrary,
    /// Look what lies in one movie's folder.
    RescanMovie { movie_id: MovieId },
    /// Look what lies in all folders.
    RescanLibrary,
    /// Take out of the recycle bins what is old enough.
    CleanRecycleBins,
    /// Check the health of everything.
    CheckHealth,
    /// Export the storage.
    Backup,
    /// Read on in the indexers' listings, for what is known of release groups.
    LearnGroups,
    /// A kind that a newer peer knows.
    #[serde(other)]
    Unknown,
}

impl JobKind {
    /// The kind's name, as the log, the metrics and the command line write it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SearchMovie { .. } => "search_movie",
            Self::SearchWanted => "search_wanted",
            Self::ReadRecent => "read_recent",
            Self::ReviewPending => "review_pending",
            Self::SendGrab { .. } => "send_grab",
            Self::CheckDownloads => "check_downloads",
            Self::ImportGrab { .. } => "import_grab",
            Self::HandleFailure { .. } => "handle_failure",
            Self::RefreshMovie { .. } => "refresh_movie",
            Self::RefreshLibrary => "refresh_library",
            Self::RescanMovie { .. } => "rescan_movie",
            Self::RescanLibrary => "rescan_library",
            Self::CleanRecycleBins => "clean_recycle_bins",
            Self::CheckHealth => "check_health",
            Self::Backup => "backup",
            Self::LearnGroups => "learn_groups",
            Self::Unknown => "unknown",
        }
    }

    /// The kinds that a person may start by name alone.
    pub const BY_NAME: &'static [Self] = &[
        Self::SearchWanted,
        Self::ReadRecent,
        Self::ReviewPending,
        Self::CheckDownloads,
        Self::RefreshLibrary,
        Self::RescanLibrary,
        Self::CleanRecycleBins,
        Self::CheckHealth,
        Self::Backup,
        Self::LearnGroups,
    ];
}

/// A job that the daemon starts by itself again and again, and when it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledJob {
    /// What is done.
    #[serde(flatten)]
    pub kind: JobKind,
    /// How often.
    pub runs: JobRhythm,
    /// When it was last queued; `None` = not yet.
    #[serde(default)]
    pub last_at: Option<Timestamp>,
    /// When it is queued next; `None` = the daemon has not begun with it.
    #[serde(default)]
    pub next_at: Option<Timestamp>,
}

/// How often something is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rhythm", rename_all = "snake_case")]
pub enum JobRhythm {
    /// So many seconds after the last time.
    Every { seconds: u64 },
    /// Each day at that time where the daemon runs, `02:00`.
    Daily { at: String },
    /// A rhythm that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Waits for its time or a worker.
    Queued,
    /// At work.
    Running,
    /// Ended well.
    Done,
    /// Ended badly, and is not tried again.
    Failed,
    /// A person ended it.
    Cancelled,
    /// A status that a newer peer knows.
    #[serde(other)]
    Unknown,
}

impl JobStatus {
    /// Whether it has yet to end.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// A lease on a job: who works on it, until when, and the token that fences others off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Which daemon.
    pub owner: String,
    /// Rises with each lease of this job; a commit with an older one is refused.
    pub token: u64,
    /// Taken over by another after this.
    pub until: Timestamp,
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Version of the stored document.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// What is to be done.
    #[serde(flatten)]
    pub kind: JobKind,
    /// Where it stands.
    pub status: JobStatus,
    /// Lower runs first: 0 a person waits, 1 a story goes on, 2 the schedule.
    pub priority: u8,
    /// Not before.
    pub due_at: Timestamp,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it last began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// Tries so far.
    #[serde(default)]
    pub tries: u32,
    /// Who works on it.
    #[serde(default)]
    pub lease: Option<Lease>,
    /// Who asked for it.
    pub asked_by: String,
    /// What it is doing, or how it ended.
    #[serde(default)]
    pub note: Option<String>,
    /// Steps done and steps in all.
    #[serde(default)]
    pub progress: Option<(u64, u64)>,
    /// Somebody wants it to end.
    #[serde(default)]
    pub cancel_asked: bool,
}
