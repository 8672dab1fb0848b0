//! Movies: what TMDB says of them, what the user wants, what is in the library.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    DocVersion, GrabId, ImdbId, IndexerFlag, Language, MovieId, ProfileId, QualityModel, RootFolderId, Slot,
    TagId, TmdbId,
};

/// From when on a movie is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinimumAvailability {
    /// At once, whatever is known.
    Tba,
    /// Once it is announced.
    Announced,
    /// Once it is in cinemas.
    InCinemas,
    /// Once it is out on disc or in a digital shop.
    #[default]
    Released,
    /// A value that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// Where a movie stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovieStatus {
    /// Nothing but a plan.
    Tba,
    /// Announced.
    #[default]
    Announced,
    /// In cinemas.
    InCinemas,
    /// On disc or in a digital shop.
    Released,
    /// TMDB has no entry any more.
    Deleted,
    /// A status that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// A date with the place it was taken from, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcedDate {
    /// The date.
    pub date: Date,
    /// Country code, e.g. `US`.
    pub country: String,
    /// TMDB's note: a festival, a streaming service, a kind of disc. May be empty.
    #[serde(default)]
    pub note: String,
}

/// The dates that availability is told from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReleaseDates {
    /// First in cinemas.
    pub in_cinemas: Option<SourcedDate>,
    /// First in digital shops.
    pub digital: Option<SourcedDate>,
    /// First on disc.
    pub physical: Option<SourcedDate>,
}

/// Another title, with the country TMDB gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlternativeTitle {
    /// The title.
    pub title: String,
    /// Country code.
    pub country: String,
    /// TMDB's free text, e.g. `working title`. May be empty.
    #[serde(default)]
    pub kind: String,
}

/// The title and overview in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// Which language.
    pub language: Language,
    /// ISO 639-1 code.
    pub code: String,
    /// Country code.
    #[serde(default)]
    pub country: String,
    /// The title; never empty.
    pub title: String,
    /// The overview. May be empty.
    #[serde(default)]
    pub overview: String,
}

/// A collection that a movie belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRef {
    /// TMDB's number of it.
    pub tmdb_id: u32,
    /// Its title.
    pub title: String,
}

/// Somebody who played or worked on a movie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Who.
    pub name: String,
    /// The character played, or the job done.
    pub role: String,
}

/// What TMDB says of a movie. Replaced as a whole by a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MovieFacts {
    /// TMDB's number.
    pub tmdb_id: TmdbId,
    /// IMDb's id.
    pub imdb_id: Option<ImdbId>,
    /// Title in the language of the settings.
    pub title: String,
    /// Title in the original language.
    pub original_title: String,
    /// Original language.
    pub original_language: Language,
    /// Year of the primary release; 0 = unknown.
    pub year: u16,
    /// Year of the first showing, when it is another one.
    pub secondary_year: Option<u16>,
    /// What it is about.
    #[serde(default)]
    pub overview: String,
    /// Minutes; 0 = unknown.
    pub runtime_minutes: u16,
    /// Status at the time of the refresh.
    pub status: MovieStatus,
    /// The dates, with their sources.
    #[serde(default)]
    pub dates: ReleaseDates,
    /// Genres.
    #[serde(default)]
    pub genres: Vec<String>,
    /// First production company.
    pub studio: Option<String>,
    /// Age rating in the country of the settings.
    pub certification: Option<String>,
    /// Collection.
    pub collection: Option<CollectionRef>,
    /// TMDB's rating in tenths, 0 to 100.
    #[serde(default)]
    pub rating_tenths: u8,
    /// How many votes.
    #[serde(default)]
    pub votes: u32,
    /// Path of the poster at TMDB, e.g. `/abc.jpg`.
    pub poster_path: Option<String>,
    /// Path of the backdrop at TMDB.
    pub backdrop_path: Option<String>,
    /// Id of the trailer at `YouTube`.
    pub youtube_trailer: Option<String>,
    /// Home page.
    pub homepage: Option<String>,
    /// Other titles.
    #[serde(default)]
    pub alternative_titles: Vec<AlternativeTitle>,
    /// Titles in other languages.
    #[serde(default)]
    pub translations: Vec<Translation>,
    /// Who plays, most important first, at most 20.
    #[serde(default)]
    pub cast: Vec<Credit>,
    /// Directors, writers and other heads, at most 20.
    #[serde(default)]
    pub crew: Vec<Credit>,
}

/// One track of sound in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AudioTrack {
    /// ISO 639 code; empty = not said.
    #[serde(default)]
    pub language: String,
    /// ffprobe's word for the codec.
    pub codec: String,
    /// ffprobe's codec tag.
    #[serde(default)]
    pub codec_id: String,
    /// ffprobe's profile, e.g. `DTS-HD MA`.
    #[serde(default)]
    pub profile: String,
    /// Channels in tenths: 51 = 5.1.
    pub channels_tenths: u16,
    /// Bits per second; 0 = not said.
    #[serde(default)]
    pub bit_rate: u64,
}

/// How bright the picture is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum HdrFormat {
    #[default]
    None,
    Pq10,
    Hdr10,
    Hdr10Plus,
    Hlg10,
    DolbyVision,
    DolbyVisionHdr10,
    DolbyVisionHdr10Plus,
    DolbyVisionHlg,
    DolbyVisionSdr,
    #[serde(other)]
    Unknown,
}

