//! It is not just a sample.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};
use crate::domain::quality::size::{MEGABYTE, in_words};

/// Something called a sample that is smaller than this is one. Source: Radarr's `NotSampleSpecification`.
const SAMPLE_BYTES: u64 = 70 * MEGABYTE;

/// Not called a sample while being as small as one.
///
/// Source: Radarr's `NotSampleSpecification`.
pub fn judge(candidate: &Candidate, _: &Situation<'_>) -> RuleVerdict {
    let size = candidate.release.size_bytes;
    let rule = rule("NotSample").looked("size", in_words(size));
    if candidate.release.title.to_lowercase().contains("sample") && size < SAMPLE_BYTES {
        let message = format!("it is called a sample and has only {}", in_words(size));
        return rule.reject("Sample", message, Some("take it by hand if it is the movie after all"));
    }
    rule.pass()
}
