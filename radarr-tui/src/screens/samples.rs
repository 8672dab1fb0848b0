//! Invented movies, grabs and releases for tests.

#![expect(clippy::missing_panics_doc, reason = "the values are right, and it is for tests only")]

use jiff::Timestamp;
use radarr_proto::model::{MovieId, MovieRow, MovieStatus, ProfileId, Quality, RootFolderId, TmdbId};

/// The time in tests.
pub fn now() -> Timestamp {
    "2026-11-26T10:00:30Z".parse().unwrap()
}

/// A movie that is missing.
pub fn row(id: u64, title: &str, year: u16) -> MovieRow {
    MovieRow {
        id: MovieId(id),
        tmdb_id: TmdbId(u32::try_from(id).unwrap() + 600),
        title: title.to_owned(),
        sort_title: title.to_lowercase(),
        year,
        status: MovieStatus::Released,
        monitored: true,
        available: true,
        profile_id: ProfileId(1),
        root_folder_id: RootFolderId(1),
        quality: None,
        size_bytes: 0,
        cutoff_met: false,
        score: 0,
        runtime_minutes: 96,
        rating_tenths: 74,
        added_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        versions: 1,
        tags: Vec::new(),
    }
}

/// The same with a file.
pub fn with_file(mut row: MovieRow, quality: Quality, size_bytes: u64, cutoff_met: bool) -> MovieRow {
    (row.quality, row.size_bytes, row.cutoff_met) = (Some(quality), size_bytes, cutoff_met);
    row
}
