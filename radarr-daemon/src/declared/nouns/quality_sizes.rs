//! `quality_sizes`: MB per minute that a quality may have. What is not named keeps its limits.

use radarr_proto::model::{DocVersion, Quality, QualityDefinition};
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use crate::settings::quality_definitions::save_quality_definitions;
use crate::storage::{DocKey, Document};

/// The limits of a quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::declared) struct SizesForm {
    quality: String,
    #[serde(default)]
    min: f64,
    /// Nothing = the larger the better.
    #[serde(default)]
    preferred: Option<f64>,
    /// Nothing = no limit.
    #[serde(default)]
    max: Option<f64>,
}

pub(in crate::declared) fn name(form: &SizesForm) -> String {
    form.quality.clone()
}

pub(in crate::declared) fn form(limits: &QualityDefinition) -> SizesForm {
    let mb = |tenths: u32| f64::from(tenths) / 10.0;
    SizesForm {
        quality: limits.quality.name().to_owned(),
        min: mb(limits.min_tenths_mb_per_minute),
        preferred: limits.preferred_tenths_mb_per_minute.map(mb),
        max: limits.max_tenths_mb_per_minute.map(mb),
    }
}

/// Larger ones are a mistake, and tenths of them still fit into their number.
const MB_MAX: f64 = 1e6;

fn tenths(mb: f64) -> Option<u32> {
    if !(0.0..=MB_MAX).contains(&mb) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and ten millions")]
    Some((mb * 10.0).round() as u32)
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<SizesForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    let (mut news, mut first) = (Vec::new(), None);
    for Placed { place, form } in forms {
        let limit = |mb: Option<f64>| match mb {
            None => Ok(None),
            Some(mb) => tenths(mb).map(Some).ok_or_else(|| {
                place.refuse(format!("{mb} MB per minute can't be a limit"), "give 0 or more")
            }),
        };
        let quality = Quality::from_name(&form.quality).ok_or_else(|| {
            place.refuse(format!("there is no quality {:?}", form.quality), "see: radarr-tui quality list")
        })?;
        let limits = QualityDefinition {
            doc_version: DocVersion(0),
            quality,
            min_tenths_mb_per_minute: limit(Some(form.min))?.unwrap_or(0),
            preferred_tenths_mb_per_minute: limit(form.preferred)?,
            max_tenths_mb_per_minute: limit(form.max)?,
        };
        keys.push(limits.key());
        let is_same = |known: &QualityDefinition| {
            QualityDefinition { doc_version: DocVersion(0), ..known.clone() } == limits
        };
        if !applying.known.definitions.iter().any(is_same) {
            first.get_or_insert(place);
            news.push(limits);
        }
    }
    if let Some(place) = first {
        let saved = save_quality_definitions(applying.flow, applying.by, news).await;
        saved.map_err(place.misfit())?;
    }
    Ok(keys)
}
