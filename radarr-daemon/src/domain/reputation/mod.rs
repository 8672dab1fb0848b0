//! What release groups are like, told by what indexers list of them and by what came of our own grabs.
//!
//! 50 is the mean of all groups. A group of which little is known is pulled towards it: three good grabs say less than
//! thirty. Every part of a score names its figures.

mod rates;

use radarr_proto::model::{GroupReputation, Modifier, Quality, QualitySource, ReputationComponent};
use serde::{Deserialize, Serialize};

pub use rates::Rates;
use rates::STEPS_OF_AN_OCTAVE;

use crate::domain::decide::verdict::count;

/// A release that was seen, by what a reputation is told from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its quality.
    pub quality: Quality,
    /// Bytes; 0 = unknown.
    pub size_bytes: u64,
    /// The movie's length; 0 = unknown.
    pub runtime_minutes: u16,
    /// Whether the indexer marks it as its own.
    pub is_internal: bool,
}

/// What is counted of the releases of a group, or of all groups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listed {
    /// Releases, each once.
    pub releases: u32,
    /// Of these marked internal.
    pub internal: u32,
    /// Of these encodes of a disc.
    pub encodes: u32,
    /// Of these remuxes.
    pub remuxes: u32,
    /// Of these from the web.
    pub web: u32,
    /// Their sizes, where size and length are known.
    pub rates: Rates,
}

impl Listed {
    /// Counts a release that was not counted before.
    pub fn add(&mut self, seen: &Sighting) {
        let is_web = matches!(seen.quality.source(), QualitySource::Webdl | QualitySource::Webrip);
        let is_disc = seen.quality.source() == QualitySource::Bluray;
        self.releases = self.releases.saturating_add(1);
        self.internal = self.internal.saturating_add(seen.is_internal.into());
        self.encodes =
            self.encodes.saturating_add((is_disc && seen.quality.modifier() == Modifier::None).into());
        self.remuxes = self.remuxes.saturating_add((seen.quality.modifier() == Modifier::Remux).into());
        self.web = self.web.saturating_add(is_web.into());
        self.rates.add(seen.quality, seen.size_bytes, seen.runtime_minutes);
    }

    /// Adds all that is counted in `other`.
    pub fn merge(&mut self, other: &Self) {
        self.releases = self.releases.saturating_add(other.releases);
        self.internal = self.internal.saturating_add(other.internal);
        self.encodes = self.encodes.saturating_add(other.encodes);
        self.remuxes = self.remuxes.saturating_add(other.remuxes);
        self.web = self.web.saturating_add(other.web);
        self.rates.merge(&other.rates);
    }
}

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

/// What is counted of our own grabs of a group, or of all groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Own {
    /// Grabs.
    pub grabs: u32,
    /// Of these in the library or failed.
    pub ended: u32,
    /// Of these failed.
    pub failed: u32,
    /// Of those in the library, replaced within 30 days.
    pub replaced: u32,
}

impl Own {
    /// Counts a grab.
    pub fn add(&mut self, outcome: Outcome) {
        self.grabs += 1;
        self.ended += u32::from(outcome != Outcome::Open);
        self.failed += u32::from(outcome == Outcome::Failed);
        self.replaced += u32::from(outcome == Outcome::Replaced);
    }

    fn came(&self) -> u32 {
        self.ended - self.failed
    }
}

/// What is counted of all groups together: the mean that each is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct All {
    /// Of what indexers list.
    pub listed: Listed,
    /// Of our own grabs.
    pub own: Own,
}

/// Grabs of the mean group that are added to those of each: with eight own grabs a group counts as much as the mean.
const GRABS_OF_THE_MEAN: u32 = 8;
/// Releases of the mean group that are added to those of each; a group has many more releases than we have grabs.
const RELEASES_OF_THE_MEAN: u32 = 20;

/// The score of the mean group, and of one of which nothing is known.
const MEAN_TENTHS: i64 = 500;
/// Between a group whose grabs all come and one whose grabs all fail.
const RELIABLE_TENTHS: i64 = 600;
/// Between a group whose files all stay and one whose files are all replaced soon.
const LASTING_TENTHS: i64 = 200;
/// Between a group that is the tracker's own and one that never is.
const INTERNAL_TENTHS: i64 = 200;
/// What a group gains whose releases are twice as large as is usual for their quality; half as large loses as much.
const LARGE_TENTHS: i64 = 150;

