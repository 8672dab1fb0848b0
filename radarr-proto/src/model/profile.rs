//! Quality profiles, custom formats, delay profiles, release profiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    CustomFormatId, DelayProfileId, DocVersion, IndexerFlag, IndexerId, Language, Modifier, ProfileId,
    Protocol, Quality, QualitySource, ReleaseProfileId, TagId,
};

/// A line of a profile: one quality, or several that rank equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileItem {
    /// The name of a group; `None` for a single quality.
    #[serde(default)]
    pub group: Option<String>,
    /// The qualities, worst first; exactly one unless it is a group.
    pub qualities: Vec<Quality>,
    /// Whether a release of it may be taken.
    pub allowed: bool,
}

/// What a custom format counts in a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatScore {
    /// The format.
    pub format_id: CustomFormatId,
    /// Added when it matches.
    pub score: i32,
}

/// What a version of a movie may be, and what is better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityProfile {
    /// Its number.
    pub id: ProfileId,
    /// Version of the stored document; an edit that names another one is refused, 0 = whatever is there.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Its name.
    pub name: String,
    /// Whether something better replaces what is there.
    pub upgrade_allowed: bool,
    /// From this quality on nothing better is looked for. Its item must be allowed.
    pub cutoff: Quality,
    /// Worst first; each quality at most once.
    pub items: Vec<ProfileItem>,
    /// Wanted audio language; `Any` and `Original` are allowed.
    pub language: Language,
    /// A release below is refused.
    pub min_format_score: i32,
    /// From this score on no better one is looked for.
    pub cutoff_format_score: i32,
    /// The least gain in score that counts as an upgrade, at least 1.
    pub min_upgrade_format_score: i32,
    /// What each format counts; formats not listed count 0.
    #[serde(default)]
    pub format_scores: Vec<FormatScore>,
}

/// What a condition of a custom format tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConditionTest {
    /// The release name matches this .NET expression.
    ReleaseTitle {
        /// The expression.
        pattern: String,
    },
    /// The edition matches this .NET expression.
    Edition {
        /// The expression.
        pattern: String,
    },
    /// The group matches this .NET expression.
    ReleaseGroup {
        /// The expression.
        pattern: String,
    },
    /// The language is among those of the release.
    Language {
        /// Which; `Original` is the movie's.
        language: Language,
        /// Turned round: some other language is there.
        #[serde(default)]
        except_language: bool,
    },
    /// The indexer gave this flag.
    IndexerFlag {
        /// Which.
        flag: IndexerFlag,
    },
    /// The source is this one.
    Source {
        /// Which.
        source: QualitySource,
    },
    /// The resolution is this one.
    Resolution {
        /// Lines.
        resolution: u16,
    },
    /// The modifier is this one.
    QualityModifier {
        /// Which.
        modifier: Modifier,
    },
    /// The size lies in `min..=max` bytes, the lower bound itself left out.
    Size {
        /// Bytes, itself left out.
        min_bytes: u64,
        /// Bytes, itself included.
        max_bytes: u64,
    },
    /// The year lies in `min..=max`.
    Year {
        /// First year.
        min: u16,
        /// Last year.
        max: u16,
    },
    /// The group's reputation score (0 to 100) lies in `min..=max`; ours alone, not Radarr's.
    GroupReputation {
        /// Lowest score.
        min: u8,
        /// Highest score.
        max: u8,
    },
    /// A test that a newer peer knows; matches nothing.
    #[serde(other)]
    Unknown,
}

/// One condition of a custom format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Its name.
    pub name: String,
    /// Without it the format does not match, whatever the others of its kind say.
    #[serde(default)]
    pub required: bool,
    /// The result is turned round.
    #[serde(default)]
    pub negate: bool,
    /// What is tested.
    pub test: ConditionTest,
}

/// Where a custom format of the TRaSH guides comes from, and what they score it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuideFormat {
    /// Its id there; quality profiles of the guides name formats by it.
    pub trash_id: String,
    /// Its scores by score set; `default` is the one of profiles without a set.
    #[serde(default)]
    pub scores: BTreeMap<String, i32>,
}

/// A named set of conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomFormat {
    /// Its number.
    pub id: CustomFormatId,
    /// Version of the stored document; an edit that names another one is refused, 0 = whatever is there.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Its name.
    pub name: String,
    /// Whether its name goes into file names.
    #[serde(default)]
    pub include_when_renaming: bool,
    /// Or inside a kind, and across kinds. None at all matches everything.
    pub conditions: Vec<Condition>,
    /// What the TRaSH guides say of it; `None` when it is not theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<GuideFormat>,
}

/// How long to wait for something better, by protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelayProfile {
    /// Its number.
    pub id: DelayProfileId,
    /// Version of the stored document; an edit that names another one is refused, 0 = whatever is there.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Whether usenet may be used.
    pub enable_usenet: bool,
    /// Whether torrents may be used.
    pub enable_torrent: bool,
    /// Which is taken first.
    pub preferred_protocol: Protocol,
    /// Minutes.
    pub usenet_delay_minutes: u32,
    /// Minutes.
    pub torrent_delay_minutes: u32,
    /// The lowest that fits the movie's tags is used.
    pub order: u32,
    /// No waiting when nothing better is possible.
    pub bypass_if_highest_quality: bool,
    /// No waiting from a score on.
    pub bypass_if_above_custom_format_score: bool,
    /// That score.
    pub minimum_custom_format_score: i32,
    /// For movies with one of these; empty = all.
    #[serde(default)]
    pub tags: Vec<TagId>,
}

/// Required and ignored words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseProfile {
    /// Its number.
    pub id: ReleaseProfileId,
    /// Version of the stored document; an edit that names another one is refused, 0 = whatever is there.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Its name.
    pub name: String,
    /// Whether it is used.
    pub enabled: bool,
    /// One of these must be in the name. `/…/` is an expression.
    #[serde(default)]
    pub required: Vec<String>,
    /// None of these may be.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// Only for this indexer.
    #[serde(default)]
    pub indexer_id: Option<IndexerId>,
    /// For movies with one of these; empty = all.
    #[serde(default)]
    pub tags: Vec<TagId>,
}

/// What is done with propers and repacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropersAndRepacks {
    /// Preferred, and they replace what is there.
    #[default]
    PreferAndUpgrade,
    /// Preferred among equals, but nothing is replaced for them.
    DoNotUpgrade,
    /// Counted as any other release.
    DoNotPrefer,
    /// A setting that a newer peer knows.
    #[serde(other)]
    Unknown,
}
