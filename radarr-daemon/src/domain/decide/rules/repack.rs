//! A repack replaces only a file of the same group.

use radarr_proto::model::{PropersAndRepacks, RuleVerdict};

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::upgrade::is_revision_upgrade;

/// What helps when nobody can say whether it repairs our file.
const BY_HAND: &str = "take it by hand, or set propers and repacks to \"do not prefer\"";

/// A repack of the file's quality comes from the file's group.
///
/// Source: Radarr's `RepackSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Repack");
    if !candidate.parsed.quality.revision.is_repack {
        return rule.skip("it is no repack");
    }
    let setting = situation.settings.propers_and_repacks;
    if setting == PropersAndRepacks::DoNotPrefer {
        return rule.skip("repacks count as any other release");
    }
    let Some(file) = situation.file else {
        return rule.skip("there is no file yet");
    };
    if !is_revision_upgrade(file.rated.quality, candidate.parsed.quality) {
        return rule.skip("it repairs no file of the same quality");
    }
    if setting == PropersAndRepacks::DoNotUpgrade {
        let message =
            "it is a repack of what is there, and repacks replace nothing by the settings".to_owned();
        return rule.reject(
            "RepackDisabled",
            message,
            Some("let propers and repacks upgrade, in the settings"),
        );
    }
    let known = |group: Option<&str>| group.filter(|group| !group.trim().is_empty()).map(str::to_owned);
    let (ours, theirs) = (known(file.group.as_deref()), known(candidate.group()));
    let rule = rule
        .looked("group of the file", ours.as_deref().unwrap_or("unknown"))
        .looked("group of the release", theirs.as_deref().unwrap_or("unknown"));
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours.to_lowercase() == theirs.to_lowercase() => rule.pass(),
        (Some(ours), Some(theirs)) => {
            let message = format!("it is a repack by {theirs}, and the file is by {ours}");
            let remedy = format!(
                "wait for a repack by {ours}, take it by hand, or set propers and repacks to \"do not prefer\""
            );
            rule.reject("RepackReleaseGroupDoesNotMatch", message, Some(&remedy))
        }
        (None, _) => {
            let message = "it is a repack, and the group of the file is unknown".to_owned();
            rule.reject("RepackUnknownReleaseGroup", message, Some(BY_HAND))
        }
        (_, None) => {
            let message = "it is a repack, and its own group is unknown".to_owned();
            rule.reject("RepackUnknownReleaseGroup", message, Some(BY_HAND))
        }
    }
}
