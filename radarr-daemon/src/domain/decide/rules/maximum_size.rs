//! It is not larger than anything may be.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::size::in_words;

/// At most the size that the settings allow for any release.
///
/// Source: Radarr's `MaximumSizeSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let size = candidate.release.size_bytes;
    let max = situation.settings.maximum_size_bytes;
    let rule = rule("MaximumSize").looked("size", in_words(size));
    if max == 0 {
        return rule.skip("no maximum is set");
    }
    if size == 0 {
        return rule.skip("the indexer gives no size");
    }
    let rule = rule.looked("maximum", in_words(max));
    if size <= max {
        return rule.pass();
    }
    let message =
        format!("{} is larger than the {} that any release may have", in_words(size), in_words(max));
    rule.reject("MaximumSizeExceeded", message, Some("raise the maximum size in the settings"))
}
