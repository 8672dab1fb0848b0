//! Events and states as sentences, for the TUI's history and the command line's.

use radarr_proto::model::{EventKind, Grab, GrabState, JobKind, JobRhythm, JobStatus, MovieRow, PlacedBy};

use crate::text;

/// What the library has of a movie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "`word` says what each is")]
pub enum Has {
    File,
    BelowCutoff,
    FileUnmonitored,
    Unmonitored,
    Missing,
    NotYetOut,
}

impl Has {
    /// Of that row.
    pub fn of(row: &MovieRow) -> Self {
        match (row.quality, row.monitored, row.available) {
            (Some(_), _, _) if row.cutoff_met => Self::File,
            (Some(_), true, _) => Self::BelowCutoff,
            (Some(_), false, _) => Self::FileUnmonitored,
            (None, false, _) => Self::Unmonitored,
            (None, true, true) => Self::Missing,
            (None, true, false) => Self::NotYetOut,
        }
    }

    /// For a narrow column.
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::BelowCutoff => "below cutoff",
            Self::FileUnmonitored => "file, unmon.",
            Self::Unmonitored => "unmonitored",
            Self::Missing => "missing",
            Self::NotYetOut => "not yet out",
        }
    }
}

/// A short word for what happened, for a narrow column.
pub fn event_word(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::MovieAdded { .. } => "added",
        EventKind::MovieEdited { .. } => "edited",
        EventKind::MovieDeleted { .. } => "deleted",
        EventKind::MovieRefreshed { .. } => "refreshed",
        EventKind::Searched { .. } => "searched",
        EventKind::Grabbed { .. } => "grabbed",
        EventKind::GrabDelayed { .. } => "delayed",
        EventKind::DownloadProgressed { .. } => "progress",
        EventKind::DownloadChanged { .. } => "download",
        EventKind::DownloadCompleted { .. } => "complete",
        EventKind::DownloadFailed { .. } => "failed",
        EventKind::Imported { .. } => "imported",
        EventKind::ImportBlocked { .. } => "blocked",
        EventKind::FileRenamed { .. } => "renamed",
        EventKind::FileDeleted { .. } => "file deleted",
        EventKind::FileVanished { .. } => "file gone",
        EventKind::FileFound { .. } => "file found",
        EventKind::Blocklisted { .. } => "blocklisted",
        EventKind::Unblocked { .. } => "unblocked",
        EventKind::QueueRemoved { .. } => "removed",
        EventKind::JobChanged { .. } => "job",
        EventKind::SettingsChanged { .. } => "settings",
        EventKind::JobAsked { .. } => "asked for",
        EventKind::JobCancelled { .. } => "cancelled",
        EventKind::HealthChanged { .. } => "health",
        EventKind::LoginRefused { .. } | EventKind::CallsRefused { .. } => "refused",
        EventKind::Unknown => "?",
    }
}

/// What happened, as one sentence without its word.
pub fn event(kind: &EventKind) -> String {
    sentence(kind, |path| path)
}

/// The same for a line of a list: of a path the file's name, which a long folder would push out of sight.
pub fn event_in_list(kind: &EventKind) -> String {
    sentence(kind, |path| path.rsplit('/').next().unwrap_or(path))
}

