//! Is the new one better than what we have, and may it replace it?
//!
//! Quality beats score, always; once the quality is at the cutoff, the score alone decides, up to the cutoff score.
//! Source for the whole file: Radarr's `UpgradableSpecification`.

use std::cmp::Ordering;

use radarr_proto::model::{PropersAndRepacks, QualityModel, QualityProfile};

use super::order::{GroupOrder, compare_model, compare_quality, first_allowed};

/// What is compared: a file, a queued release, or a new one, each with its score under the profile of today (D14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rated {
    /// Quality and revision.
    pub quality: QualityModel,
    /// Custom format score.
    pub score: i32,
}

/// Why the new one is no upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoUpgrade {
    /// What we have is of better quality.
    BetterQuality,
    /// What we have is a later revision.
    BetterRevision,
    /// The quality would be better, but what we have is at the cutoff.
    QualityCutoff,
    /// The score is no higher.
    CustomFormatScore,
    /// The score of what we have is at its cutoff.
    CustomFormatCutoff,
    /// The score rises by less than the profile asks for.
    MinCustomFormatScore,
    /// The profile allows no upgrades.
    UpgradesNotAllowed,
}

impl NoUpgrade {
    /// Radarr's name of the result.
    pub fn name(self) -> &'static str {
        match self {
            Self::BetterQuality => "BetterQuality",
            Self::BetterRevision => "BetterRevision",
            Self::QualityCutoff => "QualityCutoff",
            Self::CustomFormatScore => "CustomFormatScore",
            Self::CustomFormatCutoff => "CustomFormatCutoff",
            Self::MinCustomFormatScore => "MinCustomFormatScore",
            Self::UpgradesNotAllowed => "UpgradesNotAllowed",
        }
    }

    /// What the rules put behind `Disk`, `Queue` and `History` in the name of a rejection.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::BetterQuality => "HigherPreference",
            Self::BetterRevision => "HigherRevision",
            Self::QualityCutoff => "CutoffMet",
            Self::CustomFormatScore => "CustomFormatScore",
            Self::CustomFormatCutoff => "CustomFormatCutoffMet",
            Self::MinCustomFormatScore => "CustomFormatScoreIncrement",
            Self::UpgradesNotAllowed => "UpgradesNotAllowed",
        }
    }
}

/// Whether `new` is an upgrade over `current`; the steps are tried in this order.
pub fn is_upgradable(
    profile: &QualityProfile,
    propers: PropersAndRepacks,
    current: Rated,
    new: Rated,
) -> Result<(), NoUpgrade> {
    let quality = compare_quality(profile, new.quality.quality, current.quality.quality);
    // Only the place in the profile counts here, so a member of the same group may be the better revision.
    let revision = match propers {
        PropersAndRepacks::DoNotPrefer => Ordering::Equal,
        PropersAndRepacks::PreferAndUpgrade
        | PropersAndRepacks::DoNotUpgrade
        | PropersAndRepacks::Unknown => new.quality.revision.cmp(&current.quality.revision),
    };

    if quality.is_gt() && quality_cutoff_unmet(profile, current.quality, Some(new.quality)) {
        return Ok(());
    }
    if quality.is_lt() {
        return Err(NoUpgrade::BetterQuality);
    }
    if revision.is_gt() {
        return Ok(());
    }
    if !profile.upgrade_allowed {
        return Err(NoUpgrade::UpgradesNotAllowed);
    }
    if revision.is_lt() {
        return Err(NoUpgrade::BetterRevision);
    }
    if quality.is_gt() {
        return Err(NoUpgrade::QualityCutoff);
    }
    if new.score <= current.score {
        return Err(NoUpgrade::CustomFormatScore);
    }
    if current.score >= profile.cutoff_format_score {
        return Err(NoUpgrade::CustomFormatCutoff);
    }
    if new.score < current.score.saturating_add(profile.min_upgrade_format_score) {
        return Err(NoUpgrade::MinCustomFormatScore);
    }
    Ok(())
}

/// Whether the profile permits replacing `current` by `new`.
///
/// A later revision of the very same quality always may; an improvement only with upgrades allowed; anything that
/// is no improvement is left to [`is_upgradable`].
pub fn is_upgrade_allowed(profile: &QualityProfile, current: Rated, new: Rated) -> bool {
    let better = compare_model(&profile.items, new.quality, current.quality, GroupOrder::Ignore).is_gt()
        || new.score > current.score;
    is_revision_upgrade(current.quality, new.quality) || !better || profile.upgrade_allowed
}

/// Whether `new` repairs the very same quality: a proper of a `WEBRip` is none of a `WEBDL`, though they rank equal.
pub fn is_revision_upgrade(current: QualityModel, new: QualityModel) -> bool {
    current.quality == new.quality && new.revision > current.revision
}

/// Whether something better is wanted than `current`: in quality, or in score.
pub fn cutoff_unmet(profile: &QualityProfile, current: Rated, new: Option<QualityModel>) -> bool {
    quality_cutoff_unmet(profile, current.quality, new) || format_cutoff_unmet(profile, current.score)
}

/// Whether the quality is below the cutoff (without upgrades: below the worst allowed quality), or `new` repairs it.
pub fn quality_cutoff_unmet(
    profile: &QualityProfile,
    current: QualityModel,
    new: Option<QualityModel>,
) -> bool {
    let below = compare_quality(profile, current.quality, quality_cutoff(profile)).is_lt();
    below || new.is_some_and(|new| is_revision_upgrade(current, new))
}

