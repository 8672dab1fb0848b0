//! What an event of the daemon's log makes stale.

use radarr_proto::model::{Event, EventKind, Grab, JobStatus};

use super::World;
use crate::app::ask::Topic;

/// Jobs of the schedule that come every few minutes and that nobody needs to hear of.
const QUIET_JOBS: &[&str] = &["check_downloads", "check_health", "review_pending"];

/// Topics that hold settings.
const SETTINGS: &[Topic] = &[
    Topic::Profiles,
    Topic::CustomFormats,
    Topic::Roots,
    Topic::Indexers,
    Topic::Clients,
    Topic::Tmdb,
    Topic::Naming,
    Topic::Library,
    Topic::Schedule,
    Topic::Status,
    Topic::Config,
    Topic::Managed,
];

impl World {
    /// Takes note of one event.
    pub fn happened(&mut self, event: &Event) {
        if let (Some(id), true) = (event.movie_id, touches_row(&event.kind)) {
            self.library.mark_row(id);
        }
        let comes_or_goes =
            matches!(event.kind, EventKind::MovieAdded { .. } | EventKind::MovieDeleted { .. });
        if comes_or_goes && self.library.membership_changed(event.cursor) {
            self.mark(Topic::Rows);
        }
        match &event.kind {
            EventKind::MovieDeleted { .. } => {
                if let Some(id) = event.movie_id {
                    self.library.take_row(id, None);
                }
                self.mark_all(&[Topic::Status, Topic::Roots, Topic::Missing, Topic::CutoffUnmet]);
            }
            EventKind::MovieAdded { .. } => {
                self.mark_all(&[Topic::Status, Topic::Roots, Topic::Missing, Topic::CutoffUnmet]);
            }
            EventKind::MovieEdited { .. }
            | EventKind::MovieRefreshed { .. }
            | EventKind::FileRenamed { .. }
            | EventKind::FileDeleted { .. }
            | EventKind::FileVanished { .. }
            | EventKind::FileFound { .. } => {
                self.mark_all(&[Topic::Status, Topic::Missing, Topic::CutoffUnmet]);
            }
            EventKind::DownloadProgressed { grab_id, percent, speed_bytes } => {
                match self.queue.iter_mut().flatten().find(|grab| grab.id == *grab_id) {
                    Some(grab) => progress(grab, *percent, *speed_bytes),
                    None => self.mark(Topic::Queue),
                }
            }
            EventKind::Grabbed { .. }
            | EventKind::DownloadChanged { .. }
            | EventKind::DownloadCompleted { .. }
            | EventKind::ImportBlocked { .. }
            | EventKind::QueueRemoved { .. } => self.mark_all(&[Topic::Queue, Topic::Status]),
            EventKind::Imported { .. } => {
                self.mark_all(&[
                    Topic::Queue,
                    Topic::Status,
                    Topic::Roots,
                    Topic::Missing,
                    Topic::CutoffUnmet,
                ]);
            }
            EventKind::DownloadFailed { .. } => {
                self.mark_all(&[Topic::Queue, Topic::Status, Topic::Blocklist]);
            }
            EventKind::Searched { .. } => {
                self.mark_all(&[Topic::Indexers, Topic::Missing, Topic::CutoffUnmet, Topic::Groups]);
            }
            EventKind::Blocklisted { .. } | EventKind::Unblocked { .. } => self.mark(Topic::Blocklist),
            EventKind::JobChanged { job_id, job, status, .. } => {
                self.mark_all(&[Topic::Jobs, Topic::Schedule, Topic::Status]);
                if *status == JobStatus::Done && matches!(job.as_str(), "learn_groups" | "read_recent") {
                    self.mark(Topic::Groups);
                }
                match status {
                    JobStatus::Running if !QUIET_JOBS.contains(&job.as_str()) => {
                        self.running.insert(*job_id, job.replace('_', " "));
                    }
                    JobStatus::Running
                    | JobStatus::Queued
                    | JobStatus::Done
                    | JobStatus::Failed
                    | JobStatus::Cancelled
                    | JobStatus::Unknown => {
                        self.running.remove(job_id);
                    }
                }
            }
            EventKind::SettingsChanged { what, .. } => {
                self.mark_all(SETTINGS);
                // Whether a cutoff is met depends on the profile, and what is available on the settings.
                if !matches!(what.as_str(), "indexer" | "client" | "tag" | "token") {
                    self.mark_all(&[Topic::Rows, Topic::Missing, Topic::CutoffUnmet]);
                }
            }
            EventKind::HealthChanged { .. } => {
                self.mark_all(&[Topic::Health, Topic::Status, Topic::Indexers, Topic::Roots]);
            }
            EventKind::GrabDelayed { .. }
            | EventKind::JobAsked { .. }
            | EventKind::JobCancelled { .. }
            | EventKind::LoginRefused { .. }
            | EventKind::CallsRefused { .. }
            | EventKind::Unknown => {}
        }
    }

    fn mark_all(&mut self, topics: &[Topic]) {
        for topic in topics {
            self.mark(*topic);
        }
    }
}

/// Whether a movie's row may be another one after this.
fn touches_row(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::MovieAdded { .. }
            | EventKind::MovieEdited { .. }
            | EventKind::MovieRefreshed { .. }
            | EventKind::Imported { .. }
            | EventKind::FileRenamed { .. }
            | EventKind::FileDeleted { .. }
            | EventKind::FileVanished { .. }
            | EventKind::FileFound { .. }
    )
}

/// Moves a grab on by what the event says, without asking for the whole queue.
fn progress(grab: &mut Grab, percent: u8, speed_bytes: u64) {
    let size = grab.progress.size_bytes;
    let left = u128::from(size) * u128::from(100 - percent.min(100)) / 100;
    grab.progress.left_bytes = u64::try_from(left).unwrap_or(size);
    grab.progress.speed_bytes = speed_bytes;
    grab.progress.eta_seconds = grab.progress.left_bytes.checked_div(speed_bytes);
}
