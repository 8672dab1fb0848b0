//! The indexer is in use.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// The indexer is not out of use because of failures or its own limit.
///
/// Source: Radarr's `BlockedIndexerSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("BlockedIndexer").looked("indexer", &candidate.release.indexer);
    let indexer = situation.settings.indexers.get(&candidate.release.indexer_id);
    match indexer.and_then(|indexer| indexer.blocked_until).filter(|until| *until > situation.now) {
        None => rule.pass(),
        Some(until) => {
            let message = format!("{} is out of use until {until} after failures", candidate.release.indexer);
            rule.looked("until", until).wait(
                "IndexerDisabled",
                message,
                Some("wait, or test the indexer to use it again"),
            )
        }
    }
}
