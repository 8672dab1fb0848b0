//! The usenet server still has it.

use radarr_proto::model::{Protocol, RuleVerdict};

use crate::domain::decide::verdict::{count, rule};
use crate::domain::decide::{Candidate, Situation};

/// A usenet release is no older than the server keeps articles.
///
/// Source: Radarr's `RetentionSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Retention");
    let retention = situation.settings.retention_days;
    if candidate.release.protocol != Protocol::Usenet {
        return rule.skip("it is no usenet release");
    }
    if retention == 0 {
        return rule.skip("no retention is set");
    }
    let Some(age_minutes) = candidate.age_minutes(situation.now) else {
        return rule.skip("its age is unknown");
    };
    let days = age_minutes / (24 * 60);
    let rule = rule.looked("age", count(days, "day")).looked("retention", count(retention, "day"));
    if days <= retention {
        return rule.pass();
    }
    let message =
        format!("it is {} old, and the server keeps {}", count(days, "day"), count(retention, "day"));
    rule.reject("MaximumAge", message, Some("raise the retention in the settings"))
}
