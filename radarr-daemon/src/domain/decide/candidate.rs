//! A release with everything that is known of it when it is judged.

use jiff::Timestamp;
use radarr_proto::model::{Language, MatchedBy, Movie, MovieId, ParsedRelease, QualityProfile, Release};

use crate::domain::custom_format::compiled::score;
use crate::domain::custom_format::{CompiledFormats, FormatInput};
use crate::domain::quality::upgrade::Rated;

/// A release that may be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What the indexer listed.
    pub release: Release,
    /// What its name says.
    pub parsed: ParsedRelease,
    /// Whose it is; `None` = no movie of the library.
    pub movie_id: Option<MovieId>,
    /// How the movie was found.
    pub matched_by: Option<MatchedBy>,
    /// Languages after what the indexer and the movie say was taken in.
    pub languages: Vec<Language>,
    /// Names of the custom formats that match.
    pub formats: Vec<String>,
    /// Their score under the profile.
    pub score: i32,
    /// When we first saw it: its age is told from then when the indexer gives no date.
    pub first_seen_at: Option<Timestamp>,
    /// The reputation of its group, 0 to 100; `None` = nothing is known of it.
    pub group_reputation: Option<u8>,
}

/// What a candidate is made with, beside the release and its parse.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The movie it was found to be.
    pub movie: &'a Movie,
    /// How.
    pub matched_by: MatchedBy,
    /// The profile of the version it is judged for.
    pub profile: &'a QualityProfile,
    /// All custom formats.
    pub formats: &'a CompiledFormats,
    /// What `MULTi` means at its indexer.
    pub multi_languages: &'a [Language],
    /// The reputation of its group.
    pub group_reputation: Option<u8>,
}

impl Candidate {
    /// A release of a movie: takes in languages, finds the formats and scores them.
    pub fn of_movie(release: Release, parsed: ParsedRelease, about: &About<'_>) -> Self {
        let original = about.movie.facts.original_language;
        let languages = languages(&release, &parsed, original, about.multi_languages);
        let input = FormatInput::of_release(&release, &parsed, &languages, Some(&about.movie.facts))
            .with_reputation(about.group_reputation);
        let matched = about.formats.matching(&input);
        Self {
            score: score(about.profile, &matched),
            formats: matched.into_iter().map(|format| format.name).collect(),
            movie_id: Some(about.movie.id),
            matched_by: Some(about.matched_by),
            group_reputation: about.group_reputation,
            first_seen_at: None,
            languages,
            release,
            parsed,
        }
    }

    /// A release of no movie of ours.
    pub fn of_no_movie(release: Release, parsed: ParsedRelease) -> Self {
        Self {
            languages: languages(&release, &parsed, Language::Unknown, &[]),
            movie_id: None,
            matched_by: None,
            formats: Vec::new(),
            score: 0,
            first_seen_at: None,
            group_reputation: None,
            release,
            parsed,
        }
    }

    /// Quality and score, as upgrades compare them.
    pub fn rated(&self) -> Rated {
        Rated { quality: self.parsed.quality, score: self.score }
    }

    /// Minutes since it was published (or first seen); `None` = nobody knows. A date in the future counts as 0.
    pub fn age_minutes(&self, now: Timestamp) -> Option<u64> {
        let since = self.release.published_at.or(self.first_seen_at)?;
        let seconds = now.as_second().saturating_sub(since.as_second());
        Some(u64::try_from(seconds).unwrap_or(0) / 60)
    }

    /// The release's group, when it has one that is more than spaces.
    pub fn group(&self) -> Option<&str> {
        self.parsed.release_group.as_deref().map(str::trim).filter(|group| !group.is_empty())
    }
}

/// The languages of a release: what the indexer says, else what the name says; what `MULTi` means at this indexer
/// takes the place of an unknown one; and when nobody knows, the movie's original language.
///
/// Source: Radarr's `AggregateLanguages`.
pub fn languages(
    release: &Release,
    parsed: &ParsedRelease,
    original: Language,
    multi_languages: &[Language],
) -> Vec<Language> {
    let given = if release.languages.is_empty() { &parsed.languages } else { &release.languages };
    let mut languages = given.clone();
    if is_multi(&parsed.name) {
        languages.extend_from_slice(multi_languages);
    }
    languages.retain(|language| *language != Language::Unknown);
    if languages.is_empty() {
        languages.push(original);
    }
    let mut seen: Vec<Language> = Vec::with_capacity(languages.len());
    languages.retain(|language| {
        let first = !seen.contains(language);
        seen.push(*language);
        first
    });
    languages
}

/// Whether the name carries the word `MULTi`.
fn is_multi(name: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("multi"))
}