/// The quality from which on no better one is wanted.
pub fn quality_cutoff(profile: &QualityProfile) -> radarr_proto::model::Quality {
    if profile.upgrade_allowed { profile.cutoff } else { first_allowed(profile).unwrap_or(profile.cutoff) }
}

/// Whether the score is below the one from which on no better one is wanted.
pub fn format_cutoff_unmet(profile: &QualityProfile, score: i32) -> bool {
    score < format_cutoff(profile)
}

/// The score from which on no better one is wanted.
pub fn format_cutoff(profile: &QualityProfile) -> i32 {
    if profile.upgrade_allowed { profile.cutoff_format_score } else { profile.min_format_score }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{Quality, Revision};

    use super::super::defaults;
    use super::*;
    use NoUpgrade::{
        BetterQuality, BetterRevision, CustomFormatCutoff, CustomFormatScore, MinCustomFormatScore,
        QualityCutoff, UpgradesNotAllowed,
    };
    use PropersAndRepacks::{DoNotPrefer, DoNotUpgrade, PreferAndUpgrade};

    /// Quality, version and score.
    type Have = (Quality, u32, i32);

    /// What it is, whether upgrades are allowed, which revisions count, the file, the release, the verdict.
    type Row = (&'static str, bool, PropersAndRepacks, Have, Have, Result<(), NoUpgrade>);

    fn rated((quality, version, score): Have) -> Rated {
        let revision = Revision { version, ..Revision::default() };
        Rated { quality: QualityModel { quality, revision }, score }
    }

    #[test]
    #[rustfmt::skip]
    fn the_steps_are_tried_in_their_order() {
        use Quality::{Bluray1080p as Disc, Hdtv720p as Tv, Remux1080p as Remux, WebDl1080p as Web, WebRip1080p as Rip};
        let mut profile = defaults::profiles().remove(0);
        (profile.cutoff, profile.cutoff_format_score, profile.min_upgrade_format_score) = (Disc, 100, 10);
        let rows: &[Row] = &[
            ("better, cutoff not met", true, PreferAndUpgrade, (Tv, 1, 0), (Web, 1, 0), Ok(())),
            ("better, scores less", true, PreferAndUpgrade, (Tv, 1, 90), (Web, 1, -90), Ok(())),
            ("better beyond the cutoff", true, PreferAndUpgrade, (Tv, 1, 0), (Remux, 1, 0), Ok(())),
            ("worse, scores more", true, PreferAndUpgrade, (Web, 1, 0), (Tv, 9, 900), Err(BetterQuality)),
            ("proper", true, PreferAndUpgrade, (Web, 1, 0), (Web, 2, 0), Ok(())),
            ("proper, no upgrades", false, PreferAndUpgrade, (Web, 1, 0), (Web, 2, 0), Ok(())),
            ("proper that scores less", true, DoNotUpgrade, (Web, 1, 50), (Web, 2, 0), Ok(())),
            ("proper of the same group", true, PreferAndUpgrade, (Web, 1, 0), (Rip, 2, 0), Ok(())),
            ("proper that is not preferred", true, DoNotPrefer, (Web, 1, 0), (Web, 2, 0), Err(CustomFormatScore)),
            ("better, no upgrades", false, PreferAndUpgrade, (Tv, 1, 0), (Web, 1, 0), Err(UpgradesNotAllowed)),
            ("scores more, no upgrades", false, DoNotPrefer, (Web, 1, 0), (Web, 1, 99), Err(UpgradesNotAllowed)),
            ("earlier revision, scores more", true, PreferAndUpgrade, (Web, 2, 0), (Web, 1, 99), Err(BetterRevision)),
            ("which is not preferred", true, DoNotPrefer, (Web, 2, 0), (Web, 1, 99), Ok(())),
            ("better, cutoff met", true, PreferAndUpgrade, (Disc, 1, 0), (Remux, 1, 99), Err(QualityCutoff)),
            ("equal", true, PreferAndUpgrade, (Web, 1, 50), (Rip, 1, 50), Err(CustomFormatScore)),
            ("score at its cutoff", true, PreferAndUpgrade, (Web, 1, 100), (Web, 1, 200), Err(CustomFormatCutoff)),
            ("a point below it", true, PreferAndUpgrade, (Web, 1, 99), (Web, 1, 200), Ok(())),
            ("gain too small", true, PreferAndUpgrade, (Web, 1, 0), (Web, 1, 9), Err(MinCustomFormatScore)),
            ("gain just enough", true, PreferAndUpgrade, (Web, 1, 0), (Web, 1, 10), Ok(())),
            ("extremes", true, PreferAndUpgrade, (Web, 1, i32::MIN), (Web, 1, i32::MAX), Ok(())),
        ];
        for (what, upgrades, propers, current, new, want) in rows {
            profile.upgrade_allowed = *upgrades;
            assert_eq!(is_upgradable(&profile, *propers, rated(*current), rated(*new)), *want, "{what}");
        }
    }

    #[test]
    fn without_upgrades_the_worst_allowed_quality_is_the_cutoff() {
        let mut profile = defaults::profiles().remove(0);
        profile.upgrade_allowed = true;
        profile.cutoff = Quality::Remux1080p;
        assert_eq!(quality_cutoff(&profile), Quality::Remux1080p);
        profile.upgrade_allowed = false;
        assert_eq!(quality_cutoff(&profile), first_allowed(&profile).unwrap());
        profile.items.clear();
        assert_eq!(quality_cutoff(&profile), Quality::Remux1080p, "nothing is allowed");
    }
}
