//! What qBittorrent's answers look like. What a version leaves out has a default; what we don't read is not named.

use std::fmt;
use std::str::FromStr;

use radarr_proto::model::InfoHash;
use serde::Deserialize;

/// The version of the web API, e.g. `2.8.19`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ApiVersion(u32, u32, u32);

impl ApiVersion {
    /// From here on torrents are "stopped" rather than "paused", in calls and in states (qBittorrent 5.0).
    pub(super) const STOPPED: Self = Self(2, 11, 0);
    /// From here on share limits can be said while adding (qBittorrent 4.3.2).
    pub(super) const SHARE_LIMITS_IN_ADD: Self = Self(2, 8, 1);
}

impl FromStr for ApiVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.trim().split('.').map(str::parse::<u32>);
        let mut next = || numbers.next().unwrap_or(Ok(0)).map_err(|_| ());
        let version = Self(next()?, next()?, next()?);
        if version < Self(2, 0, 0) { Err(()) } else { Ok(version) }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// One torrent of `torrents/info`. Sizes are bytes, times seconds since 1970, limits -2 = the client's, -1 = none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TorrentInfo {
    pub(super) hash: String,
    pub(super) infohash_v1: String,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) category: String,
    pub(super) content_path: String,
    pub(super) save_path: String,
    pub(super) size: i64,
    pub(super) amount_left: i64,
    pub(super) dlspeed: i64,
    pub(super) eta: i64,
    pub(super) added_on: i64,
    pub(super) ratio: f64,
    pub(super) seeding_time: i64,
    /// The limit in force, the client's own included.
    pub(super) max_ratio: Option<f64>,
    /// Minutes; the limit in force, the client's own included.
    pub(super) max_seeding_time: Option<i64>,
}

impl TorrentInfo {
    /// A hybrid torrent's `hash` may be the one of its v2 half.
    pub(super) fn is(&self, hash: InfoHash) -> bool {
        [&self.hash, &self.infohash_v1].into_iter().any(|text| text.parse() == Ok(hash))
    }
}

/// What of `app/preferences` concerns us.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Preferences {
    pub(super) save_path: Option<String>,
    max_ratio_enabled: bool,
    max_seeding_time_enabled: bool,
    /// 0 stops, 1 removes, 3 removes with the files.
    max_ratio_act: i64,
}

impl Preferences {
    /// A client that takes torrents out by itself does so before they are imported.
    pub(super) fn warnings(&self) -> Vec<String> {
        let removes = matches!(self.max_ratio_act, 1 | 3);
        if removes && (self.max_ratio_enabled || self.max_seeding_time_enabled) {
            vec![
                "it removes torrents by itself when they have seeded enough; set it to stop them instead, or \
                 they may vanish before they are imported"
                    .to_owned(),
            ]
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text: &str| text.parse::<ApiVersion>();
        assert!(version("2.8.19").unwrap() < ApiVersion::STOPPED);
        assert!(version("2.11").unwrap() >= ApiVersion::STOPPED);
        assert!(version("2.11.2\n").unwrap() >= ApiVersion::STOPPED);
        for wrong in ["", "<html>", "1.5", "2.x"] {
            assert_eq!(version(wrong), Err(()), "{wrong}");
        }
    }
}
