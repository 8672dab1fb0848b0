//! The rules that a file has to meet, one in each file. All are asked, so that a person sees everything at once.
//!
//! Source: Radarr's import specifications, whose names the rules and reasons keep.

mod already_imported;
mod free_space;
mod grabbed_release_quality;
mod has_audio_track;
mod matches_grab;
mod not_multi_part;
mod not_sample;
mod not_unpacking;
mod upgrade;

use radarr_proto::model::RuleVerdict;

use super::candidate::Candidate;

pub use already_imported::already_imported;
pub use free_space::free_space;
pub use grabbed_release_quality::grabbed_release_quality;
pub use has_audio_track::has_audio_track;
pub use matches_grab::matches_grab;
pub use not_multi_part::not_multi_part;
pub use not_sample::not_sample;
pub use not_unpacking::not_unpacking;
pub use upgrade::upgrade;

/// A rule.
pub type Rule = fn(&Candidate<'_>) -> RuleVerdict;

/// Every rule there is, in the order in which people read them.
pub const RULES: &[Rule] = &[
    not_unpacking,
    not_sample,
    has_audio_track,
    not_multi_part,
    matches_grab,
    grabbed_release_quality,
    already_imported,
    upgrade,
    free_space,
];

/// What every rule says of the file.
pub fn judge(candidate: &Candidate<'_>) -> Vec<RuleVerdict> {
    RULES.iter().map(|rule| rule(candidate)).collect()
}

/// Whether no rule refuses.
pub fn is_accepted(verdicts: &[RuleVerdict]) -> bool {
    !verdicts.iter().any(RuleVerdict::is_reject)
}

#[cfg(test)]
pub(super) mod test_candidate {
    //! A file that every rule accepts; a test changes what it is about.

    use std::sync::LazyLock;

    use radarr_proto::model::{
        DocVersion, Language, MovieId, ProfileId, ProfileItem, PropersAndRepacks, Quality, QualityModel,
        QualityProfile,
    };

    use crate::domain::import::candidate::{Candidate, FreeSpace, Origin, Platform, WORKING_FOLDERS};

    static PROFILE: LazyLock<QualityProfile> = LazyLock::new(|| QualityProfile {
        doc_version: DocVersion(0),
        id: ProfileId(1),
        name: "all".to_owned(),
        upgrade_allowed: true,
        cutoff: Quality::Remux2160p,
        items: Quality::ALL
            .iter()
            .map(|quality| ProfileItem { group: None, qualities: vec![*quality], allowed: true })
            .collect(),
        language: Language::Any,
        min_format_score: 0,
        cutoff_format_score: 0,
        min_upgrade_format_score: 1,
        format_scores: Vec::new(),
    });

    pub(in crate::domain::import) fn candidate() -> Candidate<'static> {
        Candidate {
            path: "/downloads/Movie.2000/movie.iso",
            size_bytes: 1000,
            origin: Origin::Download { id: "one" },
            quality: QualityModel { quality: Quality::Bluray1080p, ..QualityModel::default() },
            score: 0,
            media_info: None,
            movie: MovieId(1),
            movie_runtime_minutes: 90,
            existing: None,
            profile: &PROFILE,
            propers: PropersAndRepacks::PreferAndUpgrade,
            history: &[],
            grabbed_for: None,
            beside: &[],
            free_space: FreeSpace::Unknown,
            minimum_free_bytes: Some(0),
            working_folders: WORKING_FOLDERS,
            written_minutes_ago: None,
            platform: Platform::Posix,
        }
    }

    #[test]
    fn a_plain_file_is_accepted_by_every_rule() {
        let verdicts = super::judge(&candidate());
        assert_eq!(verdicts.len(), super::RULES.len());
        assert!(super::is_accepted(&verdicts), "{verdicts:?}");
    }
}
