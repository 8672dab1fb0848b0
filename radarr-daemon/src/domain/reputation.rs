//! What release groups are like, told by what came of our own grabs.
//!
//! A group of which little is known is pulled towards the mean of all groups: three good grabs say less than thirty.
//! Every part of a score names its figures.

use std::collections::BTreeMap;

use radarr_proto::model::{
    GroupReputation, IndexerFlag, Modifier, Quality, QualitySource, ReputationComponent,
};

/// What came of a grab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has not ended yet, or a person took it out: that says nothing of the group.
    Open,
    /// In the library.
    Imported,
    /// In the library, and replaced by something better soon after.
    Replaced,
    /// It did not come, or could not be used.
    Failed,
}

/// A grab, by what a reputation is told from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The group, as the release name has it.
    pub group: String,
    /// Its quality.
    pub quality: Quality,
    /// Bytes; 0 = unknown.
    pub size_bytes: u64,
    /// The movie's length; 0 = unknown.
    pub runtime_minutes: u16,
    /// What the indexer said of it.
    pub flags: Vec<IndexerFlag>,
    /// What came of it.
    pub outcome: Outcome,
}

/// Grabs of the mean group that are added to what is known of each: with five own grabs a group counts as much as
/// the mean does.
const WEIGHT_OF_THE_MEAN: u32 = 5;

/// The score of a group of which nothing is known.
const BASE_TENTHS: i32 = 500;
/// What a group gains whose grabs all come, and loses whose none do.
const RELIABLE_TENTHS: i32 = 350;
/// What a group loses whose files are all replaced soon.
const REPLACED_TENTHS: i32 = 150;
/// What a group gains that only does internal releases.
const INTERNAL_TENTHS: i32 = 100;

/// All groups, best first.
pub fn reputations(records: &[Record]) -> Vec<GroupReputation> {
    let mut groups: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        groups.entry(record.group.to_lowercase()).or_default().push(record);
    }
    let all = Figures::of(records.iter());
    let mut reputations: Vec<GroupReputation> =
        groups.values().map(|group| reputation(group, &all)).collect();
    reputations.sort_by(|left, right| {
        right.score.cmp(&left.score).then(right.grabs.cmp(&left.grabs)).then(left.group.cmp(&right.group))
    });
    reputations
}

fn reputation(records: &[&Record], all: &Figures) -> GroupReputation {
    let own = Figures::of(records.iter().copied());
    let components = components(&own, all);
    let tenths = BASE_TENTHS + components.iter().map(|component| component.tenths).sum::<i32>();
    let count = |is: fn(&Record) -> bool| number(records.iter().filter(|record| is(record)).count());
    GroupReputation {
        group: records.first().map(|record| record.group.clone()).unwrap_or_default(),
        score: u8::try_from((tenths / 10).clamp(0, 100)).unwrap_or(0),
        components,
        releases: number(records.len()),
        internal: own.internal,
        encodes: count(is_encode),
        remuxes: count(|record| record.quality.modifier() == Modifier::Remux),
        web: count(is_web),
        median_bytes_per_minute: medians(records),
        grabs: number(records.len()),
        failures: own.failed,
        replaced: own.replaced,
    }
}

/// The parts of a score. A share is compared with that of the mean group, which every group is mixed with.
fn components(own: &Figures, all: &Figures) -> Vec<ReputationComponent> {
    let reliable = mixed((own.ended - own.failed, own.ended), (all.ended - all.failed, all.ended), (1, 1));
    let replaced = mixed((own.replaced, own.came()), (all.replaced, all.came()), (0, 1));
    let internal = mixed((own.internal, own.all), (all.internal, all.all), (0, 1));
    vec![
        ReputationComponent {
            name: "reliable".to_owned(),
            tenths: 2 * part(RELIABLE_TENTHS, reliable) - RELIABLE_TENTHS,
            because: format!("{} of {} grabs that ended came through", own.ended - own.failed, own.ended),
        },
        ReputationComponent {
            name: "lasting".to_owned(),
            tenths: -part(REPLACED_TENTHS, replaced),
            because: format!("{} of {} files were replaced within 30 days", own.replaced, own.came()),
        },
        ReputationComponent {
            name: "internal".to_owned(),
            tenths: part(INTERNAL_TENTHS, internal),
            because: format!("{} of {} releases were internal", own.internal, own.all),
        },
    ]
}

/// What is counted of a group, or of all.
#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    all: u32,
    ended: u32,
    failed: u32,
    replaced: u32,
    internal: u32,
}