/// What ffprobe says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MediaInfo {
    /// Seconds.
    pub duration_seconds: u32,
    /// ffprobe's word for the video codec.
    pub video_codec: String,
    /// ffprobe's codec tag.
    #[serde(default)]
    pub video_codec_id: String,
    /// ffprobe's profile.
    #[serde(default)]
    pub video_profile: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bits per sample.
    #[serde(default)]
    pub video_bit_depth: u8,
    /// Bits per second; 0 = not said.
    #[serde(default)]
    pub video_bit_rate: u64,
    /// Frames in a thousand seconds: 23976 = 23.976 per second.
    #[serde(default)]
    pub frames_per_1000_seconds: u32,
    /// 2 = stereoscopic.
    #[serde(default)]
    pub multi_view_count: u8,
    /// Brightness coding.
    #[serde(default)]
    pub hdr: HdrFormat,
    /// Sound.
    #[serde(default)]
    pub audio: Vec<AudioTrack>,
    /// Subtitle languages, ISO 639 codes.
    #[serde(default)]
    pub subtitles: Vec<String>,
    /// The title tag of the container.
    #[serde(default)]
    pub title: String,
    /// ffprobe's name of the container.
    #[serde(default)]
    pub container: String,
}

/// What a release scored when it was grabbed or imported (D14).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoredScore {
    /// Sum.
    pub score: i32,
    /// Names of the formats that matched.
    #[serde(default)]
    pub formats: Vec<String>,
}

/// A file beside the movie's: subtitles and the like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraFile {
    /// Relative to the movie's folder.
    pub relative_path: String,
    /// Language of a subtitle.
    pub language: Option<Language>,
    /// Tags of a subtitle, e.g. `forced`.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// The file of a movie's version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovieFile {
    /// Relative to the movie's folder.
    pub relative_path: String,
    /// Bytes.
    pub size_bytes: u64,
    /// When it came into the library.
    pub added_at: Timestamp,
    /// What it is.
    pub quality: QualityModel,
    /// Audio languages.
    pub languages: Vec<Language>,
    /// Who released it.
    pub release_group: Option<String>,
    /// Edition.
    pub edition: Option<String>,
    /// The release name it was grabbed under: what formats are told from.
    pub scene_name: Option<String>,
    /// The path inside the download.
    pub original_path: Option<String>,
    /// What the indexer said of the release.
    #[serde(default)]
    pub flags: Vec<IndexerFlag>,
    /// What it scored when it was grabbed.
    #[serde(default)]
    pub stored_score: StoredScore,
    /// The grab that it came from.
    pub grab_id: Option<GrabId>,
    /// What ffprobe said; `None` where it is not installed or could not read it.
    pub media_info: Option<MediaInfo>,
    /// Files beside it.
    #[serde(default)]
    pub extras: Vec<ExtraFile>,
}

/// One version of a movie: a slot with a profile, a folder and at most one file (D13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovieVersion {
    /// Which slot; 0 is the one every movie has.
    pub slot: Slot,
    /// Empty for the one every movie has.
    #[serde(default)]
    pub name: String,
    /// What it may be.
    pub profile_id: ProfileId,
    /// Where it lies.
    pub root_folder_id: RootFolderId,
    /// The movie's folder, relative to the root folder.
    pub folder: String,
    /// Its file.
    pub file: Option<MovieFile>,
    /// When it was last searched for.
    #[serde(default)]
    pub last_searched_at: Option<Timestamp>,
}

/// A movie in the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movie {
    /// Its number here.
    pub id: MovieId,
    /// The version of the stored document; given back in an edit (D3).
    #[serde(default)]
    pub doc_version: DocVersion,
    /// What TMDB says.
    pub facts: MovieFacts,
    /// What it is sorted by.
    pub sort_title: String,
    /// Whether it is looked for.
    pub monitored: bool,
    /// From when on.
    pub minimum_availability: MinimumAvailability,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<TagId>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Who added it.
    #[serde(default)]
    pub added_by: String,
    /// When TMDB was last asked.
    pub refreshed_at: Timestamp,
    /// At least one.
    pub versions: Vec<MovieVersion>,
}

/// A movie as a list shows it: what is needed for a line, for sorting and for filters, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovieRow {
    /// Its number here.
    pub id: MovieId,
    /// TMDB's number.
    pub tmdb_id: TmdbId,
    /// Title.
    pub title: String,
    /// What it is sorted by.
    pub sort_title: String,
    /// Year; 0 = unknown.
    pub year: u16,
    /// Where it stands.
    pub status: MovieStatus,
    /// Whether it is looked for.
    pub monitored: bool,
    /// Whether its minimum availability is reached.
    pub available: bool,
    /// Profile of the first version.
    pub profile_id: ProfileId,
    /// Root folder of the first version.
    pub root_folder_id: RootFolderId,
    /// Quality of the first version's file; `None` = missing.
    pub quality: Option<super::Quality>,
    /// Bytes of all files.
    pub size_bytes: u64,
    /// Whether the cutoff of the first version is met; false when missing.
    pub cutoff_met: bool,
    /// Score of the first version's file.
    pub score: i32,
    /// Minutes.
    pub runtime_minutes: u16,
    /// TMDB's rating in tenths.
    pub rating_tenths: u8,
    /// When it was added.
    pub added_at: Timestamp,
    /// How many versions it has.
    pub versions: u8,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagId>,
}
