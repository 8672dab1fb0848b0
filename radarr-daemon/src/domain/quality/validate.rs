//! Whether a profile or a definition makes sense, before it is saved.

use radarr_proto::model::{CustomFormatId, Language, Quality, QualityDefinition, QualityProfile};

use super::order::is_allowed;

/// Something that is wrong with what a user wants to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, as the model names it.
    pub field: &'static str,
    /// What is wrong, with the value.
    pub message: String,
    /// What to do.
    pub hint: String,
}

fn problem(field: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem { field, message: message.into(), hint: hint.into() }
}

/// Longest name of a profile, in characters; fits a column of the terminal.
const NAME_CHARS_MAX: usize = 100;

/// Lines that a profile may have, and qualities in all of them together: there are 31 qualities, and each stands once.
const LINES_MAX: usize = 100;

/// Scores that a profile may have: four for each format of the guides, and they fit a document of the storage.
const SCORES_MAX: usize = 1_000;

/// The largest size in a definition: 2000 MB for each minute. Source: Radarr's `QualityDefinitionLimits`.
const DEFINITION_TENTHS_MAX: u32 = 20_000;

/// Everything that is wrong with the profile; `known_formats` are the custom formats that exist.
pub fn profile_problems(profile: &QualityProfile, known_formats: &[CustomFormatId]) -> Vec<Problem> {
    let mut problems = Vec::new();
    size_problems(profile, &mut problems);
    if !problems.is_empty() {
        // Each line of a profile that is far too large would be a problem of its own.
        return problems;
    }
    name_problems(profile, &mut problems);
    item_problems(profile, &mut problems);
    cutoff_problems(profile, &mut problems);
    if profile.language == Language::Unknown {
        let hint = "choose a language, Original or Any";
        problems.push(problem("language", "no release is wanted in an unknown language", hint));
    }
    score_problems(profile, known_formats, &mut problems);
    problems
}

fn size_problems(profile: &QualityProfile, problems: &mut Vec<Problem>) {
    let lines = profile.items.len();
    let qualities: usize = profile.items.iter().map(|item| item.qualities.len()).sum();
    let scores = profile.format_scores.len();
    for (field, count, max, words) in [
        ("items", lines, LINES_MAX, "lines"),
        ("items", qualities, LINES_MAX, "qualities"),
        ("format_scores", scores, SCORES_MAX, "scores"),
    ] {
        if count > max {
            let message = format!("the profile has {count} {words}, and it may have {max}");
            problems.push(problem(field, message, "keep each quality and each custom format once"));
        }
    }
}

fn name_problems(profile: &QualityProfile, problems: &mut Vec<Problem>) {
    if profile.name.trim().is_empty() {
        problems.push(problem("name", "the profile has no name", "give it one"));
    } else if profile.name.chars().count() > NAME_CHARS_MAX {
        problems.push(problem("name", "the name is longer than 100 characters", "shorten it"));
    }
}

fn item_problems(profile: &QualityProfile, problems: &mut Vec<Problem>) {
    if !profile.items.iter().any(|item| item.allowed && !item.qualities.is_empty()) {
        problems.push(problem("items", "no quality is allowed", "allow at least one quality"));
    }
    let mut seen: Vec<Quality> = Vec::new();
    let mut groups: Vec<String> = Vec::new();
    for group in profile.items.iter().filter_map(|item| item.group.as_ref()) {
        let name = group.trim().to_lowercase();
        if group.chars().count() > NAME_CHARS_MAX {
            problems.push(problem(
                "items",
                "the name of a group is longer than 100 characters",
                "shorten it",
            ));
        }
        if group.chars().any(char::is_control) {
            let message = format!("the name {group:?} of a group has characters that can't be shown");
            problems.push(problem("items", message, "leave them out"));
        }
        if groups.contains(&name) {
            problems.push(problem("items", format!("two groups are called {group}"), "rename one of them"));
        }
        groups.push(name);
    }
    for item in &profile.items {
        match (&item.group, item.qualities.len()) {
            (_, 0) => {
                let name = item.group.as_deref().unwrap_or("a line without name");
                problems.push(problem("items", format!("{name} holds no quality"), "remove it or fill it"));
            }
            (None, 2..) => problems.push(problem(
                "items",
                format!("{} qualities stand in one line without a name", item.qualities.len()),
                "name the group, or give each quality a line of its own",
            )),
            (Some(group), _) if group.trim().is_empty() => {
                problems.push(problem("items", "a group has an empty name", "name it"));
            }
            (None | Some(_), _) => {}
        }
        for quality in &item.qualities {
            if seen.contains(quality) {
                let message = format!("{quality} stands in the profile twice");
                problems.push(problem("items", message, "keep it in one place"));
            }
            seen.push(*quality);
        }
    }
}

