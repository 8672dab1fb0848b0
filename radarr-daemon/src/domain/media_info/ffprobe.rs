//! Reads what ffprobe prints.
//!
//! The answer comes from
//! `ffprobe -v error -print_format json -show_format -show_streams`, to which
//! `-show_entries frame -read_intervals "%+#1"` adds the first frames: the mastering display, the content light level
//! and HDR10+ stand only there. Everything in it may be missing. Sizes and rates are texts.

use std::collections::BTreeMap;

use radarr_proto::model::{AudioTrack, MediaInfo};
use serde::Deserialize;

use super::hdr::{SideData, hdr_format};

/// Bytes of an answer that are read. Even a disc with fifty tracks and its chapters stays below a tenth of it.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Tracks of each kind that are kept; no disc has as many.
const TRACKS_MAX: usize = 256;

/// Why an answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FfprobeError {
    /// It is larger than any real one.
    #[error("ffprobe's answer has {len} bytes, more than {ANSWER_BYTES_MAX}")]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// It is no JSON of ffprobe's.
    #[error("ffprobe's answer cannot be read")]
    NotUnderstood(#[source] serde_json::Error),
    /// The file holds no video, so that nothing can be said of it.
    #[error("ffprobe found no video stream")]
    NoVideo,
}

impl FfprobeError {
    /// What the user can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLong { .. } | Self::NotUnderstood(_) => "run ffprobe on the file by hand and compare",
            Self::NoVideo => "the file is damaged or no video; play it to see",
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    frames: Vec<Frame>,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    codec_type: Option<String>,
    codec_name: Option<String>,
    codec_tag_string: Option<String>,
    profile: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    pix_fmt: Option<String>,
    bits_per_raw_sample: Option<String>,
    bit_rate: Option<String>,
    r_frame_rate: Option<String>,
    avg_frame_rate: Option<String>,
    color_primaries: Option<String>,
    color_transfer: Option<String>,
    channels: Option<i64>,
    channel_layout: Option<String>,
    duration: Option<String>,
    tags: Tags,
    disposition: Disposition,
    side_data_list: Vec<SideDataEntry>,
}

/// Tags as they stand in the file; the same name may come in small and in large letters.
#[derive(Deserialize, Default)]
#[serde(transparent)]
struct Tags(BTreeMap<String, serde_json::Value>);