/// Shares are counted in so many parts.
const PARTS: i64 = 10_000;

/// The score of a group, 0 to 100.
pub fn score(listed: &Listed, own: &Own, all: &All) -> u8 {
    in_points(parts(listed, own, all).iter().sum())
}

/// All that is known of a group.
pub fn reputation(name: &str, listed: &Listed, own: &Own, all: &All) -> GroupReputation {
    let parts = parts(listed, own, all);
    GroupReputation {
        group: name.to_owned(),
        score: in_points(parts.iter().sum()),
        components: components(parts, listed, own, all),
        // Grabs of indexers that list them no more were releases as well.
        releases: listed.releases.max(own.grabs),
        internal: listed.internal,
        encodes: listed.encodes,
        remuxes: listed.remuxes,
        web: listed.web,
        median_bytes_per_minute: named(listed.rates.medians()),
        grabs: own.grabs,
        failures: own.failed,
        replaced: own.replaced,
    }
}

fn named(medians: Vec<(Quality, u64)>) -> Vec<(String, u64)> {
    medians.into_iter().map(|(quality, bytes)| (quality.name().to_owned(), bytes)).collect()
}

fn in_points(tenths: i64) -> u8 {
    u8::try_from(((MEAN_TENTHS + tenths) / 10).clamp(0, 100)).unwrap_or(0)
}

/// Tenths of a point for reliable, lasting, internal, large.
fn parts(listed: &Listed, own: &Own, all: &All) -> [i64; 4] {
    let reliable = above_mean((own.came(), own.ended), (all.own.came(), all.own.ended), GRABS_OF_THE_MEAN);
    let replaced =
        above_mean((own.replaced, own.came()), (all.own.replaced, all.own.came()), GRABS_OF_THE_MEAN);
    let internal = above_mean(
        (listed.internal, listed.releases),
        (all.listed.internal, all.listed.releases),
        RELEASES_OF_THE_MEAN,
    );
    let (steps, releases) = listed.rates.against(&all.listed.rates);
    let large = PARTS * steps / STEPS_OF_AN_OCTAVE / i64::from(releases.saturating_add(RELEASES_OF_THE_MEAN));
    let tenths = |weight: i64, share: i64| weight * share / PARTS;
    [
        tenths(RELIABLE_TENTHS, reliable),
        -tenths(LASTING_TENTHS, replaced),
        tenths(INTERNAL_TENTHS, internal),
        tenths(LARGE_TENTHS, large.clamp(-PARTS, PARTS)),
    ]
}

/// How far a share lies above the mean's, pulled towards it, in parts of [`PARTS`]. Nothing where nothing is known.
fn above_mean(own: (u32, u32), mean: (u32, u32), weight: u32) -> i64 {
    if mean.1 == 0 {
        return 0;
    }
    let (part, of) = (i64::from(own.0), i64::from(own.1));
    let mean = PARTS * i64::from(mean.0) / i64::from(mean.1);
    (PARTS * part - mean * of) / (of + i64::from(weight))
}

