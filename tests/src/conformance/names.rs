//! Release names: title, year, quality, scene names, what is no release.

use radarr_daemon::domain::parse::scene::{self, SceneNameInput};
use radarr_daemon::domain::parse::{self, ParsedRelease};
use radarr_daemon::domain::{quality, title};
use radarr_proto::model::{DetectedFrom, Modifier, QualitySource};
use serde_json::Value;

use super::line::{same, unknown};
use super::{Failure, Line, Outcome};

/// The whole parse of a name or, with `is_dir`, of a folder name.
pub(super) fn parsed(line: &Line) -> Result<ParsedRelease, Failure> {
    let name = line.text("release")?;
    Ok(if line.flag("is_dir") { parse::parse_folder(name) } else { parse::parse_release(name) })
}

pub(super) fn quality(line: &Line) -> Outcome {
    let found = parse::quality::parse_quality(line.text("release")?);
    if let Some(wanted) = line.text_opt("quality") {
        same("quality", &wanted, &found.quality.quality.name())?;
    }
    if let Some(wanted) = line.text_opt("source") {
        same("source", &wanted, &source_name(found.source))?;
    }
    if let Some(wanted) = line.number_opt("resolution") {
        same("resolution", &wanted, &i64::from(found.resolution))?;
    }
    if let Some(wanted) = line.text_opt("modifier") {
        same("modifier", &wanted, &modifier_name(found.modifier))?;
    }
    let revision = found.quality.revision;
    if let Some(wanted) = line.number_opt("version") {
        same("version", &wanted, &i64::from(revision.version))?;
    }
    if let Some(wanted) = line.number_opt("real") {
        same("real", &wanted, &i64::from(revision.real))?;
    }
    if let Some(wanted) = line.get("repack").and_then(Value::as_bool) {
        same("repack", &wanted, &revision.is_repack)?;
    }
    if let Some(wanted) = line.get("proper_or_repack").and_then(Value::as_bool) {
        same("proper or repack", &wanted, &(revision.version > 1))?;
    }
    if let Some(wanted) = line.text_opt("source_detected_from") {
        same("source detected from", &wanted, &detected_name(found.source_from))?;
    }
    if let Some(wanted) = line.text_opt("resolution_detected_from") {
        same("resolution detected from", &wanted, &detected_name(found.resolution_from))?;
    }
    Ok(())
}

/// The word that the corpus has for a source.
pub(super) fn source_name(source: QualitySource) -> &'static str {
    match source {
        QualitySource::Unknown => "UNKNOWN",
        QualitySource::Cam => "CAM",
        QualitySource::Telesync => "TELESYNC",
        QualitySource::Telecine => "TELECINE",
        QualitySource::Workprint => "WORKPRINT",
        QualitySource::Dvd => "DVD",
        QualitySource::Tv => "TV",
        QualitySource::Webdl => "WEBDL",
        QualitySource::Webrip => "WEBRIP",
        QualitySource::Bluray => "BLURAY",
    }
}

/// The word that the corpus has for a modifier.
pub(super) fn modifier_name(modifier: Modifier) -> &'static str {
    match modifier {
        Modifier::None | Modifier::Unknown => "NONE",
        Modifier::Regional => "REGIONAL",
        Modifier::Screener => "SCREENER",
        Modifier::RawHd => "RAWHD",
        Modifier::BrDisk => "BRDISK",
        Modifier::Remux => "REMUX",
    }
}

/// The source under a word of the corpus.
pub(super) fn source_of(word: &str) -> Result<QualitySource, Failure> {
    serde_json::from_value(Value::String(word.to_owned())).map_err(|_| unknown("source", word))
}

/// The modifier under a word of the corpus.
pub(super) fn modifier_of(word: &str) -> Result<Modifier, Failure> {
    serde_json::from_value(Value::String(word.to_owned())).map_err(|_| unknown("modifier", word))
}

/// The word that the corpus has for where a fact was found.
pub(super) fn detected_name(from: DetectedFrom) -> &'static str {
    match from {
        DetectedFrom::Name => "Name",
        DetectedFrom::Extension => "Extension",
        DetectedFrom::MediaInfo => "MediaInfo",
        DetectedFrom::Unknown => "Unknown",
    }
}

pub(super) fn anime_version(line: &Line) -> Outcome {
    let found = parse::quality::parse_quality(line.text("release")?);
    same("version", &line.number("version")?, &i64::from(found.quality.revision.version))
}

