//! What a file is by all that is known of it: languages, group, edition. For its quality see
//! [`super::aggregate_quality`].

use radarr_proto::model::{Language, MediaInfo, ParsedRelease};

use super::aggregate_quality::{FileQuality, QualitySources, file_quality};
use crate::domain::media_info::audio_languages;

/// All that is known of a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// What the file's own name says.
    pub file: Option<&'a ParsedRelease>,
    /// What its folder's name says.
    pub folder: Option<&'a ParsedRelease>,
    /// What the download client's title says.
    pub download_client: Option<&'a ParsedRelease>,
    /// What ffprobe says.
    pub media_info: Option<&'a MediaInfo>,
    /// The name of the release that was grabbed.
    pub grabbed_name: Option<&'a str>,
    /// The movie's original language.
    pub original_language: Language,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileFacts {
    /// Quality, revision, and where they were found.
    pub quality: FileQuality,
    /// Audio languages.
    pub languages: Vec<Language>,
    /// Who released it.
    pub release_group: Option<String>,
    /// Edition.
    pub edition: Option<String>,
}

/// What the file is by all that is known of it.
pub fn aggregate(known: &Known<'_>) -> FileFacts {
    let languages_of =
        |parsed: Option<&ParsedRelease>| parsed.map(|p| p.languages.clone()).unwrap_or_default();
    let languages = languages(
        &LanguageSources {
            file: &languages_of(known.file),
            folder: &languages_of(known.folder),
            download_client: &languages_of(known.download_client),
            media_info: &known.media_info.map(audio_languages).unwrap_or_default(),
        },
        known.original_language,
    );
    let group = |parsed: Option<&ParsedRelease>| parsed.and_then(|p| p.release_group.clone());
    let edition = |parsed: Option<&ParsedRelease>| parsed.and_then(|p| p.edition.clone());
    FileFacts {
        quality: file_quality(&QualitySources {
            file: known.file,
            folder: known.folder,
            download_client: known.download_client,
            media_info: known.media_info,
            grabbed_name: known.grabbed_name,
        }),
        languages,
        release_group: first_said([group(known.download_client), group(known.folder), group(known.file)]),
        edition: first_said([edition(known.download_client), edition(known.folder), edition(known.file)]),
    }
}

/// The first that says something. The release is known best under the name that it was grabbed by, worst under that
/// of its file, which is often shortened.
pub fn first_said(said: [Option<String>; 3]) -> Option<String> {
    said.into_iter().flatten().find(|text| !text.trim().is_empty())
}

/// The languages that each source names; empty or `Unknown` = it does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct LanguageSources<'a> {
    /// The file's name.
    pub file: &'a [Language],
    /// Its folder's name.
    pub folder: &'a [Language],
    /// The download client's title.
    pub download_client: &'a [Language],
    /// Its audio tracks.
    pub media_info: &'a [Language],
}

/// The languages of a file: the later of file, folder, download client and audio tracks wins if it says something;
/// without any it is the movie's original language.
///
/// Source: Radarr's `AggregateLanguage`.
pub fn languages(sources: &LanguageSources<'_>, original: Language) -> Vec<Language> {
    let said = [sources.media_info, sources.download_client, sources.folder, sources.file]
        .into_iter()
        .find(|languages| languages.iter().any(|language| *language != Language::Unknown));
    let mut languages: Vec<Language> = Vec::new();
    for language in said.unwrap_or(&[original]).iter().copied() {
        let language = if language == Language::Original { original } else { language };
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tracks_know_best_which_languages_are_spoken() {
        let sources = LanguageSources { file: &[Language::French], ..LanguageSources::default() };
        assert_eq!(languages(&sources, Language::English), [Language::French]);
        let heard = LanguageSources { media_info: &[Language::German], ..sources };
        assert_eq!(languages(&heard, Language::English), [Language::German]);
        let silent = LanguageSources { media_info: &[Language::Unknown], ..sources };
        assert_eq!(languages(&silent, Language::English), [Language::French]);
        assert_eq!(languages(&LanguageSources::default(), Language::English), [Language::English]);
    }

    #[test]
    fn group_and_edition_come_from_the_best_known_name() {
        let named = |group: &str| ParsedRelease {
            release_group: Some(group.to_owned()),
            edition: (group == "FILE").then(|| "Uncut".to_owned()),
            ..ParsedRelease::default()
        };
        let (file, folder) = (named("FILE"), named("FOLDER"));
        let facts = aggregate(&Known { file: Some(&file), folder: Some(&folder), ..Known::default() });
        assert_eq!(facts.release_group.as_deref(), Some("FOLDER"));
        assert_eq!(facts.edition.as_deref(), Some("Uncut"));
    }
}
