//! The profile lets something better replace the file.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::upgrade_words::look_at_both;
use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::upgrade::is_upgrade_allowed;

/// Whoever has a file gets a better one only when the profile allows upgrades; repairs always may come.
///
/// Source: Radarr's `UpgradeAllowedSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("UpgradeAllowed");
    let Some(file) = situation.file else {
        return rule.skip("there is no file yet");
    };
    let rule = look_at_both(rule, file.rated, candidate.rated());
    if is_upgrade_allowed(situation.profile, file.rated, candidate.rated()) {
        return rule.pass();
    }
    let message =
        format!("it is better than the file, but the profile {} allows no upgrades", situation.profile.name);
    rule.reject("QualityUpgradesDisabled", message, Some("allow upgrades in the profile"))
}
