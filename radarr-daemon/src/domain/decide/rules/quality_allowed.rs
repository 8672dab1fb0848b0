//! The profile takes this quality.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::order::is_allowed;

/// The quality, or the group that holds it, is allowed in the profile.
///
/// Source: Radarr's `QualityAllowedByProfileSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let quality = candidate.parsed.quality.quality;
    let profile = situation.profile;
    let rule = rule("QualityAllowedByProfile").looked("quality", quality).looked("profile", &profile.name);
    if is_allowed(profile, quality) {
        return rule.pass();
    }
    let message = format!("{quality} is not wanted by the profile {}", profile.name);
    rule.reject(
        "QualityNotWanted",
        message,
        Some("allow the quality in the profile, or give the movie another profile"),
    )
}
