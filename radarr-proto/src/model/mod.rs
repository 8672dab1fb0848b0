//! The model: plain data that is stored and that travels, in the words of the field.
//!
//! No decision is made here. Every enum reads a value that it does not know as `Unknown`, so that an older peer
//! survives a newer one; fields are added, never renamed. Times are RFC 3339 in UTC, sizes are bytes, and there
//! are no floats.

mod access;
mod event;
mod grab;
mod health;
mod ids;
mod job;
mod language;
mod movie;
mod naming;
mod parsed;
mod profile;
mod quality;
mod release;
mod reputation;
mod secret;
mod settings;
mod verdict;

pub use access::{Principal, Role, TokenInfo};
pub use event::{CHANGES_MAX, Event, EventKind, FieldChange, PlacedBy};
pub use grab::{Blocked, Grab, GrabState, PendingReason, PendingRelease, Progress};
pub use health::{HealthItem, Severity};
pub use ids::{
    BlockId, ClientId, Cursor, CustomFormatId, DelayProfileId, DocVersion, GrabId, IdError, ImdbId,
    IndexerId, InfoHash, JobId, MovieId, ProfileId, ReleaseProfileId, RootFolderId, Slot, TagId, TmdbId,
    TokenId,
};
pub use job::{Job, JobKind, JobRhythm, JobStatus, Lease, ScheduledJob};
pub use language::Language;
pub use movie::{
    AlternativeTitle, AudioTrack, CollectionRef, Credit, ExtraFile, HdrFormat, MediaInfo,
    MinimumAvailability, Movie, MovieFacts, MovieFile, MovieRow, MovieStatus, MovieVersion, ReleaseDates,
    SourcedDate, StoredScore, Translation,
};
pub use naming::{ColonMode, NamingSettings};
pub use parsed::{DetectedFrom, FactKind, ParsedRelease, Span};
pub use profile::{
    Condition, ConditionTest, CustomFormat, DelayProfile, FormatScore, GuideFormat, ProfileItem,
    PropersAndRepacks, QualityProfile, ReleaseProfile,
};
pub use quality::{Modifier, Quality, QualityDefinition, QualityModel, QualitySource, Revision};
pub use release::{
    Comparison, Decision, IndexerFlag, Judgement, MatchedBy, Protocol, RankedBy, Release, SearchKind,
};
pub use reputation::{GroupReputation, ReputationComponent};
pub use secret::{SealedText, SecretInput, SecretSource, SecretText};
pub use settings::{
    ClientKind, DownloadClient, Indexer, IndexerBudget, IndexerKind, IndexerState, LibrarySettings, LinkMode,
    PathMapping, RootFolder, RootFolderState, SaveClient, SaveIndexer, Tag, TestResult, TmdbSettings,
};
pub use verdict::{Looked, Permanence, RuleOutcome, RuleVerdict};
