//! Which release is best, and which comparison decided.
//!
//! Each release becomes a [`Contender`]: one value for each comparison of [`COMPARISONS`], in whole numbers. They are
//! compared from the first to the last; the first that differs decides, equals keep the order in which they came.
//! Source: Radarr's `DownloadDecisionComparer`; the reputation of groups is ours.

use std::cmp::Ordering;

use jiff::Timestamp;
use radarr_proto::model::{
    Comparison, IndexerFlag, PropersAndRepacks, Protocol, QualityProfile, RankedBy, Release, Revision,
};

use super::decide::verdict::{count, span};
use super::decide::{Candidate, Settings, Situation};
use super::quality::order::{item_name, place};
use super::quality::size::{in_words, preferred_bytes};

/// Sizes closer than this do not matter. Source: Radarr's `DownloadDecisionComparer`.
const SIZE_STEP_BYTES: i64 = 200 * 1_048_576;

/// Reputations closer than this do not matter: within a step the difference is mostly chance.
const REPUTATION_STEP: u8 = 10;

/// What a group of which nothing is known counts: the middle.
const REPUTATION_UNKNOWN: u8 = 50;

/// What ranking depends on beside the releases.
#[derive(Debug, Clone, Copy)]
pub struct RankContext<'a> {
    /// The order of qualities.
    pub profile: &'a QualityProfile,
    /// Propers, flags, reputation, preferred sizes.
    pub settings: &'a Settings,
    /// What the delay profile prefers.
    pub preferred_protocol: Protocol,
    /// Length of the movie; 0 = unknown.
    pub runtime_minutes: u16,
    /// The time, for the age.
    pub now: Timestamp,
}

impl<'a> RankContext<'a> {
    /// The context of a situation.
    pub fn of(situation: &Situation<'a>) -> Self {
        Self {
            profile: situation.profile,
            settings: situation.settings,
            preferred_protocol: situation.delay.preferred_protocol,
            runtime_minutes: situation.movie.facts.runtime_minutes,
            now: situation.now,
        }
    }
}

/// What ranking compares of a release: the larger the better, in every field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contender {
    quality: usize,
    /// The same for all when propers are not preferred.
    revision: Revision,
    score: i32,
    is_preferred_protocol: bool,
    indexer_priority: i16,
    flags: u8,
    reputation: u8,
    seeders: u32,
    peers: u32,
    age: i64,
    size: i64,
    words: Words,
}

/// The values as people read them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    quality: String,
    protocol: &'static str,
    priority: u8,
    seeders: u32,
    peers: u32,
    age_minutes: Option<u64>,
    size_bytes: u64,
}

impl Contender {
    /// The values of a candidate.
    pub fn of(candidate: &Candidate, context: &RankContext<'_>) -> Self {
        let release = &candidate.release;
        let quality = candidate.parsed.quality;
        let settings = context.settings;
        let torrent = release.protocol == Protocol::Torrent;
        let age_minutes = candidate.age_minutes(context.now);
        let preferred = settings
            .definition(quality.quality)
            .and_then(|definition| preferred_bytes(definition, context.runtime_minutes));
        Self {
            quality: place(&context.profile.items, quality.quality).item,
            revision: match settings.propers_and_repacks {
                PropersAndRepacks::DoNotPrefer => Revision::default(),
                PropersAndRepacks::PreferAndUpgrade
                | PropersAndRepacks::DoNotUpgrade
                | PropersAndRepacks::Unknown => quality.revision,
            },
            score: candidate.score,
            is_preferred_protocol: release.protocol == context.preferred_protocol,
            indexer_priority: -i16::from(release.indexer_priority),
            flags: if settings.prefer_indexer_flags { flag_points(&release.flags) } else { 0 },
            reputation: if settings.prefer_group_reputation {
                candidate.group_reputation.unwrap_or(REPUTATION_UNKNOWN) / REPUTATION_STEP
            } else {
                0
            },
            seeders: if torrent { magnitude(u64::from(release.seeders.unwrap_or(0))) } else { 0 },
            peers: if torrent { magnitude(u64::from(release.peers.unwrap_or(0))) } else { 0 },
            age: if torrent { 0 } else { age_points(age_minutes) },
            size: size_points(release.size_bytes, preferred),
            words: Words {
                quality: item_name(context.profile, quality.quality),
                protocol: protocol_name(release),
                priority: release.indexer_priority,
                seeders: release.seeders.unwrap_or(0),
                peers: release.peers.unwrap_or(0),
                age_minutes,
                size_bytes: release.size_bytes,
            },
        }
    }
}

/// How one value of two contenders compares; `Greater` = the left one is better.
type Compare = fn(&Contender, &Contender) -> Ordering;

