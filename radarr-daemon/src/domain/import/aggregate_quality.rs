//! The quality of a file by all that is known of it.
//!
//! Each source may say something of the picture's origin, its lines, what is special, and which repair it is, and is
//! more or less to be trusted in each. Source: Radarr's `AggregateQuality` and its augmenters.

use radarr_proto::model::{
    DetectedFrom, MediaInfo, Modifier, ParsedRelease, QualityModel, QualitySource, Revision,
};

use crate::domain::media_info::quality_from_media_info;
use crate::domain::parse::quality::{QualityFound, parse_quality};
use crate::domain::quality::find::find_quality;

/// How sure a source is, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Confidence {
    /// Guessed from the ending of the file.
    Fallback,
    /// Nothing speaks for or against it.
    #[default]
    Default,
    /// It stands in the name.
    Tag,
    /// The streams of the file say it.
    MediaInfo,
}

/// What one source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QualityHint {
    /// Where the picture came from.
    pub source: QualitySource,
    /// How sure.
    pub source_confidence: Confidence,
    /// Lines; 0 = it does not say.
    pub resolution: u16,
    /// How sure.
    pub resolution_confidence: Confidence,
    /// What is special.
    pub modifier: Modifier,
    /// How sure.
    pub modifier_confidence: Confidence,
    /// Which repair; `None` = it does not say.
    pub revision: Option<Revision>,
    /// How sure.
    pub revision_confidence: Confidence,
}

/// The quality of a file, and where each part of it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileQuality {
    /// Quality and revision.
    pub quality: QualityModel,
    /// Where the source was found.
    pub source_from: DetectedFrom,
    /// Where the resolution was found.
    pub resolution_from: DetectedFrom,
    /// Where the revision was found.
    pub revision_from: DetectedFrom,
}

/// Names and streams that a file's quality is told from.
#[derive(Debug, Clone, Copy, Default)]
pub struct QualitySources<'a> {
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
}

/// The quality of a file.
pub fn file_quality(sources: &QualitySources<'_>) -> FileQuality {
    let names = [sources.file, sources.folder, sources.download_client];
    let hints = names
        .into_iter()
        .map(|parsed| parsed.map(from_parsed))
        .chain([
            sources.media_info.and_then(from_media_info),
            sources.grabbed_name.map(|name| from_found(&parse_quality(name))),
        ])
        .flatten();
    merge(hints)
}

/// What a parsed name says.
pub fn from_parsed(parsed: &ParsedRelease) -> QualityHint {
    hint(parsed.quality, parsed.source_from, parsed.resolution_from, parsed.revision_from)
}

/// What a name says of which only the quality was parsed, such as that of a grabbed release.
pub fn from_found(found: &QualityFound) -> QualityHint {
    hint(found.quality, found.source_from, found.resolution_from, found.revision_from)
}

/// What stands in the name is trusted; what follows from it, or from the ending, is a guess.
fn hint(
    model: QualityModel,
    source_from: DetectedFrom,
    resolution_from: DetectedFrom,
    revision_from: DetectedFrom,
) -> QualityHint {
    let confidence = |from| if from == DetectedFrom::Name { Confidence::Tag } else { Confidence::Fallback };
    QualityHint {
        source: model.quality.source(),
        source_confidence: confidence(source_from),
        resolution: model.quality.resolution(),
        resolution_confidence: confidence(resolution_from),
        modifier: model.quality.modifier(),
        modifier_confidence: confidence(source_from),
        revision: Some(model.revision),
        revision_confidence: confidence(revision_from),
    }
}

/// What the streams of the file say: the lines surely, the source as far as the title tag names it.
pub fn from_media_info(media: &MediaInfo) -> Option<QualityHint> {
    let found = quality_from_media_info(media.width, media.height, &media.title)?;
    Some(QualityHint {
        source: found.source,
        source_confidence: Confidence::MediaInfo,
        resolution: found.resolution,
        resolution_confidence: Confidence::MediaInfo,
        ..QualityHint::default()
    })
}

