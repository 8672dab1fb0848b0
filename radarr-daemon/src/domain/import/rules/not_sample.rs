//! A sample is not the movie.

use radarr_proto::model::{Permanence, RuleVerdict};

use crate::domain::import::candidate::{Candidate, Origin};
use crate::domain::import::sample::{SampleVerdict, minimum_seconds, sample};
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};

const RULE: &str = "NotSample";

/// The file runs long enough to be the movie. Where its run time cannot be read it stays outside: a person decides.
///
/// Source: Radarr's `NotSampleSpecification`.
pub fn not_sample(file: &Candidate<'_>) -> RuleVerdict {
    if file.origin == Origin::Library {
        return not_applicable(RULE, "the file is in the library already");
    }
    let seconds = file.media_info.map(|media| media.duration_seconds).filter(|seconds| *seconds > 0);
    let minimum = minimum_seconds(file.movie_runtime_minutes);
    let looked = vec![
        looked("run time", seconds.map_or("not known".to_owned(), |seconds| format!("{seconds} s"))),
        looked("at least", format!("{minimum} s")),
    ];
    match sample(file.path, file.movie_runtime_minutes, seconds) {
        SampleVerdict::NotSample => pass(RULE, looked),
        SampleVerdict::Sample => {
            let refusal = Refusal {
                reason: "Sample",
                permanence: Permanence::Permanent,
                message: format!("the file runs less than {minimum} s: a sample"),
                remedy: "import it by hand if it is the movie",
            };
            reject(RULE, refusal, looked)
        }
        SampleVerdict::Indeterminate => {
            let refusal = Refusal {
                reason: "SampleIndeterminate",
                permanence: Permanence::Temporary,
                message: "the run time of the file cannot be read, so that a sample cannot be told"
                    .to_owned(),
                remedy: "install ffprobe (package ffmpeg), or import the file by hand",
            };
            reject(RULE, refusal, looked)
        }
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::MediaInfo;

    use super::*;
    use crate::domain::import::rules::test_candidate::candidate;

    #[test]
    fn short_files_and_files_of_unknown_length_stay_outside() {
        for (seconds, refused) in [(0, true), (60, true), (5400, false)] {
            let media = MediaInfo { duration_seconds: seconds, ..MediaInfo::default() };
            let file = Candidate { path: "/d/movie.mkv", media_info: Some(&media), ..candidate() };
            assert_eq!(not_sample(&file).is_reject(), refused, "{seconds}");
            assert!(!not_sample(&Candidate { origin: Origin::Library, ..file }).is_reject());
        }
    }
}
