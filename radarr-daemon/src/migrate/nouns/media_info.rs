//! Media facts of a file, as Radarr's database holds them since it asks ffprobe.
//!
//! Only the first audio track is described there; of the others the language is known.

use radarr_proto::model::{AudioTrack, HdrFormat, MediaInfo};

use crate::migrate::fields::{Fields, duration_seconds};

/// The first revision that comes from ffprobe; before it another program with other words was asked.
const REVISION_MIN: i64 = 8;
/// No disc has as many tracks.
const TRACKS_MAX: usize = 64;
/// Subtitles of a file.
const SUBTITLES_MAX: usize = 128;

const HDR: &[(&str, i64)] = &[
    ("none", 0),
    ("pq10", 1),
    ("hdr10", 2),
    ("hdr10Plus", 3),
    ("hlg10", 4),
    ("dolbyVision", 5),
    ("dolbyVisionHdr10", 6),
    ("dolbyVisionSdr", 7),
    ("dolbyVisionHlg", 8),
    ("dolbyVisionHdr10Plus", 9),
];

/// The facts; `None` where there are none of ffprobe's: the file is looked into again here.
pub fn media_info(file: &Fields) -> Option<MediaInfo> {
    let said = file.object("mediaInfo")?;
    if said.int("schemaRevision")? < REVISION_MIN {
        return None;
    }
    let text = |name: &str| said.text(name).unwrap_or_default().to_owned();
    Some(MediaInfo {
        duration_seconds: said.text("runTime").and_then(duration_seconds)?,
        video_codec: text("videoFormat"),
        video_codec_id: text("videoCodecID"),
        video_profile: text("videoProfile"),
        width: said.number("width").unwrap_or(0),
        height: said.number("height").unwrap_or(0),
        video_bit_depth: said.number("videoBitDepth").unwrap_or(0),
        video_bit_rate: said.number("videoBitrate").unwrap_or(0),
        frames_per_1000_seconds: thousandths(said.float("videoFps")),
        multi_view_count: said.number("videoMultiViewCount").unwrap_or(0),
        hdr: hdr(&said),
        audio: audio(&said),
        subtitles: languages(&said, "subtitles").into_iter().take(SUBTITLES_MAX).collect(),
        title: String::new(),
        container: text("containerFormat"),
    })
}

fn hdr(said: &Fields) -> HdrFormat {
    match said.choice("videoHdrFormat", HDR) {
        Some(1) => HdrFormat::Pq10,
        Some(2) => HdrFormat::Hdr10,
        Some(3) => HdrFormat::Hdr10Plus,
        Some(4) => HdrFormat::Hlg10,
        Some(5) => HdrFormat::DolbyVision,
        Some(6) => HdrFormat::DolbyVisionHdr10,
        Some(7) => HdrFormat::DolbyVisionSdr,
        Some(8) => HdrFormat::DolbyVisionHlg,
        Some(9) => HdrFormat::DolbyVisionHdr10Plus,
        Some(_) | None => HdrFormat::None,
    }
}

fn audio(said: &Fields) -> Vec<AudioTrack> {
    let languages = languages(said, "audioLanguages");
    let tracks = said.number("audioStreamCount").unwrap_or(0).max(languages.len()).min(TRACKS_MAX);
    let language = |index: usize| languages.get(index).cloned().unwrap_or_default();
    let mut audio: Vec<AudioTrack> =
        (0..tracks).map(|index| AudioTrack { language: language(index), ..AudioTrack::default() }).collect();
    if let Some(first) = audio.first_mut() {
        let text = |name: &str| said.text(name).unwrap_or_default().to_owned();
        first.codec = text("audioFormat");
        first.codec_id = text("audioCodecID");
        first.profile = text("audioProfile");
        first.bit_rate = said.number("audioBitrate").unwrap_or(0);
        first.channels_tenths = channels_tenths(said);
    }
    audio
}

