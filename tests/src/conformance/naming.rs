//! Names of files and folders.

use radarr_daemon::domain::naming::clean::clean_name;
use radarr_daemon::domain::naming::place::{FolderOnMove, movie_path as path_of_movie};
use radarr_daemon::domain::naming::{NamedFile, NamedMovie, NamingSource, render_file, render_folder};
use radarr_proto::model::{
    AudioTrack, ColonMode, HdrFormat, MediaInfo, NamingSettings, QualityModel, Translation,
};
use serde::Deserialize;
use serde_json::Value;

use super::line::{or_default, same, unknown};
use super::profiles::{self, QualityKeys};
use super::{Failure, Line, Outcome, media};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OptionsLine {
    rename: bool,
    replace_illegal: bool,
    colon: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MovieLine {
    title: Option<String>,
    year: Option<u16>,
    tmdb_id: Option<u32>,
    imdb_id: Option<String>,
    original_title: Option<String>,
    certification: Option<String>,
    collection: Option<String>,
    translations: Vec<TranslationLine>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TranslationLine {
    language: String,
    title: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct FileLine {
    #[serde(flatten)]
    quality: QualityKeys,
    release_group: Option<String>,
    edition: Option<String>,
    scene_name: Option<String>,
    relative_path: Option<String>,
    path: Option<String>,
    media_info: Option<MediaLine>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MediaLine {
    video_format: String,
    audio_format: String,
    audio_channels: u16,
    audio_languages: Vec<String>,
    subtitles: Vec<String>,
    video_bit_depth: u8,
    video_hdr_format: Option<String>,
    video_multi_view_count: u8,
    /// Has no meaning here.
    #[serde(rename = "schema_revision")]
    _schema_revision: Option<u32>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatLine {
    name: String,
    include_when_renaming: bool,
}

pub(super) fn naming(line: &Line) -> Outcome {
    let settings = settings(line)?;
    let got = match line.text("target")? {
        "file" => name(line, &settings, render_file)?,
        "folder" => name(line, &settings, render_folder)?,
        "clean_file_name" => clean_name(line.text("input")?, &settings),
        other => return Err(unknown("target", other)),
    };
    same("name", &line.text("expected")?, &got.as_str())
}

/// One format serves both: a line is about a file or a folder.
fn settings(line: &Line) -> Result<NamingSettings, Failure> {
    let options: OptionsLine = line.read_as("options")?;
    let format = line.text_opt("format").unwrap_or_default();
    Ok(NamingSettings {
        rename: options.rename,
        replace_illegal: options.replace_illegal,
        colon: match options.colon.as_deref() {
            Some("Delete") => ColonMode::Delete,
            Some("Dash") => ColonMode::Dash,
            Some("SpaceDash") => ColonMode::SpaceDash,
            Some("SpaceDashSpace") => ColonMode::SpaceDashSpace,
            None | Some("Smart") => ColonMode::Smart,
            Some(other) => return Err(unknown("colon", other)),
        },
        file_format: format.to_owned(),
        folder_format: format.to_owned(),
        ..NamingSettings::default()
    })
}

fn name(
    line: &Line,
    settings: &NamingSettings,
    render: fn(&NamingSettings, &NamingSource<'_>) -> String,
) -> Result<String, Failure> {
    let movie: MovieLine = line.read_as("movie")?;
    let translations = movie.translations.iter().map(TranslationLine::read).collect::<Result<Vec<_>, _>>()?;
    let file: Option<FileLine> = or_default(line, "file")?;
    let media_info =
        file.as_ref().and_then(|file| file.media_info.as_ref()).map(MediaLine::read).transpose()?;
    let quality = file.as_ref().map(|file| file.quality.model()).transpose()?;
    let formats: Vec<FormatLine> = or_default(line, "custom_formats")?;
    let formats: Vec<String> =
        formats.into_iter().filter(|format| format.include_when_renaming).map(|format| format.name).collect();
    let source = NamingSource {
        movie: movie.named(&translations),
        file: file.as_ref().map(|file| file.named(quality.unwrap_or_default(), media_info.as_ref())),
        formats: &formats,
    };
    Ok(render(settings, &source))
}

impl MovieLine {
    fn named<'a>(&'a self, translations: &'a [Translation]) -> NamedMovie<'a> {
        NamedMovie {
            title: self.title.as_deref().unwrap_or_default(),
            original_title: self.original_title.as_deref().unwrap_or_default(),
            year: self.year.unwrap_or(0),
            tmdb_id: self.tmdb_id.unwrap_or(0),
            imdb_id: self.imdb_id.as_deref(),
            certification: self.certification.as_deref(),
            collection: self.collection.as_deref(),
            translations,
        }
    }
}

impl TranslationLine {
    fn read(&self) -> Result<Translation, Failure> {
        Ok(Translation {
            language: profiles::language(&self.language)?,
            code: String::new(),
            country: String::new(),
            title: self.title.clone(),
            overview: String::new(),
        })
    }
}

impl FileLine {
    fn named<'a>(&'a self, quality: QualityModel, media_info: Option<&'a MediaInfo>) -> NamedFile<'a> {
        NamedFile {
            quality,
            release_group: self.release_group.as_deref(),
            edition: self.edition.as_deref(),
            scene_name: self.scene_name.as_deref(),
            path: self.relative_path.as_deref().or(self.path.as_deref()).unwrap_or_default(),
            media_info,
        }
    }
}

impl MediaLine {
    /// Each audio language is a track.
    fn read(&self) -> Result<MediaInfo, Failure> {
        let track = |language: &String| AudioTrack {
            language: language.clone(),
            codec: self.audio_format.clone(),
            channels_tenths: self.audio_channels * 10,
            ..AudioTrack::default()
        };
        Ok(MediaInfo {
            video_codec: self.video_format.clone(),
            video_bit_depth: self.video_bit_depth,
            multi_view_count: self.video_multi_view_count,
            hdr: self.video_hdr_format.as_deref().map_or(Ok(HdrFormat::None), media::hdr)?,
            audio: self.audio_languages.iter().map(track).collect(),
            subtitles: self.subtitles.clone(),
            ..MediaInfo::default()
        })
    }
}

pub(super) fn movie_path(line: &Line) -> Outcome {
    let movie: Value = line.read_as("movie")?;
    let of_movie = |key: &str| movie.get(key).and_then(Value::as_str);
    let root = of_movie("root_folder_path").unwrap_or_default();
    let folder = match (of_movie("path"), line.text_opt("best_root_folder")) {
        (Some(current), Some(root)) if line.flag("use_existing_relative_folder") => {
            FolderOnMove::Kept { current, root }
        }
        _ => FolderOnMove::Named,
    };
    let got = path_of_movie(root, line.text("built_folder_name")?, folder);
    same("path", &line.text("expected")?, &got.as_str())
}
