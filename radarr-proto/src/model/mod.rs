//! The model: plain data that is stored and that travels, in the words of the field.
//!
//! No decision is made here. Every enum reads a value that it does not know as `Unknown`, so that an older peer
//! survives a newer one; fields are added, never renamed. Times are RFC 3339 in UTC, sizes are bytes, and there
//! are no floats.

mod ids;
mod language;
mod movie;
mod parsed;
mod profile;
mod quality;
mod release;
mod verdict;

pub use ids::{
    BlockId, ClientId, Cursor, CustomFormatId, DelayProfileId, DocVersion, GrabId, IdError, ImdbId, IndexerId,
    InfoHash, JobId, MovieId, ProfileId, ReleaseProfileId, RootFolderId, Slot, TagId, TmdbId, TokenId,
};
pub use language::Language;
pub use movie::{
    AlternativeTitle, AudioTrack, CollectionRef, Credit, ExtraFile, HdrFormat, MediaInfo, MinimumAvailability,
    Movie, MovieFacts, MovieFile, MovieRow, MovieStatus, MovieVersion, ReleaseDates, SourcedDate, StoredScore,
    Translation,
};
pub use parsed::{DetectedFrom, FactKind, ParsedRelease, Span};
pub use profile::{
    Condition, ConditionTest, CustomFormat, DelayProfile, FormatScore, ProfileItem, PropersAndRepacks,
    QualityProfile, ReleaseProfile,
};
pub use quality::{Modifier, Quality, QualityDefinition, QualityModel, QualitySource, Revision};
pub use release::{
    Comparison, Decision, IndexerFlag, Judgement, MatchedBy, Protocol, RankedBy, Release, SearchKind,
};
pub use verdict::{Looked, Permanence, RuleOutcome, RuleVerdict};
