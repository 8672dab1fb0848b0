//! What a name is made from.

use radarr_proto::model::{MediaInfo, MovieFacts, MovieFile, QualityModel, Translation};

/// What is known of the movie.
#[derive(Debug, Clone, Copy, Default)]
pub struct NamedMovie<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its title in the original language; empty = not known.
    pub original_title: &'a str,
    /// Year; 0 = unknown.
    pub year: u16,
    /// TMDB's number.
    pub tmdb_id: u32,
    /// IMDb's id.
    pub imdb_id: Option<&'a str>,
    /// Age rating.
    pub certification: Option<&'a str>,
    /// Title of its collection.
    pub collection: Option<&'a str>,
    /// Its titles in other languages.
    pub translations: &'a [Translation],
}

/// What is known of its file.
#[derive(Debug, Clone, Copy, Default)]
pub struct NamedFile<'a> {
    /// Quality and revision.
    pub quality: QualityModel,
    /// Who released it.
    pub release_group: Option<&'a str>,
    /// Edition.
    pub edition: Option<&'a str>,
    /// The release name that it came under.
    pub scene_name: Option<&'a str>,
    /// Its path, relative or absolute, with its ending.
    pub path: &'a str,
    /// What ffprobe said.
    pub media_info: Option<&'a MediaInfo>,
}

/// All that a name is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct NamingSource<'a> {
    /// The movie.
    pub movie: NamedMovie<'a>,
    /// Its file; `None` while there is none (a folder is named before its first file comes).
    pub file: Option<NamedFile<'a>>,
    /// Names of the custom formats that matched and that go into names (`include_when_renaming`).
    pub formats: &'a [String],
}

impl<'a> From<&'a MovieFacts> for NamedMovie<'a> {
    fn from(facts: &'a MovieFacts) -> Self {
        Self {
            title: &facts.title,
            original_title: &facts.original_title,
            year: facts.year,
            tmdb_id: facts.tmdb_id.0,
            imdb_id: facts.imdb_id.as_ref().map(radarr_proto::model::ImdbId::as_str),
            certification: facts.certification.as_deref(),
            collection: facts.collection.as_ref().map(|collection| collection.title.as_str()),
            translations: &facts.translations,
        }
    }
}

impl<'a> From<&'a MovieFile> for NamedFile<'a> {
    fn from(file: &'a MovieFile) -> Self {
        Self {
            quality: file.quality,
            release_group: file.release_group.as_deref(),
            edition: file.edition.as_deref(),
            scene_name: file.scene_name.as_deref(),
            path: &file.relative_path,
            media_info: file.media_info.as_ref(),
        }
    }
}

impl NamedFile<'_> {
    /// The file name without folders and ending.
    pub(super) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        match name.rsplit_once('.') {
            Some((stem, _)) => stem,
            None => name,
        }
    }

    /// The name that codecs are spelled after: the release name, else the file's.
    pub(super) fn scene_or_file_name(&self) -> &str {
        self.scene_name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| self.stem())
    }
}