fn components(parts: [i64; 4], listed: &Listed, own: &Own, all: &All) -> Vec<ReputationComponent> {
    let [reliable, lasting, internal, large] = parts;
    let share = |part: u32, of: u32| {
        if of == 0 { "unknown".to_owned() } else { format!("{} %", u64::from(part) * 100 / u64::from(of)) }
    };
    let were = |number: u32| if number == 1 { "was" } else { "were" };
    let (_, sized) = listed.rates.against(&all.listed.rates);
    let component = |name: &str, tenths: i64, because: String| ReputationComponent {
        name: name.to_owned(),
        tenths: i32::try_from(tenths).unwrap_or(0),
        because,
    };
    vec![
        component(
            "reliable",
            reliable,
            format!(
                "{} of {} that ended came through; of all groups {}",
                own.came(),
                count(own.ended.into(), "grab"),
                share(all.own.came(), all.own.ended)
            ),
        ),
        component(
            "lasting",
            lasting,
            format!(
                "{} of {} {} replaced within 30 days; of all groups {}",
                own.replaced,
                count(own.came().into(), "file"),
                were(own.replaced),
                share(all.own.replaced, all.own.came())
            ),
        ),
        component(
            "internal",
            internal,
            format!(
                "{} of {} {} internal; of all groups {}",
                listed.internal,
                count(listed.releases.into(), "release"),
                were(listed.internal),
                share(all.listed.internal, all.listed.releases)
            ),
        ),
        component(
            "large",
            large,
            format!(
                "{} of known size and length, compared with others of the same quality",
                count(sized.into(), "release")
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(releases: u32, internal: u32, bytes_per_minute: u64) -> Listed {
        let mut listed = Listed::default();
        for number in 0..releases {
            listed.add(&Sighting {
                quality: Quality::Bluray1080p,
                size_bytes: bytes_per_minute * 100,
                runtime_minutes: 100,
                is_internal: number < internal,
            });
        }
        listed
    }

    fn own(imported: u32, failed: u32, replaced: u32) -> Own {
        let mut own = Own::default();
        for (count, outcome) in
            [(imported, Outcome::Imported), (failed, Outcome::Failed), (replaced, Outcome::Replaced)]
        {
            (0..count).for_each(|_| own.add(outcome));
        }
        own
    }

    fn all(groups: &[(&Listed, &Own)]) -> All {
        let mut all = All::default();
        for (listed, own) in groups {
            all.listed.merge(listed);
            all.own.grabs += own.grabs;
            all.own.ended += own.ended;
            all.own.failed += own.failed;
            all.own.replaced += own.replaced;
        }
        all
    }

    #[test]
    fn who_delivers_stands_above_the_mean_and_who_fails_below() {
        let nothing = Listed::default();
        let (good, bad) = (own(11, 0, 0), own(0, 10, 0));
        let all = all(&[(&nothing, &good), (&nothing, &bad)]);
        let scores = (score(&nothing, &good, &all), score(&nothing, &bad, &all));
        assert!(scores.0 > 60 && scores.1 < 40, "{scores:?}");
    }

    #[test]
    fn little_knowledge_says_little_and_none_says_the_mean() {
        let nothing = Listed::default();
        let (usual, rare) = (own(50, 5, 3), own(0, 1, 0));
        let all = all(&[(&nothing, &usual), (&nothing, &rare)]);
        assert_eq!(score(&nothing, &Own::default(), &all), 50);
        assert_eq!(score(&nothing, &Own::default(), &All::default()), 50);
        let rare = score(&nothing, &rare, &all);
        assert!((40..50).contains(&rare), "{rare}");
    }

    #[test]
    fn the_trackers_own_and_large_releases_count_more() {
        let (ours, small) = (listed(100, 100, 90_000_000), listed(100, 0, 20_000_000));
        let own = Own::default();
        let all = all(&[(&ours, &own), (&small, &own)]);
        assert!(score(&ours, &own, &all) >= 58, "{}", score(&ours, &own, &all));
        assert!(score(&small, &own, &all) <= 42, "{}", score(&small, &own, &all));
    }

    #[test]
    fn the_parts_of_a_score_make_the_score_and_name_their_figures() {
        let (ours, theirs) = (listed(3, 1, 60_000_000), listed(7, 0, 60_000_000));
        let mut grabs = own(1, 0, 1);
        grabs.add(Outcome::Open);
        let all = all(&[(&ours, &grabs), (&theirs, &Own::default())]);
        let found = reputation("GRP", &ours, &grabs, &all);
        let sum: i32 = found.components.iter().map(|component| component.tenths).sum();
        assert_eq!(i32::from(found.score), (500 + sum) / 10);
        let because: Vec<&str> = found.components.iter().map(|part| part.because.as_str()).collect();
        assert_eq!(
            because,
            [
                "2 of 2 grabs that ended came through; of all groups 100 %",
                "1 of 2 files was replaced within 30 days; of all groups 50 %",
                "1 of 3 releases was internal; of all groups 10 %",
                "3 releases of known size and length, compared with others of the same quality"
            ]
        );
        assert_eq!((found.releases, found.grabs, found.encodes, found.web), (3, 3, 3, 0));
        let alone = reputation("ONE", &listed(1, 0, 60_000_000), &own(1, 0, 0), &all);
        let because: Vec<&str> = alone.components.iter().map(|part| part.because.as_str()).collect();
        assert_eq!(
            because,
            [
                "1 of 1 grab that ended came through; of all groups 100 %",
                "0 of 1 file were replaced within 30 days; of all groups 50 %",
                "0 of 1 release were internal; of all groups 10 %",
                "1 release of known size and length, compared with others of the same quality"
            ]
        );
        let (quality, median) = &found.median_bytes_per_minute[0];
        assert_eq!(quality, "Bluray-1080p");
        assert!((56_000_000..64_000_000).contains(median), "{median}");
    }
}