pub(super) fn title(line: &Line) -> Outcome {
    let parsed = parsed(line)?;
    if let Some(reason) = &parsed.not_a_movie {
        return Err(Failure::Different(format!("not a movie: {reason}")));
    }
    let got = parsed.title().unwrap_or_default();
    if let Some(wanted) = line.text_opt("title") {
        match line.text("compare")? {
            "exact" => same("title", &wanted, &got)?,
            "clean" => same("clean title", &title::clean_title(wanted), &title::clean_title(got))?,
            other => return Err(unknown("compare", other)),
        }
    }
    if let Some(wanted) = line.texts_opt("titles") {
        same("titles", &wanted, &parsed.titles)?;
    }
    if let Some(wanted) = line.number_opt("year") {
        same("year", &wanted, &i64::from(parsed.year.unwrap_or(0)))?;
    }
    if let Some(wanted) = line.number_opt("tmdb_id") {
        same("TMDB id", &wanted, &parsed.tmdb_id.map_or(0, |id| i64::from(id.0)))?;
    }
    if let Some(wanted) = line.text_opt("imdb_id") {
        same("IMDb id", &Some(wanted), &parsed.imdb_id.as_ref().map(radarr_proto::model::ImdbId::as_str))?;
    }
    if let Some(wanted) = line.text_opt("group") {
        same("group", &Some(wanted), &parsed.release_group.as_deref())?;
    }
    if let Some(wanted) = line.text_opt("edition") {
        same("edition", &wanted, &parsed.edition.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

pub(super) fn crap(line: &Line) -> Outcome {
    if let Some(generator) = line.get("generator") {
        let charset: Vec<char> =
            generator.get("charset").and_then(Value::as_str).unwrap_or_default().chars().collect();
        let length = generator.get("length").and_then(Value::as_u64).unwrap_or(0);
        let count = generator.get("count").and_then(Value::as_u64).unwrap_or(0);
        if charset.is_empty() || length == 0 || count == 0 {
            return Err(Failure::NotUnderstood("generator without charset, length or count".to_owned()));
        }
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for _ in 0..count {
            let name: String = (0..length).filter_map(|_| charset.get(random.below(charset.len()))).collect();
            must_not_parse(&name)?;
        }
        return Ok(());
    }
    must_not_parse(line.text("release")?)
}

fn must_not_parse(name: &str) -> Outcome {
    let parsed = parse::parse_release(name);
    if parsed.not_a_movie.is_some() && parsed.titles.is_empty() {
        return Ok(());
    }
    Err(Failure::Different(format!("{name:?} was read as {:?}", parsed.titles)))
}

/// A small generator (xorshift) of repeatable random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or(0)
    }
}

pub(super) fn hashed(line: &Line) -> Outcome {
    let parsed = parse::parse_path(line.text("path")?);
    same("title", &Some(line.text("title")?), &parsed.title())?;
    same("quality", &line.text("quality")?, &parsed.quality.quality.name())?;
    same("group", &line.text_opt("group"), &parsed.release_group.as_deref())
}

pub(super) fn scene_checker(line: &Line) -> Outcome {
    let input = line.text("input")?;
    match line.text("kind")? {
        "is_scene" => same("is scene", &line.flag("is_scene"), &scene::is_scene_name(input)),
        "scene_title" => {
            same("scene title", &line.text_opt("scene_title"), &scene::scene_title(input).as_deref())
        }
        other => Err(unknown("kind", other)),
    }
}

pub(super) fn scene_name(line: &Line) -> Outcome {
    let got = scene::scene_name(&SceneNameInput {
        path: line.text("path")?,
        other_video_files: line.flag("other_video_files"),
        download_client_title: line.text_opt("download_client_title"),
        folder_title: line.text_opt("folder_title"),
    });
    same("scene name", &line.text_opt("scene_name"), &got.as_deref())
}

pub(super) fn quality_finder(line: &Line) -> Outcome {
    let resolution = u16::try_from(line.number("resolution")?)
        .map_err(|_| Failure::NotUnderstood("resolution out of range".to_owned()))?;
    let got = quality::find_quality(
        source_of(line.text("source")?)?,
        resolution,
        modifier_of(line.text("modifier")?)?,
    );
    same("quality", &line.text("quality")?, &got.name())
}
