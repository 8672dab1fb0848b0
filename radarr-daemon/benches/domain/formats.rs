//! The custom formats of the TRaSH guides, and releases to match them with.

use std::fs;
use std::path::Path;

use radarr_daemon::domain::custom_format::FormatInput;
use radarr_daemon::domain::parse::{ParsedRelease, parse_release};
use radarr_daemon::settings::custom_format_json;
use radarr_proto::model::{CustomFormat, CustomFormatId, IndexerFlag, Language};

/// All formats of the guides, numbered by the names of their files.
pub(crate) fn all() -> Vec<CustomFormat> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/trash/cf");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the formats are there").flatten().collect();
    files.sort_by_key(fs::DirEntry::path);
    let read = |file: fs::DirEntry| {
        let text = fs::read_to_string(file.path()).expect("a format can be read");
        custom_format_json::read(&text).expect("a format of the guides is one")
    };
    let formats = files.into_iter().flat_map(read);
    (1..).zip(formats).map(|(number, format)| CustomFormat { id: CustomFormatId(number), ..format }).collect()
}

/// A release as formats look at it.
pub(crate) struct Parsed(ParsedRelease);

/// What the names say.
pub(crate) fn parsed(names: &[String]) -> Vec<Parsed> {
    names.iter().map(|name| Parsed(parse_release(name))).collect()
}

impl Parsed {
    pub(crate) fn input(&self) -> FormatInput<'_> {
        FormatInput {
            name: &self.0.simple_name,
            file_name: None,
            edition: self.0.edition.as_deref(),
            group: self.0.release_group.as_deref(),
            languages: &self.0.languages,
            original_language: Language::English,
            quality: self.0.quality,
            size_bytes: 9_000_000_000,
            flags: &[IndexerFlag::Internal],
            year: self.0.year.unwrap_or(0),
            group_reputation: None,
        }
    }
}
