//! One torrent there: what it is, how far it is, how `torrents/info` shows it.

use std::path::{Path, PathBuf};

use radarr_proto::model::InfoHash;
use serde_json::{Value, json};

use super::Version;

/// qBittorrent's word for "can't be told".
const ETA_UNKNOWN: u64 = 8_640_000;

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Bytes come in.
    Downloading,
    /// Nobody has it.
    Stalled,
    /// The disk does not take it.
    Failed,
}

/// A torrent.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) hash: InfoHash,
    pub(super) name: String,
    /// Below `save_path`, with their sizes.
    pub(super) files: Vec<(String, u64)>,
    pub(super) category: String,
    pub(super) save_path: PathBuf,
    pub(super) size: u64,
    pub(super) done: u64,
    pub(super) added_on: i64,
    pub(super) completed_on: Option<i64>,
    pub(super) stopped: bool,
    pub(super) doing: Doing,
    pub(super) ratio_limit: f64,
    pub(super) seeding_time_limit: i64,
    /// What it shows instead of the truth, because a test wants it.
    pub(super) shown_state: Option<String>,
}

impl Item {
    pub(super) fn is_complete(&self) -> bool {
        self.done >= self.size
    }

    fn state(&self, version: Version) -> &str {
        if let Some(shown) = &self.shown_state {
            return shown;
        }
        match (version, self.stopped, self.is_complete(), self.doing) {
            (_, false, false, Doing::Failed) => "error",
            (Version::V4, true, false, _) => "pausedDL",
            (Version::V4, true, true, _) => "pausedUP",
            (Version::V5, true, false, _) => "stoppedDL",
            (Version::V5, true, true, _) => "stoppedUP",
            (_, false, true, _) => "stalledUP",
            (_, false, false, Doing::Downloading) => "downloading",
            (_, false, false, Doing::Stalled) => "stalledDL",
        }
    }

    /// Where its one file or its folder lies.
    pub(super) fn content_path(&self) -> PathBuf {
        let first = self.files.first().and_then(|(path, _)| Path::new(path).components().next());
        first.map_or_else(|| self.save_path.clone(), |first| self.save_path.join(first))
    }

    /// As `torrents/info` has it; a dozen fields that no program reads are left out.
    #[expect(clippy::cast_precision_loss, reason = "a progress needs no more digits")]
    pub(super) fn shown(&self, version: Version, now: i64) -> Value {
        let left = self.size.saturating_sub(self.done);
        let seconds = u64::try_from(now - self.added_on).unwrap_or(0).max(1);
        let moves = !self.is_complete() && !self.stopped && self.doing == Doing::Downloading;
        let speed = if moves { self.done / seconds } else { 0 };
        json!({
            "added_on": self.added_on, "amount_left": left, "auto_tmm": false, "availability": 1.0,
            "category": self.category, "completed": self.done, "completion_on": self.completed_on.unwrap_or(0),
            "content_path": self.content_path(), "dlspeed": speed,
            "downloaded": self.done,
            "eta": left.checked_div(speed).filter(|eta| *eta > 0).unwrap_or(ETA_UNKNOWN),
            "force_start": false, "hash": self.hash, "infohash_v1": self.hash,
            "infohash_v2": "",
            "max_ratio": self.ratio_limit.max(-1.0), "max_seeding_time": self.seeding_time_limit.max(-1),
            "name": self.name, "num_complete": 1,
            "num_seeds": u8::from(self.doing == Doing::Downloading), "priority": 0,
            "progress": self.done as f64 / self.size.max(1) as f64, "ratio": 0.0, "ratio_limit": self.ratio_limit,
            "save_path": self.save_path,
            "seeding_time": self.completed_on.map_or(0, |at| now - at), "seeding_time_limit": self.seeding_time_limit,
            "size": self.size, "state": self.state(version),
            "tags": "", "time_active": seconds, "total_size": self.size, "tracker": "",
            "uploaded": 0, "upspeed": 0,
        })
    }
}
