//! The indexer is meant for this movie.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::verdict::{list, rule};
use crate::domain::decide::{Candidate, Situation};

/// An indexer with tags serves movies that share one.
///
/// Source: Radarr's `IndexerTagSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("IndexerTag").looked("indexer", &candidate.release.indexer);
    let Some(indexer) = situation.settings.indexers.get(&candidate.release.indexer_id) else {
        return rule.skip("the indexer is not known");
    };
    if indexer.tags.is_empty() {
        return rule.skip("the indexer has no tags");
    }
    let rule =
        rule.looked("its tags", list(&indexer.tags)).looked("the movie's tags", list(&situation.movie.tags));
    if indexer.tags.iter().any(|tag| situation.movie.tags.contains(tag)) {
        return rule.pass();
    }
    let message = format!(
        "{} is only for movies with one of its tags, and this movie has none of them",
        candidate.release.indexer
    );
    rule.reject(
        "NoMatchingTag",
        message,
        Some("give the movie one of the indexer's tags, or remove them there"),
    )
}
