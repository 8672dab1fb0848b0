//! The size fits the quality and the length of the movie.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::size::{RUNTIME_WHEN_UNKNOWN_MINUTES, in_words, limits};

/// Not smaller and not larger than the quality's definition allows for the movie's length.
///
/// Source: Radarr's `AcceptableSizeSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let quality = candidate.parsed.quality.quality;
    let size = candidate.release.size_bytes;
    let minutes = match situation.movie.facts.runtime_minutes {
        0 => RUNTIME_WHEN_UNKNOWN_MINUTES,
        known => known,
    };
    let rule =
        rule("AcceptableSize").looked("size", in_words(size)).looked("runtime", format!("{minutes} min"));
    if size == 0 {
        return rule.skip("the indexer gives no size");
    }
    let Some(definition) = situation.settings.definition(quality) else {
        return rule.skip("the quality has no size limits");
    };
    let limits = limits(definition, minutes);
    let highest = limits.max_bytes.map_or_else(|| "no limit".to_owned(), in_words);
    let rule = rule.looked("minimum", in_words(limits.min_bytes)).looked("maximum", &highest);
    if size < limits.min_bytes {
        let least = in_words(limits.min_bytes);
        let message = format!(
            "{} is smaller than the {least} that {quality} needs for {minutes} minutes",
            in_words(size)
        );
        return rule.reject(
            "BelowMinimumSize",
            message,
            Some("lower the minimum size of this quality in the settings"),
        );
    }
    if limits.max_bytes.is_some_and(|max| size > max) {
        let message = format!(
            "{} is larger than the {highest} that {quality} may have for {minutes} minutes",
            in_words(size)
        );
        return rule.reject(
            "AboveMaximumSize",
            message,
            Some("raise the maximum size of this quality in the settings"),
        );
    }
    rule.pass()
}
