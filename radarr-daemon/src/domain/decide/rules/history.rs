//! What was grabbed a short while ago is not bettered by the feed until it had time to come in.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::situation::PastKind;
use crate::domain::decide::upgrade_words::{look_at_both, no_upgrade, nothing_wanted};
use crate::domain::decide::verdict::span;
use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::upgrade::{cutoff_unmet, is_upgradable};

/// A grab younger than this is taken as still on its way. Source: Radarr's `HistorySpecification`.
const RECENT_MINUTES: i64 = 12 * 60;

/// An upgrade over the last grab, when that is recent or completed downloads are not followed.
///
/// Source: Radarr's `HistorySpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("History");
    if situation.is_search() {
        return rule.skip("it was searched for");
    }
    let Some(last) = situation.history.first().filter(|past| past.kind == PastKind::Grabbed) else {
        return rule.skip("the last that happened was no grab");
    };
    let age_minutes = situation.now.as_second().saturating_sub(last.at.as_second()) / 60;
    let recent = age_minutes < RECENT_MINUTES;
    let rule =
        rule.looked("last grab", &last.title).looked("age", span(u64::try_from(age_minutes).unwrap_or(0)));
    if !recent && situation.settings.completed_download_handling {
        return rule.skip("the last grab is older than 12 hours");
    }
    let rule = look_at_both(rule, last.rated, candidate.rated());
    if !cutoff_unmet(situation.profile, last.rated, Some(candidate.parsed.quality)) {
        let reason = if recent { "HistoryRecentCutoffMet" } else { "HistoryCdhDisabledCutoffMet" };
        let (message, remedy) = nothing_wanted("the last grab", situation.profile, last.rated);
        return rule.reject(reason, message, Some(remedy));
    }
    let propers = situation.settings.propers_and_repacks;
    match is_upgradable(situation.profile, propers, last.rated, candidate.rated()) {
        Ok(()) => rule.pass(),
        Err(why) => {
            let (message, remedy) =
                no_upgrade(why, "the last grab", situation.profile, last.rated, candidate.rated());
            rule.reject(&format!("History{}", why.suffix()), message, Some(remedy))
        }
    }
}
