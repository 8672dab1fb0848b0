//! What a release name says: title, year, quality, languages, edition, group, ids.

pub mod edition;
pub mod hardcoded_subs;
pub mod ids;
pub mod language;
pub mod quality;
pub mod release_group;
pub mod scene;
mod words;

pub use radarr_proto::model::ParsedRelease;

/// Parses a release or file name.
pub fn parse_release(name: &str) -> ParsedRelease {
    let found = quality::parse_quality(name);
    ParsedRelease {
        name: name.to_owned(),
        quality: found.quality,
        not_a_movie: Some("no title and year".to_owned()),
        ..ParsedRelease::default()
    }
}

/// Parses a folder name: forms that only folders have are tried last.
pub fn parse_folder(name: &str) -> ParsedRelease {
    parse_release(name)
}

/// Parses a path: the file name, then folder and file name, then the folder name.
pub fn parse_path(path: &str) -> ParsedRelease {
    parse_release(path.rsplit('/').next().unwrap_or(path))
}
