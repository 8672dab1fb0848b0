//! A release and a movie for tests and benchmarks: complete, and plain in everything; a test changes what it is about.

use jiff::Timestamp;
use radarr_proto::model::{
    DocVersion, IndexerId, Language, MinimumAvailability, Movie, MovieFacts, MovieId, MovieStatus,
    MovieVersion, ProfileId, Protocol, Release, RootFolderId, Slot,
};

/// A torrent of this name, of 8 GB, seeded, listed by HDBits.
pub(crate) fn release(title: &str) -> Release {
    Release {
        guid: format!("HDBits-{title}"),
        indexer_id: IndexerId(1),
        indexer: "HDBits".to_owned(),
        title: title.to_owned(),
        other_title: None,
        protocol: Protocol::Torrent,
        size_bytes: 8_000_000_000,
        published_at: Some(Timestamp::UNIX_EPOCH),
        info_hash: None,
        seeders: Some(10),
        peers: Some(20),
        flags: Vec::new(),
        imdb_id: None,
        tmdb_id: None,
        languages: Vec::new(),
        container: None,
        info_url: None,
        sealed_link: None,
        minimum_ratio_hundredths: None,
        minimum_seed_minutes: None,
        indexer_priority: 25,
    }
}

/// A monitored movie in English that is out, with one version and no file.
pub(crate) fn movie(title: &str, year: u16, runtime_minutes: u16, profile_id: ProfileId) -> Movie {
    Movie {
        id: MovieId(1),
        doc_version: DocVersion::default(),
        facts: MovieFacts {
            title: title.to_owned(),
            original_language: Language::English,
            year,
            runtime_minutes,
            status: MovieStatus::Released,
            ..MovieFacts::default()
        },
        sort_title: title.to_lowercase(),
        monitored: true,
        minimum_availability: MinimumAvailability::Announced,
        tags: Vec::new(),
        added_at: Timestamp::UNIX_EPOCH,
        added_by: String::new(),
        refreshed_at: Timestamp::UNIX_EPOCH,
        versions: vec![MovieVersion {
            slot: Slot(0),
            name: String::new(),
            profile_id,
            root_folder_id: RootFolderId(1),
            folder: format!("{title} ({year})"),
            file: None,
            last_searched_at: None,
        }],
    }
}
