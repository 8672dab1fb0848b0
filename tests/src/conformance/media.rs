//! What ffprobe says of a file, in the words of the field.

use radarr_daemon::domain::import::aggregate_quality::from_media_info;
use radarr_daemon::domain::media_info::hdr::SideData;
use radarr_daemon::domain::media_info::{
    audio_codec, dynamic_range, dynamic_range_type, hdr_format, video_codec,
};
use radarr_proto::model::{HdrFormat, MediaInfo};
use serde_json::Value;

use super::line::{same, unknown};
use super::names::source_of;
use super::{Failure, Line, Outcome};

pub(super) fn mediainfo_format(line: &Line) -> Outcome {
    let got = match line.text("kind")? {
        "audio_codec" => {
            let [codec, id, profile] = words(line, ["audio_format", "audio_codec_id", "audio_profile"]);
            audio_codec(codec, id, profile)
        }
        "video_codec" => {
            let [codec, id] = words(line, ["video_format", "video_codec_id"]);
            video_codec(codec, id, line.text_opt("scene_name").unwrap_or_default())
        }
        "dynamic_range" => dynamic_range(hdr_of(line)?).to_owned(),
        "dynamic_range_type" => dynamic_range_type(hdr_of(line)?).to_owned(),
        "hdr_format" => return same("HDR format", &hdr(line.text("expected")?)?, &hdr_of_stream(line)?),
        "quality_from_media_info" => return quality(line),
        other => return Err(unknown("kind", other)),
    };
    same("name", &line.text("expected")?, &got.as_str())
}

/// Words of `media_info`; empty where they are left out.
fn words<'a, const N: usize>(line: &'a Line, keys: [&str; N]) -> [&'a str; N] {
    let media = line.get("media_info");
    keys.map(|key| media.and_then(|media| media.get(key)).and_then(Value::as_str).unwrap_or_default())
}

/// An HDR format by its name.
pub(super) fn hdr(name: &str) -> Result<HdrFormat, Failure> {
    match serde_json::from_value(Value::String(name.to_owned())) {
        Ok(HdrFormat::Unknown) | Err(_) => Err(unknown("HDR format", name)),
        Ok(format) => Ok(format),
    }
}

fn hdr_of(line: &Line) -> Result<HdrFormat, Failure> {
    let [name] = words(line, ["video_hdr_format"]);
    hdr(name)
}

fn hdr_of_stream(line: &Line) -> Result<HdrFormat, Failure> {
    let small = |number: i64| {
        u8::try_from(number).map_err(|_| Failure::NotUnderstood(format!("{number} is out of range")))
    };
    let base_layer = line.number_opt("dovi_bl_signal_compatibility_id").map(small).transpose()?;
    let mut side_data = Vec::new();
    for name in line.texts_opt("side_data").unwrap_or_default() {
        match name.as_str() {
            "MasteringDisplayMetadata" => side_data.push(SideData::MasteringDisplay),
            "ContentLightLevelMetadata" => side_data.push(SideData::ContentLight),
            "HdrDynamicMetadataSpmte2094" => side_data.push(SideData::DynamicHdr10Plus),
            "DoviConfigurationRecordSideData" => side_data.push(SideData::DolbyVision { base_layer }),
            "SideData" => {}
            other => return Err(unknown("side data", other)),
        }
    }
    let bit_depth = small(line.number("bit_depth")?)?;
    Ok(hdr_format(bit_depth, line.text("colour_primaries")?, line.text("transfer")?, &side_data))
}

/// No answer is the same as saying nothing of the resolution.
fn quality(line: &Line) -> Outcome {
    let pixels = |field| {
        line.number_opt(field).map_or(Ok(0), |number| {
            u32::try_from(number).map_err(|_| Failure::NotUnderstood(format!("{field} is out of range")))
        })
    };
    let media = MediaInfo {
        width: pixels("width")?,
        height: pixels("height")?,
        title: line.text_opt("title").unwrap_or_default().to_owned(),
        ..MediaInfo::default()
    };
    let got = from_media_info(&media);
    let resolution = line.number_opt("resolution");
    same("resolution", &resolution, &got.map(|hint| i64::from(hint.resolution)))?;
    let source = line.text_opt("source").map(source_of).transpose()?;
    same("source", &source, &got.map(|hint| hint.source))
}