fn cutoff_problems(profile: &QualityProfile, problems: &mut Vec<Problem>) {
    if !is_allowed(profile, profile.cutoff) {
        problems.push(problem(
            "cutoff",
            format!("the cutoff {} is not among the allowed qualities", profile.cutoff),
            "allow it, or choose a cutoff that is allowed",
        ));
    }
}

fn score_problems(profile: &QualityProfile, known: &[CustomFormatId], problems: &mut Vec<Problem>) {
    if profile.min_upgrade_format_score < 1 {
        problems.push(problem(
            "min_upgrade_format_score",
            format!("the least gain in score is {}", profile.min_upgrade_format_score),
            "use 1 or more: a gain of nothing is no upgrade",
        ));
    }
    let mut seen: Vec<CustomFormatId> = Vec::new();
    for line in &profile.format_scores {
        if !known.contains(&line.format_id) {
            let message = format!("custom format {} does not exist", line.format_id);
            problems.push(problem("format_scores", message, "remove its score"));
        }
        if seen.contains(&line.format_id) {
            let message = format!("custom format {} is scored twice", line.format_id);
            problems.push(problem("format_scores", message, "keep one of them"));
        }
        seen.push(line.format_id);
    }
    let reachable: i64 = profile.format_scores.iter().map(|line| i64::from(line.score.max(0))).sum();
    if i64::from(profile.min_format_score) > reachable {
        problems.push(problem(
            "min_format_score",
            format!(
                "no release can reach the least score of {}: all formats together give {reachable}",
                profile.min_format_score
            ),
            "lower the least score, or give formats higher scores",
        ));
    }
}