impl Figures {
    fn of<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        records.fold(Self::default(), |figures, record| {
            let has_ended = record.outcome != Outcome::Open;
            Self {
                all: figures.all + 1,
                ended: figures.ended + u32::from(has_ended),
                failed: figures.failed + u32::from(record.outcome == Outcome::Failed),
                replaced: figures.replaced + u32::from(record.outcome == Outcome::Replaced),
                internal: figures.internal + u32::from(record.flags.contains(&IndexerFlag::Internal)),
            }
        })
    }

    fn came(&self) -> u32 {
        self.ended - self.failed
    }
}

/// A share, pulled towards the mean's, which is `unknown` where there is none. In ten-thousandths.
fn mixed(own: (u32, u32), mean: (u32, u32), unknown: (u32, u32)) -> i64 {
    let mean = if mean.1 == 0 { unknown } else { mean };
    let mean = 10_000 * i64::from(mean.0) / i64::from(mean.1.max(1));
    let weight = i64::from(WEIGHT_OF_THE_MEAN);
    (10_000 * i64::from(own.0) + weight * mean) / (i64::from(own.1) + weight)
}

fn part(tenths: i32, share: i64) -> i32 {
    i32::try_from(i64::from(tenths) * share / 10_000).unwrap_or(0)
}

fn is_web(record: &Record) -> bool {
    matches!(record.quality.source(), QualitySource::Webdl | QualitySource::Webrip)
}

fn is_encode(record: &Record) -> bool {
    record.quality.source() == QualitySource::Bluray && record.quality.modifier() == Modifier::None
}

/// The median of each quality, worst quality first.
fn medians(records: &[&Record]) -> Vec<(String, u64)> {
    let mut rates: BTreeMap<Quality, Vec<u64>> = BTreeMap::new();
    for record in records {
        let minutes = u64::from(record.runtime_minutes);
        if let Some(rate) = record.size_bytes.checked_div(minutes).filter(|rate| *rate > 0) {
            rates.entry(record.quality).or_default().push(rate);
        }
    }
    let median = |mut rates: Vec<u64>| {
        rates.sort_unstable();
        rates.get(rates.len() / 2).copied().unwrap_or_default()
    };
    rates.into_iter().map(|(quality, rates)| (quality.name().to_owned(), median(rates))).collect()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(group: &str, outcome: Outcome) -> Record {
        Record {
            group: group.to_owned(),
            quality: Quality::Bluray1080p,
            size_bytes: 6_000,
            runtime_minutes: 100,
            flags: Vec::new(),
            outcome,
        }
    }

    fn scores(records: &[Record]) -> Vec<(String, u8)> {
        reputations(records).into_iter().map(|reputation| (reputation.group, reputation.score)).collect()
    }

    #[test]
    fn who_delivers_stands_before_who_fails_and_names_are_compared_without_case() {
        let mut records: Vec<Record> = (0..10).map(|_| record("GOOD", Outcome::Imported)).collect();
        records.extend((0..10).map(|_| record("bad", Outcome::Failed)));
        records.push(record("Good", Outcome::Imported));
        let found = scores(&records);
        assert_eq!(found.iter().map(|(group, _)| group.as_str()).collect::<Vec<_>>(), ["GOOD", "bad"]);
        assert!(found[0].1 > 65 && found[1].1 < 40, "{found:?}");
    }

    #[test]
    fn one_failure_says_little() {
        let mut records: Vec<Record> = (0..50).map(|_| record("usual", Outcome::Imported)).collect();
        records.push(record("new", Outcome::Failed));
        let found = scores(&records);
        let (usual, new) = (found[0].1, found[1].1);
        assert!(new < usual && new > 60, "{found:?}");
    }

    #[test]
    fn the_parts_of_a_score_make_the_score_and_name_their_figures() {
        let mut internal = record("GRP", Outcome::Replaced);
        internal.flags = vec![IndexerFlag::Internal];
        let records = [internal, record("GRP", Outcome::Imported), record("GRP", Outcome::Open)];
        let found = reputations(&records);
        let sum: i32 = found[0].components.iter().map(|component| component.tenths).sum();
        assert_eq!(i32::from(found[0].score), (BASE_TENTHS + sum) / 10);
        let because: Vec<&str> = found[0].components.iter().map(|part| part.because.as_str()).collect();
        assert_eq!(
            because,
            [
                "2 of 2 grabs that ended came through",
                "1 of 2 files were replaced within 30 days",
                "1 of 3 releases were internal"
            ]
        );
        assert_eq!(found[0].median_bytes_per_minute, [("Bluray-1080p".to_owned(), 60)]);
        assert_eq!((found[0].grabs, found[0].encodes, found[0].web), (3, 3, 0));
    }

    #[test]
    fn nothing_known_is_no_group() {
        assert!(reputations(&[]).is_empty());
    }
}
