//! Size tables as Radarr writes them and the TRaSH guides collect them: JSON in and out. Pure.

use radarr_proto::model::{DocVersion, Quality, QualityDefinition};
use serde::Deserialize;
use serde_json::{Value, json};

use super::profile_json::quality_out;

/// Megabytes for each minute; more is a mistake, and is told so by the validation.
const MEGABYTES_MAX: f64 = 100_000.0;

/// The guides: `quality`, `min`, `preferred`, `max`.
#[derive(Debug, Deserialize)]
struct GuideTable {
    qualities: Vec<GuideRow>,
}

#[derive(Debug, Deserialize)]
struct GuideRow {
    quality: String,
    #[serde(default)]
    min: f64,
    #[serde(default)]
    preferred: Option<f64>,
    #[serde(default)]
    max: Option<f64>,
}

/// Radarr: a list of these.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RadarrRow {
    quality: RadarrQuality,
    #[serde(default)]
    min_size: Option<f64>,
    #[serde(default)]
    preferred_size: Option<f64>,
    #[serde(default)]
    max_size: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct RadarrQuality {
    id: i32,
}

/// The limits in a text; the error says why it is none.
pub fn read(text: &str) -> Result<Vec<QualityDefinition>, String> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("it is not JSON ({error})"))?;
    if value.is_array() {
        let rows: Vec<RadarrRow> = serde_json::from_value(value).map_err(|error| error.to_string())?;
        return rows.iter().map(of_radarr).collect();
    }
    let table: GuideTable = serde_json::from_value(value).map_err(|error| error.to_string())?;
    table.qualities.iter().map(of_guide).collect()
}

fn of_guide(row: &GuideRow) -> Result<QualityDefinition, String> {
    let quality =
        Quality::from_name(&row.quality).ok_or_else(|| format!("there is no quality {:?}", row.quality))?;
    definition(quality, row.min, row.preferred, row.max)
}

fn of_radarr(row: &RadarrRow) -> Result<QualityDefinition, String> {
    let id = row.quality.id;
    let quality = Quality::from_number(id).ok_or_else(|| format!("there is no quality {id}"))?;
    definition(quality, row.min_size.unwrap_or(0.0), row.preferred_size, row.max_size)
}

fn definition(
    quality: Quality,
    min: f64,
    preferred: Option<f64>,
    max: Option<f64>,
) -> Result<QualityDefinition, String> {
    let tenths = |size: f64| tenths(size).ok_or_else(|| format!("{quality}: {size} MB for each minute"));
    Ok(QualityDefinition {
        doc_version: DocVersion(0),
        quality,
        min_tenths_mb_per_minute: tenths(min)?,
        preferred_tenths_mb_per_minute: preferred.map(tenths).transpose()?,
        max_tenths_mb_per_minute: max.map(tenths).transpose()?,
    })
}

fn tenths(size: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a million, as was just checked"
    )]
    (0.0..=MEGABYTES_MAX).contains(&size).then(|| (size * 10.0).round() as u32)
}

/// The limits as Radarr's API writes them.
pub fn write(definitions: &[QualityDefinition]) -> String {
    let size = |tenths: u32| f64::from(tenths) / 10.0;
    let row = |definition: &QualityDefinition| {
        json!({
            "quality": quality_out(definition.quality),
            "title": definition.quality.name(),
            "minSize": size(definition.min_tenths_mb_per_minute),
            "preferredSize": definition.preferred_tenths_mb_per_minute.map(size),
            "maxSize": definition.max_tenths_mb_per_minute.map(size),
        })
    };
    let rows: Vec<Value> = definitions.iter().map(row).collect();
    serde_json::to_string_pretty(&rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quality::defaults;

    #[test]
    fn a_table_of_the_guides_is_read() {
        let text = r#"{"trash_id": "x", "type": "movie", "qualities": [
            {"quality": "HDTV-720p", "min": 17.1, "preferred": 1999, "max": 2000}]}"#;
        let read = read(text).unwrap();
        assert_eq!(
            read,
            [QualityDefinition {
                doc_version: DocVersion(0),
                quality: Quality::Hdtv720p,
                min_tenths_mb_per_minute: 171,
                preferred_tenths_mb_per_minute: Some(19_990),
                max_tenths_mb_per_minute: Some(20_000),
            }]
        );
    }

    #[test]
    fn what_goes_out_comes_in_again() {
        let all = defaults::definitions();
        assert_eq!(read(&write(&all)).unwrap(), all);
    }

    #[test]
    fn what_is_none_is_said() {
        for text in [
            "",
            "1",
            "{}",
            "[{}]",
            r#"{"qualities": [{"quality": "4D", "min": 1}]}"#,
            r#"{"qualities": [{"quality": "DVD", "min": -1}]}"#,
            r#"{"qualities": [{"quality": "DVD", "min": 1e300}]}"#,
            r#"[{"quality": {"id": 999}}]"#,
        ] {
            assert!(!read(text).unwrap_err().is_empty(), "{text}");
        }
    }
}
