//! What a release name says.

use serde::{Deserialize, Serialize};

use super::{ImdbId, Language, Modifier, QualityModel, QualitySource, TmdbId};

/// Where a fact about the quality was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum DetectedFrom {
    /// In the words of the name.
    Name,
    /// From the file extension.
    Extension,
    /// From the streams of the file.
    MediaInfo,
    /// Not at all.
    #[default]
    #[serde(other)]
    Unknown,
}

/// Which fact a part of a name gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the fields of `ParsedRelease`")]
pub enum FactKind {
    Title,
    Year,
    Edition,
    Source,
    Resolution,
    Modifier,
    Revision,
    Language,
    ReleaseGroup,
    HardcodedSubs,
    TmdbId,
    ImdbId,
    #[serde(other)]
    Unknown,
}

/// The part of a name that gave a fact: bytes `start..end` of the name as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The fact.
    pub fact: FactKind,
    /// First byte.
    pub start: usize,
    /// One behind the last byte.
    pub end: usize,
}

/// Everything that a release name, a folder name or a file name says.
///
/// Quality, languages and group are found even in a name that is no movie release; `titles` is empty then and
/// `not_a_movie` says why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ParsedRelease {
    /// The name as it was given.
    pub name: String,
    /// The full title first, then its parts when several are joined by AKA or `/`.
    #[serde(default)]
    pub titles: Vec<String>,
    /// The year of release; `None` when the name has none.
    pub year: Option<u16>,
    /// Edition words as they stand in the name, dots turned into spaces.
    pub edition: Option<String>,
    /// Quality and revision.
    pub quality: QualityModel,
    /// The source that the name claims.
    #[serde(default)]
    pub source: QualitySource,
    /// Lines of the picture that the name claims, 0 = none: a telesync keeps them, its quality does not.
    #[serde(default)]
    pub resolution: u16,
    /// The modifier that the name claims.
    #[serde(default)]
    pub modifier: Modifier,
    /// Where the source was found.
    #[serde(default)]
    pub source_from: DetectedFrom,
    /// Where the resolution was found.
    #[serde(default)]
    pub resolution_from: DetectedFrom,
    /// Where the revision was found: `Name` when a proper, repack or REAL stands in it.
    #[serde(default)]
    pub revision_from: DetectedFrom,
    /// Audio languages; `[Unknown]` when none is named, never empty.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// Who released it.
    pub release_group: Option<String>,
    /// The word that names hardcoded subtitles, or `Generic Hardcoded Subs`.
    pub hardcoded_subs: Option<String>,
    /// TMDB id in the name.
    pub tmdb_id: Option<TmdbId>,
    /// IMDb id in the name.
    pub imdb_id: Option<ImdbId>,
    /// The name without extension, site tags and other wrapping: what custom formats look at.
    #[serde(default)]
    pub simple_name: String,
    /// Why this is not the name of one movie's release; `None` when it is.
    #[serde(default)]
    pub not_a_movie: Option<String>,
    /// Which part of the name gave which fact, in the order of the name.
    #[serde(default)]
    pub spans: Vec<Span>,
}

impl ParsedRelease {
    /// The full title, when the name is that of a movie release.
    pub fn title(&self) -> Option<&str> {
        self.titles.first().map(String::as_str)
    }
}
