//! What is known besides the release when it is judged: settings, the movie, what we have and what is under way.
//!
//! All of it is plain data that the caller read before; nothing is fetched here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use radarr_proto::model::{
    Blocked, DelayProfile, Grab, GrabState, IndexerFlag, IndexerId, IndexerState, LibrarySettings, Movie,
    MovieFile, MovieId, PropersAndRepacks, Quality, QualityDefinition, QualityModel, QualityProfile,
    SearchKind, Slot, TagId,
};

use super::release_profile::CompiledReleaseProfile;
use crate::domain::custom_format::CompiledFormats;
use crate::domain::quality::upgrade::Rated;
use crate::domain::quality::{defaults, size::MEGABYTE};

/// What holds for all movies.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is done with propers and repacks.
    pub propers_and_repacks: PropersAndRepacks,
    /// Whether completed downloads are imported.
    pub completed_download_handling: bool,
    /// Days added to a movie's dates; may be negative.
    pub availability_delay_days: i32,
    /// Days after cinemas from which a movie without other dates counts as released; 0 = never.
    pub released_after_cinemas_days: u32,
    /// Bytes that must stay free after the download.
    pub minimum_free_bytes: u64,
    /// Whether free space is not looked at.
    pub skip_free_space_check: bool,
    /// Larger releases are refused; 0 = no limit.
    pub maximum_size_bytes: u64,
    /// Younger usenet releases wait; 0 = none does.
    pub minimum_age_minutes: u64,
    /// Older usenet releases are refused; 0 = none is.
    pub retention_days: u64,
    /// Whether hardcoded subtitles are fine.
    pub allow_hardcoded_subs: bool,
    /// Hardcoded subtitles that are fine all the same.
    pub whitelisted_hardcoded_subs: Vec<String>,
    /// Whether freeleech and internal releases win among equals.
    pub prefer_indexer_flags: bool,
    /// Whether a better group reputation wins among equals.
    pub prefer_group_reputation: bool,
    /// Size limits.
    pub definitions: Vec<QualityDefinition>,
    /// The indexers by number.
    pub indexers: BTreeMap<IndexerId, IndexerRules>,
    /// Required and ignored words.
    pub release_profiles: Vec<CompiledReleaseProfile>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(&LibrarySettings::default())
    }
}

impl From<&LibrarySettings> for Settings {
    /// The rules that concern usenet alone are off: the settings of a library have nothing to say of them.
    fn from(library: &LibrarySettings) -> Self {
        Self {
            propers_and_repacks: library.propers_and_repacks,
            completed_download_handling: true,
            availability_delay_days: library.availability_delay_days,
            released_after_cinemas_days: library.released_after_cinemas_days,
            minimum_free_bytes: library.minimum_free_bytes,
            skip_free_space_check: false,
            maximum_size_bytes: library.maximum_size_bytes,
            minimum_age_minutes: 0,
            retention_days: 0,
            allow_hardcoded_subs: library.allow_hardcoded_subs,
            whitelisted_hardcoded_subs: Vec::new(),
            prefer_indexer_flags: library.prefer_indexer_flags,
            prefer_group_reputation: library.prefer_group_reputation,
            definitions: defaults::definitions(),
            indexers: BTreeMap::new(),
            release_profiles: Vec::new(),
        }
    }
}

impl Settings {
    /// The size limits of a quality.
    pub fn definition(&self, quality: Quality) -> Option<&QualityDefinition> {
        self.definitions.iter().find(|definition| definition.quality == quality)
    }

    /// The least free space in whole MB, as people set it.
    pub fn minimum_free_mb(&self) -> u64 {
        self.minimum_free_bytes / MEGABYTE
    }
}

/// What the rules ask of an indexer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexerRules {
    /// Only for movies with one of these; empty = all.
    pub tags: Vec<TagId>,
    /// Fewer seeders are refused.
    pub minimum_seeders: u32,
    /// One of these must be there; empty = no matter.
    pub required_flags: Vec<IndexerFlag>,
    /// Out of use until then.
    pub blocked_until: Option<Timestamp>,
}

