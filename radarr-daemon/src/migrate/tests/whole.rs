//! Everything is taken over, once.

use std::path::Path;
use std::sync::Arc;

use radarr_proto::model::{
    Blocked, ColonMode, DelayProfile, DownloadClient, EventKind, Grab, GrabId, GrabState, Indexer, Movie,
    MovieId, NamingSettings, Quality, QualityDefinition, QualityProfile, ReleaseProfile, RootFolder, Tag,
    TagId,
};
use rusqlite::Connection;
use serde_json::json;

use super::databases::{HASH, PASSKEY, PASSWORD, add_movie, insert, usual};
use crate::flow::Flow;
use crate::migrate::report::{Noun, Report};
use crate::migrate::run::run;
use crate::migrate::sqlite;
use crate::outside::{client_secret, indexer_secret};
use crate::settings::testing::flow;
use crate::storage::Trial;
use crate::storage::{HistoryRange, Only, SharedStore};

/// The folder of the movies, with the General's file in it.
fn library(folder: &Path) -> String {
    let root = folder.join("movies");
    std::fs::create_dir_all(root.join("The General (1926)")).unwrap();
    std::fs::write(root.join("The General (1926)/general.mkv"), "7 bytes").unwrap();
    root.to_str().unwrap().to_owned()
}

#[track_caller]
fn noun<'a>(report: &'a Report, name: &str) -> &'a Noun {
    report.nouns.iter().find(|noun| noun.noun == name).unwrap_or_else(|| panic!("no {name}: {report:#?}"))
}

#[track_caller]
fn counts(report: &Report, name: &str, taken: usize, there: usize, left_out: usize) {
    let noun = noun(report, name);
    assert_eq!((noun.taken, noun.there, noun.left_out), (taken, there, left_out), "{noun:#?}");
    assert_eq!(noun.found, taken + there + left_out, "{noun:#?}");
}

#[tokio::test]
async fn what_a_radarr_holds_is_taken_over_and_a_second_run_changes_nothing() {
    let (flow, folder) = flow().await;
    let root = library(folder.path());
    let source = sqlite::read(&usual(folder.path(), &root)).unwrap();
    let report = run(&flow, &source, &[], false).await.unwrap();
    for (name, taken, left_out) in [
        ("root folders", 1, 0),
        ("tags", 1, 0),
        ("custom formats", 1, 0),
        ("quality profiles", 1, 0),
        ("size limits", 1, 0),
        ("delay profiles", 2, 0),
        ("download clients", 1, 1),
        ("indexers", 1, 0),
        ("release profiles", 1, 0),
        ("naming", 1, 0),
        ("movies", 2, 0),
        ("files", 1, 0),
        ("history", 3, 0),
        ("blocklist", 1, 0),
        ("notifications", 0, 1),
    ] {
        counts(&report, name, taken, 0, left_out);
    }
    settings_are_there(&flow).await;
    movies_are_there(&flow, &root).await;
    let told = format!("{}{}", report.text(), serde_json::to_string(&report).unwrap());
    assert!(!told.contains(PASSKEY) && !told.contains(PASSWORD), "{told}");

    let cursor = flow.store.last_cursor();
    let again = run(&flow, &source, &[], false).await.unwrap();
    assert_eq!(flow.store.last_cursor(), cursor, "{}", again.text());
    assert_eq!(again.taken(), 0, "{}", again.text());
    for (name, there) in
        [("movies", 2), ("history", 3), ("quality profiles", 1), ("delay profiles", 2), ("indexers", 1)]
    {
        counts(&again, name, 0, there, 0);
    }
}

