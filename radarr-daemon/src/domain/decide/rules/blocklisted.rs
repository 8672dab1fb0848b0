//! The release is not on the blocklist.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::blocklist::find_block;
use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// No row of the blocklist is about this release and this movie.
///
/// Source: Radarr's `BlocklistSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Blocklist");
    match find_block(&candidate.release, situation.movie.id, situation.blocklist) {
        None => rule.pass(),
        Some(block) => {
            let message = format!("it was blocklisted: {}", block.reason);
            rule.looked("since", block.at).reject(
                "Blocklisted",
                message,
                Some("remove it from the blocklist"),
            )
        }
    }
}
