//! Databases are read without a trace, whatever state they are in.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use super::databases::{add_movie, empty, insert, usual};
use crate::migrate::sqlite::read;

/// Every file of a folder with its content.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn a_database_that_nobody_uses_is_read_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = usual(folder.path(), "/movies");
    let before = content(folder.path());
    for given in [path.as_path(), folder.path()] {
        let source = read(given).unwrap();
        assert_eq!((source.movies.len(), source.history.len(), source.indexers.len()), (2, 3, 1));
        assert!(source.movies[0].object("movieFile").is_some());
        assert_eq!(source.movies[0].objects("alternateTitles").len(), 1);
    }
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_database_in_write_ahead_mode_that_was_closed_leaves_no_file_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = usual(folder.path(), "/movies");
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(database);
    let before = content(folder.path());
    assert_eq!(before.len(), 1, "{:?}", before.keys());
    assert_eq!(read(&path).unwrap().movies.len(), 2);
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_database_in_use_is_read_with_its_newest_rows_and_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = usual(folder.path(), "/movies");
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "journal_mode", "wal").unwrap();
    database.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    add_movie(&database, 3, "Newest", "/movies/Newest (1926)", 0);
    let before = content(folder.path());
    assert!(
        before.contains_key("radarr.db-wal") && before.contains_key("radarr.db-shm"),
        "{:?}",
        before.keys()
    );
    let titles: Vec<String> =
        read(&path).unwrap().movies.iter().map(|movie| movie.text("title").unwrap().to_owned()).collect();
    assert_eq!(titles, ["The General", "Faust", "Newest"]);
    assert_eq!(content(folder.path()), before);
    // The one who has it open can go on.
    add_movie(&database, 4, "Later", "/movies/Later (1926)", 0);
}

#[test]
fn an_older_schema_is_read_under_its_own_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("radarr.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE VersionInfo (Version INTEGER NOT NULL);
             INSERT INTO VersionInfo VALUES (206);
             CREATE TABLE Movies (Id INTEGER PRIMARY KEY, Path TEXT, TmdbId INTEGER, Title TEXT, ProfileId INTEGER,
               Monitored INTEGER, MovieFileId INTEGER, MinimumAvailability INTEGER, Year INTEGER);
             INSERT INTO Movies VALUES (1, '/movies/A', 961, 'The General', 4, 1, 0, 3, 1926);
             CREATE TABLE Profiles (Id INTEGER PRIMARY KEY, Name TEXT);
             INSERT INTO Profiles VALUES (4, 'HD');
             CREATE TABLE Restrictions (Id INTEGER PRIMARY KEY, Required TEXT, Ignored TEXT, Tags TEXT);
             INSERT INTO Restrictions VALUES (1, 'x264,x265', '', '[]');
             CREATE TABLE Blacklist (Id INTEGER PRIMARY KEY, SourceTitle TEXT);
             INSERT INTO Blacklist VALUES (1, 'x');",
        )
        .unwrap();
    let source = read(&path).unwrap();
    assert_eq!((source.profiles.len(), source.words.len(), source.blocklist.len()), (1, 1, 1));
    assert_eq!((source.movies[0].int("tmdbId"), source.movies[0].int("profileId")), (Some(961), Some(4)));
}

#[track_caller]
fn refused(path: &Path, words: &str) {
    let error = read(path).unwrap_err();
    assert!(error.to_string().contains(words), "wanted {words:?}, got {error}");
    assert!(!error.hint().is_empty());
}

#[test]
fn what_is_no_database_of_radarrs_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    refused(&folder.path().join("nowhere.db"), "can't be read");
    refused(folder.path(), "there is no radarr.db in it");
    refused(&file("backup.zip", b"PK\x03\x04rest"), "it is a zip file");
    refused(&file("text.db", b"hello"), "no database of SQLite's");
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE Episodes (Id INTEGER)").unwrap();
    refused(&other, "no database of Radarr's");
    for (number, words) in [(150, "before 3.0"), (213, "never released")] {
        let folder = tempfile::tempdir().unwrap();
        let (database, path) = empty(folder.path());
        database.execute_batch("DELETE FROM VersionInfo").unwrap();
        insert(&database, "VersionInfo", &json!({"Version": number}));
        if number > 200 {
            insert(&database, "VersionInfo", &json!({"Version": 242}));
        }
        refused(&path, words);
    }
}

#[test]
fn a_newer_schema_and_a_radarr_on_postgresql_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = usual(folder.path(), "/movies");
    insert(&Connection::open(&path).unwrap(), "VersionInfo", &json!({"Version": 300}));
    let config = "<Config><ApiKey>hush</ApiKey><PostgresHost>db</PostgresHost></Config>";
    std::fs::write(folder.path().join("config.xml"), config).unwrap();
    let warnings = read(&path).unwrap().warnings;
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(!warnings.concat().contains("hush"));
}
