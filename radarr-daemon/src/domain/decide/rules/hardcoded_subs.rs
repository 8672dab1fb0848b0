//! No subtitles are burnt into the picture.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// The name tells of no hardcoded subtitles, or of some that are allowed.
///
/// Source: Radarr's `HardcodeSubsSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("HardcodeSubs");
    if situation.settings.allow_hardcoded_subs {
        return rule.skip("hardcoded subtitles are allowed");
    }
    let Some(subs) = candidate.parsed.hardcoded_subs.as_deref().filter(|subs| !subs.is_empty()) else {
        return rule.pass();
    };
    let rule = rule.looked("subtitles", subs);
    let found = subs.to_lowercase();
    let fine =
        |allowed: &String| !allowed.trim().is_empty() && found.contains(&allowed.trim().to_lowercase());
    if situation.settings.whitelisted_hardcoded_subs.iter().any(fine) {
        return rule.pass();
    }
    let message = format!("subtitles are burnt into the picture ({subs})");
    rule.reject("HardcodeSubtitles", message, Some("allow hardcoded subtitles in the settings"))
}
