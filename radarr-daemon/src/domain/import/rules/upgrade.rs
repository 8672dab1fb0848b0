//! A file replaces only what is not better.

use std::cmp::Ordering;

use radarr_proto::model::{Permanence, PropersAndRepacks, RuleVerdict};

use crate::domain::import::candidate::Candidate;
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};
use crate::domain::quality::order::compare_quality;

const RULE: &str = "Upgrade";

/// The file is not worse than the one that the movie has: in quality, then in revision, then in score. Cutoff and
/// "upgrades allowed" were asked before the grab and are not asked again.
///
/// Source: Radarr's `UpgradeSpecification` of the import.
pub fn upgrade(file: &Candidate<'_>) -> RuleVerdict {
    let Some(existing) = file.existing else { return not_applicable(RULE, "the movie has no file") };
    let looked = vec![
        looked("quality", file.quality.quality),
        looked("existing quality", existing.quality.quality),
        looked("revision", file.quality.revision.version),
        looked("existing revision", existing.quality.revision.version),
        looked("score", file.score),
        looked("existing score", existing.score),
    ];
    let (reason, message) =
        match compare_quality(file.profile, file.quality.quality, existing.quality.quality) {
            Ordering::Greater => return pass(RULE, looked),
            Ordering::Less => (
                "NotQualityUpgrade",
                format!(
                    "{} is below the {} that the movie has",
                    file.quality.quality, existing.quality.quality
                ),
            ),
            Ordering::Equal
                if file.propers != PropersAndRepacks::DoNotPrefer
                    && file.quality.revision < existing.quality.revision =>
            {
                (
                    "NotRevisionUpgrade",
                    format!("the movie has a later revision of {} already", existing.quality.quality),
                )
            }
            Ordering::Equal if file.score < existing.score => (
                "NotCustomFormatUpgrade",
                format!(
                    "its score {} is below the {} of the file that the movie has",
                    file.score, existing.score
                ),
            ),
            Ordering::Equal => return pass(RULE, looked),
        };
    let remedy = "delete the file that the movie has, or import this one by hand";
    reject(RULE, Refusal { reason, permanence: Permanence::Permanent, message, remedy }, looked)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{Quality, QualityModel, Revision, RuleOutcome};

    use super::*;
    use crate::domain::import::candidate::Existing;
    use crate::domain::import::rules::test_candidate::candidate;

    #[track_caller]
    fn check(quality: Quality, version: u32, score: i32, propers: PropersAndRepacks, want: Option<&str>) {
        let revision = Revision { version, ..Revision::default() };
        let existing = Some(Existing { quality: QualityModel { quality, revision }, score });
        let verdict = upgrade(&Candidate { existing, propers, ..candidate() });
        let got = match &verdict.outcome {
            RuleOutcome::Reject { reason, .. } => Some(reason.as_str()),
            RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
        };
        assert_eq!(got, want, "{quality} v{version} {score}");
    }

    #[test]
    fn what_is_worse_stays_outside() {
        use PropersAndRepacks::{DoNotPrefer, PreferAndUpgrade};
        check(Quality::Sdtv, 9, 99, PreferAndUpgrade, None);
        check(Quality::Remux2160p, 1, -99, PreferAndUpgrade, Some("NotQualityUpgrade"));
        check(Quality::Bluray1080p, 2, 0, PreferAndUpgrade, Some("NotRevisionUpgrade"));
        check(Quality::Bluray1080p, 2, 0, DoNotPrefer, None);
        check(Quality::Bluray1080p, 1, 1, DoNotPrefer, Some("NotCustomFormatUpgrade"));
        check(Quality::Bluray1080p, 1, 0, PreferAndUpgrade, None);
    }
}
