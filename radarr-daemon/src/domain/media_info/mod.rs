//! What the streams of a file say: read from ffprobe's answer ([`ffprobe`]), and put into the words of the field
//! ([`codec`], [`hdr`], [`languages`], [`resolution`]).
//!
//! The program itself is run elsewhere; here are only its words. Read next: [`ffprobe`].

pub mod codec;
#[cfg(test)]
mod examples;
pub mod ffprobe;
pub mod hdr;
pub mod languages;
pub mod resolution;

use radarr_proto::model::MediaInfo;

pub use codec::{audio_codec, video_codec};
pub use ffprobe::{FfprobeError, parse_ffprobe};
pub use hdr::{dynamic_range, dynamic_range_type, hdr_format};
pub use languages::{audio_language_codes, audio_languages, languages_in_brackets, upper_codes};
pub use resolution::{QualityFromMedia, quality_from_media_info};

/// The channels of the first audio track as people say them, `5.1`; empty when there is no track.
pub fn audio_channels(media: &MediaInfo) -> String {
    match media.audio.first().map(|track| track.channels_tenths) {
        None | Some(0) => String::new(),
        Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
    }
}

/// Bits per sample; 8 where the file does not say.
pub fn video_bit_depth(media: &MediaInfo) -> u8 {
    if media.video_bit_depth == 0 { 8 } else { media.video_bit_depth }
}
