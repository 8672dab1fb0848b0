//! What the fast matching is compared with: every expression of every format, one after the other.

use radarr_daemon::domain::custom_format::FormatInput;
use radarr_daemon::domain::custom_format::pattern::{Case, Pattern};
use radarr_proto::model::{ConditionTest, CustomFormat};

/// The expressions of all formats.
pub(crate) struct Formats {
    titles: Vec<Pattern>,
    editions: Vec<Pattern>,
    groups: Vec<Pattern>,
}

impl Formats {
    pub(crate) fn compile(formats: &[CustomFormat]) -> Self {
        let mut all = Self { titles: Vec::new(), editions: Vec::new(), groups: Vec::new() };
        for condition in formats.iter().flat_map(|format| &format.conditions) {
            let (of_subject, pattern) = match &condition.test {
                ConditionTest::ReleaseTitle { pattern } => (&mut all.titles, pattern),
                ConditionTest::Edition { pattern } => (&mut all.editions, pattern),
                ConditionTest::ReleaseGroup { pattern } => (&mut all.groups, pattern),
                _ => continue,
            };
            of_subject.extend(Pattern::compile(pattern, Case::Ignored));
        }
        all
    }

    /// How many expressions match.
    pub(crate) fn matching(&self, input: &FormatInput<'_>) -> usize {
        let count = |patterns: &[Pattern], text: Option<&str>| {
            text.map_or(0, |text| patterns.iter().filter(|pattern| pattern.is_match(text)).count())
        };
        count(&self.titles, Some(input.name))
            + count(&self.editions, input.edition)
            + count(&self.groups, input.group)
    }
}