/// All comparisons, the first that is not equal decides.
pub const COMPARISONS: &[(Comparison, Compare)] = &[
    (Comparison::Quality, |a, b| a.quality.cmp(&b.quality)),
    (Comparison::Revision, |a, b| a.revision.cmp(&b.revision)),
    (Comparison::CustomFormatScore, |a, b| a.score.cmp(&b.score)),
    (Comparison::Protocol, |a, b| a.is_preferred_protocol.cmp(&b.is_preferred_protocol)),
    (Comparison::IndexerPriority, |a, b| a.indexer_priority.cmp(&b.indexer_priority)),
    (Comparison::IndexerFlags, |a, b| a.flags.cmp(&b.flags)),
    (Comparison::GroupReputation, |a, b| a.reputation.cmp(&b.reputation)),
    (Comparison::Seeders, |a, b| a.seeders.cmp(&b.seeders)),
    (Comparison::Peers, |a, b| a.peers.cmp(&b.peers)),
    (Comparison::Age, |a, b| a.age.cmp(&b.age)),
    (Comparison::Size, |a, b| a.size.cmp(&b.size)),
];

/// A release in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// Its place in the list that was given.
    pub index: usize,
    /// Why it stands before the next one; `None` for the last.
    pub by: Option<RankedBy>,
}

/// The contenders, best first.
pub fn rank(contenders: &[Contender]) -> Vec<Ranked> {
    let mut order: Vec<(usize, &Contender)> = contenders.iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| compare(b, a).1);
    let next = order.iter().skip(1).map(|(_, contender)| Some(*contender)).chain([None]);
    order
        .iter()
        .zip(next)
        .map(|((index, ours), next)| Ranked { index: *index, by: next.map(|theirs| reason(ours, theirs)) })
        .collect()
}

/// What a bare name tells of a release. These are compared first, so that what they decide holds whatever the rest
/// is.
const TOLD_BY_NAME: [Comparison; 3] =
    [Comparison::Quality, Comparison::Revision, Comparison::CustomFormatScore];

/// Where a release of which only the name is known would stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many stand before it.
    pub better: usize,
    /// How many equal it in all that a name tells; they follow upon the better ones.
    pub equals: usize,
    /// Why the last of the better ones stands before it, the better one's value first.
    pub behind: Option<RankedBy>,
    /// Why it stands before the first of the worse ones.
    pub ahead: Option<RankedBy>,
}

/// The place of a bare name among contenders that are ranked, best first.
pub fn standing(name: &Contender, ranked: &[Contender]) -> Standing {
    let against = |other: &&Contender| match compare(name, other) {
        (comparison, ordering) if TOLD_BY_NAME.contains(&comparison) => ordering,
        _ => Ordering::Equal,
    };
    let better = ranked.iter().take_while(|other| against(other).is_lt()).count();
    let equals = ranked.iter().skip(better).take_while(|other| against(other).is_eq()).count();
    let nearest = better.checked_sub(1).and_then(|at| ranked.get(at));
    Standing {
        better,
        equals,
        behind: nearest.map(|other| reason(other, name)),
        ahead: ranked.get(better + equals).map(|other| reason(name, other)),
    }
}

/// Ranks candidates of one movie.
pub fn rank_candidates(candidates: &[Candidate], context: &RankContext<'_>) -> Vec<Ranked> {
    let contenders: Vec<Contender> =
        candidates.iter().map(|candidate| Contender::of(candidate, context)).collect();
    rank(&contenders)
}

/// The comparison that decides between two, and its result.
pub fn compare(a: &Contender, b: &Contender) -> (Comparison, Ordering) {
    let results = COMPARISONS.iter().map(|(comparison, compare)| (*comparison, compare(a, b)));
    let mut deciding = results.filter(|(_, ordering)| ordering.is_ne());
    deciding.next().unwrap_or((Comparison::Order, Ordering::Equal))
}

fn reason(ours: &Contender, theirs: &Contender) -> RankedBy {
    let (comparison, _) = compare(ours, theirs);
    RankedBy { comparison, ours: ours.in_words(comparison), theirs: theirs.in_words(comparison) }
}

impl Contender {
    /// The value of a comparison, for people.
    fn in_words(&self, comparison: Comparison) -> String {
        match comparison {
            Comparison::Quality => self.words.quality.clone(),
            Comparison::Revision if self.revision.real > 0 => {
                format!("v{} with {} REAL", self.revision.version, self.revision.real)
            }
            Comparison::Revision => format!("v{}", self.revision.version),
            Comparison::CustomFormatScore => self.score.to_string(),
            Comparison::Protocol => self.words.protocol.to_owned(),
            Comparison::IndexerPriority => self.words.priority.to_string(),
            Comparison::IndexerFlags => count(u64::from(self.flags), "point"),
            Comparison::GroupReputation => format!("about {}", self.reputation * REPUTATION_STEP),
            Comparison::Seeders => count(u64::from(self.words.seeders), "seeder"),
            Comparison::Peers => count(u64::from(self.words.peers), "peer"),
            Comparison::Age => self.words.age_minutes.map_or_else(|| "unknown".to_owned(), span),
            Comparison::Size => in_words(self.words.size_bytes),
            Comparison::Order | Comparison::Unknown => String::new(),
        }
    }
}

fn protocol_name(release: &Release) -> &'static str {
    match release.protocol {
        Protocol::Torrent => "torrent",
        Protocol::Usenet => "usenet",
        Protocol::Unknown => "unknown",
    }
}

