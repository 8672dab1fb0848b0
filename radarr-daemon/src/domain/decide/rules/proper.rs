//! Propers from the feed replace only what is fresh.

use radarr_proto::model::{PropersAndRepacks, RuleVerdict};

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::upgrade::is_revision_upgrade;

/// A file older than this many days, counted from the start of today, is not replaced by a proper from the feed.
/// Source: Radarr's `ProperSpecification`.
const OLD_DAYS: i64 = 7;

/// Seconds in a day; days begin at midnight UTC.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// In the feed, a repair of the very same quality replaces a file of the last seven days, if it may at all.
///
/// Source: Radarr's `ProperSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Proper");
    if situation.is_search() {
        return rule.skip("it was searched for");
    }
    let Some(file) = situation.file else {
        return rule.skip("there is no file yet");
    };
    let setting = situation.settings.propers_and_repacks;
    if setting == PropersAndRepacks::DoNotPrefer {
        return rule.skip("propers count as any other release");
    }
    if !is_revision_upgrade(file.rated.quality, candidate.parsed.quality) {
        return rule.skip("it repairs no file of the same quality");
    }
    if setting == PropersAndRepacks::DoNotUpgrade {
        let message = "it repairs what is there, and propers replace nothing by the settings".to_owned();
        return rule.reject(
            "PropersDisabled",
            message,
            Some("let propers and repacks upgrade, in the settings"),
        );
    }
    let now = situation.now.as_second();
    let today = now - now.rem_euclid(DAY_SECONDS);
    let rule = rule.looked("file added", file.added_at);
    if file.added_at.as_second() < today - OLD_DAYS * DAY_SECONDS {
        let message = format!("it repairs a file that has been there for more than {OLD_DAYS} days");
        return rule.reject(
            "ProperForOldFile",
            message,
            Some("search for the movie to take it all the same"),
        );
    }
    rule.pass()
}