async fn settings_are_there(flow: &Flow) {
    let profiles: Vec<QualityProfile> = flow.store.load_all().await.unwrap();
    let hd: Vec<&QualityProfile> =
        profiles.iter().filter(|profile| profile.name.starts_with("HD-1080p")).collect();
    assert_eq!((hd.len(), hd[0].cutoff, hd[0].format_scores[0].score), (1, Quality::Remux1080p, 50));
    let limits: QualityDefinition = flow.store.load(Quality::Bluray1080p).await.unwrap().unwrap();
    assert_eq!(limits.min_tenths_mb_per_minute, 100);
    let delays: Vec<DelayProfile> = flow.store.load_all().await.unwrap();
    let minutes: Vec<u32> = delays.iter().map(|delay| delay.torrent_delay_minutes).collect();
    assert_eq!(minutes, [5, 60]);
    let naming: NamingSettings = flow.store.load(Only).await.unwrap().unwrap();
    assert_eq!(naming.colon, ColonMode::Dash);
    let words: Vec<ReleaseProfile> = flow.store.load_all().await.unwrap();
    let indexers: Vec<Indexer> = flow.store.load_all().await.unwrap();
    let clients: Vec<DownloadClient> = flow.store.load_all().await.unwrap();
    assert_eq!((words[0].name.as_str(), words[0].indexer_id), ("Release profile 1", Some(indexers[0].id)));
    assert_eq!((indexers[0].client_id, indexers[0].enabled), (Some(clients[0].id), false));
    let keeper = flow.outside.keeper();
    let passkey = keeper.read(&flow.store, &indexer_secret(&indexers[0]), &indexers[0].secret).await.unwrap();
    let password = keeper.read(&flow.store, &client_secret(clients[0].id), &clients[0].secret).await.unwrap();
    assert_eq!((passkey.expose(), password.expose()), (PASSKEY, PASSWORD));
}

async fn movies_are_there(flow: &Flow, root: &str) {
    let general: Movie = flow.store.load(MovieId(1)).await.unwrap().unwrap();
    let version = &general.versions[0];
    let roots: Vec<RootFolder> = flow.store.load_all().await.unwrap();
    assert_eq!((roots[0].path.as_str(), version.root_folder_id), (root, roots[0].id));
    assert_eq!((version.folder.as_str(), general.tags.as_slice()), ("The General (1926)", &[TagId(1)][..]));
    assert_eq!(general.facts.alternative_titles[0].title, "Der General");
    let file = version.file.as_ref().unwrap();
    assert_eq!((file.quality.quality, file.quality.revision.version), (Quality::Remux1080p, 2));
    assert_eq!(
        (file.stored_score.score, file.stored_score.formats.as_slice()),
        (50, &["Remux".to_owned()][..])
    );
    assert_eq!(file.media_info.as_ref().unwrap().width, 1440);

    let range = HistoryRange { movie: Some(MovieId(1)), before: None };
    let events = flow.store.history(range, 10).await.unwrap();
    assert_eq!(events.len(), 4, "{events:#?}");
    assert_eq!(events[2].at, "2025-01-02T01:00:00.5Z".parse().unwrap());
    assert!(matches!(events[1].kind, EventKind::Imported { grab_id: Some(GrabId(1)), .. }), "{events:#?}");
    let grab: Grab = flow.store.load(GrabId(1)).await.unwrap().unwrap();
    assert_eq!(grab.info_hash, Some(HASH.parse().unwrap()));
    assert!(matches!(grab.state, GrabState::Imported { .. }));
    assert!(!serde_json::to_string(&grab).unwrap().contains(PASSKEY));
    assert_eq!((grab.parsed.year, grab.score.formats.as_slice()), (Some(1926), &["Remux".to_owned()][..]));
    let blocked: Vec<Blocked> = flow.store.load_all().await.unwrap();
    assert_eq!((blocked[0].movie_id, blocked[0].reason.as_str()), (MovieId(2), "stalled"));
}

