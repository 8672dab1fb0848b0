//! Databases as a Radarr leaves them.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../tests-data/radarr/schema.sql");

/// The passkey of the indexer, which must be seen nowhere.
pub(super) const PASSKEY: &str = "passkey-that-nobody-may-see";
/// The client's password.
pub(super) const PASSWORD: &str = "password-that-nobody-may-see";
/// The torrent that the General came from.
pub(super) const HASH: &str = "00112233445566778899AABBCCDDEEFF00112233";

/// A database with nothing in it.
pub(super) fn empty(folder: &Path) -> (Connection, PathBuf) {
    let path = folder.join("radarr.db");
    let database = Connection::open(&path).unwrap();
    database.execute_batch(SCHEMA).unwrap();
    (database, path)
}

/// Adds a row. Objects and lists become JSON texts.
#[track_caller]
pub(super) fn insert(database: &Connection, table: &str, row: &Value) {
    let row = row.as_object().unwrap();
    let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
    let marks = vec!["?"; row.len()].join(", ");
    let cells = row.values().map(|value| match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Integer(i64::from(*flag)),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Cell::Real(number.as_f64().unwrap()), Cell::Integer)
        }
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => Cell::Text(serde_json::to_string_pretty(value).unwrap()),
    });
    let query = format!("INSERT INTO \"{table}\" ({}) VALUES ({marks})", names.join(", "));
    database.execute(&query, rusqlite::params_from_iter(cells)).unwrap();
}

/// A movie with its metadata under the same number.
pub(super) fn add_movie(database: &Connection, id: i64, title: &str, path: &str, file: i64) {
    insert(
        database,
        "MovieMetadata",
        &json!({"Id": id, "TmdbId": 1000 + id, "Title": title, "OriginalTitle": title, "Year": 1926, "Runtime": 79,
            "Status": 3, "OriginalLanguage": 1, "InCinemas": "1926-12-31 00:00:00Z"}),
    );
    insert(
        database,
        "Movies",
        &json!({"Id": id, "Path": path, "Monitored": 1, "QualityProfileId": 1, "Added": "2024-01-02 03:04:05.678Z",
            "Tags": [1], "MovieFileId": file, "MinimumAvailability": 3, "MovieMetadataId": id}),
    );
}

