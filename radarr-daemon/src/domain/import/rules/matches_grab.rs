//! A download brings the movie that it was grabbed for.

use radarr_proto::model::{Permanence, RuleVerdict};

use crate::domain::import::candidate::{Candidate, Origin};
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};

const RULE: &str = "MatchesGrab";

/// The movie that the file is taken for is among those that the release was grabbed for.
///
/// Source: Radarr's `MatchesGrabSpecification`.
pub fn matches_grab(file: &Candidate<'_>) -> RuleVerdict {
    if file.origin == Origin::Library {
        return not_applicable(RULE, "the file is in the library already");
    }
    let Some(grabbed_for) = file.grabbed_for else {
        return not_applicable(RULE, "it is not known what the release was grabbed for");
    };
    let looked = vec![looked("movie", file.movie)];
    if grabbed_for.contains(&file.movie) {
        return pass(RULE, looked);
    }
    let refusal = Refusal {
        reason: "MovieNotFoundInRelease",
        permanence: Permanence::Permanent,
        message: "the release was grabbed for another movie".to_owned(),
        remedy: "import the file by hand if it is the right one",
    };
    reject(RULE, refusal, looked)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::MovieId;

    use super::*;
    use crate::domain::import::rules::test_candidate::candidate;

    #[test]
    fn a_file_of_another_movie_than_the_grabbed_one_is_refused() {
        for (grabbed_for, refused) in [
            (None, false),
            (Some([MovieId(1)].as_slice()), false),
            (Some(&[MovieId(2)]), true),
            (Some(&[]), true),
        ] {
            let file = Candidate { grabbed_for, ..candidate() };
            assert_eq!(matches_grab(&file).is_reject(), refused, "{grabbed_for:?}");
            assert!(!matches_grab(&Candidate { origin: Origin::Library, ..file }).is_reject());
        }
    }
}