#[tokio::test]
async fn a_trial_says_what_the_import_would_say_and_changes_nothing() {
    let (flow, folder) = flow().await;
    let root = library(folder.path());
    let source = sqlite::read(&usual(folder.path(), &root)).unwrap();
    let store: SharedStore = Arc::new(Trial::over(Arc::clone(&flow.store)));
    let trial = run(&Flow { store, ..flow.clone() }, &source, &[], true).await.unwrap();
    assert_eq!(flow.store.last_cursor().0, 0);
    assert_eq!(flow.store.load_all::<Tag>().await.unwrap(), []);
    let done = run(&flow, &source, &[], false).await.unwrap();
    assert_eq!(trial.nouns, done.nouns);
    assert!(trial.text().contains("nothing was changed") && !done.text().contains("nothing was changed"));
}

#[tokio::test]
async fn what_a_user_changed_here_since_stays_as_it_is() {
    let (flow, folder) = flow().await;
    let root = library(folder.path());
    let path = usual(folder.path(), &root);
    run(&flow, &sqlite::read(&path).unwrap(), &[], false).await.unwrap();
    let by = crate::flow::testing::caller();
    let profiles = crate::settings::profiles::profiles(&flow).await.unwrap();
    let hd = profiles.iter().find(|profile| profile.name == "HD-1080p").unwrap();
    let renamed = QualityProfile { name: "Mine".into(), min_upgrade_format_score: 7, ..hd.clone() };
    crate::settings::profiles::save_profile(&flow, &by, renamed.clone()).await.unwrap();
    // What is new at Radarr comes along.
    add_movie(&Connection::open(&path).unwrap(), 3, "Later", &format!("{root}/Later (1926)"), 0);
    let cursor = flow.store.last_cursor();
    let again = run(&flow, &sqlite::read(&path).unwrap(), &[], false).await.unwrap();
    assert_eq!((again.taken(), flow.store.last_cursor().0), (1, cursor.0 + 1), "{}", again.text());
    let movie: Movie = flow.store.load(MovieId(3)).await.unwrap().unwrap();
    assert_eq!(movie.versions[0].profile_id, renamed.id);
}

