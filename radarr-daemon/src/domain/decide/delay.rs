//! Delay profiles: how long to wait for something better, and when not to.
//!
//! Source: Radarr's `DelaySpecification` and `DelayProfileService`.

use radarr_proto::model::{DelayProfile, DelayProfileId, DocVersion, Protocol, TagId};

use super::{Candidate, Situation};
use crate::domain::quality::order::{compare_quality, last_allowed};
use crate::domain::quality::upgrade::is_revision_upgrade;

/// What the delay profile says of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// It does not wait.
    None {
        /// Why not.
        because: &'static str,
    },
    /// It has waited long enough.
    Over {
        /// Its age, or that of the oldest pending release.
        age_minutes: u64,
        /// The delay.
        delay_minutes: u64,
    },
    /// It has to wait.
    Wait {
        /// Its age.
        age_minutes: u64,
        /// The delay.
        delay_minutes: u64,
    },
}

/// The profile that every installation has: no delay, for movies without a profile of their own.
pub fn standard() -> DelayProfile {
    DelayProfile {
        doc_version: DocVersion(0),
        id: DelayProfileId(1),
        enable_usenet: true,
        enable_torrent: true,
        preferred_protocol: Protocol::Torrent,
        usenet_delay_minutes: 0,
        torrent_delay_minutes: 0,
        order: u32::MAX,
        bypass_if_highest_quality: false,
        bypass_if_above_custom_format_score: false,
        minimum_custom_format_score: 0,
        tags: Vec::new(),
    }
}

/// The profile for a movie with these tags: the lowest in order that shares a tag or has none.
pub fn best_for<'a>(profiles: &'a [DelayProfile], tags: &[TagId]) -> Option<&'a DelayProfile> {
    let fits = |profile: &&DelayProfile| {
        profile.tags.is_empty() || profile.tags.iter().any(|tag| tags.contains(tag))
    };
    profiles.iter().filter(fits).min_by_key(|profile| profile.order)
}

/// How long releases of that protocol wait, in minutes.
pub fn minutes(profile: &DelayProfile, protocol: Protocol) -> u64 {
    match protocol {
        Protocol::Torrent => u64::from(profile.torrent_delay_minutes),
        Protocol::Usenet => u64::from(profile.usenet_delay_minutes),
        Protocol::Unknown => 0,
    }
}

/// What the delay profile says; the reasons not to wait are tried in this order.
pub fn delay_of(candidate: &Candidate, situation: &Situation<'_>) -> Delay {
    let profile = situation.delay;
    let delay_minutes = minutes(profile, candidate.release.protocol);
    let preferred = candidate.release.protocol == profile.preferred_protocol;
    let quality = candidate.parsed.quality;

    if situation.is_user_search() {
        return Delay::None { because: "a person searched" };
    }
    if delay_minutes == 0 {
        return Delay::None { because: "the delay profile does not wait" };
    }
    if preferred && situation.held_quality().is_some_and(|held| is_revision_upgrade(held, quality)) {
        return Delay::None { because: "it repairs the file" };
    }
    if preferred && profile.bypass_if_highest_quality && is_best_quality(candidate, situation) {
        return Delay::None { because: "nothing of better quality is possible" };
    }
    let score_is_enough = candidate.score >= profile.minimum_custom_format_score;
    if preferred && profile.bypass_if_above_custom_format_score && score_is_enough {
        return Delay::None { because: "its score is high enough not to wait" };
    }
    if let Some(oldest) = situation.oldest_pending_age_minutes.filter(|oldest| *oldest > delay_minutes) {
        return Delay::Over { age_minutes: oldest, delay_minutes };
    }
    match candidate.age_minutes(situation.now) {
        None => Delay::None { because: "its age is unknown" },
        Some(age_minutes) if age_minutes < delay_minutes => Delay::Wait { age_minutes, delay_minutes },
        Some(age_minutes) => Delay::Over { age_minutes, delay_minutes },
    }
}

fn is_best_quality(candidate: &Candidate, situation: &Situation<'_>) -> bool {
    let ours = candidate.parsed.quality.quality;
    last_allowed(situation.profile).is_none_or(|best| compare_quality(situation.profile, ours, best).is_ge())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_profile_that_shares_a_tag_or_has_none_holds() {
        let profile = |order, tags: &[u64]| DelayProfile {
            order,
            tags: tags.iter().copied().map(TagId).collect(),
            ..standard()
        };
        let profiles = [standard(), profile(3, &[1]), profile(2, &[1, 2]), profile(4, &[])];
        for (tags, want) in [(&[][..], 4), (&[9], 4), (&[2], 2), (&[1], 2)] {
            let tags: Vec<TagId> = tags.iter().copied().map(TagId).collect();
            assert_eq!(best_for(&profiles, &tags).map(|best| best.order), Some(want), "{tags:?}");
        }
        assert!(best_for(&[profile(1, &[1])], &[]).is_none());
    }

    #[test]
    fn each_protocol_has_its_delay() {
        let profile = DelayProfile { usenet_delay_minutes: 1, torrent_delay_minutes: 2, ..standard() };
        let minutes =
            [Protocol::Usenet, Protocol::Torrent, Protocol::Unknown].map(|of| minutes(&profile, of));
        assert_eq!(minutes, [1, 2, 0]);
    }
}