/// `5.1(side)` is 51; without such a layout the channels are counted.
fn channels_tenths(said: &Fields) -> u16 {
    let layout = said.text("audioChannelPositions").unwrap_or_default();
    let layout = layout.split('(').next().unwrap_or_default();
    let tenths = layout.split_once('.').and_then(|(whole, tenth)| {
        let (whole, tenth): (u16, u16) = (whole.parse().ok()?, tenth.parse().ok()?);
        (tenth < 10).then(|| whole.checked_mul(10)?.checked_add(tenth)).flatten()
    });
    tenths.or_else(|| said.number::<u16>("audioChannels")?.checked_mul(10)).unwrap_or(0)
}

/// A list, or the old text with slashes between the codes.
fn languages(said: &Fields, name: &str) -> Vec<String> {
    let split = |word: String| word.split('/').map(|code| code.trim().to_owned()).collect::<Vec<_>>();
    said.words(name).into_iter().flat_map(split).filter(|code| !code.is_empty()).collect()
}

fn thousandths(number: Option<f64>) -> u32 {
    let rounded = (number.unwrap_or(0.0) * 1000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the bounds just checked"
    )]
    if (0.0..1_000_000.0).contains(&rounded) { rounded as u32 } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(media: Value) -> Option<MediaInfo> {
        media_info(&Fields::of(&json!({ "MediaInfo": media.to_string() })).unwrap())
    }

    #[test]
    fn ffprobes_facts_are_kept() {
        let media = read(json!({"schemaRevision": 14, "containerFormat": "matroska,webm", "videoFormat": "hevc",
            "videoProfile": "Main 10", "videoBitrate": 55_000_000, "videoBitDepth": 10, "videoMultiViewCount": 1,
            "videoHdrFormat": "dolbyVisionHdr10", "height": 2160, "width": 3840, "audioFormat": "truehd",
            "audioBitrate": 0, "runTime": "02:16:17.4880000", "audioStreamCount": 3, "audioChannels": 8,
            "audioChannelPositions": "7.1", "videoFps": 23.976, "audioLanguages": ["eng", "eng"],
            "subtitles": ["eng", "ger"], "scanType": "Progressive"}))
        .unwrap();
        assert_eq!(
            (media.duration_seconds, media.width, media.hdr),
            (8177, 3840, HdrFormat::DolbyVisionHdr10)
        );
        assert_eq!((media.frames_per_1000_seconds, media.video_bit_depth), (23_976, 10));
        assert_eq!((media.audio.len(), media.audio[0].channels_tenths), (3, 71));
        assert_eq!((media.audio[1].language.as_str(), media.audio[2].language.as_str()), ("eng", ""));
        assert_eq!(media.subtitles, ["eng", "ger"]);
    }

    #[test]
    fn odd_ones_are_read_as_far_as_they_go_and_old_ones_not_at_all() {
        let media = read(json!({"schemaRevision": 8, "runTime": "1.00:00:00", "audioChannels": 6,
            "audioChannelPositions": "5.1(side)", "audioLanguages": "eng / ger", "subtitles": "eng/fre",
            "videoFps": -1, "width": -3, "videoHdrFormat": 4, "audioStreamCount": 100_000}))
        .unwrap();
        assert_eq!((media.duration_seconds, media.width, media.hdr), (86_400, 0, HdrFormat::Hlg10));
        assert_eq!((media.audio.len(), media.audio[0].channels_tenths), (TRACKS_MAX, 51));
        assert_eq!((media.audio[1].language.as_str(), media.subtitles.len()), ("ger", 2));
        assert_eq!(read(json!({"schemaRevision": 7, "runTime": "01:00:00"})), None);
        assert_eq!(read(json!({"schemaRevision": 14})), None);
        // What the API shows is for people.
        assert_eq!(read(json!({"videoCodec": "x265", "runTime": "1:40:00"})), None);
        assert_eq!(media_info(&Fields::of(&json!({"MediaInfo": "{"})).unwrap()), None);
    }
}
