//! The quality that a picture's size and the title tag of its file tell.

use radarr_proto::model::{DetectedFrom, QualitySource};

use crate::domain::parse::quality::parse_quality;

/// The classes, largest first: least width, least height, lines. One of the two is enough, for wide films have few
/// lines and old ones few columns.
///
/// Source: Radarr's `AugmentQualityFromMediaInfo`.
const CLASSES: &[(u32, u32, u16)] =
    &[(3200, 2100, 2160), (1800, 1000, 1080), (1200, 700, 720), (1000, 560, 576), (1, 1, 480)];

/// What a file's streams say about its quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QualityFromMedia {
    /// Lines of the class.
    pub resolution: u16,
    /// The source that the title tag names.
    pub source: QualitySource,
}

/// The class of a picture of that many pixels, and the source in the title tag; `None` when a dimension is not known.
pub fn quality_from_media_info(width: u32, height: u32, title: &str) -> Option<QualityFromMedia> {
    if width == 0 || height == 0 {
        return None;
    }
    let class = CLASSES.iter().find(|(columns, lines, _)| width >= *columns || height >= *lines)?;
    let found = parse_quality(title);
    let source = if found.source_from == DetectedFrom::Name { found.source } else { QualitySource::Unknown };
    Some(QualityFromMedia { resolution: class.2, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_class_of_both_dimensions_wins() {
        for (width, height, want) in [
            (3840, 1600, 2160),
            (1440, 1080, 1080),
            (1920, 800, 1080),
            (1280, 536, 720),
            (768, 576, 576),
            (720, 480, 480),
        ] {
            let found = quality_from_media_info(width, height, "").map(|found| found.resolution);
            assert_eq!(found, Some(want), "{width}x{height}");
        }
        assert_eq!(quality_from_media_info(0, 1080, ""), None);
    }
}