impl From<&IndexerState> for IndexerRules {
    fn from(state: &IndexerState) -> Self {
        Self {
            tags: state.indexer.tags.clone(),
            minimum_seeders: state.indexer.minimum_seeders,
            required_flags: state.indexer.required_flags.clone(),
            blocked_until: state.budget.blocked_until,
        }
    }
}

/// The file that a version has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFile {
    /// Quality, and the score of the formats it was grabbed with under the profile of today (D14).
    pub rated: Rated,
    /// Its group.
    pub group: Option<String>,
    /// When it came into the library.
    pub added_at: Timestamp,
}

impl HeldFile {
    /// The file as upgrades compare it.
    pub fn of(file: &MovieFile, profile: &QualityProfile, formats: &CompiledFormats) -> Self {
        let score = formats.score_of_names(profile, &file.stored_score.formats);
        Self {
            rated: Rated { quality: file.quality, score },
            group: file.release_group.clone().filter(|group| !group.trim().is_empty()),
            added_at: file.added_at,
        }
    }
}

/// A release that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// For which movie.
    pub movie_id: MovieId,
    /// For which of its versions.
    pub slot: Slot,
    /// Its release name.
    pub title: String,
    /// Quality, and score under the profile of today.
    pub rated: Rated,
    /// Whether it failed and only waits for being cleaned up: then it stands in nobody's way.
    pub failed: bool,
}

impl Queued {
    /// A grab as the queue rule sees it; `None` when it takes no part in the queue any more.
    pub fn of(grab: &Grab, profile: &QualityProfile, formats: &CompiledFormats) -> Option<Self> {
        grab.state.is_open().then(|| Self {
            movie_id: grab.movie_id,
            slot: grab.slot,
            title: grab.release.title.clone(),
            rated: Rated {
                quality: grab.parsed.quality,
                score: formats.score_of_names(profile, &grab.score.formats),
            },
            failed: matches!(grab.state, GrabState::Failed { .. }),
        })
    }
}

/// What happened to a version before, as far as rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What happened.
    pub kind: PastKind,
    /// Which download: for torrents the info hash in upper case.
    pub download_id: Option<String>,
    /// The release's name.
    pub title: String,
    /// Quality, and score under the profile of today.
    pub rated: Rated,
    /// When.
    pub at: Timestamp,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastKind {
    /// A release was handed to a client.
    Grabbed,
    /// A download came into the library.
    Imported,
    /// Anything else.
    Other,
}

/// Everything that one release is judged against.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What holds for all movies.
    pub settings: &'a Settings,
    /// The movie.
    pub movie: &'a Movie,
    /// Which of its versions.
    pub slot: Slot,
    /// The profile of that version.
    pub profile: &'a QualityProfile,
    /// The delay profile that fits the movie's tags.
    pub delay: &'a DelayProfile,
    /// The file of that version.
    pub file: Option<&'a HeldFile>,
    /// What is on its way, for any movie.
    pub queue: &'a [Queued],
    /// What happened to that version, newest first.
    pub history: &'a [Past],
    /// What is not taken again, for any movie.
    pub blocklist: &'a [Blocked],
    /// Minutes since the oldest pending release of the movie was published.
    pub oldest_pending_age_minutes: Option<u64>,
    /// Bytes free where the movie lies; `None` = could not be found out.
    pub free_space_bytes: Option<u64>,
    /// Why the release is looked at.
    pub search: SearchKind,
    /// The movie that was searched for, in a search.
    pub searched_movie_id: Option<MovieId>,
    /// The time.
    pub now: Timestamp,
}

impl Situation<'_> {
    /// Whether somebody or something searched, rather than read the recent releases.
    pub fn is_search(&self) -> bool {
        match self.search {
            SearchKind::Automatic | SearchKind::User => true,
            SearchKind::Recent | SearchKind::Push | SearchKind::Unknown => false,
        }
    }

    /// Whether a person searched.
    pub fn is_user_search(&self) -> bool {
        self.search == SearchKind::User
    }

    /// The quality of the file, when there is one.
    pub fn held_quality(&self) -> Option<QualityModel> {
        self.file.map(|file| file.rated.quality)
    }
}
