//! What one condition of a custom format tests.
//!
//! Source for the kinds and their rules: Radarr's `CustomFormats/Specifications`.

use radarr_proto::model::{
    ConditionTest, IndexerFlag, Language, MovieFacts, MovieFile, ParsedRelease, QualityModel, Release,
};

/// Everything that conditions look at, of a release or of a file.
#[derive(Debug, Clone, Copy)]
pub struct FormatInput<'a> {
    /// The release name without its wrapping.
    pub name: &'a str,
    /// The name of the file, where there is one: a release title condition looks at either.
    pub file_name: Option<&'a str>,
    /// Edition.
    pub edition: Option<&'a str>,
    /// Release group.
    pub group: Option<&'a str>,
    /// Audio languages.
    pub languages: &'a [Language],
    /// The movie's original language; `Unknown` when it is not known.
    pub original_language: Language,
    /// Quality.
    pub quality: QualityModel,
    /// Bytes; 0 = unknown.
    pub size_bytes: u64,
    /// What the indexer said.
    pub flags: &'a [IndexerFlag],
    /// The year in the name, else the movie's; 0 = unknown.
    pub year: u16,
    /// The group's reputation, 0 to 100; `None` = nothing is known of it.
    pub group_reputation: Option<u8>,
}

impl<'a> FormatInput<'a> {
    /// The input for a release of a movie.
    pub fn of_release(
        release: &'a Release,
        parsed: &'a ParsedRelease,
        languages: &'a [Language],
        movie: Option<&MovieFacts>,
    ) -> Self {
        let name = if parsed.simple_name.is_empty() { &parsed.name } else { &parsed.simple_name };
        Self {
            name,
            file_name: None,
            edition: parsed.edition.as_deref(),
            group: parsed.release_group.as_deref(),
            languages,
            original_language: movie.map(|movie| movie.original_language).unwrap_or_default(),
            quality: parsed.quality,
            size_bytes: release.size_bytes,
            flags: &release.flags,
            year: parsed.year.or(movie.map(|movie| movie.year)).unwrap_or(0),
            group_reputation: None,
        }
    }

    /// The input for a file in the library, told from the name it was released under where that is known.
    ///
    /// Radarr gives a file the year 0, so that its year conditions never match one; we take the movie's.
    pub fn of_file(file: &'a MovieFile, movie: &MovieFacts) -> Self {
        let current = file_name(&file.relative_path);
        let released = file.scene_name.as_deref().or(file.original_path.as_deref().map(file_name));
        Self {
            name: released.unwrap_or(current),
            file_name: Some(current),
            edition: file.edition.as_deref(),
            group: file.release_group.as_deref(),
            languages: &file.languages,
            original_language: movie.original_language,
            quality: file.quality,
            size_bytes: file.size_bytes,
            flags: &file.flags,
            year: movie.year,
            group_reputation: None,
        }
    }

    /// The same with what is known of the group's reputation.
    #[must_use]
    pub fn with_reputation(self, score: Option<u8>) -> Self {
        Self { group_reputation: score, ..self }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a condition's expression is matched with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The release name, or the file's.
    Title,
    /// The edition.
    Edition,
    /// The release group.
    Group,
}

impl Subject {
    /// The texts of the input that it is; one that matches is enough.
    pub(super) fn texts<'a>(self, input: &FormatInput<'a>) -> [Option<&'a str>; 2] {
        match self {
            Self::Title => [Some(input.name), input.file_name],
            Self::Edition => [input.edition, None],
            Self::Group => [input.group, None],
        }
    }
}

/// The expression of a test, if it holds one, and what it is matched with.
pub(super) fn expression(test: &ConditionTest) -> Option<(Subject, &str)> {
    match test {
        ConditionTest::ReleaseTitle { pattern } => Some((Subject::Title, pattern)),
        ConditionTest::Edition { pattern } => Some((Subject::Edition, pattern)),
        ConditionTest::ReleaseGroup { pattern } => Some((Subject::Group, pattern)),
        ConditionTest::Language { .. }
        | ConditionTest::IndexerFlag { .. }
        | ConditionTest::Source { .. }
        | ConditionTest::Resolution { .. }
        | ConditionTest::QualityModifier { .. }
        | ConditionTest::Size { .. }
        | ConditionTest::Year { .. }
        | ConditionTest::GroupReputation { .. }
        | ConditionTest::Unknown => None,
    }
}

/// Whether the input passes a test that holds no expression, before any negation.
pub(super) fn plain_passes(test: &ConditionTest, input: &FormatInput<'_>) -> bool {
    let quality = input.quality.quality;
    match test {
        ConditionTest::Language { language, except_language } => {
            language_passes(*language, *except_language, input.languages, input.original_language)
        }
        ConditionTest::IndexerFlag { flag } => input.flags.contains(flag),
        ConditionTest::Source { source } => quality.source() == *source,
        ConditionTest::Resolution { resolution } => quality.resolution() == *resolution,
        ConditionTest::QualityModifier { modifier } => quality.modifier() == *modifier,
        ConditionTest::Size { min_bytes, max_bytes } => {
            *min_bytes < input.size_bytes && input.size_bytes <= *max_bytes
        }
        ConditionTest::Year { min, max } => (*min..=*max).contains(&input.year),
        ConditionTest::GroupReputation { min, max } => {
            input.group_reputation.is_some_and(|score| (*min..=*max).contains(&score))
        }
        // The three with an expression are in pattern sets; an unknown one matches nothing.
        ConditionTest::ReleaseTitle { .. }
        | ConditionTest::Edition { .. }
        | ConditionTest::ReleaseGroup { .. }
        | ConditionTest::Unknown => false,
    }
}

/// Whether the languages hold the wanted one; with `except_language`, whether they hold another one.
///
/// `Original` stands for the movie's original language, and for itself where that is unknown.
pub fn language_passes(
    wanted: Language,
    except_language: bool,
    languages: &[Language],
    original: Language,
) -> bool {
    let known = wanted == Language::Original && original != Language::Unknown;
    let wanted = if known { original } else { wanted };
    if except_language {
        languages.iter().any(|language| *language != wanted)
    } else {
        languages.contains(&wanted)
    }
}