fn sentence(kind: &EventKind, shown: fn(&str) -> &str) -> String {
    let noted = |text: String, note: &Option<String>| match note {
        Some(note) => format!("{text}: {note}"),
        None => text,
    };
    let sentence = match kind {
        EventKind::MovieAdded { title, year } => text::titled(title, *year),
        EventKind::MovieEdited { title, changes } | EventKind::MovieRefreshed { title, changes } => {
            if changes.is_empty() { title.clone() } else { format!("{title}: {}", changes.join(", ")) }
        }
        EventKind::MovieDeleted { title, year, files_deleted } => {
            let files = if *files_deleted { ", its files too" } else { "" };
            format!("{}{files}", text::titled(title, *year))
        }
        EventKind::Searched { title, found, accepted, note } => noted(
            format!("{title}: {}, {accepted} accepted", text::count(u64::from(*found), "release")),
            note,
        ),
        EventKind::Grabbed { title, release, indexer, quality, score, .. } => {
            format!("{title}: {release} ({}, {score:+}) from {indexer}", quality.quality)
        }
        EventKind::GrabDelayed { title, release, because, .. } => format!("{title}: {release}, {because}"),
        EventKind::DownloadProgressed { grab_id, percent, speed_bytes } => {
            format!("grab {grab_id}: {percent} %, {}/s", text::size(*speed_bytes))
        }
        EventKind::DownloadChanged { grab_id, state, note } => {
            noted(format!("grab {grab_id} is {state}"), note)
        }
        EventKind::DownloadFailed { release, reason, .. } => format!("{release}: {reason}"),
        EventKind::Imported { title, path, placed_by, size_bytes, replaced, .. } => {
            let how = match placed_by {
                PlacedBy::Hardlink => "hardlink",
                PlacedBy::Copy => "copy",
                PlacedBy::Found => "was there",
                PlacedBy::Unknown => "",
            };
            let instead =
                replaced.as_ref().map_or(String::new(), |old| format!(", instead of {}", shown(old)));
            format!("{title}: {} ({how}, {}){instead}", shown(path), text::size(*size_bytes))
        }
        EventKind::ImportBlocked { release, reasons, .. } => format!("{release}: {}", reasons.join("; ")),
        EventKind::FileRenamed { title, from, to } => format!("{title}: {} is {}", shown(from), shown(to)),
        EventKind::FileDeleted { title, path, recycled_to } => {
            let place = if recycled_to.is_some() { " (recycle bin)" } else { "" };
            format!("{title}: {}{place}", shown(path))
        }
        EventKind::FileVanished { title, path } => format!("{title}: {}", shown(path)),
        EventKind::FileFound { title, path, quality } => {
            format!("{title}: {} ({})", shown(path), quality.quality)
        }
        EventKind::Blocklisted { title, release, reason } => format!("{title}: {release}, {reason}"),
        EventKind::DownloadCompleted { release, .. }
        | EventKind::Unblocked { release }
        | EventKind::QueueRemoved { release, .. } => release.clone(),
        EventKind::JobChanged { job, status, note, .. } => {
            noted(format!("{job} is {}", job_status(*status)), note)
        }
        EventKind::SettingsChanged { what, name, changes } => {
            let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
            if fields.is_empty() {
                format!("{what} {name}")
            } else {
                format!("{what} {name}: {}", fields.join(", "))
            }
        }
        EventKind::JobAsked { job, .. } | EventKind::JobCancelled { job, .. } => {
            format!("job {}", job.replace('_', " "))
        }
        EventKind::HealthChanged { check, ok, message } => {
            if *ok {
                format!("{check} is well again")
            } else {
                format!("{check}: {message}")
            }
        }
        EventKind::LoginRefused { why, times } => {
            format!("{} refused: {why}", text::count(u64::from(*times), "log-in"))
        }
        EventKind::CallsRefused { calls, why, times } => {
            format!("{} refused, {}: {why}", text::count(u64::from(*times), "call"), calls.join(", "))
        }
        EventKind::Unknown => "an event that only a newer client understands".to_owned(),
    };
    text::clean(&sentence).into_owned()
}

/// A grab's state in two words at most.
pub fn grab_state(state: &GrabState) -> &'static str {
    match state {
        GrabState::Intended => "sending",
        GrabState::Downloading => "downloading",
        GrabState::Stalled { .. } => "stalled",
        GrabState::Paused => "paused",
        GrabState::ImportPending => "waits for import",
        GrabState::Importing => "importing",
        GrabState::ImportBlocked { .. } => "import blocked",
        GrabState::Imported { .. } => "imported",
        GrabState::Failed { .. } => "failed",
        GrabState::Removed => "removed",
        GrabState::Gone => "gone",
        GrabState::Unknown => "?",
    }
}

/// What a person should know of a grab beside its state.
pub fn grab_note(grab: &Grab) -> Option<String> {
    match &grab.state {
        GrabState::ImportBlocked { reasons } => Some(reasons.join("; ")),
        GrabState::Failed { reason } => Some(reason.clone()),
        GrabState::Gone => Some(format!("{} does not have it any more", grab.client)),
        GrabState::Intended
        | GrabState::Downloading
        | GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::ImportPending
        | GrabState::Importing
        | GrabState::Imported { .. }
        | GrabState::Removed
        | GrabState::Unknown => grab.warning.clone(),
    }
}

/// A job's status.
pub fn job_status(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Queued => "queued",
        JobStatus::Running => "running",
        JobStatus::Done => "done",
        JobStatus::Failed => "failed",
        JobStatus::Cancelled => "cancelled",
        JobStatus::Unknown => "?",
    }
}

/// How often the schedule runs something: `every 15m`, `daily 02:00`.
pub fn rhythm(rhythm: &JobRhythm) -> String {
    match rhythm {
        JobRhythm::Every { seconds } => format!("every {}", text::span(*seconds)),
        JobRhythm::Daily { at } => format!("daily {at}"),
        JobRhythm::Unknown => String::new(),
    }
}

/// What a job is about.
pub fn job_kind(kind: &JobKind) -> String {
    let name = kind.name().replace('_', " ");
    match kind {
        JobKind::SearchMovie { movie_id, .. }
        | JobKind::RefreshMovie { movie_id }
        | JobKind::RescanMovie { movie_id } => format!("{name} {movie_id}"),
        JobKind::SendGrab { grab_id }
        | JobKind::ImportGrab { grab_id }
        | JobKind::HandleFailure { grab_id, .. } => format!("{name} {grab_id}"),
        JobKind::SearchWanted
        | JobKind::ReadRecent
        | JobKind::ReviewPending
        | JobKind::CheckDownloads
        | JobKind::RefreshLibrary
        | JobKind::RescanLibrary
        | JobKind::CleanRecycleBins
        | JobKind::CheckHealth
        | JobKind::Backup
        | JobKind::LearnGroups
        | JobKind::Unknown => name,
    }
}