/// Everything that is wrong with a size definition: minimum <= preferred <= maximum, each at most 2000 MB a minute.
pub fn definition_problems(definition: &QualityDefinition) -> Vec<Problem> {
    let min = definition.min_tenths_mb_per_minute;
    let max = definition.max_tenths_mb_per_minute.filter(|max| *max > 0).unwrap_or(DEFINITION_TENTHS_MAX);
    let preferred = definition.preferred_tenths_mb_per_minute;
    let mut problems = Vec::new();
    let mut must = |holds: bool, field, message: &str| {
        if !holds {
            let message = format!("{}: {message}", definition.quality);
            problems.push(problem(field, message, "minimum <= preferred <= maximum <= 2000 MB per minute"));
        }
    };
    must(max <= DEFINITION_TENTHS_MAX, "max_tenths_mb_per_minute", "the maximum is above 2000 MB per minute");
    must(min <= max, "min_tenths_mb_per_minute", "the minimum is above the maximum");
    must(
        preferred.is_none_or(|preferred| min <= preferred && preferred <= max),
        "preferred_tenths_mb_per_minute",
        "the preferred size lies outside minimum and maximum",
    );
    problems
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{DocVersion, FormatScore, ProfileItem};

    use super::super::defaults;
    use super::*;

    #[track_caller]
    fn check(change: impl Fn(&mut QualityProfile), field: &str, words: &str) {
        let mut profile = defaults::profiles().remove(3);
        change(&mut profile);
        let problems = profile_problems(&profile, &[CustomFormatId(1)]);
        let found = problems.iter().any(|p| p.field == field && p.message.contains(words));
        assert!(found, "wanted {field}: {words}, got {problems:?}");
    }

    #[test]
    fn every_fault_of_a_profile_is_named() {
        check(|p| p.name = "  ".into(), "name", "no name");
        check(|p| p.items.iter_mut().for_each(|i| i.allowed = false), "items", "no quality is allowed");
        check(|p| p.items.clear(), "items", "no quality is allowed");
        check(|p| p.cutoff = Quality::Sdtv, "cutoff", "SDTV is not among");
        check(|p| p.min_upgrade_format_score = 0, "min_upgrade_format_score", "is 0");
        check(|p| p.min_format_score = 5, "min_format_score", "all formats together give 0");
        let twice = |number| FormatScore { format_id: CustomFormatId(number), score: 1 };
        check(|p| p.format_scores = vec![twice(1), twice(1)], "format_scores", "scored twice");
        check(|p| p.format_scores = vec![twice(2)], "format_scores", "does not exist");
        let group =
            |quality| ProfileItem { group: Some("HD".into()), qualities: vec![quality], allowed: true };
        check(
            |p| p.items = vec![group(Quality::Bluray1080p), group(Quality::Dvd)],
            "items",
            "two groups are called HD",
        );
        check(|p| p.language = Language::Unknown, "language", "unknown language");
        let line = |qualities: Vec<Quality>| ProfileItem { group: None, qualities, allowed: true };
        check(|p| p.items.push(line(vec![])), "items", "holds no quality");
        check(|p| p.items.push(line(vec![Quality::Dvd])), "items", "DVD stands in the profile twice");
        let named =
            |name: &str, qualities| ProfileItem { group: Some(name.into()), qualities, allowed: true };
        check(
            |p| p.items = vec![named("A", vec![Quality::Dvd]), named("B", vec![Quality::Dvd, Quality::Sdtv])],
            "items",
            "DVD stands in the profile twice",
        );
        check(
            |p| p.items.push(named("A", vec![Quality::Cam, Quality::Cam])),
            "items",
            "CAM stands in the profile twice",
        );
        check(|p| p.items.push(named(" ", vec![Quality::Cam])), "items", "empty name");
        check(|p| p.items.push(named(&"n".repeat(101), vec![Quality::Cam])), "items", "longer than 100");
        check(|p| p.name = "n".repeat(101), "name", "longer than 100");
        check(|p| p.items.push(named("A\u{7}", vec![Quality::Cam])), "items", "can't be shown");
        check(|p| p.min_format_score = i32::MAX, "min_format_score", "no release can reach");
        check(
            |p| p.items.push(line(vec![Quality::Dvd, Quality::Cam])),
            "items",
            "in one line without a name",
        );
    }

    #[test]
    fn a_profile_ends_at_its_limits_with_one_problem_for_each() {
        let found = |change: &dyn Fn(&mut QualityProfile)| {
            let mut profile = defaults::profiles().remove(3);
            change(&mut profile);
            let problems = profile_problems(&profile, &(1..=3_000).map(CustomFormatId).collect::<Vec<_>>());
            problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
        };
        let at_limit = |profile: &mut QualityProfile| {
            profile.name = "é".repeat(100);
            profile.format_scores = (1..=1_000)
                .map(|id| FormatScore { format_id: CustomFormatId(id), score: i32::MAX })
                .collect();
        };
        assert!(found(&at_limit).is_empty());
        let score = |profile: &mut QualityProfile| {
            at_limit(profile);
            profile.format_scores.push(FormatScore { format_id: CustomFormatId(1_001), score: 0 });
        };
        assert_eq!(found(&score), ["the profile has 1001 scores, and it may have 1000"]);
        let line = ProfileItem { group: None, qualities: vec![], allowed: false };
        let lines = |profile: &mut QualityProfile| profile.items = vec![line.clone(); 101];
        assert_eq!(found(&lines), ["the profile has 101 lines, and it may have 100"]);
        let crowd =
            ProfileItem { group: Some("HD".into()), qualities: vec![Quality::Dvd; 100_000], allowed: true };
        let qualities = |profile: &mut QualityProfile| profile.items = vec![crowd.clone()];
        assert_eq!(found(&qualities), ["the profile has 100000 qualities, and it may have 100"]);
    }

    #[test]
    fn a_definition_keeps_minimum_preferred_and_maximum_in_order() {
        let definition = |min, preferred, max| QualityDefinition {
            doc_version: DocVersion(0),
            quality: Quality::Dvd,
            min_tenths_mb_per_minute: min,
            preferred_tenths_mb_per_minute: preferred,
            max_tenths_mb_per_minute: max,
        };
        for (definition, faults) in [
            (definition(0, None, None), 0),
            (definition(10, Some(20), Some(30)), 0),
            (definition(10, Some(5), Some(30)), 1),
            (definition(40, None, Some(30)), 1),
            (definition(0, None, Some(30_000)), 1),
        ] {
            assert_eq!(definition_problems(&definition).len(), faults, "{definition:?}");
        }
    }
}
