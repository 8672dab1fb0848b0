//! A usenet release had time to spread.

use radarr_proto::model::{Protocol, RuleVerdict};

use crate::domain::decide::verdict::{rule, span};
use crate::domain::decide::{Candidate, Situation};

/// A usenet release is at least as old as the settings ask.
///
/// Source: Radarr's `MinimumAgeSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("MinimumAge");
    let minimum = situation.settings.minimum_age_minutes;
    if candidate.release.protocol != Protocol::Usenet {
        return rule.skip("it is no usenet release");
    }
    if minimum == 0 {
        return rule.skip("no minimum age is set");
    }
    let Some(age) = candidate.age_minutes(situation.now) else {
        return rule.skip("its age is unknown");
    };
    let rule = rule.looked("age", span(age)).looked("minimum", span(minimum));
    if age >= minimum {
        return rule.pass();
    }
    rule.wait(
        "MinimumAge",
        format!("it is {} old, and {} is the least", span(age), span(minimum)),
        Some("wait"),
    )
}