/// One quality from what several sources say, in their order: what is said first stays until a surer source says
/// otherwise; a larger modifier always wins, and of equally sure revisions the higher.
pub fn merge(hints: impl IntoIterator<Item = QualityHint>) -> FileQuality {
    let mut sum = QualityHint { revision: Some(Revision::default()), ..QualityHint::default() };
    for hint in hints {
        let says = hint.source != QualitySource::Unknown;
        if sum.source == QualitySource::Unknown || says && hint.source_confidence > sum.source_confidence {
            (sum.source, sum.source_confidence) = (hint.source, hint.source_confidence);
        }
        let says = hint.resolution > 0;
        if sum.resolution == 0 || says && hint.resolution_confidence > sum.resolution_confidence {
            (sum.resolution, sum.resolution_confidence) = (hint.resolution, hint.resolution_confidence);
        }
        let says = !matches!(hint.modifier, Modifier::None | Modifier::Unknown);
        if says && (hint.modifier > sum.modifier || hint.modifier_confidence > sum.modifier_confidence) {
            (sum.modifier, sum.modifier_confidence) = (hint.modifier, hint.modifier_confidence);
        }
        let is_surer = hint.revision_confidence > sum.revision_confidence;
        let is_as_sure = hint.revision_confidence == sum.revision_confidence;
        if hint.revision.is_some() && (is_surer || is_as_sure && hint.revision > sum.revision) {
            (sum.revision, sum.revision_confidence) = (hint.revision, hint.revision_confidence);
        }
    }
    let quality = find_quality(sum.source, sum.resolution, sum.modifier);
    FileQuality {
        quality: QualityModel { quality, revision: sum.revision.unwrap_or_default() },
        source_from: match sum.source_confidence {
            Confidence::Fallback => DetectedFrom::Extension,
            Confidence::Default | Confidence::Tag | Confidence::MediaInfo => DetectedFrom::Name,
        },
        resolution_from: match sum.resolution_confidence {
            Confidence::Fallback => DetectedFrom::Extension,
            Confidence::MediaInfo => DetectedFrom::MediaInfo,
            Confidence::Default | Confidence::Tag => DetectedFrom::Name,
        },
        revision_from: match sum.revision_confidence {
            Confidence::Tag => DetectedFrom::Name,
            Confidence::Fallback | Confidence::Default | Confidence::MediaInfo => DetectedFrom::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::Quality;

    use super::*;

    fn name(quality: Quality) -> ParsedRelease {
        ParsedRelease {
            quality: QualityModel { quality, ..QualityModel::default() },
            source_from: DetectedFrom::Name,
            resolution_from: DetectedFrom::Name,
            ..ParsedRelease::default()
        }
    }

    #[test]
    fn the_real_picture_beats_what_the_name_claims() {
        let claimed = name(Quality::WebDl1080p);
        let media = MediaInfo { width: 1280, height: 720, ..MediaInfo::default() };
        let sources =
            QualitySources { file: Some(&claimed), media_info: Some(&media), ..QualitySources::default() };
        let found = file_quality(&sources);
        assert_eq!(found.quality.quality, Quality::WebDl720p);
        assert_eq!(found.resolution_from, DetectedFrom::MediaInfo);
    }

    #[test]
    fn a_guess_gives_way_and_a_remux_stays_one() {
        let guessed = ParsedRelease {
            source_from: DetectedFrom::Extension,
            resolution_from: DetectedFrom::Extension,
            ..name(Quality::WebDl720p)
        };
        let folder = name(Quality::Remux1080p);
        let sources =
            QualitySources { file: Some(&guessed), folder: Some(&folder), ..QualitySources::default() };
        assert_eq!(file_quality(&sources).quality.quality, Quality::Remux1080p);
        assert_eq!(file_quality(&QualitySources::default()).quality.quality, Quality::Unknown);
    }
}
