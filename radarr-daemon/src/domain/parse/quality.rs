//! Source, resolution, modifier and revision in a name.

use radarr_proto::model::{DetectedFrom, Modifier, QualityModel, QualitySource, Span};

/// What a name says about quality.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QualityFound {
    /// The quality with its revision.
    pub quality: QualityModel,
    /// The source that the name claims.
    pub source: QualitySource,
    /// Lines of the picture that the name claims; 0 = none.
    pub resolution: u16,
    /// What else is special.
    pub modifier: Modifier,
    /// Where the source was found.
    pub source_from: DetectedFrom,
    /// Where the resolution was found.
    pub resolution_from: DetectedFrom,
    /// Where the revision was found.
    pub revision_from: DetectedFrom,
    /// Which parts of the name gave these facts.
    pub spans: Vec<Span>,
}

/// Finds the quality in a release or file name.
pub fn parse_quality(_name: &str) -> QualityFound {
    QualityFound::default()
}