/// A Radarr as people have it: two movies below `root`, one with a file, and something of every noun.
pub(super) fn usual(folder: &Path, root: &str) -> PathBuf {
    let (database, path) = empty(folder);
    let add = |table: &str, row: Value| insert(&database, table, &row);
    add("RootFolders", json!({"Path": root}));
    add("Tags", json!({"Id": 1, "Label": "classics"}));
    add(
        "CustomFormats",
        json!({"Id": 3, "Name": "Remux", "Specifications": [{"type": "QualityModifierSpecification",
            "body": {"name": "remux", "negate": false, "required": false, "value": 5}}]}),
    );
    add(
        "QualityProfiles",
        json!({"Id": 1, "Name": "HD-1080p", "Cutoff": 30, "Language": 1, "UpgradeAllowed": 1,
            "Items": [{"quality": 7, "items": [], "allowed": true}, {"quality": 30, "items": [], "allowed": true}],
            "FormatItems": [{"format": 3, "score": 50}]}),
    );
    add("QualityDefinitions", json!({"Quality": 7, "Title": "Bluray-1080p", "MinSize": 10, "MaxSize": null}));
    let delay = |id: i64, order: i64, tags: Value, minutes: i64| {
        json!({"Id": id, "EnableUsenet": 1, "EnableTorrent": 1, "PreferredProtocol": 2, "UsenetDelay": 0,
            "TorrentDelay": minutes, "Order": order, "Tags": tags})
    };
    add("DelayProfiles", delay(1, 2_147_483_647, json!([]), 5));
    add("DelayProfiles", delay(2, 1, json!([1]), 60));
    add(
        "DownloadClients",
        json!({"Id": 1, "Enable": 1, "Name": "qb", "Implementation": "QBittorrent", "Settings": {"host": "127.0.0.1",
            "port": 9, "username": "admin", "password": PASSWORD, "movieCategory": "radarr"}}),
    );
    add(
        "DownloadClients",
        json!({"Id": 2, "Enable": 1, "Name": "sab", "Implementation": "Sabnzbd", "Settings": {"apiKey": PASSWORD}}),
    );
    add(
        "Indexers",
        json!({"Id": 1, "Name": "HDBits", "Implementation": "HDBits", "EnableRss": 1, "EnableAutomaticSearch": 1,
            "Settings": {"baseUrl": "https://hdbits.org", "username": "me", "apiKey": PASSKEY}, "DownloadClientId": 1}),
    );
    add("ReleaseProfiles", json!({"Id": 1, "Required": [], "Ignored": ["CAM"], "IndexerId": 1}));
    add(
        "NamingConfig",
        json!({"RenameMovies": 1, "ReplaceIllegalCharacters": 1, "ColonReplacementFormat": 1,
            "StandardMovieFormat": "{Movie Title} ({Release Year}) {Quality Full}", "MovieFolderFormat": "{Movie Title} ({Release Year})"}),
    );
    add_movie(&database, 1, "The General", &format!("{root}/The General (1926)"), 7);
    add_movie(&database, 2, "Faust", &format!("{root}/Faust (1926)"), 0);
    add("AlternativeTitles", json!({"Title": "Der General", "MovieMetadataId": 1}));
    add(
        "MovieFiles",
        json!({"Id": 7, "MovieId": 1, "Quality": {"quality": 30, "revision": {"version": 2, "real": 0, "isRepack": true}},
            "Size": 7, "DateAdded": "2025-01-02 03:04:05Z", "SceneName": "The.General.1926.REPACK.1080p.BluRay.REMUX-GRP",
            "MediaInfo": {"schemaRevision": 14, "runTime": "01:19:00", "videoFormat": "h264", "width": 1440,
                "height": 1080, "audioFormat": "dts", "audioStreamCount": 1, "audioChannels": 2, "rawStreamData": "{}"},
            "ReleaseGroup": "GRP", "RelativePath": "general.mkv", "Languages": [1], "IndexerFlags": 33}),
    );
    let happened = |kind: i64, date: &str, title: &str, data: Value| {
        json!({"SourceTitle": title, "Date": date, "Quality": {"quality": 30}, "Data": data, "EventType": kind,
            "DownloadId": HASH, "MovieId": 1, "Languages": [1]})
    };
    let release = "The.General.1926.REPACK.1080p.BluRay.REMUX-GRP";
    add(
        "History",
        happened(
            1,
            "2025-01-02 01:00:00.5Z",
            release,
            json!({"indexer": "HDBits", "downloadUrl": format!("https://hdbits.org/d?passkey={PASSKEY}"),
                "guid": format!("https://hdbits.org/?passkey={PASSKEY}"), "size": "7", "protocol": "2",
                "downloadClientName": "qb", "customFormatScore": "50"}),
        ),
    );
    add(
        "History",
        happened(
            3,
            "2025-01-02 03:04:05Z",
            release,
            json!({"importedPath": format!("{root}/The General (1926)/general.mkv"), "size": "7"}),
        ),
    );
    let paths = json!({"sourcePath": format!("{root}/The General (1926)/old.mkv"), "path": format!("{root}/The General (1926)/general.mkv")});
    add("History", happened(8, "2025-01-02 05:00:00Z", "old.mkv", paths));
    add(
        "Blocklist",
        json!({"MovieId": 2, "SourceTitle": "Faust.1926.CAM-BAD", "Quality": {"quality": 25}, "Date": "2025-02-01 00:00:00Z",
            "Size": 5, "Protocol": 2, "Indexer": "HDBits", "Message": "stalled"}),
    );
    add("Notifications", json!({"Name": "hook", "Settings": {"url": format!("https://h/{PASSKEY}")}}));
    path
}
