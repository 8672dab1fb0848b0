//! A storage of many movies, each with about what TMDB tells of one.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use radarr_daemon::config::StorageConfig;
use radarr_daemon::storage::{self, Commit, Expect, SharedStore};
use radarr_proto::model::{
    AlternativeTitle, Credit, DocVersion, Language, MinimumAvailability, Movie, MovieFacts, MovieFile,
    MovieId, MovieStatus, MovieVersion, ProfileId, Quality, QualityModel, Revision, RootFolder, RootFolderId,
    Slot, StoredScore, TmdbId, Translation,
};

use super::text_of;

/// How long a database is waited for.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(10);
/// Movies in one commit.
const BATCH: u64 = 100;
/// Of ten movies so many have a file.
const WITH_FILE_OF_TEN: u64 = 7;

/// Makes it. The root folder lies below `folder` and is not there, which the daemon takes as not mounted.
pub(crate) async fn make(config: &StorageConfig, folder: &Path, movies: u64) -> anyhow::Result<()> {
    let store: SharedStore = storage::open(config, Some(DATABASE_WAIT_MAX)).await?;
    let now: Timestamp = radarr_daemon::clock::now();
    let root = RootFolder {
        id: RootFolderId(1),
        path: text_of(&folder.join("movies")),
        recycle_bin: Some(".recycle".to_owned()),
        recycle_days: 7,
    };
    store.commit(Commit::new("system", now).put(&root, Expect::Absent)).await?;
    let mut next = 1;
    while next <= movies {
        let mut commit = Commit::new("system", now);
        for number in next..=(next + BATCH - 1).min(movies) {
            commit = commit.put(&movie(number, now), Expect::Absent);
        }
        store.commit(commit).await?;
        next += BATCH;
    }
    store.close().await;
    Ok(())
}

fn movie(number: u64, now: Timestamp) -> Movie {
    let title = format!("The Strange Journey of Doctor {number}");
    Movie {
        id: MovieId(number),
        doc_version: DocVersion(0),
        sort_title: format!("strange journey of doctor {number:05}"),
        facts: facts(number, &title),
        monitored: true,
        minimum_availability: MinimumAvailability::Released,
        tags: Vec::new(),
        added_at: now,
        added_by: "user:0".to_owned(),
        refreshed_at: now,
        versions: vec![MovieVersion {
            slot: Slot(0),
            name: String::new(),
            profile_id: ProfileId(1),
            root_folder_id: RootFolderId(1),
            folder: format!("{title} ({})", year(number)),
            file: (number % 10 < WITH_FILE_OF_TEN).then(|| file(number, &title, now)),
            last_searched_at: Some(now),
        }],
    }
}

fn year(number: u64) -> u16 {
    u16::try_from(1920 + number % 100).unwrap_or(1920)
}

fn facts(number: u64, title: &str) -> MovieFacts {
    MovieFacts {
        tmdb_id: TmdbId(u32::try_from(number).unwrap_or(u32::MAX)),
        imdb_id: format!("tt{number:07}").parse().ok(),
        title: title.to_owned(),
        original_title: title.to_owned(),
        original_language: Language::English,
        year: year(number),
        overview: "A physician who has lost his memory travels through a country that has lost its own. "
            .repeat(4),
        runtime_minutes: 94,
        status: MovieStatus::Released,
        genres: vec!["Drama".to_owned(), "Mystery".to_owned()],
        studio: Some("Unheard Pictures".to_owned()),
        certification: Some("PG-13".to_owned()),
        rating_tenths: 71,
        votes: 1234,
        poster_path: Some(format!("/poster{number}.jpg")),
        backdrop_path: Some(format!("/backdrop{number}.jpg")),
        alternative_titles: vec![AlternativeTitle {
            title: format!("Doctor {number}"),
            country: "US".to_owned(),
            kind: "working title".to_owned(),
        }],
        translations: vec![Translation {
            language: Language::German,
            code: "de".to_owned(),
            country: "DE".to_owned(),
            title: format!("Die seltsame Reise des Doktor {number}"),
            overview: "Ein Arzt ohne Erinnerung reist durch ein Land ohne Erinnerung.".to_owned(),
        }],
        cast: (0..5)
            .map(|place| Credit { name: format!("Player {place}"), role: format!("Patient {place}") })
            .collect(),
        crew: vec![Credit { name: "A. Director".to_owned(), role: "Director".to_owned() }],
        ..MovieFacts::default()
    }
}

fn file(number: u64, title: &str, now: Timestamp) -> MovieFile {
    MovieFile {
        relative_path: format!("{title} ({}) Bluray-1080p.mkv", year(number)),
        size_bytes: 8_000_000_000 + number,
        added_at: now,
        quality: QualityModel { quality: Quality::Bluray1080p, revision: Revision::default() },
        languages: vec![Language::English],
        release_group: Some("GRP".to_owned()),
        edition: None,
        scene_name: Some(format!("The.Strange.Journey.of.Doctor.{number}.1080p.BluRay.x264-GRP")),
        original_path: None,
        flags: Vec::new(),
        stored_score: StoredScore::default(),
        grab_id: None,
        media_info: None,
        extras: Vec::new(),
    }
}
