//! What is known of a file from several sources, merged.

use std::collections::BTreeMap;

use radarr_daemon::domain::import::aggregate::{self, Known, LanguageSources};
use radarr_daemon::domain::import::aggregate_quality::{Confidence, QualityHint, from_found, merge};
use radarr_daemon::domain::parse::{self, parse_folder, parse_release};
use radarr_proto::model::{Modifier, QualitySource, Revision};
use serde::Deserialize;
use serde_json::Value;

use super::line::{or_default, same, same_set, unknown};
use super::names::{detected_name, modifier_of, source_name, source_of};
use super::{Failure, Line, Outcome, profiles, words};

pub(super) fn aggregate(line: &Line) -> Outcome {
    match line.text("kind")? {
        "subtitle" => words::subtitle_of_movie(line),
        "release_group" => release_group(line),
        "language" => language(line),
        "quality" => quality(line),
        "quality_from_grabbed_name" => quality_from_grabbed_name(line),
        other => Err(unknown("kind", other)),
    }
}

fn release_group(line: &Line) -> Outcome {
    let file = line.text_opt("file_release").map(parse_release);
    let folder = line.text_opt("folder_release").map(parse_folder);
    let download_client = line.text_opt("download_client_release").map(parse_release);
    let facts = aggregate::aggregate(&Known {
        file: file.as_ref(),
        folder: folder.as_ref(),
        download_client: download_client.as_ref(),
        ..Known::default()
    });
    same("group", &line.text_opt("expected"), &facts.release_group.as_deref())
}

fn language(line: &Line) -> Outcome {
    let sources: BTreeMap<String, Option<Vec<String>>> = or_default(line, "sources")?;
    let said = |source: &str| {
        let names = sources.get(source).cloned().flatten().unwrap_or_default();
        profiles::languages(&names)
    };
    let original = profiles::language(line.text("original_language")?)?;
    let got = aggregate::languages(
        &LanguageSources {
            file: &said("file")?,
            folder: &said("folder")?,
            download_client: &said("download_client")?,
            media_info: &said("media_info")?,
        },
        original,
    );
    let got: Vec<String> = got.iter().map(|language| language.name().to_owned()).collect();
    for wanted in line.texts_opt("contains").unwrap_or_default() {
        if !got.contains(&wanted) {
            return Err(Failure::Different(format!("languages: wanted {wanted:?} among {got:?}")));
        }
    }
    line.texts_opt("expected").map_or(Ok(()), |wanted| same_set("languages", &wanted, &got))
}

/// What one source says; keys left out = nothing of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HintLine {
    source: Option<String>,
    source_confidence: Option<String>,
    resolution: u16,
    resolution_confidence: Option<String>,
    modifier: Option<String>,
    version: Option<u32>,
    revision_confidence: Option<String>,
}

impl HintLine {
    fn read(&self) -> Result<QualityHint, Failure> {
        let modifier = self.modifier.as_deref().map_or(Ok(Modifier::None), modifier_of)?;
        Ok(QualityHint {
            source: self.source.as_deref().map_or(Ok(QualitySource::Unknown), source_of)?,
            source_confidence: confidence(self.source_confidence.as_deref())?,
            resolution: self.resolution,
            resolution_confidence: confidence(self.resolution_confidence.as_deref())?,
            modifier,
            modifier_confidence: Confidence::Default,
            revision: self.version.map(|version| Revision { version, ..Revision::default() }),
            revision_confidence: confidence(self.revision_confidence.as_deref())?,
        })
    }
}

fn confidence(word: Option<&str>) -> Result<Confidence, Failure> {
    match word {
        Some("Fallback") => Ok(Confidence::Fallback),
        None | Some("Default") => Ok(Confidence::Default),
        Some("Tag") => Ok(Confidence::Tag),
        Some("MediaInfo") => Ok(Confidence::MediaInfo),
        Some(other) => Err(unknown("confidence", other)),
    }
}

fn quality(line: &Line) -> Outcome {
    let sources: BTreeMap<String, HintLine> = line.read_as("sources")?;
    let order = line.texts_opt("order").unwrap_or_default();
    if let Some(unordered) = sources.keys().find(|source| !order.contains(source)) {
        return Err(unknown("source", unordered));
    }
    let hints = order.iter().filter_map(|source| sources.get(source)).map(HintLine::read);
    let got = merge(hints.collect::<Result<Vec<_>, _>>()?);
    let wanted: Value = line.read_as("expected")?;
    let word = |key: &str| wanted.get(key).and_then(Value::as_str);
    if let Some(wanted) = word("quality") {
        same("quality", &wanted, &got.quality.quality.name())?;
    }
    if let Some(wanted) = wanted.get("version").and_then(Value::as_u64) {
        same("version", &wanted, &u64::from(got.quality.revision.version))?;
    }
    for (key, from) in [
        ("source_detection_source", got.source_from),
        ("resolution_detection_source", got.resolution_from),
        ("revision_detection_source", got.revision_from),
    ] {
        if let Some(wanted) = word(key) {
            same(key, &wanted, &detected_name(from))?;
        }
    }
    Ok(())
}

fn quality_from_grabbed_name(line: &Line) -> Outcome {
    let got = from_found(&parse::quality::parse_quality(line.text("release")?));
    same("source", &line.text("source")?, &source_name(got.source))?;
    let wanted = confidence(line.text_opt("source_confidence"))?;
    same("confidence in the source", &wanted, &got.source_confidence)?;
    same("resolution", &line.number("resolution")?, &i64::from(got.resolution))?;
    let wanted = confidence(line.text_opt("resolution_confidence"))?;
    same("confidence in the resolution", &wanted, &got.resolution_confidence)
}
