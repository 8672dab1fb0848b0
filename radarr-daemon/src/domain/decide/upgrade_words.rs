//! The words for "no upgrade", shared by the rules that compare with the file, the queue and the history.

use radarr_proto::model::{QualityModel, QualityProfile};

use super::verdict::Rule;
use crate::domain::quality::upgrade::{NoUpgrade, Rated, format_cutoff, quality_cutoff};

/// Quality, revision and score of something: `WEBDL-1080p v2, score 50`.
pub fn rated(rated: Rated) -> String {
    format!("{}, score {}", quality(rated.quality), rated.score)
}

/// A quality with its revision, where that is no plain first one: `WEBDL-1080p v2 REAL`.
pub fn quality(model: QualityModel) -> String {
    let mut words = model.quality.name().to_owned();
    if model.revision.version != 1 {
        words.push_str(&format!(" v{}", model.revision.version));
    }
    if model.revision.real > 0 {
        words.push_str(" REAL");
    }
    words
}

/// Notes both sides of the comparison.
pub fn look_at_both(rule: Rule, current: Rated, new: Rated) -> Rule {
    rule.looked("have", rated(current)).looked("new", rated(new))
}

/// Why nothing better is looked for at all, and what would change that. `what` is `the file`, `the last grab` ...
pub fn nothing_wanted(what: &str, profile: &QualityProfile, current: Rated) -> (String, &'static str) {
    if !profile.upgrade_allowed {
        let message =
            format!("{what} ({}) is there, and {} allows no upgrades", rated(current), profile.name);
        return (message, "allow upgrades in the profile");
    }
    let message = format!(
        "{what} ({}) has reached the cutoff of {}: {} and score {}",
        rated(current),
        profile.name,
        quality_cutoff(profile),
        format_cutoff(profile)
    );
    (message, "raise the cutoff of the profile")
}

/// Why the new one is no upgrade over what there is, and what would change that.
pub fn no_upgrade(
    why: NoUpgrade,
    what: &str,
    profile: &QualityProfile,
    current: Rated,
    new: Rated,
) -> (String, &'static str) {
    let (have, comes) = (quality(current.quality), quality(new.quality));
    let (have_score, new_score) = (current.score, new.score);
    match why {
        NoUpgrade::BetterQuality => (
            format!("{what} is {have}, which {} ranks above {comes}", profile.name),
            "change the order of the qualities in the profile",
        ),
        NoUpgrade::BetterRevision => (
            format!("{what} is {have}, a later revision than {comes}"),
            "set propers and repacks to \"do not prefer\"",
        ),
        NoUpgrade::QualityCutoff => (
            format!("{what} is {have}, and the cutoff of {} is {}", profile.name, quality_cutoff(profile)),
            "raise the cutoff of the profile",
        ),
        NoUpgrade::CustomFormatScore => (
            format!("{what} scores {have_score}, this one {new_score}: not more"),
            "rate its custom formats higher in the profile",
        ),
        NoUpgrade::CustomFormatCutoff => (
            format!(
                "{what} scores {have_score}, and from {} on {} looks for nothing better",
                profile.cutoff_format_score, profile.name
            ),
            "raise the cutoff score of the profile",
        ),
        NoUpgrade::MinCustomFormatScore => (
            format!(
                "{what} scores {have_score}, this one {new_score}, and {} asks for a gain of {}",
                profile.name, profile.min_upgrade_format_score
            ),
            "lower the least gain in score of the profile",
        ),
        NoUpgrade::UpgradesNotAllowed => (
            format!("{what} is there, and {} allows no upgrades", profile.name),
            "allow upgrades in the profile",
        ),
    }
}
