//! The custom formats score enough.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::verdict::{list, rule};
use crate::domain::decide::{Candidate, Situation};

/// The score is at least the profile's minimum.
///
/// Source: Radarr's `CustomFormatAllowedbyProfileSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let minimum = situation.profile.min_format_score;
    let rule = rule("CustomFormatAllowedByProfile")
        .looked("formats", list(&candidate.formats))
        .looked("score", candidate.score)
        .looked("minimum", minimum);
    if candidate.score >= minimum {
        return rule.pass();
    }
    let message = format!(
        "its custom formats ({}) score {}, and {} asks for {minimum}",
        list(&candidate.formats),
        candidate.score,
        situation.profile.name
    );
    rule.reject(
        "CustomFormatMinimumScore",
        message,
        Some("lower the minimum score of the profile, or rate these formats higher"),
    )
}
