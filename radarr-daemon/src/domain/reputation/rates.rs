//! How large the releases of a group are, in a few numbers: sizes for each minute of film, counted in steps.
//!
//! A median needs all values or an order of them; counts in steps need neither, can be added up, and have a largest
//! size. A step is an eighth of a power of two, so that a median is told to within 7 %.

use std::collections::BTreeMap;

use radarr_proto::model::Quality;
use serde::{Deserialize, Serialize};

/// Less than 4 kB for each minute counts as that.
const OCTAVE_MIN: u32 = 12;
/// From 2 GiB for each minute on all counts the same.
const OCTAVE_MAX: u32 = 30;
/// Steps of a power of two.
pub(super) const STEPS_OF_AN_OCTAVE: i64 = 8;

/// Releases of one quality, by step.
type Steps = BTreeMap<u16, u32>;

/// Sizes by quality: at most 152 steps for each of 30 qualities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates {
    /// By Radarr's number of the quality.
    qualities: BTreeMap<i32, Steps>,
}

impl Rates {
    /// Counts a release. One of unknown size or length says nothing.
    pub fn add(&mut self, quality: Quality, size_bytes: u64, runtime_minutes: u16) {
        let rate = size_bytes.checked_div(u64::from(runtime_minutes)).filter(|rate| *rate > 0);
        if let Some(rate) = rate {
            let count = self.qualities.entry(quality.number()).or_default().entry(step_of(rate)).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Adds all that is counted in `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        for (quality, steps) in &other.qualities {
            let ours = self.qualities.entry(*quality).or_default();
            for (step, count) in steps {
                let sum = ours.entry(*step).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
    }

    /// The medians in bytes for each minute, by quality, worst first.
    pub fn medians(&self) -> Vec<(Quality, u64)> {
        let all = Quality::ALL.iter().copied();
        all.filter_map(|quality| Some((quality, middle_of(self.median_step(quality.number())?)))).collect()
    }

    /// How much larger than the mean group's the releases are, in steps, added up over all releases; and how many
    /// releases that is.
    pub(super) fn against(&self, mean: &Self) -> (i64, u32) {
        let mut sum = 0;
        let mut releases = 0_u32;
        for (quality, steps) in &self.qualities {
            let (Some(ours), Some(theirs)) = (self.median_step(*quality), mean.median_step(*quality)) else {
                continue;
            };
            let count = total(steps);
            sum += (i64::from(ours) - i64::from(theirs)) * i64::from(count);
            releases = releases.saturating_add(count);
        }
        (sum, releases)
    }

    fn median_step(&self, quality: i32) -> Option<u16> {
        let steps = self.qualities.get(&quality)?;
        let half = total(steps) / 2;
        let mut before = 0_u32;
        steps.iter().find_map(|(step, count)| {
            before = before.saturating_add(*count);
            (before > half).then_some(*step)
        })
    }
}

fn total(steps: &Steps) -> u32 {
    steps.values().fold(0, |sum, count| sum.saturating_add(*count))
}

fn step_of(rate: u64) -> u16 {
    let rate = rate.clamp(1 << OCTAVE_MIN, (2 << OCTAVE_MAX) - 1);
    let octave = rate.ilog2();
    let eighth = (rate >> (octave - 3)) & 7;
    u16::try_from(u64::from(octave) * 8 + eighth).unwrap_or(u16::MAX)
}

fn middle_of(step: u16) -> u64 {
    let width = 1_u64 << (u32::from(step) / 8).saturating_sub(3).min(60);
    (8 + u64::from(step) % 8) * width + width / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_told_to_within_seven_percent_and_sizes_beyond_all_sense_are_cut() {
        for rate in [4_096_u64, 5_000, 61_234_567, 100_000_000, 777_000_000, 2_000_000_000] {
            let mut rates = Rates::default();
            rates.add(Quality::Bluray1080p, rate * 100, 100);
            let median = rates.medians()[0].1;
            assert!(median.abs_diff(rate) * 100 <= rate * 7, "{rate}: {median}");
        }
        let mut rates = Rates::default();
        rates.add(Quality::Bluray1080p, u64::MAX, 1);
        rates.add(Quality::Bluray1080p, 0, 100);
        rates.add(Quality::Bluray1080p, 100, 0);
        assert_eq!(rates.against(&rates), (0, 1), "what is unknown is not counted");
    }

    #[test]
    fn it_stays_small_enough_for_a_document_whatever_is_counted() {
        let mut rates = Rates::default();
        for quality in Quality::ALL {
            for octave in 0..40 {
                for eighth in 8..16_u64 {
                    rates.add(*quality, (eighth << octave) * 100, 100);
                }
            }
        }
        for _ in 0..3 {
            let copy = rates.clone();
            rates.merge(&copy);
        }
        let bytes = serde_json::to_vec(&rates).unwrap().len();
        assert!(bytes < 60_000, "{bytes}");
        let kept: Rates = serde_json::from_slice(&serde_json::to_vec(&rates).unwrap()).unwrap();
        assert_eq!(kept, rates);
    }
}
