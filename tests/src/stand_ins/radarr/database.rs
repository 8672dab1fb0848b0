//! The same library as Radarr's database.

use std::path::Path;

use anyhow::Context;
use jiff::SignedDuration;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use super::library::{Library, PASSKEY, PASSWORD};

const SCHEMA: &str = include_str!("../../../../radarr-daemon/tests-data/radarr/schema.sql");

/// Writes it to a new file. The connection is to end when nobody shall have the database open any more.
pub fn write(library: &Library, path: &Path) -> anyhow::Result<Connection> {
    let mut database = Connection::open(path)?;
    database.execute_batch(SCHEMA)?;
    database.pragma_update(None, "journal_mode", "wal")?;
    let writing = database.transaction()?;
    settings(library, &writing)?;
    for title in library.titles() {
        movie(library, &writing, title.id, &title.title, &title.folder, title.file.as_deref())?;
    }
    writing.commit()?;
    Ok(database)
}

fn settings(library: &Library, database: &Connection) -> anyhow::Result<()> {
    let add = |table: &str, row: Value| insert(database, table, &row);
    add("RootFolders", json!({ "Path": library.root }))?;
    add("Tags", json!({ "Id": 1, "Label": "classics" }))?;
    add(
        "CustomFormats",
        json!({ "Id": 3, "Name": "Remux", "Specifications": [{ "type": "QualityModifierSpecification",
            "body": { "name": "remux", "negate": false, "required": false, "value": 5 } }] }),
    )?;
    add(
        "QualityProfiles",
        json!({ "Id": 1, "Name": "HD-1080p", "Cutoff": 30, "Language": 1, "UpgradeAllowed": 1,
            "Items": [{ "quality": 7, "items": [], "allowed": true }, { "quality": 30, "items": [], "allowed": true }],
            "FormatItems": [{ "format": 3, "score": 50 }] }),
    )?;
    add(
        "Indexers",
        json!({ "Id": 1, "Name": "HDBits", "Implementation": "HDBits", "EnableRss": 1, "EnableAutomaticSearch": 1,
            "Settings": { "baseUrl": "https://hdbits.org", "username": "me", "apiKey": PASSKEY } }),
    )?;
    add(
        "DownloadClients",
        json!({ "Id": 1, "Enable": 1, "Name": "qb", "Implementation": "QBittorrent", "Settings": {
            "host": "127.0.0.1", "port": 9, "username": "admin", "password": PASSWORD, "movieCategory": "radarr" } }),
    )
}

fn movie(
    library: &Library,
    database: &Connection,
    id: usize,
    title: &str,
    folder: &str,
    file: Option<&str>,
) -> anyhow::Result<()> {
    insert(
        database,
        "MovieMetadata",
        &json!({ "Id": id, "TmdbId": 100_000 + id, "Title": title, "OriginalTitle": title, "Year": 1926,
            "Runtime": 79, "Overview": "A picture. ".repeat(20), "Genres": ["Comedy"] }),
    )?;
    insert(
        database,
        "Movies",
        &json!({ "Id": id, "Path": format!("{}/{folder}", library.root), "Monitored": 1, "QualityProfileId": 1,
            "Added": happened(library, 0), "Tags": [1], "MovieFileId": if file.is_some() { id } else { 0 },
            "MinimumAvailability": 3, "MovieMetadataId": id }),
    )?;
    let Some(file) = file else { return Ok(()) };
    let release = format!("Picture.{id:05}.1926.1080p.BluRay.REMUX-GRP");
    insert(
        database,
        "MovieFiles",
        &json!({ "Id": id, "MovieId": id, "Quality": { "quality": 30, "revision": { "version": 1, "real": 0 } },
            "Size": 7, "DateAdded": happened(library, 4), "SceneName": release, "RelativePath": file,
            "Languages": [1], "ReleaseGroup": "GRP", "MediaInfo": { "schemaRevision": 14, "runTime": "01:19:00",
                "videoFormat": "h264", "width": 1440, "height": 1080, "audioStreamCount": 1, "audioFormat": "dts",
                "audioLanguages": ["eng"], "rawStreamData": "x".repeat(8_000) } }),
    )?;
    let hash = format!("{id:040X}");
    let entry = |kind: i64, minute: i64, data: Value| {
        json!({ "SourceTitle": release, "Date": happened(library, minute), "DownloadId": hash,
            "Quality": { "quality": 30 }, "Languages": [1], "EventType": kind, "MovieId": id, "Data": data })
    };
    let address = format!("https://h/d?passkey={PASSKEY}");
    let grabbed =
        json!({ "indexer": "HDBits", "downloadUrl": address, "guid": address, "size": "7", "protocol": "2" });
    insert(database, "History", &entry(1, 1, grabbed))?;
    let imported = json!({ "importedPath": format!("{}/{folder}/{file}", library.root), "size": "7" });
    insert(database, "History", &entry(3, 4, imported))
}

/// A time as the database has it: minutes behind the library's, and a tenth of a second.
fn happened(library: &Library, minutes: i64) -> String {
    let at = library.happened_at + SignedDuration::from_mins(minutes);
    at.strftime("%Y-%m-%d %H:%M:%S.1Z").to_string()
}

/// Adds a row. Objects and lists become JSON texts.
pub fn insert(database: &Connection, table: &str, row: &Value) -> anyhow::Result<()> {
    let row = row.as_object().context("a row is an object")?;
    let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
    let cells = row.values().map(|value| match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Integer(i64::from(*flag)),
        Value::Number(number) => number.as_i64().map_or(Cell::Null, Cell::Integer),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => Cell::Text(value.to_string()),
    });
    let marks = vec!["?"; row.len()].join(", ");
    let query = format!("INSERT INTO \"{table}\" ({}) VALUES ({marks})", names.join(", "));
    database.prepare(&query)?.execute(rusqlite::params_from_iter(cells))?;
    Ok(())
}
