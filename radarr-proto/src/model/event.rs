//! The event log: what happened, in one order, with one cursor (D1).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cursor, GrabId, JobId, LinkMode, MovieId, QualityModel};

/// How a file came to lie where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacedBy {
    /// The same file under a second name.
    Hardlink,
    /// A copy of its own.
    Copy,
    /// It lay there already.
    Found,
    /// A way that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// Changes that one event tells; a profile with more of them says so in the last one.
pub const CHANGES_MAX: usize = 60;

/// What was changed of a setting. A secret is told as `***`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field, its path with dots: `qualities.3.allowed`.
    pub field: String,
    /// Its value before as JSON; `None` = there was none.
    #[serde(default)]
    pub before: Option<String>,
    /// Its value since as JSON; `None` = there is none.
    #[serde(default)]
    pub after: Option<String>,
}

/// What happened. A variant's fields are what a person would want to read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// A movie came into the library.
    MovieAdded { title: String, year: u16 },
    /// A person changed what is wanted of a movie.
    MovieEdited { title: String, changes: Vec<String> },
    /// A movie left the library.
    MovieDeleted { title: String, year: u16, files_deleted: bool },
    /// TMDB was asked again.
    MovieRefreshed { title: String, changes: Vec<String> },
    /// Indexers were searched for a movie.
    Searched { title: String, found: u32, accepted: u32, note: Option<String> },
    /// A release was handed to a download client.
    Grabbed {
        grab_id: GrabId,
        title: String,
        release: String,
        indexer: String,
        quality: QualityModel,
        score: i32,
    },
    /// A release waits.
    GrabDelayed { title: String, release: String, until: Timestamp, because: String },
    /// A grab moved on; at most one in a second and for each percent.
    DownloadProgressed { grab_id: GrabId, percent: u8, speed_bytes: u64 },
    /// A grab's state changed without a story of its own.
    DownloadChanged { grab_id: GrabId, state: String, note: Option<String> },
    /// A grab is complete.
    DownloadCompleted { grab_id: GrabId, release: String },
    /// A grab will not come.
    DownloadFailed { grab_id: GrabId, release: String, reason: String },
    /// A file came into the library.
    Imported {
        grab_id: Option<GrabId>,
        title: String,
        path: String,
        quality: QualityModel,
        placed_by: PlacedBy,
        link_mode: LinkMode,
        replaced: Option<String>,
        size_bytes: u64,
    },
    /// A complete download may not come in.
    ImportBlocked { grab_id: GrabId, release: String, reasons: Vec<String> },
    /// A file was renamed.
    FileRenamed { title: String, from: String, to: String },
    /// A file was deleted or moved to the recycle bin.
    FileDeleted { title: String, path: String, recycled_to: Option<String> },
    /// A file that was there is not.
    FileVanished { title: String, path: String },
    /// A file that a person put there was found.
    FileFound { title: String, path: String, quality: QualityModel },
    /// A release went to the blocklist.
    Blocklisted { title: String, release: String, reason: String },
    /// A release left the blocklist.
    Unblocked { release: String },
    /// A grab was taken out of the queue.
    QueueRemoved { grab_id: GrabId, release: String },
    /// A job was queued, started, ended or failed.
    JobChanged { job_id: JobId, job: String, status: super::JobStatus, note: Option<String> },
    /// A setting changed: which noun, which name, and what of it, at most [`CHANGES_MAX`].
    SettingsChanged {
        what: String,
        name: String,
        #[serde(default)]
        changes: Vec<FieldChange>,
    },
    /// Somebody asked for a job. Audit only.
    JobAsked { job_id: JobId, job: String },
    /// Somebody cancelled a job, or asked it to end. Audit only.
    JobCancelled { job_id: JobId, job: String },
    /// A health check changed its mind.
    HealthChanged { check: String, ok: bool, message: String },
    /// Somebody was not let in, so many times within a minute from one address; for admins.
    LoginRefused { why: String, times: u32 },
    /// Somebody asked for what their role does not allow, so many times within a minute; for admins. `calls` names what
    /// it was, each once and the first few.
    CallsRefused { calls: Vec<String>, why: String, times: u32 },
    /// An event that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place; rises by one or more.
    pub cursor: Cursor,
    /// When.
    pub at: Timestamp,
    /// Who: a principal's name, or `system`.
    pub actor: String,
    /// The request or job that it came from.
    #[serde(default)]
    pub request_id: Option<String>,
    /// From where: `unix` or an address. Told to admins only. The kind lies in the same object, and that of a renamed
    /// file has a `from` of its own.
    #[serde(default, rename = "caller_from", skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Which movie it is about.
    #[serde(default)]
    pub movie_id: Option<MovieId>,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

impl Event {
    /// Whether it is in the audit: somebody, not the daemon by itself, changed something or tried to.
    pub fn is_audit(&self) -> bool {
        self.actor != "system" && self.kind.is_history()
    }
}

impl EventKind {
    /// Whether it is kept as long as a history: progress and job noise are not.
    pub fn is_history(&self) -> bool {
        !matches!(
            self,
            Self::DownloadProgressed { .. }
                | Self::DownloadChanged { .. }
                | Self::JobChanged { .. }
                | Self::HealthChanged { .. }
                | Self::Unknown
        )
    }

    /// Whether it is for the audit alone, and told to admins only.
    pub fn is_for_admins(&self) -> bool {
        matches!(
            self,
            Self::JobAsked { .. }
                | Self::JobCancelled { .. }
                | Self::LoginRefused { .. }
                | Self::CallsRefused { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_file_keeps_its_old_name_beside_the_place_of_the_caller() {
        for from in [None, Some("unix".to_owned())] {
            let kind = EventKind::FileRenamed { title: "M".into(), from: "a".into(), to: "b".into() };
            let event = Event {
                cursor: Cursor(1),
                at: Timestamp::UNIX_EPOCH,
                actor: "alice".into(),
                request_id: None,
                from,
                movie_id: None,
                kind,
            };
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        }
    }
}
