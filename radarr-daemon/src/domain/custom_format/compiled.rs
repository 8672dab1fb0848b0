//! Formats ready to be matched: conditions grouped by kind, expressions compiled once.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

use radarr_proto::model::{ConditionTest, CustomFormat, CustomFormatId, QualityProfile};

use super::condition::{FormatInput, Subject, expression, plain_passes};
use super::pattern::{Case, Pattern, PatternError};
use super::pattern_set::{Look, PatternAt, PatternSet};

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
enum Test {
    /// An expression, by its place in the set of its subject.
    Expression(Subject, PatternAt),
    /// Any other: it holds no expression.
    Plain(ConditionTest),
}

#[derive(Debug, Clone)]
struct CompiledCondition {
    required: bool,
    negate: bool,
    test: Test,
}

/// One format.
#[derive(Debug, Clone)]
struct CompiledFormat {
    id: CustomFormatId,
    name: String,
    /// The conditions, those of one kind together; kinds without expressions come first, because they are cheap.
    groups: Vec<Vec<CompiledCondition>>,
}

impl CompiledFormat {
    /// Whether every kind has a condition that matches, and none that is required and does not.
    ///
    /// A format without conditions matches everything. Source: Radarr's `CustomFormatCalculationService`.
    fn matches(&self, looks: &Looks<'_>) -> bool {
        self.groups.iter().all(|group| group_matches(group, looks))
    }
}

fn group_matches(group: &[CompiledCondition], looks: &Looks<'_>) -> bool {
    let mut any = false;
    for condition in group {
        // Once one of the kind matched, only the required ones can still change the result.
        if any && !condition.required {
            continue;
        }
        if looks.passes(&condition.test) != condition.negate {
            any = true;
        } else if condition.required {
            return false;
        }
    }
    any
}

/// An input before the sets of expressions.
struct Looks<'a> {
    input: &'a FormatInput<'a>,
    titles: Look<'a>,
    editions: Look<'a>,
    groups: Look<'a>,
}

impl Looks<'_> {
    /// Whether the input passes, before any negation.
    fn passes(&self, test: &Test) -> bool {
        match test {
            Test::Expression(Subject::Title, at) => self.titles.matches(*at),
            Test::Expression(Subject::Edition, at) => self.editions.matches(*at),
            Test::Expression(Subject::Group, at) => self.groups.matches(*at),
            Test::Plain(test) => plain_passes(test, self.input),
        }
    }
}

/// The expressions of one subject while formats are compiled: each different one is compiled once.
#[derive(Default)]
struct Collected<'a> {
    patterns: Vec<Pattern>,
    places: HashMap<&'a str, Result<PatternAt, PatternError>>,
}

impl<'a> Collected<'a> {
    /// The place of an expression. Case is ignored, as in Radarr.
    fn place(&mut self, expression: &'a str) -> Result<PatternAt, PatternError> {
        let patterns = &mut self.patterns;
        let place = self.places.entry(expression).or_insert_with(|| {
            let at = PatternAt::behind(patterns);
            patterns.push(Pattern::compile(expression, Case::Ignored)?);
            Ok(at)
        });
        place.clone()
    }
}

/// The expressions of all subjects while formats are compiled.
#[derive(Default)]
struct Collection<'a> {
    titles: Collected<'a>,
    editions: Collected<'a>,
    groups: Collected<'a>,
}

impl<'a> Collection<'a> {
    fn test(&mut self, test: &'a ConditionTest) -> Result<Test, PatternError> {
        let Some((subject, expression)) = expression(test) else { return Ok(Test::Plain(test.clone())) };
        let collected = match subject {
            Subject::Title => &mut self.titles,
            Subject::Edition => &mut self.editions,
            Subject::Group => &mut self.groups,
        };
        Ok(Test::Expression(subject, collected.place(expression)?))
    }

    /// Compiles the conditions of a format; the first that can't be is the error.
    fn format(&mut self, format: &'a CustomFormat) -> Result<CompiledFormat, FormatError> {
        let mut groups: Vec<(Discriminant<ConditionTest>, Vec<CompiledCondition>)> = Vec::new();
        for condition in &format.conditions {
            let test = self.test(&condition.test).map_err(|source| FormatError {
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
        let mut groups: Vec<Vec<CompiledCondition>> = groups.into_iter().map(|(_, group)| group).collect();
        groups.sort_by_key(|group| group.iter().any(|of_kind| matches!(of_kind.test, Test::Expression(..))));
        Ok(CompiledFormat { id: format.id, name: format.name.clone(), groups })
    }
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
    titles: PatternSet,
    editions: PatternSet,
    groups: PatternSet,
}

impl CompiledFormats {
    /// Compiles all; those that can't be are left out and named in the second part.
    pub fn compile(formats: &[CustomFormat]) -> (Self, Vec<FormatError>) {
        let mut collection = Collection::default();
        let mut compiled = Vec::with_capacity(formats.len());
        let mut errors = Vec::new();
        for format in formats {
            match collection.format(format) {
                Ok(format) => compiled.push(format),
                Err(error) => errors.push(error),
            }
        }
        let compiled = Self {
            formats: compiled,
            titles: PatternSet::new(collection.titles.patterns),
            editions: PatternSet::new(collection.editions.patterns),
            groups: PatternSet::new(collection.groups.patterns),
        };
        (compiled, errors)
    }

    /// The names of all that can be matched.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.formats.iter().map(|format| format.name.as_str())
    }

    /// The formats that match, in the order in which they were given.
    pub fn matching(&self, input: &FormatInput<'_>) -> Vec<Matched> {
        let looks = Looks {
            input,
            titles: self.titles.look(Subject::Title.texts(input)),
            editions: self.editions.look(Subject::Edition.texts(input)),
            groups: self.groups.look(Subject::Group.texts(input)),
        };
        let matching = self.formats.iter().filter(|format| format.matches(&looks));
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
        Condition, DocVersion, FormatScore, Language, Quality, QualityModel, QualitySource, Revision,
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
            doc_version: DocVersion(0),
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
            let (compiled, errors) = CompiledFormats::compile(std::slice::from_ref(&format));
            let got = !compiled.matching(&input("Movie.1999.HDR.x265-GRP")).is_empty();
            assert_eq!((got, errors.len()), (want, 0), "{:?}", format.conditions);
        }
    }

    #[test]
    fn size_leaves_its_lower_bound_out_and_year_holds_both() {
        let check = |test: ConditionTest| plain_passes(&test, &input("x"));
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
    fn stored_names_are_scored_as_the_profile_scores_today() {
        let (formats, _) = CompiledFormats::compile(&[format(vec![])]);
        let mut profile = defaults::profiles().remove(0);
        profile.format_scores = vec![FormatScore { format_id: CustomFormatId(1), score: 40 }];
        assert_eq!(formats.score_of_names(&profile, &["F".into(), "Gone".into()]), 40);
    }
}
