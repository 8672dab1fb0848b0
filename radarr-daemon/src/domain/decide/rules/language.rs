//! It is in the wanted language.

use radarr_proto::model::{Language, RuleVerdict};

use crate::domain::decide::verdict::{list, rule};
use crate::domain::decide::{Candidate, Situation};

/// The release has the language of the profile.
///
/// Source: Radarr's `LanguageSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Language").looked("languages", list(&candidate.languages));
    let mut wanted = situation.profile.language;
    if wanted == Language::Any {
        return rule.skip("the profile takes any language");
    }
    if wanted == Language::Original {
        wanted = situation.movie.facts.original_language;
    }
    let rule = rule.looked("wanted", wanted);
    if candidate.languages.contains(&wanted) {
        return rule.pass();
    }
    let message = format!("{wanted} is wanted, and it has {}", list(&candidate.languages));
    rule.reject("WantedLanguage", message, Some("choose another language in the profile"))
}
