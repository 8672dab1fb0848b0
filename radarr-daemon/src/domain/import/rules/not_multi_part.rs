//! A movie in several files cannot be kept as one.

use std::sync::LazyLock;

use radarr_proto::model::{Permanence, RuleVerdict};
use regex::Regex;

use crate::domain::import::candidate::Candidate;
use crate::domain::import::verdict::{Refusal, looked, pass, reject};

const RULE: &str = "NotMultiPart";

/// No other file in the folder differs from this one only in a part marker (`cd1`, `part 2`, `disc b`).
///
/// Source: Radarr's `NotMultiPartSpecification`.
pub fn not_multi_part(file: &Candidate<'_>) -> RuleVerdict {
    let parts = without_part_markers(file.path);
    let other = file.beside.iter().copied().filter(|other| *other != file.path).find(|other| {
        let others = without_part_markers(other);
        parts.iter().any(|part| others.contains(part))
    });
    let Some(other) = other else { return pass(RULE, Vec::new()) };
    let name = other.rsplit('/').next().unwrap_or(other);
    let refusal = Refusal {
        reason: "MultiPartMovie",
        permanence: Permanence::Permanent,
        message: format!("the movie is in several files, another one is {name:?}"),
        remedy: "join the files, or take another release",
    };
    reject(RULE, refusal, vec![looked("other part", name)])
}

/// The path with the part behind each marker in its name left out, one text for each marker.
fn without_part_markers(path: &str) -> Vec<String> {
    static MARKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(?:^|[^\p{L}\p{N}])(?:cd|dvd|part|pt|p|disc|disk)[ ._-]*(\p{Nd}+|[a-d])(?:$|[^\p{L}\p{N}])",
        )
        .ok()
    });
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = path.split_at(name_at);
    let Some(marker) = MARKER.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(number) = marker.captures_at(name, from).and_then(|captures| captures.get(1)) {
        let (before, after) = (name.get(..number.start()), name.get(number.end()..));
        if let (Some(before), Some(after)) = (before, after) {
            found.push(format!("{folder}{before}\u{0}{after}").to_lowercase());
        }
        from = number.end();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::rules::test_candidate::candidate;

    #[track_caller]
    fn check(first: &str, second: &str, refused: bool) {
        let beside = [first, second];
        let verdict = not_multi_part(&Candidate { path: first, beside: &beside, ..candidate() });
        assert_eq!(verdict.is_reject(), refused, "{first} {second}");
    }

    #[test]
    fn two_parts_of_one_movie_are_refused() {
        check("/d/Movie (2006) part1.mkv", "/d/Movie (2006) part2.mkv", true);
        check("/d/movie - cd 1.avi", "/d/Movie - CD 2.avi", true);
        check("/d/movie disc-a.avi", "/d/movie disc-b.avi", true);
        check("/d/Movie.CD1.XviD-GRP.avi", "/d/Movie.CD2.XviD-GRP.avi", true);
        check("/d/movie.pt.1.of.2.avi", "/d/movie.pt.2.of.2.avi", true);
    }

    #[test]
    fn movies_with_a_number_are_no_parts() {
        check("/d/Movie Part 1.mkv", "/d/Movie Part 1.srt", false);
        check("/d/Movie.Part.1.2010.mkv", "/d/Movie.Part.2.2011.mkv", false);
        check("/d/Movie 1.mkv", "/d/Movie 2.mkv", false);
        check("/d/Depart1.mkv", "/d/Depart2.mkv", false);
        check("/d/1080p a.mkv", "/d/1080p b.mkv", false);
        check("/d/Movie part1.mkv", "/d/Movie part1.mkv", false);
    }
}
