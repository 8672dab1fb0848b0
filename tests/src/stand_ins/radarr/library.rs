//! The library that a stand-in of a Radarr has.

use jiff::{SignedDuration, Timestamp};
use radarr_daemon::clock;
use serde_json::{Value, json};

/// The passkey of its indexer.
pub const PASSKEY: &str = "radarrs-passkey-that-nobody-may-see";
/// The password of its download client.
pub const PASSWORD: &str = "radarrs-password-that-nobody-may-see";

/// What an API shows of a secret.
const MASKED: &str = "********";
/// How long ago it all happened: not so long that history forgets it.
const HOURS_AGO: i64 = 24 * 100;
const RELEASE: &str = "The.General.1926.1080p.BluRay.REMUX-GRP";
const HASH: &str = "00112233445566778899AABBCCDDEEFF00112233";

/// So many movies, numbered from 1, in a folder each below `root`. Every one but each tenth has a file of seven bytes.
#[derive(Debug, Clone)]
pub struct Library {
    /// The root folder, as Radarr says it.
    pub root: String,
    /// Movies.
    pub movies: usize,
    /// When it all happened.
    pub happened_at: Timestamp,
}

/// A movie of it.
#[derive(Debug, Clone)]
pub struct Title {
    /// Radarr's number.
    pub id: usize,
    /// Its title.
    pub title: String,
    /// Its folder.
    pub folder: String,
    /// The name of its file.
    pub file: Option<String>,
}

impl Library {
    /// A library below a root folder, as Radarr says it.
    pub fn new(root: impl Into<String>, movies: usize) -> Self {
        let ago = clock::now() - SignedDuration::from_hours(HOURS_AGO);
        let happened_at = Timestamp::from_second(ago.as_second()).unwrap_or(ago);
        Self { root: root.into(), movies, happened_at }
    }

    /// The movies.
    pub fn titles(&self) -> impl Iterator<Item = Title> {
        (1..=self.movies).map(|id| {
            let title = format!("Picture {id:05}");
            let file = (id % 10 != 0).then(|| format!("{title} (1926) Remux-1080p.mkv"));
            Title { id, folder: format!("{title} (1926)"), file, title }
        })
    }

    /// What the API answers under a path; `None` = it has nothing of that name.
    pub(super) fn api(&self, path: &str) -> Option<Value> {
        Some(match path {
            "system/status" => json!({ "appName": "Radarr", "version": "5.24.1.10000" }),
            "movie" => self.titles().map(|title| self.movie(&title)).collect(),
            "rootfolder" => json!([{ "id": 1, "path": self.root, "accessible": true }]),
            "tag" => json!([{ "id": 1, "label": "classics" }]),
            "qualityprofile" => json!([{
                "id": 1, "name": "HD-1080p", "cutoff": 30, "upgradeAllowed": true, "minFormatScore": 0,
                "cutoffFormatScore": 0, "minUpgradeFormatScore": 1, "language": { "id": 1, "name": "English" },
                "items": [{ "quality": { "id": 7 }, "items": [], "allowed": true },
                          { "quality": { "id": 30 }, "items": [], "allowed": true }],
                "formatItems": [{ "format": 3, "name": "Remux", "score": 50 }] }]),
            "customformat" => json!([{ "id": 3, "name": "Remux", "includeCustomFormatWhenRenaming": false,
                "specifications": [{ "name": "remux", "implementation": "QualityModifierSpecification",
                    "negate": false, "required": false, "fields": [{ "name": "value", "value": 5 }] }] }]),
            "qualitydefinition" => json!([{ "quality": { "id": 7 }, "minSize": 10, "maxSize": null }]),
            "delayprofile" => {
                json!([{ "id": 1, "enableUsenet": true, "enableTorrent": true, "usenetDelay": 0,
                "preferredProtocol": "torrent", "torrentDelay": 5, "order": 2_147_483_647, "tags": [] }])
            }
            "releaseprofile" => json!([{ "id": 1, "name": "", "enabled": true, "required": [],
                "ignored": ["CAM"], "indexerId": 0, "tags": [] }]),
            "indexer" => json!([{ "id": 1, "name": "HDBits", "implementation": "HDBits", "enableRss": true,
                "enableAutomaticSearch": true, "enableInteractiveSearch": true, "priority": 25, "tags": [],
                "fields": [{ "name": "baseUrl", "value": "https://hdbits.org" },
                    { "name": "username", "value": "me" }, { "name": "apiKey", "value": MASKED }] }]),
            "downloadclient" => {
                json!([{ "id": 1, "name": "qb", "implementation": "QBittorrent", "enable": true,
                "priority": 1, "tags": [], "fields": [{ "name": "host", "value": "127.0.0.1" },
                    { "name": "port", "value": 9 }, { "name": "username", "value": "admin" },
                    { "name": "password", "value": MASKED }, { "name": "movieCategory", "value": "radarr" }] }])
            }
            "remotepathmapping" | "exclusions" => json!([]),
            "notification" => json!([{ "id": 1, "name": "hook", "implementation": "Webhook" }]),
            "config/naming" => json!({ "renameMovies": true, "replaceIllegalCharacters": true,
                "colonReplacementFormat": "dash", "movieFolderFormat": "{Movie Title} ({Release Year})",
                "standardMovieFormat": "{Movie Title} ({Release Year}) {Quality Full}" }),
            _ => return None,
        })
    }

    fn movie(&self, title: &Title) -> Value {
        let file = title.file.as_ref().map(|name| {
            json!({ "id": title.id, "movieId": title.id, "relativePath": name, "size": 7, "dateAdded": self.happened_at.to_string(),
                "quality": { "quality": { "id": 30 }, "revision": { "version": 1, "real": 0 } },
                "languages": [{ "id": 1, "name": "English" }], "indexerFlags": 0, "releaseGroup": "GRP",
                "mediaInfo": { "videoCodec": "x264", "runTime": "1:19:00" } })
        });
        json!({ "id": title.id, "title": title.title, "originalTitle": title.title, "year": 1926, "runtime": 79,
            "path": format!("{}/{}", self.root, title.folder), "monitored": true, "qualityProfileId": 1,
            "minimumAvailability": "released", "status": "released", "tags": [1], "added": self.happened_at.to_string(),
            "tmdbId": 100_000 + title.id, "originalLanguage": { "id": 1, "name": "English" }, "movieFile": file,
            "overview": "A picture. ".repeat(20), "genres": ["Comedy"], "alternateTitles": [] })
    }

    pub(super) fn api_history(&self) -> Vec<Value> {
        let entry = |id: usize, kind: &str, data: Value| {
            json!({ "id": id, "movieId": 1, "sourceTitle": RELEASE, "eventType": kind, "downloadId": HASH,
                "date": self.happened_at.to_string(), "quality": { "quality": { "id": 30 } }, "languages": [{ "id": 1 }], "data": data })
        };
        let grabbed = json!({ "indexer": "HDBits", "downloadUrl": format!("https://h/d?passkey={PASSKEY}"),
            "size": "7", "protocol": "torrent" });
        let imported = json!({ "importedPath": format!("{}/x.mkv", self.root), "size": "7" });
        vec![entry(1, "grabbed", grabbed), entry(2, "downloadFolderImported", imported)]
    }

    pub(super) fn api_blocklist(&self) -> Vec<Value> {
        vec![
            json!({ "id": 1, "movieId": 1, "sourceTitle": "Bad-GRP", "date": self.happened_at.to_string(), "protocol": "torrent",
            "indexer": "HDBits", "message": "stalled" }),
        ]
    }
}
