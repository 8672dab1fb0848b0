//! What is kept of a movie, and how it is told from the stored document.

use std::collections::HashMap;

use jiff::Timestamp;
use radarr_proto::model::{
    ImdbId, LibrarySettings, MinimumAvailability, MovieId, MovieRow, MovieStatus, ProfileId, QualityModel,
    QualityProfile, ReleaseDates, RootFolderId, StoredScore, TagId, TmdbId,
};
use serde::Deserialize;

use crate::domain::availability::{AvailabilityRules, Available, available_from};
use crate::domain::quality::upgrade::{Rated, cutoff_unmet};

/// A movie as the library keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What a list shows. `available` is told anew for each list, because it changes with time.
    pub shown: MovieRow,
    /// IMDb's id as a number; 0 = none.
    pub imdb: u64,
    /// From when on it counts as available.
    pub from: Available,
    /// The longest ago that one of its versions was searched for; `None` = one never was.
    pub last_searched_at: Option<Timestamp>,
    /// Title and year, folded for the text filter.
    pub(super) folded: Box<str>,
}

impl Row {
    /// The row as a list shows it now.
    pub fn at(&self, now: Timestamp) -> MovieRow {
        MovieRow { available: self.from.is_reached(now), ..self.shown.clone() }
    }
}

/// What rows are judged by.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub(super) profiles: HashMap<ProfileId, QualityProfile>,
    pub(super) availability: AvailabilityRules,
}

impl Rules {
    pub(super) fn new(profiles: Vec<QualityProfile>, settings: Option<LibrarySettings>) -> Self {
        let settings = settings.unwrap_or_default();
        Self {
            profiles: profiles.into_iter().map(|profile| (profile.id, profile)).collect(),
            availability: AvailabilityRules {
                delay_days: settings.availability_delay_days,
                released_after_cinemas_days: settings.released_after_cinemas_days,
            },
        }
    }
}

/// The part of a stored movie that a row is made of; the rest of its JSON is skipped, not built.
#[derive(Deserialize)]
pub(super) struct Source {
    pub(super) id: MovieId,
    facts: Facts,
    sort_title: String,
    monitored: bool,
    minimum_availability: MinimumAvailability,
    #[serde(default)]
    tags: Vec<TagId>,
    added_at: Timestamp,
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Facts {
    tmdb_id: TmdbId,
    imdb_id: Option<ImdbId>,
    title: String,
    year: u16,
    runtime_minutes: u16,
    status: MovieStatus,
    #[serde(default)]
    dates: ReleaseDates,
    #[serde(default)]
    rating_tenths: u8,
}

#[derive(Deserialize)]
struct Version {
    profile_id: ProfileId,
    root_folder_id: RootFolderId,
    file: Option<File>,
    #[serde(default)]
    last_searched_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct File {
    size_bytes: u64,
    quality: QualityModel,
    #[serde(default)]
    stored_score: StoredScore,
}

impl Source {
    pub(super) fn row(self, rules: &Rules) -> Row {
        let first = self.versions.first();
        let file = first.and_then(|version| version.file.as_ref());
        let profile_id = first.map(|version| version.profile_id).unwrap_or_default();
        // Without its profile nothing can be said against a file.
        let cutoff_met = file.is_some_and(|file| {
            let rated = Rated { quality: file.quality, score: file.stored_score.score };
            rules.profiles.get(&profile_id).is_none_or(|profile| !cutoff_unmet(profile, rated, None))
        });
        let from = available_from(&self.facts.dates, self.minimum_availability, rules.availability);
        let searched: Option<Vec<Timestamp>> =
            self.versions.iter().map(|version| version.last_searched_at).collect();
        let folded = fold(&format!("{} {}", self.facts.title, self.facts.year)).into_boxed_str();
        let shown = MovieRow {
            id: self.id,
            tmdb_id: self.facts.tmdb_id,
            sort_title: self.sort_title,
            year: self.facts.year,
            status: self.facts.status,
            monitored: self.monitored,
            available: false,
            profile_id,
            root_folder_id: first.map(|version| version.root_folder_id).unwrap_or_default(),
            quality: file.map(|file| file.quality.quality),
            size_bytes: self
                .versions
                .iter()
                .filter_map(|version| Some(version.file.as_ref()?.size_bytes))
                .sum(),
            cutoff_met,
            score: file.map_or(0, |file| file.stored_score.score),
            runtime_minutes: self.facts.runtime_minutes,
            rating_tenths: self.facts.rating_tenths,
            added_at: self.added_at,
            versions: u8::try_from(self.versions.len()).unwrap_or(u8::MAX),
            tags: self.tags,
            title: self.facts.title,
        };
        Row {
            shown,
            imdb: self.facts.imdb_id.map_or(0, |id| id.number()),
            from,
            last_searched_at: searched.and_then(|times| times.into_iter().min()),
            folded,
        }
    }
}

/// A text without case and accents.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { any_ascii::any_ascii(text).to_lowercase() }
}
