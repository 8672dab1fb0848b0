//! Formats ready to be matched: conditions grouped by kind, expressions compiled once.

use std::mem::{Discriminant, discriminant};

use radarr_proto::model::{ConditionTest, CustomFormat, CustomFormatId, QualityProfile};

use super::condition::{FormatInput, Test};
use super::pattern::PatternError;

/// A condition of a format that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("custom format {format:?}, condition {condition:?}: {source}")]
pub struct FormatError {
    /// Name of the format.
    pub format: String,
    /// Name of the condition.
    pub condition: String,
    /// What is wrong with its expression.
    pub source: PatternError,
}

#[derive(Debug, Clone)]
struct CompiledCondition {
    required: bool,
    negate: bool,
    test: Test,
}

impl CompiledCondition {
    fn matches(&self, input: &FormatInput<'_>) -> bool {
        self.test.passes(input) != self.negate
    }
}

/// One format.
#[derive(Debug, Clone)]
pub struct CompiledFormat {
    /// Its number.
    pub id: CustomFormatId,
    /// Its name.
    pub name: String,
    /// The conditions, those of one kind together.
    groups: Vec<Vec<CompiledCondition>>,
}

impl CompiledFormat {
    /// Compiles the conditions; the first that can't be is the error.
    pub fn compile(format: &CustomFormat) -> Result<Self, FormatError> {
        let mut groups: Vec<(Discriminant<ConditionTest>, Vec<CompiledCondition>)> = Vec::new();
        for condition in &format.conditions {
            let test = Test::compile(&condition.test).map_err(|source| FormatError {
                format: format.name.clone(),
                condition: condition.name.clone(),
                source,
            })?;
            let compiled = CompiledCondition { required: condition.required, negate: condition.negate, test };
            let kind = discriminant(&condition.test);
            match groups.iter_mut().find(|(group, _)| *group == kind) {
                Some((_, group)) => group.push(compiled),
                None => groups.push((kind, vec![compiled])),
            }
        }
        let groups = groups.into_iter().map(|(_, group)| group).collect();
        Ok(Self { id: format.id, name: format.name.clone(), groups })
    }

    /// Whether every kind has a condition that matches, and none that is required and does not.
    ///
    /// A format without conditions matches everything. Source: Radarr's `CustomFormatCalculationService`.
    pub fn matches(&self, input: &FormatInput<'_>) -> bool {
        self.groups.iter().all(|group| group_matches(group, input))
    }
}

fn group_matches(group: &[CompiledCondition], input: &FormatInput<'_>) -> bool {
    let mut any = false;
    for condition in group {
        // Once one of the kind matched, only the required ones can still change the result.
        if any && !condition.required {
            continue;
        }
        if condition.matches(input) {
            any = true;
        } else if condition.required {
            return false;
        }
    }
    any
}

/// A format that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Its number.
    pub id: CustomFormatId,
    /// Its name.
    pub name: String,
}

/// All formats of an installation.
#[derive(Debug, Clone, Default)]
pub struct CompiledFormats {
    formats: Vec<CompiledFormat>,
}

impl CompiledFormats {
    /// Compiles all; those that can't be are left out and named in the second part.
    pub fn compile(formats: &[CustomFormat]) -> (Self, Vec<FormatError>) {
        let mut compiled = Vec::with_capacity(formats.len());
        let mut errors = Vec::new();
        for format in formats {
            match CompiledFormat::compile(format) {
                Ok(format) => compiled.push(format),
                Err(error) => errors.push(error),
            }
        }
        (Self { formats: compiled }, errors)
    }

    /// The formats that match, in the order in which they were given.
    pub fn matching(&self, input: &FormatInput<'_>) -> Vec<Matched> {
        let matching = self.formats.iter().filter(|format| format.matches(input));
        matching.map(|format| Matched { id: format.id, name: format.name.clone() }).collect()
    }

    /// The score that formats of these names have under the profile; a name that is gone counts 0.
    ///
    /// This is how a file or a queued release is compared by what it matched when it was grabbed, with the scores
    /// of today (D14).
    pub fn score_of_names(&self, profile: &QualityProfile, names: &[String]) -> i32 {
        let named = self.formats.iter().filter(|format| names.contains(&format.name));
        sum(profile, named.map(|format| format.id))
    }
}

/// The score of these formats under the profile: formats that it does not list count 0.
pub fn score(profile: &QualityProfile, matched: &[Matched]) -> i32 {
    sum(profile, matched.iter().map(|format| format.id))
}

