//! It is in the wanted language.

use radarr_proto::model::{Language, RuleVerdict};

use crate::domain::decide::verdict::{list, rule};
use crate::domain::decide::{Candidate, Situation};

/// The release has the language of the profile.
///
/// Source: Radarr's `LanguageSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Language").looked("languages", list(&candidate.languages));
    let wanted = match situation.profile.language {
        Language::Any => return rule.skip("the profile takes any language"),
        Language::Original => situation.movie.facts.original_language,
        other => other,
    };
    let rule = rule.looked("wanted", wanted);
    if candidate.languages.contains(&wanted) {
        return rule.pass();
    }
    let message = format!("{wanted} is wanted, and it has {}", list(&candidate.languages));
    rule.reject("WantedLanguage", message, Some("choose another language in the profile"))
}
