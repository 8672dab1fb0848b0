//! Nothing as good is on its way.

use radarr_proto::model::{PropersAndRepacks, RuleVerdict};

use crate::domain::decide::situation::Queued;
use crate::domain::decide::upgrade_words::{look_at_both, no_upgrade, nothing_wanted};
use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::upgrade::{cutoff_unmet, is_revision_upgrade, is_upgradable};

/// An upgrade over everything that is on its way for the same version of the movie.
///
/// Source: Radarr's `QueueSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let ours =
        |item: &&Queued| item.movie_id == situation.movie.id && item.slot == situation.slot && !item.failed;
    let mut items = situation.queue.iter().filter(ours).peekable();
    if items.peek().is_none() {
        return rule("Queue").skip("nothing is on its way");
    }
    items.find_map(|item| against(item, candidate, situation)).unwrap_or_else(|| rule("Queue").pass())
}

/// The refusal because of one item; `None` when it stands in nobody's way.
fn against(item: &Queued, candidate: &Candidate, situation: &Situation<'_>) -> Option<RuleVerdict> {
    let profile = situation.profile;
    let propers = situation.settings.propers_and_repacks;
    let rule = look_at_both(rule("Queue").looked("on its way", &item.title), item.rated, candidate.rated());
    let what = "what is on its way";
    if !cutoff_unmet(profile, item.rated, Some(candidate.parsed.quality)) {
        let (message, remedy) = nothing_wanted(what, profile, item.rated);
        return Some(rule.reject("QueueCutoffMet", message, Some(remedy)));
    }
    if let Err(why) = is_upgradable(profile, propers, item.rated, candidate.rated()) {
        let (message, remedy) = no_upgrade(why, what, profile, item.rated, candidate.rated());
        return Some(rule.reject(&format!("Queue{}", why.suffix()), message, Some(remedy)));
    }
    let repair = is_revision_upgrade(item.rated.quality, candidate.parsed.quality);
    if repair && propers == PropersAndRepacks::DoNotUpgrade {
        let message = "it repairs what is on its way, and propers replace nothing by the settings".to_owned();
        let remedy = "let propers and repacks upgrade, in the settings";
        return Some(rule.reject("QueuePropersDisabled", message, Some(remedy)));
    }
    None
}