fn sum(profile: &QualityProfile, formats: impl Iterator<Item = CustomFormatId>) -> i32 {
    let score_of =
        |id| profile.format_scores.iter().find(|line| line.format_id == id).map_or(0, |line| line.score);
    formats.map(score_of).fold(0, i32::saturating_add)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{
        Condition, FormatScore, Language, Quality, QualityModel, QualitySource, Revision,
    };

    use super::super::super::quality::defaults;
    use super::*;

    fn input(name: &str) -> FormatInput<'_> {
        FormatInput {
            name,
            file_name: None,
            edition: None,
            group: Some("GRP"),
            languages: &[Language::English],
            original_language: Language::English,
            quality: QualityModel { quality: Quality::WebDl1080p, revision: Revision::default() },
            size_bytes: 5,
            flags: &[],
            year: 1999,
            group_reputation: None,
        }
    }

    fn title(pattern: &str, required: bool, negate: bool) -> Condition {
        let test = ConditionTest::ReleaseTitle { pattern: pattern.into() };
        Condition { name: pattern.into(), required, negate, test }
    }

    fn source(source: QualitySource) -> Condition {
        Condition {
            name: "source".into(),
            required: false,
            negate: false,
            test: ConditionTest::Source { source },
        }
    }

    fn format(conditions: Vec<Condition>) -> CustomFormat {
        CustomFormat {
            id: CustomFormatId(1),
            name: "F".into(),
            include_when_renaming: false,
            conditions,
            guide: None,
        }
    }

    #[test]
    fn kinds_are_joined_by_and_members_by_or_and_required_ones_must_hold() {
        let web = || source(QualitySource::Webdl);
        let disc = || source(QualitySource::Bluray);
        for (conditions, want) in [
            (vec![], true),
            (vec![title("hdr", false, false)], true),
            (vec![title("nope", false, false)], false),
            (vec![title("nope", false, true)], true),
            (vec![title("nope", false, false), title("HDR", false, false)], true),
            (vec![title("nope", true, false), title("HDR", false, false)], false),
            (vec![title("HDR", false, false), title("x265", true, true)], false),
            (vec![title("HDR", false, false), web()], true),
            (vec![title("HDR", false, false), disc()], false),
            (vec![title("HDR", false, false), disc(), web()], true),
        ] {
            let format = format(conditions);
            let compiled = CompiledFormat::compile(&format).unwrap();
            let got = compiled.matches(&input("Movie.1999.HDR.x265-GRP"));
            assert_eq!(got, want, "{:?}", format.conditions);
        }
    }

    #[test]
    fn size_leaves_its_lower_bound_out_and_year_holds_both() {
        let check = |test: ConditionTest| Test::compile(&test).unwrap().passes(&input("x"));
        assert!(check(ConditionTest::Size { min_bytes: 4, max_bytes: 5 }));
        assert!(!check(ConditionTest::Size { min_bytes: 5, max_bytes: 9 }));
        assert!(check(ConditionTest::Year { min: 1999, max: 1999 }));
        assert!(!check(ConditionTest::GroupReputation { min: 0, max: 100 }));
        assert!(!check(ConditionTest::Unknown));
    }

    #[test]
    fn a_bad_expression_is_named_and_the_other_formats_stay() {
        let mut bad = format(vec![title("(", false, false)]);
        bad.name = "Broken".into();
        let (formats, errors) = CompiledFormats::compile(&[bad, format(vec![])]);
        assert_eq!(errors.iter().map(|error| error.format.as_str()).collect::<Vec<_>>(), ["Broken"]);
        assert_eq!(formats.matching(&input("x")).len(), 1);
    }

    #[test]
    fn an_expression_that_explodes_ends_without_a_match() {
        let test = ConditionTest::ReleaseTitle { pattern: r"^(?=(a+)+\1b)(a|aa)+$".into() };
        let long = "a".repeat(2_000);
        assert!(!Test::compile(&test).unwrap().passes(&input(&long)));
    }

    #[test]
    fn stored_names_are_scored_as_the_profile_scores_today() {
        let (formats, _) = CompiledFormats::compile(&[format(vec![])]);
        let mut profile = defaults::profiles().remove(0);
        profile.format_scores = vec![FormatScore { format_id: CustomFormatId(1), score: 40 }];
        assert_eq!(formats.score_of_names(&profile, &["F".into(), "Gone".into()]), 40);
    }
}
