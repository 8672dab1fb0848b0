//! The delay profile lets it through already.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::delay::{Delay, delay_of};
use crate::domain::decide::verdict::{rule, span};
use crate::domain::decide::{Candidate, Situation};

/// Old enough for the delay profile, or with a reason not to wait.
///
/// Source: Radarr's `DelaySpecification`; the reasons not to wait are in [`crate::domain::decide::delay`].
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Delay");
    match delay_of(candidate, situation) {
        Delay::None { because } => rule.skip(because),
        Delay::Over { age_minutes, delay_minutes } => {
            rule.looked("age", span(age_minutes)).looked("delay", span(delay_minutes)).pass()
        }
        Delay::Wait { age_minutes, delay_minutes } => {
            let left = delay_minutes.saturating_sub(age_minutes);
            let message = format!(
                "it is {} old, and the delay profile waits {} for something better: {} to go",
                span(age_minutes),
                span(delay_minutes),
                span(left)
            );
            rule.looked("age", span(age_minutes)).looked("delay", span(delay_minutes)).wait(
                "MinimumAgeDelay",
                message,
                Some("wait, shorten the delay, or take it by hand"),
            )
        }
    }
}
