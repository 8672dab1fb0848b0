//! Size limits of the qualities.

use radarr_proto::model::{DocVersion, Quality, QualityDefinition};

use crate::migrate::fields::Fields;

/// What the quality of these limits is called, for the report.
pub fn called(fields: &Fields) -> String {
    quality(fields).map_or_else(
        || format!("quality {}", fields.id("quality").unwrap_or(-1)),
        |quality| quality.name().to_owned(),
    )
}

fn quality(fields: &Fields) -> Option<Quality> {
    fields.id("quality").and_then(|number| Quality::from_number(i32::try_from(number).ok()?))
}

/// The limits: megabytes for each minute, no number = no limit.
pub fn definition(fields: &Fields) -> Result<QualityDefinition, String> {
    let quality = quality(fields).ok_or("this quality is not known here")?;
    Ok(QualityDefinition {
        doc_version: DocVersion(0),
        quality,
        min_tenths_mb_per_minute: tenths(fields, "minSize")?.unwrap_or(0),
        preferred_tenths_mb_per_minute: tenths(fields, "preferredSize")?,
        max_tenths_mb_per_minute: tenths(fields, "maxSize")?,
    })
}

fn tenths(fields: &Fields, name: &str) -> Result<Option<u32>, String> {
    let Some(size) = fields.float(name) else { return Ok(None) };
    let rounded = (size * 10.0).round();
    if !(0.0..=1_000_000.0).contains(&rounded) {
        return Err(format!("its {name} is {size} MB a minute"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the bounds just checked"
    )]
    Ok(Some(rounded as u32))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(row: Value, want: Option<(Quality, u32, Option<u32>, Option<u32>)>) {
        let got = definition(&Fields::of(&row).unwrap()).ok().map(|got| {
            let (preferred, max) = (got.preferred_tenths_mb_per_minute, got.max_tenths_mb_per_minute);
            (got.quality, got.min_tenths_mb_per_minute, preferred, max)
        });
        assert_eq!(got, want, "{row}");
    }

    #[test]
    fn megabytes_become_tenths_and_nothing_is_no_limit() {
        check(
            json!({"Quality": 7, "MinSize": 5, "MaxSize": 100.25, "PreferredSize": 95}),
            Some((Quality::Bluray1080p, 50, Some(950), Some(1003))),
        );
        check(
            json!({"quality": {"id": 31, "name": "Remux-2160p"}, "minSize": 0, "maxSize": null}),
            Some((Quality::Remux2160p, 0, None, None)),
        );
        check(json!({"Quality": 13, "MinSize": 0}), None);
        check(json!({"Quality": 7, "MinSize": -1}), None);
        check(json!({"Quality": 7, "MaxSize": 1e12}), None);
    }
}
