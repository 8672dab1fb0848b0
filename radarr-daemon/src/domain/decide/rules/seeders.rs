//! Somebody has the torrent.

use radarr_proto::model::{Protocol, RuleVerdict};

use crate::domain::decide::verdict::{count, rule};
use crate::domain::decide::{Candidate, Situation};

/// At least as many seeders as the indexer's settings ask for.
///
/// Source: Radarr's `TorrentSeedingSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("TorrentSeeding");
    if candidate.release.protocol == Protocol::Usenet {
        return rule.skip("it is no torrent");
    }
    let Some(indexer) = situation.settings.indexers.get(&candidate.release.indexer_id) else {
        return rule.skip("the indexer is not known");
    };
    let Some(seeders) = candidate.release.seeders else {
        return rule.skip("the number of seeders is unknown");
    };
    let minimum = indexer.minimum_seeders;
    let rule = rule.looked("seeders", seeders).looked("minimum", minimum);
    if seeders >= minimum {
        return rule.pass();
    }
    let message = format!("it has {}, and {minimum} is the least", count(u64::from(seeders), "seeder"));
    rule.reject("MinimumSeeders", message, Some("lower the minimum of seeders of the indexer"))
}
