//! It is better than the file.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::upgrade_words::{look_at_both, no_upgrade, nothing_wanted};
use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::upgrade::{cutoff_unmet, is_upgradable};

/// The file is below the cutoff, and the release is an upgrade over it.
///
/// Source: Radarr's `UpgradeDiskSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("UpgradeDisk");
    let Some(file) = situation.file else {
        return rule.skip("there is no file yet");
    };
    let profile = situation.profile;
    let rule = look_at_both(rule, file.rated, candidate.rated());
    if !cutoff_unmet(profile, file.rated, Some(candidate.parsed.quality)) {
        let (message, remedy) = nothing_wanted("the file", profile, file.rated);
        return rule.reject("DiskCutoffMet", message, Some(remedy));
    }
    match is_upgradable(profile, situation.settings.propers_and_repacks, file.rated, candidate.rated()) {
        Ok(()) => rule.pass(),
        Err(why) => {
            let (message, remedy) = no_upgrade(why, "the file", profile, file.rated, candidate.rated());
            rule.reject(&format!("Disk{}", why.suffix()), message, Some(remedy))
        }
    }
}
