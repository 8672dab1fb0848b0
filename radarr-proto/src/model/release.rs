//! Releases as indexers list them, and what was judged of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ImdbId, IndexerId, InfoHash, Language, MovieId, ParsedRelease, QualityModel, RuleVerdict, SealedText,
    Slot, TmdbId,
};

/// How a release is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// `BitTorrent`.
    #[default]
    Torrent,
    /// Usenet.
    Usenet,
    /// A protocol that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// What an indexer says of a release beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum IndexerFlag {
    Freeleech,
    Halfleech,
    DoubleUpload,
    Internal,
    Exclusive,
    Scene,
    Nuked,
    PtpGolden,
    PtpApproved,
    Freeleech75,
    Freeleech25,
    #[serde(other)]
    Unknown,
}

/// One release as an indexer listed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The indexer's own, lasting name of this release, e.g. `HDBits-900001`.
    pub guid: String,
    /// Which indexer.
    pub indexer_id: IndexerId,
    /// Its name at the time.
    pub indexer: String,
    /// The release name, as it is parsed.
    pub title: String,
    /// Another name that the indexer gave (HDBits' display name).
    #[serde(default)]
    pub other_title: Option<String>,
    /// How it is fetched.
    pub protocol: Protocol,
    /// Bytes; 0 = unknown.
    pub size_bytes: u64,
    /// When the indexer published it.
    pub published_at: Option<Timestamp>,
    /// The torrent's hash.
    pub info_hash: Option<InfoHash>,
    /// Who has all of it.
    pub seeders: Option<u32>,
    /// Seeders and leechers together.
    pub peers: Option<u32>,
    /// What the indexer says of it.
    #[serde(default)]
    pub flags: Vec<IndexerFlag>,
    /// IMDb id that the indexer gave.
    pub imdb_id: Option<ImdbId>,
    /// TMDB id that the indexer gave.
    pub tmdb_id: Option<TmdbId>,
    /// Languages that the indexer gave.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// Container that the indexer gave, e.g. `mkv`.
    #[serde(default)]
    pub container: Option<String>,
    /// The page for people. Never carries a secret.
    pub info_url: Option<String>,
    /// Where it is fetched, sealed because the address lets somebody in; `None` where the indexer can tell it by the
    /// guid. Stays with the daemon: answers to clients leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_link: Option<SealedText>,
    /// Ratio in hundredths that the indexer asks of whoever takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_ratio_hundredths: Option<u32>,
    /// Minutes of seeding that the indexer asks of whoever takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_seed_minutes: Option<u32>,
    /// 1 is best, 50 is worst.
    pub indexer_priority: u8,
}

/// Why the engine looked at a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// The periodic list of recent releases.
    #[default]
    Recent,
    /// A search that the system started.
    Automatic,
    /// A search that a person started.
    User,
    /// Pushed in from outside.
    Push,
    /// A kind that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// What came out for a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// May be taken.
    Accepted,
    /// Not now; it may be later.
    Delayed,
    /// No.
    Rejected,
    /// A judgement that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// How a release was found to be a movie's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// IMDb id, and no other year.
    ImdbId,
    /// TMDB id, and no other year.
    TmdbId,
    /// Title and year.
    Title,
    /// An alternative title or translation, and year.
    AlternativeTitle,
    /// Only by the id that was searched for: never imported without asking.
    IdOnly,
    /// A way that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// The comparison that put one release before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the comparisons")]
pub enum Comparison {
    Quality,
    Revision,
    CustomFormatScore,
    Protocol,
    IndexerPriority,
    IndexerFlags,
    GroupReputation,
    Seeders,
    Peers,
    Age,
    Size,
    /// All equal: the order in which they came.
    Order,
    #[serde(other)]
    Unknown,
}

/// Why a release stands before the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedBy {
    /// The first comparison that was not equal.
    pub comparison: Comparison,
    /// This release's value, in words.
    pub ours: String,
    /// The next release's value, in words.
    pub theirs: String,
}

/// One release with everything that was found out and decided (D8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was listed.
    pub release: Release,
    /// What its name says.
    pub parsed: ParsedRelease,
    /// The movie and version it was judged for; `None` when it is none of ours.
    pub movie_id: Option<MovieId>,
    /// The movie's version.
    #[serde(default)]
    pub slot: Slot,
    /// How the movie was found.
    pub matched_by: Option<MatchedBy>,
    /// Languages after what the indexer and the movie say was taken in.
    pub languages: Vec<Language>,
    /// Names of the custom formats that match.
    #[serde(default)]
    pub custom_formats: Vec<String>,
    /// Their score under the profile.
    #[serde(default)]
    pub custom_format_score: i32,
    /// What came out.
    pub judgement: Judgement,
    /// Each rule's verdict, in the order of the rules.
    #[serde(default)]
    pub verdicts: Vec<RuleVerdict>,
    /// Why it stands before the next one; `None` for the last and for rejected ones.
    #[serde(default)]
    pub ranked_by: Option<RankedBy>,
    /// The reputation of its group when it was judged, 0 to 100; `None` = nothing is known of it.
    #[serde(default)]
    pub group_reputation: Option<u8>,
}

impl Decision {
    /// The quality that the name says.
    pub fn quality(&self) -> QualityModel {
        self.parsed.quality
    }
}
