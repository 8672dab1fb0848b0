//! There is room for it.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::size::in_words;

/// After the download something is left, and at least what the settings keep free.
///
/// Source: Radarr's `FreeSpaceSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("FreeSpace").looked("size", in_words(candidate.release.size_bytes));
    if situation.settings.skip_free_space_check {
        return rule.skip("free space is not checked");
    }
    let Some(free) = situation.free_space_bytes else {
        return rule.skip("the free space is unknown");
    };
    let keep = situation.settings.minimum_free_bytes;
    let left = free.saturating_sub(candidate.release.size_bytes);
    let rule = rule.looked("free", in_words(free)).looked("kept free", in_words(keep));
    if left > 0 && left >= keep {
        return rule.pass();
    }
    let message = format!(
        "{} is free where the movie lies; with this release {} would be left, and {} is kept free",
        in_words(free),
        in_words(left),
        in_words(keep)
    );
    rule.reject("MinimumFreeSpace", message, Some("make room on the disk, or lower what is kept free"))
}