/// Two points for what costs nothing or is the tracker's own, one for what costs half.
fn flag_points(flags: &[IndexerFlag]) -> u8 {
    let points = |flag: &IndexerFlag| match flag {
        IndexerFlag::Freeleech
        | IndexerFlag::DoubleUpload
        | IndexerFlag::Internal
        | IndexerFlag::PtpGolden
        | IndexerFlag::PtpApproved => 2,
        IndexerFlag::Halfleech => 1,
        IndexerFlag::Exclusive
        | IndexerFlag::Scene
        | IndexerFlag::Nuked
        | IndexerFlag::Freeleech75
        | IndexerFlag::Freeleech25
        | IndexerFlag::Unknown => 0_u8,
    };
    flags.iter().map(points).fold(0, u8::saturating_add)
}

/// The decimal logarithm, rounded: 1 to 3 are 0, 4 to 31 are 1, 32 to 316 are 2; 0 is 0.
fn magnitude(number: u64) -> u32 {
    // log10(n) rounds up to k from n^2 = 10^(2k-1) on: no float is needed.
    let square = u128::from(number) * u128::from(number);
    let mut magnitude = 0;
    let mut bound: u128 = 10;
    while square >= bound {
        magnitude += 1;
        bound = bound.saturating_mul(100);
    }
    magnitude
}

/// Usenet: the fresher the better, in steps of an hour, a day, a week and powers of ten of days.
fn age_points(age_minutes: Option<u64>) -> i64 {
    let Some(minutes) = age_minutes else { return 0 };
    let days = minutes / (24 * 60);
    match minutes {
        0..60 => 1000,
        60..=1440 => 100,
        _ if days <= 7 => 10,
        _ => -i64::from(magnitude(days)),
    }
}

/// The nearer to the preferred size the better, else the larger the better; in steps of 200 MB.
///
/// The difference to the preferred size is cut to a step before its sign is dropped, so that a little too small
/// counts as a step away and a little too large as none.
fn size_points(size_bytes: u64, preferred_bytes: Option<u64>) -> i64 {
    let size = i64::try_from(size_bytes).unwrap_or(i64::MAX);
    match preferred_bytes.map(|preferred| i64::try_from(preferred).unwrap_or(i64::MAX)) {
        None => size.div_euclid(SIZE_STEP_BYTES),
        Some(preferred) => -size.saturating_sub(preferred).div_euclid(SIZE_STEP_BYTES).abs(),
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{LibrarySettings, ParsedRelease};

    use super::super::quality::defaults;
    use super::super::quality::size::MEGABYTE;
    use super::super::samples;
    use super::*;

    #[test]
    fn magnitudes_are_rounded_logarithms() {
        for number in [0_u64, 1, 3, 4, 10, 31, 32, 100, 316, 317, 1000, 1100, 31622, 31623, 1_000_000] {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let want = if number == 0 { 0.0 } else { (number as f64).log10().round() };
            assert!((f64::from(magnitude(number)) - want).abs() < 0.1, "{number}");
        }
        assert_eq!(magnitude(u64::MAX), 19);
    }

    #[test]
    fn sizes_are_cut_to_steps_of_200_mb() {
        let mb = |n: u64| n * MEGABYTE;
        assert_eq!(size_points(mb(399), None), size_points(mb(200), None));
        assert!(size_points(mb(400), None) > size_points(mb(399), None));
        assert_eq!(size_points(mb(1100), Some(mb(1000))), 0);
        assert_eq!(size_points(mb(900), Some(mb(1000))), -1);
    }

    #[test]
    fn reputation_decides_among_equals_when_it_is_switched_on_and_is_named() {
        let candidate = |group_reputation| {
            let of_none = Candidate::of_no_movie(samples::release(""), ParsedRelease::default());
            Candidate { group_reputation, ..of_none }
        };
        let profile = defaults::profiles().remove(0);
        for (switched_on, known, want) in [
            (false, Some(90), (Comparison::Order, Ordering::Equal)),
            (true, Some(90), (Comparison::GroupReputation, Ordering::Greater)),
            (true, Some(10), (Comparison::GroupReputation, Ordering::Less)),
            // Within ten points it is mostly chance, and an unknown group stands in the middle.
            (true, Some(55), (Comparison::Order, Ordering::Equal)),
        ] {
            let library =
                LibrarySettings { prefer_group_reputation: switched_on, ..LibrarySettings::default() };
            let context = RankContext {
                profile: &profile,
                settings: &Settings::from(&library),
                preferred_protocol: Protocol::Torrent,
                runtime_minutes: 0,
                now: Timestamp::UNIX_EPOCH,
            };
            let contender = |reputation| Contender::of(&candidate(reputation), &context);
            assert_eq!(compare(&contender(known), &contender(None)), want, "{switched_on} {known:?}");
        }
    }

    #[test]
    fn fresh_usenet_posts_come_first() {
        let hour = 60;
        let ages = [0, hour, 25 * hour, 8 * 24 * hour, 400 * 24 * hour];
        let points: Vec<i64> = ages.iter().map(|age| age_points(Some(*age))).collect();
        assert_eq!(points, [1000, 100, 10, -1, -3]);
    }
}
