//! The movie is out, as far as the user waits for that.

use radarr_proto::model::RuleVerdict;

use crate::domain::availability::{AvailabilityRules, available_from};
use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// The movie's minimum availability is reached.
///
/// Source: Radarr's `AvailabilitySpecification`.
pub fn judge(_: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Availability");
    if situation.is_user_search() {
        return rule.skip("a person searched");
    }
    let rules = AvailabilityRules {
        delay_days: situation.settings.availability_delay_days,
        released_after_cinemas_days: situation.settings.released_after_cinemas_days,
    };
    let from = available_from(&situation.movie.facts.dates, situation.movie.minimum_availability, rules);
    let rule = rule.looked("available", from.in_words());
    if from.is_reached(situation.now) {
        return rule.pass();
    }
    let message = format!("the movie is not available yet: {}", from.in_words());
    rule.reject(
        "Availability",
        message,
        Some("wait, lower the minimum availability of the movie, or search by hand"),
    )
}
