//! The indexer marks it as the user asks.

use radarr_proto::model::{IndexerFlag, RuleVerdict};

use crate::domain::decide::verdict::{list, rule};
use crate::domain::decide::{Candidate, Situation};

/// At least one of the flags that are required of the indexer is there.
///
/// Source: Radarr's `RequiredIndexerFlagsSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("RequiredIndexerFlags");
    let required =
        situation.settings.indexers.get(&candidate.release.indexer_id).map(|indexer| &indexer.required_flags);
    let Some(required) = required.filter(|flags| !flags.is_empty()) else {
        return rule.skip("the indexer asks for no flags");
    };
    let words = |flags: &[IndexerFlag]| list(flags.iter().map(|flag| format!("{flag:?}")));
    let rule = rule.looked("flags", words(&candidate.release.flags)).looked("required", words(required));
    if required.iter().any(|flag| candidate.release.flags.contains(flag)) {
        return rule.pass();
    }
    let message = format!("one of these flags is required: {}", words(required));
    rule.reject("RequiredFlags", message, Some("change the required flags of the indexer"))
}
