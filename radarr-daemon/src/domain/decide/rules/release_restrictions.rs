//! Required words are there, ignored ones are not.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::release_profile::Term;
use crate::domain::decide::verdict::{list, rule};
use crate::domain::decide::{Candidate, Situation};

/// Each release profile that applies finds one of its required terms in the name and none of its ignored ones.
///
/// Source: Radarr's `ReleaseRestrictionsSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("ReleaseRestrictions");
    let name = &candidate.release.title;
    let applying = || {
        let applies = |profile: &&_| {
            super::super::release_profile::CompiledReleaseProfile::applies(
                profile,
                candidate.release.indexer_id,
                &situation.movie.tags,
            )
        };
        situation.settings.release_profiles.iter().filter(applies)
    };
    let written = |terms: &[Term]| list(terms.iter().map(Term::written));
    for profile in applying() {
        if !profile.required.is_empty() && !profile.required.iter().any(|term| term.is_in(name)) {
            let message = format!(
                "it has none of the required words of {}: {}",
                profile.name,
                written(&profile.required)
            );
            return rule.reject(
                "MustContainMissing",
                message,
                Some("change the required words of that release profile"),
            );
        }
    }
    for profile in applying() {
        let found: Vec<&str> =
            profile.ignored.iter().filter(|term| term.is_in(name)).map(Term::written).collect();
        if !found.is_empty() {
            let message = format!("it has words that {} ignores: {}", profile.name, list(found));
            return rule.reject(
                "MustNotContainPresent",
                message,
                Some("change the ignored words of that release profile"),
            );
        }
    }
    if applying().next().is_none() { rule.skip("no release profile applies") } else { rule.pass() }
}