impl Tags {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().trim().to_owned()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Disposition {
    attached_pic: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SideDataEntry {
    side_data_type: String,
    dv_bl_signal_compatibility_id: Option<i64>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Frame {
    media_type: Option<String>,
    side_data_list: Vec<SideDataEntry>,
    color_primaries: Option<String>,
    color_transfer: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Format {
    format_name: Option<String>,
    duration: Option<String>,
    bit_rate: Option<String>,
    tags: Tags,
}

/// Reads ffprobe's JSON.
pub fn parse_ffprobe(answer: &str) -> Result<MediaInfo, FfprobeError> {
    if answer.len() > ANSWER_BYTES_MAX {
        return Err(FfprobeError::TooLong { len: answer.len() });
    }
    let answer: Answer = serde_json::from_str(answer).map_err(FfprobeError::NotUnderstood)?;
    let of_kind = |kind: &'static str| {
        answer
            .streams
            .iter()
            .filter(move |stream| stream.codec_type.as_deref() == Some(kind))
            .take(TRACKS_MAX)
    };
    // A cover picture is a video stream as well.
    let video = of_kind("video").find(|stream| stream.disposition.attached_pic == 0);
    let video = video.ok_or(FfprobeError::NoVideo)?;
    // Frames of sound carry side data as well, and come first where the sound begins first.
    let mut frames =
        answer.frames.iter().filter(|frame| frame.media_type.as_deref().is_none_or(|kind| kind == "video"));
    let first = frames.clone().next();
    let frame = frames.find(|frame| !frame.side_data_list.is_empty()).or(first);
    let side_data: Vec<SideData> = video
        .side_data_list
        .iter()
        .chain(frame.into_iter().flat_map(|frame| &frame.side_data_list))
        .filter_map(side_data)
        .collect();
    let bit_depth = bit_depth(video);
    let word = |of_stream: Option<&String>, of_frame: Option<&String>| {
        of_stream.or(of_frame).cloned().unwrap_or_default()
    };
    let primaries = word(video.color_primaries.as_ref(), frame.and_then(|f| f.color_primaries.as_ref()));
    let transfer = word(video.color_transfer.as_ref(), frame.and_then(|f| f.color_transfer.as_ref()));
    Ok(MediaInfo {
        duration_seconds: duration_seconds(&answer.format, video),
        video_codec: text(video.codec_name.as_ref()),
        video_codec_id: codec_id(video),
        video_profile: text(video.profile.as_ref()),
        width: pixels(video.width),
        height: pixels(video.height),
        video_bit_depth: bit_depth,
        video_bit_rate: bit_rate(video).or_else(|| alone_bit_rate(&answer)).unwrap_or(0),
        frames_per_1000_seconds: frame_rate(video),
        multi_view_count: multi_view_count(video),
        hdr: hdr_format(bit_depth, &primaries, &transfer, &side_data),
        audio: of_kind("audio").map(audio_track).collect(),
        subtitles: of_kind("subtitle").map(|stream| stream.tags.text("language")).collect(),
        title: answer.format.tags.text("title"),
        container: text(answer.format.format_name.as_ref()),
    })
}

fn text(text: Option<&String>) -> String {
    text.map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn pixels(pixels: Option<i64>) -> u32 {
    pixels.and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or(0)
}

fn audio_track(stream: &Stream) -> AudioTrack {
    AudioTrack {
        language: stream.tags.text("language"),
        codec: text(stream.codec_name.as_ref()),
        codec_id: codec_id(stream),
        profile: text(stream.profile.as_ref()).replace("unknown", ""),
        channels_tenths: channels_tenths(stream),
        bit_rate: bit_rate(stream).unwrap_or(0),
    }
}

/// The codec tag; Matroska has none, and ffprobe prints the zero bytes of it.
fn codec_id(stream: &Stream) -> String {
    text(stream.codec_tag_string.as_ref().filter(|tag| !tag.starts_with("[0]")))
}

/// `5.1(side)` is 51; without such a layout the channels are counted.
fn channels_tenths(stream: &Stream) -> u16 {
    let layout = stream.channel_layout.as_deref().unwrap_or_default();
    let digits: Vec<u16> = layout.chars().take(3).filter_map(|c| c.to_digit(10)?.try_into().ok()).collect();
    if let ([whole, tenth], Some('.')) = (digits.as_slice(), layout.chars().nth(1)) {
        return whole * 10 + tenth;
    }
    stream.channels.and_then(|count| u16::try_from(count).ok()).unwrap_or(0).saturating_mul(10)
}

fn bit_rate(stream: &Stream) -> Option<u64> {
    let given =
        stream.bit_rate.as_deref().or_else(|| stream.tags.get("BPS")).or_else(|| stream.tags.get("BPS-eng"));
    given.and_then(|rate| rate.trim().parse().ok())
}

/// The rate of the whole file, where one stream is all it has.
fn alone_bit_rate(answer: &Answer) -> Option<u64> {
    let rate = answer.format.bit_rate.as_ref().filter(|_| answer.streams.len() == 1)?;
    rate.trim().parse().ok()
}

/// From the sample size, else from the pixel format: `yuv420p10le` has 10 bits, `yuv420p` has 8, `p010le` has 10.
fn bit_depth(stream: &Stream) -> u8 {
    let given = stream.bits_per_raw_sample.as_ref().and_then(|bits| bits.trim().parse().ok());
    let format = stream.pix_fmt.as_deref().unwrap_or_default();
    let from_format = || match format {
        "" => 0,
        _ => [9_u8, 10, 12, 14, 16]
            .into_iter()
            .find(|bits| {
                let ends = [
                    format!("p{bits}le"),
                    format!("p{bits}be"),
                    format!("p0{bits}le"),
                    format!("p0{bits}be"),
                ];
                ends.iter().any(|end| format.ends_with(end.as_str()))
            })
            .unwrap_or(8),
    };
    given.filter(|bits| (1..=32).contains(bits)).unwrap_or_else(from_format)
}

fn frame_rate(stream: &Stream) -> u32 {
    let rate = |text: Option<&String>| {
        let (frames, seconds) = text?.split_once('/')?;
        let (frames, seconds): (u64, u64) = (frames.trim().parse().ok()?, seconds.trim().parse().ok()?);
        let rate = frames.checked_mul(1000)?.checked_add(seconds / 2)?.checked_div(seconds)?;
        u32::try_from(rate).ok().filter(|rate| *rate > 0)
    };
    rate(stream.avg_frame_rate.as_ref()).or_else(|| rate(stream.r_frame_rate.as_ref())).unwrap_or(0)
}

/// Two pictures, one for each eye: told by the tag of Matroska, by side data, or by the profile of the codec.
fn multi_view_count(stream: &Stream) -> u8 {
    let tagged = stream.tags.get("stereo_mode").is_some_and(|mode| !matches!(mode, "" | "mono" | "0"));
    let in_side_data = stream.side_data_list.iter().any(|data| {
        data.side_data_type == "Stereo 3D" && data.kind.as_deref().is_some_and(|kind| kind != "2D")
    });
    let by_profile = stream.profile.as_deref() == Some("Stereo High");
    u8::from(tagged || in_side_data || by_profile) + 1
}

fn side_data(entry: &SideDataEntry) -> Option<SideData> {
    match entry.side_data_type.as_str() {
        "Mastering display metadata" => Some(SideData::MasteringDisplay),
        "Content light level metadata" => Some(SideData::ContentLight),
        "HDR Dynamic Metadata SMPTE2094-40 (HDR10+)" => Some(SideData::DynamicHdr10Plus),
        "DOVI configuration record" => Some(SideData::DolbyVision {
            base_layer: entry.dv_bl_signal_compatibility_id.and_then(|id| u8::try_from(id).ok()),
        }),
        _ => None,
    }
}

/// Whole seconds: of the container, else of the stream, else of its tag (`01:30:00.5`). A file shorter than a second
/// has one, for zero means "not known".
fn duration_seconds(format: &Format, video: &Stream) -> u32 {
    let seconds = |text: Option<&String>| whole_seconds(text?);
    seconds(format.duration.as_ref())
        .or_else(|| seconds(video.duration.as_ref()))
        .or_else(|| clock_seconds(video.tags.get("DURATION")?))
        .unwrap_or(0)
}

/// `5400.25` rounded down, but at least 1.
fn whole_seconds(text: &str) -> Option<u32> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let whole: u32 = whole.parse().ok()?;
    let has_part = part.bytes().any(|digit| digit != b'0');
    Some(if whole == 0 && has_part { 1 } else { whole })
}

fn clock_seconds(text: &str) -> Option<u32> {
    let mut parts = text.trim().split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let hours: u32 = hours.parse().ok()?;
    let minutes: u32 = minutes.parse().ok()?;
    hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(whole_seconds(seconds)?)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::HdrFormat;

    use super::*;

    const HDR_MOVIE: &str = r#"{
        "frames": [{"side_data_list": [
            {"side_data_type": "Mastering display metadata", "red_x": "34000/50000"},
            {"side_data_type": "Content light level metadata", "max_content": 1000}]}],
        "streams": [
            {"codec_type": "video", "codec_name": "mjpeg", "width": 600, "height": 900, "disposition": {"attached_pic": 1}},
            {"codec_type": "video", "codec_name": "hevc", "codec_tag_string": "[0][0][0][0]", "profile": "Main 10",
             "width": 3840, "height": 1600, "pix_fmt": "yuv420p10le", "color_primaries": "bt2020",
             "color_transfer": "smpte2084", "avg_frame_rate": "24000/1001", "tags": {"DURATION": "01:30:00.500000000"}},
            {"codec_type": "audio", "codec_name": "dts", "profile": "DTS-HD MA", "channels": 6,
             "channel_layout": "5.1(side)", "bit_rate": "1509000", "tags": {"language": "eng"}},
            {"codec_type": "audio", "codec_name": "ac3", "channels": 2, "channel_layout": "stereo"},
            {"codec_type": "subtitle", "codec_name": "subrip", "tags": {"language": "ger"}}],
        "format": {"format_name": "matroska,webm", "duration": "5400.500000", "tags": {"title": "A Movie"}}}"#;

    #[test]
    fn reads_a_movie_with_hdr_tracks_and_a_cover() {
        let media = parse_ffprobe(HDR_MOVIE).unwrap();
        assert_eq!((media.width, media.height, media.duration_seconds), (3840, 1600, 5400));
        assert_eq!((media.video_codec.as_str(), media.video_codec_id.as_str()), ("hevc", ""));
        assert_eq!((media.video_bit_depth, media.hdr), (10, HdrFormat::Hdr10));
        assert_eq!(media.frames_per_1000_seconds, 23976);
        assert_eq!(media.audio.len(), 2);
        assert_eq!((media.audio[0].channels_tenths, media.audio[0].bit_rate), (51, 1_509_000));
        assert_eq!((media.audio[1].channels_tenths, media.audio[1].language.as_str()), (20, ""));
        assert_eq!(media.subtitles, ["ger"]);
        assert_eq!((media.title.as_str(), media.multi_view_count), ("A Movie", 1));
    }

    #[test]
    fn an_answer_without_video_or_sense_is_an_error() {
        assert!(matches!(parse_ffprobe("{}"), Err(FfprobeError::NoVideo)));
        assert!(matches!(parse_ffprobe(""), Err(FfprobeError::NotUnderstood(_))));
        assert!(matches!(parse_ffprobe(r#"{"streams": 3}"#), Err(FfprobeError::NotUnderstood(_))));
        let long = " ".repeat(ANSWER_BYTES_MAX + 1);
        assert!(matches!(parse_ffprobe(&long), Err(FfprobeError::TooLong { .. })));
    }

    #[test]
    fn frames_of_sound_say_nothing_about_the_picture() {
        let sound = r#""frames": [{"media_type": "audio", "side_data_list": [
            {"side_data_type": "Metadata relevant to a downmix procedure"}]}, {"media_type": "video","#;
        let media = parse_ffprobe(&HDR_MOVIE.replacen(r#""frames": [{"#, sound, 1)).unwrap();
        assert_eq!(media.hdr, HdrFormat::Hdr10);
        // Only with what a frame says it is 10 bits of HDR10 and not of some other transfer.
        let none = HDR_MOVIE.replacen(r#""frames": [{"#, r#""frames": [{"media_type": "audio","#, 1);
        assert_ne!(parse_ffprobe(&none).unwrap().hdr, HdrFormat::Hdr10);
    }

    #[test]
    fn odd_numbers_are_not_known() {
        let media = parse_ffprobe(
            r#"{"streams": [{"codec_type": "video", "width": -1, "avg_frame_rate": "0/0", "r_frame_rate": "1/0",
                "bit_rate": "N/A", "pix_fmt": "p010le"}], "format": {"duration": "N/A"}}"#,
        )
        .unwrap();
        assert_eq!((media.width, media.frames_per_1000_seconds, media.video_bit_rate), (0, 0, 0));
        assert_eq!((media.duration_seconds, media.video_bit_depth), (0, 10));
    }
}