#[tokio::test]
async fn odd_rows_stay_behind_with_their_reason_and_never_stop_the_rest() {
    let (flow, folder) = flow().await;
    let root = library(folder.path());
    let path = usual(folder.path(), &root);
    let database = Connection::open(&path).unwrap();
    let add = |table: &str, row: serde_json::Value| insert(&database, table, &row);
    add("RootFolders", json!({"Path": "/not/here"}));
    add("RootFolders", json!({"Path": "D:\\Movies\\"}));
    add("Tags", json!({"Id": 5, "Label": "a,b"}));
    add("Tags", json!({"Id": 6, "Label": "CLASSICS"}));
    add(
        "CustomFormats",
        json!({"Id": 4, "Name": "Broken", "Specifications": [{"type": "ReleaseTitleSpecification",
        "body": {"name": "x", "value": "(unclosed"}}]}),
    );
    add(
        "QualityProfiles",
        json!({"Id": 9, "Name": "Empty", "Cutoff": 7, "Items": [{"quality": 7, "allowed": false}]}),
    );
    add(
        "DelayProfiles",
        json!({"EnableUsenet": 0, "EnableTorrent": 0, "PreferredProtocol": 2, "UsenetDelay": 0,
        "TorrentDelay": 0, "Order": 3, "Tags": [1]}),
    );
    add("Indexers", json!({"Name": "List", "Implementation": "FileList", "Settings": {"passkey": PASSKEY}}));
    add("ReleaseProfiles", json!({"Required": ["/(/"], "Ignored": null}));
    // Without metadata, in a folder that is taken, outside, of Windows, and two that are only odd.
    add(
        "Movies",
        json!({"Id": 10, "Path": format!("{root}/x"), "Monitored": 1, "QualityProfileId": 1, "MovieFileId": 0,
        "MinimumAvailability": 3, "MovieMetadataId": 99}),
    );
    add_movie(&database, 11, "Inside", &format!("{root}/Faust (1926)/inside"), 0);
    add_movie(&database, 12, "Gone", "/not/here/Gone (1926)", 0);
    add_movie(&database, 13, "Windows", "D:\\Movies\\Windows (1926)", 0);
    add_movie(&database, 14, "No file", &format!("{root}/No file (1926)"), 8);
    add_movie(&database, 15, "Dangling", &format!("{root}/Dangling (1926)"), 77);
    database.execute_batch("UPDATE Movies SET QualityProfileId = 9, Tags = '[1, 44' WHERE Id = 15").unwrap();
    add(
        "MovieFiles",
        json!({"Id": 8, "MovieId": 14, "Quality": "{", "Size": 1, "DateAdded": "", "RelativePath": "gone.mkv"}),
    );
    add(
        "History",
        json!({"SourceTitle": "x", "Date": "2025-01-01 00:00:00Z", "Quality": "", "Data": "{", "EventType": 5, "MovieId": 1}),
    );
    add(
        "History",
        json!({"SourceTitle": "x", "Date": "2025-01-01 00:00:00Z", "Quality": "", "Data": "", "EventType": 1, "MovieId": 999}),
    );
    add(
        "History",
        json!({"SourceTitle": "x", "Date": "2019-01-01 00:00:00Z", "Quality": "", "Data": "{}", "EventType": 1, "MovieId": 1}),
    );
    add(
        "History",
        json!({"SourceTitle": "x", "Date": "2025-01-01 00:00:00Z", "Quality": "", "Data": "{}", "EventType": 4,
        "DownloadId": "unknown", "MovieId": 1}),
    );
    add(
        "Blocklist",
        json!({"MovieId": null, "SourceTitle": "x", "Quality": "", "Date": "2025-01-01 00:00:00Z"}),
    );
    let report = run(&flow, &sqlite::read(&path).unwrap(), &[], false).await.unwrap();
    for (name, taken, there, left_out) in [
        ("root folders", 1, 0, 2),
        ("tags", 1, 1, 1),
        ("custom formats", 1, 0, 1),
        ("quality profiles", 1, 0, 1),
        ("delay profiles", 2, 0, 1),
        ("indexers", 1, 0, 1),
        ("release profiles", 1, 0, 1),
        ("movies", 4, 0, 4),
        ("files", 1, 0, 1),
        ("history", 3, 0, 4),
        ("blocklist", 1, 0, 1),
    ] {
        counts(&report, name, taken, there, left_out);
    }
    let text = report.text();
    for words in [
        "what TMDB says of it is missing",
        "its folder is that of movie 2",
        "it lies in /not/here, which is no root folder here",
        "it is a path of Windows",
        "the file that it points to does not exist",
        "its quality profile (9) is not here; it has \"Any\"",
        "it is not on the disk",
        "its quality can't be read",
        "older than the two years",
        "the grab that it belongs to is not known",
    ] {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
    assert!(!text.contains(PASSKEY));
    let cursor = flow.store.last_cursor();
    let again = run(&flow, &sqlite::read(&path).unwrap(), &[], false).await.unwrap();
    assert_eq!((again.taken(), flow.store.last_cursor()), (0, cursor), "{}", again.text());
}

#[tokio::test]
async fn folders_that_have_another_path_here_are_mapped() {
    let (flow, folder) = flow().await;
    let root = library(folder.path());
    let path = usual(folder.path(), "D:\\Movies");
    let database = Connection::open(&path).unwrap();
    database.execute_batch("UPDATE Movies SET Path = replace(Path, '/', '\\')").unwrap();
    let maps = [format!("D:\\Movies={root}").parse().unwrap()];
    let report = run(&flow, &sqlite::read(&path).unwrap(), &maps, false).await.unwrap();
    counts(&report, "movies", 2, 0, 0);
    counts(&report, "files", 1, 0, 0);
    let general: Movie = flow.store.load(MovieId(1)).await.unwrap().unwrap();
    assert_eq!(general.versions[0].folder, "The General (1926)");
}
